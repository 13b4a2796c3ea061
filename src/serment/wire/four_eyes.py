"""What two people decide together: proposals, their decision, and the organisation they shape."""

from __future__ import annotations

VERBS: dict[str, tuple[type, type]] = {}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset()
