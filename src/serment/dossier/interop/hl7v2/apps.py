"""The Django application of the interface's own table."""

from __future__ import annotations

from django.apps import AppConfig


class InteropConfig(AppConfig):
    name = "serment.dossier.interop.hl7v2"
    label = "interop"
