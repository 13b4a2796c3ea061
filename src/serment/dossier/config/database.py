"""A PostgreSQL connection string as Django's settings."""

from __future__ import annotations

from typing import Any

from psycopg.conninfo import conninfo_to_dict

_NAMES = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}


def django_database(dsn: str) -> dict[str, Any]:
    """The entry of DATABASES for a connection string. Raises psycopg.ProgrammingError for what is not one."""
    given = conninfo_to_dict(dsn)
    settings: dict[str, Any] = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0}
    settings.update({_NAMES[key]: str(value) for key, value in given.items() if key in _NAMES})
    options: dict[str, Any] = {key: value for key, value in given.items() if key not in _NAMES}
    # A page that takes five seconds of the database is a page that went wrong.
    options.setdefault("options", "-c statement_timeout=5000 -c lock_timeout=4000")
    return {**settings, "OPTIONS": options}
