"""What may be proposed, by whom, after which delay, and what it does. Each kind is one line of `KINDS` and one function."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from serment import journal
from serment.entrance import account as owners
from serment.entrance import clients, codes
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, contained
from serment.guard.meters import limits
from serment.guard.presence import sessions
from serment.guard.review import decoys
from serment.guard.vault import shredding
from serment.oversight.incidents import scopes
from serment.wire.protocol import CONFLICT, INVALID
from serment.wire.samples import SAMPLE_ROWS_MAX
from serment.wire.words import ROLES

# An enrolment code is read aloud or handed over on paper, and used within the week.
CODE_LIFE, CODE_BYTES = timedelta(days=7), 10
LABEL_MAX, KEY_MAX, EXPORT_MAX, PERSONS_MAX = 100, 1000, 100_000, 10**9
ADDRESS_MAX, TELEPHONE_MAX = 200, 30

# How far back a leaked list is looked for: criminals sell what they took years ago.
PERIOD_MAX = timedelta(days=1500)

# Roles that hold power over rights: they are given as `administrator`, after the longest delay.
POWERS = frozenset({"administrator", "security_officer", "data_protection_officer"})

# Roles of programs, which no person has.
MACHINES = frozenset({"interface", "application", "mailer"})


@dataclass(frozen=True, kw_only=True)
class Order:
    """What two persons decided, to be executed: `by` is the second of them."""

    subject: UUID | None
    terms: Mapping[str, str]
    by: UUID
    now: datetime


Execute = Callable[[Guard, Transaction, Order], str]
Look = Callable[[Guard, Transaction, Order], object]


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`who` may propose and approve; the delay is the limit `delay.<kind>`; `has_subject`: it concerns an account.

    `look` says what is wrong with an order that cannot be tried and undone, because it closes sessions."""

    who: frozenset[str]
    execute: Execute
    has_subject: bool = True
    look: Look | None = None


@dataclass(frozen=True, kw_only=True)
class Grant:
    """The right to export so many records until an instant."""

    id: UUID
    account_id: UUID
    records: int
    until: datetime


GRANTS = rows.Table("export_grant", Grant)


def _word(order: Order, name: str) -> str:
    value = order.terms.get(name, "").strip()
    if not value or len(value) > LABEL_MAX:
        raise Refused(INVALID, "term_missing", field=name)
    return value


def _number(order: Order, name: str, most: int) -> int:
    word = _word(order, name)
    if not word.isdecimal() or not 0 <= int(word) <= most:
        raise Refused(INVALID, "term_unreadable", field=name)
    return int(word)


def _instant(order: Order, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(_word(order, name))
    except ValueError:
        raise Refused(INVALID, "term_unreadable", field=name) from None
    if found.tzinfo is None:
        raise Refused(INVALID, "term_unreadable", field=name)
    return found


def _identifier(order: Order, name: str) -> UUID:
    try:
        return UUID(_word(order, name))
    except ValueError:
        raise Refused(INVALID, "term_unreadable", field=name) from None


def _subject(order: Order) -> UUID:
    if order.subject is None:
        raise Refused(INVALID, "term_missing", field="subject")
    return order.subject


def _known(guard: Guard, tx: Transaction, order: Order) -> accounts.Account:
    return accounts.load(guard, tx, _subject(order))


def _person(guard: Guard, tx: Transaction, order: Order) -> accounts.Account:
    """Whom the order is about. Refuses `role_unknown` for a program: its role is what it is."""
    person = _known(guard, tx, order)
    if person.kind != "person":
        raise Refused(INVALID, "role_unknown", field="subject")
    return person


def _role(order: Order, *, power: bool) -> str:
    role = _word(order, "role")
    if role not in ROLES or role in MACHINES or (role in POWERS) != power:
        raise Refused(INVALID, "role_unknown", field="role")
    return role


def new_code() -> str:
    return base64.b32encode(os.urandom(CODE_BYTES)).decode()


def _account(guard: Guard, tx: Transaction, order: Order, *, power: bool = False) -> str:
    """A new person, and the code that enrols their first passkey."""
    person = accounts.Account(
        id=uuid4(), label=_word(order, "label"), profession=_word(order, "profession"), role=_role(order, power=power),
        rpps=order.terms.get("rpps", ""), kind="person", demonstration=False, contained_at=None, role_since=order.now,
    )  # fmt: skip
    accounts.save(guard, tx, person)
    code = new_code()
    codes.issue(guard, tx, account=person.id, code=code, until=order.now + CODE_LIFE)
    return code


def _administrator(guard: Guard, tx: Transaction, order: Order) -> str:
    """Somebody with power over rights: a new person, or a role for one who works here."""
    if order.subject is None:
        return _account(guard, tx, order, power=True)
    return _change_role(guard, tx, order, power=True)


def _change_role(guard: Guard, tx: Transaction, order: Order, *, power: bool = False) -> str:
    """Another role: it is new, and so is the budget it comes with. What was opened under the old one is closed."""
    person = _person(guard, tx, order)
    accounts.save(guard, tx, replace(person, role=_role(order, power=power), role_since=order.now))
    sessions.close_all(guard, tx, person.id, order.now, by=order.by)
    return ""


def _new_role(guard: Guard, tx: Transaction, order: Order) -> None:
    _person(guard, tx, order)
    _role(order, power=False)


def _new_power(guard: Guard, tx: Transaction, order: Order) -> None:
    """Somebody known, or a name and a profession; and the power."""
    _role(order, power=True)
    if order.subject is not None:
        _person(guard, tx, order)
    else:
        _word(order, "label"), _word(order, "profession")


def _assignment(guard: Guard, tx: Transaction, order: Order) -> str:
    person = accounts.load(guard, tx, _subject(order))
    since = _instant(order, "since") if order.terms.get("since") else order.now
    until = _instant(order, "until") if order.terms.get("until") else None
    accounts.assign(guard, tx, id=uuid4(), account=person.id, unit=_identifier(order, "unit"), role=person.role, since=since, until=until)
    return ""


def _unit(guard: Guard, tx: Transaction, order: Order) -> str:
    unit = accounts.Unit(id=_identifier(order, "unit"), label=_word(order, "label"), establishment_id=_identifier(order, "establishment"))
    accounts.UNITS.put(guard, tx, unit)
    return ""


def _letterhead(guard: Guard, tx: Transaction, order: Order) -> str:
    """Where an establishment is written to and called, as its letters say it. The record writes it down; nobody else may read a number of
    their own into every letter."""
    _identifier(order, "establishment")
    for name, most in (("address", ADDRESS_MAX), ("telephone", TELEPHONE_MAX)):
        if not 0 < len(order.terms.get(name, "").strip()) <= most:
            raise Refused(INVALID, "term_missing", field=name)
    return ""


def _limits(guard: Guard, tx: Transaction, order: Order) -> str:
    limits.change(guard, tx, name=_word(order, "name"), value=_number(order, "value", 10**9), by=order.by, now=order.now)
    return ""


def _release(guard: Guard, tx: Transaction, order: Order) -> str:
    """From containment. The account signs in anew; what its meter has spent stays spent."""
    person = accounts.load(guard, tx, _subject(order))
    accounts.save(guard, tx, replace(person, contained_at=None))
    journal.append(tx, at=order.now, kind="release", account=order.by, patient=None, body={"contained": person.id})
    contained.forget(guard, person.id)
    return ""


def _recovery(guard: Guard, tx: Transaction, order: Order) -> str:
    """Somebody lost their passkeys and was recognised in person by two people."""
    code = new_code()
    owners.recover(guard, tx, account=_subject(order), by=order.by, code=code, now=order.now)
    return code


def _client(guard: Guard, tx: Transaction, order: Order) -> str:
    """An application that reads for the units it serves, or, with a subject, the new key and scopes of one that is known."""
    id = order.subject or uuid4()
    _connectable(guard, tx, order)
    if order.subject is None:
        machine = accounts.Account(
            id=id, label=_word(order, "label"), profession="", role="application", rpps="", kind="application", demonstration=False,
            contained_at=None, role_since=order.now,
        )  # fmt: skip
        accounts.save(guard, tx, machine)
    clients.register(guard, tx, account=id, key=order.terms["key"], scopes=order.terms.get("scopes", ""), now=order.now)
    return ""


def _connectable(guard: Guard, tx: Transaction, order: Order) -> None:
    """A label and a readable key for a new application; a key for one that is an application."""
    clients.read(key=order.terms.get("key", "")[:KEY_MAX], scopes=order.terms.get("scopes", ""))
    if order.subject is None:
        _word(order, "label")
    elif _known(guard, tx, order).kind != "application":
        raise Refused(INVALID, "role_unknown", field="subject")


def _surge(guard: Guard, tx: Transaction, order: Order) -> str:
    limits.surge(guard, tx, establishment=_identifier(order, "establishment"), by=order.by, now=order.now)
    return ""


def _decoys(guard: Guard, tx: Transaction, order: Order) -> str:
    decoys.plant(guard, tx, authority=_word(order, "authority"), count=_number(order, "count", 1000), by=order.by, now=order.now)
    return ""


def _export(guard: Guard, tx: Transaction, order: Order) -> str:
    grant = Grant(
        id=uuid4(), account_id=_subject(order), records=_number(order, "records", EXPORT_MAX), until=order.now + timedelta(days=1)
    )
    GRANTS.add(guard, tx, grant)
    return ""


def _notification(guard: Guard, tx: Transaction, order: Order) -> str:
    """The persons of one scope may be told: the decision itself is all there is to do. Refuses `scope_changed`."""
    scope = scopes.finished(guard, tx, _identifier(order, "incident"))
    if scope is None or (scope.digest.hex(), scope.persons) != (_word(order, "digest"), _number(order, "persons", PERSONS_MAX)):
        raise Refused(CONFLICT, "scope_changed")
    return ""


def _attribution(guard: Guard, tx: Transaction, order: Order) -> str:
    """A list that was leaked may be compared with the identities: rows, their digest, and the period to look at."""
    if _number(order, "rows", SAMPLE_ROWS_MAX) == 0 or not re.fullmatch("[0-9a-f]{64}", _word(order, "digest")):
        raise Refused(INVALID, "term_unreadable", field="digest")
    if not timedelta() < _instant(order, "until") - _instant(order, "since") <= PERIOD_MAX:
        raise Refused(INVALID, "term_unreadable", field="until")
    return ""


def _shred(guard: Guard, tx: Transaction, order: Order) -> str:
    shredding.shred(guard, tx, patient=_identifier(order, "patient"), by=order.by, now=order.now)
    return ""


ADMINISTRATORS, OFFICERS = frozenset({"administrator"}), frozenset({"security_officer", "data_protection_officer"})

KINDS: dict[str, Kind] = {
    "account": Kind(who=ADMINISTRATORS, execute=_account, has_subject=False),
    "role": Kind(who=ADMINISTRATORS, execute=_change_role, look=_new_role),
    "assignment": Kind(who=ADMINISTRATORS, execute=_assignment),
    "administrator": Kind(who=ADMINISTRATORS, execute=_administrator, has_subject=False, look=_new_power),
    "unit": Kind(who=ADMINISTRATORS, execute=_unit, has_subject=False),
    "letterhead": Kind(who=ADMINISTRATORS, execute=_letterhead, has_subject=False),
    "limits": Kind(who=ADMINISTRATORS | OFFICERS, execute=_limits, has_subject=False),
    "release": Kind(who=OFFICERS, execute=_release, look=_known),
    "client": Kind(who=ADMINISTRATORS, execute=_client, has_subject=False, look=_connectable),
    "recovery": Kind(who=ADMINISTRATORS, execute=_recovery, look=_person),
    "surge": Kind(who=ADMINISTRATORS | OFFICERS, execute=_surge, has_subject=False),
    "decoys": Kind(who=OFFICERS, execute=_decoys, has_subject=False),
    "bulk_export": Kind(who=OFFICERS, execute=_export),
    "shred": Kind(who=OFFICERS, execute=_shred, has_subject=False),
    "notification": Kind(who=OFFICERS, execute=_notification, has_subject=False),
    "attribution": Kind(who=OFFICERS, execute=_attribution, has_subject=False),
}
