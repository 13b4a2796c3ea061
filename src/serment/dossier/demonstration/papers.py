"""Small documents made here: letters and results as PDF, an electrocardiogram as PNG. Nothing but the standard library."""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Iterable
from random import Random

A4_WIDTH, A4_HEIGHT, MARGIN, LEADING = 595, 842, 64, 16
ECG_WIDTH, ECG_HEIGHT, SQUARE = 720, 240, 24


def pdf(lines: Iterable[str], *, tilt: float = 0.0) -> bytes:
    """One A4 page of text. A line that begins with `#` is a heading. `tilt` (radians) makes it look like a sheet put askew on a scanner."""
    drawn = _page(lines, tilt).encode("cp1252", "replace")
    packed = zlib.compress(drawn)
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4_WIDTH} {A4_HEIGHT}] /Contents 4 0 R "
        f"/Resources << /Font << /R 5 0 R /B 6 0 R >> >> >>".encode(),
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    )
    return _assembled(objects)


def _page(lines: Iterable[str], tilt: float) -> str:
    cos, sin = math.cos(tilt), math.sin(tilt)
    parts = [f"q {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} 0 0 cm"]
    if tilt:
        parts.append(f"0.97 g 20 20 {A4_WIDTH - 40} {A4_HEIGHT - 40} re f 0.75 G 20 20 {A4_WIDTH - 40} {A4_HEIGHT - 40} re S 0.15 g")
    top = A4_HEIGHT - MARGIN
    for line in lines:
        font, size, text = ("B", 13, line[1:].strip()) if line.startswith("#") else ("R", 10.5, line)
        parts.append(f"BT /{font} {size} Tf {MARGIN} {top} Td ({_escaped(text)}) Tj ET")
        top -= LEADING
    return "\n".join([*parts, "Q"])


def _escaped(text: str) -> str:
    plain = text.replace("\u202f", "\u00a0")
    return plain.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assembled(objects: tuple[bytes, ...]) -> bytes:
    file = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(file)


def ecg(rng: Random, *, irregular: bool) -> bytes:
    """One lead of an electrocardiogram on squared paper, as a PNG image with a palette."""
    trace = _trace(rng, irregular)
    rows = bytearray()
    for y in range(ECG_HEIGHT):
        rows.append(0)
        for x in range(ECG_WIDTH):
            low, high = sorted((trace[x], trace[max(x - 1, 0)]))
            inked = low - 1 <= y <= high + 1
            rows.append(2 if inked else 1 if x % SQUARE == 0 or y % SQUARE == 0 else 0)
    palette = bytes((255, 248, 245, 244, 196, 190, 30, 30, 46))
    header = struct.pack(">IIBBBBB", ECG_WIDTH, ECG_HEIGHT, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", zlib.compress(bytes(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _trace(rng: Random, irregular: bool) -> list[int]:
    beats, at = [], 30.0
    while at < ECG_WIDTH:
        beats.append(at)
        at += rng.uniform(52, 118) if irregular else 92
    level = ECG_HEIGHT * 0.6
    return [round(level - sum(_wave(x - beat, irregular) for beat in beats) + rng.uniform(-1, 1)) for x in range(ECG_WIDTH)]


def _wave(away: float, irregular: bool) -> float:
    """The height of one beat at a distance from its peak: P (absent in fibrillation), QRS, T."""
    if abs(away) > 60:
        return 0.0
    p = 0.0 if irregular else 8 * math.exp(-(((away + 22) / 5) ** 2))
    qrs = 84 * math.exp(-((away / 2.2) ** 2)) - 12 * math.exp(-(((away + 5) / 2) ** 2)) - 20 * math.exp(-(((away - 5) / 2.4) ** 2))
    return p + qrs + 16 * math.exp(-(((away - 32) / 9) ** 2))
