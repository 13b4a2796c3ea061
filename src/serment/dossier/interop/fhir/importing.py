"""Importing FHIR files as an interface does: it registers people and deposits entries under public keys, and reads nothing back.

Each patient of a file is kept whole or not at all; the same file again changes nothing; a resource that changed becomes a version.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from django.db import transaction

from serment.dossier.identity import services as identities
from serment.dossier.interop.fhir import placing, reading
from serment.dossier.interop.fhir.models import ImportedRow
from serment.dossier.kernel import errors, ids
from serment.dossier.records.entries import services as entries
from serment.dossier.records.results import rules as seeing_rules
from serment.dossier.records.results import services as seeing
from serment.dossier.vault.types import Signer

ORIGIN = "fhir"


@dataclass
class Report:
    """What became of every resource. `kept` are in the record now: added, updated, or there already."""

    files: int = 0
    patients: int = 0
    read: int = 0
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    types: Counter[str] = field(default_factory=Counter)
    refused: list[dict[str, str]] = field(default_factory=list)

    @property
    def kept(self) -> int:
        return self.added + self.updated + self.unchanged

    def as_dict(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in ("files", "patients", "read", "kept", "added", "updated", "unchanged")}
        return {**counts, "types": dict(sorted(self.types.items())), "refused": self.refused}


def run(files: Iterable[Path], *, signer: Signer, now: datetime) -> Report:
    """Import these files, one after the other. What cannot be kept is in the report with why. Raises Unavailable without the guard."""
    report = Report()
    for file in files:
        report.files += 1
        try:
            found = reading.items(file)
        except errors.Invalid as refused:
            report.refused.append({"file": file.name, "type": "", "id": "", "why": refused.code})
            continue
        report.read += len(found)
        _File(file.name, found, report).keep(signer=signer, now=now)
    return report


class _File:
    """One file: its resources, shared out among its patients."""

    def __init__(self, name: str, items: list[reading.Item], report: Report) -> None:
        self._name, self._report = name, report
        self._items = [item for item in items if not item.why]
        for item in items:
            if item.why:
                self._refuse(item, item.why)
        self._patients = {item.url: item for item in self._items if item.type == "Patient"}

    def keep(self, *, signer: Signer, now: datetime) -> None:
        shared = self._shared_out()
        for url, items in shared.items():
            person = self._patients[url]
            try:
                with transaction.atomic():
                    outcome = _Person(person, items, self._aliases()).keep(signer=signer, now=now)
            except errors.Unavailable:
                raise
            except errors.Refused as refused:
                # Whole or not at all: who cannot be registered has no record to keep the rest in.
                for item in items:
                    self._refuse(item, f"{refused.code}:{refused.field}" if refused.field else refused.code)
                continue
            self._count(outcome)

    def _shared_out(self) -> dict[str, list[reading.Item]]:
        """The resources of each patient. What names nobody goes to those whose resources refer to it, or to the only one there is."""
        aliases = self._aliases()
        shared: dict[str, list[reading.Item]] = {url: [] for url in self._patients}
        orphans = []
        for item in self._items:
            owner = item.url if item.type == "Patient" else aliases.get(reading.subject(item.resource), "")
            if owner in shared:
                shared[owner].append(item)
            else:
                orphans.append(item)
        named = {
            url: {aliases.get(one, one) for item in items for one in reading.references(item.resource)} for url, items in shared.items()
        }
        for item in orphans:
            owners = list(shared) if len(shared) == 1 else [url for url, names in named.items() if item.url in names]
            for owner in owners:
                shared[owner].append(item)
            if not owners:
                self._refuse(item, "no_patient")
        return shared

    def _aliases(self) -> dict[str, str]:
        """Every way in which a resource of the file may be referred to."""
        return {name: item.url for item in self._items for name in (item.url, f"{item.type}/{item.id}", f"urn:uuid:{item.id}")}

    def _refuse(self, item: reading.Item, why: str) -> None:
        self._report.refused.append({"file": self._name, "type": item.type, "id": item.id, "why": why})

    def _count(self, outcome: _Outcome) -> None:
        self._report.patients += 1
        self._report.added += outcome.added
        self._report.updated += outcome.updated
        self._report.unchanged += outcome.unchanged
        self._report.types.update(outcome.types)
        for item, why in outcome.refused:
            self._refuse(item, why)


@dataclass
class _Outcome:
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    types: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[reading.Item, str]] = field(default_factory=list)


class _Person:
    """One patient of a file, with what is theirs."""

    def __init__(self, person: reading.Item, items: list[reading.Item], aliases: dict[str, str]) -> None:
        self._person, self._items, self._aliases = person, items, aliases

    def keep(self, *, signer: Signer, now: datetime) -> _Outcome:
        registered = identities.register(signer=signer, identity=placing.identity(self._person.resource), origin=ORIGIN, now=now)
        patient, keys = registered.patient, registered.deposit_keys
        known = {row.entry: row for row in ImportedRow.objects.filter(patient_id=patient)}
        names = self._names(patient)
        outcome, rows = _Outcome(), []
        for item in self._items:
            entry = _entry(patient, item)
            resource = placing.kept(item.type, reading.rewritten(item.resource, names))
            digest = _digest(patient, resource)
            earlier = known.get(entry)
            if earlier is not None and bytes(earlier.digest) == digest:
                outcome.unchanged += 1
                outcome.types[item.type] += 1
                continue
            version = earlier.version + 1 if earlier else 1
            try:
                is_written = entries.deposit(
                    patient=patient, keys=keys, entry=entry, kind=item.type, compartment=placing.compartment(item.type), resource=resource,
                    now=now, effective_at=placing.effective_at(item.resource, otherwise=now), version=version,
                )  # fmt: skip
            except errors.Invalid as refused:
                outcome.refused.append((item, refused.code))
                continue
            if not is_written and earlier is not None:
                # Somebody here has corrected it or struck it out since: what they wrote stands, and the sender's change is told.
                outcome.refused.append((item, "entry_changed"))
                continue
            self._tell(patient, entry, item, version, now)
            rows.append(ImportedRow(patient_id=patient, entry=entry, version=version, digest=digest))
            outcome.added += earlier is None
            outcome.updated += earlier is not None
            outcome.types[item.type] += 1
        ImportedRow.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["patient_id", "entry"], update_fields=["version", "digest"], batch_size=500
        )
        return outcome

    def _tell(self, patient: UUID, entry: UUID, item: reading.Item, version: int, now: datetime) -> None:
        """A report of these last days waits for a physician; one of years ago was seen where it comes from."""
        at = placing.effective_at(item.resource, otherwise=now)
        if kind := placing.to_see(item.type, item.resource) if seeing_rules.is_recent(at, now=now) else "":
            seeing.arrived(patient=patient, entry=entry, kind=kind, version=version, now=now, is_urgent=placing.is_urgent(item.resource))

    def _names(self, patient: UUID) -> dict[str, str]:
        """What each reference of the file becomes in the record."""
        own = {item.url: f"{item.type}/{_entry(patient, item)}" for item in self._items}
        own[self._person.url] = f"Patient/{patient}"
        return {name: own[url] for name, url in self._aliases.items() if url in own}


def _entry(patient: UUID, item: reading.Item) -> UUID:
    """The entry that a resource is in, whenever it comes again."""
    return ids.derived(ORIGIN, patient, item.type, item.id or item.url)


def _digest(patient: UUID, resource: dict[str, Any]) -> bytes:
    """What tells one content from another, under a key of this instance: who reads the table learns nothing by guessing."""
    said = patient.bytes + orjson.dumps(resource, option=orjson.OPT_SORT_KEYS)
    return hmac.new(settings.SECRET_KEY.encode(), b"fhir import\0" + said, hashlib.sha256).digest()
