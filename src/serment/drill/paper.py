"""Letters as whoever opens the envelope reads them: the words of each page of a PDF, by the tables that its fonts bring along."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pikepdf

_CODE = re.compile(rb"<([0-9A-Fa-f]+)>")
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end", re.S)
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>")
Table = Mapping[int, str]


def pages(pdf: bytes) -> list[str]:
    """The text of each page, its pieces in the order in which they are set, accents composed as written."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return ["".join(_pieces(page, _tables(page))) for page in document.pages]


def _tables(page: pikepdf.Page) -> dict[str, Table]:
    """What the glyphs of each font of a page mean."""
    fonts: Any = page.resources.get("/Font", {})
    return {str(name): table(bytes(font.ToUnicode.read_bytes())) for name, font in fonts.items() if "/ToUnicode" in font}


def table(cmap: bytes) -> Table:
    """A font's table from glyphs to text (ISO 32000-1, 9.10.3): single characters and ranges."""
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(cmap):
        if kind == b"bfchar":
            codes = _CODE.findall(body)
            found |= {int(glyph, 16): _text(text) for glyph, text in zip(codes[::2], codes[1::2], strict=False)}
            continue
        for first, last, text in _RANGE.findall(body):
            start = _text(text)
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[int(first, 16) + step] = start[:-1] + chr(ord(start[-1]) + step)
    return found


def _text(code: bytes) -> str:
    return bytes.fromhex(code.decode()).decode("utf-16-be")


def _pieces(page: pikepdf.Page, tables: Mapping[str, Table]) -> Iterator[str]:
    """The pieces that are shown. Each object of text stands alone: a line, or less."""
    known: Table = {}
    for instruction in pikepdf.parse_content_stream(page):
        operator, operands = str(instruction.operator), list(instruction.operands)
        if operator == "Tf":
            known = tables.get(str(operands[0]), {})
        elif operator in ("Tj", "TJ"):
            shown = operands if operator == "Tj" else list(operands[0])
            yield from (_read(bytes(one), known) for one in shown if isinstance(one, pikepdf.String))
        elif operator == "ET":
            yield "\n"


def _read(glyphs: bytes, known: Table) -> str:
    return "".join(known.get(int.from_bytes(glyphs[place : place + 2]), "") for place in range(0, len(glyphs), 2))
