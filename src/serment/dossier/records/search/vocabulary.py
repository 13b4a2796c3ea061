"""The words of a terminology, and which of them somebody meant who typed one with a letter wrong, or as it sounds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from rapidfuzz import process
from rapidfuzz.distance import OSA

from serment.dossier.records.search.rules import FAULTS, sound

NEAREST_MAX = 8


Groups = Sequence[Sequence[str]]


def beginnings(groups: Groups) -> Groups:
    """Words as they begin in a text of which each word has a space before it."""
    return [[f" {word}" for word in group] for group in groups]


def answers(text: str, wanted: Groups) -> bool:
    """Whether such a text, folded, holds one of each group of `beginnings`."""
    return all(any(one in text for one in group) for group in wanted)


class Vocabulary:
    """Words, folded. What it is made of is public: nothing of a record comes here, since it is kept."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words = tuple({word for text in texts for word in text.split()})

    @cached_property
    def _heard(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for word in self._words:
            found.setdefault(sound(word), []).append(word)
        return found

    def meant(self, word: str) -> list[str]:
        """The words that begin as typed; else those that sound so; else the nearest ones. Short words are taken as they are."""
        found = [one for one in self._words if one.startswith(word)]
        faults = next((faults for letters, faults in FAULTS if len(word) >= letters), 0)
        if found or not faults:
            return found
        near = process.extract(word, self._words, scorer=OSA.distance, score_cutoff=faults, limit=NEAREST_MAX)
        return self._heard.get(sound(word)) or [one for one, _, _ in near]
