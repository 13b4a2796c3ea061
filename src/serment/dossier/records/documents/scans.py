"""Scans in TIFF, which browsers do not show: their sheets as PNG, in memory. Pure."""

from __future__ import annotations

import io
import warnings

from PIL import Image, UnidentifiedImageError

from serment.dossier.kernel import errors

# A4 at 600 dpi is 35 million points: more is a trap for memory, not a scan.
POINTS_MAX = 60_000_000
SHEETS_MAX = 200
SIDE_MAX = 2_000


def count(content: bytes) -> int:
    """How many sheets, as far as they are shown. Raises Invalid (`media_type_refused`) for what does not open."""
    with _opened(content) as image:
        # Not the library's own count, which walks to the end: a small file may say that it has a million sheets.
        for number in range(1, SHEETS_MAX):
            try:
                image.seek(number)
            except (EOFError, OSError, SyntaxError, ValueError):
                return number
        return SHEETS_MAX


def sheet(content: bytes, number: int) -> bytes:
    """One sheet, numbered from 0, as PNG no larger than a screen needs. Raises NotFound (`no_entry`), Invalid (`media_type_refused`)."""
    with _opened(content) as image:
        try:
            image.seek(number)
            if image.width * image.height > POINTS_MAX:
                raise errors.Invalid("media_type_refused", field="file")
            shown = image.convert("RGB")
        except EOFError:
            raise errors.NotFound("no_entry") from None
        except (OSError, SyntaxError, ValueError):
            raise errors.Invalid("media_type_refused", field="file") from None
        shown.thumbnail((SIDE_MAX, SIDE_MAX))
        target = io.BytesIO()
        shown.save(target, "PNG")
        return target.getvalue()


def _opened(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return Image.open(io.BytesIO(content), formats=["TIFF"])
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
            raise errors.Invalid("media_type_refused", field="file") from None
