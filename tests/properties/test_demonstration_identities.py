"""Whatever the number of a patient and the day, the identity holds together."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from serment.dossier.demonstration import identities, people
from serment.dossier.demonstration.population import patient
from serment.dossier.demonstration.staff import luhn_digit
from serment.guard.find import rules

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


@given(index=some.integers(0, 1_000_000), hours=some.integers(0, 24 * 365 * 3))
@settings(max_examples=150, deadline=None)
def test_the_guard_accepts_every_identity(index: int, hours: int) -> None:
    found = patient(index, NOW + timedelta(hours=hours))
    checked = rules.checked(found.identity, demonstration=True)
    assert checked.status in ("provisoire", "recuperee", "validee", "qualifiee")
    assert found.identity.birth_name == identities.folded(found.identity.birth_name)
    assert found.identity.birth_date <= (NOW + timedelta(hours=hours)).date()


@given(
    sex=some.sampled_from("MF"),
    born=some.dates(date(1920, 1, 1), date(2026, 1, 1)),
    place=some.sampled_from(("45234", "2A004", "2B033", "97411", "99352")),
    index=some.integers(0, 10_000_000),
)
def test_every_matricule_has_its_form_and_its_key(sex: str, born: date, place: str, index: int) -> None:
    assert rules.is_matricule(identities.ins(sex=sex, born=born, birth_place=place, index=index).matricule)


@given(some.text("0123456789", min_size=1, max_size=20))
def test_the_check_digit_makes_a_luhn_number(digits: str) -> None:
    number = digits + str(luhn_digit(digits))
    total = sum(int(d) if place % 2 == 0 else sum(divmod(2 * int(d), 10)) for place, d in enumerate(reversed(number)))
    assert total % 10 == 0


@given(index=some.integers(0, 399))
@settings(max_examples=60, deadline=None)
def test_a_person_is_drawn_from_their_number_alone(index: int) -> None:
    people.adult.cache_clear()
    first = people.person(index, NOW)
    people.adult.cache_clear()
    assert people.person(index, NOW) == first
