"""From bytes to text as the sender says in MSH-18 (HL7 table 0211, with the spellings in use in France)."""

from __future__ import annotations

CODECS = {
    "": "ascii",
    "ASCII": "ascii",
    "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8",
    "UNICODE": "utf-16",
    "UNICODE UTF-16": "utf-16",
    "8859/1": "iso8859-1",
    "8859/15": "iso8859-15",
}
CHARSET_FIELD = 18


class UnknownCharset(ValueError):
    """MSH-18 names no encoding of ours, or the bytes are not in the one it names."""


def header_fields(raw: bytes) -> list[str]:
    """The fields of MSH, read before the encoding is known: its own values are ASCII in every encoding."""
    text = raw.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf").decode("latin-1")
    line = text.replace("\r\n", "\r").replace("\n", "\r").split("\r", 1)[0]
    if not line.startswith("MSH") or len(line) < 9:
        return []
    # MSH-1 is the separator itself: the list is made to read like the standard's numbers.
    return ["MSH", line[3], *line.split(line[3])[1:]]


def field(fields: list[str], number: int) -> str:
    return fields[number] if number < len(fields) else ""


def codec(fields: list[str]) -> str:
    """The codec of MSH-18, first repetition. Raises UnknownCharset."""
    named = field(fields, CHARSET_FIELD).split("~")[0].strip().upper()
    try:
        return CODECS[named]
    except KeyError:
        raise UnknownCharset(named) from None


def decoded(raw: bytes, named: str) -> str:
    """The message as text with HL7's carriage returns. Raises UnknownCharset for bytes that are not in the codec: never mojibake."""
    try:
        text = raw.decode(named)
    except UnicodeDecodeError:
        raise UnknownCharset(named) from None
    return text.lstrip("\ufeff").replace("\r\n", "\r").replace("\n", "\r").strip("\r") + "\r"
