"""Children: bound to the life of their supervisor, ended with all they started, watched and replaced."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from serment.operator import family, steps
from serment.operator.children import LOG_BYTES_MAX, Child, Program, environment, open_log
from serment.operator.configuration import Addresses
from serment.operator.errors import BROKEN, PASSPHRASE, OperatorError
from serment.operator.repairing import Repairs
from serment.operator.servers import External
from serment.operator.telling import Teller
from serment.operator.waiting import Signals, Stopped

FATHER = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def python(script: str) -> Program:
    return Program(command=[sys.executable, "-c", script], environment=environment())


def wait_for(condition: Callable[[], object], *, seconds_max: float = 10) -> None:
    deadline = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def lives(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture
def father(tmp_path: Path) -> Iterator[Child]:
    child = Child(name="father", title="Père", program=python(FATHER), log=tmp_path / "father.log")
    child.start()
    wait_for(lambda: child.log.read_text().strip())
    yield child
    child.kill()


def test_a_killed_child_takes_its_own_children_with_it(father: Child) -> None:
    grandchild = int(father.log.read_text())
    assert father.pid is not None
    os.kill(father.pid, signal.SIGKILL)
    wait_for(father.has_ended)
    wait_for(lambda: not lives(grandchild))
    assert father.process is not None
    assert father.process.returncode == -signal.SIGKILL


def test_a_child_does_not_outlive_a_supervisor_that_is_killed(tmp_path: Path) -> None:
    script = f"""
import time
from pathlib import Path
from serment.operator.children import Child, Program, environment
import sys
program = Program(command=[sys.executable, "-c", "import time; time.sleep(60)"], environment=environment())
child = Child(name="c", title="c", program=program, log=Path({str(tmp_path / "child.log")!r}))
child.start()
print(child.pid, flush=True)
time.sleep(60)
"""
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    pid = int(supervisor.stdout.readline())
    wait_for(lambda: "time.sleep(60)" in " ".join(psutil.Process(pid).cmdline()))
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    wait_for(lambda: not lives(pid))


def test_a_child_is_given_none_of_our_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERMENT_DATABASE_URL", "postgresql://secret")
    child = Child(name="e", title="e", program=python("import os; print(sorted(os.environ))"), log=tmp_path / "e.log")
    child.start()
    wait_for(child.has_ended)
    assert "SERMENT_DATABASE_URL" not in child.log.read_text()


def test_a_log_that_grew_too_large_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * (LOG_BYTES_MAX + 1))
    os.close(open_log(log))
    assert log.stat().st_size == 0
    assert log.stat().st_mode & 0o077 == 0
    assert (tmp_path / "web.log.1").stat().st_size == LOG_BYTES_MAX + 1


def test_a_step_that_fails_says_its_last_line(tmp_path: Path) -> None:
    step = steps.Step(title="compter", program=python("import sys; sys.exit('two and two are five')"), log=tmp_path / "log")
    with pytest.raises(OperatorError, match="Impossible de compter : two and two are five") as caught:
        steps.run(Signals(), step)
    assert caught.value.code == BROKEN


def test_a_wrong_passphrase_is_told_in_the_words_of_the_guard(tmp_path: Path) -> None:
    script = f"import sys; print('La phrase ne convient pas.', file=sys.stderr); sys.exit({PASSPHRASE})"
    with pytest.raises(OperatorError, match=r"^La phrase ne convient pas\.$") as caught:
        steps.run(Signals(), steps.Step(title="ouvrir", program=python(script), log=tmp_path / "log"))
    assert caught.value.code == PASSPHRASE


def test_a_step_that_fails_ends_the_one_beside_it(tmp_path: Path) -> None:
    slow = steps.Step(title="attendre", program=python("import time; time.sleep(60)"), log=tmp_path / "slow")
    bad = steps.Step(title="échouer", program=python("raise SystemExit(1)"), log=tmp_path / "bad")
    began = time.monotonic()
    with pytest.raises(OperatorError, match="échouer"):
        steps.run(Signals(), slow, bad)
    assert time.monotonic() - began < 20
    assert not [process for process in psutil.Process().children(recursive=True) if is_sleeping(process)]


def is_sleeping(process: psutil.Process) -> bool:
    try:
        return "time.sleep(60)" in " ".join(process.cmdline())
    except psutil.Error:
        return False


def test_progress_is_read_as_it_comes(tmp_path: Path) -> None:
    script = "import time\nfor i in (1, 2):\n print(f'progress {i}/2', flush=True); time.sleep(0.5)"
    seen: list[tuple[int, int]] = []
    steps.run(Signals(), steps.Step(title="x", program=python(script), log=tmp_path / "l", on_progress=lambda i, n: seen.append((i, n))))
    assert seen[-1] == (2, 2)


def test_the_order_to_stop_ends_every_wait() -> None:
    signals = Signals()
    with signals.installed():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Stopped):
            signals.pause(30)
        with pytest.raises(Stopped):
            signals.check()
        signals.rest(0.01)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_remains_are_waited_for_then_ended() -> None:
    stubborn = subprocess.Popen(
        [sys.executable, "-c", "import signal, time; signal.signal(15, lambda *_: None); print(flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE,
    )
    assert stubborn.stdout is not None
    stubborn.stdout.readline()
    born = family.identity(stubborn.pid)
    family.end_remains([(stubborn.pid, "another one"), (999999, "1")], seconds_max=5)
    assert stubborn.poll() is None, "a number that was given to another process is left alone"
    family.end_remains([(stubborn.pid, born)], seconds_max=0.1)
    assert stubborn.wait(timeout=5) == -signal.SIGKILL
    stubborn.stdout.close()


class Notes(Teller):
    """A teller that keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def trouble(self, text: str) -> None:
        self.told.append(text)


def watch_over(child: Child, folder: Path) -> tuple[Repairs, Notes]:
    notes = Notes()
    server = External(url="postgresql://nobody@localhost/none", passwords={})
    repairs = Repairs(
        children={child.name: child}, teller=notes, start=lambda name: child.start(), server=server,
        addresses=Addresses(port=1, mllp_port=1), guard_socket=folder / "none.sock", data_dir=folder,
    )  # fmt: skip
    repairs.probed_at = time.monotonic() + 3600
    return repairs, notes


def test_a_child_that_ends_is_told_once_and_replaced(father: Child, tmp_path: Path) -> None:
    repairs, notes = watch_over(father, tmp_path)
    first = father.pid
    assert first is not None
    assert repairs.look() is False
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: repairs.look())
    assert father.pid != first
    assert notes.told == ["Père (father) : arrêt inattendu (SIGKILL), relance en cours."]
    assert father.restarts == 1


def test_a_child_that_keeps_ending_is_tried_less_and_less_often(tmp_path: Path) -> None:
    child = Child(name="c", title="C", program=python("raise SystemExit(9)"), log=tmp_path / "c.log")
    child.start()
    repairs, notes = watch_over(child, tmp_path)
    delays = []
    for _ in range(3):
        wait_for(child.has_ended)
        repairs.look() if not repairs.due else None
        delays.append(max(repairs.due.get("c", 0) - time.monotonic(), 0))
        repairs.due["c"] = repairs.due.get("c", 0) and time.monotonic()
        if repairs.due["c"]:
            repairs.look()
        else:
            del repairs.due["c"]
    assert delays == sorted(delays)
    assert "code 9" in notes.told[0]
    assert str(child.log) in notes.told[-1]
    child.kill()


def test_a_full_disk_is_told_once(father: Child, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repairs, notes = watch_over(father, tmp_path)
    monkeypatch.setattr("serment.operator.repairing.DISK_BYTES_LOW", 1 << 60)
    repairs.look()
    repairs.disk_at = 0
    repairs.look()
    assert len(notes.told) == 1
    assert "libérez de la place" in notes.told[0]
