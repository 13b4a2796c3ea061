"""A rotation of the master key that is killed at any moment: no key is lost, the guard answers on, and the next run finishes it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from serment.custody import keyfile, rotation
from serment.guard.vault import store
from serment.guardhouse import __main__ as command
from tests.fixtures.custody import PASSPHRASE, Held, Token

KILLS = 8
PATIENTS = 4000
NAMED = len(store.NAMED_KEYS)


@pytest.fixture
def config(held: Held, tmp_path: Path) -> Path:
    """The guard's configuration, as the operator's command gives it to the rotation."""
    (tmp_path / "passphrase").write_bytes(PASSPHRASE)
    path = tmp_path / "guard.json"
    settings = held.guard.settings
    path.write_text(
        json.dumps(
            {
                "instance": settings.instance, "demonstration": True, "origin": settings.origin, "rp_id": settings.rp_id,
                "guard_socket": str(settings.guard_socket), "guard_dsn": settings.guard_dsn, "dossier_dsn": settings.dossier_dsn,
                "master_key_file": str(held.path), "passphrase_file": str(tmp_path / "passphrase"),
            }
        )
    )  # fmt: skip
    return path


def start(config: Path, *where: str, **more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "SERMENT_CONFIG": str(config), **more}
    arguments = [sys.executable, "-m", "serment.guardhouse", "keys", "rotate", *where]
    return subprocess.Popen(arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@contextmanager
def reading(held: Held, patients: dict[object, bytes]) -> Iterator[list[Exception]]:
    """The guard at work all the while: it reads known patients and registers new ones. Gives what went wrong."""
    stop, wrong = threading.Event(), list[Exception]()
    known = sorted(patients)

    def work() -> None:
        chance = random.Random(7)
        while not stop.is_set():
            try:
                patient = chance.choice(known)
                if held.read(patient) != patients[patient]:
                    wrong.append(ValueError(str(patient)))
                patients.update(held.add_patients(1))
            except Exception as error:  # noqa: BLE001 - told by the test
                wrong.append(error)
            # A ward, not a benchmark.
            time.sleep(0.005)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield wrong
    finally:
        stop.set()
        thread.join()


@pytest.mark.timeout(400)
def test_killed_again_and_again_it_ends_without_losing_a_key(held: Held, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    patients = held.add_patients(PATIENTS)
    chance = random.Random(2026)
    with reading(held, patients) as wrong:
        for _ in range(KILLS):
            process = start(config)
            line = process.stdout.readline() if process.stdout and chance.random() < 0.5 else ""
            # At the first batch, or anywhere from the start of the interpreter to the end.
            time.sleep(chance.uniform(0, 0.1) if line else chance.uniform(0.2, 2.0))
            process.send_signal(signal.SIGKILL)
            process.wait()
            # Whatever stands opens the guard again, and there are never more than two generations.
            assert held.restarted().vault.named_key("mac") == held.guard.vault.named_key("mac")
            assert len(keyfile.entries(held.path, PASSPHRASE)) <= 2
        monkeypatch.setenv("SERMENT_CONFIG", str(config))
        monkeypatch.setattr(rotation, "GRACE_SECONDS", 0.2)
        assert command.main(["keys", "rotate"]) == 0
    assert wrong == []
    (only,) = keyfile.entries(held.path, PASSPHRASE)
    assert held.counts() == {only.generation: len(patients) + NAMED}
    assert {patient: held.read(patient) for patient in patients} == patients
    steps = [body["step"] for body in held.journaled()]
    # A new generation is begun once, whatever was killed, and the last run was told to its end.
    assert steps.count("begun") <= only.generation - 1
    assert steps[-1] == "ended"


@pytest.mark.timeout(200)
def test_a_rotation_into_a_module_is_followed_by_the_guard_without_a_restart(held: Held, config: Path, token: Token) -> None:
    patients = held.add_patients(200)
    with reading(held, patients) as wrong:
        process = start(config, token.module, token.label, SERMENT_HSM_PIN=token.pin)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1].startswith("progress ")
    assert wrong == []
    assert [(one.generation, one.kind) for one in keyfile.entries(held.path, PASSPHRASE)] == [(2, keyfile.HSM)]
    assert {patient: held.read(patient) for patient in patients} == patients


def test_a_rotation_that_cannot_reach_its_module_changes_nothing(held: Held, config: Path) -> None:
    before = held.path.read_bytes()
    process = start(config, "/nowhere.so", "coffre", SERMENT_HSM_PIN="1234")
    _, err = process.communicate(timeout=60)
    assert process.returncode == 4
    assert err == "La bibliothèque PKCS#11 /nowhere.so ne peut pas être chargée : installez-la, ou corrigez son chemin.\n"
    assert held.path.read_bytes() == before
    assert held.journaled() == []


def test_a_wrong_holder_is_told_before_anything_is_done(
    held: Held, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERMENT_CONFIG", str(config))
    assert command.main(["keys", "rotate", "folder"]) == 4
    assert "Dites « file »" in capsys.readouterr().err
    assert held.journaled() == []
