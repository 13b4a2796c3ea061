"""What may be written about somebody to reach: numbers that can be dialled, addresses that can be posted, a national number that is one.
Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from serment.dossier.kernel import errors
from serment.dossier.records.correspondents.types import (
    GUARDIAN,
    MEASURES,
    NOTHING,
    PROFESSIONALS,
    RECEIVES,
    ROLES,
    SAFE_CONTACT,
    Address,
    Channel,
    ContactTold,
    Told,
)
from serment.dossier.records.entries import rules

NAME_CHARACTERS_MAX = 120
SHORT_CHARACTERS_MAX = 120
# A line of an envelope has 38 characters; what is longer is shortened or refused when it is posted, not when it is told.
LINE_CHARACTERS_MAX = 120
LINES_MAX = 4
CHANNELS_MAX = 4
RPPS_DIGITS = 11
# ITU-T E.164: fifteen digits at most.
_ABROAD = re.compile(r"\+\d{6,15}\Z")
_FRENCH = re.compile(r"0[1-9]\d{8}\Z")
_SHORT_NUMBER = re.compile(r"\d{2,4}\Z")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]+(?:\.[^@\s.]+)+\Z")
_FRENCH_POSTCODE = re.compile(r"\d{5}\Z")


def checked(told: Told) -> Told:
    """What was told of a correspondent, trimmed. Raises Invalid naming the field: `choice_unknown`, `text_missing`, `text_too_long`,
    `text_unreadable`, `phone_wrong`, `email_wrong`, `rpps_wrong`, `measure_missing`, `address_missing`, `postcode_wrong`."""
    if told.role not in ROLES:
        raise errors.Invalid("choice_unknown", field="role")
    if set(told.receives) - set(RECEIVES) or (NOTHING in told.receives and len(told.receives) > 1):
        raise errors.Invalid("choice_unknown", field="receives")
    if told.measure and told.measure not in MEASURES:
        raise errors.Invalid("choice_unknown", field="measure")
    if told.role == GUARDIAN and not told.measure:
        raise errors.Invalid("measure_missing", field="measure")
    where = address(told.address)
    if told.role == SAFE_CONTACT and not where.whole:
        raise errors.Invalid("address_missing", field="lines")
    return replace(
        told,
        name=rules.text(told.name, field="name", characters_max=NAME_CHARACTERS_MAX),
        relation=rules.text(told.relation, field="relation", characters_max=SHORT_CHARACTERS_MAX, required=False),
        phone=phone(told.phone, field="phone"),
        email=email(told.email, field="email"),
        address=where,
        rpps=rpps(told.rpps) if told.role in PROFESSIONALS else "",
        measure=told.measure if told.role == GUARDIAN else "",
    )


def checked_contact(told: ContactTold, *, today: date) -> ContactTold:
    """What was told of how to reach the patient. Raises like `checked`, and `date_unreadable`, `date_future`."""
    if len(told.phones) > CHANNELS_MAX or len(told.emails) > CHANNELS_MAX:
        raise errors.Invalid("text_too_long", field="phones")
    deceased = told.deceased if told.deceased == "yes" else rules.partial_date(told.deceased, field="deceased", today=today)
    return replace(
        told,
        address=address(told.address),
        phones=_channels(replace(one, value=phone(one.value, field="phones")) for one in told.phones),
        emails=_channels(replace(one, value=email(one.value, field="emails")) for one in told.emails),
        language=rules.text(told.language, field="language", characters_max=35, required=False),
        deceased=deceased,
    )


def _channels(found: Iterable[Channel]) -> tuple[Channel, ...]:
    return tuple({one.value: one for one in found if one.value}.values())


def phone(value: str, *, field: str) -> str:
    """A number as people write it, its digits checked and the rest left: `02 41 00 00 00 poste 12` is one. Raises Invalid
    (`phone_wrong`)."""
    typed = rules.text(value, field=field, characters_max=SHORT_CHARACTERS_MAX, required=False)
    if not typed:
        return ""
    # An extension or a word behind the number is part of what one needs to reach somebody.
    number = re.split(r"[^\d+().\s/-]", typed, maxsplit=1)[0]
    digits = re.sub(r"[^\d+]", "", number.replace("(0)", ""))
    digits = f"+{digits[2:]}" if digits.startswith("00") else digits
    if not (_ABROAD.match(digits) or _FRENCH.match(digits) or _SHORT_NUMBER.match(digits)):
        raise errors.Invalid("phone_wrong", field=field)
    return " ".join(typed.split())


def email(value: str, *, field: str) -> str:
    """An address that could be one. Raises Invalid (`email_wrong`)."""
    typed = rules.text(value, field=field, characters_max=254, required=False)
    if typed and not _EMAIL.match(typed):
        raise errors.Invalid("email_wrong", field=field)
    return typed


def rpps(value: str) -> str:
    """A number of the national directory: eleven digits, the last a check digit (Luhn). Raises Invalid (`rpps_wrong`)."""
    typed = "".join(value.split())
    # The directory writes it behind an 8, the kind of the identifier.
    number = typed[1:] if len(typed) == RPPS_DIGITS + 1 and typed.startswith("8") else typed
    if number and not is_rpps(number):
        raise errors.Invalid("rpps_wrong", field="rpps")
    return number


def is_rpps(number: str) -> bool:
    """Whether eleven digits end in their check digit."""
    if len(number) != RPPS_DIGITS or not (number.isascii() and number.isdigit()):
        return False
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def address(told: Address) -> Address:
    """The parts of an address. Raises Invalid (`text_too_long`, `text_unreadable`, `postcode_wrong`)."""
    typed = tuple(line for line in (" ".join(line.split()) for line in told.lines) if line)
    if len(typed) > LINES_MAX:
        raise errors.Invalid("text_too_long", field="lines")
    lines = tuple(rules.text(line, field="lines", characters_max=LINE_CHARACTERS_MAX) for line in typed)
    postcode, city, country = (
        rules.text(value, field=name, characters_max=60, required=False)
        for name, value in (("postcode", told.postcode), ("city", told.city), ("country", told.country))
    )
    is_french = country.casefold() in ("", "france")
    if is_french and (postcode or city) and not _FRENCH_POSTCODE.match(postcode.replace(" ", "")):
        raise errors.Invalid("postcode_wrong", field="postcode")
    return Address(
        lines=lines, postcode=postcode.replace(" ", "") if is_french else postcode, city=city, country="" if is_french else country
    )
