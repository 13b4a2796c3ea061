"""French typography: the spaces that must not break. Pure."""

from __future__ import annotations

import re

NARROW = "\u202f"  # narrow no-break space: before ; : ! ?, inside guillemets, between thousands, between a number and its unit

_BEFORE_SIGN = re.compile(r"[ \u00a0]+([;:!?»])")
_AFTER_OPENING = re.compile(r"«[ \u00a0]+")
_NUMBER_AND_UNIT = re.compile(
    r"(?<![\w])(\d+(?:[.,]\d+)?) (?=(?:mg|g|kg|µg|mL|ml|L|l|cm|mm|UI|%|°C|mmol|mmHg|h|min|j|ans|mois|jours|comprimés?|gouttes?)\b|%)"
)


def typographic(text: str) -> str:
    """A sentence as typed, with the spaces that must not break made narrow and unbreakable. Adds none that was not there."""
    text = _BEFORE_SIGN.sub(NARROW + r"\1", text)
    text = _AFTER_OPENING.sub("«" + NARROW, text)
    return _NUMBER_AND_UNIT.sub(r"\1" + NARROW, text)
