"""Carrying a message into the record: identity, stay, movement, ties, deposits. Each step told again changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from serment.dossier.disclosure import ties
from serment.dossier.encounters import services as encounters
from serment.dossier.identity import services as identities
from serment.dossier.interop.hl7v2 import admission
from serment.dossier.interop.hl7v2.admission import Administrative, Contact, Movement, Professional
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.interop.hl7v2.refusing import REJECTED, UNSUPPORTED_EVENT, Refusal
from serment.dossier.kernel import ids
from serment.dossier.organisations import queries as organisations
from serment.dossier.records.consents import resources as consents
from serment.dossier.records.consents.types import TOPICS
from serment.dossier.records.consents.types import Told as Answer
from serment.dossier.records.correspondents import besides
from serment.dossier.records.correspondents import resources as correspondents
from serment.dossier.records.correspondents.types import RESPONSIBLE, TREATING_PHYSICIAN, Channel, ContactTold, Told
from serment.dossier.records.entries import services as entries
from serment.dossier.records.reasons import resources as reasons
from serment.dossier.vault import client
from serment.dossier.vault.sealing import Resource
from serment.dossier.vault.types import Signer
from serment.wire.canonical import encode
from serment.wire.protocol import PractitionerAccount, Registered

ADMISSIONS, TRANSFERS, DISCHARGES = ("A01", "A04"), ("A02",), ("A03",)
CANCELLATIONS, IDENTITIES = ("A11", "A12", "A13"), ("A08", "A28", "A31")
EVENTS = (*ADMISSIONS, *TRANSFERS, *DISCHARGES, *CANCELLATIONS, *IDENTITIES)

Digest = Callable[[bytes], bytes]


def carry(message: Message, *, event: str, signer: Signer, digest: Digest, now: datetime, lure: str = "") -> Registered:
    """Carry one ADT message; answers what the guard said of the patient. `digest` is keyed: it names deposits without telling what they
    say. `lure` is the token of somebody who does not exist.

    Raises Refusal for what the message lacks, and the errors of the services.
    """
    if event not in EVENTS:
        raise Refusal(
            message="Cet événement n’est pas pris en charge.", location="MSH^1^9", code=UNSUPPORTED_EVENT, acknowledgement=REJECTED
        )
    identity = admission.identity(message)
    moved = None if event in IDENTITIES else admission.movement(message)
    # The unit is looked up before anything is written: an unknown one leaves nothing behind.
    unit = organisations.unit_by_code(establishment=moved.authority, code=moved.unit_code).id if moved else None
    origin = f"hl7v2:ADT^{event}:{message.value('MSH', 10)}"
    registered = identities.register(
        signer=signer, identity=identity, origin=origin, now=now, lure=lure, protected=admission.is_protected(message)
    )
    stay = _move(registered.patient, moved, unit, event=event, signer=signer, now=now) if moved and unit else None
    told = admission.administrative(message)
    _tie_treating(registered.patient, told.treating, signer=signer, now=now)
    _deposit(registered, told, stay=stay, told_at=message.value("EVN", 2), digest=digest, now=now)
    return registered


def _move(patient: UUID, moved: Movement, unit: UUID, *, event: str, signer: Signer, now: datetime) -> UUID:
    if event in CANCELLATIONS or moved.action == "CANCEL":
        return encounters.cancel(signer=signer, patient=patient, event=moved.event, now=now)
    if event in TRANSFERS:
        return encounters.transfer(signer=signer, patient=patient, event=moved.event, unit=unit, at=moved.at, now=now)
    if event in DISCHARGES:
        return encounters.discharge(signer=signer, patient=patient, event=moved.event, at=moved.at, now=now)
    return encounters.admit(
        signer=signer, patient=patient, event=moved.event, unit=unit, at=moved.at, now=now, kind=moved.kind, expected_end=moved.expected_end
    )


def _tie_treating(patient: UUID, treating: Professional | None, *, signer: Signer, now: datetime) -> None:
    """A declared treating physician who has an account here may read: that is what declaring one is for (CSS L.162-5-3)."""
    if treating is None or not treating.rpps:
        return
    signed = signer.sign("practitioner_account")
    request = PractitionerAccount(session=signed.session, proof=signed.proof, rpps=treating.rpps)
    account = client.guard().call("practitioner_account", request).account
    if account is not None:
        ties.make(signer=signer, kind="treating", patient=patient, account=account, since=now, reference=f"treating:{account}")


def _deposit(registered: Registered, told: Administrative, *, stay: UUID | None, told_at: str, digest: Digest, now: datetime) -> None:
    """Named by what is told and when: told again it is the same entry, told back after a change it is a new one."""
    for compartment, resource in _resources(registered.patient, told, now):
        body = {name: value for name, value in resource.items() if name != "dateTime"}
        name = digest(encode([registered.patient, str(stay or ""), told_at, body])).hex()
        entries.deposit(
            patient=registered.patient,
            keys=registered.deposit_keys,
            entry=ids.derived("hl7v2", registered.patient, name),
            kind=resource["resourceType"],
            compartment=compartment,
            resource=resource,
            now=now,
            stay=stay,
        )


def _resources(patient: UUID, told: Administrative, now: datetime) -> list[tuple[str, Resource]]:
    """What the message adds to the record, with the compartment of each: how to reach people is `contact`, why they come is `care`."""
    found: list[tuple[str, Resource]] = []
    if not told.contact.is_empty:
        found.append((correspondents.COMPARTMENT, correspondents.contact(_contact(told.contact))))
    for role, person in ((TREATING_PHYSICIAN, told.treating), (RESPONSIBLE, told.responsible)):
        if person:
            one = Told(role=role, name=person.name, rpps=person.rpps, address=person.address, phone=person.phone)
            found.append((correspondents.COMPARTMENT, correspondents.correspondent(patient=patient, told=one)))
    for relative in told.relatives:
        one = Told(
            role=relative.role, name=relative.name, relation=relative.relation, address=relative.address, phone=relative.phone
        )  # fmt: skip
        found.append((correspondents.COMPARTMENT, correspondents.correspondent(patient=patient, told=one)))
    for said in told.consents:
        answer = Answer(topic=said.topic, decision=said.decision, since=said.since)
        found.append((TOPICS[said.topic].compartment, consents.consent(patient=patient, told=answer, at=now)))
    for compartment, fields in besides.by_compartment(told.besides).items():
        found.append((compartment, besides.resource(patient=patient, fields=fields)))
    if told.reason or told.entry_mode:
        found.append(("care", _encounter(patient, told)))
    return found


def _contact(told: Contact) -> ContactTold:
    phones, emails = (tuple(Channel(value=one) for one in values) for values in (told.phones, told.emails))
    return ContactTold(address=told.address, phones=phones, emails=emails, language=told.language, deceased=told.deceased)


def _encounter(patient: UUID, told: Administrative) -> Resource:
    resource = reasons.reason(patient=patient, text=told.reason)
    if told.entry_mode:
        # ZFM-1: the mode of entry of the PMSI (8: from home; 7: transfer; 6: mutation; 0: transfer for an act).
        resource["hospitalization"] = {"admitSource": {"text": f"PMSI, mode d’entrée {told.entry_mode}"}}
    return resource
