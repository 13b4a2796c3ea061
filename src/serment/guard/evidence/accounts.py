"""Accounts and assignments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.wire.protocol import NOT_FOUND, Assignment

ACCOUNT_COLUMNS = ("id", "label", "profession", "role", "rpps", "kind", "demonstration", "contained_at", "role_since")


@dataclass(frozen=True, kw_only=True)
class Account:
    """A person or an interface, as its MAC vouches."""

    id: UUID
    label: str
    profession: str
    role: str
    rpps: str
    kind: str
    demonstration: bool
    contained_at: datetime | None
    role_since: datetime


def load(guard: Guard, tx: Transaction, account: UUID) -> Account:
    """The account. Refuses an unknown one (`unknown_account`) and one the guard did not write (`forged_row`)."""
    row = tx.cursor(row_factory=dict_row).execute("select * from account where id = %s", (account,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, "unknown_account")
    return _checked(guard, row)


def load_all(guard: Guard, tx: Transaction) -> list[Account]:
    rows = tx.cursor(row_factory=dict_row).execute("select * from account order by label").fetchall()
    return [_checked(guard, row) for row in rows]


def labels(guard: Guard, tx: Transaction, ids: set[UUID]) -> dict[UUID, Account]:
    rows = tx.cursor(row_factory=dict_row).execute("select * from account where id = any(%s)", (list(ids),)).fetchall()
    return {row["id"]: _checked(guard, row) for row in rows}


def by_rpps(guard: Guard, tx: Transaction, rpps: str) -> Account | None:
    """The person registered under a national number (RPPS), if one works here."""
    row = tx.cursor(row_factory=dict_row).execute("select * from account where rpps = %s and rpps <> ''", (rpps,)).fetchone()
    return _checked(guard, row) if row else None


def save(guard: Guard, tx: Transaction, account: Account) -> None:
    """Write or replace an account with its MAC."""
    row = {name: getattr(account, name) for name in ACCOUNT_COLUMNS}
    tx.execute(
        """insert into account (id, label, profession, role, rpps, kind, demonstration, contained_at, role_since, mac)
           values (%(id)s, %(label)s, %(profession)s, %(role)s, %(rpps)s, %(kind)s, %(demonstration)s, %(contained_at)s, %(role_since)s,
                   %(mac)s)
           on conflict (id) do update set label = excluded.label, profession = excluded.profession, role = excluded.role,
           rpps = excluded.rpps, kind = excluded.kind, demonstration = excluded.demonstration,
           contained_at = excluded.contained_at, role_since = excluded.role_since, mac = excluded.mac""",
        {**row, "mac": guard.vault.mac("account", row)},
    )


def _checked(guard: Guard, row: Mapping[str, Any]) -> Account:
    facts = {name: row[name] for name in ACCOUNT_COLUMNS}
    guard.vault.check("account", facts, row["mac"])
    return Account(**facts)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A ward, a theatre, an office, and the establishment of the group it belongs to."""

    id: UUID
    label: str
    establishment_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Post:
    """An account works in a unit as a role, from..until. The breaker counts by the establishment, the unit's on the day it was given."""

    id: UUID
    account_id: UUID
    unit_id: UUID
    role: str
    since: datetime
    until: datetime | None
    establishment_id: UUID | None = None


UNITS = rows.Table("unit", Unit)
POSTS = rows.Table("assignment", Post)


def ask_assignments(tx: Transaction, account: UUID, now: datetime) -> rows.Asked:
    """Send the query for the units where the account works now."""
    return POSTS.ask(tx, "account_id = %s and since <= %s and (until is null or until > %s) order by since, id", account, now, now)


def read_assignments(guard: Guard, asked: rows.Asked) -> tuple[Assignment, ...]:
    """The units where the account works now, and as what. Refuses a forged row."""
    return tuple(
        Assignment(unit=post.unit_id, role=post.role, establishment=post.establishment_id, until=post.until)
        for post in POSTS.read(guard, asked)
    )


def assign(
    guard: Guard, tx: Transaction, *, id: UUID, account: UUID, unit: UUID, role: str, since: datetime, until: datetime | None
) -> None:
    """Write an assignment unless it stands already. Refuses `unknown_unit`."""
    where = UNITS.one(guard, tx, "id = %s", unit)
    if where is None:
        raise Refused(NOT_FOUND, "unknown_unit")
    POSTS.keep(
        guard,
        tx,
        Post(id=id, account_id=account, unit_id=unit, role=role, since=since, until=until, establishment_id=where.establishment_id),
    )
