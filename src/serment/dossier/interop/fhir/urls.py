"""The addresses for applications."""

from __future__ import annotations

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from serment.dossier.interop.fhir import tokens, views


class FhirType(StringConverter):
    """The name of a resource type."""

    regex = "[A-Z][A-Za-z]{2,40}"


register_converter(FhirType, "fhir_type")

urlpatterns = [
    path("oauth/token", tokens.token, name="oauth_token"),
    path("fhir/metadata", views.metadata),
    path("fhir/.well-known/smart-configuration", views.smart_configuration),
    path("fhir/Patient", views.people),
    path("fhir/Patient/_search", views.search),
    path("fhir/Patient/<uuid:patient>", views.person),
    path("fhir/Patient/<uuid:patient>/$everything", views.everything),
    path("fhir/Patient/<uuid:patient>/<fhir_type:kind>", views.resources),
    re_path(r"^fhir/(?P<rest>.*)$", views.elsewhere),
]
