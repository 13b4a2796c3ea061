"""The parent's side: a child of one task, fed and listened to through pipes, killed when it takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO

from serment.dossier.confinement.working import DAMAGED
from serment.dossier.kernel import errors

SECONDS_MAX = 30
HEADER_BYTES_MAX = 4096
# Four scans at once are a busy minute of a hospital; more would be somebody who wants the machine's memory.
CHILDREN_MAX = 4
WAITS_SECONDS_MAX = 10
_places = threading.BoundedSemaphore(CHILDREN_MAX)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a child said. `content` is a stream of `size` bytes to read while the context lasts: a shorter one was cut."""

    verdict: str
    found: tuple[str, ...]
    size: int
    content: IO[bytes] = field(repr=False)

    def whole(self, *, bytes_max: int) -> bytes | None:
        """All that it made, or None when it was cut or is longer than it may be."""
        if not 0 <= self.size <= bytes_max:
            return None
        made = self.content.read(self.size)
        return made if len(made) == self.size else None


@contextmanager
def task(module: str, *arguments: str, chunks: Iterable[bytes]) -> Iterator[Answer]:
    """Have one task done by a child that holds nothing. One that dies, or says what cannot be understood, has found the file `damaged`.

    Raises Unavailable (`readers_busy`) when too many work already.
    """
    if not _places.acquire(timeout=WAITS_SECONDS_MAX):
        raise errors.Unavailable("readers_busy")
    try:
        command = [sys.executable, "-I", "-m", module, *arguments]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, close_fds=True
        ) as child:
            stop = threading.Timer(SECONDS_MAX, child.kill)
            stop.start()
            try:
                _feed(child.stdin, chunks)
                yield _answer(child.stdout)
            finally:
                stop.cancel()
                child.kill()
    finally:
        _places.release()


def _feed(target: IO[bytes] | None, chunks: Iterable[bytes]) -> None:
    if target is None:
        raise errors.Fault("child_without_input")
    try:
        with target:
            for chunk in chunks:
                target.write(chunk)
    except BrokenPipeError:
        return  # it gave up: its verdict, or the lack of one, says so


def _answer(source: IO[bytes] | None) -> Answer:
    if source is None:
        raise errors.Fault("child_without_output")
    try:
        told = json.loads(source.readline(HEADER_BYTES_MAX))
        found = tuple(str(one) for one in told["found"])
        return Answer(verdict=str(told["verdict"]), found=found, size=int(told["size"]), content=source)
    except (ValueError, KeyError, TypeError):
        return Answer(verdict=DAMAGED, found=(), size=0, content=source)
