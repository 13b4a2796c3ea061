"""What may be written about an allergy, and when it is to be asked again. Pure."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date

from serment.dossier.kernel import errors
from serment.dossier.records.allergies import substances
from serment.dossier.records.allergies.types import CATEGORIES, CERTAINTIES, SEVERITIES, SORTS, SOURCES, Allergy, Told
from serment.dossier.records.entries import rules

SUBSTANCE_CHARACTERS_MAX = 200
REACTION_CHARACTERS_MAX = 500
SOURCE_CHARACTERS_MAX = 120
# How long a statement holds before somebody asks again, in months: our own choice, to be made at the bed; no text fixes it.
REVIEW_MONTHS = (3, 6, 12, 24)
REVIEW_MONTHS_DEFAULT = 12

_WORST_FIRST = {"severe": 0, "moderate": 1, "mild": 2, "": 3}
_SUREST_FIRST = {"confirmed": 0, "unconfirmed": 1}


def checked(told: Told, *, today: date) -> Told:
    """What was told, trimmed, its category that of the code when none was chosen.

    Raises Invalid naming the field: `text_missing`, `text_too_long`, `text_unreadable`, `choice_unknown`, `date_unreadable`, `date_future`,
    `date_past`.
    """
    code = substances.known(told.code)
    if told.code and code is None:
        raise errors.Invalid("choice_unknown", field="code")
    for value, allowed, name in (
        (told.severity, ("", *SEVERITIES), "severity"), (told.certainty, CERTAINTIES, "certainty"), (told.sort, SORTS, "sort"),
        (told.category, ("", *CATEGORIES), "category"), (told.source, ("", *SOURCES), "source"),
    ):  # fmt: skip
        if value not in allowed:
            raise errors.Invalid("choice_unknown", field=name)
    if told.review_on is not None and told.review_on <= today:
        raise errors.Invalid("date_past", field="review_on")
    return replace(
        told,
        substance=rules.text(told.substance, field="substance", characters_max=SUBSTANCE_CHARACTERS_MAX),
        reaction=rules.text(told.reaction, field="reaction", characters_max=REACTION_CHARACTERS_MAX, required=False),
        source_name=rules.text(told.source_name, field="source_name", characters_max=SOURCE_CHARACTERS_MAX, required=False),
        onset=rules.partial_date(told.onset, field="onset", today=today),
        category=told.category or (code.category if code else ""),
    )


def worst_first(one: Allergy) -> tuple[int, int, str]:
    """The order in which allergies are shown everywhere: by severity, the confirmed before those to be confirmed."""
    return (_WORST_FIRST.get(one.severity, 3), _SUREST_FIRST.get(one.certainty, 1), one.substance.casefold())


def in_months(months: int, *, today: date) -> date:
    """The same day some months later, or the last of a shorter month."""
    year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
