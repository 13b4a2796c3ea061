"""The journal: an append-only Merkle log (RFC 6962). An entry is durable before a key leaves the guard."""

from serment.journal import reading, signing
from serment.journal.appending import append, is_counter_put_back

__all__ = ["append", "is_counter_put_back", "reading", "signing"]
