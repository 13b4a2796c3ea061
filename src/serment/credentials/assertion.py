"""What an application shows for a token: a JWT that it signed for us, minutes ago, for this once (RFC 7523, private_key_jwt).

A pure check: the registered key, our own names and the instant are given, nothing is fetched or kept. Whoever calls refuses a second use
of `Asserted.jti` until `Asserted.until`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from serment.credentials.oidc import OURS

CHARACTERS_MAX = 4096

# Minutes, not hours: a captured assertion is worth little, and its number is remembered as long.
LIFE_MAX = timedelta(minutes=5)
LEEWAY = timedelta(seconds=10)

ALGORITHM = "ES256"
_JTI = re.compile(r"[\x21-\x7e]{16,128}\Z")


class NotAsserted(Exception):
    """The assertion does not hold. The message names the cause for the journal, never a value."""


@dataclass(frozen=True, kw_only=True)
class Asserted:
    """An assertion that holds: its number, and until when it must not serve again."""

    jti: str
    until: datetime


def client_of(assertion: str) -> UUID:
    """Whom an assertion claims to come from, before anything is proved. Raises NotAsserted."""
    if len(assertion) > CHARACTERS_MAX:
        raise NotAsserted("malformed")
    try:
        claims = jwt.decode(assertion, options={**OURS, "verify_signature": False})
        return UUID(str(claims.get("iss")))
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotAsserted("malformed") from None


def verify(assertion: str, *, jwk: Mapping[str, str], client: UUID, audiences: frozenset[str], now: datetime) -> Asserted:
    """An assertion of this client for one of our own names. Raises NotAsserted (`algorithm`, `signature`, `iss`, `aud`, `exp`, `jti`)."""
    claims = _signed(assertion, jwk)
    if claims.get("iss") != str(client) or claims.get("sub") != str(client):
        raise NotAsserted("iss")
    audience = claims.get("aud")
    # For us and nobody else: an assertion meant for several servers could be played here by another of them.
    named = audience[0] if isinstance(audience, list) and len(audience) == 1 else audience
    if not isinstance(named, str) or named not in audiences:
        raise NotAsserted("aud")
    until = _until(claims, now)
    jti = claims.get("jti")
    if not isinstance(jti, str) or not _JTI.match(jti):
        raise NotAsserted("jti")
    return Asserted(jti=jti, until=until)


def _signed(assertion: str, jwk: Mapping[str, str]) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(assertion)
        if header.get("alg") != ALGORITHM or "crit" in header:
            raise NotAsserted("algorithm")
        claims: dict[str, Any] = jwt.decode(assertion, jwt.PyJWK(dict(jwk), algorithm=ALGORITHM), algorithms=[ALGORITHM], options=OURS)
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise NotAsserted("signature") from None
    return claims


def _until(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When it ends, by our clock give or take seconds."""
    exp, start = claims.get("exp"), claims.get("nbf", claims.get("iat", 0))
    if type(exp) is not int or type(start) is not int:
        raise NotAsserted("exp")
    instant, leeway = now.timestamp(), LEEWAY.total_seconds()
    if not instant - leeway < exp <= instant + LIFE_MAX.total_seconds() + leeway or start > instant + leeway:
        raise NotAsserted("exp")
    return datetime.fromtimestamp(exp, UTC) + LEEWAY
