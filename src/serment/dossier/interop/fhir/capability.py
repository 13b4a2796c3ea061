"""What this door offers, told to anybody: a CapabilityStatement and the SMART configuration. No patient, no account."""

from __future__ import annotations

from typing import Any

import serment

# The types that entries have in this version; a page of any other is empty.
TYPES = (
    "AllergyIntolerance", "CarePlan", "Composition", "Condition", "Consent", "DiagnosticReport", "DocumentReference", "Encounter",
    "Immunization", "MedicationRequest", "Observation", "Practitioner", "Procedure", "RelatedPerson",
)  # fmt: skip
READ_ONE = "Lecture patient par patient, sous les liens de prise en charge des unités de l'application."


def statement(origin: str) -> dict[str, Any]:
    """GET /fhir/metadata."""
    search = [
        {"name": "identifier", "type": "token", "documentation": "INS (urn:oid:…|matricule) ou IPP ; POST _search seulement"},
        {"name": "family", "type": "string", "documentation": "nom de naissance entier, avec given, birthdate et gender"},
        {"name": "given", "type": "string"}, {"name": "birthdate", "type": "date"}, {"name": "gender", "type": "token"},
    ]  # fmt: skip
    patient = {
        "type": "Patient", "profile": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient",
        "interaction": [{"code": "read"}, {"code": "search-type"}], "searchParam": search, "documentation": READ_ONE,
        "operation": [{"name": "everything", "definition": "http://hl7.org/fhir/OperationDefinition/Patient-everything"}],
    }  # fmt: skip
    below = [
        {"type": name, "interaction": [{"code": "search-type"}], "documentation": f"/fhir/Patient/<id>/{name}?_count=&_id="}
        for name in TYPES
    ]
    return {
        "resourceType": "CapabilityStatement", "status": "active", "date": "2026-11-23", "kind": "instance", "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"], "software": {"name": "Serment", "version": serment.__version__},
        "implementation": {"description": "Serment", "url": f"{origin}/fhir"},
        "rest": [
            {
                "mode": "server", "documentation": READ_ONE, "resource": [patient, *below],
                "security": {"description": "OAuth 2.0 client credentials, private_key_jwt (RFC 7523), jetons liés par DPoP (RFC 9449)"},
            }
        ],
    }  # fmt: skip


def smart(origin: str) -> dict[str, Any]:
    """GET /fhir/.well-known/smart-configuration, with what RFC 8414 names."""
    return {
        "issuer": origin, "token_endpoint": f"{origin}/oauth/token", "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["private_key_jwt"], "token_endpoint_auth_signing_alg_values_supported": ["ES256"],
        "dpop_signing_alg_values_supported": ["ES256"], "scopes_supported": ["identity", "contact", "care"],
        "capabilities": ["client-confidential-asymmetric"],
    }  # fmt: skip
