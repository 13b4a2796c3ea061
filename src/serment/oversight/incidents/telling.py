"""`exposed_people`: the identities and the contact keys of the persons of one scope, for the program that writes to them.

The only verb that gives an identity without a tie. It answers a program with a key of its own and one right, under a decision of two
officers that names the scope by its digest, for the persons of that scope and nobody else, at a bounded pace; what it gives is in the
journal before. Nothing of `care` or of what is sealed leaves this way.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.find import identities
from serment.guard.meters import limits
from serment.guard.release.caller import present, refusals_of
from serment.oversight.incidents import approvals, scopes
from serment.wire import incidents as wire
from serment.wire.protocol import CONFLICT, EXHAUSTED, INVALID

# Long enough to set and print a page of letters, too short to be kept.
TICKET_LIFE = timedelta(minutes=10)

# A page may be asked for again after a crash: in all, so many times the persons of the scope.
TIMES_MAX = 3
PACE = timedelta(minutes=1)


@dataclass
class _Given:
    """How many persons were released under one decision: in all, and in the last minute."""

    total: int
    lately: deque[tuple[datetime, int]] = field(default_factory=deque)

    def in_a_minute(self, now: datetime) -> int:
        while self.lately and self.lately[0][0] <= now - PACE:
            self.lately.popleft()
        return sum(count for _, count in self.lately)


_lock = threading.Lock()
_given: dict[UUID, _Given] = {}


def exposed_people(guard: Guard, request: wire.ExposedPeople, now: datetime) -> wire.PeopleToTell:
    """One page of persons to tell. Refuses `role` for anybody but the program, `approval_missing`, `scope_changed` when the persons are not
    those that were decided on, `forged_row` for an altered list, `page_unreadable`, and `release_spent`."""
    if request.after < 0 or not 0 < request.limit <= wire.PEOPLE_MAX:
        raise Refused(INVALID, "page_unreadable", field="limit")
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="exposed_people", now=now)
        with refusals_of(who):
            who.require("guard:notification:read")
            scope = _decided(guard, tx, request, now)
            page = scopes.persons(guard, tx, scope, after=request.after, limit=request.limit)
            _spend(guard, tx, approval=request.approval, scope=scope, count=len(page), now=now)
        known = identities.read(guard, identities.ask(tx, [one.patient_id for one in page]))
        patients = [one.patient_id for one in page if one.patient_id in known]
        body = {"incident": request.incident, "approval": request.approval, "after": request.after, "patients": patients}
        journal.append(tx, at=now, kind="notification", account=who.id, patient=None, body=body)
    last = page[-1].place if page else request.after
    ticket = _show_contacts(guard, patients, account=who.id, approval=request.approval, until=now + TICKET_LIFE)
    return wire.PeopleToTell(
        people=tuple(_person(guard, one, known[one.patient_id]) for one in page if one.patient_id in known),
        unreachable=tuple(scopes.shown(one) for one in page if one.patient_id not in known),
        ticket=ticket,
        last=last,
        done=last >= scope.persons,
    )


def _decided(guard: Guard, tx: Transaction, request: wire.ExposedPeople, now: datetime) -> scopes.Scope:
    """The scope that two officers decided on. Refuses when it is another one now: they decided about other people."""
    terms = approvals.terms(guard, tx, approval=request.approval, kind="notification", now=now)
    scope = scopes.finished(guard, tx, request.incident)
    said = (terms["incident"], terms["digest"], terms["persons"])
    if scope is None or said != (str(request.incident), scope.digest.hex(), str(scope.persons)):
        raise Refused(CONFLICT, "scope_changed")
    return scope


def _spend(guard: Guard, tx: Transaction, *, approval: UUID, scope: scopes.Scope, count: int, now: datetime) -> None:
    """Count the page. What is refused further on stays counted. Refuses `release_spent`: too fast (remedy: retry), or too often."""
    pace = limits.current(guard, tx)["notification.minute"]
    with _lock:
        given = _given.get(approval)
        if given is None:
            given = _given[approval] = _Given(total=_told(tx, approval))
        if given.total + count > scope.persons * TIMES_MAX:
            raise Refused(EXHAUSTED, "release_spent")
        if given.in_a_minute(now) + count > pace:
            raise Refused(EXHAUSTED, "release_spent", remedy="retry")
        given.total += count
        given.lately.append((now, count))


def _told(tx: Transaction, approval: UUID) -> int:
    """How many persons the journal says were released under a decision."""
    query = "select leaf from journal_entry where kind = 'notification' and leaf like %s"
    rows = tx.execute(query, (f'%"approval":"{approval}"%'.encode(),))
    return sum(len(json.loads(bytes(row[0]))["body"]["patients"]) for row in rows)


def _person(guard: Guard, one: scopes.Exposed, known: identities.Known) -> wire.PersonToTell:
    key = guard.vault.compartment_keys(one.patient_id, known.wrapped, ("contact",))["contact"]
    return wire.PersonToTell(
        exposure=scopes.shown(one), identity=identities.shown(known.sheet.identity), contact_key=key,
        has_protected_identity=known.sheet.protection is not None,
    )  # fmt: skip


def _show_contacts(guard: Guard, patients: list[UUID], *, account: UUID, approval: UUID, until: datetime) -> str:
    """Let the record's database show the contact rows of these patients, and no others, to whoever holds the ticket."""
    ticket = guard.vault.ticket(uuid4())
    digest = hashlib.sha256(ticket.encode()).digest()
    with guard.dossier_pool.connection() as tx:
        tx.cursor().executemany(
            """insert into opening (id, patient_id, account_id, session_id, compartments, ticket_digest, until)
               values (%s, %s, %s, %s, '{contact}', %s, %s)""",
            [(uuid4(), patient, account, approval, digest, until) for patient in patients],
        )
    return ticket
