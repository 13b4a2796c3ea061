"""An agreement or an opposition."""

from __future__ import annotations

from dataclasses import dataclass

from serment.dossier.records.entries.types import Written


@dataclass(frozen=True, kw_only=True)
class Consent:
    """`topic` is `dmp_feeding`, `dmp_consultation`, `sharing`…; `decision` is `permit` or `deny`."""

    written: Written
    topic: str
    decision: str
