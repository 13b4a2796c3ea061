"""The defaults of the threat model, each with its unit and its reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

# One touch of the passkey buys this many patients not opened in the current shift (S1: an unlocked workstation).
LEASE_PATIENTS = 25

# A shift, for counting: the longest one worked in French hospitals.
SHIFT = timedelta(hours=12)

# How long an opening lives: a third of a day, so that a chart left open on Monday is closed on Tuesday.
OPENING = timedelta(hours=8)

# After the step-up threshold, how fresh a touch must be.
TOUCH_FRESH = timedelta(minutes=5)

# Break-glass always works on one patient; twenty in a shift is the bound the threat model promises for S3.
EMERGENCIES_PER_SHIFT = 20


@dataclass(frozen=True, kw_only=True)
class Unexplained:
    """Unexplained openings per shift: after `step_up` each needs a fresh touch, after `hard_stop` a colleague."""

    step_up: int
    hard_stop: int


UNEXPLAINED: dict[str, Unexplained] = {
    "nurse_day": Unexplained(step_up=3, hard_stop=5),
    "nurse_night": Unexplained(step_up=3, hard_stop=5),
    "care_assistant": Unexplained(step_up=2, hard_stop=3),
    "ward_physician": Unexplained(step_up=6, hard_stop=11),
    "on_call_physician": Unexplained(step_up=12, hard_stop=20),
    "emergency_physician": Unexplained(step_up=8, hard_stop=14),
    "triage_nurse": Unexplained(step_up=4, hard_stop=7),
    "anaesthetist": Unexplained(step_up=5, hard_stop=9),
    "technician": Unexplained(step_up=6, hard_stop=11),
    "secretary": Unexplained(step_up=16, hard_stop=26),
    "coder": Unexplained(step_up=3, hard_stop=5),
}

# A role without a budget of its own has none.
NOTHING = Unexplained(step_up=0, hard_stop=0)


def unexplained(role: str) -> Unexplained:
    return UNEXPLAINED.get(role, NOTHING)
