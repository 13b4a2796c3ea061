"""Reading entries, always of one patient and under a permit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet, Window

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors
from serment.dossier.records.entries import rules
from serment.dossier.records.entries.models import EntryRow
from serment.dossier.records.entries.types import ACTIVE, STRUCK_OUT, Along, Entry, Version
from serment.dossier.vault import sealing
from serment.dossier.vault.sealing import Resource

ENTRIES_MAX = 2000
WHOLE_MAX = 20_000


def current(*, permit: Permit, kinds: Iterable[str]) -> list[Entry]:
    """The latest version of every entry of these kinds that is not struck out, newest first.

    Only compartments that the permit opens are read. Raises Fault (`seal_broken`) when one of them does not open: a record that hides an
    unreadable entry would look complete; Fault (`record_too_long`) above ENTRIES_MAX.
    """
    wanted = list(kinds)
    if all(kind in permit.shelf for kind in wanted):
        found = [row for kind in wanted for row in permit.shelf[kind]]
    else:
        found = _latest_rows(permit, wanted)
    entries = [_opened(row, permit) for row in found if row.status == "active"]
    return sorted(entries, key=lambda entry: (entry.effective_at, entry.recorded_at), reverse=True)


def fetch(*, permit: Permit, kinds: Iterable[str]) -> None:
    """Fetch the sealed rows of several kinds in one query, for a page that shows them all: `current` then finds them on the permit.

    Nothing is opened here. For pages that only read: what is written afterwards in the same request is not on the shelf.
    """
    wanted = list(kinds)
    shelf: dict[str, list[EntryRow]] = {kind: [] for kind in wanted}
    for row in _latest_rows(permit, wanted):
        shelf[row.kind].append(row)
    permit.shelf.update(shelf)


def _latest_rows(permit: Permit, kinds: list[str]) -> list[EntryRow]:
    rows = (
        EntryRow.objects.filter(patient_id=permit.patient, kind__in=kinds, compartment__in=permit.compartments)
        .order_by("id", "-version")
        .distinct("id")[: ENTRIES_MAX + 1]
    )
    found = list(rows)
    if len(found) > ENTRIES_MAX:
        raise errors.Fault("record_too_long")
    return found


def page(
    *, permit: Permit, kinds: Collection[str] = (), after: UUID | None = None, only: UUID | None = None, count: int
) -> tuple[list[Entry], bool]:
    """One page of the latest versions that are not struck out, by identifier, and whether another follows. No kinds: all of them.

    Decrypts what it answers and nothing else, however long the record is.
    """
    rows = _standing(permit)
    if kinds:
        rows = rows.filter(kind__in=list(kinds))
    if after is not None:
        rows = rows.filter(id__gt=after)
    if only is not None:
        rows = rows.filter(id=only)
    found = list(rows.order_by("id")[: count + 1])
    return [_opened(row, permit) for row in found[:count]], len(found) > count


def counts(*, permit: Permit) -> dict[str, int]:
    """How many entries of each kind the permit shows that are not struck out. Decrypts nothing."""
    return dict(sorted(Counter(_standing(permit).values_list("kind", flat=True)).items()))


def newest(
    *, permit: Permit, kind: str, page: int, count: int, elsewhere: bool = False, received: bool = False
) -> tuple[list[Entry], bool]:
    """One page of the entries of a kind, the newest first, and whether another follows; `elsewhere` those that belong to no stay of ours,
    `received` those that came through an interface, whatever was done with them since. Pages are numbered from 1."""
    # Masked, shown again, corrected: whoever did that is the author of a later version. What was typed here has one.
    found = _standing(permit, Q(deposit=True) | Q(version__gt=1) if received else None).filter(kind=kind)
    found = found.filter(stay_id=None) if elsewhere else found
    rows = list(found.order_by("-effective_at", "id")[(page - 1) * count : page * count + 1])
    return [_opened(row, permit) for row in rows[:count]], len(rows) > count


def threads(*, permit: Permit, kind: str, page: int, count: int) -> tuple[list[tuple[Entry, list[Entry]]], bool]:
    """A page of the entries of a kind, the newest first, each with what was added to it, oldest first; and whether another follows.

    What was added to an entry that is struck out meanwhile stands on its own. Decrypts what it answers and nothing else.
    """
    heads, added = _threads(permit, kind)
    shown = heads[(page - 1) * count : page * count]
    rows = _fetched(permit, [place for head in shown for place in (head, *added.get(head.id, ()))])
    found = [(_opened(rows[head.id], permit), [_opened(rows[one.id], permit) for one in added.get(head.id, ())]) for head in shown]
    return found, len(heads) > page * count


class _Thread(NamedTuple):
    """Where an entry stands, without what it says."""

    id: UUID
    version: int
    about: UUID | None
    status: str
    effective_at: datetime
    recorded_at: datetime


def _threads(permit: Permit, kind: str) -> tuple[list[_Thread], dict[UUID, list[_Thread]]]:
    """The heads of a kind, the newest first, and what was added to each, oldest first. Asked for plainly and put together here: under
    row-level security, the same in one statement compares every row with every other."""
    rows = EntryRow.objects.filter(patient_id=permit.patient, kind=kind, compartment__in=permit.compartments)
    latest = rows.order_by("id", "-version").distinct("id")
    columns = ("id", "version", "about_id", "status", "effective_at", "recorded_at")
    standing = [one for one in map(_Thread._make, latest.values_list(*columns)) if one.status == ACTIVE]
    known = {one.id for one in standing}
    added: dict[UUID, list[_Thread]] = {}
    for one in sorted(standing, key=lambda one: one.recorded_at):
        if one.about in known:
            added.setdefault(one.about, []).append(one)
    heads = [one for one in standing if one.about not in known]
    return sorted(heads, key=lambda one: (one.effective_at, one.recorded_at), reverse=True), added


def _fetched(permit: Permit, places: list[_Thread]) -> dict[UUID, EntryRow]:
    wanted = {one.id: one.version for one in places}
    rows = EntryRow.objects.filter(patient_id=permit.patient, id__in=list(wanted))
    return {row.id: row for row in rows if row.version == wanted[row.id]}


def of_stay(*, permit: Permit, kind: str, stay: UUID) -> Entry | None:
    """The newest entry of a kind that belongs to one stay, or None."""
    row = _standing(permit).filter(kind=kind, stay_id=stay).order_by("-effective_at", "-recorded_at").first()
    return _opened(row, permit) if row else None


def some(*, permit: Permit, ids: Collection[UUID], kind: str) -> list[Entry]:
    """The standing entries among these identifiers, of one kind, in one query."""
    rows = _standing(permit).filter(id__in=list(ids), kind=kind) if ids else []
    return [_opened(row, permit) for row in rows]


def about(*, permit: Permit, entry: UUID, kind: str) -> list[Entry]:
    """The standing entries of a kind that are about another entry, oldest first."""
    rows = _standing(permit).filter(about_id=entry, kind=kind).order_by("effective_at", "recorded_at")
    return [_opened(row, permit) for row in rows[:ENTRIES_MAX]]


def along(*, permit: Permit, wanted: Along, page: int, count: int) -> tuple[list[Entry], bool]:
    """One page of the record along time, the newest first, and whether another follows. Decrypts the page and nothing else."""
    latest = Q(effective_at__gte=wanted.since) if wanted.since else Q()
    latest &= Q(author=wanted.author) if wanted.author else Q()
    rows = _standing(permit, latest)
    if wanted.kinds:
        rows = rows.filter(kind__in=list(wanted.kinds))
    if wanted.stay:
        rows = rows.filter(stay_id=wanted.stay)
    found = list(rows.order_by("-effective_at", "-recorded_at", "id")[(page - 1) * count : page * count + 1])
    return [_opened(row, permit) for row in found[:count]], len(found) > count


def changed(*, permit: Permit, since: datetime, apart_from: Collection[str], count: int) -> tuple[list[Entry], int]:
    """What was written, corrected or struck out after an instant, the newest first, but for some kinds; and how many there are in all.
    Decrypts at most `count`."""
    rows = EntryRow.objects.filter(patient_id=permit.patient, recorded_at__gt=since).exclude(kind__in=list(apart_from))
    rows = _ending(rows, Q(compartment__in=permit.compartments)).order_by("-recorded_at", "id")
    found = list(rows[: count + 1])
    return [_opened(row, permit) for row in found[:count]], len(found) if len(found) <= count else rows.count()


def every(*, permit: Permit) -> list[Entry]:
    """The whole record as it stands: for searching in it and for handing it over. Raises Fault (`record_too_long`)."""
    rows = list(_standing(permit)[: WHOLE_MAX + 1])
    if len(rows) > WHOLE_MAX:
        raise errors.Fault("record_too_long")
    return [_opened(row, permit) for row in rows]


def exists(*, permit: Permit, entry: UUID) -> bool:
    """Whether an entry was ever written under this identifier."""
    return EntryRow.objects.filter(patient_id=permit.patient, id=entry).exists()


def added_since(*, permit: Permit, kinds: Collection[str], since: datetime, apart_from: UUID) -> int:
    """How many entries of these kinds others wrote after an instant. Decrypts nothing."""
    rows = EntryRow.objects.filter(patient_id=permit.patient, compartment__in=permit.compartments, kind__in=list(kinds), version=1)
    return rows.filter(recorded_at__gt=since).exclude(author=apart_from).count()


def _standing(permit: Permit, latest: Q | None = None) -> QuerySet[EntryRow]:
    """The latest versions that are not struck out, in the compartments of the permit. `latest` is what the latest version must be besides.

    Of what one filters further, only what all the versions of an entry share (its identifier, kind, stay, what it is about) goes into the
    rows: anything else would make an older version look like the latest, and belongs in `latest`.
    """
    rows = EntryRow.objects.filter(patient_id=permit.patient)
    return _ending(rows, Q(status=ACTIVE, compartment__in=permit.compartments) & (latest or Q()))


def _ending(rows: QuerySet[EntryRow], latest: Q) -> QuerySet[EntryRow]:
    """The versions of these rows that no later one follows and that are as `latest` says, in one pass over them: asked whether a newer one
    exists, PostgreSQL under row-level security compares every row with every other."""
    newest, fitting = (Window(Max("version", filter=one), partition_by="id") for one in (None, latest))
    return rows.annotate(newest=newest, fitting=fitting).filter(newest=F("version"), fitting=F("version"))


def latest(*, permit: Permit, entry: UUID) -> Entry:
    """The latest version of one entry, struck out or not. Raises NotFound (`no_entry`)."""
    row = EntryRow.objects.filter(patient_id=permit.patient, id=entry).order_by("-version").first()
    if row is None:
        raise errors.NotFound("no_entry")
    return _opened(row, permit)


def history(*, permit: Permit, entry: UUID) -> list[Entry]:
    """Every version of one entry, newest first, struck out ones included. Raises NotFound (`no_entry`)."""
    rows = EntryRow.objects.filter(patient_id=permit.patient, id=entry).order_by("-version")
    versions = [_opened(row, permit) for row in rows]
    if not versions:
        raise errors.NotFound("no_entry")
    return versions


def versions(*, permit: Permit, entry: UUID) -> tuple[Version, ...]:
    """The history of one entry for its page, newest first. Raises NotFound (`no_entry`)."""
    return tuple(rules.version_of(one) for one in history(permit=permit, entry=entry))


def added_to(*, permit: Permit, entry: UUID) -> list[Entry]:
    """The latest version of everything that was added to an entry, struck out or not."""
    rows = EntryRow.objects.filter(patient_id=permit.patient, about_id=entry, compartment__in=permit.compartments)
    return [_opened(row, permit) for row in rows.order_by("id", "-version").distinct("id")]


def struck_out(*, permit: Permit, kinds: Iterable[str]) -> tuple[Version, ...]:
    """What was struck out among these kinds, newest first: it left the lists and stays readable."""
    rows = (
        EntryRow.objects.filter(patient_id=permit.patient, kind__in=list(kinds), compartment__in=permit.compartments)
        .order_by("id", "-version")
        .distinct("id")[:ENTRIES_MAX]
    )
    found = [rules.version_of(_opened(row, permit)) for row in rows if row.status == STRUCK_OUT]
    return tuple(sorted(found, key=lambda one: one.recorded_at, reverse=True))


def of_many(*, keys: Mapping[UUID, bytes], kinds: Iterable[str], compartment: str) -> list[tuple[UUID, Resource]]:
    """The standing entries of some kinds of many patients in one compartment, the newest first of each: what the ticket of the transaction
    shows of them. For telling people after an incident alone. Raises Fault (`seal_broken`)."""
    rows = EntryRow.objects.filter(patient_id__in=list(keys), kind__in=list(kinds), compartment=compartment)
    latest = [row for row in rows.order_by("patient_id", "id", "-version").distinct("patient_id", "id") if row.status == "active"]
    latest.sort(key=lambda row: (row.effective_at, row.recorded_at), reverse=True)
    return [(row.patient_id, _unsealed(row, keys[row.patient_id])) for row in latest]


def _unsealed(row: EntryRow, key: bytes) -> Resource:
    place = sealing.Place(patient=row.patient_id, entry=row.id, version=row.version, compartment=row.compartment, kind=row.kind)
    unseal = sealing.unseal_deposit if row.deposit else sealing.unseal
    return unseal(key=key, place=place, sealed=bytes(row.sealed))


def _opened(row: EntryRow, permit: Permit) -> Entry:
    return Entry(
        patient=row.patient_id,
        id=row.id,
        version=row.version,
        kind=row.kind,
        compartment=row.compartment,
        stay=row.stay_id,
        author=row.author,
        recorded_at=row.recorded_at,
        effective_at=row.effective_at,
        status=row.status,
        supersedes=row.supersedes,
        deposit=row.deposit,
        about=row.about_id,
        resource=_unsealed(row, permit.key(row.compartment)),
    )
