"""Computations of whom an incident exposed, at rest: asked for, done or failed; and the persons of the last one that is done."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.wire import incidents as wire
from serment.wire.incidents import ASKED, DONE, RUNNING
from serment.wire.protocol import CONFLICT, FAULT

# Lines of the journal about computations that are read back: one a day for twenty years.
TOLD_MAX = 10_000


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One computation. `size` is that of the signed tree, `digest` that of all its persons; `figures` are canonical JSON."""

    id: UUID
    incident_id: UUID
    statement: int
    asked_by: UUID
    asked_at: datetime
    state: str = ASKED
    done_at: datetime | None = None
    size: int = 0
    digest: bytes = b""
    persons: int = 0
    certain: int = 0
    figures: str = "{}"


@dataclass(frozen=True, kw_only=True)
class Exposed:
    """One person of a computation."""

    scope_id: UUID
    place: int
    patient_id: UUID
    certainty: str
    compartments: tuple[str, ...]
    kinds: tuple[str, ...]
    possible_kinds: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    openings: int
    lines: int
    flags: tuple[str, ...]


SCOPES = rows.Table("scope", Scope)
EXPOSED = rows.Table("exposure", Exposed, key=("scope_id", "place"))

# How far a computation that runs in this process has come: done, of how many.
PROGRESS: dict[UUID, tuple[int, int]] = {}


def last(guard: Guard, tx: Transaction, incident: UUID) -> Scope | None:
    """The computation asked for last."""
    return SCOPES.one(guard, tx, "incident_id = %s order by asked_at desc, id limit 1", incident)


def finished(guard: Guard, tx: Transaction, incident: UUID) -> Scope | None:
    """The last computation that is done. Refuses `forged_row` when it is not the one that the journal was told of last."""
    found = SCOPES.one(guard, tx, "incident_id = %s and state = %s order by done_at desc, id limit 1", incident, DONE)
    leaves = (leaf["body"] for leaf in journal.reading.of_kind(tx, "scope", limit=TOLD_MAX))
    told = next(((one["scope"], one["digest"]) for one in leaves if one["incident"] == str(incident)), None)
    if told != ((str(found.id), found.digest.hex()) if found else None):
        raise Refused(FAULT, "forged_row")
    return found


def required(guard: Guard, tx: Transaction, incident: UUID) -> Scope:
    """The same, where there must be one. Refuses `scope_missing`."""
    found = finished(guard, tx, incident)
    if found is None:
        raise Refused(CONFLICT, "scope_missing")
    return found


def persons(guard: Guard, tx: Transaction, scope: Scope, *, after: int, limit: int) -> list[Exposed]:
    """The persons after a place. Refuses `forged_row` when one was altered or is missing: nobody is left out in silence."""
    found = EXPOSED.all(guard, tx, "scope_id = %s and place > %s order by place limit %s", scope.id, after, limit)
    due = range(after + 1, min(after + limit, scope.persons) + 1)
    if [one.place for one in found] != list(due):
        raise Refused(FAULT, "forged_row")
    return found


def shown(one: Exposed) -> wire.Exposure:
    return wire.Exposure(
        place=one.place, patient=one.patient_id, certainty=one.certainty, compartments=one.compartments, kinds=one.kinds,
        possible_kinds=one.possible_kinds, first_at=one.first_at, last_at=one.last_at, openings=one.openings, lines=one.lines,
        flags=one.flags,
    )  # fmt: skip


def line(scope: Scope | None) -> wire.ScopeLine:
    """A computation as the officers see it, with how far it has come."""
    if scope is None:
        return wire.ScopeLine()
    done, total = PROGRESS.get(scope.id, (0, 0))
    running = scope.state == ASKED and total > 0
    return wire.ScopeLine(
        state=RUNNING if running else scope.state, statement=scope.statement, done=done if running else scope.persons,
        total=total if running else scope.persons, asked_at=scope.asked_at, done_at=scope.done_at, size=scope.size,
        digest=scope.digest.hex(), persons=scope.persons, certain=scope.certain, possible=scope.persons - scope.certain,
    )  # fmt: skip


def figures(scope: Scope) -> wire.Figures:
    """The figures of a computation that is done."""
    told = json.loads(scope.figures)

    def counts(name: str) -> tuple[wire.Count, ...]:
        return tuple(wire.Count(word=word, persons=persons, certain=certain) for word, persons, certain in told[name])

    return wire.Figures(
        scope=line(scope), compartments=counts("compartments"), kinds=counts("kinds"), flags=counts("flags"), openings=told["openings"],
        lines=told["lines"], decoys=told["decoys"], kinds_known=told["kinds_known"], span_seconds=told["span_seconds"],
        spans=tuple(
            wire.Span(since=datetime.fromisoformat(since), openings=openings, lines=lines, new_persons=new)
            for since, openings, lines, new in told["spans"]
        ),
    )  # fmt: skip


def forget_persons(tx: Transaction, scope: UUID) -> None:
    """Take back what a computation that did not end has written."""
    tx.execute("delete from exposure where scope_id = %s", (scope,))


def forget_older(tx: Transaction, scope: Scope) -> None:
    """The persons of earlier computations of the incident: they are computed again from the journal whenever somebody asks."""
    older = "select id from scope where incident_id = %s and id <> %s and state = 'done'"
    tx.execute(f"delete from exposure where scope_id in ({older})", (scope.incident_id, scope.id))
