"""Those outside who vouch for the journal, witnesses and a time-stamping authority: where they are, what is known of them, and how one
speaks to them. The journal waits for none of them."""

from __future__ import annotations

import http.client
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from serment.wire.note import COSIGNATURE, Verifier

DEADLINE_SECONDS = 10.0
# A time stamp with its certificates is a few kilobytes.
REPLY_BYTES_MAX = 64 * 1024
CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Unreachable(Exception):
    """No answer, or not one of HTTP."""


@dataclass(frozen=True, kw_only=True)
class Witness:
    """`url` is the prefix under which it answers; `key` was noted down when the witness was made, and is what it is known by."""

    url: str
    key: Verifier

    @classmethod
    def configured(cls, *, url: str, key: str) -> Witness:
        """As the configuration writes it. Raises BadNote, a ValueError, for anything but a witness's verifier key, or ValueError for an
        address out of form."""
        _connection(url)
        return cls(url=url.rstrip("/"), key=Verifier.parse(key, kind=COSIGNATURE))


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A time-stamping authority (RFC 3161). `certificates` is a PEM file with what its stamps are verified against."""

    url: str
    certificates: Path

    @classmethod
    def configured(cls, *, url: str, certificates: str) -> Authority:
        """As the configuration writes it. Raises ValueError for an address out of form."""
        _connection(url)
        return cls(url=url, certificates=Path(certificates))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where one witness stands: its last cosignature of this run, and what is wrong (a word of `wire.witnessing`), or nothing."""

    size: int = 0
    at: datetime | None = None
    trouble: str = ""
    claimed: int = 0


@dataclass
class Outlook:
    """What this process has heard from outside. It is not in the database, where whoever rewrites the journal could calm it."""

    standings: dict[str, Standing] = field(default_factory=dict)
    stamp_trouble: str = ""

    def of(self, witness: Witness) -> Standing:
        return self.standings.get(str(witness.key), Standing())


def post(url: str, body: bytes, *, kind: str) -> tuple[int, bytes]:
    """Send and read one answer: its status and its body. No redirection is followed. Raises Unreachable."""
    connection, path = _connection(url)
    try:
        connection.request("POST", path, body, {"Content-Type": kind})
        answer = connection.getresponse()
        return answer.status, answer.read(REPLY_BYTES_MAX)
    except (OSError, http.client.HTTPException):
        raise Unreachable from None
    finally:
        connection.close()


def _connection(url: str) -> tuple[http.client.HTTPConnection, str]:
    parts = urlsplit(url)
    if parts.scheme not in CONNECTIONS or not parts.hostname:
        raise ValueError("an address begins with http:// or https://")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return CONNECTIONS[parts.scheme](parts.hostname, parts.port, timeout=DEADLINE_SECONDS), path
