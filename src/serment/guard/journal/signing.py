"""The name and the key under which this guard signs its checkpoints."""

from __future__ import annotations

from serment.guard.context import Guard
from serment.wire.note import Signer


def origin(guard: Guard) -> str:
    """The log's name (C2SP tlog-checkpoint): one per instance, for ever."""
    return f"serment.journal/{guard.settings.instance}"


def signer(guard: Guard) -> Signer:
    return Signer(origin(guard), guard.vault.named_key("journal"))


def verifier_key(guard: Guard) -> str:
    """What an auditor needs, and keeps elsewhere: `name+hash+key`."""
    return str(signer(guard).verifier)
