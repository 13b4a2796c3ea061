"""To whom a letter goes: what protects somebody comes before everything, and nobody is written to by guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from serment.dossier.mailing import addressees
from serment.dossier.mailing.types import (
    CURATOR,
    CURATORSHIP,
    FAMILY_EMPOWERMENT,
    GUARDIAN,
    GUARDIANSHIP,
    HEIR,
    ONESELF,
    PARENT,
    SAFE_CONTACT,
    Addressee,
    Held,
    Person,
    Reachable,
)

TODAY = date(2026, 11, 24)
HOME = "4 quai des Gabares, 49000 Angers"
FARID = Person(patient=UUID(int=1), name="Farid HADDAD", birth_date=date(1948, 3, 12), address=HOME)
ANNE, PAUL = Reachable(name="Anne MARTIN", address="3 rue X, 75011 Paris"), Reachable(name="Paul LEROY", address="9 rue Y, 69003 Lyon")
LAWYER = Reachable(name="Maître Nadia BENSAÏD", address="18 rue Lenepveu, 49100 Angers")
CHILD = replace(FARID, name="Léa LEROY", birth_date=date(2015, 3, 1), representatives=(ANNE, PAUL))


def told(person: Person) -> tuple[Addressee, ...]:
    found = addressees.of(person, today=TODAY)
    assert not isinstance(found, Held)
    return found


def held(person: Person) -> str:
    found = addressees.of(person, today=TODAY)
    assert isinstance(found, Held)
    assert found.patient == person.patient
    assert found.reason in addressees.REASONS
    return found.reason


def test_an_adult_is_written_to_at_home() -> None:
    assert told(FARID) == (Addressee(names=("Farid HADDAD",), address=HOME, quality=ONESELF),)
    assert held(replace(FARID, address=" ")) == "address_missing"


def test_parents_who_parted_get_a_letter_each_and_parents_who_live_together_one() -> None:
    assert [(one.names, one.quality) for one in told(CHILD)] == [(("Anne MARTIN",), PARENT), (("Paul LEROY",), PARENT)]
    together = replace(CHILD, representatives=(ANNE, replace(PAUL, address="3 rue x,  75011 PARIS")))
    assert [one.names for one in told(together)] == [("Anne MARTIN", "Paul LEROY")]


def test_a_child_is_never_written_to_and_without_parents_a_human_being_decides() -> None:
    assert held(replace(CHILD, representatives=())) == "representatives_missing"
    assert held(replace(CHILD, representatives=(ANNE, replace(PAUL, address="")))) == "address_missing"


@pytest.mark.parametrize(
    ("born", "is_minor"),
    [(date(2008, 11, 24), False), (date(2008, 11, 25), True), (date(2008, 2, 29), False), (date(2026, 1, 1), True)],
)
def test_majority_is_at_the_eighteenth_birthday(born: date, is_minor: bool) -> None:
    assert addressees.is_minor(born, TODAY) is is_minor


def test_born_on_a_leap_day_one_is_of_age_on_the_first_of_march() -> None:
    assert addressees.is_minor(date(2008, 2, 29), date(2026, 2, 28))
    assert not addressees.is_minor(date(2008, 2, 29), date(2026, 3, 1))


@pytest.mark.parametrize("protection", [GUARDIANSHIP, FAMILY_EMPOWERMENT])
def test_who_represents_an_adult_is_written_to_in_their_place(protection: str) -> None:
    person = replace(FARID, protection=protection, representatives=(ANNE,))
    assert [(one.names, one.quality) for one in told(person)] == [(("Anne MARTIN",), GUARDIAN)]
    assert held(replace(person, representatives=())) == "representatives_missing"


def test_under_curatorship_both_are_told() -> None:
    person = replace(FARID, protection=CURATORSHIP, representatives=(ANNE,))
    assert [(one.names, one.quality) for one in told(person)] == [(("Farid HADDAD",), ONESELF), (("Anne MARTIN",), CURATOR)]
    assert held(replace(person, representatives=())) == "representatives_missing"
    assert held(replace(person, address="")) == "address_missing"


def test_of_the_dead_the_heirs_are_told_and_never_the_empty_home() -> None:
    dead = replace(FARID, is_deceased=True, heirs=(ANNE,), representatives=(PAUL,), protection=GUARDIANSHIP)
    assert [(one.names, one.quality) for one in told(dead)] == [(("Anne MARTIN",), HEIR)]
    assert held(replace(dead, heirs=())) == "heirs_missing"


@pytest.mark.parametrize(
    "person",
    [
        replace(FARID, has_safe_contact=True),
        replace(FARID, has_protected_identity=True),
        replace(CHILD, has_safe_contact=True),
        replace(FARID, has_safe_contact=True, is_deceased=True, heirs=(ANNE,)),
    ],
)
def test_nothing_goes_home_of_whom_a_letter_would_endanger(person: Person) -> None:
    assert held(person) == "safe_contact_missing"
    assert told(replace(person, safe_contact=LAWYER)) == (Addressee(names=(LAWYER.name,), address=LAWYER.address, quality=SAFE_CONTACT),)


def test_names_and_places_are_not_in_what_a_log_would_print() -> None:
    shown = repr(CHILD) + repr(told(CHILD))
    assert not any(word in shown for word in ("LEROY", "MARTIN", "Gabares", "rue", "2015"))
