"""The guard's own migrations: numbered SQL files, each applied once, in order, in a transaction of its own."""

from __future__ import annotations

from pathlib import Path

import psycopg

from serment import guard

FILES = Path(guard.__file__).parent / "migrations"


def migrate(dsn: str) -> list[str]:
    """Apply what is not applied yet, as the owner of the database; returns the names applied."""
    applied = []
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table if not exists schema_migration (name text primary key, at timestamptz not null default now())")
        done = {row[0] for row in connection.execute("select name from schema_migration").fetchall()}
        for file in sorted(FILES.glob("[0-9]*.sql")):
            if file.name not in done:
                with connection.transaction():
                    connection.execute(file.read_text(encoding="utf-8").encode())
                    connection.execute("insert into schema_migration (name) values (%s)", (file.name,))
                applied.append(file.name)
    return applied
