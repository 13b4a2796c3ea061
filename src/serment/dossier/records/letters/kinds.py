"""What a letter can be, and the fields each kind asks for. The French words are printed as they stand here.

Discharge: code de la santé publique, art. R.1112-1-2 (what the lettre de liaison contains). Certificate: art. R.4127-76 and R.4127-28 of
the same (deontology): what was found, dated, in French, under the signature of its author.
"""

from __future__ import annotations

from dataclasses import dataclass

from serment.dossier.records.documents import categories

PHYSICIAN, REFERRAL, CERTIFICATE, CONVOCATION, FREE, DISCHARGE, ADDENDUM = (
    "physician", "referral", "certificate", "convocation", "free", "discharge", "addendum",
)  # fmt: skip
TEXT = "text"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a kind. `rows` is its height in lines, 1 for a single line; `hint` says what belongs in it; `heading` is printed above
    what was typed, empty for running text."""

    code: str
    label: str
    rows: int = 3
    hint: str = ""
    heading: str = ""
    is_required: bool = False


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of letter: what it is called, the document that it becomes, who may sign it."""

    code: str
    label: str
    category: str
    fields: tuple[Field, ...]
    title: str = ""
    needs_physician: bool = False
    has_addressee: bool = True


def _headed(code: str, label: str, *, rows: int = 3, hint: str = "", is_required: bool = False) -> Field:
    return Field(code=code, label=label, rows=rows, hint=hint, heading=label, is_required=is_required)


KINDS: dict[str, Kind] = {
    one.code: one
    for one in (
        Kind(
            code=DISCHARGE, label="Lettre de liaison", category=categories.DISCHARGE, title="Lettre de liaison à la sortie",
            needs_physician=True,
            fields=(
                _headed("reason", "Motif d’hospitalisation", rows=2, is_required=True),
                _headed("stay", "Séjour", rows=2, hint="Entrée, sortie, provenance, destination."),
                _headed("course", "Synthèse médicale du séjour", rows=9, is_required=True),
                _headed("events", "Événements indésirables", rows=2),
                _headed("germs", "Micro-organismes multirésistants ou émergents", rows=1),
                _headed("blood", "Produits sanguins ou dérivés du sang administrés", rows=1),
                _headed("implants", "Dispositifs médicaux implantés", rows=1),
                _headed("results", "Examens et résultats", rows=6),
                _headed("allergies", "Allergies", rows=2),
                _headed("problems", "Problèmes et antécédents", rows=4),
                _headed("started", "Traitements commencés", rows=4, hint="Substance, dose, voie, rythme, durée."),
                _headed("continued", "Traitements poursuivis", rows=4),
                _headed("stopped", "Traitements arrêtés ou remplacés", rows=3, hint="Avec le motif."),
                _headed("pending", "Résultats attendus", rows=2),
                _headed("follow", "Suites à donner", rows=5, hint="Surveillance, rendez-vous, actes prévus, aides.", is_required=True),
            ),
        ),
        Kind(
            code=PHYSICIAN, label="Au médecin traitant", category=categories.LETTER, title="Courrier au médecin traitant",
            fields=(Field(code=TEXT, label="Lettre", rows=16, is_required=True),),
        ),
        Kind(
            code=REFERRAL, label="Adresser à un confrère", category=categories.REFERRAL, title="Demande d’avis", needs_physician=True,
            fields=(
                _headed("question", "Motif de la demande", rows=3, is_required=True),
                _headed("illness", "Histoire", rows=5), _headed("problems", "Problèmes et antécédents", rows=4),
                _headed("allergies", "Allergies", rows=2), _headed("treatments", "Traitements", rows=4),
                _headed("results", "Examens et résultats", rows=4),
            ),
        ),
        Kind(
            code=CERTIFICATE, label="Certificat", category=categories.CERTIFICATE, title="Certificat médical", needs_physician=True,
            has_addressee=False,
            fields=(
                Field(code="day", label="Jour de l’examen", rows=1, is_required=True),
                Field(
                    code="facts", label="Constatations", rows=8, is_required=True,
                    hint="Ce que vous avez constaté vous-même. Ce que dit la personne s’écrit entre guillemets.",
                ),
                Field(code="purpose", label="Établi à la demande de", rows=1, is_required=True),
            ),
        ),
        Kind(
            code=CONVOCATION, label="Convocation", category=categories.LETTER, title="Convocation",
            fields=(
                Field(code="when", label="Jour et heure", rows=1, heading="Quand", is_required=True),
                Field(code="where", label="Lieu", rows=1, heading="Où", is_required=True),
                Field(code="purpose", label="Motif", rows=2, heading="Pourquoi"),
                Field(code="bring", label="À apporter", rows=3, heading="À apporter"),
            ),
        ),
        Kind(
            code=FREE, label="Lettre libre", category=categories.LETTER,
            fields=(Field(code=TEXT, label="Lettre", rows=16, is_required=True),),
        ),
        Kind(
            code=ADDENDUM, label="Additif", category=categories.LETTER, title="Additif",
            fields=(Field(code=TEXT, label="Additif", rows=8, is_required=True),),
        ),
    )
}  # fmt: skip

# An addendum is begun from the letter that it completes.
CHOSEN = tuple(one for one in KINDS.values() if one.code != ADDENDUM)


def kind(code: str) -> Kind | None:
    """A kind by its code, or None."""
    return KINDS.get(code)
