"""The other side of `test_sending_crashes`: a worker that sends letters and is killed in the middle of whatever it does.

Started as a program. For each line `seed` on standard input it forks a worker, which kills itself before or after one of the steps that
matter, or at any call of any function, whichever comes first; `0` lets it finish. One line is answered when that worker is no more.

A life is measured in calls, never in seconds: how much of the work it does must not depend on how fast the machine is.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

# Where it hurts: around what is written down, what lies on the disk, and what the relay is given.
POINTS = (
    ("sending", "_write_down"), ("sending", "_mark"), ("batches", "write"), ("queries", "last_batch"), ("BatchRow", "save"),
    ("Step", "bulk_create"), ("Session", "deliver"), ("SMTP", "data"),
)  # fmt: skip
POINTS_SHARE = 0.7
# Of Python and of C: some persons' worth of work.
LIFE_CALLS_MAX = 90_000


def set_up(world: dict[str, Any]) -> None:
    """Django as the worker has it, on the test's database; small batches, so that many of them are begun and left."""
    os.environ["SERMENT_CONFIG"] = world["config"]
    os.environ["DJANGO_SETTINGS_MODULE"] = "serment.dossier.config.settings.worker"
    import django

    django.setup()
    from serment.dossier.mailing import printing, sending

    printing.LETTERS_MAX, sending.WAVE_PERSONS, sending.PAGE_PERSONS = 9, 40, 13


def send(world: dict[str, Any]) -> None:
    """All that is to do, once."""
    from datetime import UTC, datetime

    from serment.dossier.mailing import electronic, printing, sending
    from tests.fixtures.letters import EVENT
    from tests.fixtures.mailing import APPROVAL, INCIDENT, KEY, Register, person

    relay = electronic.Relay(host="127.0.0.1", port=world["port"], sender="incident@clinique.example", tls="none")
    register = Register([person(number) for number in range(1, world["persons"] + 1)])
    sending.run(
        sending.Job(
            incident=INCIDENT, approval=APPROVAL, event=EVENT, recipient=world["recipient"], folder=Path(world["folder"]), key=KEY,
            release=register, press=printing.Press(1), domain="clinique.example",
            post=electronic.Session(relay), now=lambda: datetime.now(UTC),
        )
    )  # fmt: skip


def wound(chance: random.Random) -> None:
    """Die at one of the points, before or after it, after it was passed a few times."""
    import smtplib

    from serment.dossier.mailing import batches, electronic, queries, sending
    from serment.dossier.mailing.models import BatchRow, Step

    holders: dict[str, Any] = {
        "sending": sending, "batches": batches, "queries": queries, "BatchRow": BatchRow, "Step": Step.objects, "SMTP": smtplib.SMTP,
        "Session": electronic.Session,
    }  # fmt: skip
    where, name = chance.choice(POINTS)
    holder, left, is_before = holders[where], chance.randrange(1, 5), chance.random() < 0.5
    whole: Callable[..., Any] = getattr(holder, name)

    def wounded(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        left -= 1
        if not left and is_before:
            os.kill(os.getpid(), signal.SIGKILL)
        answer = whole(*args, **kwargs)
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(holder, name, wounded)


def tire(calls: int) -> None:
    """Die at this call of a function from now on, ours or of C: before or after disk, database or relay has what it is given."""

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls -= 1
        if not calls:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)


def live(world: dict[str, Any], seed: int) -> None:
    """One life and its end."""
    chance = random.Random(seed)
    is_wounded = chance.random() < POINTS_SHARE
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if seed and is_wounded:
                wound(chance)
            if seed:
                tire(chance.randrange(1, LIFE_CALLS_MAX))
            send(world)
            code = 0
        finally:
            os._exit(code)
    os.write(1, (json.dumps([seed, os.waitpid(child, 0)[1]]) + "\n").encode())


def main() -> None:
    world = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    set_up(world)
    for line in sys.stdin:
        live(world, int(line))


if __name__ == "__main__":
    main()
