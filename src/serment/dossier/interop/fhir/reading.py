"""Reading FHIR R4 files: bundles or single resources, gzipped or not. Decimals keep the digits they were written with."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serment.dossier.kernel import errors
from serment.dossier.records.observations.resources import VALUE_URL
from serment.dossier.vault.sealing import Resource

FILE_BYTES_MAX = 512 * 1024 * 1024
GZIP = b"\x1f\x8b"
TYPE = re.compile(r"[A-Z][A-Za-z]{1,39}\Z")
# How the resources of a patient's compartment name the patient (https://hl7.org/fhir/R4/compartmentdefinition-patient.html).
WHOSE = ("subject", "patient", "beneficiary", "for", "individual")


class Written(float):
    """A decimal that knows how it was written: 70.10 keeps its zero."""

    text: str

    @classmethod
    def of(cls, text: str) -> Written:
        made = cls(text)
        made.text = text
        return made


@dataclass(frozen=True, kw_only=True)
class Item:
    """One resource of a file. `url` is how others in the file refer to it; `why` says what keeps it from being read, empty when nothing."""

    type: str
    id: str
    url: str
    resource: Resource
    why: str = ""


def items(file: Path) -> list[Item]:
    """Every resource of a file. Raises Invalid (`file_unreadable`, `file_too_long`, `not_fhir`)."""
    return [_item(entry, resource) for entry, resource in _resources(_document(file))]


def _document(file: Path) -> Resource:
    try:
        raw = _bytes(file)
    except (OSError, EOFError, zlib.error):
        raise errors.Invalid("file_unreadable") from None
    if len(raw) > FILE_BYTES_MAX:
        raise errors.Invalid("file_too_long")
    try:
        found = json.loads(raw, parse_float=Written.of)
    except (ValueError, RecursionError):
        raise errors.Invalid("not_fhir") from None
    if not isinstance(found, dict) or not isinstance(found.get("resourceType"), str):
        raise errors.Invalid("not_fhir")
    return found


def _bytes(file: Path) -> bytes:
    """What a file holds, one byte beyond the limit at most: a small file may unpack to more than there is memory."""
    with file.open("rb") as source:
        is_packed = source.read(len(GZIP)) == GZIP
        source.seek(0)
        with gzip.GzipFile(fileobj=source) if is_packed else nullcontext(source) as plain:
            return plain.read(FILE_BYTES_MAX + 1)


def _resources(document: Resource) -> Iterator[tuple[Resource, Any]]:
    if document["resourceType"] != "Bundle":
        yield {}, document
        return
    entries = document.get("entry", [])
    for entry in entries if isinstance(entries, list) else []:
        yield (entry, entry.get("resource")) if isinstance(entry, dict) else ({}, None)


def _item(entry: Resource, resource: Any) -> Item:
    if not isinstance(resource, dict):
        return Item(type="", id="", url="", resource={}, why="no_resource")
    type, id = str(resource.get("resourceType", "")), str(resource.get("id", ""))
    url = str(entry.get("fullUrl", "")) or f"{type}/{id}"
    why = "" if TYPE.match(type) else "type_unknown"
    return Item(type=type, id=id, url=url, resource=resource, why=why)


def references(value: Any) -> Iterator[str]:
    """Every reference that a resource makes, wherever it stands."""
    if isinstance(value, dict):
        found = value.get("reference")
        if isinstance(found, str):
            yield found
        for one in value.values():
            yield from references(one)
    elif isinstance(value, list):
        for one in value:
            yield from references(one)


def subject(resource: Resource) -> str:
    """The reference to whose resource it is, empty when it names nobody."""
    for name in WHOSE:
        one = resource.get(name)
        found = one.get("reference") if isinstance(one, dict) else None
        if isinstance(found, str) and ("Patient" in found or found.startswith("urn:")):
            return found
    return ""


def rewritten(value: Any, known: dict[str, str]) -> Any:
    """The same value with references to what is imported here, and decimals as JSON writes them.

    Where that loses a digit, the words they were written in stand beside."""
    if isinstance(value, Written):
        return float(value)
    if isinstance(value, list):
        return [rewritten(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    made = {name: rewritten(one, known) for name, one in value.items()}
    if isinstance(value.get("reference"), str):
        made["reference"] = known.get(value["reference"], value["reference"])
    told = value.get("value")
    if isinstance(told, Written) and repr(float(told)) != told.text:
        made["extension"] = [*made.get("extension", []), {"url": VALUE_URL, "valueString": told.text}]
    return made
