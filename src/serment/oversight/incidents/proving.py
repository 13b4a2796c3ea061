"""`prove_exposure`, `prove_absence`, `incident_excerpt`: leaves with the hashes that lead to a signed checkpoint.

Whoever has the journal's public key checks them without us (`python -m serment.auditor excerpt`). What an absence proves, and to whom, is
told in docs/subsystems/journal.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.oversight.incidents import disclosures, scopes
from serment.oversight.incidents.asking import officer
from serment.oversight.incidents.criteria import COMINGS, DECODER, DISCLOSURES, LISTS, NOTIFICATION, OPENINGS, Leaf, Named, reading_from
from serment.oversight.incidents.declaring import check_window
from serment.oversight.incidents.statements import case
from serment.wire import incidents as wire
from serment.wire import merkle
from serment.wire.protocol import CONFLICT, INVALID, NOT_FOUND

# Leaves of one person that are proved in one answer.
PROVED_MAX = 200
NAMING = (*LISTS, NOTIFICATION)
# Whoever registers a person is shown nothing.
SHOWING = (*OPENINGS, *NAMING)

_OF_PATIENT = """
select s.leaf_index, e.leaf from journal_entry e join journal_sequence s on s.entry_id = e.id
where e.at >= %(since)s and e.at <= %(until)s and s.leaf_index < %(size)s
  and ((e.patient_id = %(patient)s and e.kind = any(%(kinds)s))
    or (e.kind in ('lines', 'find', 'notification') and journal_shown(e.leaf) @> array[%(patient)s::uuid]))
order by s.leaf_index
"""


class Placed(NamedTuple):
    """A leaf at its place in the tree: its bytes, and what matters of them."""

    place: int
    raw: bytes
    leaf: Leaf


def exposure(guard: Guard, request: wire.ProveExposure, now: datetime) -> wire.ExposureProof:
    """Every leaf that exposed a person. Refuses `scope_missing`, `unknown_exposure` for who is not among the exposed."""
    with guard.pool.connection() as tx:
        officer(guard, tx, request, verb="prove_exposure", now=now)
        scope = scopes.required(guard, tx, request.incident)
        one = scopes.EXPOSED.one(guard, tx, "scope_id = %s and patient_id = %s", scope.id, request.patient)
        if one is None:
            raise Refused(NOT_FOUND, "unknown_exposure", field="patient")
        criteria = _criteria(guard, tx, scope)
        found = _exposing(guard, tx, criteria, request.patient, scope.size, DISCLOSURES)
        size = checkpoint_size(tx, scope.size)
        return wire.ExposureProof(
            exposure=scopes.shown(one), leaves=prove(tx, found[:PROVED_MAX], size), total=len(found), sealed=sealed(tx, size)
        )


def absence(guard: Guard, request: wire.ProveAbsence, now: datetime) -> wire.AbsenceProof:
    """Whether anybody saw anything of a patient in a window, and the proof of the answer. Refuses `window_unreadable`."""
    check_window(request.since, request.until)
    with guard.pool.connection() as tx:
        officer(guard, tx, request, verb="prove_absence", now=now)
        criteria = wire.Criteria(since=request.since, until=request.until, everybody=True)
        last = tx.execute("select coalesce(max(size), 0) from journal_checkpoint").fetchone()
        size = checkpoint_size(tx, int(last[0]) if last else 0)
        seen = _exposing(guard, tx, criteria, request.patient, size, SHOWING)
        around, number = _around(tx, request, size)
        query = "select count(*) from journal_entry where kind = any(%s) and at >= %s and at <= %s"
        lists = tx.execute(query, (list(NAMING), request.since, request.until)).fetchone()
        return wire.AbsenceProof(
            patient=request.patient, since=request.since, until=request.until, absent=not seen,
            live=any(one.leaf.at < request.since for one in seen), seen=prove(tx, seen[:PROVED_MAX], size),
            around=prove(tx, around[:PROVED_MAX], size), last=number, lists=int(lists[0]) if lists else 0, size=size,
            sealed=sealed(tx, size),
        )  # fmt: skip


def excerpt(guard: Guard, request: wire.Excerpt, now: datetime) -> wire.ExcerptPage:
    """The leaves of an incident, in the order of the tree: what exposed somebody, and the comings and goings of what it names.

    Its first page is told to the journal: whoever takes an excerpt away has taken part of it. Refuses `scope_missing`, `page_unreadable`,
    `checkpoint_unknown`."""
    if not 0 < request.limit <= wire.PAGE_MAX or request.after < -1:
        raise Refused(INVALID, "page_unreadable", field="limit")
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="incident_excerpt", now=now, page=request.after + 1)
        scope = scopes.required(guard, tx, request.incident)
        if request.after < 0:
            body = {"incident": scope.incident_id, "scope": scope.id}
            journal.append(tx, at=now, kind="excerpt", account=who.id, patient=None, body=body)
        named, reading = disclosures.resolve(guard, tx, _criteria(guard, tx, scope), scope.size)
        found, done = _page(tx, named, reading, after=request.after, limit=request.limit)
        size = request.size or checkpoint_size(tx, scope.size)
        note = sealed(tx, size if size >= scope.size else -1)
        return wire.ExcerptPage(leaves=prove(tx, found, size), sealed=note, size=size, done=done)


def _criteria(guard: Guard, tx: Transaction, scope: scopes.Scope) -> wire.Criteria:
    known = case(guard, tx, scope.incident_id)
    return next(one for one in known.statements if one.number == scope.statement).criteria


def _exposing(guard: Guard, tx: Transaction, criteria: wire.Criteria, patient: UUID, size: int, kinds: tuple[str, ...]) -> list[Placed]:
    """The leaves of some kinds that exposed one patient, by the same rules as for everybody."""
    asked = {"since": reading_from(criteria), "until": criteria.until, "size": size, "patient": patient, "kinds": list(kinds)}
    rows = tx.execute(_OF_PATIENT, asked).fetchall()
    found = [Placed(index, bytes(raw), DECODER.decode(raw)) for index, raw in rows]
    among = frozenset(one.leaf.account for one in found if one.leaf.account)
    named, _ = disclosures.resolve(guard, tx, criteria, size, among=among)
    return [one for one in found if named.certainty(one.leaf)]


def _around(tx: Transaction, request: wire.ProveAbsence, size: int) -> tuple[list[Placed], int]:
    """The patient's own leaves from the last before the window to the first after it, and the last number that the tree holds."""
    rows = tx.execute(
        """select s.leaf_index, e.leaf, e.patient_seq, e.at from journal_entry e join journal_sequence s on s.entry_id = e.id
           where e.patient_id = %s and s.leaf_index < %s order by e.patient_seq""",
        (request.patient, size),
    ).fetchall()
    before = max((number for _, _, number, at in rows if at < request.since), default=0)
    after = min((number for _, _, number, at in rows if at > request.until), default=rows[-1][2] if rows else 0)
    around = [Placed(index, bytes(raw), DECODER.decode(raw)) for index, raw, number, _ in rows if before <= number <= after]
    return around, rows[-1][2] if rows else 0


def _page(tx: Transaction, named: Named, reading: disclosures.Reading, *, after: int, limit: int) -> tuple[list[Placed], bool]:
    """Some leaves of an incident after a place, and whether no more follow."""
    found: list[Placed] = []
    for index, raw, leaf in reading.placed(tx, (*COMINGS, *DISCLOSURES), after=after):
        if named.certainty(leaf) if leaf.kind in DISCLOSURES else named.matches(leaf) and named.is_inside(leaf.at):
            if len(found) == limit:
                return found, False
            found.append(Placed(index, raw, leaf))
    return found, True


def checkpoint_size(tx: Transaction, size: int) -> int:
    """A signed tree that holds at least so many leaves: the first that a witness outside cosigned, else the very one of this size."""
    row = tx.execute("select min(size) from journal_cosignature where size >= %s", (size,)).fetchone()
    return int(row[0]) if row and row[0] is not None else size


def sealed(tx: Transaction, size: int) -> wire.Sealed:
    """The checkpoint of a size, and what others said of it. Refuses `checkpoint_unknown`."""
    row = tx.execute("select note from journal_checkpoint where size = %s", (size,)).fetchone()
    if row is None:
        raise Refused(CONFLICT, "checkpoint_unknown")
    lines = tx.execute("select line from journal_cosignature where size = %s order by witness", (size,)).fetchall()
    stamp = tx.execute("select token from journal_timestamp where size = %s", (size,)).fetchone()
    return wire.Sealed(note=row[0], cosignatures=tuple(line for (line,) in lines), timestamp=bytes(stamp[0]) if stamp else b"")


def prove(tx: Transaction, found: Iterable[Placed], size: int) -> tuple[wire.ProvedLeaf, ...]:
    """The leaves with their paths to the root of the tree of a size."""
    subtree = cache(journal.reading.subtree(tx))

    return tuple(
        wire.ProvedLeaf(index=one.place, leaf=one.raw, path=tuple(merkle.inclusion_proof(one.place, size, subtree))) for one in found
    )
