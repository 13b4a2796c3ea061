"""Who opened this record, and opening one in an emergency."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.disclosure import services as disclosure
from serment.dossier.journal import queries as journal
from serment.dossier.kernel import clock, errors
from serment.dossier.web import acts, forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.patient import Chart, patient_page


@require_GET
@patient_page(section="openings")
def openings(request: SignedIn, chart: Chart) -> HttpResponse:
    """The visitors' book, day by day."""
    visits = journal.disclosures(signed=request.signed, patient=chart.patient)
    days = [(day, list(group)) for day, group in groupby(visits, key=lambda visit: clock.today(visit.at))]
    return render(request, "records/openings.html", {"chart": chart, "days": days, "count": len(visits)})


@require_http_methods(["GET", "POST"])
@patient_page(section="openings", needs="care")
def advice(request: SignedIn, chart: Chart) -> HttpResponse:
    """Ask a colleague for an opinion: the record opens to them for a week."""
    form = forms.Advice(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            disclosure.ask_advice(chart.permit, rpps=form.cleaned_data["rpps"])
            return go(request, reverse("openings", args=[chart.patient]), done="advice-asked")
        except (errors.NotFound, errors.Invalid) as refused:
            form.refuse(errors.Invalid(refused.code, field="rpps"))
    return render(request, "records/advice.html", {"chart": chart, "form": form}, status=UNPROCESSABLE if form.errors else 200)


@require_POST
def open_untied(request: SignedIn, patient: UUID) -> HttpResponse:
    """Open a record that nothing explains, outside an emergency. A refusal says which way is left."""
    disclosure.open_untied(signed=request.signed, who=request.who, patient=patient)
    return go(request, reverse("synthesis", args=[patient]), done="opened-untied")


@require_http_methods(["GET", "POST"])
def break_glass(request: SignedIn, patient: UUID) -> HttpResponse:
    """One gesture: a reason, and the record is open. Says who will read it."""
    if "record:emergency:open" not in request.who.actions:
        raise errors.Denied("role")
    form = forms.BreakGlass(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: disclosure.break_glass(signed=request.signed, who=request.who, patient=patient, **typed)):
            return go(request, reverse("synthesis", args=[patient]), done="glass-broken")
    return render(request, "records/break_glass.html", {"form": form, "patient": patient}, status=UNPROCESSABLE if form.errors else 200)
