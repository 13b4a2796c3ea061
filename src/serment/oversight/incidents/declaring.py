"""`declare_incident`, `amend_incident`, `incidents`, `incident`: what happened, as far as it is known, and since when we know.

The officers declare; the clock of GDPR article 33(1) runs from `aware_at`, seventy-two hours. What is said later is a further statement:
nothing said is changed (GDPR article 33(5): the register documents every breach).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from psycopg.errors import UniqueViolation

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.release.caller import Present, refusals_of
from serment.oversight.incidents import scopes
from serment.oversight.incidents.asking import officer
from serment.oversight.incidents.statements import DECLARED, Case, Declared, Stated, all_cases, case, state
from serment.wire import incidents as wire
from serment.wire.protocol import CONFLICT, INVALID, NOT_FOUND, Signed

# GDPR article 33(1): without undue delay and, where feasible, not later than 72 hours after having become aware.
NOTIFY_WITHIN = timedelta(hours=72)

# Beyond, it is not one incident; and the journal would be read for days.
WINDOW_MAX = timedelta(days=800)

# A browser's clock, or a hospital's, runs a little ahead.
AHEAD = timedelta(minutes=5)
SOURCE_MAX = 80


def declare(guard: Guard, request: wire.DeclareIncident, now: datetime) -> wire.Incident:
    """Declare an incident. Refuses `reference_missing`, `reference_taken`, and what the statement refuses (`_stated`)."""
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="declare_incident", now=now)
        with refusals_of(who):
            reference = request.reference.strip()
            if not reference or len(reference) > wire.REFERENCE_MAX:
                raise Refused(INVALID, "reference_missing", field="reference")
            declared = Declared(id=uuid4(), reference=reference, declared_at=now, declared_by=who.id)
            stated = _stated(guard, tx, request, id=declared.id, number=1, phase="initial", who=who, now=now)
            try:
                with tx.transaction():
                    DECLARED.add(guard, tx, declared)
            except UniqueViolation:
                raise Refused(CONFLICT, "reference_taken", field="reference") from None
        state(guard, tx, declared, stated)
        return shown(guard, tx, [Case(declared=declared, statements=(stated,))])[0]


def amend(guard: Guard, request: wire.AmendIncident, now: datetime) -> wire.Incident:
    """Add a statement. Refuses `unknown_incident`, `incident_closed`, `statement_changed` when somebody was faster, `phase_unknown` (also
    for one that goes back), and what the statement refuses (`_stated`)."""
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="amend_incident", now=now)
        with refusals_of(who):
            known = case(guard, tx, request.incident)
            if known.last.phase == wire.PHASES[-1]:
                raise Refused(CONFLICT, "incident_closed")
            if known.last.number != request.number:
                raise Refused(CONFLICT, "statement_changed")
            if request.phase not in wire.PHASES[wire.PHASES.index(known.last.phase) :]:
                raise Refused(INVALID, "phase_unknown", field="phase")
            stated = _stated(guard, tx, request, id=request.incident, number=request.number + 1, phase=request.phase, who=who, now=now)
            try:
                with tx.transaction():
                    state(guard, tx, known.declared, stated)
            except UniqueViolation:
                raise Refused(CONFLICT, "statement_changed") from None
        return shown(guard, tx, [Case(declared=known.declared, statements=(stated, *known.statements))])[0]


def incidents(guard: Guard, request: Signed, now: datetime) -> wire.Incidents:
    """All of them, the latest declared first, each as it stands: the register of GDPR article 33(5)."""
    with guard.pool.connection() as tx:
        officer(guard, tx, request, verb="incidents", now=now)
        found = [Case(declared=one.declared, statements=one.statements[:1]) for one in all_cases(guard, tx)]
        return wire.Incidents(incidents=tuple(shown(guard, tx, found)))


def incident(guard: Guard, request: wire.OneIncident, now: datetime) -> wire.Incident:
    """One of them with everything that was stated. Refuses `unknown_incident`."""
    with guard.pool.connection() as tx:
        officer(guard, tx, request, verb="incident", now=now)
        return shown(guard, tx, [case(guard, tx, request.incident)])[0]


def _stated(
    guard: Guard, tx: Transaction, request: wire.DeclareIncident | wire.AmendIncident, *, id: UUID, number: int, phase: str, who: Present,
    now: datetime,
) -> Stated:  # fmt: skip
    """The statement. Refuses `known_too_long`, `aware_later`, and what `check_criteria` refuses."""
    if len(request.known) > wire.KNOWN_MAX:
        raise Refused(INVALID, "known_too_long", field="known")
    if request.aware_at > now + AHEAD:
        raise Refused(INVALID, "aware_later", field="aware_at")
    given = request.criteria
    check_criteria(guard, tx, given)
    return Stated(
        incident_id=id, number=number, at=now, by_account=who.id, phase=phase, aware_at=request.aware_at, since=given.since,
        until=given.until, accounts=given.accounts, sessions=given.sessions, sources=given.sources, passkeys=given.passkeys,
        establishments=given.establishments, everybody=given.everybody, known=request.known,
    )  # fmt: skip


def check_window(since: datetime, until: datetime) -> None:
    """Refuses `window_unreadable`: empty, or longer than 800 days."""
    if not timedelta() < until - since <= WINDOW_MAX:
        raise Refused(INVALID, "window_unreadable", field="until")


def check_criteria(guard: Guard, tx: Transaction, given: wire.Criteria) -> None:
    """Refuses `window_unreadable` (empty, or longer than 800 days), `nobody_named`, `too_many_named`, `unknown_account`."""
    check_window(given.since, given.until)
    named = (given.accounts, given.sessions, given.sources, given.passkeys, given.establishments)
    if not any(named) and not given.everybody:
        raise Refused(INVALID, "nobody_named", field="criteria")
    if max(map(len, named)) > wire.ACCOUNTS_MAX or any(not one or len(one) > SOURCE_MAX for one in given.sources):
        raise Refused(INVALID, "too_many_named", field="criteria")
    if set(given.accounts) - set(accounts.labels(guard, tx, set(given.accounts))):
        raise Refused(NOT_FOUND, "unknown_account", field="accounts")


def shown(guard: Guard, tx: Transaction, cases: list[Case]) -> list[wire.Incident]:
    """Incidents as the officers see them."""
    people = accounts.labels(guard, tx, {id for one in cases for id in (one.declared.declared_by, *(s.by_account for s in one.statements))})
    return [
        wire.Incident(
            id=one.declared.id, reference=one.declared.reference, declared_at=one.declared.declared_at,
            declared_by=one.declared.declared_by, declared_by_label=people[one.declared.declared_by].label,
            notify_by=one.last.aware_at + NOTIFY_WITHIN,
            statements=tuple(
                wire.Statement(
                    number=s.number, at=s.at, by=s.by_account, by_label=people[s.by_account].label, phase=s.phase, aware_at=s.aware_at,
                    criteria=s.criteria, known=s.known,
                )
                for s in one.statements
            ),
            scope=scopes.line(scopes.last(guard, tx, one.declared.id)),
        )
        for one in cases
    ]  # fmt: skip
