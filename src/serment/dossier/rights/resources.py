"""A request in FHIR R4 (Task), written and read. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from serment.dossier.kernel import ids
from serment.dossier.rights import types
from serment.dossier.rights.types import Asked, Clock, Remark
from serment.dossier.vault.sealing import Resource
from serment.wire.canonical import instant

KIND = "Task"
_RIGHT = "urn:serment:patient-right"
_INPUT = "urn:serment:patient-right-input"
# How FHIR calls our states; what a person decided stands in the steps.
STATUS = {
    types.RECEIVED: "received",
    types.IDENTITY: "on-hold",
    types.PREPARING: "in-progress",
    types.READY: "ready",
    types.HANDED_OVER: "completed",
    types.REFUSED: "rejected",
    types.CLOSED: "completed",
}


def task(asked: Asked, *, patient: UUID, label: str, clock: Clock) -> Resource:
    """A request as it is received. `label` is what its kind is called."""
    start = {"start": instant(clock.not_before)} if clock.not_before else {}
    return {
        "resourceType": KIND,
        "status": STATUS[types.RECEIVED],
        "intent": "order",
        "code": {"coding": [{"system": _RIGHT, "code": asked.kind}], "text": label},
        "for": {"reference": f"Patient/{patient}"},
        "authoredOn": instant(asked.received_at),
        "requester": {"display": asked.requester.strip()},
        **({"description": asked.words.strip()} if asked.words.strip() else {}),
        "restriction": {"period": {**start, "end": instant(clock.due)}},
        "input": [_input(code, value) for code, value in _told(asked)],
    }


def stepped(resource: Resource, *, step: str, by: Resource, words: str, means: str, at: datetime) -> Resource:
    """The same request after a step."""
    inputs = [*resource["input"], *([_input("means", means)] if means else [])]
    remark = {"authorReference": by, "time": instant(at), "text": words}
    notes = [*resource.get("note", []), *([remark] if words else [])]
    return {**resource, "status": STATUS[step], "input": inputs, **({"note": notes} if notes else {})}


def read(resource: Resource) -> Asked:
    """What was asked."""
    told = _inputs(resource)
    scope = told.get("scope", types.WHOLE)
    return Asked(
        kind=str(resource["code"]["coding"][0]["code"]), quality=told.get("quality", ""), channel=told.get("channel", ""),
        requester=str(resource.get("requester", {}).get("display", "")), received_at=datetime.fromisoformat(resource["authoredOn"]),
        is_old=told.get("is_old") == "yes", scope=scope, since=_day(told.get("since")), until=_day(told.get("until")),
        stay=ids.parsed(told.get("stay", "")), parts=tuple(one for one in told.get("parts", "").split(",") if one),
        motive=told.get("motive", ""), words=str(resource.get("description", "")), reply_to=told.get("reply_to", ""),
        minor_opposes=told.get("minor_opposes") == "yes",
    )  # fmt: skip


def means(resource: Resource) -> str:
    """How the requester was made sure of, the last time."""
    return _inputs(resource).get("means", "")


def remarks(resource: Resource) -> tuple[Remark, ...]:
    """What was written beside the steps, oldest first."""
    return tuple(
        Remark(label=str(one.get("authorReference", {}).get("display", "")), at=datetime.fromisoformat(one["time"]), text=str(one["text"]))
        for one in resource.get("note", [])
    )


def _told(asked: Asked) -> Iterator[tuple[str, str]]:
    """What has no element of its own, by name; nothing for what was not told."""
    given = {
        "quality": asked.quality, "channel": asked.channel, "is_old": "yes" if asked.is_old else "", "scope": asked.scope,
        "since": asked.since.isoformat() if asked.since else "", "until": asked.until.isoformat() if asked.until else "",
        "stay": str(asked.stay or ""), "parts": ",".join(asked.parts), "motive": asked.motive, "reply_to": asked.reply_to.strip(),
        "minor_opposes": "yes" if asked.minor_opposes else "",
    }  # fmt: skip
    yield from ((code, value) for code, value in given.items() if value)


def _input(code: str, value: str) -> Resource:
    return {"type": {"coding": [{"system": _INPUT, "code": code}]}, "valueString": value}


def _inputs(resource: Resource) -> dict[str, str]:
    return {str(one["type"]["coding"][0]["code"]): str(one["valueString"]) for one in resource.get("input", [])}


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None
