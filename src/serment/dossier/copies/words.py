"""The words of the patient's copy. It is written in French, as the record is."""

from __future__ import annotations

import re
from collections.abc import Iterable

from serment.dossier.records.consents.types import TOPICS

# The parts of a copy, in their order.
GROUPS = {
    "stays": "Séjours",
    "problems": "Allergies, problèmes et antécédents",
    "treatments": "Traitements et vaccinations",
    "notes": "Observations et transmissions",
    "reports": "Comptes rendus et actes",
    "measures": "Mesures et résultats",
    "documents": "Documents",
    "wishes": "Accords, oppositions et volontés",
    "people": "Coordonnées et correspondants",
    "other": "Autres éléments",
}
TYPES = {
    "Patient": "Coordonnées du patient", "Practitioner": "Professionnel", "RelatedPerson": "Proche", "Consent": "Accord ou opposition",
    "CarePlan": "Plan de soins", "CareTeam": "Équipe de soins", "Claim": "Demande de prise en charge", "Encounter": "Venue",
    "ExplanationOfBenefit": "Décompte", "Goal": "Objectif", "ImagingStudy": "Examen d’imagerie", "Immunization": "Vaccination",
    "Procedure": "Acte", "Device": "Dispositif", "DiagnosticReport": "Compte rendu d’examen", "Provenance": "Origine d’éléments reçus",
    "SupplyDelivery": "Fourniture", "Organization": "Organisation", "DocumentReference": "Document",
}  # fmt: skip
SEVERITIES = {"severe": "sévère", "moderate": "modérée", "mild": "légère"}
CERTAINTIES = {"confirmed": "confirmée", "unconfirmed": "à confirmer", "refuted": "écartée"}
STATES = {"active": "en cours", "completed": "terminé", "stopped": "arrêté", "on-hold": "suspendu", "intended": "prévu"}
CONSENTS = {code: topic.label for code, topic in TOPICS.items()}
DECISIONS = {
    "permit": "accord", "deny": "opposition", "exist": "rédigées", "none": "il n’y en a pas", "silent": "ne souhaite pas répondre",
    "wish": "souhait", "active": "ouvert", "closed": "fermé",
}  # fmt: skip
ROLES = {
    "treating_physician": "Médecin traitant", "responsible": "Responsable de la prise en charge", "relative": "Proche",
    "trusted_person": "Personne de confiance", "emergency_contact": "Personne à prévenir", "guardian": "Représentant légal",
    "pharmacy": "Pharmacie", "home_nurse": "Infirmier à domicile", "specialist": "Médecin correspondant", "safe_contact": "Contact sûr",
    "heir": "Ayant droit",
}  # fmt: skip
SOURCES = {"patient": "le patient", "relative": "un proche", "physician": "un médecin", "document": "un document"}
STAYS = {
    "inpatient": "Hospitalisation", "outpatient": "Consultation", "day": "Hospitalisation de jour", "emergency": "Passage aux urgences",
    "resident": "Séjour en établissement",
}  # fmt: skip
MOVEMENTS = {"admit": "Entrée", "transfer": "Mutation", "discharge": "Sortie"}
_UNITS = {
    "mm[Hg]": "mmHg", "Cel": "°C", "{score}": "", "1": "", "ug": "microgrammes", "[iU]": "unités", "10*9/L": "G/L", "10*12/L": "T/L",
    "umol/L": "µmol/L", "mL/min/{1.73_m2}": "mL/min/1,73 m²", "kg/m2": "kg/m²", "{beats}/min": "/min",
}  # fmt: skip

# Said once, on the first page (CSP L.1111-7, R.1112-2).
INTRODUCTION = (
    "Ce document est la copie des éléments du dossier tenus sous forme électronique, telle que la loi vous y donne droit (code de la santé "
    "publique, article L.1111-7). Les informations recueillies auprès de tiers qui n’interviennent pas dans la prise en charge, ou qui "
    "concernent de tels tiers, n’y figurent pas. Les lignes que leur auteur a barrées comme écrites par erreur n’y figurent pas non plus."
)
HELP = (
    "Un médecin peut vous aider à lire ce dossier : celui de votre choix, ou un médecin de l’établissement. La première copie est "
    "gratuite. Si une information vous semble fausse ou incomplète, vous pouvez en demander la rectification à l’établissement."
)


def unit(value: str) -> str:
    """A UCUM unit the French way."""
    return _UNITS.get(value, value)


_DECIMAL = re.compile(r"(?<![\d.])(\d+)\.(\d+)(?![\d.])")


def quantity(value: str) -> str:
    """A measured value with a decimal comma."""
    return _DECIMAL.sub(r"\1,\2", value)


def withheld(count: int) -> str:
    """How many entries are kept out, for the first page; empty when none is."""
    if not count:
        return ""
    many = count > 1
    return f"{count} élément{'s' if many else ''} de ce dossier n’y figure{'nt' if many else ''} pas, pour un motif que la loi prévoit."


def read_me(documents: Iterable[str]) -> str:
    """What lies in the archive, and how to open it."""
    lines = [
        "Copie de dossier médical",
        "",
        "dossier.pdf        à lire avec n'importe quel lecteur de PDF",
        "dossier.fhir.json  le même dossier pour un autre logiciel (document HL7 FHIR R4)",
        *(f"{name:<18} document du dossier ; le PDF dit lequel" for name in documents),
        "",
        "Ces fichiers ne sont plus protégés une fois sortis de l'archive : gardez-les en lieu sûr.",
    ]
    return "\r\n".join(lines) + "\r\n"
