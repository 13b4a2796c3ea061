"""Where an imported resource goes: whose traits the guard keeps, which compartment, when it was true. Pure."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from typing import Any

from serment.dossier.kernel import errors
from serment.dossier.records.letters import signing
from serment.dossier.records.observations import resources as observations
from serment.dossier.vault.sealing import Resource
from serment.wire.protocol import Identity, LocalNumber

SEXES = {"female": "F", "male": "M"}
# Paperwork and how to reach people; everything else is care, which fewer people open.
CONTACT = frozenset(
    {
        "Account", "ChargeItem", "Claim", "ClaimResponse", "Coverage", "CoverageEligibilityRequest", "CoverageEligibilityResponse",
        "EnrollmentRequest", "EnrollmentResponse", "ExplanationOfBenefit", "Invoice", "Patient", "PaymentNotice", "PaymentReconciliation",
        "RelatedPerson",
    }
)  # fmt: skip
# What the guard keeps of a person: it stands in no entry.
TRAITS = ("name", "birthDate", "gender", "identifier", "text")
WHEN = (
    "effectiveDateTime", "effectivePeriod", "effectiveInstant", "onsetDateTime", "performedDateTime", "performedPeriod",
    "occurrenceDateTime", "occurrencePeriod", "authoredOn", "dateAsserted", "recordedDate", "issued", "started", "date", "created",
    "period", "billablePeriod", "startDate", "assertedDate", "recorded",
)  # fmt: skip


def compartment(type: str) -> str:
    return "contact" if type in CONTACT else "care"


def identity(patient: Resource) -> Identity:
    """The traits of a FHIR Patient. Raises Invalid (`trait_missing`, `number_missing`) naming what lacks."""
    names = [one for one in patient.get("name", []) if isinstance(one, dict)]
    official = _first(names, "official")
    maiden = _first(names, "maiden")
    usual = next((one for one in names if one.get("use") == "usual"), {})
    birth_name = str(maiden.get("family") or official.get("family") or "")
    given = [str(one) for one in official.get("given", []) or maiden.get("given", [])]
    try:
        born = date.fromisoformat(str(patient.get("birthDate", "")))
    except ValueError:
        raise errors.Invalid("trait_missing", field="birthDate") from None
    if not birth_name or not given:
        raise errors.Invalid("trait_missing", field="name")
    used = str(usual.get("family") or official.get("family") or "")
    return Identity(
        birth_name=_plain(birth_name), first_given_name=_plain(given[0]), given_names=_plain(" ".join(given)), birth_date=born,
        sex=SEXES.get(str(patient.get("gender", "")), "U"), used_name=_plain(used) if used != birth_name else "", numbers=_numbers(patient),
    )  # fmt: skip


def _first(names: list[Resource], use: str) -> Resource:
    """The name of a use; for the official one, the first that has no other use."""
    found = next((one for one in names if one.get("use") == use), None)
    return found if found is not None else (names[0] if names and use == "official" else {})


def _plain(name: str) -> str:
    """A name in the letters that the state's registers know (RNIV: capitals, hyphen, apostrophe, space)."""
    bare = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return " ".join("".join(letter if letter.isalpha() or letter in "-' " else " " for letter in bare).upper().split())


def _numbers(patient: Resource) -> tuple[LocalNumber, ...]:
    """The medical record numbers; else the first identifier, else the resource's own: a person is found again by it."""
    given = [one for one in patient.get("identifier", []) if isinstance(one, dict) and one.get("value")]
    records = [one for one in given if any(coding.get("code") in ("MR", "PI") for coding in one.get("type", {}).get("coding", []))]
    if not given and patient.get("id"):
        given = [{"value": patient["id"]}]
    found = [LocalNumber(authority=str(one.get("system", "fhir"))[:60], value=str(one["value"])[:60]) for one in records or given[:1]]
    if not found:
        raise errors.Invalid("number_missing", field="identifier")
    return tuple(found)


def kept(type: str, resource: Resource) -> Resource:
    """What stands in the entry: everything, but for the traits of the person, and with an address that can be read in one line."""
    if type != "Patient":
        return _unsigned(resource)
    return {
        **{name: value for name, value in resource.items() if name not in TRAITS},
        "address": [_told(one) for one in _addresses(resource)],
    }


def _unsigned(resource: Resource) -> Resource:
    """Without what says that somebody of this house signed it: no passkey of ours was touched for a file."""
    extensions = resource.get("extension")
    if not isinstance(extensions, list):
        return resource
    kept = [one for one in extensions if not (isinstance(one, dict) and one.get("url") == signing.URL)]
    return resource if len(kept) == len(extensions) else {**resource, "extension": kept}


def _addresses(resource: Resource) -> list[Resource]:
    return [one for one in resource.get("address", []) if isinstance(one, dict)]


def _told(address: Resource) -> Resource:
    if address.get("text"):
        return address
    town = " ".join(str(address[name]) for name in ("postalCode", "city") if address.get(name))
    parts = [*(str(line) for line in address.get("line", [])), town, str(address.get("state", "")), str(address.get("country", ""))]
    return {**address, "text": ", ".join(part for part in parts if part)}


def effective_at(resource: Resource, *, otherwise: datetime) -> datetime:
    """When what a resource says was true: its own time, else `otherwise`."""
    for name in WHEN:
        found = _instant(resource.get(name))
        if found is not None:
            return found
    return otherwise


def _instant(value: Any) -> datetime | None:
    if isinstance(value, dict):
        return _instant(value.get("start") or value.get("end"))
    if not isinstance(value, str):
        return None
    # A year or a month is the first day of it.
    whole = {4: f"{value}-01-01", 7: f"{value}-01"}.get(len(value), value)
    try:
        found = datetime.fromisoformat(whole)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def to_see(type: str, resource: Resource) -> str:
    """Which kind of thing a physician has to see an imported resource is, empty for what waits for nobody."""
    if type == "DiagnosticReport":
        codes = {coding.get("code") for one in resource.get("category", []) for coding in one.get("coding", [])}
        return "imaging" if codes & {"RAD", "IMG", "LP29684-5"} else "laboratory" if codes & {"LAB", "LP29693-6"} else "document"
    return "document" if type == "DocumentReference" else ""


def is_urgent(resource: Resource) -> bool:
    """Whether its sender calls it critical (HL7 table 0078)."""
    codings = [coding for one in resource.get("interpretation", []) for coding in one.get("coding", [])]
    return any(coding.get("code") in observations.CRITICAL for coding in codings)
