"""The generations of the master key, as the running guard holds them: it follows a rotation without a restart.

A wrapped key is `generation (4 bytes, big endian) || what that generation's holder made of it`. The first instances wrote no generation:
their wrapped keys are recognised by their length, and belong to generation 1.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable

from cryptography.exceptions import InvalidTag

from serment.custody.master import Generations, MasterKeyError

FIRST = 1
GENERATION_BYTES = 4
# Nonce, key and tag of AES-256-GCM: what a wrapped key was before it named its generation.
BARE_BYTES = 12 + 32 + 16


def prefix(generation: int) -> bytes:
    """What every key wrapped by this generation begins with."""
    return generation.to_bytes(GENERATION_BYTES, "big")


def parted(wrapped: bytes) -> tuple[int, bytes]:
    """The generation of a wrapped key, and what that generation made."""
    if len(wrapped) == BARE_BYTES:
        return FIRST, wrapped
    return int.from_bytes(wrapped[:GENERATION_BYTES], "big"), wrapped[GENERATION_BYTES:]


class KeyRing:
    """A `MasterKey` of several generations. `load` reads them, `stamp` changes whenever they may have changed and costs next to nothing.

    `stamp` is None while there is nothing to read. When they cannot be read any more (a damaged file, a module out of reach), those in
    memory still unwrap: a ward is not stopped by that. What needs the new ones raises MasterKeyError.
    """

    def __init__(self, load: Callable[[], Generations], *, stamp: Callable[[], object]) -> None:
        self._load, self._stamp = load, stamp
        self._lock = threading.Lock()
        # The stamp first: a change between the two is then seen at the next use.
        self._seen = stamp()
        self._held = load()
        self._is_behind = False

    @property
    def current(self) -> int:
        return self._followed().current

    def wrap(self, key: bytes, *, name: bytes) -> bytes:
        self._followed()
        # Never with an old generation because the new one is out of reach: whoever rotates believes that nobody does.
        held = self._caught_up()
        return prefix(held.current) + held.keys[held.current].wrap(key, name=name)

    def unwrap(self, wrapped: bytes, *, name: bytes) -> bytes:
        """Raises InvalidTag also for a generation that does not stand."""
        generation, sealed = parted(wrapped)
        held = self._followed()
        if generation not in held.keys:
            held = self._caught_up()
        if generation not in held.keys:
            raise InvalidTag
        return held.keys[generation].unwrap(sealed, name=name)

    def _followed(self) -> Generations:
        """The generations, read again when they may have changed; those known so far when that fails."""
        stamp = self._stamp()
        # No stamp: the file was put in a safe once the guard stood. Nobody can rotate without it.
        if stamp is not None and stamp != self._seen:
            with self._lock, contextlib.suppress(MasterKeyError):
                self._seen, self._is_behind = stamp, True
                self._read()
        return self._held

    def _caught_up(self) -> Generations:
        """The generations as they are, tried again when the last reading failed. Raises MasterKeyError."""
        with self._lock:
            if self._is_behind:
                self._read()
        return self._held

    def _read(self) -> None:
        self._held = self._load()
        self._is_behind = False
