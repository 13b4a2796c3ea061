"""Incidents, asked of the guard: what was declared, whom it exposed, and the proof of it. Patients by identifier only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire import incidents as wire
from serment.wire.protocol import Empty, Signed, Status

PERSONS_PAGE = 100


def register(*, signed: SignedRequest) -> tuple[wire.Incident, ...]:
    """Every incident, the latest declared first. Raises Denied (`role`, `assurance`)."""
    found: wire.Incidents = client.guard().call("incidents", Signed(session=signed.session, proof=signed.proof))
    return found.incidents


def incident(*, signed: SignedRequest, id: UUID) -> wire.Incident:
    """One incident with all its statements. Raises Denied, NotFound (`unknown_incident`)."""
    found: wire.Incident = client.guard().call("incident", _one(signed, id))
    return found


def declare(*, signed: SignedRequest, reference: str, aware_at: datetime, criteria: wire.Criteria, known: str) -> wire.Incident:
    """Declare one. Raises Invalid naming the field, Conflict (`reference_taken`)."""
    request = wire.DeclareIncident(
        session=signed.session, proof=signed.proof, reference=reference, aware_at=aware_at, criteria=criteria, known=known
    )
    made: wire.Incident = client.guard().call("declare_incident", request)
    return made


def amend(
    *, signed: SignedRequest, id: UUID, number: int, phase: str, aware_at: datetime, criteria: wire.Criteria, known: str
) -> wire.Incident:
    """Say more. Raises Invalid, Conflict (`statement_changed`, `incident_closed`)."""
    request = wire.AmendIncident(
        session=signed.session,
        proof=signed.proof,
        incident=id,
        number=number,
        phase=phase,
        aware_at=aware_at,
        criteria=criteria,
        known=known,
    )
    made: wire.Incident = client.guard().call("amend_incident", request)
    return made


def suggest(*, signed: SignedRequest, criteria: wire.Criteria) -> wire.Suggestion:
    """The window that the first strange sign opens, and the signs. Raises Invalid."""
    request = wire.SuggestWindow(session=signed.session, proof=signed.proof, criteria=criteria)
    found: wire.Suggestion = client.guard().call("suggest_window", request)
    return found


def compute(*, signed: SignedRequest, id: UUID) -> wire.ScopeLine:
    """Have the guard compute whom the incident exposed, for its last statement."""
    asked: wire.ScopeLine = client.guard().call("compute_scope", _one(signed, id))
    return asked


def progress(*, signed: SignedRequest, id: UUID) -> wire.ScopeLine:
    """How far the computation is."""
    found: wire.ScopeLine = client.guard().call("scope_progress", _one(signed, id))
    return found


def figures(*, signed: SignedRequest, id: UUID) -> wire.Figures:
    """What the computed scope counts. Raises Conflict before there is one."""
    found: wire.Figures = client.guard().call("scope_figures", _one(signed, id))
    return found


def exposed(*, signed: SignedRequest, id: UUID, after: int = 0, limit: int = PERSONS_PAGE) -> wire.Exposures:
    """The exposed persons after a place."""
    request = wire.ExposedPage(session=signed.session, proof=signed.proof, incident=id, after=after, limit=limit)
    found: wire.Exposures = client.guard().call("exposed", request)
    return found


def prove_exposure(*, signed: SignedRequest, id: UUID, patient: UUID) -> wire.ExposureProof:
    """The leaves that exposed one person. Raises NotFound for somebody who is not in the scope."""
    request = wire.ProveExposure(session=signed.session, proof=signed.proof, incident=id, patient=patient)
    found: wire.ExposureProof = client.guard().call("prove_exposure", request)
    return found


def find_caller(*, signed: SignedRequest, said: Mapping[str, Any]) -> wire.Caller:
    """The record of whoever calls, by what they said (the fields of `FindCaller`). Raises Invalid, StepUp and Exhausted (`lines_spent`)."""
    found: wire.Caller = client.guard().call("find_caller", wire.FindCaller(session=signed.session, proof=signed.proof, **said))
    return found


def prove_absence(*, signed: SignedRequest, patient: UUID, since: datetime, until: datetime) -> wire.AbsenceProof:
    """Whether anybody saw anything of one person in a window. Raises NotFound, Invalid."""
    request = wire.ProveAbsence(session=signed.session, proof=signed.proof, patient=patient, since=since, until=until)
    found: wire.AbsenceProof = client.guard().call("prove_absence", request)
    return found


def excerpt(*, signed: SignedRequest, id: UUID) -> Iterator[wire.ExcerptPage]:
    """The leaves that belong to an incident, page after page, all leading to one checkpoint. Raises Conflict before there is a scope."""
    after, size, done = -1, 0, False
    while not done:
        request = wire.Excerpt(session=signed.session, proof=signed.proof, incident=id, after=after, limit=wire.PAGE_MAX, size=size)
        page: wire.ExcerptPage = client.guard().call("incident_excerpt", request)
        yield page
        after, size, done = page.leaves[-1].index if page.leaves else after, page.size, page.done or not page.leaves


def journal_key() -> str:
    """The public key that the guard says its journal is signed with."""
    found: Status = client.guard().call("status", Empty())
    return found.journal_key


def everybody_exposed(*, signed: SignedRequest, id: UUID) -> Iterator[wire.Exposure]:
    """Every exposed person, page after page."""
    after = 0
    while True:
        page = exposed(signed=signed, id=id, after=after, limit=wire.PAGE_MAX)
        yield from page.persons
        if len(page.persons) < wire.PAGE_MAX:
            return
        after = page.persons[-1].place


def _one(signed: SignedRequest, id: UUID) -> wire.OneIncident:
    return wire.OneIncident(session=signed.session, proof=signed.proof, incident=id)
