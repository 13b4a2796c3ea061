"""The witness as its operator sees it: five commands, and a real process that can be killed at any moment."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from serment.wire.note import Signer, cosigned_at
from serment.witness import main
from serment.witness.witness import Witness
from tests.fixtures.witnesses import NAME, ORIGIN, ForeignLog, body, witness_of

Said = pytest.CaptureFixture[str]


@pytest.fixture
def log() -> ForeignLog:
    return ForeignLog.of(20)


@pytest.fixture
def folder(tmp_path: Path, log: ForeignLog) -> Path:
    witness_of(tmp_path / "w", log)
    return tmp_path / "w"


def run(command: str, folder: Path, *more: str) -> int:
    return main([command, "--data-dir", str(folder), *more])


def test_init_prints_the_key_to_note_down(tmp_path: Path, capsys: Said) -> None:
    assert run("init", tmp_path / "w", "--name", NAME) == 0
    assert capsys.readouterr() == (f"{Witness(tmp_path / 'w').key}\n", "")


def test_init_twice_is_refused_and_changes_nothing(folder: Path, capsys: Said) -> None:
    before = (folder / "witness.json").read_bytes()
    assert run("init", folder, "--name", NAME) == 5
    assert capsys.readouterr().err == f"{folder / 'witness.json'} : File exists.\n"
    assert (folder / "witness.json").read_bytes() == before


@pytest.mark.parametrize("name", ["two words", "a+b", ""])
def test_a_name_out_of_form_is_bad_use(tmp_path: Path, capsys: Said, name: str) -> None:
    assert run("init", tmp_path / "w", "--name", name) == 2
    assert "n'a pas la forme attendue" in capsys.readouterr().err


def test_add_log_takes_the_key_or_a_file_that_holds_it(folder: Path, tmp_path: Path, capsys: Said) -> None:
    other = Signer("other.log", b"o" * 32).verifier
    (tmp_path / "key.txt").write_text(f"{other}\n")
    assert run("add-log", folder, "--key", str(tmp_path / "key.txt")) == 0
    assert capsys.readouterr().out == "Journal other.log : suivi à partir de maintenant.\n"
    assert run("add-log", folder, "--key", str(other)) == 0
    assert capsys.readouterr().out == "Journal other.log : déjà suivi.\n"


def test_add_log_under_another_key_is_an_alarm(folder: Path, capsys: Said) -> None:
    assert run("add-log", folder, "--key", str(Signer(ORIGIN, b"f" * 32).verifier)) == 2
    assert f"{ORIGIN} est déjà suivi sous une autre clé" in capsys.readouterr().err


def test_add_log_of_nonsense_is_bad_use(folder: Path, capsys: Said) -> None:
    assert run("add-log", folder, "--key", "nonsense") == 2
    assert "n'a pas la forme attendue" in capsys.readouterr().err


def test_status_says_what_is_known(folder: Path, log: ForeignLog, capsys: Said) -> None:
    witness = Witness(folder, clock=lambda: 1795442706)
    assert run("status", folder) == 0
    assert capsys.readouterr().out == f"Témoin {NAME}\nClé : {witness.key}\n\nJournal {ORIGIN}\nAucun point de contrôle encore.\n"
    witness.add_checkpoint(log.submission(0, 7))
    assert run("status", folder) == 0
    assert "7 entrées contresignées, la dernière fois le 23/11/2026 à 14:05:06 (UTC).\n" in capsys.readouterr().out
    assert run("status", folder, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["name"], told["key"]) == (NAME, str(witness.key))
    assert [(one["origin"], one["size"], one["at"], one["note"], one["suspect"]) for one in told["logs"]] == [
        (ORIGIN, 7, 1795442706, log.note(7), "")
    ]


def test_status_shows_both_sides_of_a_log_that_lied(folder: Path, log: ForeignLog, capsys: Said) -> None:
    other, witness = ForeignLog.of(20, side="other"), Witness(folder)
    witness.add_checkpoint(log.submission(0, 7))
    witness.add_checkpoint(other.submission(7, 7))
    assert run("status", folder) == 1
    assert f"Contresigné :\n\n{log.note(7)}\nRefusé :\n\n{other.note(7)}" in capsys.readouterr().out
    assert run("status", folder, "--json") == 1


def test_checkpoint_prints_what_an_auditor_keeps(folder: Path, log: ForeignLog, capsys: Said) -> None:
    assert run("checkpoint", folder) == 2
    Witness(folder).add_checkpoint(log.submission(0, 7))
    capsys.readouterr()
    assert run("checkpoint", folder) == 0
    assert capsys.readouterr().out == log.note(7)
    Witness(folder).add(Signer("other.log", b"o" * 32).verifier)
    assert run("checkpoint", folder) == 2
    assert "plusieurs journaux" in capsys.readouterr().err
    assert run("checkpoint", folder, "--log", ORIGIN) == 0


def test_a_folder_without_a_witness_is_told(tmp_path: Path, capsys: Said) -> None:
    for command in ("status", "checkpoint", "serve"):
        assert run(command, tmp_path) == 5
        assert capsys.readouterr().err == f"{tmp_path / 'witness.json'} : No such file or directory.\n"


def test_a_damaged_record_is_told_and_nothing_is_served(folder: Path, capsys: Said) -> None:
    next((folder / "logs").glob("*.json")).write_text("{")
    for command in ("status", "serve"):
        assert run(command, folder) == 5
        assert "un témoin ne recommence jamais de lui-même" in capsys.readouterr().err


@pytest.mark.parametrize("listen", ["", "7380", ":7380", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000"])
def test_an_address_out_of_form_is_bad_use(folder: Path, capsys: Said, listen: str) -> None:
    assert run("serve", folder, "--listen", listen) == 2
    assert capsys.readouterr().err == "--listen attend adresse:port.\n"


def test_an_address_taken_by_another_is_told(folder: Path, capsys: Said) -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert run("serve", folder, "--listen", f"127.0.0.1:{taken.getsockname()[1]}") == 5
    assert "Address already in use" in capsys.readouterr().err


def test_bad_use_and_help_end_with_their_codes(capsys: Said) -> None:
    assert main([]) == 2
    assert main(["--help"]) == 0
    assert "init" in capsys.readouterr().out


# --- a process ---


@contextlib.contextmanager
def serving(folder: Path, *, before: str = "") -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The real program, on a free port; `before` is run in it first, to have it die where the test wants."""
    program = f"import sys\n{before}\nfrom serment.witness import main\nsys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", program, "serve", "--data-dir", str(folder), "--listen", "127.0.0.1:0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(json.loads(process.stdout.readline())["port"])
        finally:
            process.kill()


def post(port: int, content: bytes) -> tuple[int, str]:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("POST", "/add-checkpoint", content)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_answers_and_ends_in_good_order(folder: Path, log: ForeignLog, number: signal.Signals) -> None:
    with serving(folder) as (process, port):
        status, line = post(port, log.submission(0, 7))
        assert status == 200
        assert cosigned_at(log.note(7) + line, Witness(folder).key) > 0
        process.send_signal(number)
        assert process.wait(timeout=10) == 0


KILL = "os.kill(os.getpid(), signal.SIGKILL)"
BEFORE_THE_NAME = f"import os, signal, pathlib\npathlib.Path.replace = lambda *_: {KILL}"
AFTER_THE_WRITE = f"import os, signal\nfrom serment.wire import note\nnote.Signer.cosign = lambda *_, **__: {KILL}"


def test_killed_between_write_and_answer_it_knows_the_larger_size_and_cosigns_it_again(folder: Path, log: ForeignLog) -> None:
    Witness(folder).add_checkpoint(log.submission(0, 3))
    with serving(folder, before=AFTER_THE_WRITE) as (process, port):
        with pytest.raises(ConnectionError):
            post(port, log.submission(3, 7))
        assert process.wait(timeout=10) == -signal.SIGKILL
    with serving(folder) as (_, port):
        assert post(port, log.submission(3, 9)) == (409, "7\n")
        assert post(port, ForeignLog.of(20, side="other").submission(7, 7)) == (409, "7\n")
        assert post(port, log.submission(7, 7))[0] == 200


def test_killed_before_the_write_is_whole_it_has_cosigned_nothing_and_goes_on(folder: Path, log: ForeignLog) -> None:
    Witness(folder).add_checkpoint(log.submission(0, 3))
    with serving(folder, before=BEFORE_THE_NAME) as (process, port):
        with pytest.raises(ConnectionError):
            post(port, log.submission(3, 7))
        assert process.wait(timeout=10) == -signal.SIGKILL
    with serving(folder) as (_, port):
        assert post(port, log.submission(3, 9))[0] == 200


def test_killed_at_any_moment_under_load_it_never_takes_back_what_it_cosigned(folder: Path) -> None:
    log = ForeignLog.of(400)
    cosigned = size = 0
    for round_number in range(5):
        with serving(folder) as (process, port):
            until = time.monotonic() + 0.05 * (round_number + 1)
            with contextlib.suppress(ConnectionError):
                while True:
                    if time.monotonic() > until:
                        os.kill(process.pid, signal.SIGKILL)
                    status, answer = post(port, log.submission(size, min(size + 3, 400)))
                    if status == 409:
                        assert cosigned <= int(answer) <= cosigned + 3
                        size = int(answer)
                        continue
                    assert status == 200
                    cosigned = size = min(size + 3, 400)
    kept = Witness(folder).logs()[0]
    assert cosigned <= kept.size <= cosigned + 3
    assert kept.note == log.note(kept.size)


def test_a_log_may_be_added_while_it_serves(folder: Path) -> None:
    other = ForeignLog(signer=Signer("other.log", b"o" * 32))
    other.grow(3)
    with serving(folder) as (_, port):
        assert post(port, other.submission(0, 3))[0] == 404
        assert run("add-log", folder, "--key", str(other.signer.verifier)) == 0
        assert post(port, body(0, [], other.note(3)))[0] == 200
