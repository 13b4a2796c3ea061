"""The first page of a chart: the stay in one look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from serment.dossier.kernel import clock, ids
from serment.dossier.records.conditions import queries as conditions
from serment.dossier.records.consents import queries as consents
from serment.dossier.records.correspondents import queries as correspondents
from serment.dossier.records.documents import queries as documents
from serment.dossier.records.drafts import queries as drafts
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.letters import queries as letters
from serment.dossier.records.letters.kinds import DISCHARGE
from serment.dossier.records.medications import queries as medications
from serment.dossier.records.notes import queries as notes
from serment.dossier.records.notes import rules as note_rules
from serment.dossier.records.notes.types import Note
from serment.dossier.records.observations import measures, news2, scales
from serment.dossier.records.observations import queries as observations
from serment.dossier.records.observations import rules as observation_rules
from serment.dossier.records.observations.types import Observation
from serment.dossier.records.reasons import queries as reasons
from serment.dossier.records.results import queries as seen
from serment.dossier.web import formats, plots, telling
from serment.dossier.web.http import SignedIn
from serment.dossier.web.patient import Chart, patient_page

# The FHIR types that this page shows whole, fetched in one query. Of the others it reads as many as it shows.
KINDS = (
    "AllergyIntolerance", "Condition", "Consent", "MedicationRequest", "MedicationStatement", "Patient", "Practitioner", "RelatedPerson",
)  # fmt: skip
NOTES_SHOWN = 3
DOCUMENTS_SHOWN = 4
MEASURES_SHOWN = 8
# Enough for the trends of what one takes at every bed, over some days.
MEASURES_READ = 60
CHANGES_SHOWN = 8
WAITING_SHOWN = 5
# Shown in words, or as a badge, and not among the figures.
BY_THEMSELVES = frozenset({measures.NEWS2, measures.CONSCIOUSNESS, measures.BMI, *scales.SCALES})


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that somebody must do: in words, with the page to do it on."""

    words: str
    address: str
    icon: str = "clock"
    is_danger: bool = False


@require_GET
@patient_page(section="synthesis")
def synthesis(request: SignedIn, chart: Chart) -> HttpResponse:
    """The whole of it for who cares, the administrative part for the others."""
    permit = chart.permit
    entries.fetch(permit=permit, kinds=KINDS)
    context: dict[str, object] = {"chart": chart, "contact": correspondents.contact_of(permit=permit) if chart.has_contact else None}
    if chart.has_care:
        context |= _care(chart)
    return render(request, "records/synthesis.html", context)


def _care(chart: Chart) -> dict[str, object]:
    permit, now = chart.permit, clock.now()
    problems = conditions.active_for(permit=permit)
    counts = entries.counts(permit=permit)
    written, _more = notes.page(permit=permit, count=NOTES_SHOWN)
    papers, _more = documents.newest(permit=permit, count=DOCUMENTS_SHOWN)
    measured = observations.newest(permit=permit, count=MEASURES_READ)
    shown = [one for one in measured if one.code not in BY_THEMSELVES]
    score = next((one for one in measured if one.code == measures.NEWS2), None)
    changes, changed_count = changed(chart, now=now)
    return {
        "reason": reasons.of_stay(permit=permit, stay=chart.stay.id) if chart.stay else "",
        "symptoms": [one for one in conditions.symptoms(permit=permit) if one.is_present],
        "problems": [one for one in problems if one.is_active],
        "antecedents": [one for one in problems if not one.is_active],
        "medications": medications.active_for(permit=permit),
        "measures": plots.measures(shown)[:MEASURES_SHOWN],
        "score": score,
        "grade": news2.risk_told(score.meaning) if score else "",
        "notes": written,
        "notes_count": counts.get("Composition", 0),
        "documents": papers,
        "documents_count": counts.get("DocumentReference", 0),
        "consents": consents.active_for(permit=permit),
        "due": due(chart, score=score, written=written, now=now),
        "changes": changes,
        "changes_more": changed_count - len(changes),
    }


def since_yesterday(now: datetime) -> datetime:
    """Since yesterday, as a ward says it in the morning: from noon of the day before."""
    noon = now.astimezone(clock.PARIS).replace(hour=12, minute=0, second=0, microsecond=0)
    return noon - timedelta(days=1)


def changed(chart: Chart, *, now: datetime) -> tuple[list[telling.Told], int]:
    """What was written since yesterday but for measures, which the page shows by themselves; and how many there are in all."""
    found, count = entries.changed(permit=chart.permit, since=since_yesterday(now), apart_from=["Observation"], count=CHANGES_SHOWN)
    return [telling.told(chart.patient, entry) for entry in found], count


def due(chart: Chart, *, score: Observation | None, written: tuple[Note, ...], now: datetime) -> list[Due]:
    """What waits for somebody, out of what the page has read."""
    found = _to_see(chart)
    if score is not None and (late := observation_rules.overdue(score.value, taken_at=score.at, now=now)):
        said = _("Constantes à reprendre : NEWS2 %(score)s, il y a %(span)s")
        told = {"score": score.value, "span": formats.duration(late)}
        found.append(Due(words=said % told, address=reverse("vitals", args=[chart.patient]), icon="measure"))
    if chart.allergies is not None and chart.allergies.state == "not_documented":
        found.append(Due(words=_("Allergies à demander"), address=reverse("allergies", args=[chart.patient]), icon="danger"))
    found += _to_review(chart, now=now)
    for note in written:
        if note.awaits:
            said = _("À contresigner : %(title)s") % {"title": note.title}
            found.append(Due(words=said, address=reverse("notes", args=[chart.patient]), icon="note"))
        elif note_rules.is_open_target(note):
            said = _("Résultats à écrire : %(title)s") % {"title": note.title}
            closing = reverse("addendum", args=[chart.patient, note.written.entry]) + "?closes=yes"
            found.append(Due(words=said, address=closing, icon="note"))
    for form, saved_at in drafts.left(permit=chart.permit):
        said = _("Votre brouillon du %(at)s") % {"at": formats.moment(saved_at)}
        found.append(Due(words=said, address=_begun(chart, form), icon="note"))
    if chart.stay and chart.stay.expected_end and clock.today(chart.stay.expected_end) <= clock.today(now):
        found.append(_leaving(chart))
    return found


def _to_see(chart: Chart) -> list[Due]:
    """What came and no physician has seen yet: what its sender calls critical comes first, with its values."""
    found = []
    waiting, more = seen.waiting_of(permit=chart.permit, count=WAITING_SHOWN)
    for one in waiting:
        address = reverse("result", args=[chart.patient, one.entry])
        if one.critical:
            said = _("Résultat critique, à voir : %(results)s") % {"results": telling.values(one.critical)}
            found.append(Due(words=said, address=address, icon="danger", is_danger=True))
        else:
            found.append(Due(words=_("À voir : %(title)s") % {"title": one.title}, address=address, icon="result"))
    if more:
        said = ngettext("et un autre à voir", "et %(count)s autres à voir", more) % {"count": more}
        found.append(Due(words=said, address=reverse("results", args=[chart.patient]), icon="result"))
    return found


def _to_review(chart: Chart, *, now: datetime) -> list[Due]:
    """Allergies, or the statement that there are none, that somebody should have asked about again."""
    known = chart.allergies
    if known is None:
        return []
    address, today = reverse("allergies", args=[chart.patient]), clock.today(now)
    told = [_("Allergie à redemander : %(substance)s") % {"substance": one.substance} for one in known.overdue(today)]
    told += [_("« Aucune allergie connue » à redemander")] if known.review.is_overdue(today) else []
    return [Due(words=words, address=address, icon="danger") for words in told]


def _leaving(chart: Chart) -> Due:
    """Somebody leaves today: with their lettre de liaison (CSP R.1112-1-2), or without one yet."""
    signed = letters.of_stay(permit=chart.permit, stay=chart.stay.id, kind=DISCHARGE) if chart.stay else ()
    if not signed:
        said, address = _("Sortie aujourd’hui : lettre de liaison à écrire"), reverse("letter", args=[chart.patient, DISCHARGE])
    elif not signed[0].deliveries:
        said, address = (
            _("Sortie aujourd’hui : lettre de liaison à remettre"),
            reverse("document", args=[chart.patient, signed[0].entry]),
        )
    else:
        said, address = _("Sortie prévue aujourd’hui"), reverse("stays", args=[chart.patient])
    return Due(words=said, address=address, icon="leave")


def _begun(chart: Chart, form: str) -> str:
    """The page where a draft goes on."""
    if form == "vitals":
        return reverse("vitals", args=[chart.patient])
    kind = form.removeprefix("letter-")
    if kind == form:
        return reverse("notes", args=[chart.patient])
    entry = ids.parsed(kind)
    return reverse("letter_addendum", args=[chart.patient, entry]) if entry else reverse("letter", args=[chart.patient, kind])
