"""Allergies: what is known, adding to it, correcting, asking again, striking out, setting aside."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from serment.dossier.kernel import clock
from serment.dossier.records.allergies import queries, services, substances
from serment.dossier.records.allergies.types import Allergy
from serment.dossier.records.entries import queries as entries
from serment.dossier.web import acts, allergies_forms, forms, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go, is_part
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page

KINDS = ("AllergyIntolerance",)


@require_http_methods(["GET", "POST"])
@patient_page(section="allergies", needs="care")
def allergies(request: SignedIn, chart: Chart) -> HttpResponse:
    """The list and its form. htmx gets the part that changed, with the band, which must never say otherwise."""
    form = allergies_forms.Allergy(request.POST or None)
    if request.method != "POST":
        return _page(request, chart, form)
    if form.is_valid():
        now = clock.now()
        told, token = form.told(today=clock.today(now)), form.cleaned_data["token"]
        if acts.is_done(form, lambda: services.record(permit=chart.permit, token=token, told=told, now=now)):
            return _after(request, chart, done="allergy-added")
    return _page(request, chart, form)


@require_POST
def find_substances(request: SignedIn) -> HttpResponse:
    """Substances that answer to the words typed, to choose one of. The words are in the body, and no record is asked for."""
    context = {"substances": substances.find(request.POST.get("substance", "")), "chosen": request.POST.get("code", "")}
    return render(request, "records/_substances.html", context)


@require_POST
@patient_page(section="allergies", needs="care")
def declare_none(request: SignedIn, chart: Chart) -> HttpResponse:
    """Somebody asked: no allergy is known."""
    form = allergies_forms.DeclareNone(request.POST)
    if form.is_valid() and acts.is_done(
        form, lambda: services.declare_none(permit=chart.permit, token=form.cleaned_data["token"], now=clock.now())
    ):
        return _after(request, chart, done="none-declared")
    return _page(request, chart, allergies_forms.Allergy(), refused=form)


@require_http_methods(["GET", "POST"])
@patient_page(section="allergies", needs="care")
def correct(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """What is known now. When somebody was faster, both are on the page: theirs as it stands, and what was typed, to be sent again."""
    one = queries.one(permit=chart.permit, entry=entry)
    form = allergies_forms.Correction(request.POST or None, initial=allergies_forms.initial(one), planned=one.review.due_on)
    if request.method == "POST" and form.is_valid():
        now = clock.now()
        told, version = form.told(today=clock.today(now)), form.cleaned_data["version"]
        if acts.is_done(form, lambda: services.correct(permit=chart.permit, entry=entry, version=version, told=told, now=now)):
            return go(request, reverse("allergies", args=[chart.patient]), done="allergy-corrected")
    context = {"chart": chart, "form": form, "one": one, **_choice(form, one)}
    return render(request, "records/allergy_correct.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@patient_page(section="allergies", needs="care")
def review(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Asked again today: nothing has changed."""
    form = allergies_forms.Review(request.POST)
    if form.is_valid():
        now = clock.now()
        next_on, version = form.next_on(today=clock.today(now)), form.cleaned_data["version"]
        if acts.is_done(form, lambda: services.review(permit=chart.permit, entry=entry, version=version, next_on=next_on, now=now)):
            return _after(request, chart, done="allergy-reviewed")
    return _page(request, chart, allergies_forms.Allergy(), refused=form)


def _choice(form: forms.Form, one: Allergy | None = None) -> dict[str, object]:
    """The substances to choose from, the one that is chosen among them."""
    chosen = str(form["code"].value() or "")
    found = substances.find(str(form["substance"].value() or "")) if form.is_bound or one else ()
    known = substances.known(chosen)
    return {"substances": found if known is None or known in found else (known, *found), "chosen": chosen}


def _after(request: SignedIn, chart: Chart, *, done: str) -> HttpResponse:
    if is_part(request):
        return _page(request, Chart(chart.permit, chart.section), allergies_forms.Allergy(), done=done)
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
        "today": clock.today(clock.now()),
        "is_part": is_part(request),
        **_choice(form),
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
