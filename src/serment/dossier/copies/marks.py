"""Keeping an entry out of copies: a small entry about it, so that the entry itself is never changed. Struck out to let it in again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from serment.dossier.copies.types import WITHHELD, Mark
from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors, ids
from serment.dossier.records.entries import queries, rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.entries.types import Entry
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Basic"
SYSTEM = "urn:serment:withheld-from-copies"


def put(*, permit: Permit, token: UUID, entry: UUID, why: str, now: datetime) -> None:
    """Keep an entry out, as `why` says. Raises Invalid (`choice_unknown`), NotFound (`no_entry`), Conflict (`entry_struck_out`,
    `already_withheld`)."""
    if why not in WITHHELD:
        raise errors.Invalid("choice_unknown", field="why")
    about = queries.latest(permit=permit, entry=entry)
    if about.is_struck_out:
        raise errors.Conflict("entry_struck_out")
    if any(mark.id != token for mark in of_record(permit=permit).get(entry, ())):
        raise errors.Conflict("already_withheld")
    resource: Resource = {
        "resourceType": KIND,
        "code": {"coding": [{"system": SYSTEM, "code": why}]},
        "subject": {"reference": f"Patient/{permit.patient}"},
        "created": instant(now)[:10],
        "author": rules.author_reference(permit.who),
        "extension": [{"url": f"{SYSTEM}:entry", "valueReference": {"reference": f"{about.kind}/{about.id}"}}],
    }
    entries.record(
        permit=permit, entry=token, kind=KIND, compartment=about.compartment, resource=resource, now=now, stay=about.stay, about=about.id
    )


def lift(*, permit: Permit, mark: UUID, version: int, reason: str, now: datetime) -> None:
    """Let an entry into copies again. Raises NotFound (`no_entry`), Conflict (`entry_changed`, `entry_struck_out`), Invalid
    (`reason_missing`)."""
    if not is_mark(queries.latest(permit=permit, entry=mark)):
        raise errors.NotFound("no_entry")
    entries.strike_out(permit=permit, entry=mark, version=version, reason=reason, now=now)


def of_record(*, permit: Permit) -> dict[UUID, tuple[Mark, ...]]:
    """The marks of the record, by the entry they are about."""
    found: dict[UUID, tuple[Mark, ...]] = {}
    for entry in queries.current(permit=permit, kinds=[KIND]):
        if is_mark(entry):
            mark = _read(entry)
            found[mark.entry] = (*found.get(mark.entry, ()), mark)
    return found


def of_entry(*, permit: Permit, entry: UUID) -> tuple[Mark, ...]:
    """The marks of one entry: what its author said while writing it, then what was put on it later. Raises NotFound (`no_entry`)."""
    written = written_with(queries.latest(permit=permit, entry=entry))
    put = (_read(one) for one in queries.about(permit=permit, entry=entry, kind=KIND) if is_mark(one))
    return (*((written,) if written else ()), *put)


def is_mark(entry: Entry) -> bool:
    """Whether an entry is one of ours, and not another Basic that somebody sent."""
    return entry.kind == KIND and any(one.get("system") == SYSTEM for one in entry.resource.get("code", {}).get("coding", []))


def written_with(entry: Entry) -> Mark | None:
    """The mark that the author put on an entry while writing it."""
    why = rules.third_party(entry.resource)
    if why not in WITHHELD:
        return None
    return Mark(entry=entry.id, why=why, label=rules.version_of(entry).author_label, at=entry.recorded_at, author=entry.author)


def _read(entry: Entry) -> Mark:
    reference = next((one["valueReference"]["reference"] for one in entry.resource["extension"] if one["url"] == f"{SYSTEM}:entry"), "")
    return Mark(
        entry=entry.about or ids.parsed(reference.rpartition("/")[2]) or entry.id, why=str(entry.resource["code"]["coding"][0]["code"]),
        label=str(entry.resource.get("author", {}).get("display", "")), at=entry.recorded_at, id=entry.id, version=entry.version,
        author=entry.author,
    )  # fmt: skip
