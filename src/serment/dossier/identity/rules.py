"""What is computed of an identity. Pure.

RNIV (référentiel national d'identitovigilance) and the référentiel INS: the status is computed and never typed; the matricule is
transmitted, shown and printed only when the identity is qualified.
"""

from __future__ import annotations

import unicodedata
from datetime import date

from serment.dossier.identity.types import Age, Shown
from serment.wire.protocol import Identity, Line

QUALIFIED = "qualifiee"
DAYS_SHOWN_BELOW = 31
MONTHS_SHOWN_BELOW = 24
# What an unknown day or month is recorded as is a matter of the sender; an age is computed from what is recorded.
_GROUPS = (1, 2, 2, 2, 3, 3, 2)


def age(*, birth_date: date, on: date) -> Age:
    """The age on a day: in days below one month, in months below two years, in years after. A birth in the future counts as day zero."""
    if on <= birth_date:
        return Age(value=0, unit="days")
    days = (on - birth_date).days
    if days < DAYS_SHOWN_BELOW:
        return Age(value=days, unit="days")
    months = (on.year - birth_date.year) * 12 + on.month - birth_date.month - (on.day < birth_date.day)
    if months < MONTHS_SHOWN_BELOW:
        return Age(value=months, unit="months")
    return Age(value=months // 12, unit="years")


def number_shown(identity: Identity) -> str:
    """The INS matricule grouped for reading, or nothing unless the identity is qualified."""
    if identity.status != QUALIFIED or identity.ins is None:
        return ""
    return grouped(identity.ins.matricule)


def grouped(matricule: str) -> str:
    """A matricule as people read it: `2 54 12 75 123 456 34`, with spaces that do not break."""
    parts, rest = [], matricule
    for length in _GROUPS:
        part, rest = rest[:length], rest[length:]
        if part:
            parts.append(part)
    return "\u00a0".join([*parts, rest] if rest else parts)


def surname(person: Identity | Line) -> str:
    """The name somebody is called by, in capitals: the used name, else the birth name."""
    return (person.used_name or person.birth_name).upper()


def given_name(person: Identity | Line) -> str:
    """The given name somebody is called by."""
    return (person.used_given_name or person.first_given_name).title()


def birth_name_beside(person: Identity | Line) -> str:
    """The birth name in capitals, empty when it is already the name shown."""
    birth = person.birth_name.upper()
    return "" if birth == surname(person) else birth


def shown(identity: Identity, *, on: date) -> Shown:
    """What the banner of every page about a patient shows."""
    return Shown(
        surname=surname(identity),
        given_name=given_name(identity),
        birth_name=birth_name_beside(identity),
        sex=identity.sex,
        birth_date=identity.birth_date,
        age=age(birth_date=identity.birth_date, on=on),
        status=identity.status,
        number=number_shown(identity),
        attributes=identity.attributes,
    )


def homonyms(lines: tuple[Line, ...]) -> frozenset[str]:
    """The surnames that several people of a list bear, folded (`Léa` and `LEA` are heard alike): each of their lines says so."""
    seen: dict[str, int] = {}
    for line in lines:
        name = folded(surname(line))
        seen[name] = seen.get(name, 0) + 1
    return frozenset(name for name, count in seen.items() if count > 1)


def folded(name: str) -> str:
    """A name without accents, hyphens and case, for comparison only."""
    letters = unicodedata.normalize("NFD", name.upper())
    return "".join(letter for letter in letters if letter.isalnum())
