"""Allergies: what is known, adding to it, striking out, setting aside."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from serment.dossier.kernel import clock
from serment.dossier.records.allergies import queries, services
from serment.dossier.records.entries import queries as entries
from serment.dossier.web import acts, forms, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go, is_part
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page

KINDS = ("AllergyIntolerance",)


@require_http_methods(["GET", "POST"])
@patient_page(section="allergies", needs="care")
def allergies(request: SignedIn, chart: Chart) -> HttpResponse:
    """The list and its form. htmx gets the part that changed, with the band, which must never say otherwise."""
    form = forms.Allergy(request.POST or None)
    if request.method != "POST":
        return _page(request, chart, form)
    if form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: services.record(permit=chart.permit, now=clock.now(), **typed)):
            return _after(request, chart, done="allergy-added")
    return _page(request, chart, form)


@require_POST
@patient_page(section="allergies", needs="care")
def declare_none(request: SignedIn, chart: Chart) -> HttpResponse:
    """Somebody asked: no allergy is known."""
    form = forms.DeclareNone(request.POST)
    if form.is_valid() and acts.is_done(
        form, lambda: services.declare_none(permit=chart.permit, token=form.cleaned_data["token"], now=clock.now())
    ):
        return _after(request, chart, done="none-declared")
    return _page(request, chart, forms.Allergy(), refused=form)


def _after(request: SignedIn, chart: Chart, *, done: str) -> HttpResponse:
    if is_part(request):
        return _page(request, Chart(chart.permit, chart.section), forms.Allergy(), done=done)
    return go(request, reverse("allergies", args=[chart.patient]), done=done)


def _page(request: SignedIn, chart: Chart, form: forms.Form, *, done: str = "", refused: forms.Form | None = None) -> HttpResponse:
    refuted, struck_out = queries.refuted_for(permit=chart.permit), entries.struck_out(permit=chart.permit, kinds=KINDS)
    context = {
        "chart": chart,
        "form": form,
        "refused_form": refused,
        "refuted": refuted,
        "struck_out": struck_out,
        "past_count": len(refuted) + len(struck_out),
        "is_part": is_part(request),
    }
    if done:
        context["done"] = words.DONE[done]
    template = "records/_allergies.html" if is_part(request) else "records/allergies.html"
    return render(request, template, context, status=UNPROCESSABLE if form.errors or refused else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="allergies", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Written in error: strike it out."""
    act = striking.Act(service=services.strike_out, back="allergies")
    return striking.answer(request, chart, entry, act)


@require_http_methods(["GET", "POST"])
@patient_page(section="allergies", needs="care")
def refute(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Shown not to be an allergy: set it aside."""
    act = striking.Act(service=services.refute, back="allergies", is_refutation=True, done="allergy-refuted")
    return striking.answer(request, chart, entry, act)
