"""How fields become HTML: as Django says, without its templates for what is one tag.

A page of vital signs holds sixteen inputs and the round of a ward three hundred; a template each, with another for the attributes, took
longer than reading the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import escape

# The widgets whose template is that of a plain input.
_INPUTS = frozenset(f"django/forms/widgets/{name}.html" for name in ("input", "text", "hidden", "checkbox", "number", "email", "password"))


class Renderer(DjangoTemplates):
    """Django's renderer, quicker for inputs."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        if template_name in _INPUTS:
            return _input(context["widget"])
        return super().render(template_name, context, request)


def _input(widget: Mapping[str, Any]) -> str:
    """What `django/forms/widgets/input.html` makes of a widget."""
    value = widget["value"]
    told = {"type": widget["type"], "name": widget["name"], **({} if value is None else {"value": value}), **widget["attrs"]}
    return f"<input{''.join(_attribute(name, value) for name, value in told.items())}>"


def _attribute(name: str, value: object) -> str:
    if value is False:
        return ""
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
