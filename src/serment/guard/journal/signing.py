"""The name and the key under which this guard signs its checkpoints."""

from __future__ import annotations

from serment.guard.context import Guard
from serment.guard.vault import Vault
from serment.wire.note import Signer


def origin(instance: str) -> str:
    """The log's name (C2SP tlog-checkpoint): one per instance, for ever."""
    return f"serment.journal/{instance}"


def signer(guard: Guard) -> Signer:
    return signer_of(guard.settings.instance, guard.vault)


def signer_of(instance: str, vault: Vault) -> Signer:
    return Signer(origin(instance), vault.named_key("journal"))


def verifier_key(guard: Guard) -> str:
    """What an auditor needs, and keeps elsewhere: `name+hash+key`."""
    return str(signer(guard).verifier)
