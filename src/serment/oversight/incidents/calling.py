"""`find_caller`: whoever calls and worries is found by what they can say. It costs a line, and answers with an identifier alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.find import identities
from serment.guard.find import rules as traits
from serment.guard.meters import account as meters
from serment.guard.meters import limits
from serment.guard.release import lines
from serment.guard.release.caller import refusals_of
from serment.guard.review import decoys
from serment.oversight.incidents.asking import officer
from serment.wire import incidents as wire


def find(guard: Guard, request: wire.FindCaller, now: datetime) -> wire.Caller:
    """One record, none, or several. Whoever is not found costs a line too: a stolen session that asks who is a patient here is stopped by
    its touch and its shift. A protected name is found by its numbers alone. Nothing is shown, so nobody is exposed by it.

    Refuses `role`, `assurance`, `traits_incomplete`, `ins_key`, `lines_spent` and `touch_needed`
    like `find`."""
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="find_caller", now=now)
        with refusals_of(who):
            token = lines.token_of(guard, request)
            in_force = limits.current(guard, tx)
            allowance = replace(who.allowance(in_force, now), lines=in_force["callers.shift"])
            meter, seen = lines.check_search(guard, tx, who, allowance, now)
        found = _found(guard, tx, request, token)
        # A search that shows nobody (`patients`), of which the journal says who was found (`caller`): it exposes nobody to an officer.
        body = {
            "session": who.session, "role": who.account.role, "patients": [], "caller": found, "spent": {"lines": 1},
            "places": list(who.places),
        }  # fmt: skip
        meters.note(guard, tx, account=who.id, kind="find", body=body, now=now, meter=meter)
        seen.add(places=who.places, counts={"lines": 1}, now=now)
    decoys.seen(guard, account=who.id, patients=found, now=now)
    return wire.Caller(patient=found[0] if len(found) == 1 else None, several=len(found) > 1)


def _found(guard: Guard, tx: Transaction, request: wire.FindCaller, token: bytes) -> list[UUID]:
    """Who answers to it: by sound as everywhere, then, among several, by the letters of the name, then by the birth place."""
    patients = identities.having(tx, token)[: lines.FOUND_MAX + 1]
    people = {patient: one.sheet for patient, one in identities.read(guard, identities.ask(tx, patients)).items()}
    if request.ins or request.number:
        return sorted(people)
    named = {patient: sheet.identity for patient, sheet in people.items() if sheet.protection is None}
    if len(named) > 1:
        name = (traits.folded(request.birth_name), traits.folded(request.first_given_name))
        exact = {id: one for id, one in named.items() if (traits.folded(one.birth_name), traits.folded(one.first_given_name)) == name}
        named = exact or named
    if len(named) > 1 and request.birth_place:
        named = {id: one for id, one in named.items() if one.birth_place == request.birth_place}
    return sorted(named)
