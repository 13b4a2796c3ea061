"""A fictional patient as the entries of a record: FHIR resources, each for its compartment. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from serment.dossier.demonstration import entourage, vitals
from serment.dossier.demonstration.types import Address, Allergen, Leg, Member, Note, Patient
from serment.dossier.records.allergies import resources as allergies
from serment.dossier.records.allergies.types import Told
from serment.dossier.records.conditions import codes
from serment.dossier.records.conditions import resources as conditions
from serment.dossier.records.consents import resources as consents
from serment.dossier.records.consents.types import TOPICS
from serment.dossier.records.consents.types import Told as Answer
from serment.dossier.records.correspondents import resources as correspondents
from serment.dossier.records.correspondents.types import Address as Postal
from serment.dossier.records.correspondents.types import Channel, ContactTold
from serment.dossier.records.correspondents.types import Told as Person
from serment.dossier.records.medications import resources as medications
from serment.dossier.records.notes import kinds
from serment.dossier.records.notes import resources as notes
from serment.dossier.records.notes.types import Section
from serment.dossier.records.observations import measures, news2
from serment.dossier.records.observations import resources as observations
from serment.dossier.records.reasons import resources as reasons
from serment.dossier.vault.sealing import Resource

CARE, CONTACT, SEALED = "care", "contact", "sealed"

# Who agreed to the national record (DMP): most, a few refused, the others were not asked.
DMP_AGREED, DMP_REFUSED = range(14), range(14, 16)
DMP_OUT_OF = 20


@dataclass(frozen=True, kw_only=True, slots=True)
class Filing:
    """One entry to deposit. `name` is unique within the patient."""

    name: str
    compartment: str
    resource: Resource = field(repr=False)
    at: datetime
    leg: str = ""

    @property
    def kind(self) -> str:
        return str(self.resource["resourceType"])


def author(member: Member) -> Resource:
    """A member of the staff as FHIR refers to people."""
    return {"reference": f"Practitioner/{member.id}", "display": f"{member.label}, {member.profession}"}


def filings(patient: Patient, *, id: UUID, writer: Member, now: datetime) -> Iterator[Filing]:
    """Everything that is written about one patient. `writer` is who took the history; `now` when the demonstration is made."""
    began = patient.stays[-1].passages[0][2]
    told = began + timedelta(minutes=20)
    yield from _contact(patient, id, told)
    yield from _history(patient, id, told, author(writer))
    yield from _complaints(patient, id, told, author(writer), now=now)
    yield from _treatments(patient, id, told, author(writer))
    main = patient.stays[-1].name
    yield from _measures(patient, id, main)
    first_medical = next((note for note in patient.notes if note.kind == "medical"), None)
    for number, note in enumerate(patient.notes):
        resource = notes.note(
            patient=id, title=note.title, sections=_sections(note), at=note.at, author=author(note.author),
            kind="transmission" if note.kind == "nursing" else "observation",
        )  # fmt: skip
        # Of who has something sealed, the first thing a physician wrote is sealed too.
        compartment = SEALED if patient.sealed_diagnoses and note is first_medical else CARE
        yield Filing(name=f"note-{number}", compartment=compartment, resource=resource, at=note.at, leg=main)
    for leg in patient.stays:
        yield _reason(leg, id)


def _measures(patient: Patient, id: UUID, leg: str) -> Iterator[Filing]:
    """The rounds of vital signs, under the name of a nurse of the ward; where people are watched closely, each with its score."""
    nurse = next((author(note.author) for note in patient.notes if note.kind == "nursing"), None)
    for number, one in enumerate(patient.measures):
        resource = observations.observation(
            patient=id, code=one.code, label=one.name, value=one.value, unit=one.unit, at=one.at, author=nurse, low=one.low, high=one.high,
            is_vital=True,
        )  # fmt: skip
        yield Filing(name=f"measure-{number}", compartment=CARE, resource=resource, at=one.at, leg=leg)
    if patient.stays[-1].passages[-1][0] not in vitals.WATCHED or _age(patient) < news2.ADULT_FROM_YEARS:
        return
    for number, (at, round) in enumerate(groupby(patient.measures, key=lambda one: one.at)):
        if score := vitals.score(round):
            resource = observations.scored(
                patient=id, system=observations.SCORES, code=measures.NEWS2, label="NEWS2", total=score.total,
                words=news2.MEANINGS[score.risk], components=score.points.items(), at=at, author=nurse,
            )  # fmt: skip
            yield Filing(name=f"score-{number}", compartment=CARE, resource=resource, at=at, leg=leg)


def _age(patient: Patient) -> int:
    return patient.stays[-1].passages[0][2].year - patient.identity.birth_date.year


def _sections(note: Note) -> tuple[Section, ...]:
    """The text of a note under its headings, when each of its lines begins with one."""
    headings = {heading.label: heading.code for heading in kinds.kind("transmission").headings}
    lines = [line.partition(" : ") for line in note.text.splitlines()]
    if note.kind != "nursing" or not all(label in headings for label, _, _ in lines):
        return notes.free(note.text)
    return tuple(Section(code=headings[label], label=label, text=text) for label, _, text in lines)


def _contact(patient: Patient, id: UUID, at: datetime) -> Iterator[Filing]:
    reach = patient.contact
    phones = tuple(phone for phone in (reach.telephone, reach.mobile) if phone)
    told = ContactTold(
        address=_postal(reach.address), phones=tuple(Channel(value=phone, verified_on=reach.verified_on) for phone in phones),
        emails=(Channel(value=reach.email, verified_on=reach.verified_on),) if reach.email else (), language=reach.language,
        deceased=reach.deceased,
    )  # fmt: skip
    yield Filing(name="contact", compartment=CONTACT, resource=correspondents.contact(told), at=at)
    for number, one in enumerate(patient.correspondents):
        somebody = Person(
            role=one.role, name=one.name, relation=one.relation, phone=one.telephone, address=_postal(one.address), rpps=one.rpps,
            measure=one.measure, receives=one.receives,
        )  # fmt: skip
        resource = correspondents.correspondent(patient=id, told=somebody)
        yield Filing(name=f"correspondent-{number}", compartment=CONTACT, resource=resource, at=at)
    asked = patient.index % DMP_OUT_OF
    if asked in DMP_AGREED or asked in DMP_REFUSED:
        decision = "permit" if asked in DMP_AGREED else "deny"
        resource = consents.consent(patient=id, told=Answer(topic="dmp_feeding", decision=decision), at=at)
        yield Filing(name="consent", compartment=CONTACT, resource=resource, at=at)
    for number, answer in enumerate(entourage.wishes(patient.index, patient.identity.birth_date.year, at)):
        resource = consents.consent(patient=id, told=answer, at=at)
        yield Filing(name=f"wish-{number}", compartment=TOPICS[answer.topic].compartment, resource=resource, at=at)


def _postal(address: Address | None) -> Postal:
    if address is None:
        return Postal()
    return Postal(lines=(address.line,), postcode=address.postal_code, city=address.city)


def _history(patient: Patient, id: UUID, at: datetime, writer: Resource) -> Iterator[Filing]:
    for number, one in enumerate(patient.allergies):
        resource = allergies.allergy(patient=id, told=_told(one, at), at=at, author=writer)
        yield Filing(name=f"allergy-{number}", compartment=CARE, resource=resource, at=at)
    if patient.no_known_allergy:
        yield Filing(name="no-allergy", compartment=CARE, resource=allergies.none_known(patient=id, at=at, author=writer), at=at)
    groups = ((CARE, patient.diagnoses), (SEALED, patient.sealed_diagnoses))
    for compartment, found in groups:
        for number, diagnosis in enumerate(found):
            onset = str(at.year - diagnosis.years) if diagnosis.years else f"{at:%Y-%m}"
            # In somebody's past stay, the reason of the stay is over; a long-standing condition is not.
            active = diagnosis.years > 0 or patient.stays[-1].ended_at is None
            resource = conditions.condition(
                patient=id, label=diagnosis.label, at=at, author=writer, code=diagnosis.code, onset=onset, is_active=active
            )
            yield Filing(name=f"condition-{compartment}-{number}", compartment=compartment, resource=resource, at=at)


def _complaints(patient: Patient, id: UUID, at: datetime, writer: Resource, *, now: datetime) -> Iterator[Filing]:
    """The symptoms of the last stay, with the day since which they were there; gone once they have lasted, or with the stay."""
    stay = patient.stays[-1]
    for number, one in enumerate(patient.complaints):
        resource = conditions.symptom(
            patient=id, label=one.label, at=at, author=writer, code=codes.dotted(one.code),
            since=f"{at - timedelta(days=one.since_days):%Y-%m-%d}",
            severity=one.severity, site=one.site, remark=one.remark,
        )  # fmt: skip
        gone = min(at + timedelta(days=one.lasts_days), stay.ended_at or now)
        if stay.ended_at is not None or gone < now:
            resource = conditions.resolved(resource, on=f"{gone:%Y-%m-%d}")
        yield Filing(name=f"complaint-{number}", compartment=CARE, resource=resource, at=at, leg=stay.name)


def _told(one: Allergen, at: datetime) -> Told:
    return Told(
        substance=one.name, code=one.code, sort=one.sort, category=one.category, reaction=", ".join(one.reactions), severity=one.severity,
        certainty=one.certainty, onset=str(at.year - one.onset_years) if one.onset_years else "", source=one.source,
        source_name=one.source_name, review_on=(at + timedelta(days=one.review_days)).date() if one.review_days else None,
    )  # fmt: skip


def _treatments(patient: Patient, id: UUID, at: datetime, writer: Resource) -> Iterator[Filing]:
    for number, drug in enumerate(patient.drugs):
        since = f"{at:%Y-%m-%d}" if drug.since_admission else ""
        resource = medications.medication(
            patient=id,
            substance=drug.substance,
            at=at,
            author=writer,
            dose=drug.dose,
            route=f"voie {drug.route}",
            rhythm=drug.rhythm,
            since=since,
        )
        yield Filing(name=f"treatment-{number}", compartment=CARE, resource=resource, at=at)


def _reason(leg: Leg, id: UUID) -> Filing:
    resource = reasons.reason(patient=id, text=leg.reason)
    if leg.ended_at is not None:
        resource = {**resource, "status": "finished"}
    return Filing(name=f"reason-{leg.name}", compartment=CARE, resource=resource, at=leg.passages[0][2], leg=leg.name)
