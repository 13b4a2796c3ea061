"""The memory of proofs: each serves once, none is older than the process, and the memory is bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.presence.replay import Memory
from serment.wire import dpop

START = datetime(2026, 11, 23, 6, 0, 0, tzinfo=UTC)
KEY = dpop.ProofKey()


def proof(at: datetime, *, jti: str | None = None, key: dpop.ProofKey = KEY) -> dpop.Proof:
    return dpop.parse(key.proof(htm="GET", htu="https://serment.example/", now=at, jti=jti))


def use(memory: Memory, one: dpop.Proof, *, at: datetime, verb: str = "attend", patient: object = None) -> str:
    try:
        memory.use(one, verb=verb, patient=patient, now=at)  # type: ignore[arg-type]
    except Refused as refused:
        return refused.refusal.code
    return "used"


@pytest.fixture
def memory() -> Memory:
    return Memory(since=int(START.timestamp()))


def test_a_proof_serves_once_for_each_verb_and_patient(memory: Memory) -> None:
    one, patient = proof(START), uuid4()
    assert use(memory, one, at=START) == "used"
    assert use(memory, one, at=START) == "replayed_proof"
    assert use(memory, one, at=START, verb="open", patient=patient) == "used"
    assert use(memory, one, at=START, verb="open", patient=uuid4()) == "used"
    assert use(memory, one, at=START, verb="open", patient=patient) == "replayed_proof"


def test_two_browsers_may_draw_the_same_number(memory: Memory) -> None:
    jti = "abcdefghijklmnop"
    assert use(memory, proof(START, jti=jti), at=START) == "used"
    assert use(memory, proof(START, jti=jti, key=dpop.ProofKey()), at=START) == "used"


@pytest.mark.parametrize(("seconds", "expected"), [(0, "used"), (60, "used"), (61, "stale_proof"), (-5, "used"), (-6, "stale_proof")])
def test_a_proof_lives_a_minute(memory: Memory, seconds: int, expected: str) -> None:
    made = START + timedelta(minutes=10)
    assert use(memory, proof(made), at=made + timedelta(seconds=seconds)) == expected


def test_a_proof_older_than_the_process_is_refused(memory: Memory) -> None:
    assert use(memory, proof(START - timedelta(seconds=1)), at=START + timedelta(seconds=1)) == "stale_proof"


def test_what_is_forgotten_cannot_be_used_again_even_if_the_clock_goes_back(memory: Memory) -> None:
    one = proof(START)
    assert use(memory, one, at=START) == "used"
    use(memory, proof(START + timedelta(minutes=5)), at=START + timedelta(minutes=5))
    assert use(memory, one, at=START) == "stale_proof"


def test_when_the_memory_is_full_the_oldest_second_goes_and_nothing_is_forgotten_that_could_be_used() -> None:
    memory = Memory(since=int(START.timestamp()), remembered_max=10)
    first = [proof(START) for _ in range(10)]
    assert [use(memory, one, at=START) for one in first] == ["used"] * 10
    later = START + timedelta(seconds=1)
    assert use(memory, proof(later), at=later) == "used"
    assert {use(memory, one, at=later) for one in first} == {"stale_proof"}
    assert use(memory, proof(later), at=later) == "used"
