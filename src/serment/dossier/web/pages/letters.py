"""Letters: written from the record, looked at as pages, signed, handed over."""

from __future__ import annotations

import secrets
from base64 import b64encode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.kernel import clock, errors
from serment.dossier.organisations import queries as organisations
from serment.dossier.records.correspondents.types import TREATING_PHYSICIAN, Correspondent
from serment.dossier.records.drafts import queries as drafts_left
from serment.dossier.records.drafts import services as drafts_kept
from serment.dossier.records.letters import assembling, kinds, printing, queries, rules, services, signing
from serment.dossier.records.letters.kinds import Kind
from serment.dossier.records.letters.services import Typed
from serment.dossier.records.letters.types import Addressee, Sender
from serment.dossier.web import acts, letters_forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.letters_forms import Letter
from serment.dossier.web.pages import drafts
from serment.dossier.web.patient import Chart, patient_page
from serment.wire.signing import subject

SIGN = "sign"


@require_GET
@patient_page(section="documents", needs="care")
def letters(request: SignedIn, chart: Chart) -> HttpResponse:
    """What can be written, and the drafts that were left."""
    left = {name.removeprefix("letter-"): at for name, at in drafts_left.left(permit=chart.permit) if name.startswith("letter-")}
    offered = [one for one in kinds.CHOSEN if not one.needs_physician or rules.is_physician(request.who)]
    context = {"chart": chart, "kinds": [(one, left.get(one.code)) for one in offered if one.code != kinds.DISCHARGE or chart.stay]}
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
    touch = _touched(request, chart, form)
    if touch and acts.is_done(form, lambda: _sign(chart, form, name, appends, touch)):
        return go(request, reverse("document", args=[chart.patient, form.cleaned_data["token"]]), done="letter-signed")
    looked: list[dict[str, object]] = []
    if not form.errors and acts.is_done(form, lambda: looked.append(_preview(chart, form, name))):
        return render(request, "records/letter_preview.html", {"chart": chart, "form": form, "draft": name, **looked[0]})
    return _page(request, chart, form, name)


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


def _touched(request: SignedIn, chart: Chart, form: Letter) -> signing.Touch | None:
    """The passkey's answer for this very letter; None when the letter was not looked at yet, or is no more what was looked at (an address
    that a colleague corrected meanwhile): then it is looked at again."""
    sent = letters_forms.Touch(request.POST)
    if request.POST.get("step") != SIGN or not sent.is_valid():
        return None
    salt = bytes.fromhex(sent.cleaned_data["salt"])
    if _subject(chart, form, salt) != sent.cleaned_data["subject"]:
        return None
    return signing.Touch(salt=salt, ceremony=sent.cleaned_data["ceremony"], credential=sent.cleaned_data["credential"])


def _subject(chart: Chart, form: Letter, salt: bytes) -> UUID | None:
    """What the touch is asked for; None when the letter cannot be signed as it is, which `sign` then says."""
    try:
        letter = services.composed(permit=chart.permit, typed=_typed(chart, form), sender=_sender(chart), now=clock.now())
    except errors.Invalid:
        return None
    return subject([services.to_sign(permit=chart.permit, letter=letter, token=form.cleaned_data["token"], salt=salt)])


def _preview(chart: Chart, form: Letter, name: str) -> dict[str, object]:
    """The pages as they would be signed, and what the passkey is asked for. What was typed is kept, since somebody may go away here."""
    now, salt = clock.now(), secrets.token_bytes(signing.SALT_BYTES)
    letter = services.composed(permit=chart.permit, typed=_typed(chart, form), sender=_sender(chart), now=now)
    typed = {field: value for field, value in form.sent if field not in drafts.APART}
    drafts_kept.keep(permit=chart.permit, form=name, typed=typed, now=now)
    paper = services.to_sign(permit=chart.permit, letter=letter, token=form.cleaned_data["token"], salt=salt)
    # In the page itself: there is no address from which somebody could ask for them again.
    pages = [f"data:image/png;base64,{b64encode(page).decode('ascii')}" for page in printing.preview(letter)]
    return {"pages": pages, "salt": salt.hex(), "subject": subject([paper])}


def _sign(chart: Chart, form: Letter, name: str, appends: UUID | None, touch: signing.Touch) -> None:
    services.sign(
        permit=chart.permit, token=form.cleaned_data["token"], typed=_typed(chart, form), sender=_sender(chart), touch=touch,
        now=clock.now(), stay=chart.stay.id if chart.stay else None, appends=appends,
    )  # fmt: skip
    drafts.done(chart, name)


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
