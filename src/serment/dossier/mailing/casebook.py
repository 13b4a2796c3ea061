"""The officers' own sentences about an incident, for the authorities: every version is kept, the last one counts.

Nothing in them is about one patient; who writes a patient's name here writes it into the register for ever, and the form says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import msgspec

from serment.dossier.kernel import errors
from serment.dossier.mailing.figures import UNKNOWN, Case, Controller, Figures
from serment.dossier.mailing.models import CaseText


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What no figure tells. Empty is: still to be written."""

    name: str = ""
    siret: str = ""
    finess: str = ""
    address: str = ""
    declarant: str = ""
    declarant_quality: str = ""
    declarant_reach: str = ""
    officer: str = ""
    officer_reach: str = ""
    origin: str = UNKNOWN
    discovered: str = ""
    description: str = ""
    is_over: bool = False
    measures_before: str = ""
    measures_after: str = ""
    care_impact: str = ""
    integrity_impact: str = ""
    help_wanted: str = ""
    authorities: str = ""
    complaint: str = ""
    processors: str = ""
    countries: str = ""
    earlier_number: str = ""
    late_because: str = ""
    unintelligible_because: str = ""
    risk_removed_because: str = ""
    disproportionate_because: str = ""

    @property
    def controller(self) -> Controller:
        return Controller(
            name=self.name, siret=self.siret, finess=self.finess, address=self.address, declarant=self.declarant,
            declarant_quality=self.declarant_quality, declarant_reach=self.declarant_reach, officer=self.officer,
            officer_reach=self.officer_reach,
        )  # fmt: skip


# Who notifies is the same the next time.
_LASTING = ("name", "siret", "finess", "address", "declarant", "declarant_quality", "declarant_reach", "officer", "officer_reach")


def texts_of(*, incident: UUID) -> Texts:
    """The last version; before the first, who notified the last time."""
    mine = CaseText.objects.filter(incident_id=incident).order_by("-number").first()
    if mine is not None:
        return msgspec.json.decode(mine.body, type=Texts)
    last = CaseText.objects.order_by("-at").first()
    if last is None:
        return Texts()
    known = msgspec.json.decode(last.body, type=Texts)
    return Texts(**{name: getattr(known, name) for name in _LASTING})


def number_of(*, incident: UUID) -> int:
    """The number of the last version; 0 before the first."""
    return CaseText.objects.filter(incident_id=incident).count()


def keep(*, incident: UUID, texts: Texts, after: int, by: UUID, now: datetime) -> None:
    """Add a version. Raises Conflict (`statement_changed`) when somebody added one since the version `after`."""
    row = CaseText(incident_id=incident, number=after + 1, body=msgspec.json.encode(texts).decode(), at=now, by=by)
    if CaseText.objects.filter(incident_id=incident, number=after + 1).exists() or after != number_of(incident=incident):
        raise errors.Conflict("statement_changed")
    row.save(force_insert=True)


def case(*, reference: str, stage: str, aware_at: datetime, texts: Texts, figures: Figures, told: int, told_from: date | None) -> Case:
    """The incident as its notices need it."""
    said = {name: getattr(texts, name) for name in Texts.__dataclass_fields__ if name not in (*_LASTING, "is_over")}
    return Case(
        reference=reference, stage=stage, controller=texts.controller, figures=figures, aware_at=aware_at, is_over=texts.is_over, told=told,
        told_from=told_from, **said,
    )  # fmt: skip
