"""What an operator asks of a running instance."""

from __future__ import annotations

import json
from pathlib import Path

import psycopg
import pytest

from tests.fixtures.instance import Running

pytestmark = [pytest.mark.instance, pytest.mark.timeout(300)]


def test_the_ready_line_comes_once_and_last_and_the_listener_line_before(demo_instance: Running) -> None:
    ready = [line for line in demo_instance.lines if line.startswith("Serment is ready")]
    assert ready == [f"Serment is ready: http://localhost:{demo_instance.port}"]
    assert f"HL7 listener: 127.0.0.1:{demo_instance.mllp_port}" in demo_instance.lines


def test_status_names_every_process_and_the_last_checkpoint(demo_instance: Running) -> None:
    status = json.loads(demo_instance.operator("status").stdout)
    assert set(status["processes"]) == {"postgres", "guard", "web", "worker", "listener"}
    assert status["ports"]["web"] == demo_instance.port
    assert status["checkpoint"]["size"] > 0
    assert status["checkpoint"]["key"].startswith(f"serment.journal/{status['instance']}+")


def test_all_processes_together_fit_in_the_memory_promised(demo_instance: Running) -> None:
    assert sum(process["memory_mb"] for process in demo_instance.status()["processes"].values()) < 700


@pytest.mark.parametrize(
    ("role", "database"), [("app", "serment"), ("owner", "serment"), ("auditor", "serment_guard"), ("guard", "serment_guard")]
)
def test_each_role_has_its_address(demo_instance: Running, role: str, database: str) -> None:
    told = demo_instance.operator("db", "url", "--role", role).stdout.strip()
    assert told == demo_instance.db_url(role)
    with psycopg.connect(told) as connection:
        row = connection.execute("select current_user, current_database()").fetchone()
    assert row == (f"serment_{role}", database)


def test_an_unknown_role_is_refused(demo_instance: Running) -> None:
    asked = demo_instance.operator("db", "url", "--role", "superuser")
    assert asked.returncode == 2
    assert "app, owner, auditor, guard" in asked.stderr


def test_the_doctor_finds_a_demonstration_healthy(demo_instance: Running) -> None:
    examined = demo_instance.operator("doctor")
    assert examined.returncode == 0, examined.stdout
    assert "[erreur]" not in examined.stdout
    assert "Le gardien répond" in examined.stdout


def test_the_journal_is_exported_and_verified(demo_instance: Running, tmp_path: Path) -> None:
    out = tmp_path / "journal.jsonl"
    exported = demo_instance.operator("journal", "export", str(out))
    assert exported.returncode == 0, exported.stderr
    assert out.stat().st_mode & 0o077 == 0
    again = demo_instance.operator("journal", "export", str(out))
    assert again.returncode == 5
    assert "existe déjà" in again.stderr
    verified = demo_instance.operator("journal", "verify", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert json.loads(verified.stdout)["holds"] is True


def test_no_secret_shows_in_the_list_of_processes(demo_instance: Running) -> None:
    secrets = json.loads((demo_instance.data_dir / "config" / "secrets.json").read_text())
    shown = "\n".join(" ".join(process.cmdline()) for process in demo_instance.descendants())
    assert [name for name, value in secrets.items() if value in shown] == []
