"""Ages, names and the number, as RNIV wants them shown."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from serment.dossier.identity import rules
from serment.dossier.identity.types import Age
from serment.wire.protocol import Identity, Ins, Line

BORN = date(1948, 3, 12)
INS = Ins(matricule="148037521518942", oid="1.2.250.1.213.1.4.8")


def identity(**change: object) -> Identity:
    fields: dict[str, object] = {"birth_name": "DUPONT", "first_given_name": "JEANNE", "birth_date": BORN, "sex": "F", **change}
    return Identity(**fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "on", "value", "unit"),
    [
        (date(1948, 3, 12), date(2026, 11, 23), 78, "years"),
        (date(1948, 11, 23), date(2026, 11, 23), 78, "years"),
        (date(1948, 11, 24), date(2026, 11, 23), 77, "years"),
        (date(2024, 2, 29), date(2026, 2, 28), 23, "months"),
        (date(2024, 2, 29), date(2026, 3, 1), 2, "years"),
        (date(2026, 11, 23), date(2026, 11, 23), 0, "days"),
        (date(2026, 10, 24), date(2026, 11, 23), 30, "days"),
        (date(2026, 10, 23), date(2026, 11, 23), 1, "months"),
        (date(2027, 1, 1), date(2026, 11, 23), 0, "days"),
    ],
)
def test_an_age_is_in_the_unit_that_suits_it(born: date, on: date, value: int, unit: str) -> None:
    assert rules.age(birth_date=born, on=on) == Age(value=value, unit=unit)


@pytest.mark.parametrize("status", ["", "provisoire", "recuperee", "validee"])
def test_the_number_is_not_shown_unless_the_identity_is_qualified(status: str) -> None:
    assert rules.number_shown(identity(ins=INS, status=status)) == ""


def test_the_number_of_a_qualified_identity_is_grouped_for_reading() -> None:
    assert rules.number_shown(identity(ins=INS, status="qualifiee")).replace("\u00a0", " ") == "1 48 03 75 215 189 42"


def test_a_qualified_identity_without_a_number_shows_none() -> None:
    assert rules.number_shown(identity(status="qualifiee")) == ""


def test_the_used_name_comes_first_and_the_birth_name_beside() -> None:
    shown = rules.shown(identity(used_name="Durand", used_given_name="Jeannette"), on=date(2026, 11, 23))
    assert (shown.surname, shown.given_name, shown.birth_name) == ("DURAND", "Jeannette", "DUPONT")


def test_the_birth_name_is_not_said_twice() -> None:
    assert rules.shown(identity(used_name="Dupont"), on=date(2026, 11, 23)).birth_name == ""


def test_what_is_shown_is_not_in_its_repr() -> None:
    assert "DUPONT" not in repr(rules.shown(identity(), on=date(2026, 11, 23)))


def line(number: int, birth_name: str, used_name: str = "") -> Line:
    return Line(
        patient=UUID(int=number), birth_name=birth_name, first_given_name="A", used_name=used_name, used_given_name="",
        birth_date=BORN, sex="F", status="provisoire",
    )  # fmt: skip


def test_homonyms_are_heard_not_spelt() -> None:
    lines = (line(1, "LE GOFF"), line(2, "Le-Goff"), line(3, "MARTIN"), line(4, "PETIT", used_name="Legoff"))
    assert rules.homonyms(lines) == {"LEGOFF"}
