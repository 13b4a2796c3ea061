"""Postal addresses as the French post reads them (norm NF Z 10-011): six lines of 38 characters, no punctuation from the street on. Pure.

An address of ours is text as somebody told it ("4 quai des Gabares, bâtiment B, 49000 Angers"). What cannot be brought into the norm
without losing a word is not printed at all: it is refused, and a human being writes the envelope.
"""

from __future__ import annotations

import re
import unicodedata

from serment.dossier.kernel import errors
from serment.dossier.mailing.types import Block

LINES_MAX, CHARACTERS_MAX = 6, 38
# Sorts what goes abroad after the last French postcode.
ABROAD = "99999"

_TOWN = re.compile(r"^(?:F-?|FR-?)?(\d{5})\s+(\D.*)$")
_STREET = re.compile(r"^\d+[\s,]*(?:bis|ter|quater|[a-d])?\b", re.IGNORECASE)
_BARE_NUMBER = re.compile(r"^\d+\s*(?:bis|ter|quater|[a-d])?$", re.IGNORECASE)

# Abbreviations of the norm's list, for lines that are too long.
_SHORTER = {
    "APPARTEMENT": "APT", "AVENUE": "AV", "BATIMENT": "BAT", "BOULEVARD": "BD", "CENTRE": "CTRE", "CHEMIN": "CHE", "COMMANDANT": "CDT",
    "COURS": "CRS", "DOCTEUR": "DR", "ESCALIER": "ESC", "ETAGE": "ETG", "FAUBOURG": "FG", "GENERAL": "GAL", "GRANDE": "GDE", "GRAND": "GD",
    "HAMEAU": "HAM", "IMMEUBLE": "IMM", "IMPASSE": "IMP", "LIEUTENANT": "LT", "LOTISSEMENT": "LOT", "MARECHAL": "MAL", "MONSIEUR": "M",
    "MADAME": "MME", "PLACE": "PL", "PRESIDENT": "PDT", "PROFESSEUR": "PR", "QUARTIER": "QUA", "RESIDENCE": "RES", "ROUTE": "RTE",
    "SAINT": "ST", "SAINTE": "STE", "SQUARE": "SQ", "SUR": "S", "ALLEE": "ALL", "ALLEES": "ALL", "COLONEL": "CEL", "CAPITAINE": "CNE",
}  # fmt: skip
_CIVILITIES = {"Monsieur": "M.", "Madame": "Mme", "Maître": "Me", "Mr": "Mr", "Mrs": "Mrs", "Ms": "Ms"}
_FRANCE = frozenset({"FRANCE", "FR"})


def block(names: tuple[str, ...], address: str) -> Block:
    """The lines to print. Raises Invalid (`address_missing`, `address_unreadable`, `address_too_long`)."""
    segments = [_plain(part) for part in re.split(r"[\n;,]+", address) if _plain(part)]
    if not segments:
        raise errors.Invalid("address_missing", field="address")
    segments = _numbers_joined(segments)
    country = ""
    at = next((place for place, segment in enumerate(segments) if _TOWN.match(segment)), None)
    if at is None or (at < len(segments) - 1 and segments[-1] not in _FRANCE):
        return _foreign(names, segments)
    matched = _TOWN.match(segments[at])
    if matched is None or at == 0:
        raise errors.Invalid("address_unreadable", field="address")
    postcode, town = matched.groups()
    before = _ordered(segments[:at])
    lines = [*_named(names), *(_fitted(line) for line in before), _fitted(f"{postcode} {town}")]
    return Block(lines=_bounded(lines, LINES_MAX), postcode=postcode, country=country)


def _foreign(names: tuple[str, ...], segments: list[str]) -> Block:
    """The country in full, alone in capitals on the last line (Universal Postal Union, S42)."""
    country = segments[-1]
    if len(segments) < 3 or any(letter.isdigit() for letter in country):
        raise errors.Invalid("address_unreadable", field="address")
    lines = [*_named(names), *(_fitted(line) for line in segments)]
    return Block(lines=_bounded(lines, LINES_MAX + 1), postcode=ABROAD, country=country)


def _plain(text: str) -> str:
    """Capitals without accents or punctuation, single spaces: what the sorting machines read."""
    flat = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae").replace("ß", "ss"))
    letters = "".join(letter for letter in flat if not unicodedata.combining(letter)).upper()
    return " ".join(re.sub(r"[^A-Z0-9/ -]+", " ", letters).split())


def _numbers_joined(segments: list[str]) -> list[str]:
    """ "12, rue X" is one line: a bare number belongs to the street behind it."""
    joined: list[str] = []
    for segment in segments:
        if joined and _BARE_NUMBER.match(joined[-1]) and not _TOWN.match(segment):
            joined[-1] = f"{joined[-1]} {segment}"
        else:
            joined.append(segment)
    return joined


def _ordered(segments: list[str]) -> list[str]:
    """Where in the house comes before the street, and a hamlet or a box after it, as the norm has its lines 2 to 5."""
    street = next((one for one in segments if _STREET.match(one)), None)
    if street is None:
        return segments
    after = [one for one in segments if one.startswith(("BP ", "CS ", "TSA ", "LIEU DIT ", "LIEU-DIT ", "LE BOURG"))]
    return [*(one for one in segments if one != street and one not in after), street, *after]


def _named(names: tuple[str, ...]) -> list[str]:
    """A line for each name, with its accents: people recognise themselves."""
    return [line for name in names for line in _name(" ".join(name.split()))]


def _name(name: str) -> list[str]:
    """Given names become initials before anything is lost; what is longer still takes a second line."""
    if len(name) <= CHARACTERS_MAX:
        return [name]
    words = name.split(" ")
    for place, word in enumerate(words[:-1]):
        if not word.isupper():
            words[place] = _CIVILITIES.get(word, "-".join(f"{part[0]}." for part in word.split("-") if part))
        if len(" ".join(words)) <= CHARACTERS_MAX:
            return [" ".join(words)]
    words = name.split(" ")
    family = next((place for place, word in enumerate(words) if place and word.isupper()), 1)
    for cut in (family, *range(len(words) - 1, 0, -1)):
        above, below = " ".join(words[:cut]), " ".join(words[cut:])
        if max(len(above), len(below)) <= CHARACTERS_MAX:
            return [above, below]
    raise errors.Invalid("address_too_long", field="name")


def _fitted(line: str) -> str:
    if len(line) <= CHARACTERS_MAX:
        return line
    words = line.split(" ")
    for place, word in enumerate(words):
        words[place] = _SHORTER.get(word, word)
        if len(" ".join(words)) <= CHARACTERS_MAX:
            return " ".join(words)
    raise errors.Invalid("address_too_long", field="address")


def _bounded(lines: list[str], most: int) -> tuple[str, ...]:
    if len(lines) > most:
        raise errors.Invalid("address_too_long", field="address")
    return tuple(lines)
