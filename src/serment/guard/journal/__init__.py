"""The journal: an append-only Merkle log (RFC 6962). An entry is durable before a key leaves the guard."""

from serment.guard.journal import reading, signing
from serment.guard.journal.appending import append

__all__ = ["append", "reading", "signing"]
