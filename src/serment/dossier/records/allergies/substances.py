"""The substances that can be chosen by code: ATC classes and drugs, foods, things. Kept in memory; see `data/README.md`."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from serment.dossier.records.search.rules import folded, words
from serment.dossier.records.search.vocabulary import Groups, Vocabulary, answers, beginnings

ATC = "http://www.whocc.no/atc"
OWN = "urn:serment:allergen"
FOUND_MAX = 10
QUERY_CHARACTERS_MIN = 3
_ATC_CODE = re.compile(r"[A-Z][0-9]{2}[A-Z0-9]*\Z")


@dataclass(frozen=True, slots=True)
class Substance:
    """One substance or class. `rank` is its place in the list: those that allergies are usually to come first."""

    code: str
    category: str
    label: str
    rank: int
    folded_label: str
    folded_words: str

    @property
    def is_class(self) -> bool:
        """Whether it is a class of drugs (an ATC code shorter than seven signs)."""
        return self.system == ATC and len(self.code) < 7

    @property
    def system(self) -> str:
        return ATC if _ATC_CODE.match(self.code) else OWN

    @property
    def coded(self) -> str:
        """`system|code`, as an allergy keeps it."""
        return f"{self.system}|{self.code}"


@lru_cache(maxsize=1)
def _all() -> dict[str, Substance]:
    packed = (resources.files(__package__) / "data" / "substances.tsv.gz").read_bytes()
    rows = (line.split("\t") for line in gzip.decompress(packed).decode("utf-8").splitlines()[1:])
    found = [
        Substance(code, category, label, rank, _spaced(label), _spaced(f"{label} {more}"))
        for rank, (code, category, label, more) in enumerate(rows)
    ]
    return {one.coded: one for one in found}


def known(coded: str) -> Substance | None:
    """The substance of a `system|code`, None for one that is not in the list."""
    return _all().get(coded)


def find(query: str) -> tuple[Substance, ...]:
    """Those that have every word typed as the beginning of one of their words, by label, brand or another name; the plainest first. Words
    that none has are taken as they sound, or with a letter or two wrong: an allergy without its code warns of nothing."""
    typed = words(query)
    if len(query.strip()) < QUERY_CHARACTERS_MIN or not typed:
        return ()
    return _holding([[word] for word in typed]) or _holding([_vocabulary().meant(word) for word in typed])


def _holding(groups: Groups) -> tuple[Substance, ...]:
    wanted = beginnings(groups)
    found = [one for one in _all().values() if answers(one.folded_words, wanted)]
    found.sort(key=lambda one: (not answers(one.folded_label, wanted), one.rank))
    return tuple(found[:FOUND_MAX])


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return Vocabulary(one.folded_words for one in _all().values())


def _spaced(text: str) -> str:
    return " " + re.sub(r"['’(),./-]", " ", folded(text))
