"""Which kinds of a person's data a compartment held, in the words of letters and notices.

The guard learns from the record's database which kinds of entries there are and since when: never what they say, and not even how many.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
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

# A compartment, and the kinds of entries that it held when it was read; None when nobody could tell.
Opened = tuple[str, tuple[str, ...] | None]
# Many persons have the same few combinations of what was open and what there was.
COMBINATIONS_KEPT = 4096

log = structlog.get_logger()


def read_held(guard: Guard, patients: list[UUID]) -> Held | None:
    """What the record holds of some patients, or None when its database does not answer, or not to the guard."""
    # One row of a patient and compartment, its kinds in one order, so that the same kinds are the same combination.
    query = """select patient_id, compartment, array_agg(kind order by kind), array_agg(since order by kind) from (
                 select patient_id, compartment, kind, min(recorded_at) as since from entry where patient_id = any(%s)
                 group by patient_id, compartment, kind) held
               group by patient_id, compartment"""
    try:
        with guard.dossier_pool.connection() as tx:
            rows = tx.execute(query, (patients,), binary=True).fetchall()
    except (psycopg.Error, PoolTimeout) as error:
        log.warning("kinds_unread", error=type(error).__name__)
        return None
    return {(patient, compartment): dict(zip(kinds, since, strict=True)) for patient, compartment, kinds, since in rows}


def seen(patient: UUID, *, until: Mapping[str, datetime], held: Held | None, alerts: tuple[str, ...], has_ins: bool) -> tuple[str, ...]:
    """The kinds of a person's data, in the order of KINDS: a line at least. `until` says until when each compartment could be read."""
    opened = tuple((name, _resources(patient, name, last, held)) for name, last in until.items() if name != "identity")
    return _words(alerts, opened, is_identified="identity" in until, has_ins=has_ins)


def _resources(patient: UUID, compartment: str, last: datetime, held: Held | None) -> tuple[str, ...] | None:
    """The kinds of entries that a compartment held at an instant; None when nobody could tell."""
    if held is None:
        return None
    kinds = held.get((patient, compartment))
    return tuple([kind for kind, since in kinds.items() if since <= last]) if kinds else ()


@lru_cache(maxsize=COMBINATIONS_KEPT)
def _words(alerts: tuple[str, ...], opened: tuple[Opened, ...], *, is_identified: bool, has_ins: bool) -> tuple[str, ...]:
    found = {*LINE, *("allergies" if alert == "allergy" else "other" for alert in alerts)}
    if is_identified:
        # The INS once known stays known: who has none now had none then.
        found.update(kind for kind in IDENTITY if kind != "insurance" or has_ins)
    for compartment, resources in opened:
        if resources is None:
            found.update(ANYTHING[compartment])
        else:
            found.update(word for kind in resources for word in OF_RESOURCES.get(kind, ("other",)))
    return tuple(kind for kind in KINDS if kind in found)
