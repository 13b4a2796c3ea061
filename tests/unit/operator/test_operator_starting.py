"""What stands in the way of a start is said in one French sentence, with a code."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest
from rich.console import Console

from serment.operator import health, preparing, starting, supervisor
from serment.operator.errors import PASSPHRASE, RESOURCE, USAGE, OperatorError
from serment.operator.instance import Instance
from serment.operator.servers import External
from serment.operator.telling import Teller


def test_a_port_that_is_taken_is_said_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(OperatorError, match=f"Le port {port} .* est déjà pris .* --port") as caught:
            health.take_port(port, use="web", option="--port")
    assert caught.value.code == RESOURCE
    assert health.take_port(port, use="web", option="--port") == port
    with pytest.raises(OperatorError, match="n'est pas un port"):
        health.take_port(70000, use="web", option="--port")


def test_a_full_disk_stops_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10**9, 10**9, 5 * 1024**2))
    with pytest.raises(OperatorError, match="Il ne reste que 5 Mo") as caught:
        supervisor.check_disk(tmp_path)
    assert caught.value.code == RESOURCE


def test_a_passphrase_comes_from_a_private_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "passphrase"
    path.write_text("douze caractères au moins\n", encoding="utf-8")
    monkeypatch.setenv(starting.PASSPHRASE_VARIABLE, str(path))
    path.chmod(0o644)
    with pytest.raises(OperatorError, match="chmod 600"):
        starting.passphrase(is_new=True)
    path.chmod(0o600)
    assert starting.passphrase(is_new=True) == "douze caractères au moins"


@pytest.mark.parametrize(("content", "is_new"), [("court", True), ("", False)])
def test_a_passphrase_that_protects_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, is_new: bool) -> None:
    path = tmp_path / "passphrase"
    path.write_text(content)
    path.chmod(0o600)
    monkeypatch.setenv(starting.PASSPHRASE_VARIABLE, str(path))
    with pytest.raises(OperatorError) as caught:
        starting.passphrase(is_new=is_new)
    assert caught.value.code == PASSPHRASE


def test_without_a_file_or_a_terminal_nothing_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(starting.PASSPHRASE_VARIABLE, raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(OperatorError, match=starting.PASSPHRASE_VARIABLE):
        starting.passphrase(is_new=False)


def test_two_administrators_come_first_each_with_a_code_of_their_own(tmp_path: Path) -> None:
    instance = Instance.create(tmp_path / "data", demonstration=False)
    plan = preparing._first_accounts(str(instance.config / "listener.pub.pem"))
    administrators = [account for account in plan["accounts"] if account["role"] == "administrator"]
    codes = {account["enrolment_code"] for account in administrators}
    assert len(administrators) == len(codes) == 2
    assert not any(account["demonstration"] for account in plan["accounts"])
    assert all(len(code.replace("-", "")) == 15 for code in codes)


def test_an_external_server_is_spoken_to_under_each_role() -> None:
    server = External(url="postgresql://admin:pw@db.example:5433/postgres?sslmode=verify-full", passwords={"serment_app": "p/w"})
    assert (
        server.dsn(database="serment", role="serment_app") == "postgresql://serment_app:p%2Fw@db.example:5433/serment?sslmode=verify-full"
    )
    with pytest.raises(OperatorError) as caught:
        External(url="mysql://x", passwords={})
    assert caught.value.code == USAGE


def test_an_external_server_that_does_not_answer_is_said_without_its_password() -> None:
    server = External(url=f"postgresql://admin:hunter2@127.0.0.1:{health.take_port(0, use='', option='')}/postgres", passwords={})
    with pytest.raises(OperatorError, match="ne répond pas") as caught:
        server.check()
    assert "hunter2" not in str(caught.value)


def test_progress_in_a_pipe_is_a_line_at_each_quarter() -> None:
    written = io.StringIO()
    teller = Teller(console=Console(file=written, soft_wrap=True))
    for done in range(101):
        teller.progress("Patients", done, 100)
    teller.end_progress()
    assert [line.split(" : ")[1] for line in written.getvalue().splitlines()] == ["25/100", "50/100", "75/100", "100/100"]


def test_a_reader_that_went_away_is_no_reason_to_stop() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with contextlib.suppress(BrokenPipeError), os.fdopen(writing, "w") as gone:
        Teller(console=Console(file=gone)).step("Bonjour")


def test_errors_are_one_line_and_a_code(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "serment.operator", "db", "url", "--role", "app", "--data-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert done.stderr.startswith("Serment : Aucune instance de Serment dans")
    assert "Traceback" not in done.stderr
