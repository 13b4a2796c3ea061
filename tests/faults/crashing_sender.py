"""The other side of `test_sending_crashes`: a worker that sends letters and is killed in the middle of whatever it does.

Started as a program. For each line `seed` on standard input it forks a worker, which either kills itself before or after one of the steps
that matter, or is killed at a random instant; `0` lets it finish. One line is answered when that worker is no more.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Where it hurts: around what is written down, what lies on the disk, and what the relay is given.
POINTS = (
    ("sending", "_write_down"), ("sending", "_mark"), ("batches", "write"), ("queries", "last_batch"), ("BatchRow", "save"),
    ("Step", "bulk_create"), ("Session", "deliver"), ("SMTP", "data"),
)  # fmt: skip
LIFE_SECONDS_MAX, POINTS_SHARE = 1.0, 0.7


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


def live(world: dict[str, Any], seed: int) -> None:
    """One life and its end. Whoever is not killed at a point is killed some time later, so that no life does all the work."""
    chance = random.Random(seed)
    is_wounded = chance.random() < POINTS_SHARE
    child = os.fork()
    if child == 0:
        code = 1
        try:
            if seed and is_wounded:
                wound(chance)
            send(world)
            code = 0
        finally:
            os._exit(code)
    status = ended_within(child, chance.uniform(0.005, LIFE_SECONDS_MAX) if seed else 600)
    os.write(1, (json.dumps([seed, status]) + "\n").encode())


def ended_within(child: int, seconds: float) -> int:
    """How a worker ended, by itself or by us."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return status
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def main() -> None:
    world = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    set_up(world)
    for line in sys.stdin:
        live(world, int(line))


if __name__ == "__main__":
    main()
