"""Checkpoints, their witnesses and their time stamps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from serment.wire.protocol import Empty

# What can be wrong with a witness: it knows more entries than our journal has (`ahead`), or other ones (`forked`): an older copy of the
# journal was restored, or it was rewritten. It does not know this journal or its key (`refused`); it does not answer (`unreachable`).
AHEAD, FORKED, REFUSED, UNREACHABLE = "ahead", "forked", "refused", "unreachable"
# Those two are proof, not trouble.
ALARMS = (AHEAD, FORKED)


@dataclass(frozen=True, kw_only=True)
class WitnessState:
    """One witness. `size` and `at` are those of its last cosignature that verified, `lag` how many entries it has not cosigned yet;
    `trouble` is a word of this file, or empty, and `claimed` the size that the witness says it knows."""

    name: str
    size: int
    at: datetime | None
    lag: int
    trouble: str
    claimed: int


@dataclass(frozen=True, kw_only=True)
class Witnesses:
    """All of them, and the last time stamp. `stamp_trouble` is a word of this file, or empty."""

    witnesses: tuple[WitnessState, ...]
    stamped: bool
    stamped_size: int
    stamped_at: datetime | None
    stamp_trouble: str


VERBS: dict[str, tuple[type, type]] = {"witnesses": (Empty, Witnesses)}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset()
