"""Identities at rest: sealed, indexed by keyed tokens, never searchable in the database."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import Cursor

from serment.guard.context import Guard, Transaction
from serment.guard.find import rules
from serment.wire.protocol import Identity, Line


@dataclass(frozen=True, kw_only=True)
class Protection:
    """A name under its own rule: why, and what is shown instead."""

    kind: str
    pseudonym: str


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """What is sealed of one person: the identity, the facts shown beside it, and whether its name is under its own rule."""

    identity: Identity
    alerts: tuple[str, ...] = ()
    protection: Protection | None = None


def save(guard: Guard, tx: Transaction, *, patient: UUID, wrapped: bytes, sheet: Sheet, now: datetime) -> None:
    """Seal the sheet and make its tokens the only ones of this patient."""
    sealed = guard.vault.seal_identity(patient, wrapped, msgspec.json.encode(sheet))
    tx.execute(
        """insert into identity (patient_id, sealed, updated_at) values (%s, %s, %s)
           on conflict (patient_id) do update set sealed = excluded.sealed, updated_at = excluded.updated_at""",
        (patient, sealed, now),
    )
    wanted = rules.tokens(guard.vault, sheet.identity)
    tx.execute("delete from find_token where patient_id = %s and not token = any(%s)", (patient, list(wanted)))
    tx.cursor().executemany(
        "insert into find_token (token, patient_id, kind) values (%s, %s, %s) on conflict (token, patient_id) do nothing",
        [(token, patient, kind) for token, kind in wanted.items()],
    )


@dataclass(frozen=True, kw_only=True)
class Known:
    """A person as the guard holds them: the wrapped key, and the sheet it opened."""

    wrapped: bytes
    sheet: Sheet


Asked = Cursor[tuple[Any, ...]]


def ask(tx: Transaction, patients: list[UUID]) -> Asked:
    """Send the query for these patients' sealed sheets."""
    return tx.execute(
        "select patient_id, wrapped, sealed from identity join patient_key using (patient_id) where patient_id = any(%s)",
        (patients,),
        binary=True,
    )


def read(guard: Guard, asked: Asked) -> dict[UUID, Known]:
    """The people asked for, unsealed. Raises cryptography's InvalidTag for an altered row."""
    return {
        patient: Known(wrapped=bytes(wrapped), sheet=_SHEET.decode(guard.vault.unseal_identity(patient, bytes(wrapped), bytes(sealed))))
        for patient, wrapped, sealed in asked.fetchall()
    }


_SHEET = msgspec.json.Decoder(Sheet)


def having(tx: Transaction, token: bytes) -> list[UUID]:
    return [row[0] for row in tx.execute("select patient_id from find_token where token = %s", (token,)).fetchall()]


def line(patient: UUID, sheet: Sheet, *, named: bool) -> Line:
    """The line of a list; `named`: for who may read a name that is under its own rule."""
    identity = sheet.identity if named else veiled(sheet)
    return Line(
        patient=patient,
        birth_name=identity.birth_name,
        first_given_name=identity.first_given_name,
        used_name=identity.used_name,
        used_given_name=identity.used_given_name,
        birth_date=identity.birth_date,
        sex=identity.sex,
        status=identity.status,
        alerts=sheet.alerts,
        protected=sheet.protection is not None,
    )


def veiled(sheet: Sheet) -> Identity:
    """The identity for who may not read a protected name: a pseudonym, the year of birth alone, no number."""
    if sheet.protection is None:
        return sheet.identity
    return replace(
        sheet.identity, birth_name=sheet.protection.pseudonym, first_given_name="", given_names="", used_name="", used_given_name="",
        birth_place="", ins=None, numbers=(), birth_date=sheet.identity.birth_date.replace(month=1, day=1),
    )  # fmt: skip


def initials(identity: Identity) -> str:
    """What stands for a name when no pseudonym was chosen."""
    given, name = identity.used_given_name or identity.first_given_name, identity.used_name or identity.birth_name
    return f"{name[:1].upper()}. {given[:1].upper()}."


def shown(identity: Identity) -> Identity:
    """The identity as it may leave the guard: the INS only when the identity is qualified (RNIV; CSP R.1111-8-1 and following)."""
    return identity if identity.status == "qualifiee" else replace(identity, ins=None)
