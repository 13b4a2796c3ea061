"""Who is where. Patient number i has the same place in every demonstration, whatever its size."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from random import Random

from serment.dossier.demonstration.organisation import UNIT
from serment.dossier.demonstration.seeds import drawn
from serment.dossier.demonstration.types import Situation

DECK = 400

# How many of the first 400 people are in a bed now: about nine beds in eleven.
OCCUPIED = {
    "surgery": 18, "medicine": 21, "cardiology": 14, "emergency": 9, "icu": 7, "maternity": 10, "rehabilitation": 23, "oncology": 9,
    "day_surgery": 6, "glycines": 21, "mimosas": 20, "lilas": 13,
}  # fmt: skip

# Where people were before, or are expected: the same units with other weights, and the consultations.
ELSEWHERE = {
    "past": {"surgery": 6, "medicine": 6, "cardiology": 4, "emergency": 6, "maternity": 2, "rehabilitation": 3, "oncology": 1,
             "day_surgery": 5, "consultations": 6, "second_consultations": 4},
    "expected": {"surgery": 3, "cardiology": 2, "day_surgery": 5, "oncology": 2, "consultations": 7, "second_consultations": 4},
}  # fmt: skip
EXPECTED_SHARE = 0.3

# One former patient in so many leaves their number to a decoy, when one comes.
SPARE_ONE_IN = 5

# The playbill: Dr Amel treats Farid; Gisèle is staff too; part of Hugo's record is sealed; Inès is not in care.
CAST = (
    Situation(state="current", unit="surgery", bed="207", scenario="colon", cast="farid"),
    Situation(state="current", unit="medicine", bed="309", scenario="pneumopathie", cast="gisele"),
    Situation(state="current", unit="medicine", bed="310", scenario="sevrage", cast="hugo"),
    Situation(state="past", unit="surgery", scenario="cholecystite", cast="ines"),
)

# Pairs of people of one name in one unit: the hardest case of identity vigilance.
HOMONYMS = ("medicine", "glycines", "rehabilitation", "surgery")


def situation(index: int) -> Situation:
    """Where patient number `index` stands."""
    deck = _deck()
    return deck[index] if index < len(deck) else _elsewhere(drawn("situation", index))


@lru_cache(maxsize=1)
def _deck() -> tuple[Situation, ...]:
    rng = drawn("deck")
    blocks = _in_care(rng)
    others = DECK - len(CAST) - sum(len(block) for block in blocks)
    blocks += [[_elsewhere(rng)] for _ in range(others)]
    rng.shuffle(blocks)
    deck = list(CAST)
    for block in blocks:
        first = len(deck)
        deck += [replace(place, other=first) if place.relation else place for place in block]
    return tuple(deck)


def _in_care(rng: Random) -> list[list[Situation]]:
    """One block for each person or pair of people in a bed."""
    blocks: list[list[Situation]] = []
    for unit, wanted in OCCUPIED.items():
        taken = {place.bed for place in CAST if place.unit == unit and place.bed}
        free = [bed for bed in UNIT[unit].beds if bed not in taken]
        places = [Situation(state="current", unit=unit, bed=bed) for bed in sorted(rng.sample(free, wanted - len(taken)))]
        if unit == "maternity":
            blocks += _mothers(places)
            continue
        if unit in HOMONYMS:
            blocks.append([places.pop(), replace(places.pop(), relation="homonym")])
        blocks += [[place] for place in places]
    return blocks


def _mothers(places: list[Situation]) -> list[list[Situation]]:
    """Each mother with her newborn in the cot of the room; the last one still waits for hers."""
    couples = [
        [place, Situation(state="current", unit="maternity", bed=f"{place.bed}-Berceau", scenario="nouveau_ne", relation="mother")]
        for place in places[:-1]
    ]
    return [*couples, [replace(places[-1], scenario="menace")]]


def _elsewhere(rng: Random) -> Situation:
    state = "expected" if rng.random() < EXPECTED_SHARE else "past"
    weights = ELSEWHERE[state]
    return Situation(state=state, unit=rng.choices(list(weights), list(weights.values()))[0])


def is_spare(index: int) -> bool:
    """Whether this number of a former patient may be given to a decoy instead: nobody of the playbill, nobody's relative."""
    place = situation(index)
    return place.state == "past" and not place.cast and not place.relation and index % SPARE_ONE_IN == 0
