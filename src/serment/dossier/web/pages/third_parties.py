"""Keeping a document out of the copies for the patient, because it comes from a third party or is about one (CSP L.1111-7, R.1112-2)."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from serment.dossier.copies import marks
from serment.dossier.copies.types import Mark
from serment.dossier.kernel import clock, errors
from serment.dossier.records.documents import queries
from serment.dossier.web import acts, documents_forms, rights_forms
from serment.dossier.web.http import SignedIn, go
from serment.dossier.web.pages import rights
from serment.dossier.web.patient import Chart, patient_page

REASON = "Les informations de tiers ont été revues."


def shown(request: SignedIn, chart: Chart, entry: UUID) -> dict[str, object]:
    """What the page of a document says of third parties: who marked it, the form to mark it, whether the reader may take a mark back."""
    found = marks.of_entry(permit=chart.permit, entry=entry)
    return {"marks": [(mark, _may_lift(request, mark)) for mark in found], "third_party": documents_forms.ThirdParty()}


def _may_lift(request: SignedIn, mark: Mark) -> bool:
    """Who marked it, and who answers for copies. What was marked while filing is part of the document."""
    return mark.id is not None and (mark.author == request.who.account or rights.COPY in request.who.actions)


@require_POST
@patient_page(section="documents", needs="care")
def mark(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Any carer who reads it may say so: the record itself does not change."""
    form = documents_forms.ThirdParty(request.POST)
    queries.get(permit=chart.permit, document=entry)
    if not form.is_valid() or not acts.is_done(form, lambda: marks.put(permit=chart.permit, entry=entry, now=clock.now(), **form.told)):
        raise errors.Conflict("already_withheld")
    return go(request, reverse("document", args=[chart.patient, entry]), done="entry-marked")


@require_POST
@patient_page(section="documents", needs="care")
def lift(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Let the document into copies again. Refuses (`role`) who neither marked it nor answers for copies."""
    form = rights_forms.LetIn(request.POST)
    found = next((one for one in marks.of_entry(permit=chart.permit, entry=entry) if str(one.id) == request.POST.get("mark")), None)
    if found is None:
        raise errors.NotFound("no_entry")
    if not _may_lift(request, found):
        raise errors.Denied("role", field="care")
    if not form.is_valid() or not acts.is_done(
        form, lambda: marks.lift(permit=chart.permit, reason=REASON, now=clock.now(), **form.cleaned_data)
    ):
        raise errors.Conflict("entry_changed")
    return go(request, reverse("document", args=[chart.patient, entry]), done="entry-let-in")
