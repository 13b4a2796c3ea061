"""Documents as pages of a copy, and the pages joined under a password: asked of confined children, since the documents are anybody's."""

from __future__ import annotations

import json
from collections.abc import Sequence

from serment.dossier.confinement import running
from serment.dossier.copies.tasks import JOIN, MADE, PAGES
from serment.dossier.kernel import errors

# What a child may answer: a picture of a few megabytes is a page of more.
PAPER_BYTES_MAX = 80 * 1024 * 1024
COPY_BYTES_MAX = 160 * 1024 * 1024
_CHILD = "serment.dossier.copies.pages"


def pages(media_type: str, content: bytes) -> bytes | None:
    """The pages of a document without what runs, as a PDF; None for one that cannot be read as what it is. Raises Unavailable."""
    with running.task(_CHILD, PAGES, media_type, chunks=(content,)) as answer:
        return answer.whole(bytes_max=PAPER_BYTES_MAX) if answer.verdict == MADE else None


def joined(parts: Sequence[bytes], *, password: str) -> bytes:
    """The first PDF with the pages of the others behind it, encrypted. Raises Fault (`not_set`), Unavailable (`readers_busy`)."""
    head = json.dumps({"password": password, "sizes": [len(part) for part in parts]}).encode("ascii")
    with running.task(_CHILD, JOIN, chunks=(head, b"\n", *parts)) as answer:
        made = answer.whole(bytes_max=COPY_BYTES_MAX) if answer.verdict == MADE else None
    if made is None:
        raise errors.Fault("not_set")
    return made
