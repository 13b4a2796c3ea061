"""The Django application of the import's own table."""

from __future__ import annotations

from django.apps import AppConfig


class FhirConfig(AppConfig):
    name = "serment.dossier.interop.fhir"
    label = "fhir"
