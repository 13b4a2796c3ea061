"""Doing what a form asks: all of it, or nothing and the form again with the reason beside its field."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from serment.dossier.kernel import errors
from serment.dossier.web.forms import Form


def is_done(form: Form, act: Callable[[], object]) -> bool:
    """Run `act`. False, with the reason on the form and nothing kept, when it was refused because of what was typed, or because somebody
    was faster. Any other refusal passes."""
    try:
        with transaction.atomic():
            act()
    except (errors.Invalid, errors.Conflict) as refused:
        form.refuse(refused)
        return False
    return True
