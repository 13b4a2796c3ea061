"""What every test may ask for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings as hypothesis_settings

from serment.guard.context import Guard
from tests.fixtures import agreed
from tests.fixtures.custody import held, token
from tests.fixtures.guards import guard, house, interface_key, pools
from tests.fixtures.instance import demo_instance
from tests.fixtures.postgres import Databases, cluster, databases, dossier_template, guard_template, instance_databases, upkeep
from tests.fixtures.staff import Desk

__all__ = [
    "cluster", "databases", "demo_instance", "dossier_template", "guard", "guard_template", "held", "house", "instance_databases",
    "interface_key", "pools", "token", "upkeep",
]  # fmt: skip


# How long an example takes is no property of ours: a busy machine is no failure.
hypothesis_settings.register_profile("serment", deadline=None)
hypothesis_settings.load_profile("serment")


@pytest.fixture(scope="session", autouse=True)
def agreed_words() -> Iterator[None]:
    """Every refusal and every line of the journal, in whatever test, is as documented."""
    with agreed.held():
        yield


@pytest.fixture
def desk(guard: Guard, databases: Databases) -> Desk:
    """The guard with a few accounts and nobody enrolled yet."""
    return Desk(guard=guard, owner_dsn=databases.dsn("serment_owner", "serment_guard"))


# Files of minutes come first: begun late, one of them would go on alone while the other workers have nothing left.
LONG_FIRST = ("tests/journeys/test_accessibility", "tests/faults/test_supervision", "tests/journeys/", "tests/faults/", "tests/adversary/")


def place(item: pytest.Item) -> int:
    """How early a test runs; those of one file stay together."""
    return next((rank for rank, beginning in enumerate(LONG_FIRST) if item.nodeid.startswith(beginning)), len(LONG_FIRST))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the demonstration says so, and what is long begins."""
    items.sort(key=place)
    for item in items:
        if "demo_instance" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.instance)
