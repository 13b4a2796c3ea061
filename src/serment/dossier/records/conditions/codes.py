"""The French CIM-10: a code by words or by its beginning, and what a code is called. Kept in memory; see `data/README.md`."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from serment.dossier.records.search.rules import folded, words

FOUND_MAX = 12
QUERY_CHARACTERS_MIN = 3
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
    """The codes whose label has every word typed, as the beginning of one of its words, or that begin as typed; the plainest first."""
    typed = folded(query.strip())
    if len(typed) < QUERY_CHARACTERS_MIN:
        return ()
    if _CODE.match(typed):
        wanted = typed.upper().replace(".", "")
        found = [line for line in _lines() if line.code.startswith(wanted)]
    else:
        parts = [f" {word}" for word in words(query)] or ["\0"]
        found = [line for line in _lines() if all(part in line.spaced for part in parts)]
    found.sort(key=lambda line: (len(line.label), line.code))
    return tuple(Code(dotted(line.code), line.label) for line in found[:FOUND_MAX])


def _spaced(text: str) -> str:
    return text.replace("'", " ").replace("’", " ").replace("(", " ").replace("-", " ")
