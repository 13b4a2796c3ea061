"""What the caller has open of one record, and may still: asked before anything is done on the strength of an opening."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.evidence import accounts, ties
from serment.guard.release import openings
from serment.guard.release.caller import Present


def openings_of(guard: Guard, tx: Transaction, who: Present, patient: UUID, now: datetime) -> list[openings.Book]:
    """The openings of this session, without those whose ties have ended: a tie taken away is gone for every verb at once."""
    known = openings.read(guard, openings.ask(tx, account=who.id, patient=patient, now=now))
    mine = [book for book in known if book.session_id == who.session]
    if any(book.tie for book in mine) and not held(guard, tx, who.id, who.units, patient, now):
        return [book for book in mine if not book.tie]
    return mine


def held(guard: Guard, tx: Transaction, account: UUID, units: list[UUID], patient: UUID, now: datetime) -> list[ties.Tie]:
    """The live ties of the account to this patient."""
    return ties.read(guard, ties.ask(tx, patients=[patient], account=account, now=now), units=units).get(patient, [])


def take_back(guard: Guard, tx: Transaction, patient: UUID, now: datetime) -> None:
    """A tie of the patient has ended or moved: whoever opened the record by a tie and has none left is shown its rows no more."""
    query = "select distinct account_id from opening where patient_id = %s and until > %s and closed_at is null and tie <> ''"
    for (account,) in tx.execute(query, (patient, now)).fetchall():
        units = [post.unit for post in accounts.read_assignments(guard, accounts.ask_assignments(tx, account, now))]
        if not held(guard, tx, account, units, patient, now):
            openings.hide_rows(guard, account=account, patient=patient)
