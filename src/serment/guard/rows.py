"""Rows that the guard trusts: frozen dataclasses whose fields are the columns, with a MAC over all of them beside.

The one place where trusted facts go in and out of the database. A row whose MAC does not hold does not exist: it is refused as forged.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from functools import lru_cache
from typing import Any, Generic, TypeVar

from psycopg import Cursor
from psycopg.rows import dict_row

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused

Row = TypeVar("Row")
Asked = Cursor[dict[str, Any]]

# Different lists of words in the rows copied lately: kinds of data, compartments, flags.
ARRAYS_KEPT = 4096


@lru_cache(maxsize=ARRAYS_KEPT)
def _array(words: tuple[str, ...]) -> str:
    """Words as PostgreSQL writes an array, in quotes: many rows have the same few, and psycopg would write each anew."""
    return "{" + ",".join('"' + one.replace("\\", r"\\").replace('"', r"\"") + '"' for one in words) + "}"


class Table(Generic[Row]):
    """A table of one kind of row. `key` is its primary key; `where` clauses are written by us, never made of input."""

    def __init__(self, name: str, row: type[Row], *, key: tuple[str, ...] = ("id",)) -> None:
        self.name, self._type = name, row
        self.columns = tuple(field.name for field in fields(row))  # type: ignore[arg-type]
        listed, given = ", ".join(self.columns), ", ".join(f"%({name})s" for name in self.columns)
        self._insert = f"insert into {name} ({listed}, mac) values ({given}, %(mac)s)"
        changed = ", ".join(f"{column} = excluded.{column}" for column in (*self.columns, "mac") if column not in key)
        self._replace = f"{self._insert} on conflict ({', '.join(key)}) do update set {changed}"
        self._keep = f"{self._insert} on conflict do nothing"
        self._select = f"select {listed}, mac from {name}"

    def add(self, guard: Guard, tx: Transaction, row: Row) -> None:
        """Write a new row. Raises psycopg's UniqueViolation when it stands."""
        tx.execute(self._insert, self._signed(guard, row))

    def put(self, guard: Guard, tx: Transaction, row: Row) -> None:
        """Write a row, replacing the one with its key."""
        tx.execute(self._replace, self._signed(guard, row))

    def keep(self, guard: Guard, tx: Transaction, row: Row) -> None:
        """Write a row unless one stands in its place."""
        tx.execute(self._keep, self._signed(guard, row))

    def copy(self, guard: Guard, tx: Transaction, given: Iterable[Row]) -> None:
        """Write many new rows at once. Their tuples are of words."""
        columns = (*self.columns, "mac")
        with tx.cursor() as cursor, cursor.copy(f"copy {self.name} ({', '.join(columns)}) from stdin") as copy:
            for row in given:
                facts = {name: getattr(row, name) for name in self.columns}
                sent = [_array(value) if type(value) is tuple else value for value in facts.values()]
                copy.write_row([*sent, guard.vault.mac(self.name, facts)])

    def ask(self, tx: Transaction, where: str, *values: object) -> Asked:
        """Send the query for rows, to be read with others in one round trip."""
        return tx.cursor(row_factory=dict_row).execute(f"{self._select} where {where}", values)

    def read(self, guard: Guard, asked: Asked) -> list[Row]:
        """The rows asked for, checked. Refuses a forged one (`forged_row`)."""
        return [self.checked(guard, row) for row in asked.fetchall()]

    def all(self, guard: Guard, tx: Transaction, where: str = "true", *values: object) -> list[Row]:
        return self.read(guard, self.ask(tx, where, *values))

    def genuine(self, guard: Guard, tx: Transaction, where: str, *values: object) -> list[Row]:
        """The rows that the guard wrote, forged ones left out: for taking rights away, which a row planted there must not prevent."""
        found = []
        for row in self.ask(tx, where, *values).fetchall():
            with suppress(Refused):
                found.append(self.checked(guard, row))
        return found

    def one(self, guard: Guard, tx: Transaction, where: str, *values: object) -> Row | None:
        """The first of the rows, if there is one."""
        row = self.ask(tx, where, *values).fetchone()
        return self.checked(guard, row) if row else None

    def checked(self, guard: Guard, row: dict[str, Any]) -> Row:
        """A row read with others, once its MAC holds. Refuses `forged_row`."""
        facts = {name: tuple(row[name]) if isinstance(row[name], list) else row[name] for name in self.columns}
        guard.vault.check(self.name, facts, row["mac"])
        return self._type(**facts)

    def _signed(self, guard: Guard, row: Row) -> dict[str, object]:
        facts = {name: getattr(row, name) for name in self.columns}
        sent = {name: list(value) if isinstance(value, tuple) else value for name, value in facts.items()}
        return {**sent, "mac": guard.vault.mac(self.name, facts)}
