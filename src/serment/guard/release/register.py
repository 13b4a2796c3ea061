"""`register`, `tie`, `untie`, `flag`, `practitioner_account`: what interfaces and clerks may write. None of it gives anything to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from psycopg.errors import UniqueViolation

from serment import journal
from serment.guard import policies
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, ties
from serment.guard.find import identities, rules
from serment.guard.find.identities import Protection, Sheet
from serment.guard.release import standing
from serment.guard.release.caller import Present, present, refusals_of
from serment.guard.review import decoys
from serment.guard.vault import store
from serment.wire import seal
from serment.wire.protocol import (
    CONFLICT,
    DENIED,
    INVALID,
    NOT_FOUND,
    AccountFound,
    Empty,
    Flag,
    Identity,
    PractitionerAccount,
    Register,
    Registered,
    Tie,
    Untie,
)  # fmt: skip
from serment.wire.words import ALERTS, COMPARTMENTS, TIES


def register(guard: Guard, request: Register, now: datetime) -> Registered:
    """Create, find or complete an identity; makes the registrar's own tie to it.

    Refuses `ins_of_another` (the INS belongs to other traits), `ins_changed`, `number_of_another`, and what `rules.checked` refuses;
    `unknown_patient` when the caller asked for somebody known only.
    """
    given = rules.checked(request.identity, demonstration=guard.settings.demonstration)
    if not given.numbers and given.ins is None:
        raise Refused(INVALID, "number_missing", field="numbers")
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="register", now=now)
        with refusals_of(who):
            who.require("identity:patient:register")
            who.require_post()
            try:
                with tx.transaction():
                    return _enter(guard, tx, who, request, given, now)
            except UniqueViolation:
                # Two messages about one new person at once: the second finds what the first made.
                with tx.transaction():
                    return _enter(guard, tx, who, request, given, now)


def _enter(guard: Guard, tx: Transaction, who: Present, request: Register, given: Identity, now: datetime) -> Registered:
    found = _known(guard, tx, given, now)
    outcome, lure = "found", None
    known: Sheet | None = None
    if found is None:
        if request.known_only:
            raise Refused(NOT_FOUND, "unknown_patient")
        patient, outcome = decoys.reserved(guard, request.lure), "created"
        wrapped, sheet = store.add_patient(tx, guard.vault, patient), Sheet(identity=given, alerts=request.alerts)
    else:
        patient, known = found
        wrapped = store.patient_key(tx, patient)
        sheet = known if request.known_only else _merged(known, given, request.alerts)
    if request.protected and sheet.protection is None:
        sheet = replace(sheet, protection=Protection(kind="other", pseudonym=identities.initials(sheet.identity)))
    if known is not None:
        outcome = "found" if sheet == known else "updated"
    if outcome != "found":
        identities.save(guard, tx, patient=patient, wrapped=wrapped, sheet=sheet, now=now)
    newly_tied = _tie_registrar(guard, tx, who, patient, now, created=outcome == "created")
    if outcome != "found" or newly_tied:
        body = {"outcome": outcome, "origin": request.origin, "status": sheet.identity.status, "role": who.account.role}
        journal.append(tx, at=now, kind="registration", account=who.id, patient=patient, body=body)
    keys = guard.vault.compartment_keys(patient, wrapped, COMPARTMENTS)
    deposit_keys = {name: seal.deposit_public_key(key) for name, key in keys.items()}
    if outcome == "created" and who.account.kind == "interface" and not request.lure:
        lure = decoys.draw(guard, tx, interface=who.id, given=given, now=now)
    return Registered(patient=patient, outcome=outcome, status=sheet.identity.status, deposit_keys=deposit_keys, lure=lure)


def _known(guard: Guard, tx: Transaction, given: Identity, now: datetime) -> tuple[UUID, Sheet] | None:
    """Who this is, by INS first, then by local number. Refuses when the two disagree, or when the traits do."""
    by_ins = identities.having(tx, rules.ins_token(guard.vault, given.ins.matricule)) if given.ins else []
    by_number = [
        patient
        for number in given.numbers
        for patient in identities.having(tx, rules.number_token(guard.vault, number.authority, number.value))
    ]
    candidates = {one for one in {*by_ins, *by_number} if not decoys.make_way(guard, tx, patient=one, given=given, now=now)}
    if not candidates:
        return None
    if len(candidates) > 1:
        raise Refused(CONFLICT, "ins_of_another" if by_ins else "number_of_another", field="ins" if by_ins else "numbers")
    patient = candidates.pop()
    sheet = identities.read(guard, identities.ask(tx, [patient]))[patient].sheet
    if by_ins and not rules.is_same_person(sheet.identity, given):
        raise Refused(CONFLICT, "ins_of_another", field="ins")
    if given.ins and sheet.identity.ins and sheet.identity.ins.matricule != given.ins.matricule:
        raise Refused(CONFLICT, "ins_changed", field="ins")
    if not rules.is_correction(sheet.identity, given):
        raise Refused(CONFLICT, "number_of_another", field="numbers")
    return patient, sheet


def _merged(known: Sheet, given: Identity, alerts: tuple[str, ...]) -> Sheet:
    """The known identity completed by the given one; numbers add up, an INS once known stays, the status is computed anew."""
    old = known.identity
    merged = replace(
        given,
        numbers=tuple(dict.fromkeys((*old.numbers, *given.numbers))),
        ins=given.ins or old.ins,
        validated=given.validated or (old.validated and rules.is_same_person(old, given)),
        given_names=given.given_names or old.given_names,
        birth_place=given.birth_place or old.birth_place,
        used_name=given.used_name or old.used_name,
        used_given_name=given.used_given_name or old.used_given_name,
    )
    return replace(known, identity=replace(merged, status=rules.status(merged)), alerts=alerts or known.alerts)


def _tie_registrar(guard: Guard, tx: Transaction, who: Present, patient: UUID, now: datetime, *, created: bool) -> bool:
    """The registrar's own tie: what they created they may read; to somebody already known they made the tie themselves."""
    kind = "source" if who.account.kind == "interface" else "registration"
    reference = f"{ties.CREATION if created else kind + ':'}{who.id}"
    known = (reference, f"{ties.CREATION}{who.id}")
    if any(ties.find(guard, tx, patient=patient, reference=one) is not None for one in known):
        return False
    ties.save(
        guard,
        tx,
        ties.Tie(
            patient_id=patient, reference=reference, kind=kind, holder_account=who.id, holder_unit=None, since=now, until=None,
            origin_account=who.id, made_at=now,
        ),
    )  # fmt: skip
    return True


def tie(guard: Guard, request: Tie, now: datetime) -> Empty:
    """Make a tie for a patient the caller registered. The same reference replaces; the same tie again changes nothing."""
    if (
        request.kind not in TIES
        or request.reference.startswith((ties.CREATION, ties.DECLARED))
        or (request.holder_account is None) == (request.holder_unit is None)
    ):
        raise Refused(INVALID, "tie", field="kind")
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="tie", now=now)
        with refusals_of(who, request.patient):
            who.require("identity:tie:make")
            who.require_post()
            _require_registrar(guard, tx, who, request.patient, now)
        old = ties.find(guard, tx, patient=request.patient, reference=request.reference)
        new = ties.Tie(
            patient_id=request.patient, reference=request.reference, kind=request.kind, holder_account=request.holder_account,
            holder_unit=request.holder_unit, since=request.since, until=request.until, origin_account=who.id,
            made_at=old.made_at if old and old.origin_account == who.id else now,
        )  # fmt: skip
        if new != old:
            ties.save(guard, tx, new)
            body = {"reference": new.reference, "tie": new.kind, "account": new.holder_account, "unit": new.holder_unit, "until": new.until}
            journal.append(tx, at=now, kind="tie", account=who.id, patient=request.patient, body=body)
            if old is not None:
                standing.take_back(guard, tx, request.patient, now)
    return Empty()


def untie(guard: Guard, request: Untie, now: datetime) -> Empty:
    """End a tie at an instant; what is ended already stays as it is. Refuses `unknown_tie`."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="untie", now=now)
        with refusals_of(who, request.patient):
            who.require("identity:tie:make")
            who.require_post()
            _require_registrar(guard, tx, who, request.patient, now)
        old = ties.find(guard, tx, patient=request.patient, reference=request.reference)
        if old is None:
            raise Refused(NOT_FOUND, "unknown_tie", field="reference")
        if old.until != request.at:
            ties.save(guard, tx, replace(old, until=request.at))
            body = {"reference": old.reference, "until": request.at}
            journal.append(tx, at=now, kind="untie", account=who.id, patient=request.patient, body=body)
            standing.take_back(guard, tx, request.patient, now)
    return Empty()


def _require_registrar(guard: Guard, tx: Transaction, who: Present, patient: UUID, now: datetime) -> None:
    held = ties.read(guard, ties.ask(tx, patients=[patient], account=who.id, now=now), units=[]).get(patient, [])
    if not any(held_tie.kind in ("source", "registration") for held_tie in held):
        raise Refused(DENIED, "not_registrar")


def flag(guard: Guard, request: Flag, now: datetime) -> Empty:
    """Replace the alerts shown beside a name, by someone who has the `care` compartment open."""
    if not set(request.alerts) <= set(ALERTS):
        raise Refused(INVALID, "alert_unknown", field="alerts")
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="flag", now=now, patient=request.patient)
        known = standing.openings_of(guard, tx, who, request.patient, now)
        with refusals_of(who, request.patient):
            if not any("care" in book.compartments for book in known):
                raise Refused(DENIED, "not_open")
        person = identities.read(guard, identities.ask(tx, [request.patient]))[request.patient]
        if person.sheet.alerts != request.alerts:
            new = replace(person.sheet, alerts=request.alerts)
            identities.save(guard, tx, patient=request.patient, wrapped=person.wrapped, sheet=new, now=now)
            body = {"session": who.session, "role": who.account.role}
            journal.append(tx, at=now, kind="flag", account=who.id, patient=request.patient, body=body)
    return Empty()


def practitioner_account(guard: Guard, request: PractitionerAccount, now: datetime) -> AccountFound:
    """The account of a doctor known by RPPS, so that an interface can tie a treating physician."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="practitioner_account", now=now)
        who.require("identity:tie:make")
        account = accounts.by_rpps(guard, tx, request.rpps)
    may_read = account is not None and policies.is_allowed(role=account.role, action="record:entry:open", tie="treating")
    return AccountFound(account=account.id if account and may_read else None)
