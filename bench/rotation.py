"""`./serment bench rotation`: a new master key for a million wrapped keys, while others read and register.

On a PostgreSQL of its own, durable as in an instance. Prints one JSON object: keys per second, the longest that readers waited, memory.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import psycopg

from bench.figures import figures
from serment.custody import keyfile, ring, rotation
from serment.custody.keyfile import Entry
from serment.guardhouse import migrate
from serment.guardhouse.__main__ import tell_rotation
from serment.operator import roles
from serment.operator.postgres import Cluster
from tests.fixtures.postgres import free_port

PASSWORD, PASSPHRASE = "only for this measurement", b"only for this measurement"
READERS = 2
PAUSE_SECONDS = 0.02


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The guard's database, with its migrations; gives the DSN of the guard's role."""
    folder = Path(tempfile.mkdtemp(prefix="serment-bench-"))
    folder.chmod(0o711)
    server = Cluster(folder=folder / "pg", port=free_port(), password=PASSWORD)
    server.create()
    server.start(log=folder / "postgresql.log")
    try:
        roles.apply(server.dsn(), dict.fromkeys(roles.ROLES, PASSWORD))
        migrate.migrate(server.dsn(database="serment_guard", user="serment_owner", password=PASSWORD))
        yield server.dsn(database="serment_guard", user="serment_guard", password=PASSWORD)
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def fill(dsn: str, keys: ring.KeyRing, count: int) -> list[UUID]:
    """That many patients' keys; answers some of them to read meanwhile."""
    some = []
    with psycopg.connect(dsn) as tx, tx.cursor().copy("copy patient_key (patient_id, wrapped) from stdin (format binary)") as copy:
        copy.set_types(["uuid", "bytea"])
        for number in range(count):
            patient = uuid4()
            copy.write_row((patient, keys.wrap(os.urandom(32), name=b"patient|" + patient.bytes)))
            if number % 1000 == 0:
                some.append(patient)
    return some


class Readers:
    """Threads that open known patients' keys, and register new ones, as a guard does."""

    def __init__(self, dsn: str, keys: ring.KeyRing, patients: list[UUID]) -> None:
        self._dsn, self._keys, self._patients = dsn, keys, patients
        self._stop = threading.Event()
        self.seconds: list[float] = []
        self.memory = 0
        self.registered = 0
        self._threads = [threading.Thread(target=self._work, args=(at,)) for at in range(READERS)]

    def __enter__(self) -> Readers:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _work(self, at: int) -> None:
        with psycopg.connect(self._dsn, autocommit=True) as tx:
            while not self._stop.is_set():
                at = (at + 7) % len(self._patients)
                began = time.perf_counter()
                self._read(tx, self._patients[at])
                self.seconds.append(time.perf_counter() - began)
                self.memory = max(self.memory, psutil.Process().memory_info().rss)
                if at % 10 == 0:
                    self._register(tx)
                time.sleep(PAUSE_SECONDS)

    def _read(self, tx: psycopg.Connection[Any], patient: UUID) -> None:
        row = tx.execute("select wrapped from patient_key where patient_id = %s", (patient,)).fetchone()
        self._keys.unwrap(bytes(row[0]) if row else b"", name=b"patient|" + patient.bytes)

    def _register(self, tx: psycopg.Connection[Any]) -> None:
        patient = uuid4()
        with tx.transaction():
            rotation.hold_fence(tx)
            wrapped = self._keys.wrap(os.urandom(32), name=b"patient|" + patient.bytes)
            tx.execute("insert into patient_key (patient_id, wrapped) values (%s, %s)", (patient, wrapped))
        self.registered += 1


def measured(dsn: str, path: Path, count: int, holder: Entry | None) -> dict[str, Any]:
    keys = keyfile.unseal(path, PASSPHRASE)
    patients = fill(dsn, keys, count)
    turning = rotation.Rotation(path=path, passphrase=PASSPHRASE, holder=holder)
    with Readers(dsn, keys, patients) as idle:
        time.sleep(5)
    progress = lambda done, total: print(f"progress {done}/{total}", file=sys.stderr) if done % 100_000 < rotation.BATCH else None  # noqa: E731
    with Readers(dsn, keys, patients) as readers:
        began = time.perf_counter()
        rewrapped = turning.run(dsn, tell=tell_rotation, on_progress=progress)
        seconds = time.perf_counter() - began - rotation.GRACE_SECONDS
    with psycopg.connect(dsn) as tx:
        left = rotation.left(tx, keys.current)
    grown = readers.memory - idle.memory
    return {
        "keys": rewrapped, "seconds": round(seconds, 1), "keys_per_s": round(rewrapped / seconds), "left_under_the_old_key": left,
        "registered_meanwhile": readers.registered, "memory_grown_mb": round(grown / 1024**2, 1), "reading_alone": figures(idle.seconds),
        "reading_during": {**figures(readers.seconds), "max_ms": round(max(readers.seconds) * 1000, 1)},
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(prog="./serment bench rotation")
    parser.add_argument("--keys", type=int, default=1_000_000)
    parser.add_argument("--hsm-module", help="rotate into this PKCS#11 module, and then inside it")
    parser.add_argument("--hsm-token")
    given = parser.parse_args()
    where = [given.hsm_module, given.hsm_token] if given.hsm_module else []
    with database() as dsn, tempfile.TemporaryDirectory(prefix="serment-bench-") as folder:
        path = Path(folder) / "master.key"
        keyfile.create(path, PASSPHRASE)
        print(json.dumps(measured(dsn, path, given.keys, rotation.holder(where, os.environ)), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
