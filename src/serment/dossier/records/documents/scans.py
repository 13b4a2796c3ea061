"""Scans in TIFF, which browsers do not show: their sheets as PNG. A confined process of its own: see `sheets.py`."""

from __future__ import annotations

import io
import warnings

from PIL import Image, TiffImagePlugin, UnidentifiedImageError

from serment.dossier.confinement import working
from serment.dossier.confinement.working import DAMAGED, Said
from serment.dossier.records.documents.tasks import COUNT, COUNTED, MISSING, SHEET, SHEETS_MAX, SHOWN

# A4 at 600 dpi is 35 million points: more is a trap for memory, not a scan.
POINTS_MAX = 60_000_000
SIDE_MAX = 2_000
# Nothing more can be opened once the process is confined: the library has loaded all that it reads and writes with.
LOADED = (TiffImagePlugin,)
Image.preinit()
BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError)


def task(content: bytes, arguments: list[str]) -> Said:
    """`count`, or `sheet` and its number."""
    try:
        if arguments == [COUNT]:
            return Said(verdict=COUNTED, content=str(count(content)).encode("ascii"))
        return Said(verdict=SHOWN, content=sheet(content, int(arguments[1]))) if arguments[0] == SHEET else Said(verdict=DAMAGED)
    except EOFError:
        return Said(verdict=MISSING)
    except BROKEN:
        return Said(verdict=DAMAGED)


def count(content: bytes) -> int:
    """How many sheets, as far as they are shown. Raises one of BROKEN for what does not open."""
    with _opened(content) as image:
        # Not the library's own count, which walks to the end: a small file may say that it has a million sheets.
        for number in range(1, SHEETS_MAX):
            try:
                image.seek(number)
            except (EOFError, *BROKEN):
                return number
        return SHEETS_MAX


def sheet(content: bytes, number: int) -> bytes:
    """One sheet, numbered from 0, as PNG no larger than a screen needs. Raises EOFError when there is none, one of BROKEN."""
    with _opened(content) as image:
        image.seek(number)
        if image.width * image.height > POINTS_MAX:
            raise ValueError("too many points")
        shown = image.convert("RGB")
        shown.thumbnail((SIDE_MAX, SIDE_MAX))
        target = io.BytesIO()
        shown.save(target, "PNG")
        return target.getvalue()


def _opened(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        return Image.open(io.BytesIO(content), formats=["TIFF"])


if __name__ == "__main__":
    working.work(task)
