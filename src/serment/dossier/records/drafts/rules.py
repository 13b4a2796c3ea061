"""Where a draft is sealed, and what one may hold. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid5

from serment.dossier.kernel import errors
from serment.dossier.vault.sealing import Place

COMPARTMENT = "care"
KIND = "draft"
KEPT = timedelta(days=7)
FIELDS_MAX = 40
FIELD_CHARACTERS_MAX = 20_000
_FORM = re.compile(r"[a-z_]{1,24}(?:-[0-9a-f-]{36}|-[a-z_]{1,24})?\Z")


def place(*, patient: UUID, author: UUID, form: str) -> Place:
    """Where a draft stands: its seal is bound to its writer and its form, as an entry's to its place in the record."""
    return Place(patient=patient, entry=uuid5(author, form), version=1, compartment=COMPARTMENT, kind=KIND)


def require(form: str, typed: Mapping[str, object]) -> dict[str, str]:
    """What is worth keeping of what was typed: the fields that are not empty. Raises Invalid (`malformed`, `text_too_long`)."""
    if not _FORM.match(form) or len(typed) > FIELDS_MAX or not all(isinstance(value, str) for value in typed.values()):
        raise errors.Invalid("malformed", field="form")
    kept = {str(name): str(value) for name, value in typed.items() if str(value).strip()}
    for name, value in kept.items():
        if len(value) > FIELD_CHARACTERS_MAX:
            raise errors.Invalid("text_too_long", field=name)
    return kept
