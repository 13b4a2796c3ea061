"""What one scenario found: what was taken, when it stopped, what stopped it, and whether the bound was held."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """`records` and `identity_lines` are persons really read; `explained` the account's own patients, counted apart; `seconds` how long the
    attacker could take anything new, on the clock of the instance."""

    records: int
    identity_lines: int
    seconds: float
    stopped_by: str
    held: bool
    explained: int = 0
    details: dict[str, Any] = field(default_factory=dict)
