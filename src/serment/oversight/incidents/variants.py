"""How a row of a list may be written, one slip away from how the identity has it: what the keyed index is asked for. Pure.

The index answers whole sets of traits only, so a slip is looked for by asking for what it may have been: another spelling that sounds
otherwise, names in each other's place, day and month exchanged, one digit of the date wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

import jellyfish

from serment.guard.find import rules
from serment.guard.vault import Vault
from serment.wire.protocol import Identity
from serment.wire.samples import SampleRow

# One letter of each class of soundex, and the two that it passes over: another letter of the class sounds the same.
SOUNDS = "BCDLMRAH"
SEXES = ("F", "M", "U")

# How far another birth date lies with which a row is tried to know what chance finds: nobody is born on all of them.
CONTROLS = ((1, 11), (-2, -17))


@dataclass(frozen=True, kw_only=True)
class Written:
    """The traits of a row that the index can be asked for: birth names it may mean, given names, sexes, and the date."""

    names: tuple[str, ...]
    given: str
    born: date
    sexes: tuple[str, ...]


def written(row: SampleRow) -> Written | None:
    """The traits, or None for a row that lacks a name or the date."""
    names = tuple(dict.fromkeys(name for name in (row.birth_name, row.used_name) if rules.folded(name)))
    if not names or not rules.folded(row.given_name) or row.birth_date is None:
        return None
    return Written(names=names, given=row.given_name, born=row.birth_date, sexes=(row.sex,) if row.sex in SEXES else SEXES)


def exact(vault: Vault, one: Written) -> set[bytes]:
    return {rules.traits_token(vault, name, one.given, one.born, sex) for name, sex in product(one.names, one.sexes)}


def sound(vault: Vault, one: Written) -> set[bytes]:
    return {rules.sound_token(vault, name, one.given, one.born, sex) for name, sex in product(one.names, one.sexes)}


def near(vault: Vault, one: Written) -> set[bytes]:
    """Everything one slip away, by sound."""
    given = rules.sounded(one.given)
    asked: set[tuple[str, str, date]] = set()
    for name in one.names:
        birth = rules.sounded(name)
        asked.add((given, birth, one.born))
        asked.update((birth, given, born) for born in dates(one.born))
        asked.update((other, given, one.born) for other in sounds(name))
        asked.update((birth, other, one.born) for other in sounds(one.given))
    return {vault.token("phonetic", birth, called, born, sex) for (birth, called, born), sex in product(asked, one.sexes)}


def dates(born: date) -> set[date]:
    """Dates that are this one with day and month exchanged, or with one digit wrong."""
    text, found = f"{born.year:04}{born.month:02}{born.day:02}", {_date(born.year, born.day, born.month)}
    for place, digit in product(range(len(text)), "0123456789"):
        other = text[:place] + digit + text[place + 1 :]
        found.add(_date(int(other[:4]), int(other[4:6]), int(other[6:])))
    return {one for one in found if one is not None and one != born}


def sounds(name: str) -> set[str]:
    """How a name sounds with one letter more, less, another, or two exchanged."""
    folded = rules.folded(name)
    return {"".join(jellyfish.soundex(word) for word in other.split()) for other in _spellings(folded)} - {rules.sounded(name), ""}


def _spellings(folded: str) -> Iterator[str]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    for place in range(len(folded) + 1):
        # The first letter of a word stands for itself; further ones for their class.
        others = letters if place == 0 or folded[place - 1] == " " else SOUNDS
        for other in others:
            yield folded[:place] + other + folded[place:]
            yield folded[:place] + other + folded[place + 1 :]
        yield folded[:place] + folded[place + 1 :]
        yield folded[:place] + folded[place + 1 : place + 2] + folded[place : place + 1] + folded[place + 2 :]


def controls(one: Written) -> Iterator[Written]:
    """The same person born on other days: what is found of them is chance."""
    for years, days in CONTROLS:
        other = date.fromordinal(min(max(one.born.toordinal() + days + years * 365, 1), date.max.toordinal()))
        yield Written(names=one.names, given=one.given, born=other, sexes=one.sexes)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def compare(row: SampleRow, identity: Identity) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The members of a row that are as the identity has them, and those that are not."""
    folded = rules.folded
    said = {
        "birth_name": (folded(row.birth_name), folded(identity.birth_name)),
        "used_name": (folded(row.used_name), folded(identity.used_name or identity.birth_name)),
        "given_name": (folded(row.given_name), folded(identity.first_given_name)),
        "birth_date": (row.birth_date.isoformat() if row.birth_date else "", identity.birth_date.isoformat()),
        "sex": (row.sex, identity.sex),
        "ins": (row.ins, identity.ins.matricule if identity.ins else ""),
    }
    same = {name: given == known for name, (given, known) in said.items() if given}
    if row.local_number:
        same["local_number"] = row.local_number in {number.value for number in identity.numbers}
    return tuple(name for name, agrees in same.items() if agrees), tuple(name for name, agrees in same.items() if not agrees)
