"""What a holder of the master key does, and the errors of not having it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class MasterKeyError(Exception):
    """It cannot be had: no file, a damaged file, a wrong passphrase, an absent module. The message says which, and what to do."""


class MasterKey(Protocol):
    """It wraps and unwraps, and never gives itself away. `name` is bound to what it wraps, so that wrapped keys cannot be exchanged."""

    def wrap(self, key: bytes, *, name: bytes) -> bytes:
        """Raises MasterKeyError when the holder cannot be reached."""
        ...

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Raises cryptography's InvalidTag when the wrapped key was altered or belongs to another name, MasterKeyError as `wrap` does."""
        ...


@dataclass(frozen=True, kw_only=True)
class Generations:
    """The master keys that stand: one, or two while a rotation is under way. The `current` one wraps; each unwraps its own."""

    current: int
    keys: Mapping[int, MasterKey]
