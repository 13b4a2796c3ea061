"""Proofs of possession: a small signed note, made for one request by a key that cannot leave the browser (RFC 9449, DPoP).

A proof is a JWT signed with ES256 that names the method (`htm`), the address without its query (`htu`), the second it was made
(`iat`) and a number used once (`jti`), with the public key in its header; an application's proof names its token too (`ath`). Who
reads it first calls `parse`, finds out by the thumbprint (RFC 7638) whose key it is, and then calls `verify`. Stricter than the RFC:
no member but these is accepted, and each once.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from serment.wire.canonical import decode_bytes, encode_bytes

# The longest proof our browser code makes is about 650 characters; the rest is room for long addresses.
PROOF_CHARACTERS_MAX = 2048
ADDRESS_CHARACTERS_MAX = 1024

# A header is the same for every proof of one key: remembering it saves decoding a point of the curve each time.
HEADERS_REMEMBERED_MAX = 4096

COORDINATE_BYTES = 32
SIGNATURE_BYTES = 64
ES256 = ec.ECDSA(hashes.SHA256())

_JTI = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
_HASH = re.compile(r"[A-Za-z0-9_-]{43}\Z")
_METHOD = re.compile(r"[A-Z]{3,10}\Z")
_ADDRESS = re.compile(r"[!$&-;=@-\[\]_a-z~%]+\Z")  # what an absolute address may hold, without query and fragment
_IAT_MAX = 2**40


class BadProof(Exception):
    """The proof is not one: malformed, of another algorithm or curve, or not signed by the key it names. The message never quotes it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicKey:
    """A P-256 public key, its JWK and its RFC 7638 thumbprint (base64url)."""

    jwk: Mapping[str, str]
    thumbprint: str
    key: ec.EllipticCurvePublicKey = field(repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """A well-formed proof. It proves nothing before `verify`."""

    public: PublicKey
    htm: str
    htu: str
    iat: int
    jti: str
    ath: str = ""
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def parse(proof: str) -> Proof:
    """Read a proof. Raises BadProof when anything at all is not as it must be; the signature is not checked here."""
    if len(proof) > PROOF_CHARACTERS_MAX or not proof.isascii():
        raise BadProof("too long, or not ASCII")
    parts = proof.split(".")
    if len(parts) != 3:
        raise BadProof("not three parts")
    public = _header(parts[0])
    claims = _json_object(parts[1])
    if claims.keys() - {"ath"} != {"htm", "htu", "iat", "jti"}:
        raise BadProof("not exactly the claims htm, htu, iat, jti, and perhaps ath")
    htm, htu, iat, jti, ath = claims["htm"], claims["htu"], claims["iat"], claims["jti"], claims.get("ath", "")
    if not isinstance(htm, str) or not _METHOD.match(htm):
        raise BadProof("htm")
    if not isinstance(htu, str) or len(htu) > ADDRESS_CHARACTERS_MAX or not _ADDRESS.match(htu):
        raise BadProof("htu")
    if type(iat) is not int or not 0 < iat < _IAT_MAX:
        raise BadProof("iat")
    if not isinstance(jti, str) or not _JTI.match(jti):
        raise BadProof("jti")
    if not isinstance(ath, str) or ("ath" in claims and not _HASH.match(ath)):
        raise BadProof("ath")
    signature = _decode(parts[2])
    if len(signature) != SIGNATURE_BYTES:
        raise BadProof("signature length")
    return Proof(
        public=public, htm=htm, htu=htu, iat=iat, jti=jti, ath=ath, signed=proof[: -len(parts[2]) - 1].encode(), signature=signature
    )  # fmt: skip


def token_hash(token: str) -> str:
    """What a proof says of the access token it goes with (RFC 9449, 4.2)."""
    return encode_bytes(hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest())


def verify(proof: Proof) -> None:
    """Raises BadProof unless the key in the proof's header signed it."""
    verify_signature(proof.public.key, proof.signature, proof.signed)


def verify_signature(key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes) -> None:
    """ES256 as JOSE and WebCrypto write it: r and s of 32 bytes each, one after the other. Raises BadProof."""
    if len(signature) != SIGNATURE_BYTES:
        raise BadProof("signature length")
    r, s = int.from_bytes(signature[:COORDINATE_BYTES], "big"), int.from_bytes(signature[COORDINATE_BYTES:], "big")
    try:
        key.verify(encode_dss_signature(r, s), signed, ES256)
    except InvalidSignature:
        raise BadProof("signature") from None


def public_key(jwk: object) -> PublicKey:
    """The key of a public JWK with exactly the members crv, kty, x, y. Raises BadProof, also for a point that is not on the curve."""
    if not isinstance(jwk, Mapping) or jwk.keys() != {"crv", "kty", "x", "y"}:
        raise BadProof("not exactly the members crv, kty, x, y")
    if jwk["crv"] != "P-256" or jwk["kty"] != "EC":
        raise BadProof("not a P-256 key")
    x, y = _coordinate(jwk["x"]), _coordinate(jwk["y"])
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError:
        raise BadProof("not a point of P-256") from None
    return _public(key)


class ProofKey:
    """A private key that makes proofs: what a browser holds in WebCrypto, and an interface in a file."""

    def __init__(self, key: ec.EllipticCurvePrivateKey | None = None) -> None:
        self._key = key or ec.generate_private_key(ec.SECP256R1())
        self.public = _public(self._key.public_key())
        self._head = _encode_json({"alg": "ES256", "jwk": dict(self.public.jwk), "typ": "dpop+jwt"})

    @classmethod
    def from_pem(cls, pem: bytes) -> ProofKey:
        """Read an unencrypted PEM private key. Raises ValueError for any other kind of key."""
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
            raise ValueError("not a P-256 private key")
        return cls(key)

    @property
    def jwk(self) -> dict[str, str]:
        return dict(self.public.jwk)

    @property
    def thumbprint(self) -> str:
        return self.public.thumbprint

    def proof(self, *, htm: str, htu: str, now: datetime, jti: str | None = None, token: str = "") -> str:
        """A proof for one request. `htu` is the address without query and fragment; for an interface `serment:<verb>`. `token` is the
        access token that goes with it."""
        claims: dict[str, object] = {"htm": htm, "htu": htu, "iat": int(now.timestamp()), "jti": jti or encode_bytes(os.urandom(16))}
        if token:
            claims["ath"] = token_hash(token)
        signed = f"{self._head}.{_encode_json(claims)}"
        return f"{signed}.{encode_bytes(self.sign(signed.encode()))}"

    def sign(self, data: bytes) -> bytes:
        """ES256, 64 bytes, as WebCrypto signs."""
        r, s = decode_dss_signature(self._key.sign(data, ES256))
        return r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")


def public_jwk(key: object) -> dict[str, str]:
    """The JWK of a public key. Raises ValueError for anything but P-256."""
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("not a P-256 public key")
    return dict(_public(key).jwk)


def thumbprint(jwk: Mapping[str, str]) -> str:
    """The RFC 7638 thumbprint of an EC key: the required members only, sorted, without white space."""
    canonical = json.dumps({name: jwk[name] for name in ("crv", "kty", "x", "y")}, separators=(",", ":"))
    return encode_bytes(hashlib.sha256(canonical.encode()).digest())


def _public(key: ec.EllipticCurvePublicKey) -> PublicKey:
    numbers = key.public_numbers()
    x, y = (encode_bytes(number.to_bytes(COORDINATE_BYTES, "big")) for number in (numbers.x, numbers.y))
    jwk = {"crv": "P-256", "kty": "EC", "x": x, "y": y}
    return PublicKey(jwk=jwk, thumbprint=thumbprint(jwk), key=key)


@lru_cache(maxsize=HEADERS_REMEMBERED_MAX)
def _header(segment: str) -> PublicKey:
    header = _json_object(segment)
    if header.keys() != {"alg", "jwk", "typ"} or header["typ"] != "dpop+jwt" or header["alg"] != "ES256":
        raise BadProof("not the header of an ES256 proof")
    return public_key(header["jwk"])


def _coordinate(value: object) -> bytes:
    raw = _decode(value) if isinstance(value, str) else b""
    if len(raw) != COORDINATE_BYTES:
        raise BadProof("coordinate")
    return raw


def _decode(segment: str) -> bytes:
    try:
        return decode_bytes(segment)
    except ValueError:
        raise BadProof("not canonical base64url") from None


def _json_object(segment: str) -> dict[str, object]:
    try:
        value = json.loads(_decode(segment), object_pairs_hook=_each_once)
    except (ValueError, RecursionError):
        raise BadProof("not JSON") from None
    if not isinstance(value, dict):
        raise BadProof("not a JSON object")
    return value


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def _encode_json(value: object) -> str:
    return encode_bytes(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())
