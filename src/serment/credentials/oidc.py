"""What an OpenID Connect provider proves of a person: an identity token (Core 1.0, 3.1.3.7) and what it says of them (5.3.2).

A pure check: keys, names and the instant are given, nothing is fetched or kept. The provider meant is Pro Santé Connect, which answers
with the national number (RPPS) of a health professional.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt
from jwt.types import Options

TOKEN_CHARACTERS_MAX = 16_384

# The two asymmetric algorithms that Pro Santé Connect and its likes sign with, and the keys they go with. No other exists here: not
# `none`, and not the HS family, under which our own client secret, or a public key, would sign.
ALGORITHMS = {"RS256": "RSA", "ES256": "EC"}

# Clocks differ by seconds; a token is minutes old at most when it comes straight from the token endpoint.
LEEWAY = timedelta(seconds=30)
AGE_MAX = timedelta(minutes=10)

# `SubjectNameID` is the kind of number, then the number: 8 for RPPS, whose eleven digits follow.
RPPS_KIND, RPPS_DIGITS = "8", 11


# What the library would check with its own clock and words; each is checked below.
OURS: Options = {
    "verify_signature": True,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


class NotProved(Exception):
    """The token does not hold. The message names the cause for the journal, never a value."""


class UnknownKey(NotProved):
    """No key of the provider goes with this token: it may have new ones since it was asked."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the token must say, by what was asked for."""

    issuer: str
    client_id: str
    nonce: str
    acr: str
    now: datetime


def verify(token: object, *, keys: Sequence[Mapping[str, Any]], expected: Expected, access_token: str) -> str:
    """The subject of an identity token that holds in every respect. Raises NotProved."""
    claims = _signed(token, keys)
    _check_parties(claims, expected)
    _check_times(claims, expected.now)
    if not _equal(claims.get("nonce"), expected.nonce):
        raise NotProved("nonce")
    if claims.get("acr") != expected.acr:
        raise NotProved("acr")
    if "at_hash" in claims and not _equal(claims["at_hash"], _half_hash(access_token)):
        raise NotProved("at_hash")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject:
        raise NotProved("sub")
    return subject


def rpps(person: Mapping[str, Any], *, subject: str) -> str:
    """The national number in what the provider says of this subject. Raises NotProved: of another, or without a number we know."""
    if person.get("sub") != subject:
        raise NotProved("userinfo")
    number = person.get("SubjectNameID")
    if not isinstance(number, str) or not number.startswith(RPPS_KIND):
        raise NotProved("no_rpps")
    digits = number[len(RPPS_KIND) :]
    if len(digits) != RPPS_DIGITS or not (digits.isascii() and digits.isdigit()):
        raise NotProved("no_rpps")
    return digits


def _signed(token: object, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not isinstance(token, str) or len(token) > TOKEN_CHARACTERS_MAX:
        raise NotProved("malformed")
    try:
        header = jwt.get_unverified_header(token)
        algorithm = header.get("alg")
        if algorithm not in ALGORITHMS or "crit" in header:
            raise NotProved("algorithm")
        key = jwt.PyJWK(dict(_key(keys, header, algorithm)), algorithm=algorithm)
        claims: dict[str, Any] = jwt.decode(token, key, algorithms=[algorithm], options=OURS)
    except (jwt.PyJWTError, ValueError, RecursionError) as cause:
        raise NotProved(type(cause).__name__) from None
    return claims


def _key(keys: Sequence[Mapping[str, Any]], header: Mapping[str, Any], algorithm: str) -> Mapping[str, Any]:
    fitting = [
        key
        for key in keys
        if key.get("kty") == ALGORITHMS[algorithm] and key.get("use", "sig") == "sig" and key.get("alg", algorithm) == algorithm
    ]
    named = [key for key in fitting if key.get("kid") == header["kid"]] if "kid" in header else fitting
    if len(named) != 1:
        raise UnknownKey("key")
    return named[0]


def _check_parties(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise NotProved("iss")
    audience = claims.get("aud")
    named = audience if isinstance(audience, list) else [audience]
    if expected.client_id not in named:
        raise NotProved("aud")
    # Core 3.1.3.7, 4 and 5: a token for several must say to whom it was given.
    if claims.get("azp", expected.client_id if len(named) == 1 else None) != expected.client_id:
        raise NotProved("azp")


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    until, since = claims.get("exp"), claims.get("iat")
    if not isinstance(until, int) or not isinstance(since, int):
        raise NotProved("times")
    instant = now.timestamp()
    if until <= instant - LEEWAY.total_seconds():
        raise NotProved("exp")
    if not instant - AGE_MAX.total_seconds() <= since <= instant + LEEWAY.total_seconds():
        raise NotProved("iat")


def _half_hash(access_token: str) -> str:
    """Core 3.1.3.6. Both algorithms hash with SHA-256."""
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _equal(said: object, expected: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), expected.encode())
