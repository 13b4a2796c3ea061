"""What a CDA document says, as far as it is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Result:
    """One analysis. `value` is text as told; `interpretation` a code of HL7 table 0078 (`H`, `LL`, `R`…) with its `words`."""

    code: str
    system: str
    label: str = field(repr=False)
    value: str = field(repr=False)
    unit: str
    at: datetime | None
    low: str = ""
    high: str = ""
    interpretation: str = ""
    words: str = ""
    status: str = "final"
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Panel:
    """Analyses answered together, under the title that the laboratory gave."""

    code: str
    title: str = field(repr=False)
    status: str
    at: datetime | None
    results: tuple[Result, ...] = field(repr=False)
    comment: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class Clinical:
    """One document. `id` names it, `replaces` the one that it replaces; `ins` is the matricule of whom it is about, `pdf` the page it
    carries, `text` its words without their markup."""

    id: str
    code: str
    title: str = field(repr=False)
    at: datetime | None
    author: str = field(repr=False)
    organisation: str
    ins: str = field(repr=False)
    replaces: str = ""
    version: int = 1
    pdf: bytes = field(default=b"", repr=False)
    text: str = field(default="", repr=False)
    panels: tuple[Panel, ...] = field(default=(), repr=False)
