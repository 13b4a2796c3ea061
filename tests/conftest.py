"""What every test may ask for."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from psycopg_pool import ConnectionPool

from serment.custody import keyfile
from serment.guard.context import Guard
from serment.guard.settings import Settings
from serment.guard.vault import store
from tests.fixtures import agreed
from tests.fixtures.custody import held, token
from tests.fixtures.house import Clock, House
from tests.fixtures.instance import demo_instance
from tests.fixtures.postgres import Databases, cluster, databases, dossier_template, guard_template, instance_databases
from tests.fixtures.staff import Desk

__all__ = ["cluster", "databases", "demo_instance", "dossier_template", "guard_template", "held", "instance_databases", "token"]


# How long an example takes is no property of ours: a busy machine is no failure.
hypothesis_settings.register_profile("serment", deadline=None)
hypothesis_settings.load_profile("serment")


@pytest.fixture(scope="session", autouse=True)
def agreed_words() -> Iterator[None]:
    """Every refusal and every line of the journal, in whatever test, is as documented."""
    with agreed.held():
        yield


@pytest.fixture
def guard(databases: Databases, tmp_path: Path) -> Iterator[Guard]:
    """A guard in this process, with keys of its own, on fresh databases."""
    key = keyfile.FileMasterKey(b"k" * 32)
    with psycopg.connect(databases.dsn("serment_guard", "serment_guard")) as tx:
        store.create_named_keys(tx, key)
        vault = store.load(tx, key)
    settings = Settings(
        instance=str(uuid4()), demonstration=True, origin="http://localhost:8000", rp_id="localhost",
        guard_socket=tmp_path / "guard.sock", guard_dsn=databases.dsn("serment_guard", "serment_guard"),
        dossier_dsn=databases.dsn("serment_guard", "serment"), master_key_file=tmp_path / "master.key", passphrase_file=None,
        idle=timedelta(days=1),
    )  # fmt: skip
    with (
        ConnectionPool(settings.guard_dsn, min_size=1, max_size=12, open=True) as pool,
        ConnectionPool(settings.dossier_dsn, min_size=1, max_size=8, open=True) as dossier_pool,
    ):
        yield Guard(settings=settings, pool=pool, dossier_pool=dossier_pool, vault=vault)


@pytest.fixture
def house(guard: Guard) -> House:
    """The guard with the whole cast at work."""
    clock = Clock()
    return House.built_on(dataclasses.replace(guard, clock=clock), clock)


@pytest.fixture
def desk(guard: Guard, databases: Databases) -> Desk:
    """The guard with a few accounts and nobody enrolled yet."""
    return Desk(guard=guard, owner_dsn=databases.dsn("serment_owner", "serment_guard"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the demonstration says so."""
    for item in items:
        if "demo_instance" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.instance)
