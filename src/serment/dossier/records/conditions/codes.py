"""The French CIM-10: a code by words or by its beginning, and what a code is called. Kept in memory; see `data/README.md`."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from serment.dossier.records.conditions import usage
from serment.dossier.records.search.rules import folded, words
from serment.dossier.records.search.vocabulary import Groups, Vocabulary, answers, beginnings

FOUND_MAX = 12
QUERY_CHARACTERS_MIN = 3
CATEGORY = 3  # signs of a category; more are its parts
_CODE = re.compile(r"[a-z][0-9][0-9.+a-z]*\Z")


@dataclass(frozen=True, slots=True)
class Code:
    """One code as written (`I48.9`), and its long label."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class _Line:
    code: str
    label: str
    spaced: str


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    packed = (resources.files(__package__) / "data" / "cim10.tsv.gz").read_bytes()
    return dict(line.split("\t") for line in gzip.decompress(packed).decode("utf-8").splitlines()[1:])


@lru_cache(maxsize=1)
def _lines() -> tuple[_Line, ...]:
    """What is searched, made at the first search: who only asks what a code is called does not wait for it."""
    return tuple(_Line(code, label, _spaced(" " + folded(label))) for code, label in _labels().items())


def dotted(code: str) -> str:
    """A code as people write it: a point after the third sign."""
    return code if len(code) < 4 else f"{code[:3]}.{code[3:]}"


def label(code: str) -> str:
    """What a code is called, empty for a code that is none."""
    return _labels().get(code.replace(".", ""), "")


def find(query: str) -> tuple[Code, ...]:
    """The codes that a physician means, the plainest first: by what wards call them (`BPCO`), by the beginning of a code, or by words, each
    the beginning of a word of the label. Words that no label has are taken as they sound, or with a letter or two wrong."""
    typed = folded(query.strip())
    if len(typed) < QUERY_CHARACTERS_MIN:
        found = []
    elif _CODE.match(typed):
        wanted = typed.upper().replace(".", "")
        found = [line for line in _lines() if line.code.startswith(wanted)]
    else:
        found = _by_words([one for word in words(query) for one in usage.WORDS.get(word, (word,))])
    found.sort(key=lambda line: _plainness(line, typed))
    named = dict.fromkeys((*usage.CODES.get(typed, ()), *(line.code for line in found[:FOUND_MAX])))
    return tuple(Code(dotted(code), label(code)) for code in named)[:FOUND_MAX]


def _plainness(line: _Line, typed: str) -> tuple[object, ...]:
    """What begins with what was typed comes before what holds it, a category before its parts, a short label before a long one."""
    return (not line.spaced.startswith(f" {typed}"), len(line.code) > CATEGORY, len(line.label), line.code)


def _by_words(typed: list[str]) -> list[_Line]:
    if not typed:
        return []
    return _holding([[word] for word in typed]) or _holding([_vocabulary().meant(word) for word in typed])


def _holding(groups: Groups) -> list[_Line]:
    wanted = beginnings(groups)
    return [line for line in _lines() if answers(line.spaced, wanted)]


@lru_cache(maxsize=1)
def _vocabulary() -> Vocabulary:
    return Vocabulary(line.spaced for line in _lines())


def _spaced(text: str) -> str:
    return text.replace("'", " ").replace("’", " ").replace("(", " ").replace("-", " ")
