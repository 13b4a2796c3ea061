"""The vault's rows: wrapped keys, in and out of the guard's database."""

from __future__ import annotations

import os
from uuid import UUID

from psycopg import Connection

from serment.custody import rotation
from serment.custody.master import MasterKey
from serment.guard.errors import Refused
from serment.guard.vault.keys import NAMED_KEYS, Vault
from serment.wire.protocol import NOT_FOUND


def create_named_keys(tx: Connection, master: MasterKey) -> None:
    """Make the guard's named keys, wrapped, unless they stand already."""
    rotation.hold_fence(tx)
    for name in NAMED_KEYS:
        wrapped = master.wrap(os.urandom(32), name=b"guard|" + name.encode())
        tx.execute("insert into guard_key (name, wrapped) values (%s, %s) on conflict (name) do nothing", (name, wrapped))


def load(tx: Connection, master: MasterKey) -> Vault:
    """The vault with its named keys unwrapped. Raises cryptography's InvalidTag when the master key is of another instance."""
    rows = tx.execute("select name, wrapped from guard_key").fetchall()
    return Vault(master, {name: master.unwrap(bytes(wrapped), name=b"guard|" + name.encode()) for name, wrapped in rows})


def add_patient(tx: Connection, vault: Vault, patient: UUID) -> bytes:
    rotation.hold_fence(tx)
    wrapped = vault.new_patient_key(patient)
    tx.execute("insert into patient_key (patient_id, wrapped) values (%s, %s)", (patient, wrapped))
    return wrapped


def patient_key(tx: Connection, patient: UUID) -> bytes:
    """The wrapped key. Refuses an unknown patient in the words of one that may not be seen."""
    row = tx.execute("select wrapped from patient_key where patient_id = %s", (patient,)).fetchone()
    if row is None:
        raise Refused(NOT_FOUND, "unknown_patient")
    return bytes(row[0])
