"""Names that are read for one another show what tells them apart; every other name stays as written."""

from __future__ import annotations

import pytest

from serment.dossier.web import tall_man


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("amlodipine", "amLODIPine"),
        ("Amiodarone (chlorhydrate)", "amIODArone (chlorhydrate)"),
        ("NORADRÉNALINE", "NORadrénaline"),
        ("Paracétamol", "Paracétamol"),
        ("Morphine (sulfate)", "Morphine (sulfate)"),
    ],
)
def test_look_alike_names_are_in_tall_letters(written: str, shown: str) -> None:
    assert tall_man.shown(written) == shown


def test_a_name_belongs_to_one_family_and_keeps_its_letters() -> None:
    names = [name for family in tall_man.FAMILIES for name in family.split()]
    assert len({name.lower() for name in names}) == len(names)
    assert all(any(letter.isupper() for letter in name) for name in names)
