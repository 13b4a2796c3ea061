"""The record along time, and finding words in it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from serment.dossier.kernel import clock
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import Along, Entry
from serment.dossier.records.search import queries as searching
from serment.dossier.web import forms, telling, words
from serment.dossier.web.http import SignedIn
from serment.dossier.web.patient import Chart, patient_page

PAGE = 80
STAYS_SHOWN = 6
# What people mean by a kind, and the FHIR types behind it.
KINDS: dict[str, tuple[str, ...]] = {
    "notes": ("Composition",),
    "measures": ("Observation",),
    "reports": ("DiagnosticReport", "DocumentReference", "ImagingStudy"),
    "treatments": ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "Immunization"),
    "problems": ("Condition", "AllergyIntolerance", "Procedure", "FamilyMemberHistory"),
}
PERIODS = {"7": 7, "30": 30, "365": 365}


@require_GET
@patient_page(section="timeline", needs="care")
def timeline(request: SignedIn, chart: Chart) -> HttpResponse:
    """Everything written, the newest first, by day; by kind, period, stay, or mine alone. Decrypts what it shows and nothing else."""
    asked = {name: request.GET.get(name, "") for name in ("kind", "period", "stay", "mine")}
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    found, more = entries.along(permit=chart.permit, wanted=_wanted(asked, chart, request), page=page, count=PAGE)
    context = {
        "chart": chart,
        "days": [(day, telling.lines(chart.patient, group)) for day, group in groupby(found, key=_day)],
        "asked": asked,
        "kinds": [(kind, words.TIMELINE[kind], _address(chart, asked | {"kind": kind})) for kind in ("", *KINDS)],
        "periods": [(period, words.PERIODS[period], _address(chart, asked | {"period": period})) for period in ("", *PERIODS)],
        "mine": _address(chart, asked | {"mine": "" if asked["mine"] else "yes"}),
        "stays": [(stay, str(stay.id) == asked["stay"], _of_stay(chart, asked, stay.id)) for stay in chart.stays[:STAYS_SHOWN]],
        "back": _address(chart, asked, page - 1) if page > 1 else "",
        "next": _address(chart, asked, page + 1) if more else "",
    }
    return render(request, "records/timeline.html", context)


def _wanted(asked: dict[str, str], chart: Chart, request: SignedIn) -> Along:
    days = PERIODS.get(asked["period"])
    here = next((stay.id for stay in chart.stays if str(stay.id) == asked["stay"]), None)
    return Along(
        kinds=KINDS.get(asked["kind"], ()), since=clock.now() - timedelta(days=days) if days else None, stay=here,
        author=request.who.account if asked["mine"] else None,
    )  # fmt: skip


def _of_stay(chart: Chart, asked: dict[str, str], stay: UUID) -> str:
    """One stay alone, or all of them again."""
    return _address(chart, asked | {"stay": "" if asked["stay"] == str(stay) else str(stay)})


def _day(entry: Entry) -> date:
    return clock.today(entry.effective_at)


def _address(chart: Chart, asked: dict[str, str], page: int = 1) -> str:
    told = {name: value for name, value in asked.items() if value} | ({"page": str(page)} if page > 1 else {})
    return f"{reverse('timeline', args=[chart.patient])}{'?' + urlencode(told) if told else ''}"


@require_http_methods(["GET", "POST"])
@patient_page(section="search", needs="care")
def search(request: SignedIn, chart: Chart) -> HttpResponse:
    """Words in this record. They travel in the body of the request: an address is kept by browsers and logs."""
    form = forms.Search(request.POST or None)
    found = searching.search(permit=chart.permit, query=form.cleaned_data["words"]) if form.is_bound and form.is_valid() else ()
    context = {
        "chart": chart,
        "form": form,
        "searched": form.is_bound and form.is_valid(),
        "found": [(one, words.TYPES.get(one.entry.kind, one.entry.kind), telling.where(chart.patient, one.entry)) for one in found],
    }
    return render(request, "records/search.html", context)
