"""Signing papers of one record with a passkey: the touch is bound to what is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from serment.wire import canonical

ACT = "sign"
DIGEST_BYTES = 32
# A ward's discharges of one day; one touch signs them together.
PAPERS_MAX = 20


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document and the digest of what it says, under a salt that only the sealed document holds."""

    document: UUID
    digest: bytes


@dataclass(frozen=True, kw_only=True)
class SignPapers:
    """Sign papers of the record that the caller has open. `ceremony` and `credential` answer `begin_act("sign", subject(papers))`; both are
    empty for an account that has no passkey, which came through its identity provider."""

    session: str
    proof: str
    patient: UUID
    papers: tuple[Paper, ...]
    ceremony: str = ""
    credential: str = ""


@dataclass(frozen=True, kw_only=True)
class PapersSigned:
    """When, by the guard's clock, and with which passkey; None for a session through an identity provider alone."""

    at: datetime
    passkey: UUID | None


def subject(papers: Sequence[Paper]) -> UUID:
    """What a touch is asked for: another paper, or another word in one, is another subject."""
    told = canonical.encode([[paper.document, paper.digest] for paper in papers])
    return UUID(bytes=hashlib.sha256(b"serment papers v1\0" + told).digest()[:16])


VERBS: dict[str, tuple[type, type]] = {"sign_papers": (SignPapers, PapersSigned)}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"sign_papers"})
