"""`disclosures`: who opened this record, as its visitors' book; `notices`: the emergencies the security officer must read."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from serment import journal
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.release import standing
from serment.guard.release.caller import present, refusals_of
from serment.guard.vault import store
from serment.wire.canonical import decode_bytes
from serment.wire.protocol import DENIED, Disclosure, Disclosures, DisclosureSet, Notice, Notices, Signed

SHOWN = frozenset({"opening", "emergency", "registration", "copy"})
SHOWN_MAX = 500
NOTICES_FOR = timedelta(days=30)


def disclosures(guard: Guard, request: Disclosures, now: datetime) -> DisclosureSet:
    """The journal's lines about a record that the caller has open, newest first."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="disclosures", now=now, patient=request.patient)
        known = standing.openings_of(guard, tx, who, request.patient, now)
        with refusals_of(who, request.patient):
            if not known:
                raise Refused(DENIED, "not_open")
        leaves = [leaf for leaf in journal.reading.for_patient(tx, request.patient, limit=SHOWN_MAX) if leaf["kind"] in SHOWN]
        people = accounts.labels(guard, tx, {UUID(leaf["account"]) for leaf in leaves if leaf.get("account")})
        wrapped = store.patient_key(tx, request.patient)
    return DisclosureSet(disclosures=tuple(_line(guard, request.patient, wrapped, leaf, people) for leaf in leaves))


def _line(guard: Guard, patient: UUID, wrapped: bytes, leaf: dict[str, Any], people: dict[UUID, accounts.Account]) -> Disclosure:
    body, account = leaf["body"], UUID(leaf["account"])
    person = people.get(account)
    text = guard.vault.unseal_identity(patient, wrapped, decode_bytes(body["text"])).decode() if "text" in body else ""
    return Disclosure(
        at=datetime.fromisoformat(leaf["at"]),
        account=account,
        label=person.label if person else str(account),
        profession=person.profession if person else "",
        role=body.get("role", ""),
        kind=leaf["kind"],
        tie=body.get("tie", ""),
        explained=bool(body.get("explained", leaf["kind"] == "registration")),
        compartments=tuple(body.get("compartments", ())),
        reason=body.get("reason", ""),
        text=text,
    )


def notices(guard: Guard, request: Signed, now: datetime) -> Notices:
    """The break-glass openings of the last month, for the security officer and the data-protection officer."""
    with guard.pool.connection() as tx:
        who = present(guard, tx, request, verb="notices", now=now)
        with refusals_of(who):
            who.require("guard:journal:read")
        leaves = journal.reading.emergencies(tx, now - NOTICES_FOR)
        people = accounts.labels(guard, tx, {UUID(leaf["account"]) for leaf in leaves})
    return Notices(
        notices=tuple(
            Notice(
                at=datetime.fromisoformat(leaf["at"]),
                account=UUID(leaf["account"]),
                label=people[UUID(leaf["account"])].label,
                profession=people[UUID(leaf["account"])].profession,
                patient=UUID(leaf["patient"]),
                reason=leaf["body"]["reason"],
            )
            for leaf in leaves
        )
    )
