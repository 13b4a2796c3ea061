"""`lines` and `find`: identity lines. Each one shown is a disclosure, and most large leaks used lists, not charts."""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import ties
from serment.guard.find import identities
from serment.guard.find import rules as traits
from serment.guard.meters import account as meters
from serment.guard.meters import limits, rules, windows
from serment.guard.release import protecting
from serment.guard.release.caller import Present, present, refusals_of
from serment.guard.review import decoys
from serment.wire.protocol import INVALID, STEP_UP, Find, Line, Lines, LineSet

# A ward list: the largest unit of a French hospital with its neighbours.
LINES_MAX = 200

# A search that needs more than five answers is not a search for one person.
FOUND_MAX = 5

# How long a line shown stays known to who saw it: a ward page reloaded all shift long makes one journal entry.
SHOWN_FOR = timedelta(hours=8)


class Shown:
    """Which lines each account has seen lately: a list reloaded all shift long counts once. After a restart the journal says it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[UUID, dict[UUID, datetime]] = {}

    def new_among(self, tx: Transaction, account: UUID, patients: list[UUID], now: datetime) -> list[UUID]:
        with self._lock:
            seen = self._seen.get(account)
        if seen is None:
            seen = _journaled(tx, account, now)
            with self._lock:
                seen = self._seen.setdefault(account, seen)
        return [patient for patient in patients if patient not in seen or now - seen[patient] >= SHOWN_FOR]

    def remember(self, account: UUID, patients: list[UUID], now: datetime) -> None:
        with self._lock:
            seen = {patient: at for patient, at in self._seen.get(account, {}).items() if now - at < SHOWN_FOR}
            self._seen[account] = {**seen, **dict.fromkeys(patients, now)}


def _journaled(tx: Transaction, account: UUID, now: datetime) -> dict[UUID, datetime]:
    query = """select at, patient_id, leaf from journal_entry where account_id = %s and kind in ('lines', 'find', 'opening') and at > %s
               order by account_seq"""
    seen: dict[UUID, datetime] = {}
    for at, patient, leaf in tx.execute(query, (account, now - SHOWN_FOR)).fetchall():
        body = json.loads(bytes(leaf))["body"]
        if patient is None:
            seen |= {UUID(one): at for one in body["patients"]}
        elif body["spent"].get("lines"):
            seen[patient] = at
    return seen


SHOWN: defaultdict[str, Shown] = defaultdict(Shown)


def lines(guard: Guard, request: Lines, now: datetime) -> LineSet:
    """The identity lines of patients tied to the account, as far as its lease goes; others are left out without a word."""
    if len(request.patients) > LINES_MAX:
        raise Refused(INVALID, "too_many_lines", field="patients")
    shown = SHOWN[guard.settings.instance]
    with guard.transaction() as tx:
        who = present(guard, tx, request, verb="lines", now=now)
        asked = ties.ask(tx, patients=list(request.patients), account=who.id, now=now)
        people = identities.ask(tx, list(request.patients))
        with refusals_of(who):
            who.require("identity:line:list")
            who.require_post()
        decoys.seen(guard, account=who.id, patients=request.patients, now=now)
        tied = ties.read(guard, asked, units=who.units)
        sheets = {patient: one.sheet for patient, one in identities.read(guard, people).items() if patient in tied}
        listed = [patient for patient in dict.fromkeys(request.patients) if patient in sheets]
        fresh, withheld = shown.new_among(tx, who.id, listed, now), set[UUID]()
        if fresh:
            meter = meters.load(guard, tx, who.id, now)
            left = rules.lines_left(meter, who.allowance(limits.current(guard, tx), now))
            withheld, fresh = set(fresh[left:]), fresh[:left]
            listed = [patient for patient in listed if patient not in withheld]
        if fresh:
            _note(guard, tx, who=who, kind="lines", patients=fresh, cost=len(fresh), now=now, meter=meter)
    shown.remember(who.id, fresh, now)
    told = tuple(identities.line(one, sheets[one], named=protecting.is_shown(who, tied[one], now)) for one in listed)
    return LineSet(lines=told, withheld=len(withheld))


def find(guard: Guard, request: Find, now: datetime) -> LineSet:
    """At most five people with exactly these traits (names by sound), this INS, or this local number. A search costs one line at least.

    Refuses `traits_incomplete` when the four traits are not all there (never a prefix, never a wildcard, never a next page), `lines_spent`
    (remedy: touch, or a colleague), and `touch_needed` while too many lines are shown in the establishment or at this workstation.
    """
    shown = SHOWN[guard.settings.instance]
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="find", now=now)
        with refusals_of(who):
            who.require("identity:line:find")
            who.require_post()
            token = token_of(guard, request)
            allowance = who.allowance(limits.current(guard, tx), now)
            meter, seen = check_search(guard, tx, who, allowance, now)
            patients = identities.having(tx, token)[: FOUND_MAX + 1]
            people = {patient: one.sheet for patient, one in identities.read(guard, identities.ask(tx, patients)).items()}
            if not (request.ins or request.number):
                patients = _without_protected(guard, tx, who, patients, people, now)
            if len(patients) > FOUND_MAX:
                raise Refused(INVALID, "too_many_found")
            cost = max(1, len(shown.new_among(tx, who.id, patients, now)))
            rules.check_lines(meter, allowance, cost)
        found = [identities.line(patient, sheet, named=False) for patient, sheet in people.items() if patient in patients]
        _note(guard, tx, who=who, kind="find", patients=[line.patient for line in found], cost=cost, now=now, meter=meter)
        seen.add(places=who.places, counts={"lines": cost}, now=now)
    shown.remember(who.id, patients, now)
    decoys.seen(guard, account=who.id, patients=patients, now=now)
    return LineSet(lines=tuple(sorted(found, key=_by_name)))


def check_search(
    guard: Guard, tx: Transaction, who: Present, allowance: limits.Allowance, now: datetime
) -> tuple[rules.Meter, windows.Windows]:
    """The meter and the windows of whoever may look for one more person. Refuses `lines_spent`, `touch_needed`."""
    meter, in_force = meters.load(guard, tx, who.id, now), limits.current(guard, tx)
    rules.check_lines(meter, allowance, 1)
    seen, factor = windows.of(guard, tx, now), in_force.factor(who.establishment, now)
    is_open = windows.is_open(windows.gauges(seen, in_force, who.places, factor, now), "lines")
    if is_open and not rules.is_fresh(meter, now):
        raise Refused(STEP_UP, "touch_needed", remedy="touch")
    return meter, seen


def _without_protected(
    guard: Guard, tx: Transaction, who: Present, patients: list[UUID], people: dict[UUID, identities.Sheet], now: datetime
) -> list[UUID]:
    """Somebody whose name is protected is found by it by nobody but their own carers: that they are here is what is protected."""
    hidden = [patient for patient, sheet in people.items() if sheet.protection is not None]
    if not hidden:
        return patients
    held = ties.read(guard, ties.ask(tx, patients=hidden, account=who.id, now=now), units=who.units)
    shown = {patient for patient in hidden if protecting.is_shown(who, held.get(patient, []), now)}
    return [patient for patient in patients if patient not in hidden or patient in shown]


def token_of(guard: Guard, request: Find) -> bytes:
    """What whole traits, an INS or a local number are looked up by. Refuses `traits_incomplete`, `ins_key`."""
    if request.ins:
        if not traits.is_matricule(request.ins):
            raise Refused(INVALID, "ins_key", field="ins")
        return traits.ins_token(guard.vault, request.ins)
    if request.number:
        return traits.number_value_token(guard.vault, request.number)
    for name in ("birth_name", "first_given_name", "birth_date", "sex"):
        if not getattr(request, name):
            raise Refused(INVALID, "traits_incomplete", field=name)
    return traits.sound_token(guard.vault, request.birth_name, request.first_given_name, request.birth_date, request.sex)


def _by_name(line: Line) -> tuple[str, str]:
    return (traits.folded(line.birth_name), traits.folded(line.first_given_name))


def _note(
    guard: Guard, tx: Transaction, *, who: Present, kind: str, patients: list[UUID], cost: int, now: datetime, meter: rules.Meter
) -> None:
    """One leaf for the list; the people in it are named by id, so that the exposed can be told."""
    body = {
        "session": who.session, "role": who.account.role, "patients": list(patients), "spent": {"lines": cost}, "places": list(who.places),
    }  # fmt: skip
    meters.note(guard, tx, account=who.id, kind=kind, body=body, now=now, meter=meter)
