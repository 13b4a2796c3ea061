"""Invented people, each with an own address, period, kinds of data and code."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from serment.dossier.mailing import addressees, codes, letters, words
from serment.dossier.mailing.types import CERTAIN, POSSIBLE, Event, Exposed, Held, Letter, Person, Reachable, Sender

TODAY = date(2026, 11, 24)
NAMES = ("Amélie", "Bruno", "Chloé", "Denis", "Émile", "Farid", "Gisèle", "Hugo", "Inès", "Jean-Baptiste", "Mary", "Zoé")
FAMILIES = ("MARTIN", "DE LA TOUR", "LE GOFF", "BENSAÏD", "O’CONNOR", "NGUYEN", "FAURE", "GARCIA-LOPEZ", "ÇELIK", "DUPONT")
STREETS = ("rue des Lilas", "avenue du Général de Gaulle", "quai des Gabares", "chemin de la Fontaine", "boulevard Foch", "place du Marché")
TOWNS = ("Angers", "Nantes", "Saint-Denis", "Strasbourg", "Le Mans", "Aix-en-Provence", "Fort-de-France")


def event() -> Event:
    """An incident with texts of a usual length."""
    sender = Sender(
        name="Groupe hospitalier des Deux Rives", address=("Délégation à la protection des données", "12 quai des Gabares", "49000 Angers"),
        town="Angers", telephone="02 41 00 00 00", hours="du lundi au samedi de 8 h à 19 h", hours_en="Monday to Saturday, 8 am to 7 pm",
        officer="M. Hervé Lecoq, à la même adresse", signature="La directrice générale",
    )  # fmt: skip
    happened = "Le 20 novembre, nous avons découvert que le compte dérobé d’un professionnel avait servi à ouvrir des dossiers."
    measures = "Ce compte a été bloqué le jour même. Nous avons averti la CNIL et le CERT Santé, et porté plainte."
    return Event(
        reference="INC-2026-014", sender=sender, written_on=TODAY, happened=happened, happened_en=happened, measures=measures,
        measures_en=measures,
    )  # fmt: skip


def people(count: int) -> Iterator[Letter]:
    """That many letters, no two alike, the same each time."""
    rng, one_event = random.Random(2024), event()
    kinds = tuple(words.KINDS)
    for number in range(count):
        name, street = f"{rng.choice(NAMES)} {rng.choice(FAMILIES)}", rng.choice(STREETS)
        address = f"{rng.randint(1, 300)} {street}, {rng.randint(1000, 97490):05} {rng.choice(TOWNS)}"
        born = date(1930, 1, 1) + timedelta(days=rng.randint(0, 34_000))
        person = Person(
            patient=UUID(int=number), name=name, birth_date=born, address=address, language="en" if number % 20 == 0 else "fr",
            representatives=(Reachable(name=f"{rng.choice(NAMES)} {rng.choice(FAMILIES)}", address=address),),
        )  # fmt: skip
        first = datetime(2026, 8, 1, tzinfo=UTC) + timedelta(minutes=rng.randint(0, 100_000))
        exposed = Exposed(
            patient=person.patient, certainty=POSSIBLE if number % 5 == 0 else CERTAIN,
            kinds=tuple(rng.sample(kinds, rng.randint(1, len(kinds)))), first_at=first, last_at=first + timedelta(days=rng.randint(0, 20)),
        )  # fmt: skip
        found = addressees.of(person, today=TODAY)
        if isinstance(found, Held):
            continue
        for ordinal, addressee in enumerate(found):
            code = codes.of(key=b"only for this measurement", incident=UUID(int=0), patient=person.patient, ordinal=ordinal)
            yield letters.write(event=one_event, exposed=exposed, person=person, addressee=addressee, code=codes.grouped(code))
