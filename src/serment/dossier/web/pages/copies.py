"""The copy of a record for whoever has a right to it: reviewed, declared to the guard, and handed out sealed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.copies import marks, password, reading, services
from serment.dossier.copies import queries as copies
from serment.dossier.copies.types import MINOR, Cover, Gathered, Scope
from serment.dossier.identity import rules as identities
from serment.dossier.interop.fhir import patients
from serment.dossier.kernel import clock, errors
from serment.dossier.records.correspondents import queries as correspondents
from serment.dossier.rights import queries
from serment.dossier.rights.types import HEIR, PARENT, Request
from serment.dossier.web import acts, formats, rights_forms, rights_words
from serment.dossier.web.http import SignedIn, go
from serment.dossier.web.pages import rights
from serment.dossier.web.patient import Chart, patient_page
from serment.wire.words import COMPARTMENTS

PAGE = 40
# How long the page that shows the password may fetch the copy that was declared.
FETCHED_FOR = timedelta(minutes=10)
SALT = "serment.copy"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request for which a copy may be made now, and the record gathered for it."""

    request: Request
    gathered: Gathered
    scope: Scope


def _asked(request: SignedIn, chart: Chart, id: UUID) -> Asked:
    """Raises NotFound (`no_request`), Denied (`role`), Conflict (`request_moved`) when nobody made sure of the requester yet."""
    found = queries.one(permit=chart.permit, request=id)
    if rights.COPY not in request.who.actions:
        raise errors.Denied("role")
    if not rights.may_copy(request, found):
        raise errors.Conflict("request_moved")
    asked = found.asked
    scope = Scope(
        since=asked.since if asked.scope == "period" else None, until=asked.until if asked.scope == "period" else None,
        stay=asked.stay if asked.scope == "stay" else None, parts=asked.parts if asked.scope == "parts" else (),
        for_parent=asked.quality == PARENT,
    )  # fmt: skip
    return Asked(request=found, gathered=copies.gathered(permit=chart.permit, scope=scope), scope=scope)


@require_GET
@rights.handles
@patient_page(section="requests", needs="care", compartments=COMPARTMENTS)
def review(request: SignedIn, chart: Chart, id: UUID) -> HttpResponse:
    """What goes into the copy and what stays out, part by part, to be read before anything is made."""
    asked = _asked(request, chart, id)
    shown = _part(request, asked.gathered)
    entries = [entry for entry in reversed(asked.gathered.entries) if reading.group(entry) == shown]
    number = _number(request)
    context = {
        "chart": chart, "found": asked.request, "gathered": asked.gathered, "shown": shown, "parts": _parts(asked.gathered),
        "lines": [(one, reading.told(one), _form(one.id)) for one in entries[(number - 1) * PAGE : number * PAGE]],
        "withheld": [(entry, mark, reading.title(entry)) for entry, mark in asked.gathered.withheld],
        "reasons": _reasons(asked.scope), "is_heir": asked.request.asked.quality == HEIR, "is_sealed_in": chart.permit.has("sealed"),
        "back": _address(chart, id, shown, number - 1) if number > 1 else "",
        "next": _address(chart, id, shown, number + 1) if len(entries) > number * PAGE else "",
        "address": _address(chart, id, shown, number),
    }  # fmt: skip
    return render(request, "rights/review.html", context)


def _form(entry: UUID) -> rights_forms.Withhold:
    return rights_forms.Withhold(initial={"entry": entry}, auto_id=f"id_{entry}_%s")


def _reasons(scope: Scope) -> list[tuple[str, object]]:
    """Why an entry may be kept out. What a minor opposes matters to their parents alone."""
    return [(code, word) for code, word in rights_words.WITHHELD.items() if code != MINOR or scope.for_parent]


def _parts(gathered: Gathered) -> list[tuple[str, object, int]]:
    found = [reading.group(entry) for entry in gathered.entries]
    return [(name, word, found.count(name)) for name, word in rights_words.PARTS.items() if name in found]


def _part(request: SignedIn, gathered: Gathered) -> str:
    """The part chosen; else the one where people write of others: the notes, when there are any."""
    there = [name for name, _, _ in _parts(gathered)]
    chosen = request.GET.get("part", "")
    return chosen if chosen in there else "notes" if "notes" in there else next(iter(there), "")


def _number(request: SignedIn) -> int:
    asked = request.GET.get("page", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1


def _address(chart: Chart, id: UUID, part: str, page: int) -> str:
    return f"{reverse('copy', args=[chart.patient, id])}?part={part}&page={page}"


@require_POST
@rights.handles
@patient_page(section="requests", needs="care", compartments=COMPARTMENTS)
def withhold(request: SignedIn, chart: Chart, id: UUID) -> HttpResponse:
    """Keep an entry out of this copy and of the next ones."""
    form = rights_forms.Withhold(request.POST)
    if rights.COPY not in request.who.actions:
        raise errors.Denied("role")
    if not form.is_valid() or not acts.is_done(form, lambda: marks.put(permit=chart.permit, now=clock.now(), **form.cleaned_data)):
        raise errors.Conflict("already_withheld")
    return _again(request, chart, id, done="entry-withheld")


@require_POST
@rights.handles
@patient_page(section="requests", needs="care", compartments=COMPARTMENTS)
def let_in(request: SignedIn, chart: Chart, id: UUID) -> HttpResponse:
    """Let an entry in again."""
    form = rights_forms.LetIn(request.POST)
    if rights.COPY not in request.who.actions:
        raise errors.Denied("role")
    reason = "Remis dans les copies du dossier."
    if not form.is_valid() or not acts.is_done(
        form, lambda: marks.lift(permit=chart.permit, reason=reason, now=clock.now(), **form.cleaned_data)
    ):
        raise errors.Conflict("entry_changed")
    return _again(request, chart, id, done="entry-let-in")


def _again(request: SignedIn, chart: Chart, id: UUID, *, done: str) -> HttpResponse:
    part = request.POST.get("part", "")
    address = reverse("copy", args=[chart.patient, id])
    if part in rights_words.PARTS:
        return go(request, f"{address}?part={part}&done={done}#entries")
    return go(request, address, done=done)


@require_POST
@rights.handles
@patient_page(section="requests", needs="care", compartments=COMPARTMENTS)
def seal(request: SignedIn, chart: Chart, id: UUID) -> HttpResponse:
    """Declare the copy to the guard, which journals it; then show the password, once, beside what fetches the copy."""
    asked = _asked(request, chart, id)
    services.declare(permit=chart.permit, request=id, gathered=asked.gathered)
    word = password.new()
    leave = signing.dumps(_leave(request, chart, id, word), salt=SALT)
    context = {"chart": chart, "found": asked.request, "password": word, "leave": leave, "gathered": asked.gathered}
    return render(request, "rights/sealed.html", context)


def _leave(request: SignedIn, chart: Chart, id: UUID, word: str) -> dict[str, str]:
    """What a leave to fetch a copy is bound to: who, of whom, for which request, under which password."""
    digest = hashlib.sha256(word.encode()).hexdigest()
    return {"account": str(request.who.account), "patient": str(chart.patient), "request": str(id), "password": digest}


@require_POST
@rights.handles
@patient_page(section="requests", needs="care", compartments=COMPARTMENTS)
def fetch(request: SignedIn, chart: Chart, id: UUID) -> HttpResponseBase:
    """The copy that was declared, sealed with the password that the page shows. Raises Conflict (`copy_over`) without its leave."""
    word = request.POST.get("password", "")
    try:
        leave = signing.loads(request.POST.get("leave", ""), salt=SALT, max_age=FETCHED_FOR)
    except signing.BadSignature:
        raise errors.Conflict("copy_over") from None
    if leave != _leave(request, chart, id, word):
        raise errors.Conflict("copy_over")
    asked = _asked(request, chart, id)
    cover = _cover(request, chart, asked)
    if request.POST.get("form") == "pdf":
        content = services.pdf(permit=chart.permit, cover=cover, gathered=asked.gathered, password=word)
        return _attached(HttpResponse(content, content_type="application/pdf"), services.file_name(cover.reference, ".pdf"))
    contact = correspondents.contact_of(permit=chart.permit)
    pieces = services.archive(
        permit=chart.permit, patient=patients.patient(chart.patient, chart.permit.identity, contact), cover=cover,
        gathered=asked.gathered, base=f"{settings.CONFIG.origin}/fhir", password=word,
    )  # fmt: skip
    first = next(pieces, b"")
    response = StreamingHttpResponse(chain([first], pieces), content_type="application/zip")
    return _attached(response, services.file_name(cover.reference, ".zip"))


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cover(request: SignedIn, chart: Chart, asked: Asked) -> Cover:
    """The first page. In French, as the record is, whatever the language of who makes it."""
    person, told = chart.person, asked.request.asked
    units = chart.units
    house = next((unit.establishment_name for unit in units.values()), "") or "L’établissement"
    with translation.override("fr"):
        scope = str(rights_words.SCOPES[told.scope])
        if told.scope == "period" and told.since and told.until:
            scope = f"{scope}, du {formats.day(told.since)} au {formats.day(told.until)}"
        if told.scope == "parts":
            scope = f"{scope} : {', '.join(str(rights_words.PARTS.get(part, part)) for part in told.parts)}"
        requester = f"{told.requester} ({rights_words.QUALITIES[told.quality]})"
    return Cover(
        reference=str(asked.request.line.id)[:8].upper(), house=house, surname=person.surname, given=person.given_name,
        birth_name=person.birth_name, born=person.birth_date, sex=person.sex, number=identities.number_shown(chart.permit.identity),
        requester=requester, scope=scope, made_by=request.who.label, made_at=clock.now(),
        units={unit.id: unit.name for unit in units.values()},
    )  # fmt: skip
