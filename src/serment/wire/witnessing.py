"""Checkpoints, their witnesses and their time stamps."""

from __future__ import annotations

VERBS: dict[str, tuple[type, type]] = {}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset()
