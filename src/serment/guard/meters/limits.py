"""What may be spent: the defaults of the threat model, and what two persons decided instead."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.wire.protocol import INVALID

# A shift, for counting: the longest one worked in French hospitals.
SHIFT = timedelta(hours=12)

# How long an opening lives: a third of a day, so that a chart left open on Monday is closed on Tuesday.
OPENING = timedelta(hours=8)

# After the step-up threshold, how fresh a touch must be.
TOUCH_FRESH = timedelta(minutes=5)

# What is new is not yet trusted with anything unexplained: an authenticator, a role, a tie one made oneself.
NEWNESS = timedelta(hours=24)

# The mass-casualty plan (plan blanc) multiplies what an establishment may do without a tie.
SURGE_FACTOR, SURGE_LIFE = 4, timedelta(hours=6)

# Per role: unexplained openings at which a touch is asked for, and at which it stops; new patients and identity lines in a shift, at
# which a colleague is asked for; unexplained openings in thirty days, beyond which every further one is reviewed.
ROLES: dict[str, tuple[int, int, int, int, int]] = {
    "nurse_day": (3, 5, 64, 200, 20),
    "nurse_night": (3, 5, 86, 200, 20),
    "care_assistant": (2, 3, 56, 150, 10),
    "ward_physician": (6, 11, 78, 250, 45),
    "on_call_physician": (12, 20, 148, 400, 110),
    "emergency_physician": (8, 14, 120, 400, 65),
    "triage_nurse": (4, 7, 200, 500, 30),
    "anaesthetist": (5, 9, 70, 250, 40),
    "technician": (6, 11, 322, 600, 45),
    "secretary": (16, 26, 196, 1000, 150),
    "admissions_clerk": (16, 26, 486, 2000, 150),
    "coder": (3, 5, 208, 400, 20),
    "application": (0, 0, 25, 60, 0),
}
WORDS = ("step_up", "hard_stop", "patients", "lines", "month")

DEFAULTS: dict[str, int] = {
    # One touch of the passkey buys this many patients not opened in this shift (S1), and this many identity lines (S12).
    "lease.patients": 25,
    "lease.lines": 60,
    # Unexplained openings in a shift, whatever a colleague unlocks: the bound of S3. Break-glass goes on until here.
    "unexplained.most": 20,
    # Break-glass in a shift with an authenticator or a role of less than a day: each asks for a touch, and each is reviewed.
    "emergencies.new": 20,
    # From one workstation: unexplained openings in a shift, identity lines in an hour.
    "source.unexplained": 60,
    "source.lines": 600,
    # In one establishment: unexplained openings and identity lines found, in ten minutes, an hour, a day (500 beds).
    "breaker.unexplained.600": 80,
    "breaker.unexplained.3600": 300,
    "breaker.unexplained.86400": 2000,
    "breaker.lines.600": 4000,
    "breaker.lines.3600": 12000,
    "breaker.lines.86400": 80000,
    # Worried callers that an officer looks up in a shift; each costs what a line costs of the touch.
    "callers.shift": 200,
    # Persons of an incident whose identity is given, in a minute, to the program that writes to them.
    "notification.minute": 30_000,
    "review.share_percent": 10,
    # An opening drawn for review is to be answered within so many hours; after so many, nothing unexplained is added to it.
    "review.hours": 24,
    "review.late_hours": 72,
    **{f"{role}.{word}": value for role, values in ROLES.items() for word, value in zip(WORDS, values, strict=True)},
}

# Between an approval and its effect, in minutes (four eyes): rights with power wait longest, taking care of patients never. Identities for
# letters wait an hour: two stolen officers' accounts are stopped meanwhile, and whoever is to be told waits a day for the post anyhow. So
# does a letterhead, which tells people whom to call.
DELAYS = {
    "account": 15, "role": 15, "client": 60, "administrator": 1440, "limits": 60, "bulk_export": 1440, "shred": 1440, "notification": 60,
    "letterhead": 60,
}  # fmt: skip
DELAY_MINUTES_MAX = 7 * 1440
DEFAULTS |= {
    f"delay.{kind}": DELAYS.get(kind, 0)
    for kind in (*DELAYS, "assignment", "unit", "release", "recovery", "surge", "decoys", "attribution")
}  # fmt: skip

# Two persons may tighten anything, and loosen up to this many times the default; of the share that is reviewed, down to this part of it.
LOOSEN_FACTOR = 4
LESS_IS_LOOSER = frozenset({"review.share_percent"})


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One value that two persons decided. `surge.<establishment>` holds the second at which the plan ends."""

    name: str
    value: int
    decided_by: UUID
    made_at: datetime


SETTINGS = rows.Table("setting", Setting, key=("name",))


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one account may spend now."""

    step_up: int
    hard_stop: int
    patients: int
    lines: int
    month: int
    most: int
    emergencies: int


class Limits:
    """The values in force. Pure: made once, asked often."""

    def __init__(self, decided: Mapping[str, int]) -> None:
        self._values = {**DEFAULTS, **decided}

    def __getitem__(self, name: str) -> int:
        return self._values[name]

    def factor(self, establishment: UUID | None, now: datetime) -> int:
        """Four while the mass-casualty plan of the establishment runs."""
        return SURGE_FACTOR if self._values.get(f"surge.{establishment}", 0) > now.timestamp() else 1

    def lease(self, *, is_full: bool) -> dict[str, int]:
        """What a touch buys; a third of it for a sign-in by password."""
        share = 1 if is_full else 3
        return {"patients": self["lease.patients"] // share, "lines": self["lease.lines"] // share}

    def allowance(self, role: str, *, is_full: bool = True, is_new: bool = False, factor: int = 1) -> Allowance:
        """What the role may spend in a shift. A role without figures of its own may spend nothing."""
        step_up, hard_stop, patients, lines, month = (self._values.get(f"{role}.{word}", 0) * factor for word in WORDS)
        share, most = (1 if is_full else 3), max(self["unexplained.most"] * factor, hard_stop)
        return Allowance(
            step_up=0 if is_new else step_up // share, hard_stop=0 if is_new else hard_stop // share, patients=patients // share,
            lines=lines // share, month=month, most=most // share, emergencies=self["emergencies.new"] if is_new else most,
        )  # fmt: skip


_lock = threading.Lock()
_known: dict[str, tuple[float, Limits]] = {}
# A decision of two persons is followed within a second, by every thread.
REMEMBERED_SECONDS = 1.0


def current(guard: Guard, tx: Transaction) -> Limits:
    """The limits in force. Refuses a forged row."""
    with _lock:
        known = _known.get(guard.settings.instance)
    if known is None or time.monotonic() - known[0] > REMEMBERED_SECONDS:
        known = (time.monotonic(), Limits({row.name: row.value for row in SETTINGS.all(guard, tx)}))
        with _lock:
            _known[guard.settings.instance] = known
    return known[1]


def change(guard: Guard, tx: Transaction, *, name: str, value: int, by: UUID, now: datetime) -> None:
    """Follow a decision of two persons. Refuses `limit_unknown` and `limit_too_loose`."""
    default = DEFAULTS.get(name)
    if default is None:
        raise Refused(INVALID, "limit_unknown", field="name")
    least = -(-default // LOOSEN_FACTOR) if name in LESS_IS_LOOSER else 0
    most = 100 if name in LESS_IS_LOOSER else DELAY_MINUTES_MAX if name.startswith("delay.") else default * LOOSEN_FACTOR
    if not least <= value <= most:
        raise Refused(INVALID, "limit_too_loose", field="value")
    _decide(guard, tx, name=name, value=value, by=by, now=now)


def surge(guard: Guard, tx: Transaction, *, establishment: UUID, by: UUID, now: datetime) -> None:
    """Start the mass-casualty plan of an establishment: what may be spent there is multiplied for six hours."""
    _decide(guard, tx, name=f"surge.{establishment}", value=int((now + SURGE_LIFE).timestamp()), by=by, now=now)


def _decide(guard: Guard, tx: Transaction, *, name: str, value: int, by: UUID, now: datetime) -> None:
    SETTINGS.put(guard, tx, Setting(name=name, value=value, decided_by=by, made_at=now))
    journal.append(tx, at=now, kind="setting", account=by, patient=None, body={"name": name, "value": value})
