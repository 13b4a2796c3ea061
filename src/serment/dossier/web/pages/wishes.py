"""What the patient agreed to, opposed or wished: the answers in force, those before, and the form for another."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from serment.dossier.kernel import clock
from serment.dossier.records.consents import queries, services
from serment.dossier.records.consents.types import TOPICS
from serment.dossier.records.documents import queries as documents
from serment.dossier.records.entries import queries as entries
from serment.dossier.web import acts, wishes_forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page

KINDS = ("Consent",)
# Documents offered as what holds a wish: the newest, as many as one looks through.
PAPERS = 30


@require_http_methods(["GET", "POST"])
@patient_page(section="wishes", needs="contact")
def wishes(request: SignedIn, chart: Chart) -> HttpResponse:
    """Whoever may not read the care part sees and writes the paperwork alone."""
    permit = chart.permit
    papers = documents.newest(permit=permit, count=PAPERS)[0] if chart.has_care else ()
    topics = [topic for topic in TOPICS.values() if permit.has(topic.compartment)]
    form = wishes_forms.Wish(request.POST or None, topics=topics, papers=papers)
    if request.method == "POST" and form.is_valid():
        token, told = form.cleaned_data["token"], form.told()
        if acts.is_done(form, lambda: services.record(permit=permit, token=token, told=told, now=clock.now())):
            return go(request, reverse("wishes", args=[chart.patient]), done="wish-recorded")
    found = queries.histories(permit=permit)
    context = {
        "chart": chart,
        "form": form,
        "told": [one for one in found if one.latest],
        "not_asked": [one.topic.code for one in found if not one.latest],
        "titles": {paper.written.entry: paper.title for paper in papers},
        "struck_out": entries.struck_out(permit=permit, kinds=KINDS),
    }
    return render(request, "records/wishes.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_http_methods(["GET", "POST"])
@patient_page(section="wishes", needs="contact")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """An answer written in error: the one before is in force again."""
    return striking.answer(request, chart, entry, striking.Act(service=services.strike_out, back="wishes"))
