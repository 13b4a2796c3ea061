"""What the patient agreed to, opposed or wished."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from serment.dossier.records.entries.types import Written

PERMIT, DENY = "permit", "deny"
EXIST, NONE, SILENT = "exist", "none", "silent"
ADVANCE_DIRECTIVES, ORGAN_DONATION, TOLD = "advance_directives", "organ_donation", "told"


@dataclass(frozen=True, kw_only=True)
class Topic:
    """What one may decide about: its French name, as it is written in the entry; the answers; the compartment.

    What is wished of one's care is read by carers; the paperwork of sharing by the desk too."""

    code: str
    label: str
    decisions: tuple[str, ...] = (PERMIT, DENY)
    compartment: str = "contact"


# Directives anticipées: CSP L.1111-11. Prélèvement d’organes: CSP L.1232-1. Partage: CSP L.1110-4. DMP: CSP L.1111-15 and following, as
# the segment ZFA of IHE PAM France has them.
TOPICS = {
    topic.code: topic
    for topic in (
        Topic(code=ADVANCE_DIRECTIVES, label="Directives anticipées", decisions=(EXIST, NONE, SILENT), compartment="care"),
        Topic(code=ORGAN_DONATION, label="Don d’organes après la mort", compartment="care"),
        Topic(code=TOLD, label="Qui peut être informé", decisions=("wish",)),
        Topic(code="presence", label="Révéler sa présence ici"),
        Topic(code="sharing", label="Partage avec d’autres professionnels"),
        Topic(code="dmp_feeding", label="Alimentation du dossier médical partagé"),
        Topic(code="dmp_consultation", label="Consultation du dossier médical partagé"),
        Topic(code="dmp_access", label="Accès de l’établissement au dossier médical partagé"),
        Topic(code="dmp_break_glass", label="Dossier médical partagé : accès en bris de glace"),
        Topic(code="dmp_regulation", label="Dossier médical partagé : accès du centre de régulation"),
        Topic(code="dmp_status", label="État du dossier médical partagé", decisions=("active", "closed", NONE)),
        Topic(code="sms", label="Messages par SMS"),
    )
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody writes: the answer on one topic, in the patient's words when they matter, where a paper is kept, the document of the
    record that holds it, since when."""

    topic: str
    decision: str
    text: str = field(repr=False, default="")
    kept_at: str = field(repr=False, default="")
    document: UUID | None = None
    since: str = ""


@dataclass(frozen=True, kw_only=True)
class Consent:
    """`topic` is one of TOPICS; `decision` one of its answers; `since` when the patient said so, as FHIR writes a date."""

    written: Written
    topic: str
    decision: str
    text: str = field(repr=False, default="")
    kept_at: str = field(repr=False, default="")
    document: UUID | None = None
    since: str = ""


@dataclass(frozen=True, kw_only=True)
class History:
    """One topic: the answer in force, and what was said before, the newest first."""

    topic: Topic
    latest: Consent | None
    before: tuple[Consent, ...] = ()
