"""Fictional people, as varied as those who will be written to: to read a letter before anybody gets it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID

from serment.dossier.mailing import addressees, codes, letters
from serment.dossier.mailing.types import (
    CERTAIN,
    CURATORSHIP,
    ENGLISH,
    GUARDIANSHIP,
    POSSIBLE,
    Event,
    Exposed,
    Held,
    Letter,
    Person,
    Reachable,
)

# Codes of specimens are made with a key that everybody knows: the page where codes are checked knows none of them.
KEY = b"specimen"
_NOBODY = UUID(int=0)

_PEOPLE: tuple[tuple[Person, tuple[str, ...], str], ...] = (
    (
        Person(
            patient=UUID(int=1), name="Madame Jeanne EXEMPLE", birth_date=date(1950, 5, 5), address="4 quai des Gabares, 49000 Angers"
        ),
        ("identity", "address", "telephone", "allergies", "prescriptions"),
        CERTAIN,
    ),
    (
        Person(
            patient=UUID(int=2), name="Monsieur Marie-Alexandre Jean-Baptiste de LA ROCHEFOUCAULD-MONTMORENCY", birth_date=date(1961, 2, 1),
            address="Résidence du Roi René, 12 bis boulevard du Maréchal Foch, BP 40312, 49003 Angers Cedex 01",
        ),
        ("identity", "insurance"),
        POSSIBLE,
    ),
    (
        Person(
            patient=UUID(int=3), name="Madame Élise HOARAU", birth_date=date(1983, 9, 9),
            address="Appartement 12, 27 rue Juliette Dodu, 97400 Saint-Denis",
        ),
        ("identity", "address", "telephone", "email", "insurance", "relatives", "treating_physician", "stays", "allergies", "symptoms",
         "conditions", "prescriptions", "observations", "notes", "documents"),
        CERTAIN,
    ),
    (
        Person(
            patient=UUID(int=4), name="Madame Vaimiti TEHEIURA", birth_date=date(1990, 1, 3),
            address="Servitude Mou, PK 12 côté montagne, BP 20457, 98713 Papeete",
        ),
        ("stays", "documents"),
        CERTAIN,
    ),
    (
        Person(
            patient=UUID(int=5), name="Ms Siobhán O’DONOGHUE", birth_date=date(1975, 7, 30), language=ENGLISH,
            address="Flat 3, 14 Harcourt Terrace, Dublin 2 D02 XY00, Ireland",
        ),
        ("identity", "conditions", "notes"),
        CERTAIN,
    ),
    (
        Person(
            patient=UUID(int=6), name="Léo MARTIN", birth_date=date(2019, 4, 1),
            representatives=(
                Reachable(name="Madame Claire MARTIN", address="8 place du Ralliement, 49100 Angers"),
                Reachable(name="Monsieur Paul DURAND", address="2 rue Crébillon, 44000 Nantes"),
            ),
        ),
        ("identity", "stays"),
        CERTAIN,
    ),
    (
        Person(
            patient=UUID(int=7), name="Monsieur Henri BLANC", birth_date=date(1938, 11, 2), protection=GUARDIANSHIP,
            representatives=(Reachable(name="UDAF de Maine-et-Loire", address="4 avenue Patton, 49000 Angers"),),
        ),
        ("identity", "conditions"),
        CERTAIN,
    ),
    (
        Person(
            patient=UUID(int=8), name="Madame Odette PETIT", birth_date=date(1944, 6, 6), protection=CURATORSHIP,
            address="EHPAD les Tilleuls, chambre 12, 3 rue de l’Église, 49400 Saumur",
            representatives=(Reachable(name="Maître Anne LEROUX", address="1 rue Voltaire, 49100 Angers"),),
        ),
        ("identity", "prescriptions"),
        POSSIBLE,
    ),
    (
        Person(
            patient=UUID(int=9), name="Monsieur Robert GIRARD", birth_date=date(1931, 3, 3), is_deceased=True,
            heirs=(Reachable(name="Madame Sylvie GIRARD", address="11 chemin de la Croix, 49125 Tiercé"),),
        ),
        ("identity", "documents"),
        CERTAIN,
    ),
    (
        Person(
            patient=UUID(int=10), name="Madame Inès K.", birth_date=date(1996, 8, 8), has_protected_identity=True,
            address="ne doit servir à rien",
            safe_contact=Reachable(name="Association Solidarité Femmes", address="BP 70102, 49001 Angers Cedex 01"),
        ),
        ("identity", "address"),
        CERTAIN,
    ),
)  # fmt: skip


def written(event: Event) -> Iterator[Letter]:
    """One letter to each addressee of each of them, with these words."""
    for person, kinds, certainty in _PEOPLE:
        exposed = Exposed(
            patient=person.patient, certainty=certainty, kinds=kinds, first_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
            last_at=datetime(2026, 3, 1 if certainty == CERTAIN else 4, 9, tzinfo=UTC),
        )  # fmt: skip
        found = addressees.of(person, today=event.written_on)
        for ordinal, addressee in enumerate(() if isinstance(found, Held) else found):
            code = codes.grouped(codes.of(key=KEY, incident=_NOBODY, patient=person.patient, ordinal=ordinal))
            yield letters.write(event=event, exposed=exposed, person=person, addressee=addressee, code=code)
