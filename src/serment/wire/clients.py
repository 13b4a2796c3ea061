"""API clients: the tokens that let a program in, bound to its key."""

from __future__ import annotations

VERBS: dict[str, tuple[type, type]] = {}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset()
