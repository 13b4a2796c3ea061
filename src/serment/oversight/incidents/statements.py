"""Incidents at rest: each with its statements, numbered from 1. Rows are added and never changed, and the journal says how many there are.

A MAC alone would not show that the last statement was deleted, and an older one read instead: the journal's line of each statement does.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.wire import canonical
from serment.wire.incidents import Criteria
from serment.wire.protocol import FAULT, NOT_FOUND

# Incidents whose statements a guard reads back from its journal: one a day for twenty years.
STATEMENTS_MAX = 10_000


@dataclass(frozen=True, kw_only=True)
class Declared:
    """One incident, for ever."""

    id: UUID
    reference: str
    declared_at: datetime
    declared_by: UUID


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What was known at one time, whole."""

    incident_id: UUID
    number: int
    at: datetime
    by_account: UUID
    phase: str
    aware_at: datetime
    since: datetime
    until: datetime
    accounts: tuple[UUID, ...]
    sessions: tuple[UUID, ...]
    sources: tuple[str, ...]
    passkeys: tuple[UUID, ...]
    establishments: tuple[UUID, ...]
    everybody: bool
    known: str

    @property
    def criteria(self) -> Criteria:
        return Criteria(
            since=self.since, until=self.until, accounts=self.accounts, sessions=self.sessions, sources=self.sources,
            passkeys=self.passkeys, establishments=self.establishments, everybody=self.everybody,
        )  # fmt: skip

    @property
    def mark(self) -> bytes:
        """What the journal keeps of the statement: enough to know it again, nothing of its words."""
        return hashlib.sha256(canonical.encode(asdict(self))).digest()


DECLARED = rows.Table("incident", Declared)
STATED = rows.Table("incident_statement", Stated, key=("incident_id", "number"))


@dataclass(frozen=True, kw_only=True)
class Case:
    """An incident with its statements, the last one first."""

    declared: Declared
    statements: tuple[Stated, ...]

    @property
    def last(self) -> Stated:
        return self.statements[0]


def state(guard: Guard, tx: Transaction, declared: Declared, stated: Stated) -> None:
    """Add a statement, and tell the journal. Raises psycopg's UniqueViolation when its number is taken."""
    STATED.add(guard, tx, stated)
    body = {
        "incident": declared.id, "reference": declared.reference, "statement": stated.number, "phase": stated.phase,
        "aware_at": stated.aware_at, "since": stated.since, "until": stated.until, "mark": stated.mark,
    }  # fmt: skip
    journal.append(tx, at=stated.at, kind="incident", account=stated.by_account, patient=None, body=body)


def all_cases(guard: Guard, tx: Transaction) -> list[Case]:
    """Every incident, the latest declared first. Refuses `forged_row` when the table is not what the journal was told."""
    told = _told(tx)
    found = {one.id: one for one in DECLARED.all(guard, tx, "true order by declared_at desc, id")}
    stated: dict[UUID, list[Stated]] = {id: [] for id in found}
    for one in STATED.all(guard, tx, "true order by incident_id, number desc"):
        stated[one.incident_id].append(one)
    if set(found) != set(told):
        raise Refused(FAULT, "forged_row")
    return [_checked(Case(declared=one, statements=tuple(stated[one.id])), told[one.id]) for one in found.values()]


def case(guard: Guard, tx: Transaction, id: UUID) -> Case:
    """One incident. Refuses `unknown_incident`, and `forged_row` as `all_cases`."""
    declared = DECLARED.one(guard, tx, "id = %s", id)
    marks = _told(tx).get(id)
    if declared is None and marks is None:
        raise Refused(NOT_FOUND, "unknown_incident", field="incident")
    if declared is None or marks is None:
        raise Refused(FAULT, "forged_row")
    return _checked(Case(declared=declared, statements=tuple(STATED.all(guard, tx, "incident_id = %s order by number desc", id))), marks)


def _told(tx: Transaction) -> dict[UUID, list[bytes]]:
    """The marks of the statements of each incident by the journal, the last one first."""
    found: dict[UUID, list[bytes]] = {}
    for leaf in journal.reading.of_kind(tx, "incident", limit=STATEMENTS_MAX):
        found.setdefault(UUID(leaf["body"]["incident"]), []).append(canonical.decode_bytes(leaf["body"]["mark"]))
    return found


def _checked(case: Case, marks: list[bytes]) -> Case:
    if [one.mark for one in case.statements] != marks:
        raise Refused(FAULT, "forged_row")
    return case
