"""Loading the demonstration through the same doors as any interface: it registers, admits, ties and deposits, and reads nothing back.

Every step may be repeated: what is there already stays as it is.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min

from serment.dossier.demonstration import analyses, chronicle, filing, situations, timing
from serment.dossier.demonstration.models import LoadedPatient
from serment.dossier.demonstration.organisation import ESTABLISHMENT, ESTABLISHMENTS, GROUP, UNIT, UNITS
from serment.dossier.demonstration.population import patient as fictional
from serment.dossier.demonstration.types import Leg, Patient, Sample
from serment.dossier.disclosure import ties
from serment.dossier.encounters import queries as stays
from serment.dossier.encounters import rules
from serment.dossier.encounters import services as encounters
from serment.dossier.encounters.types import Event
from serment.dossier.identity import services as identities
from serment.dossier.kernel import ids
from serment.dossier.organisations import services as organisations
from serment.dossier.records.documents import services as documents
from serment.dossier.records.entries import services as entries
from serment.dossier.records.observations import resources as observations
from serment.dossier.records.results import resources as results
from serment.dossier.records.results import services as seeing
from serment.dossier.vault.sealing import Resource
from serment.dossier.vault.types import Signer
from serment.wire.protocol import Lure, Registered

# More threads than processors: each spends most of its time waiting for the guard's journal to be durable.
THREADS = 4
SOURCE = "demonstration"
Progress = Callable[[int, int], None]


def load(*, count: int, signer: Signer, now: datetime, tell: Progress) -> int:
    """Load the organisation and the first `count` patients; answers how many were new. `tell` hears of each one.

    Raises whatever the guard or the database refuses with; what was loaded stays, and the next load goes on from there.
    """
    declare_organisation()
    told = LoadedPatient.objects.filter(number__lt=count)
    done = set(told.values_list("number", flat=True))
    # The instant of the first load: a load that goes on later must not tell another story.
    origin = LoadedPatient.objects.aggregate(first=Min("told_at"))["first"] or timing.minute(now)
    missing = iter([number for number in range(count) if number not in done])
    work = _Work(missing=missing, progress=_Counter(len(done), count, tell), signer=signer, now=origin, lures=_Lures())
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        for worker in [pool.submit(_take, work) for _ in range(THREADS)]:
            worker.result()
    return count - len(done)


def declare_organisation() -> None:
    """Establishments, units and beds."""
    with transaction.atomic():
        for one in ESTABLISHMENTS:
            organisations.declare_establishment(
                id=one.id, group=GROUP, name=one.name, kind=one.kind, finess=one.finess, authority=one.authority
            )
            organisations.give_letterhead(establishment=one.id, address=one.address, telephone=one.telephone)
        for unit in UNITS:
            establishment = ESTABLISHMENT[unit.establishment].id
            organisations.declare_unit(id=unit.id, establishment=establishment, code=unit.code, name=unit.name, kind=unit.kind)
            for label in (*unit.beds, *unit.cots):
                organisations.declare_bed(unit=unit.id, label=label)


class _Counter:
    """Counts what is done, from several threads."""

    def __init__(self, done: int, total: int, tell: Progress) -> None:
        self._done, self._total, self._tell = done, total, tell
        self._lock = threading.Lock()
        self.stopped = False

    def next_of(self, numbers: Iterator[int]) -> int | None:
        with self._lock:
            return None if self.stopped else next(numbers, None)

    def add(self) -> None:
        with self._lock:
            self._done += 1
            self._tell(self._done, self._total)


class _Lures:
    """People who do not exist, until the number of a former patient comes up that is left free for one: so they stand among the others."""

    def __init__(self) -> None:
        self._waiting: list[Lure] = []
        self._lock = threading.Lock()

    def add(self, lure: Lure | None) -> None:
        with self._lock:
            self._waiting += [lure] if lure is not None else []

    def take(self, patient: Patient, now: datetime) -> Lure | None:
        """One for this number, of the same sex and the nearest age, if the number is free and somebody waits."""
        born = patient.identity.birth_date.year
        with self._lock:
            fitting = [lure for lure in self._waiting if lure.identity.sex == patient.identity.sex]
            if not fitting or not situations.is_spare(patient.index) or not _has_left(patient, now):
                return None
            lure = min(fitting, key=lambda one: abs(one.identity.birth_date.year - born))
            self._waiting.remove(lure)
            return lure


def _has_left(patient: Patient, now: datetime) -> bool:
    """Whether no unit has a reason to open the record any more."""
    return all(leg.ended_at is not None and leg.ended_at < now - rules.TIE_AFTER_LEAVING for leg in patient.stays)


@dataclass(frozen=True, kw_only=True)
class _Work:
    missing: Iterator[int]
    progress: _Counter
    signer: Signer
    now: datetime
    lures: _Lures


def _take(work: _Work) -> None:
    """One thread: takes patients until none is left, or until one fails anywhere."""
    try:
        while (number := work.progress.next_of(work.missing)) is not None:
            patient = fictional(number, work.now)
            lure = work.lures.take(patient, work.now)
            if lure is not None:
                # Numbered as the person would have been whose place they take.
                nobody = replace(lure.identity, numbers=patient.identity.numbers)
                load_one(replace(patient, identity=nobody), signer=work.signer, now=work.now, lure=lure.token)
            else:
                work.lures.add(load_one(patient, signer=work.signer, now=work.now).lure)
            work.progress.add()
    except BaseException:
        work.progress.stopped = True
        raise
    finally:
        connection.close()


def load_one(patient: Patient, *, signer: Signer, now: datetime, lure: str = "") -> Registered:
    """Load one patient; answers what the guard said of them. `lure` is the token of somebody who does not exist."""
    registered = identities.register(
        signer=signer,
        identity=patient.identity,
        origin=f"{SOURCE}:{patient.index}",
        now=now,
        alerts=patient.alerts,
        lure=lure,
        protected=patient.is_protected,
    )
    with transaction.atomic():
        for leg in patient.stays:
            _tell_stay(registered.patient, leg, signer)
        _tie(registered.patient, patient, signer)
        _file(registered, patient, now)
        LoadedPatient.objects.bulk_create([LoadedPatient(number=patient.index, told_at=now)], ignore_conflicts=True)
    return registered


def _tell_stay(patient: UUID, leg: Leg, signer: Signer) -> None:
    """Admit, transfer, discharge: as they happened."""
    for number, (unit, bed, at) in enumerate(leg.passages):
        place = organisations.declare_bed(unit=UNIT[unit].id, label=bed) if bed else None
        event = Event(source=SOURCE, stay=leg.name, movement=f"{leg.name}.{number}")
        if number == 0:
            encounters.admit(
                signer=signer, patient=patient, event=event, unit=UNIT[unit].id, bed=place, at=at, now=at, kind=leg.kind,
                expected_end=leg.expected_end,
            )  # fmt: skip
        else:
            encounters.transfer(signer=signer, patient=patient, event=event, unit=UNIT[unit].id, bed=place, at=at, now=at)
    if leg.ended_at is not None:
        event = Event(source=SOURCE, stay=leg.name, movement=f"{leg.name}.end")
        encounters.discharge(signer=signer, patient=patient, event=event, at=leg.ended_at, now=leg.ended_at)


def _tie(id: UUID, patient: Patient, signer: Signer) -> None:
    """The ties that no stay makes: the treating physician, the appointment from the day before to the day after."""
    for member in patient.treating:
        since = patient.stays[-1].passages[0][2]
        ties.make(signer=signer, kind="treating", patient=id, account=member.id, since=since, reference=f"treating:{member.id}")
    if patient.appointment is not None:
        unit, at, length = patient.appointment
        ties.make(
            signer=signer, kind="appointment", patient=id, unit=UNIT[unit].id, since=at - timedelta(days=1),
            until=at + length + timedelta(days=1), reference=f"appointment:{SOURCE}:{patient.index}",
        )  # fmt: skip


def _file(registered: Registered, patient: Patient, now: datetime) -> None:
    """Deposit the entries and the documents."""
    id, keys = registered.patient, registered.deposit_keys
    legs = {leg.name: stays.stay_id(patient=id, source=SOURCE, external_id=leg.name) for leg in patient.stays}
    for one in filing.filings(patient, id=id, writer=chronicle.writer(patient), now=now):
        entries.deposit(
            patient=id, keys=keys, entry=ids.derived(SOURCE, id, one.name), kind=one.kind, compartment=one.compartment,
            resource=one.resource, now=min(one.at, now), effective_at=min(one.at, now), stay=legs.get(one.leg),
        )  # fmt: skip
    for number, paper in enumerate(patient.papers):
        document = ids.derived(SOURCE, id, f"document-{number}")
        documents.deposit(
            patient=id, keys=keys, document=document, source=io.BytesIO(paper.content),
            title=paper.title, category=paper.category, now=min(paper.at, now), effective_at=min(paper.at, now),
            author_label=f"{paper.author.label}, {paper.author.profession}", stay=legs[patient.stays[-1].name],
        )  # fmt: skip
        if paper.waits:
            seeing.arrived(patient=id, entry=document, kind="document", now=min(paper.at, now))
    for number, sample in enumerate(patient.samples):
        _file_sample(registered, sample, number, stay=legs[patient.stays[-1].name], now=now)


def _file_sample(registered: Registered, sample: Sample, number: int, *, stay: UUID, now: datetime) -> None:
    """Deposit one panel with its analyses, as a laboratory's interface does."""
    id, kept = registered.patient, []
    at = min(sample.at, now)

    def deposit(name: str, resource: Resource) -> UUID:
        entry = ids.derived(SOURCE, id, name)
        entries.deposit(
            patient=id, keys=registered.deposit_keys, entry=entry, kind=str(resource["resourceType"]), compartment=filing.CARE,
            resource=resource, now=at, effective_at=at, stay=stay,
        )  # fmt: skip
        return entry

    for rank, one in enumerate(sample.analyses):
        resource = observations.analysis(
            patient=id, code=one.code, label=one.name, value=one.value, unit=one.unit, at=at, low=one.low, high=one.high,
            interpretation=one.interpretation, performer=analyses.LABORATORY,
        )  # fmt: skip
        kept.append(deposit(f"sample-{number}-{rank}", resource))
    panel = results.report(
        patient=id, code=sample.code, title=sample.title, status="final", at=at, results=kept, laboratory=analyses.LABORATORY
    )
    entry = deposit(f"sample-{number}", panel)
    if sample.waits:
        seeing.arrived(patient=id, entry=entry, kind="laboratory", now=at, is_urgent=sample.is_urgent)
