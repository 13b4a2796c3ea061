"""Carrying a document into the record of somebody known here: the page, its CDA, its analyses. It writes and never reads.

A replacement is a new version of the same entry; an analysis that it no longer tells is struck out. A sender's name of a document and the
entry it is in stand in a table of the interface's own, as keyed digests.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from serment.dossier.encounters import queries as encounters
from serment.dossier.identity import services as identities
from serment.dossier.interop.cda.types import Panel
from serment.dossier.interop.hl7v2 import admission, papers
from serment.dossier.interop.hl7v2.papers import Paper
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.interop.hl7v2.refusing import REJECTED, UNSUPPORTED_EVENT, Refusal
from serment.dossier.kernel import ids
from serment.dossier.records.documents import categories
from serment.dossier.records.documents import services as documents
from serment.dossier.records.entries import services as entries
from serment.dossier.records.entries.types import ACTIVE, STRUCK_OUT
from serment.dossier.records.observations import resources as observations
from serment.dossier.records.results import resources as results
from serment.dossier.records.results import services as seeing
from serment.dossier.vault.sealing import Resource
from serment.dossier.vault.types import Signer
from serment.wire.protocol import Registered

Digest = Callable[[bytes], bytes]
_KINDS = {categories.LABORATORY: "laboratory", categories.IMAGING: "imaging"}
_KNOWN = "select entry, version, content, parts from interop_document where patient_id = %s and digest = %s"
_KEEP = """
insert into interop_document (patient_id, digest, entry, version, content, parts) values (%s, %s, %s, %s, %s, %s)
on conflict (patient_id, digest) do update set version = excluded.version, content = excluded.content, parts = excluded.parts
"""


@dataclass(frozen=True, kw_only=True)
class _Earlier:
    entry: UUID
    version: int
    content: bytes
    parts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where the document goes: the entry, its version, the stay, the compartment, and the keys to deposit with."""

    registered: Registered
    entry: UUID
    version: int
    stay: UUID | None
    compartment: str
    now: datetime

    @property
    def patient(self) -> UUID:
        return self.registered.patient


def carry(message: Message, *, event: str, signer: Signer, digest: Digest, now: datetime) -> None:
    """Keep the document of one ORU^R01 or MDM^T02/T10 message. Told again it changes nothing.

    Raises Refusal for what the message lacks, NotFound (`unknown_patient`) for somebody who is not known here, and the errors of the
    services.
    """
    if event not in papers.EVENTS:
        raise Refusal(
            message="Cet événement n’est pas pris en charge.", location="MSH^1^9", code=UNSUPPORTED_EVENT, acknowledgement=REJECTED
        )
    identity = admission.identity(message)
    paper = papers.read(message, event=event)
    papers.require_same_person(paper, matricule=identity.ins.matricule if identity.ins else "")
    origin = f"hl7v2:{event}:{message.value('MSH', 10)}"
    registered = identities.register(signer=signer, identity=identity, origin=origin, now=now, known_only=True)
    with transaction.atomic():
        _keep(registered, paper, stay=_stay(message, registered.patient), digest=digest, now=now)


def _stay(message: Message, patient: UUID) -> UUID | None:
    """The stay that PV1-19 names, as the admission that opened it did."""
    number = message.value("PV1", 19)
    source = message.value("PV1", 19, 1, 4, 2) or message.value("PV1", 19, 1, 4, 1)
    return encounters.stay_id(patient=patient, source=source, external_id=number) if number and source else None


def _keep(registered: Registered, paper: Paper, *, stay: UUID | None, digest: Digest, now: datetime) -> None:
    patient = registered.patient
    name = digest(patient.bytes + paper.id.encode("utf-8"))
    content = digest(patient.bytes + (paper.source or paper.content))
    same = _known(patient, name)
    if same is not None and same.content == content:
        return
    earlier = same or (_known(patient, digest(patient.bytes + paper.replaces.encode("utf-8"))) if paper.replaces else None)
    place = _Place(
        registered=registered, entry=earlier.entry if earlier else ids.derived("hl7v2:document", patient, name.hex()),
        version=earlier.version + 1 if earlier else 1, stay=stay, compartment="sealed" if paper.is_hidden else "care", now=now,
    )  # fmt: skip
    if not _document(place, paper):
        # Somebody here has masked it, struck it out or said whom it reached since: what they did stands, and the new one is a document.
        place = replace(place, entry=ids.derived("hl7v2:document", patient, name.hex(), f"after {place.version}"), version=1)
        earlier = None
        _document(place, paper)
    parts = tuple(_analyses(place, paper))
    for part in earlier.parts if earlier else ():
        if part not in parts:
            _withdraw(place, part)
    seeing.arrived(
        patient=patient, entry=place.entry, kind=_KINDS.get(paper.category, "document"), version=place.version, now=now,
        is_urgent=_is_urgent(paper),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [patient, name, place.entry, place.version, content, json.dumps(parts)])


def _known(patient: UUID, name: bytes) -> _Earlier | None:
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [patient, name])
        row = cursor.fetchone()
    if row is None:
        return None
    parts = json.loads(row[3]) if isinstance(row[3], str) else row[3]
    return _Earlier(entry=row[0], version=row[1], content=bytes(row[2]), parts=tuple(parts))


def _document(place: _Place, paper: Paper) -> bool:
    return documents.deposit(
        patient=place.patient, keys=place.registered.deposit_keys, document=place.entry, source=io.BytesIO(paper.content),
        title=paper.title, category=paper.category, now=place.now, effective_at=paper.at, author_label=paper.author, stay=place.stay,
        compartment=place.compartment, version=place.version, beside=(paper.source,) if paper.source else (),
    )  # fmt: skip


def _analyses(place: _Place, paper: Paper) -> Iterator[str]:
    """Deposit the panels and their analyses; answers their names (`Observation/…`)."""
    for number, panel in enumerate(paper.panels):
        kept: list[UUID] = []
        told: Counter[str] = Counter()
        for one, resource in _observations(place, paper, panel):
            # By its rank among those of its code: another that goes away leaves it where it is.
            kept.append(ids.derived("analysis", place.entry, str(number), one, str(told[one])))
            told[one] += 1
            yield _deposit(place, kept[-1], resource, at=panel.at)
        at = panel.at or paper.at or place.now
        report = results.report(
            patient=place.patient, code=panel.code, title=panel.title, status=_status(place, paper, panel.status), at=at, results=kept,
            laboratory=paper.author, comment=panel.comment, document=place.entry,
        )  # fmt: skip
        yield _deposit(place, ids.derived("panel", place.entry, str(number), panel.code), report, at=at)


def _observations(place: _Place, paper: Paper, panel: Panel) -> Iterator[tuple[str, Resource]]:
    for one in panel.results:
        yield (
            one.code,
            observations.analysis(
                patient=place.patient, code=one.code, system=one.system, label=one.label, value=one.value, unit=one.unit,
                at=one.at or panel.at or paper.at or place.now, low=one.low, high=one.high, interpretation=one.interpretation,
                words=one.words, status=_status(place, paper, one.status), performer=paper.author, comment=one.comment,
            ),
        )  # fmt: skip


def _status(place: _Place, paper: Paper, told: str) -> str:
    """What replaces a final result is a correction, where the sender has no word for it."""
    return "corrected" if told == "final" and place.version > 1 and not paper.says_corrections else told


def _deposit(place: _Place, entry: UUID, resource: Resource, *, at: datetime | None, status: str = ACTIVE) -> str:
    kind = str(resource["resourceType"])
    entries.deposit(
        patient=place.patient, keys=place.registered.deposit_keys, entry=entry, kind=kind, compartment=place.compartment,
        resource=resource, now=place.now, effective_at=at, stay=place.stay, version=place.version, status=status,
        about=place.entry if kind == results.KIND else None,
    )  # fmt: skip
    return f"{kind}/{entry}"


def _withdraw(place: _Place, part: str) -> None:
    """Strike out what the replacement no longer tells."""
    kind, _, entry = part.partition("/")
    resource = {"resourceType": kind, "status": "entered-in-error", "subject": {"reference": f"Patient/{place.patient}"}}
    _deposit(place, UUID(entry), resource, at=place.now, status=STRUCK_OUT)


def _is_urgent(paper: Paper) -> bool:
    return any(one.interpretation in observations.CRITICAL for panel in paper.panels for one in panel.results)
