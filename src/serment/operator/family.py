"""Everything that descends from the supervisor. Orphans come back to it, so that at the end nothing is left."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from collections.abc import Iterable
from pathlib import Path

from serment.operator.children import grandchildren

PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """From now on, a process whose parent among ours dies becomes our own child."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans(known: Iterable[int]) -> int:
    """End the children that we did not start ourselves, now; answers how many there were."""
    orphans = grandchildren(os.getpid()) - set(known)
    for pid in orphans:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
    return len(orphans)


def identity(pid: int) -> str:
    """What tells a process from a later one with the same number: when it started, in the kernel's ticks; empty when there is none."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] == "Z" else fields[19]


def end_remains(processes: Iterable[tuple[int, str]], *, seconds_max: float = 12.0) -> None:
    """Wait for what a killed supervisor left, which the kernel has told to stop; then end what is still there."""
    deadline = time.monotonic() + seconds_max
    remains = list(processes)
    while remains := [(pid, born) for pid, born in remains if born and identity(pid) == born]:
        if time.monotonic() > deadline:
            for pid, _ in remains:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)
            deadline += 2
        time.sleep(0.05)
