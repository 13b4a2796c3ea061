"""A problem or a diagnosis."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from serment.dossier.records.entries.types import Written

FIELDS = ("medical", "surgical", "obstetric")
SEVERITIES = ("mild", "moderate", "severe")


@dataclass(frozen=True, kw_only=True)
class Condition:
    """`code` is a CIM-10 code or empty; `is_active` tells a problem of today from a history; `onset` is a year, a month or a date;
    `field` one of FIELDS for a history whose field was told."""

    written: Written
    label: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)
    onset: str
    is_active: bool
    field: str = ""


@dataclass(frozen=True, kw_only=True)
class Symptom:
    """What somebody complains of or shows. `since` is a date as FHIR writes it, or words (`ce matin`); `severity` one of SEVERITIES, or
    empty; `site` where on the body, `remark` the rest, in words."""

    written: Written
    label: str = dataclasses.field(repr=False)
    code: str = dataclasses.field(repr=False)
    since: str = dataclasses.field(repr=False)
    severity: str = dataclasses.field(repr=False)
    site: str = dataclasses.field(repr=False)
    remark: str = dataclasses.field(repr=False)
    is_present: bool


@dataclass(frozen=True, kw_only=True)
class Relative:
    """A disease of a relative: `relation` says whose, in words."""

    written: Written
    relation: str = dataclasses.field(repr=False)
    label: str = dataclasses.field(repr=False)
