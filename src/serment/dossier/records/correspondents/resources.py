"""Correspondents in FHIR R4 (Practitioner, RelatedPerson; the patient's own address in Patient), written and read. Pure.

`reach` and the readings beneath it need the FHIR resources alone: whoever holds the `contact` entries of somebody can tell
whom to write to.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from uuid import UUID

from serment.dossier.records.correspondents.types import (
    GUARDIAN,
    HEIR,
    PARENT,
    PROFESSIONALS,
    SAFE_CONTACT,
    Address,
    Channel,
    Contact,
    ContactTold,
    Correspondent,
    Reach,
    Told,
)
from serment.dossier.records.entries.types import Entry, Written, written
from serment.dossier.vault.sealing import Resource

PRACTITIONER, RELATED_PERSON, PATIENT = "Practitioner", "RelatedPerson", "Patient"
KINDS = (PRACTITIONER, RELATED_PERSON)
COMPARTMENT = "contact"
# The French profile of RelatedPerson asks for an identifier, which relatives have none of: a copy gives them the entry's own.
_PROFILES = {PRACTITIONER: "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-practitioner"}
# Person identifiers of the French directory: RPPS behind its prefix.
_OID_PEOPLE = "urn:oid:1.2.250.1.71.4.2.1"
_ROLE_URL = "urn:serment:correspondent-role"
_MEASURE_URL, _RECEIVES_URL, _UNTIL_URL = "urn:serment:legal-measure", "urn:serment:may-receive", "urn:serment:until"
_VERIFIED_URL = "urn:serment:verified-on"
_LANGUAGES = "urn:ietf:bcp:47"
# For who reads resources without their entries: nothing is known of where they come from.
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_NOWHERE = Written(entry=UUID(int=0), version=0, author=None, author_label="", recorded_at=_LONG_AGO, effective_at=_LONG_AGO, deposit=False)


def correspondent(*, patient: UUID, told: Told, until: date | None = None) -> Resource:
    """One correspondent; its `resourceType` is the kind to write it as. `until`: so no more since that day."""
    kind = kind_of(told.role)
    extensions = [
        {"url": _ROLE_URL, "valueString": told.role},
        *([{"url": _MEASURE_URL, "valueCode": told.measure}] if told.measure else []),
        *({"url": _RECEIVES_URL, "valueCode": one} for one in told.receives),
        *([{"url": _UNTIL_URL, "valueDate": until.isoformat()}] if until else []),
    ]
    shared: Resource = {
        "resourceType": kind,
        **({"meta": {"profile": [_PROFILES[kind]]}} if kind in _PROFILES else {}),
        "extension": extensions,
        "active": until is None,
        "name": [{"text": told.name}],
        **_telecom(phones=(Channel(value=told.phone),), emails=(Channel(value=told.email),)),
        **_address(told.address),
    }
    if kind == PRACTITIONER:
        return {
            **shared,
            **({"identifier": [{"system": _OID_PEOPLE, "value": told.rpps}]} if told.rpps else {}),
            **({"qualification": [{"code": {"text": told.relation}}]} if told.relation else {}),
        }
    return {
        **shared,
        "patient": {"reference": f"Patient/{patient}"},
        **({"relationship": [{"text": told.relation}]} if told.relation else {}),
        **({"period": {"end": until.isoformat()}} if until else {}),
    }


def kind_of(role: str) -> str:
    """The FHIR type that somebody of a role is written as."""
    return PRACTITIONER if role in PROFESSIONALS else RELATED_PERSON


def ended(resource: Resource, *, on: date) -> Resource:
    """The same, so no more since a day."""
    period = {"period": {**resource.get("period", {}), "end": on.isoformat()}} if resource["resourceType"] == RELATED_PERSON else {}
    extension = {"url": _UNTIL_URL, "valueDate": on.isoformat()}
    return {**resource, "extension": [*resource.get("extension", []), extension], "active": False, **period}


def contact(told: ContactTold) -> Resource:
    """How to reach the patient."""
    communication = {"language": {"coding": [{"system": _LANGUAGES, "code": told.language}]}, "preferred": True}
    dead = {"deceasedBoolean": True} if told.deceased == "yes" else {"deceasedDateTime": told.deceased}
    return {
        "resourceType": PATIENT,
        **_telecom(phones=told.phones, emails=told.emails),
        **_address(told.address),
        **({"communication": [communication]} if told.language else {}),
        **(dead if told.deceased else {}),
    }


def alive(resource: Resource) -> Resource:
    """The same, with the statement that the patient lives: a death told by error is taken back so."""
    kept = {name: value for name, value in resource.items() if name != "deceasedDateTime"}
    return {**kept, "deceasedBoolean": False}


def read(entry: Entry) -> Correspondent:
    """An entry as a correspondent."""
    return of_resource(entry.resource, written(entry, ""))


def of_resource(resource: Resource, source: Written) -> Correspondent:
    """A FHIR resource as a correspondent."""
    qualification = (resource.get("qualification") or [{}])[0].get("code", {}).get("text", "")
    relationship = (resource.get("relationship") or [{}])[0].get("text", "")
    until = str(next(iter(_extensions(resource, _UNTIL_URL)), ""))
    return Correspondent(
        written=source,
        role=str(next(iter(_extensions(resource, _ROLE_URL)), "")),
        name=(resource.get("name") or [{}])[0].get("text", ""),
        relation=qualification or relationship,
        phone=next((one.value for one in _channels(resource, "phone")), ""),
        email=next((one.value for one in _channels(resource, "email")), ""),
        postal=_postal(resource),
        rpps=next((str(one.get("value", "")) for one in resource.get("identifier", []) if one.get("system") == _OID_PEOPLE), ""),
        measure=str(next(iter(_extensions(resource, _MEASURE_URL)), "")),
        receives=tuple(str(one) for one in _extensions(resource, _RECEIVES_URL)),
        until=date.fromisoformat(until) if until else None,
    )


def read_contact(entry: Entry) -> Contact:
    """An entry as the way to reach the patient."""
    return merged([(entry.resource, written(entry, ""))])


def merged(told: Iterable[tuple[Resource, Written]]) -> Contact:
    """How to reach the patient out of everything that was told, the newest first: each part as whoever spoke of it last told it, so that
    an admission that knows an address does not make a verified e-mail or a death be forgotten. One at least is given."""
    every = list(told)
    resources = [resource for resource, _ in every]
    return Contact(
        written=every[0][1],
        postal=next((_postal(one) for one in resources if one.get("address")), Address()),
        telephones=_told_last(resources, "phone"),
        mailboxes=_told_last(resources, "email"),
        language=next((found for one in resources if (found := _language(one))), ""),
        deceased=next((_deceased(one) for one in resources if "deceasedBoolean" in one or "deceasedDateTime" in one), ""),
    )


def reach(told: Iterable[Resource], *, today: date) -> Reach:
    """Whom one may write to about somebody. `told` are the standing `contact` resources of one patient (the latest version of each, none
    struck out), the newest first; those of other types are passed over."""
    every = list(told)
    patient = [one for one in every if one.get("resourceType") == PATIENT]
    own = merged((one, _NOWHERE) for one in patient) if patient else Contact(written=_NOWHERE)
    others = standing((of_resource(one, _NOWHERE) for one in every if one.get("resourceType") in KINDS), today=today)
    safe = [one for one in others if one.role == SAFE_CONTACT]
    guardians = tuple(one for one in others if one.role == GUARDIAN)
    return Reach(
        address=own.address,
        email=next((one.value for one in own.mailboxes if one.verified_on), ""),
        language=own.language,
        is_deceased=bool(own.deceased),
        measure=next((one.measure for one in guardians if one.measure != PARENT), ""),
        has_safe_contact=bool(safe),
        safe_contact=safe[0] if safe else None,
        representatives=guardians,
        heirs=tuple(one for one in others if one.role == HEIR),
    )


def standing(told: Iterable[Correspondent], *, today: date) -> list[Correspondent]:
    """The correspondents of today out of all that were told, the newest first: one person told twice once, as told last; one treating
    physician; nobody whose time is over."""
    newest: dict[tuple[str, str], Correspondent] = {}
    for one in told:
        newest.setdefault(_who(one), one)
    return [one for one in newest.values() if one.until is None or one.until > today]


def _who(one: Correspondent) -> tuple[str, str]:
    return (one.role, one.rpps or one.name.casefold())


def _telecom(*, phones: Iterable[Channel], emails: Iterable[Channel]) -> Resource:
    found = [
        {"system": system, "value": one.value, **_verified(one)}
        for system, channels in (("phone", phones), ("email", emails))
        for one in channels
        if one.value
    ]
    return {"telecom": found} if found else {}


def _verified(one: Channel) -> Resource:
    return {"extension": [{"url": _VERIFIED_URL, "valueDate": one.verified_on.isoformat()}]} if one.verified_on else {}


def _channels(resource: Resource, system: str) -> tuple[Channel, ...]:
    return tuple(
        Channel(value=item.get("value", ""), verified_on=_day(next(iter(_extensions(item, _VERIFIED_URL)), "")))
        for item in resource.get("telecom", [])
        if item.get("system") == system and item.get("value")
    )


def _told_last(resources: list[Resource], system: str) -> tuple[Channel, ...]:
    """The channels as told last, each with the day it was verified, whoever told that."""
    verified: dict[str, date] = {}
    for resource in resources:
        for one in _channels(resource, system):
            if one.verified_on:
                verified.setdefault(one.value, one.verified_on)
    last = next((found for resource in resources if (found := _channels(resource, system))), ())
    return tuple(Channel(value=one.value, verified_on=verified.get(one.value)) for one in last)


def _address(address: Address) -> Resource:
    whole = address.whole
    if not whole:
        return {}
    parts = {
        "line": list(address.lines), "postalCode": address.postcode, "city": address.city, "country": address.country, "text": whole,
    }  # fmt: skip
    return {"address": [{name: value for name, value in parts.items() if value}]}


def _postal(resource: Resource) -> Address:
    found = (resource.get("address") or [{}])[0]
    return Address(
        lines=tuple(str(line) for line in found.get("line", [])),
        postcode=str(found.get("postalCode", "")),
        city=str(found.get("city", "")),
        country=str(found.get("country", "")),
        text=str(found.get("text", "")),
    )


def _language(resource: Resource) -> str:
    found = resource.get("communication") or [{}]
    return str((found[0].get("language", {}).get("coding") or [{}])[0].get("code", ""))


def _deceased(resource: Resource) -> str:
    if "deceasedDateTime" in resource:
        return str(resource["deceasedDateTime"])[:10]
    return "yes" if resource.get("deceasedBoolean") else ""


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _extensions(holder: Resource, url: str) -> list[object]:
    return [value for one in holder.get("extension", []) if one.get("url") == url for name, value in one.items() if name != "url"]
