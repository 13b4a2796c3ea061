"""`sign_papers`: a letter is signed by a touch that is bound to its words, and the journal keeps their digest."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment import journal
from serment.entrance import acts, passkeys
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.presence import sessions
from serment.guard.release import standing
from serment.guard.release.caller import Present, present, refusals_of
from serment.wire import signing
from serment.wire.protocol import DENIED, INVALID
from serment.wire.signing import PapersSigned, SignPapers


def sign_papers(guard: Guard, request: SignPapers, now: datetime) -> PapersSigned:
    """The caller signs papers of a record whose care is open to them: one line of the journal, with the digest of each.

    Refuses `malformed`, `not_open`, `assurance`, `touch_refused` when the passkey answered for anything else, `ceremony_over`.
    """
    papers = request.papers
    if not 1 <= len(papers) <= signing.PAPERS_MAX or any(len(paper.digest) != signing.DIGEST_BYTES for paper in papers):
        raise Refused(INVALID, "malformed")
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="sign_papers", now=now, patient=request.patient)
        with refusals_of(who, request.patient):
            opening = _opening(guard, tx, who, request.patient, now)
            passkey = _proved(guard, tx, who, request, now)
        body = {
            "session": who.session, "opening": opening, "passkey": passkey,
            "papers": [[paper.document, paper.digest] for paper in papers],
        }  # fmt: skip
        journal.append(tx, at=now, kind="signature", account=who.id, patient=request.patient, body=body)
    return PapersSigned(at=now, passkey=passkey)


def _proved(guard: Guard, tx: Transaction, who: Present, request: SignPapers, now: datetime) -> UUID | None:
    """The passkey that answered for these very papers; None for who has none and came through the identity provider."""
    if who.caller.assurance != sessions.FULL:
        raise Refused(DENIED, "assurance")
    if not request.ceremony and not passkeys.of_account(guard, tx, who.id):
        return None
    return acts.prove(
        guard, tx, who.caller, act=signing.ACT, subject=signing.subject(request.papers), ceremony=request.ceremony,
        credential=request.credential, now=now,
    )  # fmt: skip


def _opening(guard: Guard, tx: Transaction, who: Present, patient: UUID, now: datetime) -> UUID:
    """An opening of the record in this session, under which care is written, and whose tie holds. Refuses `not_open`."""
    mine = [book.id for book in standing.openings_of(guard, tx, who, patient, now) if "care" in book.compartments]
    if not mine:
        raise Refused(DENIED, "not_open")
    return mine[0]
