"""The master key in its file: sealed with a passphrase, never replaced, and told plainly when it cannot be had."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from cryptography.exceptions import InvalidTag

from serment.custody import keyfile, master
from serment.guard import settings
from serment.guard.context import Guard
from serment.guard.vault import store
from serment.guardhouse import __main__ as command
from serment.guardhouse import provision, start
from tests.fixtures.postgres import Databases

PASSPHRASE = b"une phrase que personne ne devine"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    keyfile.create(path, PASSPHRASE)
    return path


def test_the_passphrase_opens_the_key_and_what_it_wraps(file: Path) -> None:
    wrapped = keyfile.unseal(file, PASSPHRASE).wrap(b"k" * 32, name=b"patient|1")
    assert keyfile.unseal(file, PASSPHRASE).unwrap(wrapped, name=b"patient|1") == b"k" * 32
    with pytest.raises(InvalidTag):
        keyfile.unseal(file, PASSPHRASE).unwrap(wrapped, name=b"patient|2")


def test_the_file_is_for_its_owner_alone_and_is_never_replaced(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        keyfile.create(file, PASSPHRASE)


def test_a_wrong_passphrase_is_told_as_such(file: Path) -> None:
    with pytest.raises(master.MasterKeyError, match="phrase de passe n'ouvre pas"):
        keyfile.unseal(file, b"autre chose")


def test_a_missing_and_a_damaged_file_are_told_apart(file: Path) -> None:
    with pytest.raises(master.MasterKeyError, match="introuvable"):
        keyfile.unseal(file.with_name("nothing"), PASSPHRASE)
    for text in ("", "{}", json.dumps({"salt": 1, "nonce": 2, "sealed": 3}), "not json"):
        file.write_text(text)
        with pytest.raises(master.MasterKeyError, match="abîmé"):
            keyfile.unseal(file, PASSPHRASE)


@pytest.fixture
def configured(guard: Guard, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration file as the operator writes it, with a database whose named keys are not made yet."""
    with psycopg.connect(databases.dsn("superuser", "serment_guard")) as tx:
        tx.execute("delete from guard_key")
    (tmp_path / "passphrase").write_text(PASSPHRASE.decode() + "\n")
    path = tmp_path / "guard.json"
    path.write_text(
        json.dumps(
            {
                "instance": guard.settings.instance, "demonstration": True, "origin": "http://localhost:8000", "rp_id": "localhost",
                "guard_socket": str(tmp_path / "guard.sock"), "guard_dsn": guard.settings.guard_dsn,
                "dossier_dsn": guard.settings.dossier_dsn, "master_key_file": str(tmp_path / "keys" / "master.key"),
                "passphrase_file": str(tmp_path / "passphrase"),
            }
        )
    )  # fmt: skip
    monkeypatch.setenv("SERMENT_CONFIG", str(path))
    return path


def test_an_instance_is_set_up_once_and_again_changes_nothing(configured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["keys", "init"]) == 0
    letterbox = (tmp_path / "keys" / "letterbox.pub").read_text()
    assert command.main(["keys", "init"]) == 0
    assert (tmp_path / "keys" / "letterbox.pub").read_text() == letterbox
    unit, account = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
    plan = tmp_path / "plan.json"
    person = {
        "id": account,
        "label": "Admin",
        "profession": "",
        "role": "administrator",
        "units": [unit],
        "enrolment_code": "ADMIN-CODE-2026",
    }
    plan.write_text(json.dumps({"units": [{"id": unit, "label": "Unité"}], "accounts": [person]}))
    for expected in ("1", "0"):
        assert command.main(["provision", str(plan)]) == 0
        assert capsys.readouterr().out.strip() == expected


def test_a_plan_with_an_unknown_role_is_refused_whole(tmp_path: Path) -> None:
    plan = tmp_path / "plan.json"
    person = {"id": "22222222-2222-4222-8222-222222222222", "label": "Eve", "profession": "", "role": "root"}
    plan.write_text(json.dumps({"accounts": [person]}))
    with pytest.raises(ValueError, match="unknown role"):
        provision.read(plan)


def test_a_wrong_passphrase_stops_every_command_with_its_own_exit_code(
    configured: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["keys", "init"]) == 0
    (tmp_path / "passphrase").write_text("autre chose")
    assert command.main(["provision", str(tmp_path / "plan.json")]) == 4
    assert "n'ouvre pas" in capsys.readouterr().err


def test_an_unknown_command_says_how_to_use_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["dance"]) == 2
    assert "usage" in capsys.readouterr().err


def test_migrations_are_applied_once(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "owner.json"
    path.write_text(json.dumps({"guard_dsn": databases.dsn("serment_owner", "serment_guard")}))
    monkeypatch.setenv("SERMENT_CONFIG", str(path))
    assert command.main(["migrate"]) == 0
    assert capsys.readouterr().out == ""


def test_the_passphrase_comes_from_its_file_or_from_the_environment_or_not_at_all(
    configured: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = settings.load()
    assert start.passphrase(loaded) == PASSPHRASE
    without = replace(loaded, passphrase_file=None)
    monkeypatch.setenv("SERMENT_MASTER_PASSPHRASE", "de l'environnement")
    assert start.passphrase(without) == b"de l'environnement"
    monkeypatch.delenv("SERMENT_MASTER_PASSPHRASE")
    with pytest.raises(master.MasterKeyError, match="Aucune"):
        start.passphrase(without)


def test_keys_of_another_master_do_not_open(guard: Guard) -> None:
    with guard.pool.connection() as tx, pytest.raises(InvalidTag):
        store.load(tx, keyfile.FileMasterKey(b"x" * 32))
