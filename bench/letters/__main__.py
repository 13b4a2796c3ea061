"""`./serment bench letters`: invented people, each with an own address, period, kinds of data and code, set as the product sets them.

Prints one JSON object: letters per second on that many processes, bytes per letter, and the memory of all processes at a tenth of the way
and at its highest, which must not grow with the number of letters.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psutil

from serment.dossier.mailing import addressees, codes, letters, printing, words
from serment.dossier.mailing.types import CERTAIN, POSSIBLE, Event, Exposed, Held, Letter, Person, Reachable, Sender

AIM_PER_S = 450
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


def megabytes() -> float:
    """Of this process and of those it started."""
    here = psutil.Process()
    return sum(one.memory_info().rss for one in (here, *here.children(recursive=True))) / 1e6


def measure(count: int, processes: int) -> dict[str, float | int | bool]:
    """Set them all, and look at the memory after each batch."""
    started, set_so_far, size, highest, early = time.perf_counter(), 0, 0, 0.0, 0.0
    for batch in printing.batches(event=event(), letters=people(count), processes=processes):
        set_so_far += batch.letters
        size += len(batch.pdf) + len(batch.sheet)
        highest = max(highest, megabytes())
        if not early and set_so_far >= count / 10:
            early = highest
    seconds = time.perf_counter() - started
    return {
        "letters": set_so_far, "processes": processes, "seconds": round(seconds, 1), "per_s": round(set_so_far / seconds, 1),
        "bytes_per_letter": round(size / set_so_far), "megabytes_at_a_tenth": round(early), "megabytes_highest": round(highest),
        "holds": set_so_far / seconds >= AIM_PER_S,
    }  # fmt: skip


def main() -> int:
    """Print the figures; 1 when the aim is missed."""
    parser = argparse.ArgumentParser(prog="./serment bench letters")
    parser.add_argument("--letters", type=int, default=20_000)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    found = measure(given.letters, given.processes)
    print(json.dumps(found))
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
