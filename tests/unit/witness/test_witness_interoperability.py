"""What other implementations of C2SP tlog-witness and tlog-cosignature publish is read here as they mean it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from serment.wire.note import COSIGNATURE, BadNote, Signer, Verifier, cosigned_at
from serment.witness.submission import FORBIDDEN, INCONSISTENT, Answer, conflict
from serment.witness.witness import Witness

# The log, and the submissions, of the tests of litewitness (filippo.io/torchwood), made by its own tools.
ORIGIN = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562"
LOG = Verifier(name=ORIGIN, key=bytes.fromhex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f"))
ONE = (
    f"{ORIGIN}\n1\nKgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n"
    f"— {ORIGIN} UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=\n"
)
THREE = (
    f"{ORIGIN}\n3\nRcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=\n\n"
    f"— {ORIGIN} UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=\n"
)
FIVE = (
    f"{ORIGIN}\n5\nQrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=\n\n"
    f"— {ORIGIN} UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=\n"
)
ONE_TO_THREE = "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nKgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
ONE_TO_FIVE = (
    "KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=\n"
    "KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
)
THREE_TO_FIVE = "".join(
    base64.b64encode(bytes.fromhex(node)).decode() + "\n"
    for node in (
        "2a02" + "00" * 30, "2a03" + "00" * 30, "c2088815d65f60dbfa594d4e96504ab169cb6084bf0c132ab7c521fd2e0eba41", "2a04" + "00" * 30,
    )
)  # fmt: skip


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    made = Witness.create(tmp_path / "w", "example.com")
    made.add(LOG)
    return made


def submit(witness: Witness, old: int, proof: str, note: str) -> Answer:
    return witness.add_checkpoint(f"old {old}\n{proof}\n{note}".encode())


def test_a_foreign_logs_submissions_are_answered_as_its_own_witness_answers_them(witness: Witness) -> None:
    assert submit(witness, 0, "", ONE).status == 200
    assert submit(witness, 1, ONE_TO_THREE, THREE.replace("x6go=", "x6gs=")) == FORBIDDEN
    assert submit(witness, 1, "", THREE) == INCONSISTENT
    assert submit(witness, 1, ONE_TO_THREE.replace("KgI", "KgJ"), THREE) == INCONSISTENT
    assert submit(witness, 1, ONE_TO_THREE, THREE).status == 200
    assert submit(witness, 1, ONE_TO_FIVE, FIVE) == conflict(3)
    answer = submit(witness, 3, THREE_TO_FIVE, FIVE)
    assert cosigned_at(FIVE + answer.body, witness.key) == witness.logs()[0].at


def test_a_foreign_log_may_skip_sizes(witness: Witness) -> None:
    submit(witness, 0, "", ONE)
    assert submit(witness, 1, ONE_TO_FIVE, FIVE).status == 200
    assert submit(witness, 1, ONE_TO_THREE, THREE) == conflict(5)


def test_the_key_of_a_public_witness_is_read() -> None:
    """remora, of the tests of transparency-dev/formats."""
    text = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
    assert str(Verifier.parse(text, kind=COSIGNATURE)) == text
    with pytest.raises(BadNote):
        Verifier.parse(text)


def test_the_key_of_a_log_is_not_one_of_a_witness() -> None:
    text = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"
    assert str(Verifier.parse(text)) == text
    with pytest.raises(BadNote):
        Verifier.parse(text, kind=COSIGNATURE)


def test_the_time_stands_where_others_look_for_it() -> None:
    """The example of transparency-dev/formats: eight bytes after the key's hash."""
    example = base64.b64decode("ZGhGuQAAAABm/qTPeyKXD+R2rzyQsxPiP8mXum7qq/iF0u4vanlqJyocWODBt97w9uL+8qT7S5gxEHWWOworDcFiEBYJXORmnFBOBA==")
    ours = base64.b64decode(Signer("w", b"w" * 32, kind=COSIGNATURE).cosign("text\n", timestamp=1727964367).split(" ")[2])
    assert len(ours) == len(example) == 76
    assert ours[4:12] == example[4:12] == (1727964367).to_bytes(8, "big")
