"""Ties that care itself makes: who wrote in a record may come back to it; who is asked for an opinion may read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from serment import journal
from serment.guard import policies
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, ties
from serment.guard.release import openings, standing
from serment.guard.release.caller import Present, present, refusals_of
from serment.wire.lasting import Advice, Authored, Treating, TreatingTold
from serment.wire.protocol import DENIED, INVALID, NOT_FOUND, Empty

AUTHORED_FOR = timedelta(days=30)
# Written again within the day, the tie stands as it is: one line a day tells enough.
RENEWED_AFTER = timedelta(days=1)
ADVICE_FOR = timedelta(days=7)
# Under which ties one knows who treats a patient: being in care with them, or admitting them.
KNOWING = frozenset({"stay", "resident", "appointment", "treating", "registration"})


def authored(guard: Guard, request: Authored, now: datetime) -> Empty:
    """The caller has just written in a record that is open to them. They made this tie themselves: it explains nothing for a day, and what
    is written under it alone does not prolong it, else it would never end.

    Refuses `not_open`.
    """
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="authored", now=now, patient=request.patient)
        with refusals_of(who, request.patient):
            book = _opening(guard, tx, who, request.patient, now)
        if book.tie != "authored":
            _tie(guard, tx, who, patient=request.patient, kind="authored", holder=who.id, lasts=AUTHORED_FOR, now=now)
    return Empty()


def ask_advice(guard: Guard, request: Advice, now: datetime) -> Empty:
    """Ask a colleague, by national number, for an opinion: they may open the record for a week.

    Only under a tie of the ward's: neither one that advice gave, nor one's own writing.
    Refuses `role`, `too_new`, `not_open`, `no_tie`, `unknown_account`, `oneself`.
    """
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="ask_advice", now=now, patient=request.patient)
        with refusals_of(who, request.patient):
            who.require("record:advice:ask")
            if who.is_new(now):
                raise Refused(DENIED, "too_new")
            book = _opening(guard, tx, who, request.patient, now)
            if not book.explained or book.tie in ("", *ties.LASTING):
                raise Refused(DENIED, "no_tie")
            colleague = accounts.by_rpps(guard, tx, request.rpps)
            if colleague is None or not policies.may_open(role=colleague.role, tie="advice", wanted=("care",)):
                raise Refused(NOT_FOUND, "unknown_account")
            if colleague.id == who.id:
                raise Refused(INVALID, "oneself", field="rpps")
        _tie(guard, tx, who, patient=request.patient, kind="advice", holder=colleague.id, lasts=ADVICE_FOR, now=now)
    return Empty()


def treating(guard: Guard, request: Treating, now: datetime) -> TreatingTold:
    """Declare who treats the patient (CSS L.162-5-3), and who does so no more; of one who does not work here nothing is kept.

    An end takes a right away, and asks for less than what gives one: when the declaration is not for the caller to make, the end is kept
    alone. Refuses `role`, `not_open`; and, when nothing is left to keep, `too_new`, `no_tie`, `oneself`.
    """
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="treating", now=now, patient=request.patient)
        with refusals_of(who, request.patient):
            if not policies.is_allowed(role=who.account.role, action="record:treating:declare", compartment="contact"):
                raise Refused(DENIED, "role")
            _opening(guard, tx, who, request.patient, now)
            knows = _knows(guard, tx, who, request.patient, now)
            one, former = (accounts.by_rpps(guard, tx, rpps) for rpps in (request.rpps, request.former))
            why_not = _why_not(who, one, now, knows=knows) if request.rpps else ""
            if why_not and former is None:
                raise Refused(DENIED, why_not)
        if former is not None and former != one:
            _end_treating(guard, tx, who, patient=request.patient, holder=former.id, now=now)
        works_here = one is not None and not why_not and policies.is_allowed(role=one.role, action="record:entry:open", tie="treating")
        if one is not None and works_here:
            _treat(guard, tx, who, patient=request.patient, holder=one.id, now=now)
    return TreatingTold(works_here=works_here)


def _knows(guard: Guard, tx: Transaction, who: Present, patient: UUID, now: datetime) -> bool:
    """Whether a live tie says that the caller knows who treats the patient. Being declared by hand does not: two who declare one another
    would keep the record for ever, and pass it on."""
    held = standing.held(guard, tx, who.id, who.units, patient, now)
    return any(tie.kind in KNOWING and tie.explains(who.id, now) and not tie.reference.startswith(ties.DECLARED) for tie in held)


def _why_not(who: Present, one: accounts.Account | None, now: datetime, *, knows: bool) -> str:
    """Why the caller may not declare: too new an authenticator, no tie that shows they know, or themselves. Empty when they may."""
    if who.is_new(now):
        return "too_new"
    if not knows:
        return "no_tie"
    return "oneself" if one is not None and one.id == who.id else ""


def _live_treating(guard: Guard, tx: Transaction, *, patient: UUID, holder: UUID, now: datetime) -> list[ties.Tie]:
    """The tie that an admission made, and the one that somebody declared."""
    found = [ties.find(guard, tx, patient=patient, reference=f"{maker}{holder}") for maker in ("treating:", ties.DECLARED)]
    return [tie for tie in found if tie is not None and (tie.until is None or tie.until > now)]


def _end_treating(guard: Guard, tx: Transaction, who: Present, *, patient: UUID, holder: UUID, now: datetime) -> None:
    for tie in _live_treating(guard, tx, patient=patient, holder=holder, now=now):
        ties.save(guard, tx, replace(tie, until=now))
        body = {"reference": tie.reference, "until": now}
        journal.append(tx, at=now, kind="untie", account=who.id, patient=patient, body=body)
    standing.take_back(guard, tx, patient, now)


def _treat(guard: Guard, tx: Transaction, who: Present, *, patient: UUID, holder: UUID, now: datetime) -> None:
    if _live_treating(guard, tx, patient=patient, holder=holder, now=now):
        return
    reference = f"{ties.DECLARED}{holder}"
    tie = ties.Tie(
        patient_id=patient, reference=reference, kind="treating", holder_account=holder, holder_unit=None, since=now, until=None,
        origin_account=who.id, made_at=now,
    )  # fmt: skip
    ties.save(guard, tx, tie)
    body = {"reference": reference, "tie": "treating", "account": holder, "unit": None, "until": None}
    journal.append(tx, at=now, kind="tie", account=who.id, patient=patient, body=body)


def _opening(guard: Guard, tx: Transaction, who: Present, patient: UUID, now: datetime) -> openings.Book:
    """The best of the caller's openings of the record in this session, beyond the identity. Refuses `not_open`."""
    mine = [book for book in standing.openings_of(guard, tx, who, patient, now) if {"care", "contact"} & set(book.compartments)]
    if not mine:
        raise Refused(DENIED, "not_open")
    return max(mine, key=lambda book: (book.explained, book.tie not in ties.LASTING))


def _tie(guard: Guard, tx: Transaction, who: Present, *, patient: UUID, kind: str, holder: UUID, lasts: timedelta, now: datetime) -> None:
    """Make the tie, or prolong it; when it was first made stays, so that it grows old."""
    reference = f"{kind}:{who.id}:{holder}"
    old = ties.find(guard, tx, patient=patient, reference=reference)
    until = now + lasts
    if old is not None and old.until is not None and until - old.until < RENEWED_AFTER:
        return
    goes_on = old is not None and old.until is not None and old.until > now
    made = old.made_at if old is not None and goes_on else now
    tie = ties.Tie(
        patient_id=patient, reference=reference, kind=kind, holder_account=holder, holder_unit=None, since=now, until=until,
        origin_account=who.id, made_at=made,
    )  # fmt: skip
    ties.save(guard, tx, tie)
    body = {"reference": reference, "tie": kind, "account": holder, "unit": None, "until": until}
    journal.append(tx, at=now, kind="tie", account=who.id, patient=patient, body=body)
