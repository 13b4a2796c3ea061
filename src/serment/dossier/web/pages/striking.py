"""Striking out: the same page for every kind of entry. Nothing is deleted; a reason stays beside the line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from serment.dossier.journal import queries as journal
from serment.dossier.kernel import clock
from serment.dossier.records.entries import queries as entries
from serment.dossier.web import acts, forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.patient import Chart, patient_page


@dataclass(frozen=True, kw_only=True)
class Act:
    """What one kind of entry calls to be struck out, what it names the entry, and the page to go back to."""

    service: Callable[..., None]
    back: str
    entry_name: str = "entry"
    is_refutation: bool = False
    done: str = "struck-out"


def answer(request: SignedIn, chart: Chart, entry: UUID, act: Act) -> HttpResponse:
    """The page that asks for a reason, and what it sends."""
    versions = entries.versions(permit=chart.permit, entry=entry)
    form = forms.StrikeOut(request.POST or None, initial={"version": versions[0].version})
    if request.method == "POST" and form.is_valid():
        typed = {**form.cleaned_data, act.entry_name: entry}
        if acts.is_done(form, lambda: act.service(permit=chart.permit, now=clock.now(), **typed)):
            return go(request, reverse(act.back, args=[chart.patient]), done=act.done)
    context = {"chart": chart, "form": form, "entry": versions[0], "act": act, "back": reverse(act.back, args=[chart.patient])}
    return render(request, "records/strike_out.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_GET
@patient_page(needs="contact")
def history(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Every version of an entry: who wrote it, who changed it, why."""
    versions = entries.versions(permit=chart.permit, entry=entry)
    people = {one.account: one for one in journal.disclosures(signed=request.signed, patient=chart.patient)}
    # A measure is one cell of a table: it has no line of its own to be struck out from.
    may_strike_out = versions[0].kind == "Observation" and not versions[0].is_struck_out
    told = [(version, people.get(version.author) if version.author else None) for version in versions]
    context = {"chart": chart, "versions": told, "may_strike_out": may_strike_out}
    return render(request, "records/history.html", context)
