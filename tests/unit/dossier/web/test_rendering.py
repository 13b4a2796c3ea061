"""How fields become HTML."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures.dossier import set_up_django

set_up_django()

from django import forms  # noqa: E402 - after Django is set up
from django.forms.renderers import DjangoTemplates  # noqa: E402

from serment.dossier.web.rendering import Renderer  # noqa: E402

ATTRIBUTES: dict[str, Any] = {"id": "id_x", "required": True, "disabled": False, "size": 6, "title": "<\"'&>", "aria-label": "Pouls"}
INPUTS = [
    forms.TextInput, forms.NumberInput, forms.HiddenInput, forms.EmailInput, forms.PasswordInput, forms.CheckboxInput, forms.DateInput,
    forms.Textarea,
]  # fmt: skip


@pytest.mark.parametrize("widget", INPUTS)
@pytest.mark.parametrize("value", ["", None, "38,5", '"><script>alert(1)</script>', True, 0])
def test_a_field_is_written_as_django_writes_it(widget: type[forms.Widget], value: object) -> None:
    """Escaped alike, above all: a value is typed by anybody."""
    quick, slow = (widget().render('na"me', value, ATTRIBUTES, renderer=one) for one in (Renderer(), DjangoTemplates()))
    assert quick == slow


def test_a_value_cannot_leave_its_attribute() -> None:
    assert 'value="&quot;&gt;&lt;b&gt;"' in forms.TextInput().render("name", '"><b>', {}, renderer=Renderer())
