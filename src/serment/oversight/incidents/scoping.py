"""`compute_scope`, `scope_progress`, `scope_figures`, `exposed`: whom an incident exposed, as the officers ask for it and read it."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from serment import journal
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.oversight.incidents import scopes
from serment.oversight.incidents.asking import officer
from serment.oversight.incidents.computing import WAKE
from serment.oversight.incidents.statements import case
from serment.wire import incidents as wire
from serment.wire.protocol import INVALID


def compute(guard: Guard, request: wire.OneIncident, now: datetime) -> wire.ScopeLine:
    """Ask for the computation, from the last statement. Asked again meanwhile, it changes nothing. Refuses `unknown_incident`."""
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="compute_scope", now=now)
        known = case(guard, tx, request.incident)
        last = scopes.last(guard, tx, request.incident)
        if last is None or last.state != wire.ASKED or last.statement != known.last.number:
            last = scopes.Scope(id=uuid4(), incident_id=request.incident, statement=known.last.number, asked_by=who.id, asked_at=now)
            scopes.SCOPES.add(guard, tx, last)
            body = {"incident": last.incident_id, "scope": last.id, "statement": last.statement}
            journal.append(tx, at=now, kind="scope_asked", account=who.id, patient=None, body=body)
    WAKE.set()
    return scopes.line(last)


def progress(guard: Guard, request: wire.OneIncident, now: datetime) -> wire.ScopeLine:
    """How far the computation asked for last has come."""
    with guard.pool.connection() as tx:
        officer(guard, tx, request, verb="scope_progress", now=now)
        return scopes.line(scopes.last(guard, tx, request.incident))


def figures(guard: Guard, request: wire.OneIncident, now: datetime) -> wire.Figures:
    """How many, of which kinds, when. Refuses `scope_missing` before the first computation is done."""
    with guard.pool.connection() as tx:
        officer(guard, tx, request, verb="scope_figures", now=now)
        return scopes.figures(scopes.required(guard, tx, request.incident))


def exposed(guard: Guard, request: wire.ExposedPage, now: datetime) -> wire.Exposures:
    """The persons after a place, by identifier. Refuses `scope_missing`, `page_unreadable`, and `forged_row` for an altered list."""
    if request.after < 0 or not 0 < request.limit <= wire.PAGE_MAX:
        raise Refused(INVALID, "page_unreadable", field="limit")
    with guard.pool.connection() as tx:
        officer(guard, tx, request, verb="exposed", now=now, page=request.after)
        scope = scopes.required(guard, tx, request.incident)
        found = scopes.persons(guard, tx, scope, after=request.after, limit=request.limit)
        return wire.Exposures(scope=scopes.line(scope), persons=tuple(scopes.shown(one) for one in found))
