"""The packaged French lists: first names by decade and sex, surnames, communes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

FIRST_DECADE, LAST_DECADE = 1921, 2011


@dataclass(frozen=True, kw_only=True, slots=True)
class Commune:
    """A commune or municipal district, by its official code (COG)."""

    insee: str
    postal_code: str
    name: str
    population: int


def _rows(name: str) -> Iterator[list[str]]:
    packed = resources.files("serment.dossier.demonstration.data").joinpath(name).read_bytes()
    for line in gzip.decompress(packed).decode("utf-8").splitlines()[1:]:
        yield line.split("\t")


@lru_cache(maxsize=1)
def _given_names() -> dict[tuple[int, str], tuple[str, ...]]:
    found: dict[tuple[int, str], list[str]] = {}
    for decade, sex, name in _rows("given_names.tsv.gz"):
        found.setdefault((int(decade), sex), []).append(name)
    return {key: tuple(names) for key, names in found.items()}


def given_names(*, year: int, sex: str) -> tuple[str, ...]:
    """The first names of the decade of a birth year, most given first."""
    decade = (year - 1) // 10 * 10 + 1
    return _given_names()[min(max(decade, FIRST_DECADE), LAST_DECADE), sex]


@lru_cache(maxsize=1)
def surnames() -> tuple[str, ...]:
    """Surnames, most borne first."""
    return tuple(name for (name,) in _rows("surnames.tsv.gz"))


@lru_cache(maxsize=1)
def communes() -> tuple[Commune, ...]:
    """Communes by code."""
    return tuple(
        Commune(insee=insee, postal_code=postal, name=name, population=int(population))
        for insee, postal, name, population in _rows("communes.tsv.gz")
    )
