"""Masking an entry at the patient's request, and showing it again: one page for every kind of entry."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from serment.dossier.kernel import clock
from serment.dossier.records.entries import masking
from serment.dossier.records.entries import queries as entries
from serment.dossier.web import acts, forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.patient import Chart, patient_page


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="care")
def mask(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Who masks may be unable to read it afterwards: the page says so before."""
    return _answer(request, chart, entry, act=masking.mask, done="masked")


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="sealed")
def unmask(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """For who reads what is sealed."""
    return _answer(request, chart, entry, act=masking.unmask, done="unmasked")


def _answer(request: SignedIn, chart: Chart, entry: UUID, *, act: Callable[..., None], done: str) -> HttpResponse:
    back = reverse("synthesis", args=[chart.patient])
    sent = forms.StrikeOut(request.POST)
    is_sent = request.method == "POST" and sent.is_valid()
    if is_sent and masking.was_done(permit=chart.permit, entry=entry, version=sent.cleaned_data["version"]):
        return go(request, back, done=done)
    versions = entries.versions(permit=chart.permit, entry=entry)
    form = sent if request.method == "POST" else forms.StrikeOut(initial={"version": versions[0].version})
    if is_sent:
        typed = form.cleaned_data
        if acts.is_done(form, lambda: act(permit=chart.permit, entry=entry, now=clock.now(), **typed)):
            return go(request, back, done=done)
    context = {"chart": chart, "form": form, "entry": versions[0], "unmasks": done == "unmasked", "back": back}
    return render(request, "records/mask.html", context, status=UNPROCESSABLE if form.errors else 200)
