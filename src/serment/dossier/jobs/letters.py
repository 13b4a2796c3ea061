"""Sending the letters of incidents, in the worker: the guard names the persons, the record says where they are reached.

The worker has a key of its own whose one right is to ask for the persons that two officers decided to tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog
from django.db import connection

from serment.dossier.identity import rules as identity
from serment.dossier.kernel import clock, config, errors, ids
from serment.dossier.mailing import electronic, printing, queries, sending, services
from serment.dossier.mailing.addressees import is_minor
from serment.dossier.mailing.types import (
    CURATORSHIP,
    ENGLISH,
    FRENCH,
    PROTECTIONS,
    Exposed,
    Page,
    Person,
    Placed,
    Reachable,
    Subject,
)
from serment.dossier.records.correspondents import telling
from serment.dossier.records.correspondents.types import PARENT, Correspondent, Reach
from serment.dossier.vault import client, deposits, sealing
from serment.dossier.vault.interface import InterfaceSigner
from serment.wire import seal
from serment.wire.incidents import ExposedPeople, Exposure, PeopleToTell, PersonToTell

log = structlog.get_logger()

# One session of the database holds it while it sends: a second worker, or a run that goes on, finds it taken.
LOCK = 5_130_030
PROCESSES = 2
# Before it is looked at again: when everything has left, and when something is left that the relay did not take, each time twice as long.
DONE_FOR, LEFT_FOR, LEFT_FOR_MAX = timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=12)
# The guard bounds the pace of a minute.
PACE_SECONDS = 5.0
PORTAL_KIND = "Communication"


@dataclass
class Rests:
    """Which approvals are looked at when. In memory: a worker that starts anew looks at once."""

    until: dict[UUID, datetime]
    spans: dict[UUID, timedelta]

    def is_due(self, approval: UUID, now: datetime) -> bool:
        return now >= self.until.get(approval, now)

    def rest(self, approval: UUID, now: datetime, *, is_left: bool) -> None:
        last = self.spans.get(approval, LEFT_FOR / 2)
        span = min(last * 2, LEFT_FOR_MAX) if is_left else DONE_FOR
        self.until[approval], self.spans[approval] = now + span, span if is_left else LEFT_FOR / 2


RESTS = Rests(until={}, spans={})


def advance(*, now: Callable[[], datetime] = clock.now, processes: int = PROCESSES, rests: Rests = RESTS) -> int:
    """Do what is to do for every mailing that was let go. Answers how many were looked at; what is refused is told to the operators."""
    due = [one for one in queries.begun() if rests.is_due(one.approval, now())]
    if not due:
        return 0
    with _alone() as is_alone:
        for one in due if is_alone else ():
            try:
                send(one, now=now, processes=processes)
                is_left, code = bool(queries.places_open(incident=one.incident, approval=one.approval)), ""
            except errors.Refused as refused:
                # A code of ours: it says nothing of anybody.
                log.error("letters_stopped", incident=str(one.incident), code=refused.code)
                is_left, code = True, refused.code
            services.stopped(incident=one.incident, approval=one.approval, code=code, now=now())
            rests.rest(one.approval, now(), is_left=is_left)
    return len(due) if is_alone else 0


def send(one: queries.Begun, *, now: Callable[[], datetime], processes: int) -> None:
    """Everything there is to do for one approval. Raises what the guard refuses, and what `sending.run` raises."""
    here = config.current()
    event = queries.words_of(incident=one.incident)
    if event is None or here.interface_key_file is None:
        raise errors.Fault("mailer_not_configured")
    relay = electronic.configured(here.data_dir / "config" / "letters.json")
    session = electronic.Session(relay) if relay else None
    signer = InterfaceSigner(here.interface_key_file, now=clock.ahead(here.clock_file, now))
    try:
        with printing.Press(processes) as press:
            sending.run(
                sending.Job(
                    incident=one.incident, approval=one.approval, event=event, recipient=one.recipient, folder=here.objects_dir,
                    key=here.letters_key.encode(), release=releasing(signer, one, today=event.written_on), press=press,
                    domain=electronic.domain(here.origin), post=session, now=now,
                )
            )  # fmt: skip
    finally:
        if session is not None:
            session.close()


def releasing(signer: InterfaceSigner, one: queries.Begun, *, today: date) -> sending.Release:
    """The persons of an approval, page by page, as the guard gives them."""

    def release(after: int, limit: int) -> Page:
        given = _asked(signer, one, after, limit)
        reached = telling.reach_of(
            ticket=given.ticket, keys={person.exposure.patient: person.contact_key for person in given.people}, today=today
        )
        people = [_placed(person, reached[person.exposure.patient], one.incident, today) for person in given.people]
        gone = [Placed(place=exposure.place, patient=exposure.patient, hold="identity_gone") for exposure in given.unreachable]
        return Page(people=tuple(sorted([*people, *gone], key=lambda placed: placed.place)), last=given.last, done=given.done)

    return release


def _asked(signer: InterfaceSigner, one: queries.Begun, after: int, limit: int) -> PeopleToTell:
    """One page; asked again while the guard says that it goes too fast."""
    while True:
        signed = signer.sign("exposed_people")
        request = ExposedPeople(
            session=signed.session, proof=signed.proof, incident=one.incident, approval=one.approval, after=after, limit=limit
        )
        try:
            found: PeopleToTell = client.guard().call("exposed_people", request)
        except errors.Exhausted as refused:
            if refused.remedy != "retry":
                raise
            time.sleep(PACE_SECONDS)
            continue
        return found


def _placed(given: PersonToTell, reach: Reach, incident: UUID, today: date) -> Placed:
    exposure = given.exposure
    subject = Subject(exposed=exposed(exposure), person=person(given, reach, today=today), email=reach.email, seal=_sealer(given, incident))
    return Placed(place=exposure.place, patient=exposure.patient, subject=subject, hold=hold(exposure, reach))


def hold(exposure: Exposure, reach: Reach) -> str:
    """Why nothing is sent by itself. Something protected is known to exist and cannot be read: it may be that the person's name or address
    may not be known, unless they named a safe contact."""
    if "sealed" in exposure.flags and not reach.has_safe_contact:
        return "sealed"
    return next((flag for flag in ("fictitious", "doubtful") if flag in exposure.flags), "")


def exposed(exposure: Exposure) -> Exposed:
    """What was seen, as a letter says it."""
    return Exposed(
        patient=exposure.patient, certainty=exposure.certainty, kinds=exposure.kinds, possible_kinds=exposure.possible_kinds,
        first_at=exposure.first_at, last_at=exposure.last_at,
    )  # fmt: skip


def person(given: PersonToTell, reach: Reach, *, today: date) -> Person:
    """Who they are and whom one may write to. A mandate for future protection is handled as curatorship: both are written to."""
    known, minor = given.identity, is_minor(given.identity.birth_date, today)
    protection = CURATORSHIP if reach.measure == "future_mandate" else reach.measure
    representatives = [one for one in reach.representatives if minor or one.measure != PARENT]
    return Person(
        patient=given.exposure.patient, name=f"{identity.given_name(known)} {identity.surname(known)}", birth_date=known.birth_date,
        address=reach.address, language=ENGLISH if reach.language.startswith("en") else FRENCH, is_deceased=reach.is_deceased,
        protection=protection if protection in PROTECTIONS else "", has_safe_contact=reach.has_safe_contact,
        has_protected_identity=given.has_protected_identity,
        safe_contact=_reachable(reach.safe_contact) if reach.safe_contact else None,
        representatives=tuple(_reachable(one) for one in representatives), heirs=tuple(_reachable(one) for one in reach.heirs),
    )  # fmt: skip


def _reachable(one: Correspondent) -> Reachable:
    return Reachable(name=one.name, address=one.address)


def _sealer(given: PersonToTell, incident: UUID) -> Callable[[str], bytes]:
    """Closes a message with the public half of the person's own key: whoever opens their record may read it, nobody else."""
    patient = given.exposure.patient
    place = sealing.Place(
        patient=patient, entry=ids.derived("portal", incident, patient), version=1, compartment="contact", kind=PORTAL_KIND
    )
    public_key = seal.deposit_public_key(given.contact_key)

    def sealed(text: str) -> bytes:
        resource = {"resourceType": PORTAL_KIND, "status": "completed", "payload": [{"contentString": text}]}
        return deposits.seal_deposit(public_key=public_key, place=place, resource=resource)

    return sealed


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else sends: a lock of the database that ends with whoever holds it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [LOCK])
        row = cursor.fetchone()
    is_alone = bool(row and row[0])
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [LOCK])
