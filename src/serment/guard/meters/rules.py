"""How an account's meter runs: pure, and a fold over the journal. What the journal says was spent is what was spent.

A shift begins with the first act after the last one was over. A meter that reached its step-up is held: the next shift begins where this
one stopped, until a reviewer has looked at what was opened and found it right. So a thief who waits gains nothing (S3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from serment.guard.errors import Refused
from serment.guard.meters.limits import SHIFT, TOUCH_FRESH, Allowance
from serment.wire.protocol import EXHAUSTED, STEP_UP

# The entries of an account that its meter follows.
KINDS = ("sign_in", "touch", "opening", "emergency", "lines", "find", "unlocked", "cleared")

MONTH_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Meter:
    """What one account has left of its lease, and what it spent in this shift, across sessions, devices and restarts.

    `recent` holds the day (proleptic ordinal) of each unexplained opening of the last thirty days; `unlocked` what colleagues granted.
    """

    account_id: UUID
    last_seq: int
    shift_since: datetime
    touched_at: datetime | None = None
    lease_patients: int = 0
    lease_lines: int = 0
    patients: int = 0
    lines: int = 0
    unexplained: int = 0
    unlocked: int = 0
    held: bool = False
    recent: tuple[int, ...] = ()

    def rolled(self, now: datetime) -> Meter:
        """The meter at this instant: a new shift begins when the last one is over."""
        return self if now - self.shift_since < SHIFT else self._began(now)

    def _began(self, now: datetime) -> Meter:
        meter = replace(self, shift_since=now, patients=0, lines=0)
        return meter if self.held else replace(meter, unexplained=0, unlocked=0)

    def after(self, seq: int, kind: str, body: Mapping[str, object], at: datetime) -> Meter:
        """The meter once this entry of one of `KINDS` stands in the journal. It says in which shift it was made (`shift`)."""
        shift = body["shift"] if isinstance(body["shift"], datetime) else datetime.fromisoformat(str(body["shift"]))
        meter = replace(self if shift == self.shift_since else self._began(shift), last_seq=seq)
        if kind in ("sign_in", "touch"):
            granted = _counts(body, "granted")
            return replace(meter, lease_patients=granted["patients"], lease_lines=granted["lines"], touched_at=at)
        if kind == "unlocked":
            return replace(meter, unlocked=meter.unlocked + _counts(body, "granted")["unexplained"])
        if kind == "cleared":
            return replace(meter, held=False, unexplained=0, unlocked=0)
        spent = _counts(body, "spent")
        oldest = at.toordinal() - MONTH_DAYS
        return replace(
            meter,
            lease_patients=max(0, meter.lease_patients - spent["patients"]),
            lease_lines=max(0, meter.lease_lines - spent["lines"]),
            patients=meter.patients + spent["patients"],
            lines=meter.lines + spent["lines"],
            unexplained=meter.unexplained + spent["unexplained"],
            held=meter.held or spent["held"] > 0,
            recent=tuple(day for day in meter.recent if day > oldest) + (at.toordinal(),) * spent["unexplained"],
        )

    def unexplained_left(self, allowance: Allowance, explained_since: int = 0) -> int:
        return max(0, min(allowance.hard_stop + self.unlocked, allowance.most) - self.unexplained + explained_since)


def _counts(body: Mapping[str, object], name: str) -> dict[str, int]:
    found = body.get(name)
    counts = found if isinstance(found, Mapping) else {}
    return {word: int(counts.get(word, 0)) for word in ("patients", "lines", "unexplained", "held")}


def spend_opening(
    meter: Meter,
    allowance: Allowance,
    *,
    is_first: bool,
    is_unexplained: bool,
    is_emergency: bool,
    now: datetime,
    explained_since: int = 0,
    is_line: bool = False,
) -> dict[str, int]:
    """What an opening spends. `is_first`: a patient the account has not open; `is_unexplained`: and that nothing explains; `is_line`: it
    shows no more than a list would, of somebody whom none has shown.
    `explained_since`: how many of this shift's unexplained openings a tie of somebody else has explained since: they weigh no more.

    Refuses `lease_spent` and `touch_needed` (remedy: touch), `shift_spent`, `unexplained_spent` and `emergencies_spent` (remedy:
    colleague), and like `check_lines`.
    Break-glass is not held to the role's hard stop, since refusing care is worse than a leak of one (ADR 0004).
    """
    spent = {}
    if is_first:
        if meter.lease_patients <= 0:
            raise Refused(STEP_UP, "lease_spent", remedy="touch")
        if not is_emergency and meter.patients >= allowance.patients:
            raise Refused(EXHAUSTED, "shift_spent", remedy="colleague")
        spent["patients"] = 1
    if is_line:
        check_lines(meter, allowance, 1)
        spent["lines"] = 1
    if is_unexplained:
        used = meter.unexplained - explained_since
        if is_emergency and used >= allowance.emergencies:
            raise Refused(EXHAUSTED, "emergencies_spent", remedy="colleague")
        if not is_emergency and meter.unexplained_left(allowance, explained_since) <= 0:
            raise Refused(EXHAUSTED, "unexplained_spent", remedy="colleague")
        if used >= allowance.step_up and not is_fresh(meter, now):
            raise Refused(STEP_UP, "touch_needed", remedy="touch")
        spent["unexplained"] = 1
        if used + 1 >= allowance.step_up:
            spent["held"] = 1
    return spent


def lines_left(meter: Meter, allowance: Allowance) -> int:
    """How many identity lines may still be shown before the next touch."""
    return max(0, min(meter.lease_lines, allowance.lines - meter.lines))


def check_lines(meter: Meter, allowance: Allowance, wanted: int) -> None:
    """Refuses `lines_spent`: a shift's lines are shown (remedy: colleague) or a touch's are (remedy: touch)."""
    if meter.lines + wanted > allowance.lines:
        raise Refused(EXHAUSTED, "lines_spent", remedy="colleague")
    if wanted > meter.lease_lines:
        raise Refused(STEP_UP, "lines_spent", remedy="touch")


def is_fresh(meter: Meter, now: datetime) -> bool:
    """Whether the passkey was touched just now."""
    return meter.touched_at is not None and now - meter.touched_at <= TOUCH_FRESH
