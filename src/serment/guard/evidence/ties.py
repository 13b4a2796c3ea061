"""Ties (*liens de prise en charge*): machine-checked reasons to open one patient's record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import dict_row

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.meters.limits import NEWNESS
from serment.wire import canonical
from serment.wire.protocol import FAULT

COLUMNS = ("patient_id", "reference", "kind", "holder_account", "holder_unit", "since", "until", "origin_account", "made_at")

# How the tie of whoever created an identity is called. The prefix is ours alone: `tie` refuses it from outside.
CREATION = "creation:"
# How that of a treating physician is called whom somebody declared by hand; ours alone too.
DECLARED = "declared:"

# What care itself makes, and no interface or clerk: who wrote in a record, who was asked for an opinion.
LASTING = ("authored", "advice")


@dataclass(frozen=True, kw_only=True)
class Tie:
    patient_id: UUID
    reference: str
    kind: str
    holder_account: UUID | None
    holder_unit: UUID | None
    since: datetime
    until: datetime | None
    origin_account: UUID
    made_at: datetime

    def explains(self, account: UUID, now: datetime) -> bool:
        """Whether an opening under this tie needs no further reason. Whoever created an identity may read what they wrote."""
        return self.origin_account != account or now - self.made_at >= NEWNESS or self.reference.startswith(CREATION)

    def opens_sealed(self, now: datetime) -> bool:
        """Whether it may open what is sealed: a declaration made by hand is a day old first, so that somebody can see it."""
        return not self.reference.startswith(DECLARED) or now - self.made_at >= NEWNESS


Asked = Cursor[dict[str, Any]]


def ask(tx: Transaction, *, patients: list[UUID], account: UUID, now: datetime) -> Asked:
    """Send the query for the live ties of these patients that the account holds, itself or through a unit where it is assigned."""
    return tx.cursor(row_factory=dict_row).execute(
        """select * from tie where patient_id = any(%s) and since <= %s and (until is null or until > %s) and (holder_account = %s
           or holder_unit in (select unit_id from assignment where account_id = %s)) order by made_at""",
        (patients, now, now, account, account),
    )


def read(guard: Guard, asked: Asked, *, units: list[UUID]) -> dict[UUID, list[Tie]]:
    """The ties asked for, checked; `units` are the account's assignments, checked. Refuses a forged row."""
    found: dict[UUID, list[Tie]] = {}
    for row in asked.fetchall():
        tie = _checked(guard, row)
        if tie.holder_unit is None or tie.holder_unit in units:
            found.setdefault(tie.patient_id, []).append(tie)
    return found


# Made by registering itself, and told by its leaf: they have no leaf of their own, and never end.
UNTOLD = frozenset({"source", "registration"})


def ask_told(tx: Transaction, patient: UUID) -> Cursor[tuple[Any, ...]]:
    """Send the query for what the journal says of this patient's ties."""
    query = "select leaf from journal_entry where patient_id = %s and kind in ('tie', 'untie') order by patient_seq"
    return tx.execute(query, (patient,))


def check_told(held: list[Tie], told: Cursor[tuple[Any, ...]]) -> None:
    """Refuses (`forged_row`) a tie that is not as the journal last told it: an older row put back has a good MAC, and is over."""
    last = {}
    for (leaf,) in told.fetchall():
        body = json.loads(bytes(leaf))["body"]
        last[body["reference"]] = body["until"]
    for tie in held:
        if tie.kind not in UNTOLD and last.get(tie.reference, "") != (canonical.instant(tie.until) if tie.until else None):
            raise Refused(FAULT, "forged_row")


def find(guard: Guard, tx: Transaction, *, patient: UUID, reference: str) -> Tie | None:
    row = (
        tx.cursor(row_factory=dict_row)
        .execute("select * from tie where patient_id = %s and reference = %s for update", (patient, reference))
        .fetchone()
    )
    return _checked(guard, row) if row else None


def save(guard: Guard, tx: Transaction, tie: Tie) -> None:
    """Write a tie, replacing the one with the same reference."""
    row = {name: getattr(tie, name) for name in COLUMNS}
    tx.execute(
        """insert into tie (patient_id, reference, kind, holder_account, holder_unit, since, until, origin_account, made_at, mac)
           values (%(patient_id)s, %(reference)s, %(kind)s, %(holder_account)s, %(holder_unit)s, %(since)s, %(until)s,
                   %(origin_account)s, %(made_at)s, %(mac)s)
           on conflict (patient_id, reference) do update set kind = excluded.kind, holder_account = excluded.holder_account,
           holder_unit = excluded.holder_unit, since = excluded.since, until = excluded.until,
           origin_account = excluded.origin_account, made_at = excluded.made_at, mac = excluded.mac""",
        {**row, "mac": guard.vault.mac("tie", row)},
    )


def _checked(guard: Guard, row: dict[str, Any]) -> Tie:
    facts = {name: row[name] for name in COLUMNS}
    guard.vault.check("tie", facts, row["mac"])
    return Tie(**facts)
