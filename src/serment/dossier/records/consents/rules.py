"""What may be written about a consent or a wish. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from serment.dossier.kernel import errors
from serment.dossier.records.consents.types import TOLD, TOPICS, Told
from serment.dossier.records.entries import rules

TEXT_CHARACTERS_MAX = 4_000
KEPT_CHARACTERS_MAX = 200


def checked(told: Told, *, today: date) -> Told:
    """What was told, trimmed. Raises Invalid naming the field: `choice_unknown`, `text_missing` for a wish without words,
    `text_too_long`, `text_unreadable`, `date_unreadable`, `date_future`."""
    if told.topic not in TOPICS or told.decision not in TOPICS[told.topic].decisions:
        raise errors.Invalid("choice_unknown", field="answer")
    return replace(
        told,
        text=rules.text(told.text, field="text", characters_max=TEXT_CHARACTERS_MAX, required=told.topic == TOLD),
        kept_at=rules.text(told.kept_at, field="kept_at", characters_max=KEPT_CHARACTERS_MAX, required=False),
        since=rules.partial_date(told.since, field="since", today=today),
    )
