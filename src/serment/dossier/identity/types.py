"""How an identity is shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Age:
    """An age in the unit that suits it: days for a newborn, months for an infant, years after."""

    value: int
    unit: str  # days, months, years


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What the banner may show of an identity, after RNIV: the INS number only when the identity is qualified."""

    surname: str = field(repr=False)  # in capitals: the used name, else the birth name
    given_name: str = field(repr=False)
    birth_name: str = field(repr=False)  # empty when it is the surname already
    sex: str
    birth_date: date = field(repr=False)
    age: Age
    status: str
    number: str = field(repr=False)  # grouped for reading; empty unless qualified
    attributes: tuple[str, ...] = ()
