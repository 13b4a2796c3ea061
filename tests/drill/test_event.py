"""The event of 2024: what the attacker reads, what he sells, and what makes the drill fail. The drill itself plays the whole."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from serment.drill import event
from serment.drill.event import Event, Person

FARID = "3f2b0c56-6c1e-4f39-9a3b-5a4f0d6b7c81"
GOOD = Event(
    people_taken=3, records_taken=2, sample_rows=4, sample_found=3, verdict="from_here", account_found=True, establishment_found=True,
    people_named=3, people_possible=1, missed=0, extra=0, people_told=4, window_found=True, letters=4, letters_held=0,
    letters_missed=0, letters_twice=0, letters_astray=1, notices=4, evidence_verified=True, code_confirmed=True, invented_code_refused=True,
    seconds=1.0,
)  # fmt: skip


def test_a_line_and_a_banner_tell_a_person() -> None:
    line = (
        f'<a class="line-name" href="/patients/{FARID}/"><b>D’ARTOIS</b> In&egrave;s</a> '
        '<span class="quiet">(née <b>PAT-TROIS</b>)</span><span>47 ans · 28/03/1979</span></li>'
    )
    band = '<span class="band-surname">LEROY</span> <span class="band-given">Jean</span></span> x <b>02/01/1950</b>'
    assert event.read(line, None) == {FARID: Person(surname="D’ARTOIS", given="Inès", born=date(1979, 3, 28), birth_name="PAT-TROIS")}
    assert event.read(band, FARID) == {FARID: Person(surname="LEROY", given="Jean", born=date(1950, 1, 2))}
    assert event.read("nothing", FARID) == {}


def test_what_is_sold_is_a_third_misspelt_and_a_third_invented() -> None:
    people = [Person(surname=f"MARTIN{chr(65 + n)}E", given=f"Luc{n}", born=date(1950, 1, 1) + timedelta(days=n)) for n in range(70)]
    rows = event.sold(people, random.Random(1))
    known = {(one.surname, one.given, one.born) for one in people}
    true = [row for row in rows if (row.birth_name, row.given_name, row.birth_date) in known]
    real = [row for row in rows if any((row.given_name, row.birth_date) == (one.given, one.born) for one in people)]
    assert (len(rows), len(real)) == (86, 60)
    assert 40 <= len(true) < len(real)


@pytest.mark.parametrize(
    "wrong",
    [
        {"missed": 1}, {"extra": 1}, {"account_found": False}, {"establishment_found": False}, {"window_found": False}, {"people_told": 3},
        {"letters": 0}, {"letters_missed": 1}, {"letters_twice": 1}, {"letters_astray": 2}, {"notices": 3}, {"evidence_verified": False},
        {"code_confirmed": False}, {"invented_code_refused": False},
    ],
)  # fmt: skip
def test_one_person_missed_or_named_without_need_or_a_wrong_account_breaks_it(wrong: dict[str, int]) -> None:
    assert GOOD.held
    assert not replace(GOOD, **wrong).held
    assert event.report(GOOD)["held"] is True
