"""What is sent to a witness and what it answers (C2SP tlog-witness, `add-checkpoint`)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from serment.wire.note import BadNote, Checkpoint

# Sixty-three lines of proof, and a note with the signatures of some twenty others.
BODY_BYTES_MAX = 16 * 1024
PROOF_LINES_MAX = 63
SIZE_MAX = 2**63 - 1

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")


class Malformed(ValueError):
    """Not a submission."""


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A checkpoint as its log signed it, and the proof that it extends the tree of `old` entries. The signature is not verified yet."""

    old: int
    proof: tuple[bytes, ...]
    note: str
    checkpoint: Checkpoint

    @classmethod
    def parse(cls, body: bytes) -> Submission:
        """Raises Malformed."""
        try:
            head, separator, note = body.decode().partition("\n\n")
            first, *rest = head.split("\n")
            old = _OLD.fullmatch(first)
            text, end, _ = note.rpartition("\n\n")
            checkpoint = Checkpoint.parse(text + "\n")
            proof = tuple(_hash(line) for line in rest)
        except (UnicodeDecodeError, ValueError):
            raise Malformed from None
        if old is None or not separator or not end or len(proof) > PROOF_LINES_MAX or checkpoint.size > SIZE_MAX:
            raise Malformed
        return cls(old=int(old[1]), proof=proof, note=note, checkpoint=checkpoint)


def _hash(line: str) -> bytes:
    raw = base64.b64decode(line, validate=True)
    # One text for each hash: base64 has several for the same bytes.
    if len(raw) != 32 or base64.b64encode(raw).decode() != line:
        raise BadNote("not a hash")
    return raw


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    body: str
    kind: str = "text/plain; charset=utf-8"


def conflict(size: int) -> Answer:
    """The one answer with a content to be read: the size that the witness knows."""
    return Answer(status=409, body=f"{size}\n", kind="text/x.tlog.size")


MALFORMED = Answer(status=400, body="malformed request\n")
FORBIDDEN = Answer(status=403, body="no signature by the log's key\n")
UNKNOWN = Answer(status=404, body="unknown log\n")
INCONSISTENT = Answer(status=422, body="the consistency proof does not hold\n")
FAULT = Answer(status=500, body="the witness cannot keep its record\n")
