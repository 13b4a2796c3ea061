"""The first page of a chart: the stay in one look."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from serment.dossier.records.conditions import queries as conditions
from serment.dossier.records.consents import queries as consents
from serment.dossier.records.correspondents import queries as correspondents
from serment.dossier.records.documents import queries as documents
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.medications import queries as medications
from serment.dossier.records.notes import queries as notes
from serment.dossier.records.observations import queries as observations
from serment.dossier.records.reasons import queries as reasons
from serment.dossier.web import plots
from serment.dossier.web.http import SignedIn
from serment.dossier.web.patient import Chart, patient_page

# The FHIR types that this page shows, fetched in one query.
KINDS = (
    "AllergyIntolerance", "Condition", "Consent", "DocumentReference", "Encounter", "MedicationRequest",
    "MedicationStatement", "Observation", "Patient", "Practitioner", "RelatedPerson",
)  # fmt: skip
NOTES_SHOWN = 3
DOCUMENTS_SHOWN = 4
MEASURES_SHOWN = 8


@require_GET
@patient_page(section="synthesis")
def synthesis(request: SignedIn, chart: Chart) -> HttpResponse:
    """The whole of it for who cares, the administrative part for the others."""
    permit = chart.permit
    entries.fetch(permit=permit, kinds=KINDS)
    context: dict[str, object] = {"chart": chart, "contact": correspondents.contact_of(permit=permit) if chart.has_contact else None}
    if chart.has_care:
        problems = conditions.active_for(permit=permit)
        counts = entries.counts(permit=permit)
        written, _ = notes.page(permit=permit, count=NOTES_SHOWN)
        papers = documents.active_for(permit=permit)
        context |= {
            "reason": reasons.by_stay(permit=permit).get(chart.stay.id, "") if chart.stay else "",
            "problems": [one for one in problems if one.is_active],
            "antecedents": [one for one in problems if not one.is_active],
            "medications": medications.active_for(permit=permit),
            "measures": plots.measures(observations.active_for(permit=permit))[:MEASURES_SHOWN],
            "notes": written,
            "notes_count": counts.get("Composition", 0),
            "documents": papers[:DOCUMENTS_SHOWN],
            "documents_count": len(papers),
            "consents": consents.active_for(permit=permit),
        }
    return render(request, "records/synthesis.html", context)
