"""Time-based one-time codes (RFC 6238): six digits, thirty seconds, SHA-1 as every authenticator application computes them."""

from __future__ import annotations

import base64
import hmac
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

SECONDS, DIGITS = 30, 6
SECRET_BYTES = 20  # RFC 4226, 4: the size of the hash

# A telephone's clock may be half a minute off either way.
STEPS_AROUND = (-1, 0, 1)


def code(secret: bytes, step: int) -> str:
    """The code of one step (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(secret: bytes, given: str, *, now: datetime, after: int) -> int | None:
    """The step that this code is of, when it is of about now and later than the last one used: a code serves once (RFC 6238, 5.2)."""
    here = int(now.timestamp()) // SECONDS
    plain = "".join(given.split())
    matching = [here + around for around in STEPS_AROUND if hmac.compare_digest(code(secret, here + around).encode(), plain.encode())]
    return next((step for step in matching if step > after), None)


def uri(secret: bytes, *, label: str, issuer: str) -> str:
    """What an authenticator application reads from a square code."""
    values = {"secret": base64.b32encode(secret).decode(), "issuer": issuer, "algorithm": "SHA1", "digits": DIGITS, "period": SECONDS}
    return f"otpauth://totp/{quote(f'{issuer}:{label}')}?{urlencode(values)}"
