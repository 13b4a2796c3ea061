"""Every verb of the guard, with the types of its request and of its reply, and which of them change something."""

from __future__ import annotations

from serment.wire import (
    clients,
    copying,
    four_eyes,
    incidents,
    lasting,
    protection,
    protocol,
    reviewing,
    samples,
    signing,
    unlocking,
    ways_in,
    witnessing,
)

ROOMS = (protocol, ways_in, unlocking, four_eyes, reviewing, clients, lasting, witnessing, incidents, samples, copying, protection, signing)

VERBS: dict[str, tuple[type, type]] = {verb: types for room in ROOMS for verb, types in room.VERBS.items()}

# What changes something must have been sent as a form is sent: a proof made to read a page cannot be turned into an act.
ACTS: frozenset[str] = frozenset(verb for room in ROOMS for verb in room.ACTS)
