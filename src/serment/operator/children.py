"""A child process of the supervisor: its start, its end, and the end of everything it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from serment.operator import launch

LOG_BYTES_MAX = 5 * 1024 * 1024

# What a child may inherit of the operator's environment; its secrets are in its own configuration file.
INHERITED = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV")
# Where the libraries of hardware modules look for their own configuration: SoftHSM2, YubiHSM 2, Luna, Utimaco.
INHERITED_OF_MODULES = ("SOFTHSM2_CONF", "YUBIHSM_PKCS11_CONF", "ChrystokiConfigurationPath", "CS_PKCS11_R3_CFG")


def environment(**more: str) -> dict[str, str]:
    """A child's environment: what it needs of ours, and what it is given."""
    inherited = {name: os.environ[name] for name in (*INHERITED, *INHERITED_OF_MODULES) if name in os.environ}
    return {**inherited, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1", **more}


def open_log(path: Path) -> int:
    """A log to append to, closed to others; the one that grew too large is kept as `.1`, and replaces the one before it."""
    if path.exists() and path.stat().st_size > LOG_BYTES_MAX:
        path.replace(path.with_name(path.name + ".1"))
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run. `dies_by` is the signal that ends it in good order; `uid`, `gid` the account when it is another one than ours.

    `orphaned_by` is what the kernel sends when the supervisor is killed: another one for a program that would wait for the others.
    """

    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    dies_by: signal.Signals = signal.SIGTERM
    orphaned_by: signal.Signals | None = None
    uid: int = -1
    gid: int = -1
    folder: Path = Path("/")

    def start(self, *, output: int, errors: int | None = None, stdin: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, its life bound to this process."""
        who = [str(value) for value in (os.getpid(), int(self.orphaned_by or self.dies_by), self.uid, self.gid)]
        return subprocess.Popen(
            [sys.executable, "-I", "-S", launch.__file__, *who, *self.command],
            env=dict(self.environment), cwd=self.folder, stdin=stdin, stdout=output, stderr=output if errors is None else errors,
            start_new_session=True,
        )  # fmt: skip


@dataclass(kw_only=True)
class Child:
    """One long-lived process. `name` is its word in commands and files; `title` what people read."""

    name: str
    title: str
    program: Program
    log: Path
    stop_seconds_max: float = 8.0
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    restarts: int = 0

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    def start(self) -> None:
        output = open_log(self.log)
        try:
            self.process = self.program.start(output=output)
        finally:
            os.close(output)
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        """Whether it ended; what it leaves of its own group is ended too, before its number can be given to another."""
        if self.process is None or self.process.returncode is not None:
            return True
        try:
            ended = os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            ended = True
        if ended:
            self._end_group()
            self.process.wait()
        return ended

    def ask_to_stop(self) -> None:
        if self.process is not None and not self.has_ended():
            self.process.send_signal(self.program.dies_by)

    def kill(self) -> None:
        """End it and its whole group now."""
        if self.process is not None and self.process.returncode is None:
            self._end_group()
            self.process.kill()
            self.process.wait()

    def _end_group(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def grandchildren(pid: int) -> set[int]:
    """The numbers of the processes that a child started from its main thread."""
    try:
        return {int(value) for value in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()}
    except (OSError, ValueError):
        # Not every kernel tells it in one file.
        with contextlib.suppress(psutil.Error):
            return {child.pid for child in psutil.Process(pid).children()}
        return set()
