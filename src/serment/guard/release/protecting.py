"""A name under its own rule: who is shown it, who asks for it, who lifts it (CASF L.222-6; CNIL draft recommendation on the DPI, sheet 13).

The rule, in one place: carers under an explaining tie of the patient's care, and whoever breaks the glass. In a search nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from serment import journal
from serment.guard import policies
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import ties
from serment.guard.find import identities
from serment.guard.find.identities import Protection
from serment.guard.release import openings
from serment.guard.release.caller import Present, present, refusals_of
from serment.wire.protection import Protect
from serment.wire.protocol import DENIED, INVALID, Empty
from serment.wire.words import PROTECTIONS

PSEUDONYM_MAX = 40
TEXT_MAX = 300


def is_shown(who: Present, held: Iterable[ties.Tie], now: datetime) -> bool:
    """Whether the caller is shown the name of a patient to whom they hold these ties."""
    return any(
        tie.explains(who.id, now) and policies.is_allowed(role=who.account.role, action="identity:name:read", tie=tie.kind) for tie in held
    )


def protect(guard: Guard, request: Protect, now: datetime) -> Empty:
    """Protect an identity, by who has the record open under a tie that explains; or lift that, by who is shown the name.

    Refuses `protection_unknown`, `reason_too_long`, `reason_missing`, `role`, `not_open`, `no_tie`.
    """
    _check(request)
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="protect", now=now, patient=request.patient)
        with refusals_of(who, request.patient):
            who.require("identity:protection:set" if request.kind else "identity:protection:lift")
            known = openings.read(guard, openings.ask(tx, account=who.id, patient=request.patient, now=now))
            if not any(book.session_id == who.session for book in known):
                raise Refused(DENIED, "not_open")
            asked = ties.ask(tx, patients=[request.patient], account=who.id, now=now)
            held = ties.read(guard, asked, units=who.units).get(request.patient, [])
            may = any(tie.explains(who.id, now) for tie in held) if request.kind else is_shown(who, held, now)
            if not may:
                raise Refused(DENIED, "no_tie")
        person = identities.read(guard, identities.ask(tx, [request.patient]))[request.patient]
        pseudonym = request.pseudonym.strip() or identities.initials(person.sheet.identity)
        wanted = Protection(kind=request.kind, pseudonym=pseudonym) if request.kind else None
        if person.sheet.protection != wanted:
            sheet = replace(person.sheet, protection=wanted)
            identities.save(guard, tx, patient=request.patient, wrapped=person.wrapped, sheet=sheet, now=now)
            # Why is the record's business and nobody else's: sealed, as the words of an emergency are.
            told = guard.vault.seal_identity(request.patient, person.wrapped, f"{request.kind}: {request.text}".encode())
            body = {"session": who.session, "role": who.account.role, "protected": wanted is not None, "text": told}
            journal.append(tx, at=now, kind="protection", account=who.id, patient=request.patient, body=body)
    return Empty()


def _check(request: Protect) -> None:
    if request.kind and request.kind not in PROTECTIONS:
        raise Refused(INVALID, "protection_unknown", field="kind")
    if len(request.pseudonym) > PSEUDONYM_MAX or len(request.text) > TEXT_MAX:
        raise Refused(INVALID, "reason_too_long", field="text")
    if not request.text.strip():
        raise Refused(INVALID, "reason_missing", field="text")
