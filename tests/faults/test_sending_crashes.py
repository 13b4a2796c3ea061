"""The worker dies in the middle of sending letters: nobody is left out, nobody is told twice.

`./serment test -m slow tests/faults/test_sending_crashes.py` kills it two hundred times; each ordinary run, thirty.
"""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from serment.dossier.mailing import electronic
from serment.dossier.mailing.types import EMAIL, HELD
from tests.fixtures.dossier import Dossier, dossier, write_config
from tests.fixtures.letters import EVENT
from tests.fixtures.mailing import APPROVAL, HOUSE, INCIDENT, KEY, NOW, OFFICER, Mailbox, mail_server, opened

__all__ = ["dossier"]

# So many that there is still something to send when the last worker is killed.
PERSONS_PER_LIFE = 8
ROOT = Path(__file__).parents[2]


def harm(world: Path, seeds: list[int]) -> list[tuple[int, int]]:
    """So many lives; how each ended."""
    command = [sys.executable, "-m", "tests.faults.crashing_sender", str(world)]
    orders = "".join(f"{seed}\n" for seed in seeds)
    done = subprocess.run(command, input=orders, capture_output=True, text=True, cwd=ROOT, timeout=900 + 8 * len(seeds), check=True)
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


def expected(persons: int) -> set[str]:
    """Every letter of the list (`tests.fixtures.mailing.person`), by the name on its envelope or its e-mail address."""
    names: set[str] = set()
    for number in range(1, persons + 1):
        if number % 7 == 0:
            names |= {f"Parent {place} de {number}" for place in (1, 2)}
        elif number % 11:
            names.add(f"p{number}" if number % 5 == 0 else f"Nom {number}")
    return names


def told(folder: Path, box: Mailbox) -> Counter[str]:
    """How often each letter left. The batches that count are those the table knows, exactly as it knows them."""
    from serment.dossier.mailing import batches, queries

    files = opened(folder)
    counted: Counter[str] = Counter()
    for seen in queries.batches_of(incident=INCIDENT):
        batches.read(folder, incident=INCIDENT, number=seen.number, digest=seen.digest)
        sheet = files[seen.number][1]
        assert len(sheet) == seen.letters
        # Somebody whose e-mail did not leave is told on paper.
        counted.update(
            f"p{row['ligne1'][4:]}" if row["ligne1"][4:].isdecimal() and int(row["ligne1"][4:]) % 5 == 0 else row["ligne1"] for row in sheet
        )
    counted.update(str(message["To"]).partition("@")[0] for message in box.taken)
    return counted


def settle(box: Mailbox) -> int:
    """A human being reads the relay's log for each doubtful e-mail, and says what it has."""
    from serment.dossier.mailing import queries, services

    taken, doubts = {str(message["Message-ID"]) for message in box.taken}, queries.doubtful(incident=INCIDENT)
    for one in doubts:
        identifier = electronic.message_id(key=KEY, incident=INCIDENT, patient=one.patient, ordinal=one.ordinal, domain="clinique.example")
        left, later = identifier in taken, datetime.now(UTC) + services.LEAVING_FOR
        services.settle(incident=INCIDENT, patient=one.patient, ordinal=one.ordinal, left=left, by=OFFICER, now=later)
    return len(doubts)


@pytest.mark.parametrize("times", [30, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
def test_nobody_is_left_out_and_nobody_is_told_twice(dossier: Dossier, tmp_path: Path, times: int) -> None:
    from serment.dossier.mailing import queries, services

    services.declare(incident=INCIDENT, event=EVENT, by=OFFICER, now=NOW)
    services.start(incident=INCIDENT, approval=APPROVAL, recipient=str(HOUSE.to_public()), by=OFFICER, now=NOW)
    persons = PERSONS_PER_LIFE * times
    (tmp_path / "worker").mkdir()
    config = write_config(tmp_path / "worker", dsn=dossier.databases.dsn("serment_app", "serment"))
    box, chance = Mailbox(), random.Random(2024)
    with mail_server(box) as server:
        world = {
            "config": str(config), "port": server.port, "persons": persons, "recipient": str(HOUSE.to_public()), "folder": str(tmp_path),
        }  # fmt: skip
        file = tmp_path / "world.json"
        file.write_text(json.dumps(world), encoding="utf-8")
        ends = harm(file, [chance.randrange(1, 10**9) for _ in range(times)])
        # Each finishes what it can; what is in doubt waits for somebody.
        harm(file, [0])
        doubts = settle(box)
        ends += harm(file, [0])
    assert sum(status == signal.SIGKILL for _, status in ends) > times / 2
    assert ends[-1] == (0, 0)
    assert told(tmp_path, box) == dict.fromkeys(expected(persons), 1)
    seen = queries.progress(incident=INCIDENT)
    assert (seen.listed, seen.doubtful, seen.count("", HELD)) == (
        persons,
        0,
        sum(n % 11 == 0 and n % 7 != 0 for n in range(1, persons + 1)),
    )
    assert doubts >= seen.count(EMAIL, "returned")
