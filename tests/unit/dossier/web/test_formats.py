"""Dates, ages, numbers and sentences as the pages write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from serment.dossier.identity.types import Age
from tests.fixtures.dossier import set_up_django

set_up_django()

from serment.dossier.web import formats  # noqa: E402 - after Django is set up

NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
N = "\u202f"


@pytest.fixture(autouse=True)
def french() -> object:
    with translation.override("fr"):
        yield


def test_a_moment_is_told_in_french_time_and_never_breaks() -> None:
    assert formats.moment(NOW) == "23/11/2026\u00a014:05"
    assert formats.hour(NOW) == "14:05"
    assert formats.day(NOW) == formats.day(date(2026, 11, 23)) == "23/11/2026"


def test_the_day_of_an_instant_is_the_day_in_france() -> None:
    assert formats.day(datetime(2026, 11, 23, 23, 30, tzinfo=UTC)) == "24/11/2026"


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        ({"seconds": 20}, "à l’instant"),
        ({"minutes": 5}, "il y a 5 min"),
        ({"hours": 2}, "il y a 2 h"),
        ({"hours": 5, "minutes": 59}, "il y a 5 h"),
        ({"hours": 13}, "il y a 13 h"),
        ({"hours": 20}, "hier"),
        ({"days": 3}, "il y a 3 jours"),
        ({"days": 90}, "il y a 2 mois"),
        ({"days": 800}, "il y a 2 ans"),
        ({"minutes": -30}, "dans 30 min"),
        ({"hours": -24}, "demain"),
        ({"days": -4}, "dans 4 jours"),
    ],
)
def test_a_relative_time_stands_beside_a_date(ago: dict[str, int], words: str) -> None:
    assert formats.relative(NOW - timedelta(**ago), now=NOW) == words


def test_a_relative_time_is_english_on_an_english_page() -> None:
    with translation.override("en"):
        assert formats.relative(NOW - timedelta(days=3), now=NOW) == "3 days ago"
        assert formats.relative_day(date(2026, 11, 24), today=date(2026, 11, 23)) == "tomorrow"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (Age(value=0, unit="days"), "0 jour"),
        (Age(value=1, unit="days"), "1 jour"),
        (Age(value=12, unit="days"), "12 jours"),
        (Age(value=5, unit="months"), "5 mois"),
        (Age(value=23, unit="months"), "23 mois"),
        (Age(value=2, unit="years"), "2 ans"),
        (Age(value=78, unit="years"), "78 ans"),
    ],
)
def test_an_age_is_in_the_unit_that_suits_it(age: Age, words: str) -> None:
    assert formats.age(age) == words


def test_the_day_of_a_stay_counts_from_the_arrival() -> None:
    assert formats.since(NOW, now=NOW) == "J0"
    assert formats.since(NOW - timedelta(days=3), now=NOW) == "J3"
    assert formats.since(NOW + timedelta(days=1), now=NOW) == "J0"


@pytest.mark.parametrize(
    ("typed", "set"),
    [
        ("Motif : douleur ; fièvre ?", f"Motif{N}: douleur{N}; fièvre{N}?"),
        ("« aucune »", f"«{N}aucune{N}»"),
        ("5 mg matin et soir", f"5{N}mg matin et soir"),
        ("4 g par jour", f"4{N}g par jour"),
        ("SpO2 97 %", f"SpO2 97{N}%"),
        ("à 20 h", f"à 20{N}h"),
        ("14:05, http://localhost", "14:05, http://localhost"),
        ("Motif: collé", "Motif: collé"),
    ],
)
def test_spaces_that_must_not_break_do_not(typed: str, set: str) -> None:
    assert formats.typographic(typed) == set


@given(st.text())
def test_typography_changes_spaces_and_nothing_else(text: str) -> None:
    spaces = " \u00a0\u202f"
    assert [c for c in formats.typographic(text) if c not in spaces] == [c for c in text if c not in spaces]


@given(st.text())
def test_typography_done_twice_is_typography_done_once(text: str) -> None:
    once = formats.typographic(text)
    assert formats.typographic(once) == once


@pytest.mark.parametrize(
    ("told", "shown"), [("70.10", "70,10"), ("5", "5"), ("0.5", "0,5"), ("4000", "4000"), ("250000", f"250{N}000"), ("1.2.3", "1.2.3")]
)
def test_a_value_keeps_every_digit_it_was_told_with(told: str, shown: str) -> None:
    assert formats.quantity(told) == shown


@pytest.mark.parametrize(
    ("told", "shown"),
    [("0199001122", f"01{N}99{N}00{N}11{N}22"), ("+33 1 99 00 11 22", f"01{N}99{N}00{N}11{N}22"), ("poste 4512", "poste 4512")],
)
def test_a_french_number_is_read_by_pairs(told: str, shown: str) -> None:
    assert formats.phone(told) == shown


def test_units_that_are_misread_are_in_full() -> None:
    assert formats.unit("ug") == "microgrammes"
    assert formats.unit("[iU]") == "unités"
    assert formats.unit("mm[Hg]") == "mmHg"
    assert formats.unit("kg") == "kg"


@pytest.mark.parametrize(("told", "shown"), [("2019", "2019"), ("2019-03", "03/2019"), ("2019-03-12", "12/03/2019"), ("", "")])
def test_an_onset_is_as_precise_as_it_was_told(told: str, shown: str) -> None:
    assert formats.onset(told) == shown


@pytest.mark.parametrize(("count", "shown"), [(900, "900 octets"), (12_345, "12 Ko"), (3_565_158, "3,4 Mo")])
def test_a_size_is_short(count: int, shown: str) -> None:
    assert formats.size(count) == shown


def test_a_matricule_is_grouped_by_narrow_spaces() -> None:
    assert formats.matricule("1\u00a023\u00a045") == f"1{N}23{N}45"


def test_an_excerpt_ends_between_words_and_says_so() -> None:
    assert formats.excerpt("court") == "court"
    assert formats.excerpt("un deux trois quatre", 9) == "un deux…"
    assert len(formats.excerpt("mot " * 500)) <= 421


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604.1", "Safari, iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_named_as_people_know_it(agent: str, shown: str) -> None:
    assert formats.browser(agent) == shown


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("88.540338023851", "≈\u202f88,54"), ("70.10", "70,10"), ("0.1234", "0,1234"), ("0.12345", "≈\u202f0,12"), ("7", "7"),
        ("Systolique 120.123456, Diastolique 80", "Systolique ≈\u202f120,12, Diastolique 80"),
    ],
)  # fmt: skip
def test_a_computers_long_fraction_is_shown_rounded_and_says_so(told: str, shown: str) -> None:
    with translation.override("fr"):
        assert formats.quantity(told) == shown


@pytest.mark.parametrize(
    ("told", "shown"), [("2019", "2019"), ("2019-03", "03/2019"), ("2019-03-12", "12/03/2019"), ("2010-11-29T17:17:39+00:00", "29/11/2010")]
)
def test_an_onset_is_a_year_a_month_or_a_day(told: str, shown: str) -> None:
    assert formats.onset(told) == shown
