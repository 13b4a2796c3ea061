"""Letters: written from the record, looked at as pages, signed, handed over."""

from __future__ import annotations

import secrets
from base64 import b64encode
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.kernel import clock, errors, ids
from serment.dossier.organisations import queries as organisations
from serment.dossier.records.correspondents.types import TREATING_PHYSICIAN, Correspondent
from serment.dossier.records.drafts import queries as drafts_left
from serment.dossier.records.drafts import services as drafts_kept
from serment.dossier.records.letters import assembling, kinds, printing, queries, rules, services, signing
from serment.dossier.records.letters import types as records
from serment.dossier.records.letters.kinds import Kind
from serment.dossier.records.letters.services import ToSign, Typed
from serment.dossier.records.letters.types import Addressee, Sender
from serment.dossier.web import acts, letters_forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.letters_forms import Letter
from serment.dossier.web.pages import drafts
from serment.dossier.web.patient import Chart, patient_page
from serment.wire.signing import PAPERS_MAX, subject

SIGN = "sign"


@dataclass(frozen=True, kw_only=True)
class _Written:
    """A letter whose form is valid; `name` is that of its draft."""

    form: Letter
    name: str
    appends: UUID | None = None


@require_GET
@patient_page(section="documents", needs="care")
def letters(request: SignedIn, chart: Chart) -> HttpResponse:
    """What can be written, and the drafts that were left."""
    left = {name.removeprefix("letter-"): at for name, at in drafts_left.left(permit=chart.permit) if name.startswith("letter-")}
    offered = [one for one in kinds.CHOSEN if not one.needs_physician or rules.is_physician(request.who)]
    shown = [(one, left.get(one.code)) for one in offered if one.code != kinds.DISCHARGE or chart.stay]
    context = {"chart": chart, "kinds": shown, "drafts": sum(at is not None for _, at in shown)}
    return render(request, "records/letters.html", context)


@require_http_methods(["GET", "POST"])
@patient_page(section="documents", needs="care")
def letter(request: SignedIn, chart: Chart, kind: str) -> HttpResponse:
    """Write a letter, look at its pages, sign it."""
    chosen = kinds.kind(kind)
    if chosen is None or chosen.code == kinds.ADDENDUM:
        raise errors.NotFound("no_letter")
    rules.require_signer(chosen, request.who)
    return _answer(request, chart, chosen)


@require_http_methods(["GET", "POST"])
@patient_page(section="documents", needs="care")
def addendum(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Complete a signed letter: by another letter, since a signed one never changes."""
    if queries.get(permit=chart.permit, letter=entry) is None:
        raise errors.NotFound("no_entry")
    return _answer(request, chart, kinds.KINDS[kinds.ADDENDUM], appends=entry)


def _answer(request: SignedIn, chart: Chart, kind: Kind, *, appends: UUID | None = None) -> HttpResponse:
    name = f"letter-{appends or kind.code}"
    if request.method != "POST":
        return _page(request, chart, _begun(chart, kind, name, appends), name)
    form = Letter(kind, chart.correspondents, request.POST)
    if not form.is_valid():
        return _page(request, chart, form, name)
    written = [_Written(form=form, name=name, appends=appends)]
    touch = _touched(request, chart, written)
    if touch and acts.is_done(form, lambda: _sign(chart, written, touch)):
        return go(request, reverse("document", args=[chart.patient, form.cleaned_data["token"]]), done="letter-signed")
    looked: list[dict[str, object]] = []

    def look() -> None:
        looked.append(_preview(chart, written))
        _keep_typed(chart, written[0])

    if not form.errors and acts.is_done(form, look):
        return render(request, "records/letter_preview.html", {"chart": chart, "form": form, **looked[0]})
    return _page(request, chart, form, name)


@require_http_methods(["GET", "POST"])
@patient_page(section="documents", needs="care")
def together(request: SignedIn, chart: Chart) -> HttpResponse:
    """The letters that were left ready, looked at one after the other and signed with one touch. What lacks something is named."""
    written, lacking = _left(request, chart)
    touch = _touched(request, chart, written) if request.method == "POST" and written else None
    refused = letters_forms.Touch(request.POST) if touch else None
    if touch and refused is not None and acts.is_done(refused, lambda: _sign(chart, written, touch)):
        return go(request, reverse("documents", args=[chart.patient]), done="letters-signed")
    shown = _preview(chart, written) if written else {}
    context = {"chart": chart, "lacking": lacking, "refused": refused, **shown}
    return render(request, "records/letters_together.html", context, status=UNPROCESSABLE if refused else 200)


def _left(request: SignedIn, chart: Chart) -> tuple[list[_Written], list[Kind]]:
    """The drafts that are ready to be signed, each under the token of the page that showed it; the kinds of those that lack something."""
    ready: list[_Written] = []
    lacking: list[Kind] = []
    for kind in kinds.CHOSEN:
        left = drafts.of(chart, f"letter-{kind.code}") if not kind.needs_physician or rules.is_physician(request.who) else None
        if left is None:
            continue
        token = ids.parsed(request.POST.get(f"token-{kind.code}", "")) or ids.new()
        form = Letter(kind, chart.correspondents, {**left.typed, "token": str(token)})
        is_ready = form.is_valid() and (kind.code != kinds.DISCHARGE or chart.stay is not None) and _composes(chart, form)
        if is_ready and len(ready) < PAPERS_MAX:
            ready.append(_Written(form=form, name=f"letter-{kind.code}"))
        else:
            lacking.append(kind)
    return ready, lacking


def _composes(chart: Chart, form: Letter) -> bool:
    try:
        _composed(chart, form)
    except errors.Invalid:
        return False
    return True


def _page(request: SignedIn, chart: Chart, form: Letter, name: str) -> HttpResponse:
    context = {"chart": chart, "form": form, "draft": name}
    return render(request, "records/letter.html", context, status=UNPROCESSABLE if form.errors else 200)


def _begun(chart: Chart, kind: Kind, name: str, appends: UUID | None) -> Letter:
    """The form with what was left in it, else with what the record says."""
    left = drafts.of(chart, name)
    if left:
        return Letter(kind, chart.correspondents, initial=dict(left.typed), saved_at=left.saved_at)
    unit = chart.unit.name if chart.unit else ""
    now = clock.now()
    found: dict[str, str] = {}
    if appends is None:
        found = assembling.prefilled(kind.code, queries.sources(permit=chart.permit, stay=chart.stay, unit=unit, now=now))
    elif told := queries.get(permit=chart.permit, letter=appends):
        found = {"title": f"Additif à : {told.title} du {clock.today(told.at):%d/%m/%Y}"[: rules.TITLE_CHARACTERS_MAX]}
    physician = next((one for one in chart.correspondents if one.role == TREATING_PHYSICIAN), None)
    first = str(physician.written.entry) if physician and kind.code != kinds.CONVOCATION else letters_forms.PATIENT
    return Letter(kind, chart.correspondents, initial={"addressee": first, **found})


def _touched(request: SignedIn, chart: Chart, written: list[_Written]) -> signing.Touch | None:
    """The passkey's answer for these very letters; None when they were not looked at yet, or are no more what was looked at (an address
    that a colleague corrected meanwhile): then they are looked at again."""
    sent = letters_forms.Touch(request.POST)
    if request.POST.get("step") != SIGN or not sent.is_valid():
        return None
    salt = bytes.fromhex(sent.cleaned_data["salt"])
    try:
        asked = subject(services.papers(permit=chart.permit, letters=_to_sign(chart, written), salt=salt))
    except errors.Invalid:
        return None  # looking at them again says why
    if asked != sent.cleaned_data["subject"]:
        return None
    return signing.Touch(salt=salt, ceremony=sent.cleaned_data["ceremony"], credential=sent.cleaned_data["credential"])


def _to_sign(chart: Chart, written: list[_Written]) -> list[ToSign]:
    return [ToSign(token=one.form.cleaned_data["token"], letter=_composed(chart, one.form), appends=one.appends) for one in written]


def _composed(chart: Chart, form: Letter) -> records.Letter:
    return services.composed(permit=chart.permit, typed=_typed(chart, form), sender=_sender(chart), now=clock.now())


def _preview(chart: Chart, written: list[_Written]) -> dict[str, object]:
    """The pages as they would be signed, and what the passkey is asked for."""
    salt, letters = secrets.token_bytes(signing.SALT_BYTES), _to_sign(chart, written)
    # In the page itself: there is no address from which somebody could ask for them again.
    pages = [
        (one.form, [f"data:image/png;base64,{b64encode(page).decode('ascii')}" for page in printing.preview(ready.letter)])
        for one, ready in zip(written, letters, strict=True)
    ]
    return {"looked_at": pages, "salt": salt.hex(), "subject": subject(services.papers(permit=chart.permit, letters=letters, salt=salt))}


def _keep_typed(chart: Chart, one: _Written) -> None:
    """What was typed, since somebody may go away from the pages that they look at."""
    typed = {field: value for field, value in one.form.sent if field not in drafts.APART}
    drafts_kept.keep(permit=chart.permit, form=one.name, typed=typed, now=clock.now())


def _sign(chart: Chart, written: list[_Written], touch: signing.Touch) -> None:
    stay = chart.stay.id if chart.stay else None
    services.sign(permit=chart.permit, letters=_to_sign(chart, written), touch=touch, now=clock.now(), stay=stay)
    for one in written:
        drafts.done(chart, one.name)


def _typed(chart: Chart, form: Letter) -> Typed:
    addressee = _addressee(chart, form) if form.kind.has_addressee else Addressee(lines=())
    return Typed(kind=form.kind.code, title=form.cleaned_data["title"], addressee=addressee, given=form.given)


def _addressee(chart: Chart, form: Letter) -> Addressee:
    chosen = form.cleaned_data["addressee"]
    if chosen == letters_forms.OTHER:
        return rules.addressee(form.cleaned_data["other"])
    if chosen == letters_forms.PATIENT:
        return _patient(chart)
    return _known(next(one for one in chart.correspondents if str(one.written.entry) == chosen))


def _known(one: Correspondent) -> Addressee:
    address = [part.strip() for part in one.address.split(",") if part.strip()]
    return rules.addressee("\n".join([one.name, *([one.relation] if one.rpps and one.relation else []), *address]), rpps=one.rpps)


def _patient(chart: Chart) -> Addressee:
    person, contact = chart.person, chart.contact
    civility = assembling.CIVILITIES.get(person.sex, "")
    address = [part.strip() for part in contact.address.split(",") if part.strip()] if contact else []
    return rules.addressee("\n".join([f"{civility} {person.surname} {person.given_name}".strip(), *address]))


def _sender(chart: Chart) -> Sender:
    """Who signs, from the unit where the patient is, else from the first of the signer's own."""
    who = chart.permit.who
    unit = chart.unit or next(iter(organisations.units([assignment.unit for assignment in who.assignments])), None)
    if unit is None:
        return Sender(label=who.label, profession=who.profession, rpps=who.rpps, establishment="")
    home = organisations.establishment(id=unit.establishment)
    return Sender(
        label=who.label, profession=who.profession, rpps=who.rpps, establishment=home.name, unit=unit.name, finess=home.finess,
        address=home.address, telephone=home.telephone,
    )  # fmt: skip


@require_POST
@patient_page(section="documents", needs="care")
def deliver(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Write down to whom a signed letter went, and how."""
    form = letters_forms.Delivery(request.POST)
    if form.is_valid() and acts.is_done(
        form, lambda: services.deliver(permit=chart.permit, letter=entry, now=clock.now(), **form.cleaned_data)
    ):
        return go(request, reverse("document", args=[chart.patient, entry]), done="letter-delivered")
    context = {"chart": chart, "form": form, "letter": queries.get(permit=chart.permit, letter=entry)}
    return render(request, "records/deliver.html", context, status=UNPROCESSABLE)
