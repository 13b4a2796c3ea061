"""An image that ends where it says it ends: what somebody hung behind it (an archive, a page, a program) stays behind. Pure.

PNG (ISO/IEC 15948) is followed chunk by chunk to IEND, JPEG (ISO/IEC 10918-1) marker by marker to EOI, as they come. What does not follow
its own format goes through untouched: it is served as an image and nothing else, and a browser shows it or not.
"""

from __future__ import annotations

from collections.abc import Generator

from serment.dossier.vault.objects import Source

# Receives pieces; answers where in the last one the image ends, None while it goes on. Over without an answer when the format is broken.
Walk = Generator[int | None, bytes, None]
_SIGNATURE_BYTES, _CHUNK_BYTES_MAX = 8, 2**31
_EOI, _SOS, _FILL = 0xD9, 0xDA, 0xFF
# Markers that stand alone: RST0 to RST7 inside the image data, TEM.
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})


class Trimmed:
    """A stream of an image, without what follows it. `head` is what was read already, cut too."""

    def __init__(self, head: bytes, source: Source, media_type: str) -> None:
        self._source, self._ended = source, False
        walk = {"image/png": _png, "image/jpeg": _jpeg}.get(media_type)
        self._walk: Walk | None = walk(_Cursor()) if walk else None
        if self._walk is not None:
            next(self._walk)
        self.head = self._cut(head)

    def read(self, size: int = -1, /) -> bytes:
        return b"" if self._ended else self._cut(self._source.read(size))

    def _cut(self, piece: bytes) -> bytes:
        if self._walk is None or not piece:
            return piece
        try:
            end = self._walk.send(piece)
        except StopIteration:
            self._walk = None
            return piece
        if end is None:
            return piece
        self._ended = True
        return piece[:end]


class _Cursor:
    """Where a walk stands in the piece that it was given last."""

    def __init__(self) -> None:
        self.piece, self.at = b"", 0

    def more(self) -> Walk:
        self.piece, self.at = (yield None), 0

    def skip(self, count: int) -> Walk:
        while count > 0:
            if self.at >= len(self.piece):
                yield from self.more()
            step = min(count, len(self.piece) - self.at)
            self.at, count = self.at + step, count - step

    def take(self, count: int) -> Generator[int | None, bytes, bytes]:
        found = b""
        while len(found) < count:
            if self.at >= len(self.piece):
                yield from self.more()
            part = self.piece[self.at : self.at + count - len(found)]
            found, self.at = found + part, self.at + len(part)
        return found


def _png(cursor: _Cursor) -> Walk:
    yield from cursor.skip(_SIGNATURE_BYTES)
    while True:
        header = yield from cursor.take(8)
        length, name = int.from_bytes(header[:4], "big"), header[4:]
        if length > _CHUNK_BYTES_MAX or not name.isalpha():
            return
        yield from cursor.skip(length + 4)
        if name == b"IEND":
            yield cursor.at
            return


def _jpeg(cursor: _Cursor) -> Walk:
    yield from cursor.skip(2)
    marker = 0
    while True:
        if not marker:
            first = yield from cursor.take(1)
            if first[0] != _FILL:
                return
            marker = (yield from cursor.take(1))[0]
        if marker == _EOI:
            yield cursor.at
            return
        if marker == _FILL or marker in _ALONE:
            marker = (yield from cursor.take(1))[0] if marker == _FILL else 0
            continue
        length = int.from_bytes((yield from cursor.take(2)), "big")
        yield from cursor.skip(length - 2)
        marker = (yield from _data(cursor)) if marker == _SOS else 0


def _data(cursor: _Cursor) -> Generator[int | None, bytes, int]:
    """The marker that ends the compressed data of a scan: 0xFF before anything but a stuffed zero or a restart."""
    while True:
        found = cursor.piece.find(b"\xff", cursor.at)
        if found < 0:
            yield from cursor.more()
            continue
        cursor.at = found + 1
        after = (yield from cursor.take(1))[0]
        while after == _FILL:
            after = (yield from cursor.take(1))[0]
        if after != 0 and after not in _ALONE:
            return after
