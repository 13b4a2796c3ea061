"""One value, one sequence of bytes: canonical JSON after RFC 8785, for what is signed, hashed or given a MAC.

Restricted on purpose: integers, strings, booleans, null, lists and objects with string keys. Floats are refused, since two programs
may print one float in two ways. Identifiers, instants and bytes are written as strings, always in the same form.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID


def instant(at: datetime) -> str:
    """An instant as `2026-11-23T14:05:06.000000Z`. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def encode_bytes(value: bytes) -> str:
    """Bytes as base64url without padding (RFC 7515, section 2)."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def decode_bytes(text: str) -> bytes:
    """The reverse of `encode_bytes`; raises ValueError for any other spelling."""
    raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if encode_bytes(raw) != text:
        raise ValueError("not canonical base64url")
    return raw


def plain(value: object) -> object:
    """The value with identifiers, instants, dates and bytes written as strings. Raises TypeError for what has no canonical form."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, memoryview)):
        return encode_bytes(bytes(value))
    if isinstance(value, Mapping):
        return {_key(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("an object's keys are strings")
    return key


def encode(value: object) -> bytes:
    """The canonical bytes of a value. Keys are sorted by UTF-16 code units as RFC 8785 asks."""
    return json.dumps(_ordered(plain(value)), ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _ordered(value: object) -> object:
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_ordered(item) for item in value]
    return value
