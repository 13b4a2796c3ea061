"""Results of laboratories and papers from elsewhere: read by panel and along time, and signed as seen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.identity import queries as identity
from serment.dossier.kernel import clock, errors
from serment.dossier.organisations import queries as organisations
from serment.dossier.records.observations import measures, scales
from serment.dossier.records.observations import queries as observations
from serment.dossier.records.observations.types import Observation
from serment.dossier.records.results import queries, rules, services
from serment.dossier.records.results.types import Item, Panel, State
from serment.dossier.web import forms, plots
from serment.dossier.web.http import SignedIn, go
from serment.dossier.web.patient import Chart, patient_page
from serment.dossier.web.plots import Plot
from serment.dossier.web.sign_in import words as sign_in_words
from serment.wire.protocol import Line

# Some months of a busy stay; older values are on the timeline.
READ = 480
PANELS_SHOWN = 6
BEFORE_SHOWN = 3
WAITING_SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Told:
    """One analysis with what came before it, newest first, and its curve."""

    result: Observation
    before: tuple[Observation, ...]
    plot: Plot | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One line of the list: who, which kind, since when; never what it says."""

    item: Item
    line: Line
    is_late: bool


@require_GET
@patient_page(section="results", needs="care")
def results(request: SignedIn, chart: Chart) -> HttpResponse:
    """The newest panels as they came; then each analysis with its range, its trend, and the values before."""
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    panels, more = queries.panels(permit=chart.permit, count=PANELS_SHOWN, page=page)
    groups = _groups(chart)
    waiting, waiting_more = queries.waiting_of(permit=chart.permit, count=WAITING_SHOWN)
    address = reverse("results", args=[chart.patient])
    context = {
        "chart": chart,
        "panels": [(panel, told(panel, groups)) for panel in panels],
        "lines": [_told(group[0], group) for group in groups.values()] if page == 1 else [],
        "waiting": waiting,
        "waiting_more": waiting_more,
        "back": f"{address}?page={page - 1}" if page > 1 else "",
        "next": f"{address}?page={page + 1}" if more else "",
    }
    return render(request, "records/results.html", context)


@require_GET
@patient_page(section="results", needs="care")
def result(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """One thing that came: the document, or the panel when it came alone."""
    state = queries.state_of(permit=chart.permit, entry=entry)
    try:
        panel = queries.one(permit=chart.permit, panel=entry)
    except errors.NotFound:
        return go(request, reverse("document", args=[chart.patient, entry]))
    context = {"chart": chart, "panels": [(panel, told(panel, _groups(chart)))], **seeing(request, state, entry)}
    return render(request, "records/result.html", context)


def _groups(chart: Chart) -> dict[str, list[Observation]]:
    """The analyses of the record by what they measure, the newest first."""
    groups: dict[str, list[Observation]] = {}
    for one in observations.received(permit=chart.permit, count=READ):
        if one.code not in measures.VITAL_CODES and one.code not in scales.SCALES:
            groups.setdefault(_key(one), []).append(one)
    return groups


def _key(one: Observation) -> str:
    """What makes two values comparable: the same analysis in the same unit, of the same germ."""
    return f"{one.code or one.label}|{one.unit}|{one.label.partition(' · ')[0] if ' · ' in one.label else ''}"


def told(panel: Panel, groups: dict[str, list[Observation]]) -> list[Told]:
    """The analyses of a panel in its order, each beside what came before."""
    return [_told(one, groups.get(_key(one), [one])) for one in panel.results]


def panels_of(chart: Chart, document: UUID) -> list[tuple[Panel, list[Told]]]:
    """What a report says in figures, for the page of its document."""
    found = queries.of_document(permit=chart.permit, document=document)
    groups = _groups(chart) if found else {}
    return [(panel, told(panel, groups)) for panel in found]


def _told(result: Observation, group: list[Observation]) -> Told:
    before = [one for one in group if one.at < result.at]
    return Told(result=result, before=tuple(before[:BEFORE_SHOWN]), plot=plots.plot([result, *before]))


def seeing(request: SignedIn, state: State | None, entry: UUID) -> dict[str, object]:
    """What a page needs to say who has seen a document, and to offer the signature to whom it waits for."""
    may_sign = bool(rules.physician_units(request.who))
    mine = state is not None and state.seen_by == request.who.account
    return {"state": state, "seen_entry": entry, "may_sign": may_sign, "seen_by_me": mine}


@require_GET
def to_see(request: SignedIn) -> HttpResponse:
    """What waits for me: who, which kind, since when. What it says is read in the record, one at a time."""
    units = rules.physician_units(request.who)
    if not units:
        raise errors.Denied("role")
    now = clock.now()
    waiting, seen = queries.in_units(units, seen_since=now - rules.UNDONE_WITHIN)
    mine = tuple(one for one in seen if one.seen_by == request.who.account)
    listed = identity.listed(signed=request.signed, patients=list(dict.fromkeys(one.patient for one in (*waiting, *mine))))
    context = {
        "units": organisations.units(units),
        "items": list(_shown(waiting, listed.lines, now)),
        "seen": list(_shown(mine, listed.lines, now)),
        "withheld": listed.withheld,
        "messages": sign_in_words.messages(),
        "place": "to_see",
    }
    return render(request, "unit/to_see.html", context)


def _shown(items: Iterable[Item], lines: dict[UUID, Line], now: datetime) -> Iterable[Shown]:
    for item in items:
        if line := lines.get(item.patient):
            yield Shown(item=item, line=line, is_late=rules.is_late(item, now=now))


def count_for(request: SignedIn) -> int:
    """How many documents wait for this physician."""
    units = rules.physician_units(request.who)
    waiting, _seen = queries.in_units(units, seen_since=clock.now())
    return len(waiting)


@require_POST
@patient_page(section="results", needs="care")
def see(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Sign that one has seen a document, and go on with the list."""
    form = forms.Version(request.POST)
    if form.is_valid():
        services.see(permit=chart.permit, entry=entry, version=form.cleaned_data["version"], now=clock.now())
    return go(request, reverse("to_see"), done="result-seen")


@require_POST
@patient_page(section="results", needs="care")
def unsee(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Take one's signature back."""
    services.unsee(permit=chart.permit, entry=entry, now=clock.now())
    return go(request, reverse("to_see"), done="result-unseen")
