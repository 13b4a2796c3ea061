"""What every verb needs at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from serment.guard.settings import Settings
from serment.guard.vault import Vault

Pool = ConnectionPool[Connection[Any]]
Transaction = Connection[Any]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Guard:
    """`pool` speaks to the guard's own database, `dossier_pool` to the record's, where only the table of openings is ours."""

    settings: Settings
    pool: Pool = field(repr=False)
    dossier_pool: Pool = field(repr=False)
    vault: Vault = field(repr=False)
    clock: Callable[[], datetime] = utc_now

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction whose statements travel together: they are sent when the first result is read (PostgreSQL's pipeline mode).

        Its end travels with the last of them, and is durable when this returns.
        """
        with self.pool.connection() as tx, tx.pipeline():
            yield tx
            tx.commit()
