"""The child's side: what one task may use, and how it says what it found.

A child is run as `python -I -m MODULE ARGUMENTS`: what it works on comes on the standard input; on the standard output go one line of JSON
(`verdict`, `found`, `size`) and the bytes that it made. It holds no secret, so nothing here is a secret either.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field

MEMORY_BYTES_MAX = 1024 * 1024 * 1024
CPU_SECONDS_MAX = 20
# Standard input, output and error: with these open, no other file and no socket can be.
FILES_OPEN_MAX = 3
DAMAGED = "damaged"


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a task came to: a word, what was found in words of ours, and what was made."""

    verdict: str
    found: tuple[str, ...] = ()
    content: bytes = field(default=b"", repr=False)


Task = Callable[[bytes, list[str]], Said]


def work(task: Task, *, opens_more: bool = False) -> None:
    """Confine this process, do the task, and say what it came to. What goes wrong in the task is the file's fault: `damaged`.
    `opens_more` is for one that must open a file of the system while it works."""
    _confine(FILES_OPEN_MAX + 1 if opens_more else FILES_OPEN_MAX)
    try:
        said = task(sys.stdin.buffer.read(), sys.argv[1:])
    except Exception:  # noqa: BLE001 - whatever a hostile file does to a library, its reader is told one word
        said = Said(verdict=DAMAGED)
    told = json.dumps({"verdict": said.verdict, "found": said.found, "size": len(said.content)}).encode("ascii")
    sys.stdout.buffer.write(told + b"\n" + said.content)
    sys.stdout.buffer.flush()


def _confine(files_open_max: int) -> None:
    """No more memory and time than a scan needs; no file to write, nothing more to open. For this process alone, and for good."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES_MAX),
        (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, files_open_max),
    ):
        resource.setrlimit(limit, (most, most))
