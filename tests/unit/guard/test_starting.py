"""How the guard comes up: its settings, its clock, its commands, its door; and what it does by itself while it runs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import structlog
from psycopg_pool import PoolTimeout

from serment.custody import keyfile
from serment.custody.master import MasterKeyError
from serment.guard import context, settings
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.vault import store
from serment.guardhouse import __main__ as command
from serment.guardhouse import housekeeping, migrate, server, start
from serment.journal import sequencer
from serment.wire.canonical import decode_bytes
from serment.wire.protocol import Empty
from tests.fixtures.postgres import Databases

PASSPHRASE = "une phrase que personne ne devine"


@pytest.fixture
def told(guard: Guard, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """What the operator tells the guard; whatever a test changes in it is written by `write`."""
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute("delete from guard_key")
    (tmp_path / "passphrase").write_text(PASSPHRASE + "\n", encoding="utf-8")
    monkeypatch.setenv("SERMENT_CONFIG", str(tmp_path / "guard.json"))
    yield write(
        tmp_path,
        {
            "instance": guard.settings.instance, "demonstration": True, "origin": "http://localhost:8000", "rp_id": "localhost",
            "guard_socket": str(tmp_path / "guard.sock"), "guard_dsn": guard.settings.guard_dsn,
            "dossier_dsn": guard.settings.dossier_dsn, "master_key_file": str(tmp_path / "keys" / "master.key"),
            "passphrase_file": str(tmp_path / "passphrase"),
        },
    )  # fmt: skip


def write(folder: Path, said: dict[str, Any]) -> dict[str, Any]:
    (folder / "guard.json").write_text(json.dumps(said), encoding="utf-8")
    return said


# settings -----------------------------------------------------------------------------------------------------------------------


def test_what_is_not_said_is_the_careful_choice(told: dict[str, Any], tmp_path: Path) -> None:
    for name in ("demonstration", "passphrase_file"):
        del told[name]
    write(tmp_path, told)
    loaded = settings.load()
    assert (loaded.demonstration, loaded.passphrase_file, loaded.clock_file) == (False, None, None)
    assert (loaded.idle, loaded.reduced_assurance) == (timedelta(minutes=10), False)
    assert (loaded.provider, loaded.witnesses, loaded.timestamp_authority) == (None, (), None)


def test_what_is_said_is_read_and_paths_are_paths(told: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, {**told, "clock_file": str(tmp_path / "clock"), "allow_reduced_assurance": True, "idle_minutes": 15})
    loaded = settings.load(str(tmp_path / "guard.json"))
    assert loaded == settings.Settings(
        instance=told["instance"], demonstration=True, origin="http://localhost:8000", rp_id="localhost",
        guard_socket=tmp_path / "guard.sock", guard_dsn=told["guard_dsn"], dossier_dsn=told["dossier_dsn"],
        master_key_file=tmp_path / "keys" / "master.key", passphrase_file=tmp_path / "passphrase", clock_file=tmp_path / "clock",
        idle=timedelta(minutes=15), reduced_assurance=True,
    )  # fmt: skip


@pytest.mark.parametrize(("minutes", "kept"), [(0, 1), (-5, 1), (1, 1), (60, 60), (61, 60), (10_000, 60)])
def test_no_workstation_stays_open_longer_than_an_hour_nor_locks_at_once(
    told: dict[str, Any], tmp_path: Path, minutes: int, kept: int
) -> None:
    write(tmp_path, {**told, "idle_minutes": minutes})
    assert settings.load().idle == timedelta(minutes=kept)


def test_a_missing_setting_is_named(told: dict[str, Any], tmp_path: Path) -> None:
    for name in ("instance", "origin", "rp_id", "guard_socket", "guard_dsn", "dossier_dsn", "master_key_file"):
        write(tmp_path, {key: value for key, value in told.items() if key != name})
        with pytest.raises(KeyError, match=name):
            settings.load()


# the clock ----------------------------------------------------------------------------------------------------------------------


def test_a_demonstration_may_live_in_another_time_and_nothing_else_may(guard: Guard, tmp_path: Path) -> None:
    file = tmp_path / "clock"
    file.write_text("86400", encoding="ascii")
    demonstration = replace(guard.settings, clock_file=file)
    ahead = context.clock_of(demonstration)() - context.utc_now()
    assert timedelta(hours=23, minutes=59) < ahead < timedelta(hours=24, minutes=1)
    file.write_text("-3600.5", encoding="ascii")
    assert context.clock_of(demonstration)() < context.utc_now() - timedelta(minutes=59)
    assert context.clock_of(replace(demonstration, demonstration=False)) is context.utc_now
    assert context.clock_of(replace(demonstration, clock_file=None)) is context.utc_now
    assert context.utc_now().utcoffset() == timedelta()


# commands -----------------------------------------------------------------------------------------------------------------------


def test_it_serves_on_its_private_socket_with_one_worker(told: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    served: list[bool] = []

    class Server:
        def __init__(self, target: str, **options: Any) -> None:
            asked.append((target, options))

        def serve(self) -> None:
            served.append(True)

    monkeypatch.setattr("granian.server.Server", Server)
    assert command.main(["serve"]) == 0
    ((target, options),) = asked
    assert target == "serment.guardhouse.server:application"
    assert options["uds"] == tmp_path / "guard.sock"
    assert (options["uds_permissions"], options["workers"], options["blocking_threads"]) == (0o600, 1, 6)
    assert (options["factory"], options["log_access"], options["respawn_failed_workers"]) == (True, False, False)
    assert served == [True]


def test_migrations_are_applied_in_order_each_once(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with psycopg.connect(databases.dsn("superuser", "serment_guard"), autocommit=True) as administrator:
        administrator.execute("create database serment_guard_new owner serment_owner")
    try:
        dsn = databases.dsn("serment_owner", "serment_guard").replace("/serment_guard", "/serment_guard_new")
        (tmp_path / "owner.json").write_text(json.dumps({"guard_dsn": dsn}), encoding="utf-8")
        monkeypatch.setenv("SERMENT_CONFIG", str(tmp_path / "owner.json"))
        assert command.main(["migrate"]) == 0
        names = capsys.readouterr().out.split()
        assert names == sorted(file.name for file in migrate.FILES.glob("[0-9]*.sql"))
        assert names[0].startswith("0001")
        assert command.main(["migrate"]) == 0
        assert capsys.readouterr().out == ""
    finally:
        with psycopg.connect(databases.dsn("superuser", "serment_guard"), autocommit=True) as administrator:
            administrator.execute("drop database serment_guard_new with (force)")


def test_the_letterbox_beside_the_master_key_is_the_public_half_of_the_guards(told: dict[str, Any], tmp_path: Path) -> None:
    assert command.main(["keys", "init"]) == 0
    public = decode_bytes((tmp_path / "keys" / "letterbox.pub").read_text(encoding="utf-8").strip())
    assert len(public) == 32
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    guard = start.guard(settings.load())
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    assert X25519PrivateKey.from_private_bytes(guard.vault.named_key("letterbox")).public_key().public_bytes_raw() == public
    guard.pool.close()
    guard.dossier_pool.close()


def test_keys_are_rotated_and_the_progress_is_told(told: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["keys", "init"]) == 0
    assert command.main(["keys", "rotate"]) == 0
    assert "progress " in capsys.readouterr().out
    with psycopg.connect(told["guard_dsn"]) as tx:
        key = keyfile.unseal(Path(told["master_key_file"]), PASSPHRASE.encode())
        assert len(store.load(tx, key).named_key("mac")) == 32


# the door -----------------------------------------------------------------------------------------------------------------------


def test_the_application_is_a_guard_at_work_with_all_that_runs_beside_it(told: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    assert command.main(["keys", "init"]) == 0
    started: list[str] = []
    monkeypatch.setattr(start, "configure_logs", lambda: started.append("logs"))
    given: list[object] = []
    monkeypatch.setattr(sequencer.Sequencer, "start", lambda self: (started.append("sequencer"), given.append(self._keeper)))
    monkeypatch.setattr(housekeeping.Housekeeping, "start", lambda self: (started.append("housekeeping"), given.append(self._guard)))
    monkeypatch.setattr(server.computing.Computing, "start", lambda self: (started.append("computing"), given.append(self._guard)))
    monkeypatch.setattr(server.witnessing, "start", lambda keeper: started.append("witnessing"))
    monkeypatch.setattr(server.stamping, "start", lambda keeper: started.append("stamping"))
    made = server.application()
    try:
        assert given == [made.guard, made.guard, made.guard]
        assert sorted(started) == ["computing", "housekeeping", "logs", "sequencer", "stamping", "witnessing"]
        assert server.answer(made.guard, "status", server.ENCODER.encode(Empty())).entries == 0  # type: ignore[attr-defined]
        assert (made.guard.pool.min_size, made.guard.pool.max_size) == (2, start.THREADS + 4)
        assert (made.guard.dossier_pool.min_size, made.guard.dossier_pool.timeout) == (1, 5)
        assert made.guard.pool.timeout == 5
        assert made.guard.dossier_pool.max_size == start.THREADS + 1
        with made.guard.dossier_pool.connection() as tx:
            assert tx.autocommit
            assert tx.execute("show synchronous_commit").fetchone() == ("off",)
    finally:
        made.guard.pool.close()
        made.guard.dossier_pool.close()


def test_a_key_that_cannot_be_used_now_opens_nothing_and_is_told(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(server.log, "error", lambda event, **fields: logged.append((event, fields)))

    def away(*_: object) -> object:
        raise MasterKeyError("Le module ne répond pas.")

    monkeypatch.setitem(server.HANDLERS, "status", away)
    with pytest.raises(Refused) as refused:
        server.answer(guard, "status", server.ENCODER.encode(Empty()))
    assert (refused.value.refusal.category, refused.value.refusal.code) == ("unavailable", "master_key")
    assert logged == [("master_key", {"verb": "status", "error": "Le module ne répond pas."})]


def test_a_log_line_is_one_json_object_with_its_level_and_its_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    configured: dict[str, Any] = {}
    monkeypatch.setattr(structlog, "configure", lambda **options: configured.update(options))
    start.configure_logs()
    event: Any = {"event": "refused", "code": "no_tie"}
    for processor in configured["processors"]:
        event = processor(None, "info", event)
    said = json.loads(event)
    assert (said["event"], said["code"], said["level"]) == ("refused", "no_tie", "info")
    assert said["timestamp"].endswith("Z")
    assert configured["cache_logger_on_first_use"] is True


# what time takes back -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [psycopg.OperationalError("lost"), PoolTimeout("busy")])
def test_housekeeping_goes_on_after_a_round_that_failed(guard: Guard, monkeypatch: pytest.MonkeyPatch, failure: Exception) -> None:
    logged: list[tuple[str, dict[str, Any]]] = []
    rounds: list[int] = []
    monkeypatch.setattr(housekeeping, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(housekeeping.log, "warning", lambda event, **fields: logged.append((event, fields)))

    def sweep(_: object) -> None:
        rounds.append(1)
        if len(rounds) == 1:
            raise failure

    monkeypatch.setattr(housekeeping.Housekeeping, "sweep", sweep)
    keeper = housekeeping.Housekeeping(guard)
    keeper.start()
    # Whatever is under way, it does not keep the process from ending.
    assert [thread.daemon for thread in threading.enumerate() if thread.name == "housekeeping"] == [True]
    deadline = time.monotonic() + 10
    while len(rounds) < 3 and time.monotonic() < deadline:
        time.sleep(0.01)
    keeper.stop()
    assert len(rounds) >= 3
    assert logged == [("housekeeping", {"error": type(failure).__name__})]
    assert not any(thread.name == "housekeeping" for thread in threading.enumerate())
