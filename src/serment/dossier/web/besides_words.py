"""What an admission tells of an identity besides its traits (ZFD of IHE PAM France), in words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.interop.hl7v2.reading import parsed_instant
from serment.dossier.kernel import clock
from serment.dossier.web import formats
from serment.dossier.web.words import Word

FIELDS: dict[int, Word] = {
    1: _("Date de naissance lunaire"),
    2: _("Semaines de gestation"),
    4: _("Date de naissance corrigée"),
    5: _("Identité obtenue par"),
    6: _("Téléservice INSi interrogé le"),
    7: _("Justificatif d’identité"),
}
ANSWERS: dict[str, Word] = {"Y": _("oui"), "N": _("non")}
WAYS: dict[str, Word] = {
    "SM": _("saisie manuelle"), "CV": _("carte Vitale"), "INSI": _("téléservice INSi"), "CB": _("code à barres"), "RFID": _("puce"),
}  # fmt: skip
PAPERS: dict[str, Word] = {"CN": _("carte nationale d’identité"), "PA": _("passeport")}
CODES: dict[int, dict[str, Word]] = {4: ANSWERS, 5: WAYS, 7: PAPERS}
LUNAR, ASKED = 1, 6


def told(fields: Mapping[int, str]) -> list[tuple[str, str]]:
    """Each field with what it means; one that we have no words for by its number, and a value by itself."""
    return [
        (str(FIELDS.get(number) or gettext("Champ ZFD-%(number)s") % {"number": number}), _value(number, fields[number]))
        for number in fields
    ]


def _value(number: int, value: str) -> str:
    if number == LUNAR:
        return "/".join(part for part in value.split("^") if part)
    if number == ASKED:
        return _day(value)
    return str(CODES.get(number, {}).get(value.upper(), value))


def _day(value: str) -> str:
    try:
        return formats.day(clock.today(parsed_instant(value)))
    except ValueError:
        return value
