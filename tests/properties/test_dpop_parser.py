"""Whatever arrives in a DPoP header, the parser refuses it or reads it: it never fails in any other way."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from serment.wire import dpop
from serment.wire.canonical import encode_bytes

KEY = dpop.ProofKey()
PROOF = KEY.proof(htm="GET", htu="https://serment.example/patients/", now=datetime(2026, 11, 23, tzinfo=UTC))

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
SEGMENT = VALUES.map(lambda value: encode_bytes(json.dumps(value).encode()))


def refuses_or_reads(text: str) -> None:
    with suppress(dpop.BadProof):
        dpop.verify(dpop.parse(text))


@given(st.text(max_size=3000))
def test_any_text(text: str) -> None:
    refuses_or_reads(text)


@given(st.binary(max_size=200), st.binary(max_size=200), st.binary(max_size=80))
def test_any_three_parts(head: bytes, claims: bytes, signature: bytes) -> None:
    refuses_or_reads(".".join(encode_bytes(part) for part in (head, claims, signature)))


@given(SEGMENT, SEGMENT)
def test_any_json(head: str, claims: str) -> None:
    refuses_or_reads(f"{head}.{claims}.{encode_bytes(bytes(64))}")
    refuses_or_reads(f"{PROOF.split('.')[0]}.{claims}.{encode_bytes(bytes(64))}")


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("alg", "typ", "jwk", "kty", "crv", "x", "y", "htm", "htu", "iat", "jti"), VALUES)))
def test_any_value_under_the_right_names(members: dict[str, object]) -> None:
    segment = encode_bytes(json.dumps(members).encode())
    refuses_or_reads(f"{segment}.{segment}.{encode_bytes(bytes(64))}")


@given(st.integers(min_value=0, max_value=len(PROOF) - 1), st.characters())
def test_one_character_changed_never_verifies(place: int, character: str) -> None:
    changed = PROOF[:place] + character + PROOF[place + 1 :]
    if changed == PROOF:
        return
    try:
        dpop.verify(dpop.parse(changed))
    except dpop.BadProof:
        return
    raise AssertionError("a changed proof verified")
