"""The addresses of the door. Reading is patient by patient: the record is opened by the guard, or the answer is an OperationOutcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from serment.dossier.disclosure import services as disclosure
from serment.dossier.disclosure.types import Permit
from serment.dossier.encounters import queries as encounters
from serment.dossier.identity import queries as identity
from serment.dossier.interop.fhir import bundles, capability, outcomes, patients
from serment.dossier.interop.fhir.callers import Asked, application
from serment.dossier.kernel import config, errors
from serment.dossier.records.correspondents import queries as correspondents
from serment.dossier.records.entries import queries as entries
from serment.wire.protocol import Line

PAGE, PAGE_MAX = 50, 200
OIDS_OF_INS = ("urn:oid:1.2.250.1.213.1.4.",)
TRAITS = ("family", "given", "birthdate", "gender")


@require_safe
def metadata(request: HttpRequest) -> JsonResponse:
    return JsonResponse(capability.statement(config.current().origin), content_type=outcomes.FHIR_JSON)


@require_safe
def smart_configuration(request: HttpRequest) -> JsonResponse:
    return JsonResponse(capability.smart(config.current().origin))


@application("GET")
def people(request: Asked) -> JsonResponse:
    """Who lies in the units that the application serves. Each line is counted; what the meters withhold is said in the answer."""
    if set(request.GET) - {"_format", "_count"}:
        raise errors.Invalid("post_search")
    present = encounters.on_ward([assignment.unit for assignment in request.who.assignments])
    listed = identity.listed(signed=request.signed, patients=[one.patient for one in present])
    missing = outcomes.outcome(issue="throttled", code="lines_spent", severity="warning") if listed.withheld else None
    return _found(request, list(listed.lines.values()), outcome=missing)


@application("POST")
def search(request: Asked) -> JsonResponse:
    """One person by an identifier or by the four traits, in the body: never in an address, never by a part of a name."""
    asked = request.POST
    if set(asked) - {"identifier", *TRAITS, "_format", "_count"}:
        raise errors.Invalid("unknown_parameter")
    if "identifier" in asked:
        system, _, value = asked["identifier"].rpartition("|")
        if system.startswith(OIDS_OF_INS):
            return _found(request, identity.find_by_ins(signed=request.signed, matricule=value))
        return _found(request, identity.find_by_number(signed=request.signed, number=value))
    if any(not asked.get(name, "").strip() for name in TRAITS) or asked["gender"] not in patients.SEXES:
        raise errors.Invalid("traits_incomplete")
    try:
        born = date.fromisoformat(asked["birthdate"])
    except ValueError:
        raise errors.Invalid("traits_incomplete") from None
    sex = patients.SEXES[asked["gender"]]
    return _found(
        request,
        identity.find_by_traits(
            signed=request.signed, birth_name=asked["family"], first_given_name=asked["given"], birth_date=born, sex=sex
        ),
    )


@application("GET")
def person(request: Asked, patient: UUID) -> JsonResponse:
    """Patient, with address and telephones when the token covers them."""
    permit = _open(request, patient)
    return JsonResponse(_patient(permit), content_type=outcomes.FHIR_JSON)


@application("GET")
def resources(request: Asked, patient: UUID, kind: str) -> JsonResponse:
    """One page of the resources of a type, by identifier; `_id` gives one."""
    wanted = _wanted(request, "_id")
    return _page(_open(request, patient), wanted, kinds=(kind,), path=f"/fhir/Patient/{patient}/{kind}")


@application("GET")
def everything(request: Asked, patient: UUID) -> JsonResponse:
    """Patient/$everything, in pages: the person first, then every entry of the compartments that the token covers."""
    wanted = _wanted(request)
    permit = _open(request, patient)
    first = [_patient(permit)] if wanted.after is None else []
    return _page(permit, wanted, kinds=(), path=f"/fhir/Patient/{patient}/$everything", first=first)


@application("GET", "POST")
def elsewhere(request: Asked, rest: str) -> JsonResponse:
    """Whatever else is asked of the door: a search across patients, a bulk export, a type by itself."""
    raise errors.NotFound("one_patient")


def _open(request: Asked, patient: UUID) -> Permit:
    return disclosure.open_record(signed=request.signed, who=request.who, patient=patient)


def _patient(permit: Permit) -> dict[str, object]:
    contact = correspondents.contact_of(permit=permit) if permit.has("contact") else None
    return patients.patient(permit.patient, permit.identity, contact)


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which page of a list."""

    count: int
    after: UUID | None
    only: UUID | None


def _wanted(request: Asked, *more: str) -> Wanted:
    """What was asked, read before anything is opened. Raises Invalid (`unknown_parameter`) naming it."""
    for name in request.GET:
        if name not in ("_format", "_count", "_after", *more):
            raise errors.Invalid("unknown_parameter", field=name)
    given = request.GET.get("_count", str(PAGE))
    if not given.isdecimal() or int(given) < 1:
        raise errors.Invalid("unknown_parameter", field="_count")
    return Wanted(count=min(int(given), PAGE_MAX), after=_identifier(request, "_after"), only=_identifier(request, "_id"))


def _identifier(request: Asked, name: str) -> UUID | None:
    try:
        return UUID(request.GET[name]) if name in request.GET else None
    except ValueError:
        raise errors.Invalid("unknown_parameter", field=name) from None


def _page(permit: Permit, wanted: Wanted, *, kinds: tuple[str, ...], path: str, first: Sequence[dict[str, object]] = ()) -> JsonResponse:
    found, more = entries.page(permit=permit, kinds=kinds, after=wanted.after, only=wanted.only, count=wanted.count)
    address, asked = f"{config.current().origin}{path}", {"_count": wanted.count}
    following = f"{address}?{urlencode({**asked, '_after': found[-1].id})}" if more else ""
    # How to reach the patient is part of Patient itself.
    listed = [*first, *(bundles.resource(entry) for entry in found if entry.kind != "Patient")]
    bundle = bundles.searchset(_base(), listed, self_link=f"{address}?{urlencode(asked)}", next_link=following)
    return JsonResponse(bundle, content_type=outcomes.FHIR_JSON)


def _found(request: Asked, lines: list[Line] | tuple[Line, ...], *, outcome: dict[str, object] | None = None) -> JsonResponse:
    address = f"{config.current().origin}{request.path}"
    bundle = bundles.searchset(_base(), [patients.subset(line) for line in lines], self_link=address, outcome=outcome)
    return JsonResponse(bundle, content_type=outcomes.FHIR_JSON)


def _base() -> str:
    return f"{config.current().origin}/fhir"
