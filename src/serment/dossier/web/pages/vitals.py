"""Vital signs: a set entered in one go, the trends, the round of a unit; and the scored scales."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.encounters import queries as encounters
from serment.dossier.identity import queries as identity
from serment.dossier.kernel import clock, errors
from serment.dossier.organisations import queries as organisations
from serment.dossier.records.notes import kinds
from serment.dossier.records.notes import rules as note_rules
from serment.dossier.records.observations import measures, queries, scales, services
from serment.dossier.records.observations.types import Observation
from serment.dossier.web import acts, formats, forms, plots, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import drafts, striking
from serment.dossier.web.pages.unit import rows
from serment.dossier.web.patient import Chart, patient_page
from serment.dossier.web.sign_in import words as sign_in_words

# How far back the curves of one patient read: some ten days of a busy ward; and the page itself, for its last sets.
READ, READ_FOR_SETS = 240, 120
SETS_SHOWN = 12
FORM = "vitals"


@dataclass(frozen=True, kw_only=True)
class Set:
    """What was measured at one instant: a cell for each column of the table, and who measured."""

    at: datetime
    author: str
    cells: tuple[Observation | None, ...]


@require_http_methods(["GET", "POST"])
@patient_page(section="vitals", needs="care")
def vitals(request: SignedIn, chart: Chart) -> HttpResponse:
    """The form of a set, and the last sets. The curves come right behind (`trends`): whoever comes to measure does not wait for them."""
    if request.method == "POST":
        form = forms.Vitals(request.POST)
        if form.is_valid() and acts.is_done(form, lambda: _record(chart, form)):
            drafts.done(chart, FORM)
            return go(request, reverse("vitals", args=[chart.patient]), done="vitals-recorded")
    else:
        left = drafts.of(chart, FORM)
        form = forms.Vitals(initial=dict(left.typed) if left else {})
    found = _vitals(chart, READ_FOR_SETS)
    codes = {one.code for one in found}
    columns = [name for name in measures.MEASURES if not codes.isdisjoint(_codes(name))]
    context = {
        "chart": chart,
        "form": form,
        "columns": [measures.MEASURES[name] for name in columns],
        "sets": sets(found, columns)[:SETS_SHOWN],
        "score": next((one for one in found if one.code == measures.NEWS2), None),
        # Who takes measures begins with the form; who decides upon them, with what they say.
        "measures_first": form.is_bound or bool(kinds.CARERS & note_rules.roles(request.who)),
        "scales": [(one.code, one.label, one.purpose) for one in scales.SCALES.values()],
    }
    return render(request, "records/vitals.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_GET
@patient_page(section="vitals", needs="care")
def trends(request: SignedIn, chart: Chart) -> HttpResponse:
    """The curves, which the page asks for once it stands."""
    found = [one for one in plots.measures(_vitals(chart, READ)) if one.plot]
    return render(request, "records/_vitals_trends.html", {"chart": chart, "trends": found})


def _vitals(chart: Chart, count: int) -> list[Observation]:
    return [one for one in queries.newest(permit=chart.permit, count=count) if _is_vital(one)]


def _record(chart: Chart, form: forms.Vitals) -> services.Recorded:
    now = clock.now()
    return services.record(
        permit=chart.permit, token=form.cleaned_data["token"], typed=form.typed, at=taken_at(form.cleaned_data["time"], now=now), now=now,
        confirmed=form.confirmed, stay=chart.stay.id if chart.stay else None,
    )  # fmt: skip


def taken_at(time: str, *, now: datetime) -> datetime:
    """The instant that an hour of the day means: the last time that clocks in France showed it. Raises Invalid (`malformed`)."""
    if not time:
        return now
    try:
        hour = datetime.strptime(time.replace("h", ":").strip(), "%H:%M").time()  # noqa: DTZ007 - an hour of the clock, placed below
    except ValueError:
        raise errors.Invalid("malformed", field="time") from None
    local = now.astimezone(clock.PARIS)
    at = local.replace(hour=hour.hour, minute=hour.minute, second=0, microsecond=0)
    return at if at <= local + services.AHEAD_MAX else at - timedelta(days=1)


def sets(found: Iterable[Observation], columns: Sequence[str]) -> list[Set]:
    """Measures by the instant they were taken at, newest first. Two people who note the same minute, and one who takes a measure twice
    within it, have a row each: no value hides another."""
    taken: list[tuple[datetime, dict[str, Observation]]] = []
    for one in found:
        fitting = (group for at, group in taken if at == one.at and one.code not in group and _is_of(group, one))
        group = next(fitting, None)
        if group is None:
            group = {}
            taken.append((one.at, group))
        group[one.code] = one
    return [
        Set(
            at=at,
            author=next(iter(group.values())).written.author_label,
            cells=tuple(next((group[code] for code in _codes(name) if code in group), None) for name in columns),
        )
        for at, group in sorted(taken, key=lambda one: one[0], reverse=True)
    ]


def _is_of(group: dict[str, Observation], one: Observation) -> bool:
    """Whether a measure was noted by who noted the others of a set."""
    return all(other.written.author == one.written.author for other in group.values())


@lru_cache
def _codes(name: str) -> tuple[str, ...]:
    return tuple(code for code, measure in measures.BY_CODE.items() if measure.name == name)


def _is_vital(one: Observation) -> bool:
    return one.code in measures.VITAL_CODES


@require_http_methods(["GET", "POST"])
@patient_page(section="vitals", needs="care")
def scale(request: SignedIn, chart: Chart, kind: str) -> HttpResponse:
    """One scored scale: its questions, its total, what it means."""
    chosen = scales.SCALES.get(kind)
    if chosen is None:
        raise errors.NotFound("no_scale")
    form = forms.Scored(chosen, request.POST or None)
    stay = chart.stay.id if chart.stay else None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        act = _scale_act(chart, kind, form.answers, typed["token"], stay)
        if acts.is_done(form, act):
            return go(request, reverse("scale", args=[chart.patient, kind]), done="scale-recorded")
    found = [one for one in queries.newest(permit=chart.permit, count=READ) if one.code == kind]
    context = {"chart": chart, "form": form, "scale": chosen, "found": found, "plot": plots.plot(found)}
    return render(request, "records/scale.html", context, status=UNPROCESSABLE if form.errors else 200)


def _scale_act(chart: Chart, kind: str, answers: dict[str, str], token: UUID, stay: UUID | None) -> Callable[[], object]:
    return lambda: services.record_scale(permit=chart.permit, token=token, scale=kind, answers=answers, now=clock.now(), stay=stay)


@require_GET
def tour(request: SignedIn, unit: UUID) -> HttpResponse:
    """The round of a unit: one line for each patient present. It shows names and beds, and reads no record: it only writes."""
    mine = organisations.units(assignment.unit for assignment in request.who.assignments)
    here = next((one for one in mine if one.id == unit), None)
    if here is None or "identity:line:list" not in request.who.actions or "record:advice:ask" not in request.who.actions:
        raise errors.Denied("not_my_unit")
    present = encounters.on_ward([here.id])
    listed = identity.listed(signed=request.signed, patients=[one.patient for one in present])
    found = [row for row in rows(present, listed.lines, beds=()) if row.line]
    context = {
        "unit": here,
        "rows": [(row, forms.TourLine(auto_id=f"{row.line.patient}-%s")) for row in found if row.line],
        "withheld": listed.withheld,
        "messages": sign_in_words.messages(),
        "place": "unit",
    }
    return render(request, "unit/tour.html", context)


@require_POST
@patient_page(needs="care")
def tour_line(request: SignedIn, chart: Chart) -> HttpResponse:
    """One line of the round: kept, or what must be looked at again, field by field."""
    form = forms.TourLine(request.POST)
    recorded: list[services.Recorded] = []
    if not form.is_valid() or not acts.is_done(form, lambda: recorded.append(_record(chart, form))):
        asked = {name: [str(error) for error in found] for name, found in form.errors.items()}
        return JsonResponse({"fields": asked, "questions": form.questions}, status=UNPROCESSABLE)
    score = recorded[0].score
    risk = str(words.RISKS[score.risk]) if score else ""
    told = {"score": score.total if score else None, "risk": risk, "grade": score.risk if score else ""}
    return JsonResponse({"at": formats.hour(clock.now()), **told})


@require_http_methods(["GET", "POST"])
@patient_page(section="vitals", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A measure written in error."""
    act = striking.Act(service=services.strike_out, back="vitals", entry_name="observation")
    return striking.answer(request, chart, entry, act)
