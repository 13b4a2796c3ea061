"""The answer: MSH, MSA and, when refused, ERR (HL7 v2.5, chapter 2)."""

from __future__ import annotations

from datetime import datetime

from serment.dossier.interop.hl7v2.charset import field
from serment.dossier.interop.hl7v2.refusing import ACCEPTED, Refusal
from serment.dossier.kernel.clock import PARIS

ESCAPES = {"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\r": " ", "\n": " "}
VERSION = "2.5^FRA^2.11"


def build(fields: list[str], *, refusal: Refusal | None, control: str, now: datetime) -> str:
    """The acknowledgement of the message whose MSH is given; sender and receiver change places. Our own separators are the usual ones."""
    stamp = now.astimezone(PARIS).strftime("%Y%m%d%H%M%S%z")
    event = _clean(field(fields, 9).split("^")[1] if "^" in field(fields, 9) else "", 8)
    code = refusal.acknowledgement if refusal else ACCEPTED
    echoed = [_clean(field(fields, number), 180) for number in (5, 6, 3, 4)]
    header = [
        "MSH", "^~\\&", *echoed, stamp, "", f"ACK^{event}^ACK" if event else "ACK", control, _clean(field(fields, 11), 3) or "P",
        _echo(fields, 12) or VERSION, "", "", "", "", "FRA", _echo(fields, 18), "FR", "", _echo(fields, 21),
    ]  # fmt: skip
    segments = ["|".join(header), f"MSA|{code}|{_clean(field(fields, 10), 199)}"]
    if refusal:
        segments.append(f"ERR||{refusal.location}|{refusal.code}^^HL70357|E||||{escaped(refusal.message)}")
    return "\r".join(segments) + "\r"


def escaped(text: str) -> str:
    return "".join(ESCAPES.get(letter, letter) for letter in text)


def _clean(value: str, characters_max: int) -> str:
    """A value of theirs sent back: printable, and short enough."""
    return "".join(letter for letter in value if letter.isprintable() and letter != "|")[:characters_max]


def _echo(fields: list[str], number: int) -> str:
    return _clean(field(fields, number).split("~")[0], 60)
