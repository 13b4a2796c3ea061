"""The master key of a running demonstration: shared, replaced while a nurse works."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from serment.wire import protocol
from tests.authenticator import HttpBrowser
from tests.fixtures.instance import OPERATOR, Running

pytestmark = [pytest.mark.instance, pytest.mark.timeout(300)]

PATIENT = re.compile(r"/patients/([0-9a-f-]{36})/")


def nurse(running: Running) -> HttpBrowser:
    from serment.dossier.vault.client import GuardClient

    settings = json.loads((running.data_dir / "config" / "guard.json").read_text(encoding="utf-8"))
    staff = GuardClient(Path(settings["guard_socket"])).call("personas", protocol.Empty()).personas
    browser = HttpBrowser(running.base_url)
    browser.become(next(person.account for person in staff if person.role == "nurse_day" and person.units))
    return browser


def patients(browser: HttpBrowser) -> list[str]:
    answer = browser.get("/")
    if answer.status in (302, 303):
        answer = browser.get(answer.headers["Location"])
    return list(dict.fromkeys(PATIENT.findall(answer.text)))


def generations(running: Running) -> dict[str, int]:
    with psycopg.connect(running.db_url("guard")) as tx:
        rows = tx.execute("select encode(substring(wrapped from 1 for 4), 'hex'), count(*) from patient_key group by 1").fetchall()
    return dict(rows)


def test_shares_come_out_of_a_pipe_one_page_each(demo_instance: Running) -> None:
    shared = demo_instance.operator("keys", "share", "--threshold", "2", "--shares", "3")
    assert shared.returncode == 0, shared.stderr
    pages = shared.stdout.split("\f")
    assert [re.findall(r"Part (\d) sur 3", page) for page in pages] == [["1"], ["2"], ["3"]]


def test_a_nurse_works_on_while_the_master_key_is_replaced(demo_instance: Running) -> None:
    browser = nurse(demo_instance)
    ward = patients(browser)[:4]
    assert browser.get(f"/patients/{ward[0]}/").status == 200
    started = demo_instance.pid("guard")
    (before,) = generations(demo_instance)

    rotated = demo_instance.operator("keys", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "l'ancienne est détruite" in rotated.stdout
    (after,) = generations(demo_instance)
    assert int(after, 16) == int(before, 16) + 1
    assert browser.get(f"/patients/{ward[0]}/").status == 200
    assert browser.get(f"/patients/{ward[1]}/").status == 200
    assert demo_instance.pid("guard") == started

    state = demo_instance.operator("keys", "status")
    assert state.stdout.startswith(f"Clé maîtresse n° {int(after, 16)}, courante : fichier ")
    assert demo_instance.operator("doctor").returncode == 0


def test_a_rotation_into_a_module_that_the_guard_cannot_reach_loses_nothing(demo_instance: Running, tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    pin.write_text("1234")
    pin.chmod(0o600)
    where = ["--hsm-module", "/nowhere.so", "--hsm-token", "coffre", "--data-dir", str(demo_instance.data_dir)]
    environment = {**os.environ, "SERMENT_HSM_PIN_FILE": str(pin)}
    command = [*OPERATOR, "keys", "rotate", *where]
    refused = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=60)
    assert refused.returncode == 4
    assert "La bibliothèque PKCS#11 /nowhere.so ne peut pas être chargée" in refused.stderr
    assert "relancez ./serment keys rotate" in refused.stderr
    browser = nurse(demo_instance)
    assert browser.get(f"/patients/{patients(browser)[0]}/").status == 200
