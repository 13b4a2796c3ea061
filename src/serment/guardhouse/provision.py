"""Setting an instance up, offline, by who holds the master passphrase: units, people, assignments, keys of interfaces.

This is how the first administrators come to be, and how a demonstration gets its staff. Everything is journaled.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from serment import journal
from serment.entrance import clients, enrolment
from serment.guard.context import Guard, Transaction
from serment.guard.evidence import accounts
from serment.guard.review import decoys
from serment.wire import dpop
from serment.wire.words import ROLES

# An enrolment code is read aloud or handed over on paper, and used within the week.
CODE_LIFE = timedelta(days=7)

# Accounts of programs, by role: one writes and never reads, one reads what it was registered for, one writes to the exposed.
MACHINES = {"interface": "interface", "application": "application", "mailer": "interface"}


class Unit(msgspec.Struct):
    id: UUID
    label: str
    establishment: UUID | None = None


class Person(msgspec.Struct):
    id: UUID
    label: str
    profession: str
    role: str
    rpps: str = ""
    demonstration: bool = False
    units: list[UUID] = []
    enrolment_code: str = ""
    interface_key: str = ""
    scopes: str = ""
    since: datetime | None = None


class Decoys(msgspec.Struct):
    authority: str
    count: int


class Plan(msgspec.Struct):
    units: list[Unit] = []
    accounts: list[Person] = []
    decoys: list[Decoys] = []


def read(path: Path) -> Plan:
    """The plan in a JSON file. Raises msgspec.ValidationError naming the place, ValueError for an unknown role."""
    plan = msgspec.json.decode(path.read_bytes(), type=Plan)
    for person in plan.accounts:
        if person.role not in ROLES:
            raise ValueError(f"unknown role: {person.role}")
    return plan


def apply(guard: Guard, plan: Plan, now: datetime) -> int:
    """Write what is not there yet; returns how many accounts are new. The same plan again changes nothing."""
    with guard.pool.connection() as tx:
        for unit in plan.units:
            accounts.UNITS.keep(guard, tx, accounts.Unit(id=unit.id, label=unit.label, establishment_id=unit.establishment))
        known = {row[0] for row in tx.execute("select id from account").fetchall()}
        fresh = [person for person in plan.accounts if person.id not in known]
        for person in fresh:
            _add(guard, tx, person, now)
        for order in plan.decoys if decoys.counts(guard, tx) == (0, 0) else []:
            decoys.plant(guard, tx, authority=order.authority, count=order.count, by=None, now=now)
    return len(fresh)


def _add(guard: Guard, tx: Transaction, person: Person, now: datetime) -> None:
    kind = MACHINES.get(person.role, "person")
    accounts.save(
        guard,
        tx,
        accounts.Account(
            id=person.id, label=person.label, profession=person.profession, role=person.role, rpps=person.rpps, kind=kind,
            demonstration=person.demonstration and guard.settings.demonstration, contained_at=None, role_since=person.since or now,
        ),
    )  # fmt: skip
    for unit in person.units:
        accounts.assign(
            guard, tx, id=uuid5(NAMESPACE_URL, f"serment:assignment:{person.id}:{unit}"), account=person.id, unit=unit,
            role=person.role, since=now, until=None,
        )  # fmt: skip
    if person.enrolment_code:
        enrolment.issue(guard, tx, account=person.id, code=person.enrolment_code, until=now + CODE_LIFE)
    if person.interface_key and kind == "interface":
        _add_interface_key(guard, tx, person)
    if person.interface_key and kind == "application":
        clients.register(guard, tx, account=person.id, key=person.interface_key, scopes=person.scopes, now=now)
    journal.append(tx, at=now, kind="provision", account=person.id, patient=None, body={"role": person.role, "units": person.units})


def _add_interface_key(guard: Guard, tx: Transaction, person: Person) -> None:
    thumbprint = dpop.thumbprint(dpop.public_jwk(load_pem_public_key(person.interface_key.encode())))
    row = {"thumbprint": thumbprint, "account_id": person.id}
    tx.execute(
        "insert into interface_key (thumbprint, account_id, mac) values (%s, %s, %s) on conflict (thumbprint) do nothing",
        (thumbprint, person.id, guard.vault.mac("interface_key", row)),
    )
