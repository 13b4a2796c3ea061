"""How a guard comes up: the passphrase opens the master key, the master key opens the named keys, and the pools connect."""

from __future__ import annotations

import logging
import os
import sys

import psycopg
import structlog
from psycopg_pool import ConnectionPool

from serment.custody import keyfile, master
from serment.guard.context import Guard, clock_of
from serment.guard.settings import Settings
from serment.guard.vault import store

# Threads that answer verbs; each holds at most one connection of each pool at a time.
THREADS = 6


def configure_logs() -> None:
    """One JSON object a line on standard output, with no patient's data in it."""
    structlog.configure(
        processors=[structlog.processors.add_log_level, structlog.processors.TimeStamper(fmt="iso"), structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )


def passphrase(settings: Settings) -> bytes:
    """The passphrase of the master key, from its file or from SERMENT_MASTER_PASSPHRASE. Raises MasterKeyError when there is none."""
    if settings.passphrase_file is not None and settings.passphrase_file.exists():
        return settings.passphrase_file.read_text(encoding="utf-8").strip().encode()
    if given := os.environ.get("SERMENT_MASTER_PASSPHRASE"):
        return given.encode()
    raise master.MasterKeyError("Aucune phrase de passe n'a été donnée pour la clé maîtresse.")


def guard(settings: Settings) -> Guard:
    """A guard ready to answer. Raises MasterKeyError, or psycopg's errors when a database cannot be reached."""
    key = keyfile.unseal(settings.master_key_file, passphrase(settings))
    with psycopg.connect(settings.guard_dsn) as tx:
        vault = store.load(tx, key)
    pool = ConnectionPool(settings.guard_dsn, min_size=2, max_size=THREADS + 4, open=True, timeout=5)
    # Permits are single statements, and losing one in a crash only asks for the record to be opened again: no transaction, no waiting
    # for the disk.
    permits = {"autocommit": True, "options": "-c synchronous_commit=off"}
    dossier_pool = ConnectionPool(settings.dossier_dsn, kwargs=permits, min_size=1, max_size=THREADS + 1, open=True, timeout=5)
    return Guard(settings=settings, pool=pool, dossier_pool=dossier_pool, vault=vault, clock=clock_of(settings))
