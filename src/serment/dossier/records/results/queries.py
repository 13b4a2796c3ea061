"""Reading results, and what waits to be seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from serment.dossier.disclosure.types import Permit
from serment.dossier.kernel import errors, ids
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries.types import Entry, written
from serment.dossier.records.observations import resources as observations
from serment.dossier.records.results import resources, rules
from serment.dossier.records.results.models import ARRIVED, SEEN, UNSEEN, ResultStepRow
from serment.dossier.records.results.types import Item, Panel, State, Waiting

KIND = resources.KIND
DOCUMENT = "DocumentReference"
_STATUSES = {
    "registered": "preliminary",
    "partial": "preliminary",
    "preliminary": "preliminary",
    "amended": "corrected",
    "corrected": "corrected",
}


def panels(*, permit: Permit, count: int, page: int = 1) -> tuple[tuple[Panel, ...], bool]:
    """A page of panels, the newest first, each with its analyses in their order; and whether another follows. No other is decrypted."""
    found, more = entries.newest(permit=permit, kind=KIND, page=page, count=count)
    return _panels(permit, found), more


def of_document(*, permit: Permit, document: UUID) -> tuple[Panel, ...]:
    """The panels that came with a document, in the order of their times."""
    return _panels(permit, entries.about(permit=permit, entry=document, kind=KIND))


def one(*, permit: Permit, panel: UUID) -> Panel:
    """One panel. Raises NotFound (`no_entry`)."""
    found = entries.some(permit=permit, ids=[panel], kind=KIND)
    if not found:
        raise errors.NotFound("no_entry")
    return _panels(permit, found)[0]


def _panels(permit: Permit, found: list[Entry]) -> tuple[Panel, ...]:
    wanted = [one for entry in found for one in members(entry)]
    analyses = {one.id: one for one in entries.some(permit=permit, ids=wanted, kind=observations.KIND)}
    return tuple(_panel(entry, [analyses[one] for one in members(entry) if one in analyses]) for entry in found)


def members(entry: Entry) -> list[UUID]:
    """The analyses that a panel holds, in its order."""
    references = [str(one.get("reference", "")) for one in entry.resource.get("result", [])]
    return [found for one in references if (found := ids.parsed(one.rpartition("/")[2]))]


def _panel(entry: Entry, analyses: list[Entry]) -> Panel:
    resource = entry.resource
    performers = [str(one.get("display", "")) for one in resource.get("performer", [])]
    forms = [str(one.get("url", "")) for one in resource.get("presentedForm", [])]
    document = next((found for one in forms if (found := ids.parsed(one.removeprefix("DocumentReference/")))), None)
    return Panel(
        written=written(entry, ", ".join(filter(None, performers))), title=entry_rules.title(resource),
        status=_STATUSES.get(str(resource.get("status", "")), "final"), at=entry.effective_at,
        laboratory=", ".join(filter(None, performers)),
        results=tuple(observations.read(one) for one in analyses), comment=str(resource.get("conclusion", "")), document=document,
    )  # fmt: skip


def in_units(units: Collection[UUID], *, seen_since: datetime) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """What waits for a physician of these units, the urgent first; and what was seen since an instant. By identifiers: nothing is read."""
    if not units:
        return (), ()
    with connection.cursor() as cursor:
        cursor.execute("select * from results_in(%s, %s)", [list(units), seen_since])
        found = [(row[4], _item(row)) for row in cursor.fetchall()]
    waiting = tuple(item for step, item in found if step != SEEN)
    return rules.in_order(waiting), tuple(item for step, item in found if step == SEEN)


def _item(row: tuple[UUID, UUID, int, str, str, bool, UUID | None, datetime, datetime]) -> Item:
    patient, entry, version, kind, step, is_urgent, author, at, arrived_at = row
    seen = step == SEEN
    return Item(
        patient=patient, entry=entry, version=version, kind=kind, is_urgent=is_urgent, arrived_at=arrived_at or at,
        seen_by=author if seen else None, at=at if seen else None,
    )  # fmt: skip


def state_of(*, permit: Permit, entry: UUID) -> State | None:
    """Where a document of the record stands, None for one that waits for nobody."""
    rows = list(ResultStepRow.objects.filter(patient_id=permit.patient, entry=entry).order_by("at", "step"))
    arrived = next((row for row in reversed(rows) if row.step == ARRIVED), None)
    if arrived is None:
        return None
    last = rows[-1]
    seen = last if last.step == SEEN else None
    return State(
        kind=arrived.kind, version=arrived.version, is_urgent=arrived.is_urgent, arrived_at=arrived.at,
        seen_by=seen.author if seen else None, seen_at=seen.at if seen else None,
    )  # fmt: skip


def waiting_of(*, permit: Permit, count: int) -> tuple[tuple[Waiting, ...], int]:
    """What waits to be seen in one record, as many as asked and whatever is urgent: the critical first, then the oldest; and how many wait
    besides. Reads what it answers and nothing else."""
    every = _waiting_steps(permit)
    wanted = sorted(every, key=lambda entry: not every[entry].is_urgent)[: max(count, sum(one.is_urgent for one in every.values()))]
    steps = {entry: step for entry, step in every.items() if entry in set(wanted)}
    if not steps:
        return (), 0
    panels = {panel.written.entry: panel for panel in _panels(permit, entries.some(permit=permit, ids=list(steps), kind=KIND))}
    rest = [entry for entry in steps if entry not in panels]
    papers = {paper.id: paper for paper in entries.some(permit=permit, ids=rest, kind=DOCUMENT)}
    found = [_of_panel(panels[entry]) for entry in steps if entry in panels]
    found += [_of_paper(permit, papers[entry], is_urgent=steps[entry].is_urgent) for entry in rest if entry in papers]
    oldest = {entry: place for place, entry in enumerate(steps)}
    return tuple(sorted(found, key=lambda one: (not one.critical, oldest[one.entry]))), len(every) - len(steps)


def _waiting_steps(permit: Permit) -> dict[UUID, ResultStepRow]:
    """How each thing that waits in one record arrived, the oldest first."""
    arrived: dict[UUID, ResultStepRow] = {}
    latest: dict[UUID, ResultStepRow] = {}
    for row in ResultStepRow.objects.filter(patient_id=permit.patient).order_by("at", "step"):
        latest[row.entry] = row
        if row.step == ARRIVED:
            arrived[row.entry] = row
    return {entry: arrived[entry] for entry, row in latest.items() if row.step in (ARRIVED, UNSEEN) and entry in arrived}


def _of_panel(panel: Panel) -> Waiting:
    return Waiting(entry=panel.written.entry, title=panel.title, critical=tuple(one for one in panel.results if one.is_critical))


def _of_paper(permit: Permit, paper: Entry, *, is_urgent: bool) -> Waiting:
    """A document, with what is critical in the panels that came with it."""
    panels = of_document(permit=permit, document=paper.id) if is_urgent else ()
    critical = tuple(one for panel in panels for one in panel.results if one.is_critical)
    return Waiting(entry=paper.id, title=entry_rules.title(paper.resource), critical=critical)
