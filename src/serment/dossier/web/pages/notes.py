"""Notes: what the team writes to one another."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from serment.dossier.kernel import clock, errors
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.notes import queries, services
from serment.dossier.web import acts, forms, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go, is_part
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page

KINDS = ("Composition",)


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="care")
def notes(request: SignedIn, chart: Chart) -> HttpResponse:
    """The notes, newest first, and the form for a new one."""
    form = forms.Note(request.POST or None)
    if request.method != "POST":
        return _page(request, chart, form)
    if form.is_valid():
        typed, stay = form.cleaned_data, chart.stay.id if chart.stay else None
        if acts.is_done(form, lambda: services.record(permit=chart.permit, now=clock.now(), stay=stay, **typed)):
            if is_part(request):
                return _page(request, chart, forms.Note(), done="note-added")
            return go(request, reverse("notes", args=[chart.patient]), done="note-added")
    return _page(request, chart, form)


def _page(request: SignedIn, chart: Chart, form: forms.Form, *, done: str = "") -> HttpResponse:
    context = {
        "chart": chart,
        "form": form,
        "notes": queries.active_for(permit=chart.permit),
        "struck_out": entries.struck_out(permit=chart.permit, kinds=KINDS),
        "is_part": is_part(request),
    }
    if done:
        context["done"] = words.DONE[done]
    template = "records/_notes.html" if is_part(request) else "records/notes.html"
    return render(request, template, context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="care")
def addendum(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Add to a note: the note itself is never changed."""
    note = next((one for one in queries.active_for(permit=chart.permit) if one.written.entry == entry), None)
    if note is None:
        raise errors.NotFound("no_entry")
    form = forms.Addendum(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: services.add(permit=chart.permit, note=entry, now=clock.now(), **typed)):
            return go(request, reverse("notes", args=[chart.patient]), done="addendum-added")
    context = {"chart": chart, "form": form, "note": note}
    return render(request, "records/addendum.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A note, or an addendum, written in error."""
    return striking.answer(request, chart, entry, striking.Act(service=services.strike_out, back="notes", entry_name="note"))
