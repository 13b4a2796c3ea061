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

# Before, strftime writes a year without its zeros, and what was signed so must stay so.
FOUR_DIGITS_FROM = 1000


def instant(at: datetime) -> str:
    """An instant as `2026-11-23T14:05:06.000000Z`. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    if at.tzinfo is UTC and at.year >= FOUR_DIGITS_FROM:
        # The same text as below, three times as fast: most of what is signed in bulk is instants.
        return at.isoformat(timespec="microseconds")[: -len("+00:00")] + "Z"
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
    """One value that JSON does not know, as a string or a list: identifiers, instants, dates, bytes. Raises TypeError for others."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray, memoryview)):
        return encode_bytes(bytes(value))
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no canonical form for {type(value).__name__}")


# Keys are our own ASCII words, for which the order of code points is the order of UTF-16 units that RFC 8785 asks for.
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True, default=plain).encode


def encode(value: object) -> bytes:
    """The canonical bytes of a value. Raises TypeError for a float, a key that is not an ASCII word, or a type without a form."""
    _check(value)
    return _ENCODE(value).encode("utf-8")


# What needs no look inside.
_SIMPLE = frozenset({str, int, bool, type(None), UUID, datetime, date, bytes})


def _check(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("no canonical form for float")
    # A dict is a Mapping; naming it first spares the slower question.
    if isinstance(value, (dict, Mapping)):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise TypeError("an object's keys are ASCII words")
            if type(item) not in _SIMPLE:
                _check(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            if type(item) not in _SIMPLE:
                _check(item)
