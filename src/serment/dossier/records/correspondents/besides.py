"""What an admission tells of an identity besides its traits (segment ZFD of IHE PAM France), kept as it was received. Pure.

Fields are numbers: what each means stands with the words of the page. A field that we have no words for is kept and shown all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from serment.dossier.vault.sealing import Resource

KIND = "Basic"
SYSTEM = "urn:serment:hl7v2-zfd"
# What has a place of its own elsewhere: the answer about messages by SMS is among the wishes.
ELSEWHERE = frozenset({3})
# How many weeks a pregnancy lasted is care; the rest is for whoever watches over identities.
CLINICAL = frozenset({2})
FIELDS_MAX = 20
CHARACTERS_MAX = 200


def by_compartment(told: Mapping[int, str]) -> dict[str, dict[int, str]]:
    """The fields that are kept, by the compartment they belong in."""
    kept = {number: value for number, value in told.items() if number not in ELSEWHERE and value}
    found = {
        "care": {number: value for number, value in kept.items() if number in CLINICAL},
        "contact": {number: value for number, value in kept.items() if number not in CLINICAL},
    }
    return {compartment: fields for compartment, fields in found.items() if fields}


def resource(*, patient: UUID, fields: Mapping[int, str]) -> Resource:
    """Fields as they were received."""
    return {
        "resourceType": KIND,
        "code": {"coding": [{"system": SYSTEM, "code": "ZFD"}], "text": "Compléments d’identité transmis par l’admission"},
        "subject": {"reference": f"Patient/{patient}"},
        "extension": [{"url": f"{SYSTEM}:{number}", "valueString": fields[number]} for number in sorted(fields)],
    }


def read(resources: Iterable[Resource]) -> dict[int, str]:
    """Each field as told last; `resources` are the newest first, and may be others of their kind."""
    found: dict[int, str] = {}
    for one in resources:
        for extension in one.get("extension", []):
            head, _, number = str(extension.get("url", "")).rpartition(":")
            if head == SYSTEM and number.isdecimal():
                found.setdefault(int(number), str(extension.get("valueString", "")))
    return dict(sorted(found.items()))
