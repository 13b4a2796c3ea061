"""What a note can be, and the headings each kind asks for. The French words are written in the entry as they are shown.

Nursing transmissions follow the targeted form (transmissions ciblées: données, actions, résultats).
"""

from __future__ import annotations

from dataclasses import dataclass

SIMPLE, TRANSMISSION = "note", "transmission"
TEXT, RESULTS = "text", "results"

CARERS = frozenset({"nurse_day", "nurse_night", "care_assistant", "triage_nurse"})
PHYSICIANS = frozenset({"ward_physician", "on_call_physician", "emergency_physician", "anaesthetist"})


@dataclass(frozen=True, kw_only=True)
class Heading:
    """One heading of a form. `rows` is the height of its field, in lines."""

    code: str
    label: str
    rows: int = 3


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of note. `loinc` is the type of document (LOINC), empty when it has none; `subject` what its title is called; `title` the
    title proposed; `first_for` the roles that are offered it first."""

    code: str
    label: str
    headings: tuple[Heading, ...]
    subject: str = "Titre"
    title: str = ""
    loinc: str = ""
    first_for: frozenset[str] = frozenset()


_FREE = (Heading(code=TEXT, label="Texte", rows=6),)

KINDS: dict[str, Kind] = {
    one.code: one
    for one in (
        Kind(code=SIMPLE, label="Note libre", headings=_FREE),
        Kind(
            code=TRANSMISSION, label="Transmission ciblée", subject="Cible", loinc="34746-8", first_for=CARERS,
            headings=(
                Heading(code="data", label="Données"), Heading(code="actions", label="Actions"), Heading(code=RESULTS, label="Résultats"),
            ),
        ),
        Kind(
            code="observation", label="Observation médicale", title="Observation médicale", loinc="11506-3", first_for=PHYSICIANS,
            headings=(
                Heading(code="interview", label="Interrogatoire"), Heading(code="examination", label="Examen clinique"),
                Heading(code="conclusion", label="Conclusion", rows=2), Heading(code="plan", label="Conduite à tenir"),
            ),
        ),
        Kind(
            code="admission", label="Observation d’entrée", title="Observation d’entrée", loinc="34117-2",
            headings=(
                Heading(code="reason", label="Motif d’entrée", rows=2), Heading(code="history", label="Antécédents"),
                Heading(code="lifestyle", label="Mode de vie", rows=2), Heading(code="treatment", label="Traitement habituel"),
                Heading(code="illness", label="Histoire de la maladie", rows=4),
                Heading(code="examination", label="Examen clinique", rows=4),
                Heading(code="conclusion", label="Conclusion", rows=2), Heading(code="plan", label="Conduite à tenir"),
            ),
        ),
        Kind(
            code="nursing_admission", label="Recueil infirmier d’entrée", title="Recueil de données d’entrée", loinc="78390-2",
            headings=(
                Heading(code="reason", label="Ce que dit le patient"),
                Heading(code="autonomy", label="Autonomie (toilette, marche, repas)"),
                Heading(code="habits", label="Habitudes de vie, sommeil, alimentation"), Heading(code="skin", label="État cutané", rows=2),
                Heading(code="pain", label="Douleur", rows=2), Heading(code="belongings", label="Prothèses, lunettes, objets", rows=2),
            ),
        ),
        Kind(
            code="paramedical", label="Note paramédicale", title="Bilan", loinc="28570-0",
            headings=(
                Heading(code="assessment", label="Bilan"), Heading(code="goals", label="Objectifs", rows=2),
                Heading(code="session", label="Séance"), Heading(code="next", label="Suite prévue", rows=2),
            ),
        ),
        Kind(
            code="fall", label="Chute", title="Déclaration de chute", loinc="74198-3",
            headings=(
                Heading(code="circumstances", label="Circonstances (lieu, heure, activité, chaussage)"),
                Heading(code="found", label="État du patient, blessures"), Heading(code="actions", label="Mesures prises, médecin prévenu"),
                Heading(code="told", label="Personnes prévenues", rows=2), Heading(code="prevention", label="Prévention"),
            ),
        ),
        Kind(
            code="discharge", label="Fiche de sortie", title="Sortie", loinc="28651-8",
            headings=(
                Heading(code="destination", label="Destination et transport", rows=2), Heading(code="condition", label="État à la sortie"),
                Heading(code="care", label="Soins à poursuivre"), Heading(code="papers", label="Documents et rendez-vous remis", rows=2),
            ),
        ),
    )
}  # fmt: skip


def kind(code: str) -> Kind:
    """A kind by its code; the free note for a code of another system, which imported notes may bear."""
    return KINDS.get(code, KINDS[SIMPLE])


def first_for(roles: frozenset[str]) -> str:
    """The kind that a person with these roles most likely means."""
    return next((one.code for one in KINDS.values() if one.first_for & roles), SIMPLE)
