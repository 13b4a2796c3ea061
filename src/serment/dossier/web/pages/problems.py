"""Problems of today and what came before: written in words, coded when a code is chosen; and the search of codes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from serment.dossier.kernel import clock
from serment.dossier.records.conditions import codes, queries, services
from serment.dossier.records.conditions.types import FIELDS
from serment.dossier.records.entries import queries as entries
from serment.dossier.web import acts, forms, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page

KINDS = ("Condition", "FamilyMemberHistory")


@require_http_methods(["GET", "POST"])
@patient_page(section="problems", needs="care")
def problems(request: SignedIn, chart: Chart) -> HttpResponse:
    """The problems under way, the histories by field, the family; and the form for another."""
    form = forms.Problem(request.POST or None)
    if request.method == "POST" and form.is_valid() and acts.is_done(form, _act(chart, form)):
        return go(request, reverse("problems", args=[chart.patient]), done="problem-added")
    found = queries.active_for(permit=chart.permit)
    past = [one for one in found if not one.is_active]
    context = {
        "chart": chart,
        "form": form,
        "active": [one for one in found if one.is_active],
        "past": [(words.HISTORIES[name], [one for one in past if (one.field or "medical") == name]) for name in FIELDS],
        "relatives": queries.relatives(permit=chart.permit),
        "struck_out": entries.struck_out(permit=chart.permit, kinds=KINDS),
        "codes": codes.find(form["label"].value() or "") if form.is_bound else (),
    }
    return render(request, "records/problems.html", context, status=UNPROCESSABLE if form.errors else 200)


def _act(chart: Chart, form: forms.Problem) -> Callable[[], object]:
    typed, now = form.cleaned_data, clock.now()
    common = {"permit": chart.permit, "token": typed["token"], "label": typed["label"], "code": typed["code"], "now": now}
    if typed["sort"] == "family":
        return lambda: services.record_family(relation=typed["relation"], **common)
    is_active = typed["sort"] == "active"
    return lambda: services.record(onset=typed["onset"], is_active=is_active, history_field="" if is_active else typed["sort"], **common)


@require_POST
def find_codes(request: SignedIn) -> HttpResponse:
    """Codes that answer to the words typed, to choose one of. The words are in the body, and no record is asked for."""
    return render(request, "records/_codes.html", {"codes": codes.find(request.POST.get("label", ""))})


@require_POST
@patient_page(section="problems", needs="care")
def resolve(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A problem is over."""
    form = forms.Version(request.POST)
    if form.is_valid():
        services.resolve(permit=chart.permit, condition=entry, version=form.cleaned_data["version"], now=clock.now())
    return go(request, reverse("problems", args=[chart.patient]), done="problem-resolved")


@require_http_methods(["GET", "POST"])
@patient_page(section="problems", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Written in error."""
    return striking.answer(request, chart, entry, striking.Act(service=services.strike_out, back="problems", entry_name="condition"))
