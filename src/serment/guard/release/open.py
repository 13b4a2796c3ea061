"""`open`, `open_untied` and `break_glass`: the keys of one patient's record, for one person, for one working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, NoReturn
from uuid import UUID, uuid4

from psycopg import Cursor

from serment.guard import policies, rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import ties
from serment.guard.find import identities
from serment.guard.meters import account as meters
from serment.guard.meters import limits, rules, windows
from serment.guard.release import lines, openings, protecting
from serment.guard.release.caller import Present, present, refusals_of
from serment.guard.review import decoys, queue
from serment.wire import seal
from serment.wire.protocol import DENIED, EXHAUSTED, INVALID, BreakGlass, Open, Opening, OpenUntied
from serment.wire.words import BREAK_GLASS_REASONS, COMPARTMENTS

REASON_TEXT_MAX = 300
SEALED = "sealed"


@dataclass(frozen=True, kw_only=True)
class Grounds:
    """What an opening rests on: a tie or an emergency, and the compartments that the role may have of those wanted.
    `ends`: the tie's; `unit`: where the tie is held, None for the person's own."""

    tie: str
    explained: bool
    emergency: bool
    compartments: tuple[str, ...]
    ends: datetime | None = None
    unit: UUID | None = None


def open_record(guard: Guard, request: Open, now: datetime) -> Opening:
    """Keys for the wanted compartments, under a live tie or an emergency already declared.

    Refuses: `no_tie` (remedy: break the glass, if the role may), `role`, `scope`, `no_post`, `lease_spent`, `lines_spent` and
    `touch_needed` (remedy: touch), `unexplained_spent` (remedy: colleague), `unknown_patient`.
    """
    wanted = tuple(name for name in COMPARTMENTS if name in request.compartments)
    if not wanted:
        raise Refused(INVALID, "no_compartment", field="compartments")
    with guard.transaction() as tx:
        who = present(guard, tx, request, verb="open", now=now, patient=request.patient)
        asked = _ask(tx, who, request.patient, now)
        with refusals_of(who, request.patient):
            who.require_post()
            wanted = who.within(wanted)
            file = _read(guard, tx, who, asked, request.patient, now)
            grounds = _grounds(who=who, wanted=wanted, file=file, now=now)
            book, left = _book(guard, tx, who=who, grounds=grounds, file=file, now=now)
    # By what holds now: an opening of this morning may have rested on more.
    named = grounds.emergency or protecting.is_shown(who, file.held, now)
    files = policies.may_file(role=who.account.role, tie=grounds.tie, opened=grounds.compartments)
    return _release(guard, book=book, person=file.person, lease_left=left, wanted=grounds.compartments, files=files, named=named)


def open_untied(guard: Guard, request: OpenUntied, now: datetime) -> Opening:
    """Keys without a tie, outside an emergency: within the role's unexplained budget, reviewed at random, shown to the patient.

    Refuses like `open_record`, and `breaker` (remedy: break the glass) while too much is opened this way in the establishment.
    """
    wanted = tuple(name for name in COMPARTMENTS if name in request.compartments)
    with guard.transaction() as tx:
        who = present(guard, tx, request, verb="open_untied", now=now, patient=request.patient)
        asked = _ask(tx, who, request.patient, now)
        with refusals_of(who, request.patient):
            compartments = policies.may_open_untied(role=who.account.role, wanted=wanted)
            if not compartments:
                raise Refused(DENIED, "role")
            who.require_post()
            file = _read(guard, tx, who, asked, request.patient, now)
            grounds = Grounds(tie="", explained=False, emergency=False, compartments=compartments)
            book, left = _book(guard, tx, who=who, grounds=grounds, file=file, now=now, body={})
    return _release(guard, book=book, person=file.person, lease_left=left, wanted=compartments, named=False)


def break_glass(guard: Guard, request: BreakGlass, now: datetime) -> Opening:
    """Keys without a tie, in an emergency: journaled with its reason, shown to the security officer and to the patient."""
    if request.reason not in BREAK_GLASS_REASONS:
        raise Refused(INVALID, "reason_unknown", field="reason")
    if len(request.text) > REASON_TEXT_MAX:
        raise Refused(INVALID, "reason_too_long", field="text")
    with guard.transaction() as tx:
        who = present(guard, tx, request, verb="break_glass", now=now, patient=request.patient, emergency=True)
        asked = _ask(tx, who, request.patient, now)
        with refusals_of(who, request.patient):
            compartments = policies.may_break_glass(role=who.account.role, assurance=who.caller.assurance)
            if not compartments:
                raise Refused(DENIED, "role")
            who.require_post()
            file = _read(guard, tx, who, asked, request.patient, now)
            grounds = Grounds(tie="", explained=False, emergency=True, compartments=compartments)
            body: dict[str, object] = {"reason": request.reason}
            if request.text:
                body["text"] = guard.vault.seal_identity(request.patient, file.person.wrapped, request.text.encode())
            book, left = _book(guard, tx, who=who, grounds=grounds, file=file, now=now, body=body)
    return _release(guard, book=book, person=file.person, lease_left=left, wanted=compartments, named=True)


@dataclass(frozen=True, kw_only=True)
class Questions:
    """What is asked of the database in one round trip."""

    ties: ties.Asked
    told: Cursor[tuple[Any, ...]]
    openings: rows.Asked
    person: identities.Asked
    meter: meters.Asked


@dataclass(frozen=True, kw_only=True)
class File:
    """What the guard holds of one patient with respect to one caller."""

    patient: UUID
    held: list[ties.Tie]
    known: list[openings.Book]
    person: identities.Known
    lease_left: int


def _ask(tx: Transaction, who: Present, patient: UUID, now: datetime) -> Questions:
    decoys.opened(who.guard, account=who.id, patient=patient, now=now)
    return Questions(
        ties=ties.ask(tx, patients=[patient], account=who.id, now=now),
        told=ties.ask_told(tx, patient),
        openings=openings.ask(tx, account=who.id, patient=patient, now=now),
        person=identities.ask(tx, [patient]),
        meter=meters.ask(tx, who.id),
    )


def _read(guard: Guard, tx: Transaction, who: Present, asked: Questions, patient: UUID, now: datetime) -> File:
    """The answers. An unknown patient is refused in the same words as one without a tie: who may not know learns nothing."""
    person = identities.read(guard, asked.person).get(patient)
    if person is None:
        _refuse_without_grounds(who, has_tie=False)
    held = ties.read(guard, asked.ties, units=who.units).get(patient, [])
    ties.check_told(held, asked.told)
    return File(
        patient=patient,
        held=held,
        known=openings.read(guard, asked.openings),
        person=person,
        lease_left=meters.read(guard, tx, asked.meter, who.id, now).lease_patients,
    )


def _grounds(*, who: Present, wanted: tuple[str, ...], file: File, now: datetime) -> Grounds:
    """The best grounds: an explaining tie, those of the ward before those that care itself made, then a tie the account made itself, then
    what it opened without one earlier today, as far as the role and the way of signing in still go."""
    unsealed = tuple(name for name in wanted if name != SEALED)
    offers = [
        Grounds(
            tie=tie.kind,
            explained=tie.explains(who.id, now),
            emergency=False,
            compartments=policies.may_open(role=who.account.role, tie=tie.kind, wanted=wanted if tie.opens_sealed(now) else unsealed),
            ends=tie.until,
            unit=tie.holder_unit,
        )
        for tie in file.held
    ]
    for book in file.known:
        if not book.tie:
            may = _may_untied(who, wanted, emergency=book.emergency)
            granted = tuple(name for name in wanted if name in book.compartments and name in may)
            offers.append(Grounds(tie="", explained=False, emergency=book.emergency, compartments=granted))
    offers = [offer for offer in offers if offer.compartments]
    if not offers:
        _refuse_without_grounds(who, has_tie=bool(file.held))
    return max(offers, key=lambda offer: (len(offer.compartments), offer.explained, not offer.emergency, offer.tie not in ties.LASTING))


def _may_untied(who: Present, wanted: tuple[str, ...], *, emergency: bool) -> tuple[str, ...]:
    """What the caller may open now without a tie."""
    if emergency:
        return policies.may_break_glass(role=who.account.role, assurance=who.caller.assurance)
    return policies.may_open_untied(role=who.account.role, wanted=wanted)


def _refuse_without_grounds(who: Present, *, has_tie: bool) -> NoReturn:
    if has_tie or not policies.is_allowed(role=who.account.role, action="record:entry:open", tie="stay"):
        raise Refused(DENIED, "role")
    may_break = policies.may_break_glass(role=who.account.role, assurance=who.caller.assurance)
    raise Refused(DENIED, "no_tie", remedy="break_glass" if may_break else "")


def _book(
    guard: Guard, tx: Transaction, *, who: Present, grounds: Grounds, file: File, now: datetime, body: dict[str, object] | None = None
) -> tuple[openings.Book, int]:
    """The opening to release under, metered and journaled when it is new or wider than before, and what is left of the lease."""
    same = [
        book
        for book in file.known
        if book.session_id == who.session
        and set(grounds.compartments) <= set(book.compartments)
        and book.emergency == grounds.emergency
        and (book.explained or not grounds.explained)
    ]
    if same and body is None:
        return same[-1], file.lease_left
    meter = meters.load(guard, tx, who.id, now)
    counts = not grounds.explained and all(book.explained for book in file.known)
    in_force = limits.current(guard, tx)
    allowance = who.allowance(in_force, now)
    if counts and not grounds.emergency and queue.is_overdue(guard, tx, who.id, now):
        raise Refused(EXHAUSTED, "review_late", remedy="colleague")
    is_line = _is_line(guard, tx, who=who, grounds=grounds, file=file, now=now)
    spend = partial(
        rules.spend_opening, meter, allowance, is_first=not file.known, is_unexplained=counts, is_emergency=grounds.emergency, now=now,
        is_line=is_line,
    )  # fmt: skip
    try:
        spent = spend()
    except Refused:
        # What admissions and colleagues have explained since weighs no more. Looked up only when it matters.
        since = _explained_since(guard, tx, who=who, since=meter.shift_since, now=now) if counts else 0
        if not since:
            raise
        spent = spend(explained_since=min(since, meter.unexplained))
    _count(guard, tx, who=who, in_force=in_force, spent=spent, emergency=grounds.emergency, now=now)
    book = _new(who=who, grounds=grounds, file=file, now=now)
    openings.BOOKS.add(guard, tx, book)
    facts = {
        "opening": book.id, "session": who.session, "role": who.account.role, "compartments": list(book.compartments), "tie": book.tie,
        "explained": book.explained, "until": book.until, "spent": spent, "places": list(who.places), **(body or {}),
    }  # fmt: skip
    # A glass broken this morning is not broken again by signing in anew: its officer has one notice to read, with its reason.
    kind = "emergency" if grounds.emergency and body is not None else "opening"
    meter = meters.note(guard, tx, account=who.id, kind=kind, body=facts, now=now, patient=file.patient, meter=meter)
    if is_line:
        lines.SHOWN[guard.settings.instance].remember(who.id, [file.patient], now)
    if counts:
        worn = "held" in spent or len(meter.recent) > allowance.month
        queue.sample(guard, tx, book=book, account=who.account, sheet=file.person.sheet, at_step_up=worn, now=now)
    return book, meter.lease_patients


def _new(*, who: Present, grounds: Grounds, file: File, now: datetime) -> openings.Book:
    """A working day's opening, which ends with the tie that it rests on, and with the post that gives it."""
    return openings.Book(
        id=uuid4(), account_id=who.id, session_id=who.session, patient_id=file.patient, compartments=grounds.compartments,
        tie=grounds.tie, explained=grounds.explained, emergency=grounds.emergency, since=now,
        until=openings.ends(now, grounds.ends, who.works_until(grounds.unit)),
    )  # fmt: skip


def _is_line(guard: Guard, tx: Transaction, *, who: Present, grounds: Grounds, file: File, now: datetime) -> bool:
    """Whether an opening is an identity line too (S12): without care it shows what a list shows, to who has not seen that line."""
    if file.known or "care" in grounds.compartments:
        return False
    return bool(lines.SHOWN[guard.settings.instance].new_among(tx, who.id, [file.patient], now))


def _explained_since(guard: Guard, tx: Transaction, *, who: Present, since: datetime, now: datetime) -> int:
    """How many of the account's unexplained openings of this shift a live tie that somebody else made explains now."""
    found = tx.execute("select distinct patient_id from opening where account_id = %s and since >= %s and not explained", (who.id, since))
    patients = [row[0] for row in found.fetchall()]
    held = ties.read(guard, ties.ask(tx, patients=patients, account=who.id, now=now), units=who.units)
    return sum(any(tie.origin_account != who.id for tie in of_patient) for of_patient in held.values())


def _count(
    guard: Guard, tx: Transaction, *, who: Present, in_force: limits.Limits, spent: dict[str, int], emergency: bool, now: datetime
) -> None:
    """Count in the windows of the establishment and of the workstation. Refuses `breaker`, never in an emergency nor under a tie."""
    if not spent.get("unexplained") and not spent.get("lines"):
        return
    seen = windows.of(guard, tx, now)
    factor = in_force.factor(who.establishment, now)
    if (
        spent.get("unexplained")
        and not emergency
        and windows.is_open(windows.gauges(seen, in_force, who.places, factor, now), "unexplained")
    ):
        raise Refused(EXHAUSTED, "breaker", remedy="break_glass")
    seen.add(places=who.places, counts=spent, now=now)


def _release(
    guard: Guard,
    *,
    book: openings.Book,
    person: identities.Known,
    lease_left: int,
    wanted: tuple[str, ...],
    named: bool,
    files: tuple[str, ...] = (),
) -> Opening:
    """Only now, with the journal's line durable, the keys; and of the compartments one may file into, what to seal with."""
    granted = tuple(name for name in wanted if name in book.compartments)
    veiled = person.sheet.protection is not None and not named
    if veiled:
        # An address and a telephone tell who somebody is as their name does.
        granted = tuple(name for name in granted if name != "contact")
    ticket = openings.show_rows(guard, book)
    return Opening(
        id=book.id,
        patient=book.patient_id,
        keys=guard.vault.compartment_keys(book.patient_id, person.wrapped, granted),
        ticket=ticket,
        until=book.until,
        tie=book.tie,
        explained=book.explained,
        emergency=book.emergency,
        identity=identities.shown(identities.veiled(person.sheet) if veiled else person.sheet.identity),
        alerts=person.sheet.alerts,
        lease_left=lease_left,
        deposits=_deposit_keys(guard, book.patient_id, person, files),
        protection="hidden" if veiled else person.sheet.protection.kind if person.sheet.protection else "",
    )


def _deposit_keys(guard: Guard, patient: UUID, person: identities.Known, files: tuple[str, ...]) -> dict[str, bytes]:
    if not files:
        return {}
    return {name: seal.deposit_public_key(key) for name, key in guard.vault.compartment_keys(patient, person.wrapped, files).items()}
