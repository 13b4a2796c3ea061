"""Which kinds of a person's data a compartment held, in the words of letters and notices.

The guard learns from the record's database which kinds of entries there are and since when: never what they say, and not even how many.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from serment.guard.context import Guard
from serment.wire.incidents import KINDS

# What a line shows, and what any opening does: names, birth, sex; the INS with the whole identity; when and where the stays were.
LINE, IDENTITY = ("identity",), ("identity", "insurance", "stays")

# Entries are FHIR R4 resources. What stands in no line here is "other".
OF_RESOURCES: dict[str, tuple[str, ...]] = {
    "Patient": ("address", "telephone", "email"),
    "RelatedPerson": ("relatives",),
    "Practitioner": ("treating_physician",),
    "Coverage": ("insurance",),
    "AllergyIntolerance": ("allergies",),
    "Condition": ("conditions",),
    "Encounter": ("symptoms", "stays"),
    "MedicationStatement": ("prescriptions",),
    "MedicationRequest": ("prescriptions",),
    "MedicationAdministration": ("prescriptions",),
    "Observation": ("observations",),
    "DiagnosticReport": ("observations",),
    "Composition": ("notes",),
    "DocumentReference": ("documents",),
}

# When the record's database cannot be read, everything that a compartment may hold is said.
ANYTHING: dict[str, tuple[str, ...]] = {
    "contact": ("address", "telephone", "email", "insurance", "relatives", "treating_physician", "other"),
    "care": ("stays", "allergies", "symptoms", "conditions", "prescriptions", "observations", "notes", "documents", "other"),
    "sealed": ("stays", "allergies", "symptoms", "conditions", "prescriptions", "observations", "notes", "documents", "other"),
}

# By patient and compartment, since when the record holds something of each kind of resource.
Held = Mapping[tuple[UUID, str], Mapping[str, datetime]]

log = structlog.get_logger()


def read_held(guard: Guard, patients: list[UUID]) -> Held | None:
    """What the record holds of some patients, or None when its database does not answer, or not to the guard."""
    query = """select patient_id, compartment, kind, min(recorded_at) from entry where patient_id = any(%s)
               group by patient_id, compartment, kind"""
    found: dict[tuple[UUID, str], dict[str, datetime]] = {}
    try:
        with guard.dossier_pool.connection() as tx:
            rows = tx.execute(query, (patients,)).fetchall()
    except (psycopg.Error, PoolTimeout) as error:
        log.warning("kinds_unread", error=type(error).__name__)
        return None
    for patient, compartment, kind, since in rows:
        found.setdefault((patient, compartment), {})[kind] = since
    return found


def seen(patient: UUID, *, until: Mapping[str, datetime], held: Held | None, alerts: tuple[str, ...], has_ins: bool) -> tuple[str, ...]:
    """The kinds of a person's data, in the order of KINDS: a line at least. `until` says until when each compartment could be read."""
    found = {*LINE, *("allergies" if alert == "allergy" else "other" for alert in alerts)}
    if "identity" in until:
        # The INS once known stays known: who has none now had none then.
        found.update(kind for kind in IDENTITY if kind != "insurance" or has_ins)
    for compartment, last in until.items():
        if compartment != "identity":
            found.update(_of_compartment(patient, compartment, last, held))
    return tuple(kind for kind in KINDS if kind in found)


def _of_compartment(patient: UUID, compartment: str, last: datetime, held: Held | None) -> set[str]:
    if held is None:
        return set(ANYTHING[compartment])
    kinds = held.get((patient, compartment), {})
    return {word for kind, since in kinds.items() if since <= last for word in OF_RESOURCES.get(kind, ("other",))}
