"""Openings at rest: in the guard's books, and as the permits that row-level security reads in the record's database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.meters import limits


@dataclass(frozen=True, kw_only=True)
class Book:
    """One opening as the guard keeps it."""

    id: UUID
    account_id: UUID
    session_id: UUID
    patient_id: UUID
    compartments: tuple[str, ...]
    tie: str
    explained: bool
    emergency: bool
    since: datetime
    until: datetime
    closed_at: datetime | None = None


BOOKS = rows.Table("opening", Book)


def ends(now: datetime, *bounds: datetime | None) -> datetime:
    """When an opening made now is over: what it rests on ends first, or the working day does."""
    return min([now + limits.OPENING, *(bound for bound in bounds if bound is not None)])


def ask(tx: Transaction, *, account: UUID, patient: UUID, now: datetime) -> rows.Asked:
    """Send the query for the account's live openings of this patient, in every session."""
    return BOOKS.ask(tx, "account_id = %s and patient_id = %s and until > %s and closed_at is null order by since", account, patient, now)


def read(guard: Guard, asked: rows.Asked) -> list[Book]:
    """The openings asked for, oldest first. Refuses a forged row."""
    return BOOKS.read(guard, asked)


def show_rows(guard: Guard, book: Book) -> str:
    """Let the record's database show this opening's rows to whoever holds the ticket, which is returned."""
    ticket = guard.vault.ticket(book.id)
    with guard.dossier_pool.connection() as tx:
        tx.execute(
            """insert into opening (id, patient_id, account_id, session_id, compartments, ticket_digest, until)
               values (%s, %s, %s, %s, %s, %s, %s)
               on conflict (id) do nothing""",
            (
                book.id, book.patient_id, book.account_id, book.session_id, list(book.compartments),
                hashlib.sha256(ticket.encode()).digest(), book.until,
            ),
        )  # fmt: skip
    return ticket


def end(guard: Guard, tx: Transaction, *, account: UUID, now: datetime) -> None:
    """End every live opening of an account, broken glasses too: who leaves, changes role or is cut opens nothing by an earlier one."""
    for book in BOOKS.genuine(guard, tx, "account_id = %s and until > %s and closed_at is null", account, now):
        BOOKS.put(guard, tx, replace(book, closed_at=now))
    hide_rows(guard, account=account)


def hide_rows(guard: Guard, *, account: UUID | None = None, session: UUID | None = None, patient: UUID | None = None) -> None:
    """Take permits back: of an account, all or those of one patient, or of a session."""
    of_account = "(account_id = %s and (%s::uuid is null or patient_id = %s))"
    with guard.dossier_pool.connection() as tx:
        tx.execute(f"delete from opening where {of_account} or session_id = %s", (account, patient, patient, session))


def sweep(guard: Guard, now: datetime) -> None:
    """Delete the permits that are over."""
    with guard.dossier_pool.connection() as tx:
        tx.execute("delete from opening where until <= %s", (now,))
