"""A letter as pages: A4, the patient named on each, `page n / N`, an address that shows in the window of an envelope."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from serment.dossier.kernel import clock
from serment.dossier.records.letters.types import Letter
from serment.dossier.typesetting import setting
from serment.dossier.typesetting.typography import typographic

TEMPLATE = Path(__file__).with_name("letter.typ")
# Points per inch of a page on a screen: text is read without zooming on a tablet.
PREVIEW_PPI = 96


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def pdf(letter: Letter) -> bytes:
    """The signed letter as tagged PDF/A-2b. Raises Fault (`not_set`)."""
    return setting.typeset(template=_template(), data=_data(letter, is_signed=True), on=letter.day)


def preview(letter: Letter) -> list[bytes]:
    """The pages as PNG, as they would be signed now, marked as not signed. Raises Fault (`not_set`)."""
    return setting.drawn(template=_template(), data=_data(letter, is_signed=False), ppi=PREVIEW_PPI)


def _data(letter: Letter, *, is_signed: bool) -> dict[str, object]:
    sender, at = letter.sender, letter.at.astimezone(clock.PARIS)
    return {
        "title": letter.title,
        "date": (letter.day.year, letter.day.month, letter.day.day),
        "establishment": sender.establishment,
        "unit": sender.unit,
        "finess": f"FINESS {sender.finess}" if sender.finess else "",
        "address": sender.address,
        "telephone": f"Tél. {sender.telephone}" if sender.telephone else "",
        "addressee": letter.addressee.lines,
        "place": f"Le {letter.day:%d/%m/%Y}",
        "subject": typographic(letter.title),
        "patient": letter.subject.full,
        "foot": letter.subject.short,
        "parts": [{"heading": part.label, "paragraphs": _paragraphs(part.text)} for part in letter.parts],
        "author": ", ".join(part for part in (sender.label, sender.profession) if part),
        "rpps": f"RPPS {sender.rpps}" if sender.rpps else "",
        "signed": f"Signé le {at:%d/%m/%Y à %H:%M}" if is_signed else "Projet, non signé",
        "is_signed": is_signed,
    }


def _paragraphs(text: str) -> list[list[str]]:
    """Paragraphs of lines: an empty line parts two paragraphs."""
    blocks = typographic(text.replace("\r", "")).split("\n\n")
    return [[line for line in block.split("\n") if line.strip()] for block in blocks if block.strip()]
