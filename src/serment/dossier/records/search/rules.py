"""How words match a text: without accents or case, a letter or two wrong. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any

from rapidfuzz.distance import OSA

WORD = re.compile(r"\w+")
QUERY_CHARACTERS_MAX = 100
WORDS_MAX = 6
# How many letters may be wrong (one more, one less, another, two swapped) in a word of at least so many letters.
FAULTS = ((9, 2), (5, 1))
EXACT, BEGINS, INSIDE, FAULTY = 4.0, 3.0, 2.0, 1.0
# Words of at least so many letters are found by their sound too: `frenique` for `phrénique`, `lombere` for `lombaire`.
SOUNDED_FROM, SOUNDED_APART = 5, 3
_SOUNDS = tuple(
    (re.compile(written), heard)
    for written, heard in (
        ("eau|au", "o"), ("ph", "f"), ("sch", "sk"), ("qu|ck|ch(?=[rln])|c(?=[aouklrt]|$)", "k"), ("c(?=[eiy])", "s"),
        ("(?<!c)h", ""), ("y", "i"), ("ai|ei", "e"), ("oe|ae|eu", "e"), ("[ae][nm](?![aeiounm])", "a"), (r"(.)\1+", r"\1"), ("e?s?$", ""),
    )
)  # fmt: skip
CONTEXT_CHARACTERS = 90
# Members of a resource that say where it stands, not what it says.
SILENT = frozenset(
    {"resourceType", "id", "meta", "url", "system", "reference", "div", "contentType", "hash", "status", "subject", "encounter", "language"}
)


def folded(text: str) -> str:
    """Without accents and in lower case, letter for letter: as long as the text itself, so that places in one are places in the other."""
    return text.translate(_BARE)


def _bare(letter: str) -> str:
    plain = unicodedata.normalize("NFD", letter)[0].lower()
    return plain if len(plain) == 1 else letter


class _Letters(dict[int, str]):
    """Every letter's bare one: those of European languages are made once, the others when they come."""

    def __missing__(self, code: int) -> str:
        return _bare(chr(code))


_BARE = _Letters((code, _bare(chr(code))) for code in range(0x250))


def words(query: str) -> list[str]:
    """The words to look for."""
    return WORD.findall(folded(query[:QUERY_CHARACTERS_MAX]))[:WORDS_MAX]


def spoken(value: Any) -> Iterable[str]:
    """The words of a resource that a person wrote or would read, in order, each once."""
    return dict.fromkeys(_leaves(value))


def _leaves(value: Any) -> Iterable[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in SILENT:
                yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str) and any(letter.isalpha() for letter in value):
        yield value


class Matcher:
    """Compares words of records with the words looked for; remembers each, since a record says the same words often."""

    def __init__(self, wanted: list[str]) -> None:
        self.wanted = wanted
        self._known: dict[str, tuple[float, ...]] = {}

    def scores(self, word: str) -> tuple[float, ...]:
        """How well a folded word answers each of the words looked for; 0 when it does not."""
        found = self._known.get(word)
        if found is None:
            found = self._known[word] = tuple(_score(word, one) for one in self.wanted)
        return found


def _score(word: str, wanted: str) -> float:
    if word == wanted:
        return EXACT
    if word.startswith(wanted):
        return BEGINS
    if len(wanted) > 2 and wanted in word:
        return INSIDE
    if len(wanted) >= SOUNDED_FROM and abs(len(word) - len(wanted)) <= SOUNDED_APART and sound(word) == sound(wanted):
        return FAULTY
    faults = next((faults for letters, faults in FAULTS if len(wanted) >= letters), 0)
    if faults and abs(len(word) - len(wanted)) <= faults and OSA.distance(word, wanted, score_cutoff=faults) <= faults:
        return FAULTY
    return 0.0


def sound(word: str) -> str:
    """How a folded French word is heard, roughly: two spellings of one sound give the same text."""
    for written, heard in _SOUNDS:
        word = written.sub(heard, word)
    return word


def score(text: str, matcher: Matcher) -> tuple[float, tuple[tuple[int, int], ...]]:
    """How well a text answers, and where. 0 unless every word looked for is answered somewhere in it."""
    best = [0.0] * len(matcher.wanted)
    places = []
    for found in WORD.finditer(folded(text)):
        scores = matcher.scores(found[0])
        if any(scores):
            places.append(found.span())
            best = [max(pair) for pair in zip(best, scores, strict=True)]
    return (sum(best), tuple(places)) if best and all(best) else (0.0, ())


def context(text: str, places: tuple[tuple[int, int], ...]) -> tuple[tuple[str, bool], ...]:
    """The words around the first place that answers, cut in (text, is it what was found)."""
    if not places:
        return ((text[: 2 * CONTEXT_CHARACTERS], False),)
    start = max(0, places[0][0] - CONTEXT_CHARACTERS)
    end = min(len(text), places[0][0] + 2 * CONTEXT_CHARACTERS)
    parts: list[tuple[str, bool]] = [("…", False)] if start else []
    here = start
    for first, last in places:
        if first < here or last > end:
            continue
        parts += [(text[here:first], False), (text[first:last], True)]
        here = last
    parts.append((text[here:end] + ("…" if end < len(text) else ""), False))
    return tuple(part for part in parts if part[0])
