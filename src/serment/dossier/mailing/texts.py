"""The public words of an incident as they are kept. Pure."""

from __future__ import annotations

import hashlib

import msgspec

from serment.dossier.mailing.types import Event


def dump(event: Event) -> str:
    """As kept in a row."""
    return msgspec.json.encode(event).decode()


def digest(event: Event) -> str:
    """What stands for the words, and the telephone among them, where two people approve them (hexadecimal SHA-256)."""
    return hashlib.sha256(dump(event).encode()).hexdigest()


def load(kept: str) -> Event:
    """As the letters need it. Raises msgspec.ValidationError for a row that is not one of ours."""
    return msgspec.json.decode(kept, type=Event)
