"""Stays and correspondents: what carers and secretaries both need."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from serment.dossier.kernel import clock
from serment.dossier.records.correspondents import queries, services
from serment.dossier.records.reasons import queries as reasons
from serment.dossier.web import acts, forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page


@require_GET
@patient_page(section="stays")
def stays(request: SignedIn, chart: Chart) -> HttpResponse:
    """Every stay with its movements, newest first."""
    told = reasons.by_stay(permit=chart.permit) if chart.has_care else {}
    found = [(stay, told.get(stay.id, "")) for stay in chart.stays]
    return render(request, "records/stays.html", {"chart": chart, "stays": found})


@require_http_methods(["GET", "POST"])
@patient_page(section="correspondents", needs="contact")
def correspondents(request: SignedIn, chart: Chart) -> HttpResponse:
    """Who to write to and who to call, and the form to add somebody."""
    form = forms.Correspondent(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: services.record(permit=chart.permit, now=clock.now(), **typed)):
            return go(request, reverse("correspondents", args=[chart.patient]), done="correspondent-added")
    context = {"chart": chart, "form": form, "contact": queries.contact_of(permit=chart.permit)}
    return render(request, "records/correspondents.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="correspondents", needs="contact")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A correspondent written in error."""
    act = striking.Act(service=services.strike_out, back="correspondents", entry_name="correspondent")
    return striking.answer(request, chart, entry, act)
