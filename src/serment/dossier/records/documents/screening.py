"""Whether something in a PDF may run, seen while it is sealed; and the PDF without it, made by a child process. A chunk at a time."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from serment.dossier.kernel import errors
from serment.dossier.vault.objects import Source

# Names without which nothing runs in a PDF; object streams and encryption hide names, and a name may be written with escapes (`/J#53`).
_MAY_RUN = re.compile(
    rb"/(?:JavaScript|JS|OpenAction|AA|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoTo[RE3]|Rendition|Movie|Sound|Screen|"
    rb"FileAttachment|Collection|AF|3D|ObjStm|Encrypt)\b|/[A-Za-z]*#[0-9A-Fa-f]{2}"
)
OVERLAP_BYTES = 64
SECONDS_MAX = 30
PIECE_BYTES = 64 * 1024
HEADER_BYTES_MAX = 4096
REFUSALS = {"locked": "pdf_locked", "damaged": "pdf_damaged"}


class Screened:
    """A stream that remembers whether a PDF that went through it may hold something that runs. `head` was read from it already."""

    def __init__(self, source: Source, *, head: bytes, is_pdf: bool) -> None:
        self._source, self._is_pdf = source, is_pdf
        self._end, self.may_run = b"", False
        self._look(head)

    def read(self, size: int = -1, /) -> bytes:
        piece = self._source.read(size)
        self._look(piece)
        return piece

    def _look(self, piece: bytes) -> None:
        if self._is_pdf and not self.may_run:
            seen = self._end + piece
            self.may_run = _MAY_RUN.search(seen) is not None
            self._end = seen[-OVERLAP_BYTES:]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What a PDF held that runs, in words of ours; `content` is the file without it, a stream of `size` bytes to read while the context
    lasts: a shorter one was cut."""

    found: tuple[str, ...]
    size: int
    content: IO[bytes]


@contextmanager
def without_what_runs(chunks: Iterable[bytes]) -> Iterator[Verdict | None]:
    """A PDF without what runs in it, made by a child process that holds no key and may write no file; None when nothing was found.

    Raises Invalid: `pdf_locked` for one that asks for a password, `pdf_damaged` for one that does not open, or asks for too much.
    """
    command = [sys.executable, "-I", "-m", "serment.dossier.records.documents.cleaning"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, close_fds=True
    ) as child:
        stop = threading.Timer(SECONDS_MAX, child.kill)
        stop.start()
        try:
            _feed(child.stdin, chunks)
            yield _verdict(child.stdout)
        finally:
            stop.cancel()
            child.kill()


def _feed(target: IO[bytes] | None, chunks: Iterable[bytes]) -> None:
    if target is None:
        raise errors.Fault("child_without_input")
    try:
        with target:
            for chunk in chunks:
                target.write(chunk)
    except BrokenPipeError:
        return  # it gave up: its verdict, or the lack of one, says so


def _verdict(source: IO[bytes] | None) -> Verdict | None:
    if source is None:
        raise errors.Fault("child_without_output")
    try:
        told = json.loads(source.readline(HEADER_BYTES_MAX))
        verdict, found, size = str(told["verdict"]), tuple(str(one) for one in told["found"]), int(told["size"])
    except (ValueError, KeyError, TypeError):
        raise errors.Invalid("pdf_damaged", field="file") from None
    if verdict in REFUSALS:
        raise errors.Invalid(REFUSALS[verdict], field="file")
    return Verdict(found=found, size=size, content=source) if verdict == "cleaned" else None
