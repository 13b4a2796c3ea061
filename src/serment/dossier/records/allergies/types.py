"""What is known of somebody's allergies."""

from __future__ import annotations

from dataclasses import dataclass, field

from serment.dossier.records.entries.types import Written

ALLERGIES, NONE_KNOWN, NOT_DOCUMENTED = "allergies", "none_known", "not_documented"

# FHIR R4 value sets reaction-event-severity and allergyintolerance-verification.
SEVERITIES = ("mild", "moderate", "severe")
CERTAINTIES = ("unconfirmed", "confirmed")
CATEGORIES = ("medication", "food", "environment", "biologic")


@dataclass(frozen=True, kw_only=True)
class Allergy:
    """One allergy. `code` is `system|code` when one was chosen; `severity` is that of the worst reaction, empty when unknown."""

    written: Written
    substance: str = field(repr=False)
    code: str = field(repr=False)
    category: str
    reaction: str = field(repr=False)
    severity: str
    certainty: str
    is_refuted: bool = False


@dataclass(frozen=True, kw_only=True)
class Allergies:
    """`state` is `allergies`, `none_known` (somebody asked and wrote so: `statement`) or `not_documented` (nobody did)."""

    state: str
    allergies: tuple[Allergy, ...] = ()
    statement: Written | None = None
    statement_version: int = 0
