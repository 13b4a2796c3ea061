"""Sealing a copy with a password: an archive made while it goes out, or a PDF that any reader opens. Nothing touches a disk.

Why two: ADR 0028."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from stream_zip import ZIP_32, stream_zip

from serment.dossier.copies import paging
from serment.dossier.copies.tasks import PDF

# Of documents joined to a PDF: it is made in memory. What does not fit is in the archive, and the PDF says so.
JOINED_BYTES_MAX = 40 * 1024 * 1024
MODE = 0o600
# Scans and PDFs are compressed already; the rest is text, which any level shrinks.
COMPRESSION_LEVEL = 1


@dataclass(frozen=True, kw_only=True)
class File:
    """A file of the archive. Names are read without the password: they say nothing of anybody."""

    name: str
    chunks: Iterable[bytes] = field(repr=False)


def archive(files: Iterable[File], *, password: str, at: datetime) -> Iterator[bytes]:
    """A ZIP whose files are encrypted with AES-256 (WinZip AE-2), a chunk at a time: memory does not grow with the record."""
    members = ((file.name, at, MODE, ZIP_32, file.chunks) for file in files)
    yield from stream_zip(members, password=password, get_compressobj=_deflate)


def _deflate() -> zlib._Compress:
    return zlib.compressobj(level=COMPRESSION_LEVEL, wbits=-zlib.MAX_WBITS)


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document that may be joined to the PDF."""

    media_type: str
    size: int
    read: Callable[[], bytes] = field(repr=False)


def joined(papers: Iterable[Paper]) -> tuple[bool, ...]:
    """Which papers are joined to the PDF: those that can be pages, as long as they fit."""
    left, found = JOINED_BYTES_MAX, []
    for paper in papers:
        fits = paper.media_type in (PDF, "image/jpeg", "image/png") and paper.size <= left
        left -= paper.size if fits else 0
        found.append(fits)
    return tuple(found)


def protected(pdf: bytes, papers: Iterable[Paper], *, password: str) -> bytes:
    """The PDF with these papers behind it, encrypted with AES-256 (PDF 2.0, revision 6). One that cannot be read as what it is stays in the
    archive alone: a damaged scan must not cost the copy. Raises Fault (`not_set`), Unavailable (`readers_busy`)."""
    return paging.joined([pdf, *filter(None, (paging.pages(paper.media_type, paper.read()) for paper in papers))], password=password)
