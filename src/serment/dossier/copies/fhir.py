"""The copy as an HL7 FHIR R4 document (https://hl7.org/fhir/R4/documents.html), made as it goes out: no file is ever whole in memory."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from uuid import UUID

import orjson

from serment.dossier.copies import reading, words
from serment.dossier.copies.types import Cover, Gathered
from serment.dossier.kernel import ids
from serment.dossier.records.entries.types import Entry
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

LOINC = "http://loinc.org"
MEDICAL_RECORDS = "11503-0"
# FR Core's profiles of the vital signs that we measure (https://hl7.fr/ig/fhir/core), by LOINC code.
FR_CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-"
PROFILES = {
    "8310-5": "observation-body-temperature", "29463-7": "observation-body-weight", "8302-2": "observation-body-height",
    "39156-5": "observation-bmi", "8867-4": "observation-heartrate", "9279-1": "observation-resp-rate",
    "59408-5": "observation-saturation-oxygen", "2708-6": "observation-saturation-oxygen",
}  # fmt: skip
TYPE_PROFILES = {"Practitioner": "practitioner", "RelatedPerson": "related-person"}

Contents = Callable[[Entry], Iterator[bytes]]


def document(*, base: str, patient: Resource, cover: Cover, gathered: Gathered, contents: Contents) -> Iterator[bytes]:
    """A Bundle of type `document`: the Composition, the patient, every entry, every file as a Binary. `contents` gives a file's bytes."""
    stamp = instant(cover.made_at)
    bundle_id = ids.derived("copy", str(patient["id"]), cover.reference, stamp)
    yield b'{"resourceType":"Bundle","id":%s,"identifier":%s,"type":"document","timestamp":%s,"entry":[' % (
        orjson.dumps(str(bundle_id)),
        orjson.dumps({"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{bundle_id}"}),
        orjson.dumps(stamp),
    )
    yield _entry(base, _composition(cover, gathered, str(patient["id"]), bundle_id))
    yield b"," + _entry(base, patient)
    for entry in gathered.entries:
        if entry.kind != "Patient":  # one person is one Patient: ours, with the address of the entry
            yield b"," + _entry(base, resource(entry))
    for entry in gathered.documents:
        yield from _binary(base, entry, contents(entry))
    yield b"]}"


def resource(entry: Entry) -> Resource:
    """An entry as another software may read it: without the key and the place of its file, with the profile it follows."""
    profile = _profile(entry)
    meta = {
        **entry.resource.get("meta", {}), "versionId": str(entry.version), "lastUpdated": instant(entry.recorded_at),
        **({"profile": [profile]} if profile else {}),
    }  # fmt: skip
    found = {**entry.resource, "id": str(entry.id), "meta": meta}
    if entry.kind == "RelatedPerson" and not found.get("identifier"):
        # fr-core-related-person asks for one, which relatives have none of: the entry's own.
        return {**found, "identifier": [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{entry.id}"}]}
    if entry.kind == "DocumentReference":
        return {**found, "content": [_content(entry, one) for one in found.get("content", [])]}
    return found


def _content(entry: Entry, content: Resource) -> Resource:
    attachment = {name: value for name, value in content.get("attachment", {}).items() if name != "extension"}
    return {**content, "attachment": {**attachment, "url": f"Binary/{entry.id}"}}


def _profile(entry: Entry) -> str:
    name = TYPE_PROFILES.get(entry.kind, "")
    if entry.kind == "Observation":
        codings = entry.resource.get("code", {}).get("coding", [])
        name = next((PROFILES[one["code"]] for one in codings if one.get("system") == LOINC and one.get("code") in PROFILES), "")
    return f"{FR_CORE}{name}" if name else ""


def _composition(cover: Cover, gathered: Gathered, patient: str, bundle: UUID) -> Resource:
    sections = []
    for name in reading.GROUPS:
        found = [entry for entry in gathered.entries if reading.group(entry) == name and entry.kind != "Patient"]
        if found:
            sections.append({"title": words.GROUPS[name], "entry": [{"reference": f"{one.kind}/{one.id}"} for one in found]})
    return {
        "resourceType": "Composition",
        "id": str(ids.derived("copy-composition", bundle)),
        "status": "final",
        "type": {"coding": [{"system": LOINC, "code": MEDICAL_RECORDS, "display": "Medical records"}], "text": "Copie de dossier médical"},
        "subject": {"reference": f"Patient/{patient}"},
        "date": instant(cover.made_at),
        "author": [{"display": f"{cover.made_by}, {cover.house}"}],
        "title": "Copie de dossier médical",
        "section": sections,
    }


def _entry(base: str, resource: Resource) -> bytes:
    return orjson.dumps({"fullUrl": f"{base}/{resource['resourceType']}/{resource['id']}", "resource": resource})


def _binary(base: str, entry: Entry, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """A file in base64, three bytes at a time whatever the size of the chunks."""
    media_type = entry.resource["content"][0]["attachment"].get("contentType", "application/octet-stream")
    yield b',{"fullUrl":%s,"resource":{"resourceType":"Binary","id":%s,"contentType":%s,"data":"' % (
        orjson.dumps(f"{base}/Binary/{entry.id}"),
        orjson.dumps(str(entry.id)),
        orjson.dumps(media_type),
    )
    rest = b""
    for chunk in chunks:
        piece = rest + chunk
        whole = len(piece) - len(piece) % 3
        rest = piece[whole:]
        yield base64.b64encode(piece[:whole])
    yield base64.b64encode(rest) + b'"}}'
