"""What was proved already: a proof serves once per verb and patient, and never after its minute.

The memory is of this process alone. That is enough because the guard is one process, and refuses every proof older than itself.
"""

from __future__ import annotations

import hashlib
import threading
import time
from datetime import datetime
from uuid import UUID

from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.wire.dpop import Proof
from serment.wire.protocol import SIGNED_OUT

# A browser learns our clock from every answer; a minute covers a slow upload, five seconds a clock that runs ahead.
PROOF_SECONDS_MAX = 60
PROOF_AHEAD_SECONDS_MAX = 5

# Proofs are remembered by the second they were made, so that whole seconds are forgotten at once. About 100 bytes each.
REMEMBERED_MAX = 400_000
DIGEST_BYTES = 16

_STARTED = int(time.time())
_memories: dict[str, Memory] = {}


def memory(guard: Guard) -> Memory:
    """The memory of this guard's instance in this process."""
    return _memories.setdefault(guard.settings.instance, Memory(since=_STARTED))


class Memory:
    """Uses of proofs, bounded: when it is full the oldest second goes, and with it the right to use proofs of that second."""

    def __init__(self, *, since: int, remembered_max: int = REMEMBERED_MAX) -> None:
        self._since = since
        self._max = remembered_max
        self._count = 0
        self._seconds: dict[int, set[bytes]] = {}
        self._lock = threading.Lock()

    def use(self, proof: Proof, *, verb: str, patient: UUID | None, now: datetime) -> None:
        """Note one use. Refuses `stale_proof` and `replayed_proof`; call it only for a proof whose signature holds."""
        second = int(now.timestamp())
        what = f"{proof.public.thumbprint}|{proof.jti}|{verb}|{patient or ''}".encode()
        digest = hashlib.blake2b(what, digest_size=DIGEST_BYTES).digest()
        with self._lock:
            self._forget(before=second - PROOF_SECONDS_MAX)
            if not self._since <= proof.iat <= second + PROOF_AHEAD_SECONDS_MAX:
                raise Refused(SIGNED_OUT, "stale_proof", remedy="retry")
            uses = self._seconds.setdefault(proof.iat, set())
            if digest in uses:
                raise Refused(SIGNED_OUT, "replayed_proof", remedy="retry")
            uses.add(digest)
            self._count += 1
            if self._count > self._max:
                self._forget(before=min(self._seconds) + 1)

    def _forget(self, *, before: int) -> None:
        if before <= self._since:
            return
        self._since = before
        for second in [second for second in self._seconds if second < before]:
            self._count -= len(self._seconds.pop(second))
