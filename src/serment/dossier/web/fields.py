"""Fields that several forms share: a day that may be only a month or a year, as people remember it."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

_TYPED = re.compile(r"(?:(?:([0-3]?\d)[/.-])?([01]?\d)[/.-])?(\d{4})\Z")


class PartialDate(forms.CharField):
    """`2019`, `03/2019` or `12/03/2019`; cleaned as FHIR writes it, from the year down."""

    def __init__(self, **named: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "placeholder": _("2019, 03/2019 ou 12/03/2019"), "autocomplete": "off"})
        super().__init__(max_length=10, widget=widget, **named)

    def to_python(self, value: Any) -> str:
        typed = "".join(str(super().to_python(value) or "").split())
        found = _TYPED.match(typed)
        if typed and found is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return "-".join(part.zfill(2) for part in reversed(found.groups()) if part) if found else ""

    def prepare_value(self, value: Any) -> Any:
        """What is kept as FHIR writes it is shown as it was typed."""
        if isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d){1,2}", value):
            return "/".join(reversed(value.split("-")))
        return value
