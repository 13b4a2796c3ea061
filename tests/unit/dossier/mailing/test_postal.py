"""An address as the post reads it, or none at all."""

from __future__ import annotations

import pytest

from serment.dossier.kernel import errors
from serment.dossier.mailing import postal

LONG = "Monsieur Jean-Baptiste Marie-Joseph DE LA ROCHEFOUCAULD-MONTMORENCY"


@pytest.mark.parametrize(
    ("address", "lines", "postcode"),
    [
        ("4 quai des Gabares, 49000 Angers", ("4 QUAI DES GABARES", "49000 ANGERS"), "49000"),
        ("12, rue des Lilas, bâtiment C, 98800 Nouméa", ("BATIMENT C", "12 RUE DES LILAS", "98800 NOUMEA"), "98800"),
        ("12 bis, rue de l’Église\n01000 Bourg-en-Bresse\nFrance", ("12 BIS RUE DE L EGLISE", "01000 BOURG-EN-BRESSE"), "01000"),
        ("4 avenue Patton, BP 90326, 49003 Angers Cedex 01", ("4 AVENUE PATTON", "BP 90326", "49003 ANGERS CEDEX 01"), "49003"),
        ("BP 12, 4 rue Foch, F-97400 Saint-Denis", ("4 RUE FOCH", "BP 12", "97400 SAINT-DENIS"), "97400"),
        ("EHPAD Les Tilleuls, chambre 12, 49100 Angers", ("EHPAD LES TILLEULS", "CHAMBRE 12", "49100 ANGERS"), "49100"),
    ],
)
def test_a_french_address_ends_with_postcode_and_town(address: str, lines: tuple[str, ...], postcode: str) -> None:
    found = postal.block(("Madame Odile FAURE",), address)
    assert found.lines == ("Madame Odile FAURE", *lines)
    assert (found.postcode, found.country) == (postcode, "")


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ("12 Upper Leeson Street, Dublin D04 X2Y3, Ireland", ("12 UPPER LEESON STREET", "DUBLIN D04 X2Y3", "IRELAND")),
        ("Kastanienallee 4, 10435 Berlin, Allemagne", ("KASTANIENALLEE 4", "10435 BERLIN", "ALLEMAGNE")),
    ],
)
def test_a_foreign_address_ends_with_its_country_and_sorts_last(address: str, lines: tuple[str, ...]) -> None:
    found = postal.block(("Mary O’CONNOR",), address)
    assert found.lines[1:] == lines
    assert (found.postcode, found.country) == (postal.ABROAD, lines[-1])


def test_a_long_name_keeps_every_name_and_a_long_street_is_shortened_by_the_list_of_the_norm() -> None:
    found = postal.block((LONG,), "Résidence les Jardins du Général de Gaulle, 128 bis boulevard du Maréchal de Lattre, 97400 Saint-Denis")
    assert found.lines == (
        "Monsieur Jean-Baptiste Marie-Joseph",
        "DE LA ROCHEFOUCAULD-MONTMORENCY",
        "RES LES JARDINS DU GENERAL DE GAULLE",
        "128 BIS BD DU MARECHAL DE LATTRE",
        "97400 SAINT-DENIS",
    )
    assert (
        postal.block(("Monsieur Jean-Baptiste DE LA TOUR-SAINT-AUBIN",), "1 rue X, 75011 Paris").lines[0]
        == "M. J.-B. DE LA TOUR-SAINT-AUBIN"
    )


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "address_missing"),
        (" , ", "address_missing"),
        ("49000 Angers", "address_unreadable"),
        ("somewhere", "address_unreadable"),
        ("4 rue X, Angers", "address_unreadable"),
        ("1 rue " + "X" * 40 + ", 75011 Paris", "address_too_long"),
        ("a, b, c, d, e, 1 rue X, 75011 Paris", "address_too_long"),
    ],
)
def test_what_the_norm_cannot_hold_is_never_printed_shortened(address: str, code: str) -> None:
    with pytest.raises(errors.Invalid) as refused:
        postal.block(("Madame Odile FAURE",), address)
    assert refused.value.code == code
    assert address not in str(refused.value) or not address.strip(" ,")


def test_a_name_that_no_two_lines_hold_is_refused() -> None:
    with pytest.raises(errors.Invalid) as refused:
        postal.block(("X" * 39,), "1 rue X, 75011 Paris")
    assert (refused.value.code, refused.value.field) == ("address_too_long", "name")
