"""Chance that falls the same way each time."""

from __future__ import annotations

from random import Random

SEED = "serment-sur-loire-1"


def drawn(*parts: str | int) -> Random:
    """A generator of its own for one purpose and one number, so that nothing drawn for one person moves another."""
    return Random("/".join((SEED, *map(str, parts))))  # noqa: S311 - fiction has to be repeatable, and protects nothing
