"""`open` and `break_glass`: the keys of one patient's record, for one person, for one working day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from serment.guard import journal, policies
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import ties
from serment.guard.find import identities
from serment.guard.meters import account as meters
from serment.guard.meters import budgets
from serment.guard.release import openings
from serment.guard.release.caller import Present, present, refusals_of
from serment.guard.vault import store
from serment.wire.protocol import DENIED, INVALID, NOT_FOUND, BreakGlass, Open, Opening
from serment.wire.words import BREAK_GLASS_REASONS, COMPARTMENTS

REASON_TEXT_MAX = 300


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What an opening rests on: a tie or an emergency, and the compartments that the role may have of those wanted."""

    tie: str
    explained: bool
    emergency: bool
    compartments: tuple[str, ...]


def open_record(guard: Guard, request: Open, now: datetime) -> Opening:
    """Keys for the wanted compartments, under a live tie or an emergency already declared.

    Refuses: `no_tie` (remedy: break the glass, if the role may), `role`, `lease_spent` and `touch_needed` (remedy: touch),
    `unexplained_spent` (remedy: colleague), `unknown_patient`.
    """
    wanted = tuple(name for name in COMPARTMENTS if name in request.compartments)
    if not wanted:
        raise Refused(INVALID, "no_compartment", field="compartments")
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="open", now=now, patient=request.patient)
        with refusals_of(who, request.patient):
            _require_known(tx, who, request.patient)
            known = openings.live(guard, tx, account=who.id, patient=request.patient, now=now)
            grounds = _grounds(guard, tx, who=who, patient=request.patient, wanted=wanted, known=known, now=now)
            book, left = _book(guard, tx, who=who, patient=request.patient, grounds=grounds, known=known, now=now)
    return _release(guard, book=book, lease_left=left, wanted=wanted)


def break_glass(guard: Guard, request: BreakGlass, now: datetime) -> Opening:
    """Keys without a tie, in an emergency: journaled with its reason, shown to the security officer and to the patient."""
    if request.reason not in BREAK_GLASS_REASONS:
        raise Refused(INVALID, "reason_unknown", field="reason")
    if len(request.text) > REASON_TEXT_MAX:
        raise Refused(INVALID, "reason_too_long", field="text")
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="break_glass", now=now, patient=request.patient, emergency=True)
        with refusals_of(who, request.patient):
            compartments = policies.may_break_glass(role=who.account.role, assurance=who.caller.assurance)
            if not compartments:
                raise Refused(DENIED, "role")
            wrapped = store.patient_key(tx, request.patient)
            known = openings.live(guard, tx, account=who.id, patient=request.patient, now=now)
            grounds = Grounds(tie="", explained=False, emergency=True, compartments=compartments)
            body: dict[str, object] = {"reason": request.reason}
            if request.text:
                body["text"] = guard.vault.seal_identity(request.patient, wrapped, request.text.encode())
            book, left = _book(guard, tx, who=who, patient=request.patient, grounds=grounds, known=known, now=now, body=body)
    return _release(guard, book=book, lease_left=left, wanted=compartments)


def _require_known(tx: Transaction, who: Present, patient: UUID) -> None:
    """An unknown patient is refused in the same words as one without a tie: who may not know learns nothing."""
    try:
        store.patient_key(tx, patient)
    except Refused:
        _refuse_without_grounds(who, has_tie=False)


def _grounds(
    guard: Guard, tx: Transaction, *, who: Present, patient: UUID, wanted: tuple[str, ...], known: list[openings.Book], now: datetime
) -> Grounds:
    """The best grounds: an explaining tie, then a tie the account made itself, then an emergency declared earlier today."""
    held = ties.live(guard, tx, patients=[patient], account=who.id, units=who.units, now=now).get(patient, [])
    offers = [
        Grounds(
            tie=tie.kind,
            explained=tie.explains(who.id, now),
            emergency=False,
            compartments=policies.may_open(role=who.account.role, tie=tie.kind, wanted=wanted),
        )
        for tie in held
    ]
    for book in known:
        if book.emergency:
            offers.append(Grounds(tie="", explained=False, emergency=True, compartments=tuple(n for n in wanted if n in book.compartments)))
    offers = [offer for offer in offers if offer.compartments]
    if not offers:
        _refuse_without_grounds(who, has_tie=bool(held))
    return max(offers, key=lambda offer: (len(offer.compartments), offer.explained, not offer.emergency))


def _refuse_without_grounds(who: Present, *, has_tie: bool) -> None:
    if has_tie or not policies.is_allowed(role=who.account.role, action="record:entry:open", tie="stay"):
        raise Refused(DENIED, "role")
    may_break = policies.may_break_glass(role=who.account.role, assurance=who.caller.assurance)
    raise Refused(DENIED, "no_tie", remedy="break_glass" if may_break else "")


def _book(
    guard: Guard,
    tx: Transaction,
    *,
    who: Present,
    patient: UUID,
    grounds: Grounds,
    known: list[openings.Book],
    now: datetime,
    body: dict[str, object] | None = None,
) -> tuple[openings.Book, int]:
    """The opening to release under, metered and journaled when it is new or wider than before."""
    same = [
        book
        for book in known
        if book.session_id == who.session
        and set(grounds.compartments) <= set(book.compartments)
        and book.emergency == grounds.emergency
        and (book.explained or not grounds.explained)
    ]
    if same and body is None:
        return same[-1], meters.peek(guard, tx, who.id, now).lease_left
    meter = meters.load(guard, tx, who.id, now)
    if not known:
        meter = meters.spend_lease(meter)
    if not grounds.explained and all(book.explained for book in known):
        meter = meters.spend_unexplained(meter, role=who.account.role, now=now, emergency=grounds.emergency)
    book = openings.Book(
        id=uuid4(), account_id=who.id, session_id=who.session, patient_id=patient, compartments=grounds.compartments,
        tie=grounds.tie, explained=grounds.explained, emergency=grounds.emergency, since=now, until=now + budgets.OPENING,
    )  # fmt: skip
    openings.save(guard, tx, book)
    entry = journal.append(
        tx,
        at=now,
        kind="emergency" if grounds.emergency else "opening",
        account=who.id,
        patient=patient,
        body={
            "opening": book.id, "session": who.session, "role": who.account.role, "compartments": list(book.compartments),
            "tie": book.tie, "explained": book.explained, "until": book.until, **(body or {}),
        },
    )  # fmt: skip
    row = tx.execute("select account_seq from journal_entry where entry = %s", (entry,)).fetchone()
    meters.save(guard, tx, replace(meter, last_opening_seq=row[0] if row else 0))
    return book, meter.lease_left


def _release(guard: Guard, *, book: openings.Book, lease_left: int, wanted: tuple[str, ...]) -> Opening:
    """Only now, with the journal's line durable, the keys."""
    granted = tuple(name for name in wanted if name in book.compartments)
    with guard.pool.connection() as tx:
        wrapped = store.patient_key(tx, book.patient_id)
        sheet = identities.load(guard, tx, [book.patient_id]).get(book.patient_id)
    if sheet is None:
        raise Refused(NOT_FOUND, "unknown_patient")
    ticket = openings.show_rows(guard, book)
    return Opening(
        id=book.id,
        patient=book.patient_id,
        keys=guard.vault.compartment_keys(book.patient_id, wrapped, granted),
        ticket=ticket,
        until=book.until,
        tie=book.tie,
        explained=book.explained,
        emergency=book.emergency,
        identity=identities.shown(sheet.identity),
        alerts=sheet.alerts,
        lease_left=lease_left,
    )
