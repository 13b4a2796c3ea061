"""What the journal asks of the program that keeps it. The guard is one; nothing of the guard is known here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from psycopg import Connection
from psycopg_pool import ConnectionPool

from serment.journal.outside import Authority, Outlook, Witness

Transaction = Connection[Any]


class Named(Protocol):
    """`instance` names the log for ever; `guard_dsn` is the database that holds its tables."""

    @property
    def instance(self) -> str: ...

    @property
    def guard_dsn(self) -> str: ...

    @property
    def witnesses(self) -> tuple[Witness, ...]: ...

    @property
    def timestamp_authority(self) -> Authority | None: ...


class Keys(Protocol):
    def named_key(self, name: str) -> bytes: ...


class Keeper(Protocol):
    @property
    def settings(self) -> Named: ...

    @property
    def pool(self) -> ConnectionPool[Connection[Any]]: ...

    @property
    def vault(self) -> Keys: ...

    @property
    def clock(self) -> Callable[[], datetime]: ...

    @property
    def outlook(self) -> Outlook: ...
