"""How an interface signs: with a key of its own that lies in a file only its process may read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from serment.dossier.kernel import clock
from serment.dossier.kernel.config import ConfigurationError
from serment.dossier.vault.types import SignedRequest
from serment.wire.dpop import ProofKey


class InterfaceSigner:
    """Signs one proof for each verb. It has no session: the guard knows the interface by its key alone."""

    def __init__(self, key_file: Path, *, now: Callable[[], datetime] = clock.now) -> None:
        """Raises ConfigurationError, naming the file, when it holds no P-256 private key."""
        try:
            self._key = ProofKey.from_pem(key_file.read_bytes())
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"no interface key in {key_file}: {type(error).__name__}") from None
        self._now = now

    def sign(self, verb: str) -> SignedRequest:
        """A fresh proof, good for one call of one verb."""
        return SignedRequest(session="", proof=self._key.proof(htm="POST", htu=f"serment:{verb}", now=self._now()))
