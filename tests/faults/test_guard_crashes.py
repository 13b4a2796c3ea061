"""The guard dies in the middle of whatever it does: killed, cut from its database, its clock moved. Never a key without a journal entry,
never a cap exceeded, never a tie lost.

`./serment test -m slow tests/faults/test_guard_crashes.py` harms it a thousand times; each ordinary run, thirty.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest

from serment.guard.evidence import ties
from serment.guard.meters import account as meters
from serment.guard.meters import limits
from tests import cast
from tests.faults.crashing_guard import Packing
from tests.fixtures.house import House
from tests.fixtures.postgres import Databases

PEOPLE = (cast.BRUNO, cast.AMEL, cast.ODILE)
KINDS = ("kill", "kill", "cut", "clock")
ROOT = Path(__file__).parents[2]
# Of the keys of the interface, the private half is a file's; here it travels as PEM.
Told = list[list[str]]


def world(house: House, databases: Databases, path: Path) -> tuple[Path, set[str]]:
    """What the other process needs, in a file: sessions that are open, thirty patients of the unit, and forty strangers to it."""
    strangers = [house.admit(cast.person(f"VOISIN {n}", number=f"9{n:02d}"), unit=cast.MEDICINE) for n in range(40)]
    patients = [*house.admit_many(30), *strangers]
    browsers = [house.browser(player) for player in PEOPLE]
    for browser in browsers:
        browser.call = browser.clock = None  # type: ignore[assignment]
    with path.open("wb") as file:
        Packing(file).dump(
            {
                "settings": house.guard.settings, "vault": house.guard.vault, "browsers": browsers, "patients": patients,
                "interface": house.interface, "owner_dsn": databases.dsn("superuser", "serment_guard"),
                "numbers": [f"9{n:02d}" for n in range(45)],
            }
        )  # fmt: skip
    return path, {str(patient) for patient in strangers}


def harm(file: Path, times: int, seed: int) -> Told:
    """Harm a guard so many times; what people received."""
    chance = random.Random(seed)
    orders = "".join(f"{seed + n} {chance.choice(KINDS)}\n" for n in range(times))
    command = [sys.executable, "-m", "tests.faults.crashing_guard", str(file)]
    done = subprocess.run(command, input=orders, capture_output=True, text=True, cwd=ROOT, timeout=60 + times, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def entries(house: House, account: UUID) -> list[dict[str, Any]]:
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry where account_id = %s order by account_seq", (account,)).fetchall()
    return [json.loads(bytes(row[0])) for row in rows]


def check_keys(house: House, told: Told) -> int:
    """Every opening and every line that somebody received stands in the journal."""
    openings, lines = set(), set()
    for player in PEOPLE:
        for leaf in entries(house, player.id):
            if leaf["kind"] in ("opening", "emergency"):
                openings.add((leaf["body"]["opening"], leaf["patient"]))
                # Without care an opening is the identity line too: lists show it again without another entry.
                if leaf["body"]["spent"].get("lines"):
                    lines.add(leaf["patient"])
            if leaf["kind"] in ("lines", "find"):
                lines.update(leaf["body"]["patients"])
    received = {(one[1], one[2]) for one in told if one[0] == "opening"}
    assert received <= openings
    assert {one[1] for one in told if one[0] == "line"} <= lines
    return len(received)


def check_caps(house: House, strangers: set[str]) -> None:
    """Between two touches at most 25 patients and 60 lines; in a shift at most twenty openings that nothing ever explained."""
    in_force = limits.Limits({})
    for player in PEOPLE:
        patients = lines = 0
        unexplained: defaultdict[str, int] = defaultdict(int)
        for leaf in entries(house, player.id):
            body = leaf["body"]
            if leaf["kind"] in ("touch", "sign_in"):
                patients = lines = 0
            spent = body.get("spent", {})
            patients, lines = patients + spent.get("patients", 0), lines + spent.get("lines", 0)
            if leaf["patient"] in strangers:
                unexplained[body["shift"]] += spent.get("unexplained", 0)
            assert patients <= 25
            assert lines <= 60
        assert max(unexplained.values(), default=0) <= in_force.allowance(player.role).most


def check_meters(house: House) -> None:
    """What the row remembers is what the journal says, or it is folded anew."""
    with house.guard.pool.connection() as tx:
        for player in PEOPLE:
            now = house.clock()
            assert meters.load(house.guard, tx, player.id, now) == meters.folded(tx, player.id, now)


def check_ties(house: House, told: Told) -> int:
    """Every tie that the interface was told is made, is there, with a good MAC."""
    made = {(UUID(one[1]), one[2]) for one in told if one[0] == "tie"}
    with house.guard.pool.connection() as tx:
        kept = [ties.find(house.guard, tx, patient=patient, reference=reference) for patient, reference in made]
    assert None not in kept
    return len(kept)


def check_numbers(house: House) -> None:
    """Nobody's entries have a hole in their numbers."""
    with house.guard.pool.connection() as tx:
        query = """select count(*) from (select account_id, max(account_seq) as last, count(*) as entries from journal_entry
                   where account_id is not null group by account_id) counted where last <> entries"""
        assert tx.execute(query).fetchone() == (0,)


def crash(house: House, databases: Databases, tmp_path: Path, times: int) -> None:
    file, strangers = world(house, databases, tmp_path / "world")
    told = harm(file, times, seed=20261123)
    assert sum(one[0] == "dead" for one in told) == times
    # The connections of this process were cut as well.
    house.guard.pool.check()
    # A test that cannot fail would be one in which nobody got anything.
    assert check_keys(house, told) > times / 10
    assert check_ties(house, told) > times / 30
    check_caps(house, strangers)
    check_meters(house)
    check_numbers(house)
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        kinds = dict(tx.execute("select kind, count(*) from journal_entry group by kind").fetchall())
    assert {"opening", "emergency", "tie"} <= set(kinds)
    assert any(one[0] == "line" for one in told)


def test_a_guard_harmed_at_random_releases_nothing_untold_and_forgets_nothing(house: House, databases: Databases, tmp_path: Path) -> None:
    crash(house, databases, tmp_path, 30)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_guard_harmed_a_thousand_times(house: House, databases: Databases, tmp_path: Path) -> None:
    crash(house, databases, tmp_path, 1000)
