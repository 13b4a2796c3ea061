"""The name and the key under which checkpoints are signed."""

from __future__ import annotations

from serment.journal.keeper import Keeper, Keys
from serment.wire.note import Signer


def origin(instance: str) -> str:
    """The log's name (C2SP tlog-checkpoint): one per instance, for ever."""
    return f"serment.journal/{instance}"


def signer(keeper: Keeper) -> Signer:
    return signer_of(keeper.settings.instance, keeper.vault)


def signer_of(instance: str, keys: Keys) -> Signer:
    return Signer(origin(instance), keys.named_key("journal"))


def verifier_key(keeper: Keeper) -> str:
    """What an auditor needs, and keeps elsewhere: `name+hash+key`."""
    return str(signer(keeper).verifier)
