"""What an operator fears: a killed process, a killed supervisor, a second start, a wrong passphrase. Nothing is lost, nothing is left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator

import psutil
import psycopg
import pytest

from serment.operator.errors import BUSY, PASSPHRASE
from tests.fixtures import instance
from tests.fixtures.instance import Running

pytestmark = [pytest.mark.instance, pytest.mark.timeout(600)]

PROCESSES = ("postgres", "guard", "web", "worker", "listener")


@pytest.fixture(scope="module")
def small() -> Iterator[Running]:
    """A demonstration of a few patients, to be harmed."""
    with instance.data_folder() as data_dir:
        running = instance.start("demo", data_dir, "--patients", "5")
        try:
            assert running.base_url, "\n".join(running.lines)
            yield running
        finally:
            running.stop()


def restarts(running: Running) -> dict[str, int]:
    return {name: entry["restarts"] for name, entry in running.status()["processes"].items()}


@pytest.mark.parametrize("name", PROCESSES)
def test_a_killed_process_is_told_and_replaced(small: Running, name: str) -> None:
    small.wait_until_well()
    before = restarts(small)[name]
    told = len(small.lines)
    os.kill(small.pid(name), signal.SIGKILL)
    deadline = time.monotonic() + 40
    while restarts(small)[name] == before:
        assert time.monotonic() < deadline, "\n".join(small.lines)
        time.sleep(0.2)
    small.wait_until_well()
    assert [line for line in small.lines[told:] if f"({name}) : arrêt inattendu (SIGKILL)" in line]


@pytest.mark.parametrize("name", ["web", "guard"])
def test_a_killed_worker_of_a_server_is_replaced(small: Running, name: str) -> None:
    small.wait_until_well()
    told = len(small.lines)
    worker = psutil.Process(small.pid(name)).children()[0]
    worker.kill()
    deadline = time.monotonic() + 30
    while not [line for line in small.lines[told:] if f"({name}) : arrêt inattendu" in line]:
        assert time.monotonic() < deadline, "\n".join(small.lines)
        time.sleep(0.2)
    small.wait_until_well()


def test_a_second_start_on_the_same_data_is_refused(small: Running) -> None:
    small.wait_until_well()
    second = instance.start("demo", small.data_dir)
    assert second.process.wait(timeout=20) == BUSY
    assert f"processus {small.process.pid}, {small.base_url}" in second.lines[-1]
    small.wait_until_well()


def test_what_was_written_survives_the_death_of_postgresql(small: Running) -> None:
    with psycopg.connect(small.db_url("owner"), autocommit=True) as connection:
        connection.execute("create table survives (word text)")
        connection.execute("insert into survives values ('here')")
    os.kill(small.pid("postgres"), signal.SIGKILL)
    time.sleep(1.5)
    small.wait_until_well()
    with psycopg.connect(small.db_url("owner"), autocommit=True) as connection:
        assert connection.execute("select word from survives").fetchone() == ("here",)
        connection.execute("drop table survives")


def test_a_killed_supervisor_leaves_nothing_and_the_next_start_recovers(small: Running) -> None:
    small.wait_until_well()
    small.process.kill()
    small.process.wait()
    next_one = instance.start("demo", small.data_dir)
    try:
        assert next_one.base_url, "\n".join(next_one.lines)
        next_one.wait_until_well()
        born = psutil.Process(next_one.process.pid).create_time()
        assert [process for process in next_one.descendants() if process.create_time() < born] == []
    finally:
        assert next_one.stop() == 0
    assert next_one.descendants() == []


def test_a_wrong_passphrase_is_told_and_changes_nothing(small: Running) -> None:
    small.stop()
    passphrase = small.data_dir / "config" / "passphrase"
    right = passphrase.read_text()
    sealed = (small.data_dir / "config" / "master.key").read_bytes()
    passphrase.write_text("not the one\n")
    refused = instance.start("demo", small.data_dir)
    assert refused.process.wait(timeout=60) == PASSPHRASE
    assert "La phrase de passe n'ouvre pas la clé maîtresse" in refused.lines[-1]
    assert refused.descendants() == []
    assert (small.data_dir / "config" / "master.key").read_bytes() == sealed
    passphrase.write_text(right)
    again = instance.start("demo", small.data_dir)
    try:
        assert again.base_url, "\n".join(again.lines)
    finally:
        again.stop(signal.SIGINT)
    assert again.descendants() == []


def test_a_real_installation_gives_two_codes_once_and_keeps_no_passphrase() -> None:
    with instance.data_folder() as data_dir:
        secret = data_dir.parent / "passphrase"
        secret.write_text("une phrase de passe assez longue\n")
        secret.chmod(0o600)
        environment = {"SERMENT_MASTER_PASSPHRASE_FILE": str(secret)}
        first = instance.start("up", data_dir, environment=environment)
        try:
            assert first.base_url, "\n".join(first.lines)
            assert len([line for line in first.lines if line.startswith("  Administrateur ")]) == 2
            with psycopg.connect(first.db_url("owner")) as connection:
                assert connection.execute("select count(*) from patient").fetchone() == (0,)
        finally:
            assert first.stop() == 0
        second = instance.start("up", data_dir, environment=environment)
        try:
            assert second.base_url, "\n".join(second.lines)
            assert not [line for line in second.lines if "Administrateur" in line]
        finally:
            second.stop()
        kept = b"".join(path.read_bytes() for path in (data_dir / "config").iterdir())
        assert b"une phrase de passe assez longue" not in kept
