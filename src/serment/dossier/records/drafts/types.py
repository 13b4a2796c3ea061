"""A draft."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What was typed in a form, field by field, and when it was kept last."""

    form: str
    typed: Mapping[str, str] = field(repr=False)
    saved_at: datetime
