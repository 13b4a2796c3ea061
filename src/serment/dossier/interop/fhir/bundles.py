"""Search answers in FHIR R4. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from serment.dossier.records.entries.types import Entry
from serment.dossier.vault.sealing import Resource


def searchset(
    base: str, resources: Sequence[Resource], *, self_link: str, next_link: str = "", outcome: Resource | None = None
) -> Resource:
    """A page of matches. `outcome` says what is missing from it, and why."""
    entries: list[Resource] = [
        {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}} for one in resources
    ]
    if outcome is not None:
        entries.append({"resource": outcome, "search": {"mode": "outcome"}})
    links = [{"relation": "self", "url": self_link}, *([{"relation": "next", "url": next_link}] if next_link else [])]
    return {"resourceType": "Bundle", "type": "searchset", "link": links, "entry": entries}


def resource(entry: Entry) -> Resource:
    """An entry as the resource it is, with its version and the instant it was recorded."""
    meta = {**entry.resource.get("meta", {}), "versionId": str(entry.version), "lastUpdated": entry.recorded_at.isoformat()}
    return {**entry.resource, "id": str(entry.id), "meta": meta}
