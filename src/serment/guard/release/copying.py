"""`copy`: a whole record leaves the house in one file. Journaled before it is made, after a touch, and counted by the day."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.meters import account as meters
from serment.guard.meters import rules
from serment.guard.release import openings
from serment.guard.release.caller import Present, present, refusals_of
from serment.wire.copying import Copy
from serment.wire.protocol import DENIED, EXHAUSTED, STEP_UP, Empty

# A medical-records office answers a few requests a day. A stolen session makes no more copies than this, of records it has open.
COPIES_A_DAY_MAX = 10


def copy(guard: Guard, request: Copy, now: datetime) -> Empty:
    """The caller makes a copy of a record that is open to them: one line of the journal, which the patient reads too.

    Refuses `role`, `not_open`, `copy_in_emergency` (a broken glass is for care), `copy_touch` (remedy: touch), `copies_spent` (remedy:
    colleague).
    """
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="copy", now=now, patient=request.patient)
        with refusals_of(who, request.patient):
            who.require("record:copy:make")
            book = _opening(guard, tx, who, request.patient, now)
            meter = meters.load(guard, tx, who.id, now)
            if not rules.is_fresh(meter, now):
                raise Refused(STEP_UP, "copy_touch", remedy="touch")
            if _made_lately(tx, who.id, now) >= COPIES_A_DAY_MAX:
                raise Refused(EXHAUSTED, "copies_spent", remedy="colleague")
        body = {
            "request": request.request, "opening": book.id, "session": who.session, "role": who.account.role, "tie": book.tie,
            "explained": book.explained, "compartments": list(book.compartments), "entries": request.entries,
            "documents": request.documents, "withheld": request.withheld,
        }  # fmt: skip
        journal.append(tx, at=now, kind="copy", account=who.id, patient=request.patient, body=body)
    return Empty()


def _opening(guard: Guard, tx: Transaction, who: Present, patient: UUID, now: datetime) -> openings.Book:
    """The widest of the caller's openings of the record in this session, under which care is read. Refuses `not_open`."""
    known = openings.read(guard, openings.ask(tx, account=who.id, patient=patient, now=now))
    mine = [book for book in known if book.session_id == who.session and "care" in book.compartments]
    if not mine:
        raise Refused(DENIED, "not_open")
    calm = [book for book in mine if not book.emergency]
    if not calm:
        raise Refused(DENIED, "copy_in_emergency")
    return max(calm, key=lambda book: (len(book.compartments), book.explained))


def _made_lately(tx: Transaction, account: UUID, now: datetime) -> int:
    query = "select count(*) from journal_entry where account_id = %s and kind = 'copy' and at > %s"
    row = tx.execute(query, (account, now - timedelta(days=1))).fetchone()
    return int(row[0]) if row else 0
