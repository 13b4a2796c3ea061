"""A new master key in the place of the old one, while the guard runs: every wrapped key is wrapped anew, no record is touched.

In this order, so that a kill between any two steps leaves something that the next run finishes:

1. behind the fence, the file holds both generations, the new one current: from then on nobody wraps with the old one;
2. batch by batch, what the old one wrapped is wrapped by the new one (each batch a transaction);
3. when nothing is left, and the guard has had time to answer who read a wrapped key just before, the old one is destroyed.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag
from psycopg import Connection

from serment.custody import hsm, keyfile, ring
from serment.custody.keyfile import Entry
from serment.custody.master import MasterKeyError

# Whoever wraps holds the fence, shared, until their transaction ends; the change of generation takes it alone.
FENCE = 0x53524D54_46454E43
# One rotation at a time.
TURN = 0x53524D54_5455524E

BATCH = 2000
# Longer than any answer of the guard: its client waits three seconds.
GRACE_SECONDS = 5.0

_GENERATION = (
    f"case when octet_length(wrapped) = {ring.BARE_BYTES} then '\\x{ring.prefix(ring.FIRST).hex()}' "
    f"else substring(wrapped from 1 for {ring.GENERATION_BYTES}) end"
)


class Table:
    """A table of wrapped keys: its queries, and the name that each wrapped key is bound to."""

    def __init__(self, name: str, key: str, *, of: str, first: str, name_of: Callable[[Any], bytes]) -> None:
        self.first, self.name_of = first, name_of
        self.counts = f"select {_GENERATION}, count(*) from {name} group by 1"
        self.select = f"select {key}, wrapped from {name} where {key} > %s and {_GENERATION} <> %s order by {key} limit %s"
        new = f"unnest(%s::{of}[], %s::bytea[]) as new ({key}, wrapped)"
        self.update = f"update {name} set wrapped = new.wrapped from {new} where {name}.{key} = new.{key}"


TABLES = (
    Table("guard_key", "name", of="text", first="", name_of=lambda name: b"guard|" + name.encode()),
    Table("patient_key", "patient_id", of="uuid", first=str(UUID(int=0)), name_of=lambda patient: b"patient|" + patient.bytes),
)


@dataclass(frozen=True, kw_only=True)
class Rotation:
    """One rotation: of which file, under which passphrase. `holder` says where the new key is made: like the present one when None."""

    path: Path
    passphrase: bytes = field(repr=False)
    holder: Entry | None = None

    def current(self) -> int:
        return keyfile.outline(self.path).current

    def is_under_way(self) -> bool:
        return len(keyfile.outline(self.path).keys) > 1

    def run(
        self,
        dsn: str,
        *,
        tell: Callable[[Connection[Any], Mapping[str, object]], None],
        on_progress: Callable[[int, int], None],
        grace: float = GRACE_SECONDS,
    ) -> int:
        """Rotate to the end, or finish what was cut short; answers how many keys were wrapped anew. Raises MasterKeyError.

        `tell` writes the beginning and the end into the journal, counts only, inside the transaction it is given.
        """
        with contextlib.closing(psycopg.connect(dsn, autocommit=True)) as connection, turn(connection):
            with connection.transaction():
                close_fence(connection)
                resumed = self.is_under_way()
                generation = self.current() if resumed else self.begin()
                tell(connection, {"step": "resumed" if resumed else "begun", "generation": generation})
            count = self.rewrap(connection, on_progress=on_progress)
            self.end(connection, grace=grace)
            with connection.transaction():
                tell(connection, {"step": "ended", "generation": generation, "keys": count})
        return count

    def begin(self) -> int:
        """Make the next generation and put it in the file, beside the present one. The caller holds the fence. Answers its number."""
        held = keyfile.entries(self.path, self.passphrase)
        generation, like = held[-1].generation + 1, self.holder or held[-1]
        if like.kind == keyfile.HSM:
            label = hsm.make(module=like.module, token=like.token, pin=like.secret.decode(), generation=generation)
            new = replace(like, generation=generation, label=label)
        else:
            new = keyfile.new_entry(generation)
        keyfile.replace_all(self.path, self.passphrase, [*held, new])
        return generation

    def rewrap(self, connection: Connection[Any], *, on_progress: Callable[[int, int], None], batch: int = BATCH) -> int:
        """Wrap anew whatever another generation than the current one wrapped; answers how many keys. `connection` commits by itself.

        Raises MasterKeyError naming the wrapped key that somebody altered: the old generation then stays, and nothing is lost.
        """
        keys = keyfile.unseal(self.path, self.passphrase)
        total, done = left(connection, keys.current), 0
        for table in TABLES:
            for count in _batches(connection, keys, table, batch):
                done += count
                on_progress(done, max(total, done))
        return done

    def end(self, connection: Connection[Any], *, grace: float = GRACE_SECONDS) -> None:
        """Destroy every generation but the current one. Raises MasterKeyError when a key is still wrapped by another."""
        *old, current = keyfile.entries(self.path, self.passphrase)
        if remaining := left(connection, current.generation):
            raise MasterKeyError(f"Il reste {remaining} clés sous l'ancienne clé maîtresse : relancez ./serment keys rotate.")
        time.sleep(grace)
        # Out of the file before out of the token: a guard that starts between the two asks the token for the current key only.
        retired = [replace(entry, retired=True) for entry in old if entry.kind == keyfile.HSM]
        if retired:
            keyfile.replace_all(self.path, self.passphrase, [*retired, current])
        for entry in retired:
            hsm.destroy(module=entry.module, token=entry.token, pin=entry.secret.decode(), label=entry.label)
        keyfile.replace_all(self.path, self.passphrase, [current])


def holder(where: list[str], environment: Mapping[str, str]) -> Entry | None:
    """Who shall hold the new key: `file`, or a module and a token with the PIN of SERMENT_HSM_PIN. None: like the present one."""
    if where == [keyfile.FILE]:
        return keyfile.new_entry(ring.FIRST)
    if len(where) == 2:
        pin = environment.get("SERMENT_HSM_PIN", "")
        return Entry(generation=ring.FIRST, kind=keyfile.HSM, secret=pin.encode(), module=where[0], token=where[1])
    if where:
        raise MasterKeyError("Dites « file » pour un fichier, ou le module PKCS#11 et le nom du jeton.")
    return None


def hold_fence(tx: Connection[Any]) -> None:
    """Before wrapping a key that will be written in this transaction: the generation cannot change until it ends."""
    tx.execute("select pg_advisory_xact_lock_shared(%s)", (FENCE,)).fetchone()


def close_fence(tx: Connection[Any]) -> None:
    """Wait for whoever is wrapping, and keep others from it until this transaction ends."""
    tx.execute("select pg_advisory_xact_lock(%s)", (FENCE,)).fetchone()


@contextlib.contextmanager
def turn(connection: Connection[Any]) -> Iterator[None]:
    """The right to rotate. Raises MasterKeyError when somebody else has it."""
    row = connection.execute("select pg_try_advisory_lock(%s)", (TURN,)).fetchone()
    if not row or not row[0]:
        raise MasterKeyError("Une rotation est déjà en cours : attendez sa fin.")
    try:
        yield
    finally:
        connection.execute("select pg_advisory_unlock(%s)", (TURN,))


def left(connection: Connection[Any], generation: int) -> int:
    """How many keys another generation than this one has wrapped."""
    return sum(count for wrapped_by, count in counts(connection).items() if wrapped_by != generation)


def counts(connection: Connection[Any]) -> dict[int, int]:
    """How many keys each generation has wrapped."""
    found: dict[int, int] = {}
    for table in TABLES:
        for prefix, count in connection.execute(table.counts).fetchall():
            generation = int.from_bytes(prefix, "big")
            found[generation] = found.get(generation, 0) + count
    return found


def _batches(connection: Connection[Any], keys: ring.KeyRing, table: Table, batch: int) -> Iterator[int]:
    """Wrap one table anew in the order of its key; yields the size of each batch once it is written."""
    current, after = ring.prefix(keys.current), table.first
    while rows := connection.execute(table.select, (after, current, batch)).fetchall():
        wrapped = [_anew(keys, bytes(old), table.name_of(id), id) for id, old in rows]
        connection.execute(table.update, ([id for id, _ in rows], wrapped))
        after = rows[-1][0]
        yield len(rows)


def _anew(keys: ring.KeyRing, old: bytes, name: bytes, id: object) -> bytes:
    try:
        return keys.wrap(keys.unwrap(old, name=name), name=name)
    except InvalidTag:
        raise MasterKeyError(
            f"La clé enveloppée « {id} » a été altérée : restaurez sa ligne, puis relancez ./serment keys rotate."
        ) from None
