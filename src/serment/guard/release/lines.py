"""`lines` and `find`: identity lines. Each one shown is a disclosure, and most large leaks used lists, not charts."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import ties
from serment.guard.find import identities, rules
from serment.guard.release.caller import Present, present, refusals_of
from serment.wire.protocol import INVALID, Find, Line, Lines, LineSet

# A ward list: the largest unit of a French hospital with its neighbours.
LINES_MAX = 200

# A search that needs more than five answers is not a search for one person.
FOUND_MAX = 5

# How long a line shown stays known to who saw it: a ward page reloaded all shift long makes one journal entry.
SHOWN_FOR = timedelta(hours=8)


class Shown:
    """Which lines each account has seen lately. Memory only: after a restart a line is journaled once more, never once less."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[UUID, dict[UUID, datetime]] = {}

    def new_among(self, account: UUID, patients: list[UUID], now: datetime) -> list[UUID]:
        with self._lock:
            seen = self._seen.get(account, {})
            return [patient for patient in patients if now - seen.get(patient, datetime.min.replace(tzinfo=now.tzinfo)) >= SHOWN_FOR]

    def remember(self, account: UUID, patients: list[UUID], now: datetime) -> None:
        with self._lock:
            seen = {patient: at for patient, at in self._seen.get(account, {}).items() if now - at < SHOWN_FOR}
            self._seen[account] = {**seen, **dict.fromkeys(patients, now)}


SHOWN = Shown()


def lines(guard: Guard, request: Lines, now: datetime) -> LineSet:
    """The identity lines of patients tied to the account; others are left out without a word."""
    if len(request.patients) > LINES_MAX:
        raise Refused(INVALID, "too_many_lines", field="patients")
    with guard.transaction() as tx:
        who = present(guard, tx, request, verb="lines", now=now)
        asked = ties.ask(tx, patients=list(request.patients), account=who.id, now=now)
        people = identities.ask(tx, list(request.patients))
        with refusals_of(who):
            who.require("identity:line:list")
        tied = ties.read(guard, asked, units=who.units)
        sheets = {patient: one.sheet for patient, one in identities.read(guard, people).items() if patient in tied}
        fresh = SHOWN.new_among(who.id, list(sheets), now)
        if fresh:
            _journal(tx, who=who, kind="lines", patients=fresh, now=now)
    SHOWN.remember(who.id, fresh, now)
    return LineSet(lines=tuple(identities.line(patient, sheets[patient]) for patient in request.patients if patient in sheets))


def find(guard: Guard, request: Find, now: datetime) -> LineSet:
    """At most five people with exactly these traits (names by sound), this INS, or this local number.

    Refuses `traits_incomplete` when the four traits are not all there: never a prefix, never a wildcard, never a next page.
    """
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="find", now=now)
        with refusals_of(who):
            who.require("identity:line:find")
            token = _token(guard, request)
        patients = identities.having(tx, token)[: FOUND_MAX + 1]
        if len(patients) > FOUND_MAX:
            raise Refused(INVALID, "too_many_found")
        found = [identities.line(patient, one.sheet) for patient, one in identities.read(guard, identities.ask(tx, patients)).items()]
        _journal(tx, who=who, kind="find", patients=[line.patient for line in found], now=now)
    return LineSet(lines=tuple(sorted(found, key=_by_name)))


def _token(guard: Guard, request: Find) -> bytes:
    if request.ins:
        if not rules.is_matricule(request.ins):
            raise Refused(INVALID, "ins_key", field="ins")
        return rules.ins_token(guard.vault, request.ins)
    if request.number:
        return rules.number_value_token(guard.vault, request.number)
    for name in ("birth_name", "first_given_name", "birth_date", "sex"):
        if not getattr(request, name):
            raise Refused(INVALID, "traits_incomplete", field=name)
    return rules.sound_token(guard.vault, request.birth_name, request.first_given_name, request.birth_date, request.sex)


def _by_name(line: Line) -> tuple[str, str]:
    return (rules.folded(line.birth_name), rules.folded(line.first_given_name))


def _journal(tx: Transaction, *, who: Present, kind: str, patients: list[UUID], now: datetime) -> None:
    """One leaf for the list; the people in it are named by id, so that the exposed can be told."""
    body = {"session": who.session, "role": who.account.role, "patients": list(patients)}
    journal.append(tx, at=now, kind=kind, account=who.id, patient=None, body=body)
