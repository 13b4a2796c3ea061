"""Identity tokens: only one that holds in every respect lets anybody in."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from serment.credentials import oidc

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ACCESS = "access-token"
HALF = base64.urlsafe_b64encode(hashlib.sha256(ACCESS.encode()).digest()[:16]).rstrip(b"=").decode()
EXPECTED = oidc.Expected(issuer="https://psc.example", client_id="serment", nonce="nonce", acr="eidas1", now=NOW)
CLAIMS: dict[str, Any] = {
    "iss": "https://psc.example", "aud": "serment", "sub": "f:1", "nonce": "nonce", "acr": "eidas1",
    "iat": int(NOW.timestamp()), "exp": int(NOW.timestamp()) + 60,
}  # fmt: skip


def public(key: Any, kid: str, **more: str) -> dict[str, Any]:
    algorithm = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig", **more}


KEYS = (public(RSA, "rsa"), public(EC, "ec"))


def token(claims: dict[str, Any] | None = None, *, key: Any = RSA, alg: str = "RS256", **header: Any) -> str:
    return jwt.encode(claims or CLAIMS, key, algorithm=alg, headers={"kid": "ec" if alg == "ES256" else "rsa", **header})


def verify(given: object, *, keys: Any = KEYS, expected: oidc.Expected = EXPECTED) -> str:
    return oidc.verify(given, keys=keys, expected=expected, access_token=ACCESS)


def cause(given: object, **more: Any) -> str:
    with pytest.raises(oidc.NotProved) as caught:
        verify(given, **more)
    return str(caught.value)


def changed(**claims: Any) -> dict[str, Any]:
    return {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}


@pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (EC, "ES256")])
def test_a_token_that_holds_names_its_subject(key: Any, alg: str) -> None:
    assert verify(token(key=key, alg=alg)) == "f:1"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": ["serment"]},
        {"aud": ["serment", "another"], "azp": "serment"},
        {"azp": "serment"},
        {"at_hash": HALF},
        {"exp": int(NOW.timestamp()) - 29},
        {"iat": int(NOW.timestamp()) + 30},
        {"iat": int(NOW.timestamp()) - 600},
        {"nbf": int(NOW.timestamp()) + 3600},
    ],
)
def test_what_the_specification_allows_is_believed(claims: dict[str, Any]) -> None:
    assert verify(token(changed(**claims))) == "f:1"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"iss": "https://evil.example"}, "iss"),
        ({"iss": None}, "iss"),
        ({"aud": "another"}, "aud"),
        ({"aud": None}, "aud"),
        ({"aud": ["another"]}, "aud"),
        ({"aud": ["serment", "another"]}, "azp"),
        ({"aud": ["serment", "another"], "azp": "another"}, "azp"),
        ({"azp": "another"}, "azp"),
        ({"nonce": "other"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"nonce": 7}, "nonce"),
        ({"acr": "eidas0"}, "acr"),
        ({"acr": None}, "acr"),
        ({"at_hash": "other"}, "at_hash"),
        ({"exp": int(NOW.timestamp()) - 30}, "exp"),
        ({"exp": None}, "times"),
        ({"iat": None}, "times"),
        ({"iat": "now"}, "times"),
        ({"iat": int(NOW.timestamp()) + 31}, "iat"),
        ({"iat": int(NOW.timestamp()) - 601}, "iat"),
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
    ],
)
def test_a_token_wrong_in_one_respect_is_refused(claims: dict[str, Any], said: str) -> None:
    assert cause(token(changed(**claims))) == said


def test_the_algorithm_none_is_refused() -> None:
    assert cause(jwt.encode(CLAIMS, "", algorithm="none", headers={"kid": "rsa"})) == "algorithm"


def test_a_public_key_used_as_a_shared_secret_is_refused() -> None:
    """The confusion of algorithms: everybody has the provider's public key, and HS256 would sign with it."""
    pem = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = base64.urlsafe_b64encode(json.dumps({"alg": "HS256", "kid": "rsa"}).encode()).rstrip(b"=")
    body = base64.urlsafe_b64encode(json.dumps(CLAIMS).encode()).rstrip(b"=")
    import hmac

    signature = base64.urlsafe_b64encode(hmac.digest(pem, header + b"." + body, "sha256")).rstrip(b"=")
    assert cause(b".".join((header, body, signature)).decode()) == "algorithm"


def test_a_header_that_asks_for_more_than_we_know_is_refused() -> None:
    assert cause(token(crit=["b64"], b64=True)) in ("algorithm", "InvalidTokenError")


def test_a_key_carried_by_the_token_itself_is_not_believed() -> None:
    """The header's own `jwk` is the forger's."""
    assert cause(token(key=OTHER, jwk=public(OTHER, "rsa"))) == "InvalidSignatureError"


def test_another_key_signs_nothing() -> None:
    assert cause(token(key=OTHER)) == "InvalidSignatureError"


@pytest.mark.parametrize(
    "keys",
    [
        (),
        (public(RSA, "other"),),
        (public(RSA, "rsa", use="enc"),),
        (public(RSA, "rsa", alg="RS512"),),
        (public(RSA, "rsa"), public(OTHER, "rsa")),
        ({**public(EC, "rsa")},),
    ],
)
def test_a_key_that_does_not_go_with_the_token_may_be_a_new_one(keys: Any) -> None:
    with pytest.raises(oidc.UnknownKey, match=r"^key$"):
        verify(token(), keys=keys)


def test_a_token_without_a_key_id_needs_a_single_key_of_its_kind() -> None:
    bare = jwt.encode(CLAIMS, RSA, algorithm="RS256")
    assert verify(bare) == "f:1"
    assert cause(bare, keys=(*KEYS, public(OTHER, "other"))) == "key"


@pytest.mark.parametrize("given", [None, 1, "", "a.b.c", "x" * 20_000, b"a.b.c", "\ud800", "eyJhbGciOiJSUzI1NiJ9"])
def test_garbage_is_no_token(given: object) -> None:
    assert cause(given)


def test_a_broken_key_of_the_provider_is_no_fault_of_ours() -> None:
    assert cause(token(), keys=({"kty": "RSA", "kid": "rsa", "n": "!", "e": "!"},))


@pytest.mark.parametrize("minutes", [-10, 10])
def test_the_instant_is_the_one_given(minutes: int) -> None:
    moved = oidc.Expected(
        issuer="https://psc.example", client_id="serment", nonce="nonce", acr="eidas1", now=NOW + timedelta(minutes=minutes)
    )
    assert cause(token(), expected=moved) in ("exp", "iat")


# what the provider says of a person ------------------------------------------------------------------------------------------------


def test_the_national_number_follows_the_digit_eight() -> None:
    assert oidc.rpps({"sub": "f:1", "SubjectNameID": "810003456789"}, subject="f:1") == "10003456789"


def test_what_is_said_of_another_subject_is_not_believed() -> None:
    with pytest.raises(oidc.NotProved, match=r"^userinfo$"):
        oidc.rpps({"sub": "f:2", "SubjectNameID": "810003456789"}, subject="f:1")


@pytest.mark.parametrize(
    "number",
    [None, 810003456789, "", "8", "010003456789", "81000345678", "8100034567890", "81000345678x", "8١٠٠٠٣٤٥٦٧٨٩", "3490000001/0001"],
)
def test_another_kind_of_number_is_none_we_know(number: object) -> None:
    with pytest.raises(oidc.NotProved, match=r"^no_rpps$"):
        oidc.rpps({"sub": "f:1", "SubjectNameID": number}, subject="f:1")
