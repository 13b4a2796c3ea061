"""Whether something in a PDF may run, seen while it is sealed; and the PDF without it, made by a child process. A chunk at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from serment.dossier.confinement import running
from serment.dossier.confinement.running import Answer
from serment.dossier.kernel import errors
from serment.dossier.records.documents.tasks import CLEAN, CLEANED, LOCKED
from serment.dossier.vault.objects import Source

# Names without which nothing runs in a PDF; object streams and encryption hide names, and a name may be written with escapes (`/J#53`).
_MAY_RUN = re.compile(
    rb"/(?:JavaScript|JS|OpenAction|AA|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoTo[RE3]|Rendition|Movie|Sound|Screen|"
    rb"FileAttachment|Collection|AF|3D|ObjStm|Encrypt)\b|/[A-Za-z]*#[0-9A-Fa-f]{2}"
)
OVERLAP_BYTES = 64


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


@contextmanager
def without_what_runs(chunks: Iterable[bytes]) -> Iterator[Answer | None]:
    """A PDF without what runs in it, made by a confined child; None when nothing was found. Of the answer, `found` is what it held.

    Raises Invalid: `pdf_locked` for one that asks for a password, `pdf_damaged` for one that does not open, or asks for too much;
    Unavailable (`readers_busy`).
    """
    with running.task("serment.dossier.records.documents.cleaning", chunks=chunks) as answer:
        if answer.verdict not in (CLEAN, CLEANED):
            raise errors.Invalid("pdf_locked" if answer.verdict == LOCKED else "pdf_damaged", field="file")
        yield answer if answer.verdict == CLEANED else None
