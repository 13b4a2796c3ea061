"""The database roles, least privilege first: who may connect to what. What each may touch is said by the migrations."""

from __future__ import annotations

from collections.abc import Mapping

import psycopg
from psycopg import sql

ROLES = ("serment_owner", "serment_app", "serment_guard", "serment_auditor", "serment_interface")

# Who may connect to which database: the application cannot even reach the guard's.
CONNECT = {
    "serment": ("serment_owner", "serment_app", "serment_guard", "serment_interface"),
    "serment_guard": ("serment_owner", "serment_guard", "serment_auditor"),
}


def apply(superuser_dsn: str, passwords: Mapping[str, str], *, databases: Mapping[str, str] | None = None) -> None:
    """Make the roles and the databases, or bring them back to what they should be. `databases`: rename them, for tests.

    On a server of the establishment's own, a role that may create roles and databases is enough.
    """
    names = databases or {name: name for name in CONNECT}
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        all_powerful = _is_superuser(connection)
        for role in ROLES:
            _role(connection, role, passwords[role], all_powerful=all_powerful)
        if not all_powerful:
            connection.execute("grant serment_owner to current_user")
        for database, roles in CONNECT.items():
            _database(connection, names[database], roles)


def _is_superuser(connection: psycopg.Connection) -> bool:
    row = connection.execute("select rolsuper from pg_roles where rolname = current_user").fetchone()
    return bool(row and row[0])


def _role(connection: psycopg.Connection, role: str, password: str, *, all_powerful: bool) -> None:
    exists = connection.execute("select 1 from pg_roles where rolname = %s", (role,)).fetchone()
    verb = sql.SQL("alter role {} " if exists else "create role {} ").format(sql.Identifier(role))
    rights = sql.SQL("login nosuperuser nocreatedb nocreaterole noreplication nobypassrls ")
    if exists and not all_powerful:
        rights = sql.SQL("login ")  # only a superuser may even repeat the others on a role that exists
    connection.execute(verb + rights + sql.SQL("password {}").format(sql.Literal(password)))


def _database(connection: psycopg.Connection, database: str, roles: tuple[str, ...]) -> None:
    name = sql.Identifier(database)
    if not connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone():
        connection.execute(sql.SQL("create database {} owner serment_owner").format(name))
    connection.execute(sql.SQL("revoke all on database {} from public").format(name))
    for role in roles:
        connection.execute(sql.SQL("grant connect on database {} to {}").format(name, sql.Identifier(role)))
