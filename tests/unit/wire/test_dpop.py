"""The proof of possession, against RFC 9449 and RFC 7638."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from serment.wire import dpop
from serment.wire.canonical import decode_bytes, encode_bytes

NOW = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)
ADDRESS = "https://serment.example/patients/0e9d3d7e-0000-4000-8000-000000000001/"


def made(
    key: dpop.ProofKey, *, head: dict[str, Any] | None = None, claims: dict[str, Any] | None = None, raw_claims: bytes | None = None
) -> str:
    """A proof whose header or claims were tampered with, signed all the same."""
    header = {"alg": "ES256", "jwk": key.jwk, "typ": "dpop+jwt", **(head or {})}
    body = {"htm": "GET", "htu": ADDRESS, "iat": int(NOW.timestamp()), "jti": "abcdefghijklmnop", **(claims or {})}
    payload = raw_claims if raw_claims is not None else json.dumps(body).encode()
    signed = f"{encode_bytes(json.dumps(header).encode())}.{encode_bytes(payload)}"
    return f"{signed}.{encode_bytes(key.sign(signed.encode()))}"


def test_a_proof_says_what_it_was_made_for_and_verifies() -> None:
    key = dpop.ProofKey()
    proof = dpop.parse(key.proof(htm="POST", htu=ADDRESS, now=NOW))
    dpop.verify(proof)
    assert (proof.htm, proof.htu, proof.iat, proof.public.thumbprint) == ("POST", ADDRESS, int(NOW.timestamp()), key.thumbprint)


def test_two_proofs_are_never_the_same() -> None:
    key = dpop.ProofKey()
    one, two = (dpop.parse(key.proof(htm="GET", htu=ADDRESS, now=NOW)) for _ in range(2))
    assert one.jti != two.jti


def test_the_example_of_rfc_9449_is_read_and_verifies() -> None:
    # RFC 9449, section 4.1, figure 2. Its jti is of 19 characters with a hyphen, as ours may be.
    proof = dpop.parse(
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVd"
        "CRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIi"
        "wiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8i"
        "GFYZN24t7-cWOJKmk8kC9bhZ9s9JAiXhmLmzr0iT3_9LFRN7wq8u5SA"
    )
    assert (proof.htm, proof.htu, proof.iat) == ("POST", "https://server.example.com/token", 1562262616)
    # RFC 9449, section 6.1, figure 9: the thumbprint of the same key.
    assert proof.public.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"


@pytest.mark.parametrize(
    "head",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS256"},
        {"typ": "jwt"},
        {"kid": "one"},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"jwk": "key"},
        {"jwk": {"crv": "P-256", "kty": "EC", "x": "AAAA", "y": "AAAA"}},
        {"jwk": {"crv": "P-256", "kty": "EC", "x": encode_bytes(bytes(32)), "y": encode_bytes(bytes(32))}},
    ],
)
def test_another_header_is_refused(head: dict[str, Any]) -> None:
    with pytest.raises(dpop.BadProof):
        dpop.parse(made(dpop.ProofKey(), head=head))


def test_a_private_key_in_the_header_is_refused() -> None:
    key = dpop.ProofKey()
    with pytest.raises(dpop.BadProof):
        dpop.parse(made(key, head={"jwk": {**key.jwk, "d": encode_bytes(bytes(32))}}))


@pytest.mark.parametrize(
    "claims",
    [
        {"htm": "get"},
        {"htm": 1},
        {"htu": "https://serment.example/?q=1"},
        {"htu": "https://serment.example/#here"},
        {"htu": "https://serment.example/é"},
        {"htu": "https://serment.example/" + "a" * 1024},
        {"htu": ""},
        {"iat": "1"},
        {"iat": 1.5},
        {"iat": True},
        {"iat": -1},
        {"iat": 2**60},
        {"jti": "short"},
        {"jti": "a" * 65},
        {"jti": "abcdefghijklmno\n"},
        {"jti": ["abcdefghijklmnop"]},
        {"ath": "more"},
    ],
)
def test_other_claims_are_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(dpop.BadProof):
        dpop.parse(made(dpop.ProofKey(), claims=claims))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"[" * 1000,
        b'{"htm":"GET","htu":"https://serment.example/","iat":1,"iat":2,"jti":"abcdefghijklmnop"}',
        b'{"htm":"GET","htu":"https://serment.example/","iat":NaN,"jti":"abcdefghijklmnop"}',
        b"\xff\xfe",
    ],
)
def test_claims_that_are_not_one_plain_object_are_refused(raw: bytes) -> None:
    with pytest.raises(dpop.BadProof):
        dpop.parse(made(dpop.ProofKey(), raw_claims=raw))


def test_a_proof_signed_by_another_key_does_not_verify() -> None:
    mine, theirs = dpop.ProofKey(), dpop.ProofKey()
    proof = dpop.parse(made(theirs, head={"jwk": mine.jwk}))
    with pytest.raises(dpop.BadProof):
        dpop.verify(proof)


def test_a_proof_altered_after_signing_does_not_verify() -> None:
    head, _, signature = dpop.ProofKey().proof(htm="GET", htu=ADDRESS, now=NOW).split(".")
    claims = {"htm": "POST", "htu": ADDRESS, "iat": int(NOW.timestamp()), "jti": "abcdefghijklmnop"}
    with pytest.raises(dpop.BadProof):
        dpop.verify(dpop.parse(f"{head}.{encode_bytes(json.dumps(claims).encode())}.{signature}"))


@pytest.mark.parametrize("signature", [bytes(64), b"\xff" * 64])
def test_a_signature_of_nothing_does_not_verify(signature: bytes) -> None:
    head, claims, _ = dpop.ProofKey().proof(htm="GET", htu=ADDRESS, now=NOW).split(".")
    with pytest.raises(dpop.BadProof):
        dpop.verify(dpop.parse(f"{head}.{claims}.{encode_bytes(signature)}"))


def test_a_signature_of_another_length_is_refused() -> None:
    head, claims, signature = dpop.ProofKey().proof(htm="GET", htu=ADDRESS, now=NOW).split(".")
    with pytest.raises(dpop.BadProof):
        dpop.parse(f"{head}.{claims}.{encode_bytes(decode_bytes(signature) + bytes(8))}")


def test_parts_too_many_too_few_or_too_long_are_refused() -> None:
    proof = dpop.ProofKey().proof(htm="GET", htu=ADDRESS, now=NOW)
    for wrong in ("", ".", "..", proof + ".", proof.replace(".", ""), proof + "A" * 2048, proof + "é", proof[:-1] + "="):
        with pytest.raises(dpop.BadProof):
            dpop.parse(wrong)


def test_keys_come_from_pem_and_only_of_p256() -> None:
    private = ec.generate_private_key(ec.SECP256R1())
    key = dpop.ProofKey.from_pem(_pem(private))
    assert dpop.public_jwk(private.public_key()) == key.jwk
    assert dpop.thumbprint(key.jwk) == key.thumbprint == dpop.public_key(key.jwk).thumbprint
    for other in (ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()):
        with pytest.raises(ValueError, match="P-256"):
            dpop.ProofKey.from_pem(_pem(other))
        with pytest.raises(ValueError, match="P-256"):
            dpop.public_jwk(other.public_key())


def _pem(key: Any) -> bytes:
    pem: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem
