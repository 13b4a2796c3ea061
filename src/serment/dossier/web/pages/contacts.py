"""Stays and correspondents: what carers and secretaries both need."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from serment.dossier.kernel import clock
from serment.dossier.records.correspondents import queries, services
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.reasons import queries as reasons
from serment.dossier.web import acts, besides_words, correspondents_forms, forms, telling
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page

KINDS = ("Practitioner", "RelatedPerson", "Patient")
VISIT, VISITS = "Encounter", 40


@require_GET
@patient_page(section="stays")
def stays(request: SignedIn, chart: Chart) -> HttpResponse:
    """Every stay with its movements, newest first; then the visits that another software told."""
    told = reasons.by_stay(permit=chart.permit) if chart.has_care else {}
    found = [(stay, told.get(stay.id, "")) for stay in chart.stays]
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    visits, more = entries.newest(permit=chart.permit, kind=VISIT, page=page, count=VISITS, elsewhere=True)
    address = reverse("stays", args=[chart.patient])
    context = {
        "chart": chart, "stays": found, "visits": [telling.told(chart.patient, one) for one in visits],
        "back": f"{address}?page={page - 1}" if page > 1 else "", "next": f"{address}?page={page + 1}" if more else "",
    }  # fmt: skip
    return render(request, "records/stays.html", context)


@require_http_methods(["GET", "POST"])
@patient_page(section="correspondents", needs="contact")
def correspondents(request: SignedIn, chart: Chart) -> HttpResponse:
    """Who to write to and who to call, what each may receive, and the form to add somebody."""
    form = correspondents_forms.Another(request.POST or None)
    if request.method == "POST" and form.is_valid():
        token, told = form.cleaned_data["token"], form.told()
        if acts.is_done(form, lambda: services.record(permit=chart.permit, token=token, told=told, now=clock.now())):
            return go(request, reverse("correspondents", args=[chart.patient]), done="correspondent-added")
    if request.method == "GET":
        entries.fetch(permit=chart.permit, kinds=KINDS)
    context = {
        "chart": chart,
        "form": form,
        "contact": queries.contact_of(permit=chart.permit),
        "besides": besides_words.told(queries.told_besides(permit=chart.permit)),
        "former": queries.former_for(permit=chart.permit),
        "struck_out": entries.struck_out(permit=chart.permit, kinds=KINDS),
    }
    return render(request, "records/correspondents.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="correspondents", needs="contact")
def correct(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """What is known now. When somebody was faster, both are on the page."""
    one = queries.one(permit=chart.permit, entry=entry)
    form = correspondents_forms.Correction(request.POST or None, initial=correspondents_forms.initial(one))
    if request.method == "POST" and form.is_valid():
        version, told = form.cleaned_data["version"], form.told()
        if acts.is_done(
            form,
            lambda: services.correct(permit=chart.permit, correspondent=entry, version=version, told=told, now=clock.now()),
        ):
            return go(request, reverse("correspondents", args=[chart.patient]), done="correspondent-corrected")
    context = {"chart": chart, "form": form, "one": one}
    return render(request, "records/correspondent_correct.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="correspondents", needs="contact")
def end(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """They are so no more: they leave the list, and the physician who treated loses their tie."""
    one = queries.one(permit=chart.permit, entry=entry)
    today = clock.today(clock.now())
    form = correspondents_forms.End(request.POST or None, initial={"version": one.written.version, "on": today})
    if request.method == "POST" and form.is_valid() and acts.is_done(form, lambda: _end(chart, entry, form)):
        return go(request, reverse("correspondents", args=[chart.patient]), done="correspondent-ended")
    context = {"chart": chart, "form": form, "one": one}
    return render(request, "records/correspondent_end.html", context, status=UNPROCESSABLE if form.errors else 200)


def _end(chart: Chart, entry: UUID, form: forms.Form) -> None:
    version, on = form.cleaned_data["version"], form.cleaned_data["on"]
    services.end(permit=chart.permit, correspondent=entry, version=version, on=on, now=clock.now())


@require_http_methods(["GET", "POST"])
@patient_page(section="correspondents", needs="contact")
def reach(request: SignedIn, chart: Chart) -> HttpResponse:
    """How to reach the patient. When somebody was faster, theirs is on the page beside what was typed."""
    contact, now = queries.contact_of(permit=chart.permit), clock.now()
    form = correspondents_forms.Reach(request.POST or None, initial=correspondents_forms.initial_reach(contact))
    if request.method == "POST" and form.is_valid():
        token, seen = form.cleaned_data["token"], form.cleaned_data["seen"]
        told = form.told(contact, today=clock.today(now))
        if acts.is_done(form, lambda: services.tell_contact(permit=chart.permit, token=token, seen=seen, told=told, now=now)):
            return go(request, reverse("correspondents", args=[chart.patient]), done="contact-told")
    context = {"chart": chart, "form": form, "contact": contact}
    return render(request, "records/contact.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="correspondents", needs="contact")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A correspondent written in error."""
    act = striking.Act(service=services.strike_out, back="correspondents", entry_name="correspondent")
    return striking.answer(request, chart, entry, act)
