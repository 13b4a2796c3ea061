"""What every verb needs at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import Connection
from psycopg_pool import ConnectionPool

from serment.guard.settings import Settings
from serment.guard.vault import Vault
from serment.journal.outside import Outlook

Pool = ConnectionPool[Connection[Any]]
Transaction = Connection[Any]


def utc_now() -> datetime:
    return datetime.now(UTC)


def clock_of(settings: Settings) -> Callable[[], datetime]:
    """The clock of this instance. A demonstration may be told to live in another time (seconds ahead, in a file); nothing else may."""
    file = settings.clock_file
    if file is None or not settings.demonstration:
        return utc_now
    return lambda: utc_now() + timedelta(seconds=float(file.read_text(encoding="ascii")))


@dataclass(frozen=True, kw_only=True)
class Guard:
    """`pool` speaks to the guard's own database, `dossier_pool` to the record's, where only the table of openings is ours."""

    settings: Settings
    pool: Pool = field(repr=False)
    dossier_pool: Pool = field(repr=False)
    vault: Vault = field(repr=False)
    clock: Callable[[], datetime] = utc_now
    # What witnesses outside said of the journal since the start.
    outlook: Outlook = field(default_factory=Outlook)
    # Where the request that is being answered came from, as the web server tells it: a workstation's address. Empty for the guard's own.
    source: str = ""
    # The page asked by itself, nobody touched anything: such a request does not keep a session awake.
    quiet: bool = False

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction whose statements travel together: they are sent when the first result is read (PostgreSQL's pipeline mode).

        Its end travels with the last of them, and is durable when this returns.
        """
        with self.pool.connection() as tx, tx.pipeline():
            yield tx
            tx.commit()
