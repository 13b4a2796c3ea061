"""The sheets of a scan that browsers do not show (TIFF), as pictures: asked of a confined child, since the scan is anybody's."""

from __future__ import annotations

from collections.abc import Iterable

from serment.dossier.confinement import running
from serment.dossier.kernel import errors
from serment.dossier.records.documents.tasks import COUNT, COUNTED, MISSING, SHEET, SHEETS_MAX, SHOWN

# A picture of two thousand points a side that does not compress at all.
PICTURE_BYTES_MAX = 16 * 1024 * 1024
_CHILD = "serment.dossier.records.documents.scans"


def count(chunks: Iterable[bytes]) -> int:
    """How many sheets, as far as they are shown. Raises Invalid (`media_type_refused`) for what does not open, Unavailable."""
    with running.task(_CHILD, COUNT, chunks=chunks) as answer:
        told = answer.whole(bytes_max=len(str(SHEETS_MAX))) if answer.verdict == COUNTED else None
    if not told or not told.isdigit():
        raise errors.Invalid("media_type_refused", field="file")
    return min(int(told), SHEETS_MAX)


def sheet(chunks: Iterable[bytes], number: int) -> bytes:
    """One sheet, numbered from 0, as PNG. Raises NotFound (`no_entry`), Invalid (`media_type_refused`), Unavailable."""
    if number >= SHEETS_MAX:
        raise errors.NotFound("no_entry")
    with running.task(_CHILD, SHEET, str(number), chunks=chunks) as answer:
        if answer.verdict == MISSING:
            raise errors.NotFound("no_entry")
        made = answer.whole(bytes_max=PICTURE_BYTES_MAX) if answer.verdict == SHOWN else None
    if made is None:
        raise errors.Invalid("media_type_refused", field="file")
    return made
