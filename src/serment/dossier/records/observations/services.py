"""Writing vital signs: one set, taken together, is one observation each, with the score they make."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from serment.dossier.disclosure.types import Permit
from serment.dossier.identity import rules as identity
from serment.dossier.kernel import clock, errors
from serment.dossier.records.entries import queries as entry_queries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.entries import services as entries
from serment.dossier.records.observations import measures, news2, resources, rules, scales
from serment.dossier.vault.sealing import Resource

COMPARTMENT = "care"
# A measure is written down when it is taken, or soon after; a clock may be a little ahead.
AHEAD_MAX = timedelta(minutes=5)
BACK_MAX = timedelta(days=3)


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What was written: how many measures, and the score when the set was complete."""

    count: int
    score: news2.Score | None = field(default=None, repr=False)


def record(
    *,
    permit: Permit,
    token: UUID,
    typed: Mapping[str, str],
    at: datetime,
    now: datetime,
    confirmed: Collection[str] = (),
    stay: UUID | None = None,
) -> Recorded:
    """Write one set of vital signs under identifiers that follow from the form's token: sent twice, it is written once.

    `typed` holds texts by the names of `measures.MEASURES`, `level` (ACVPU) and `hypercapnic`. Raises Invalid: `malformed` or
    `text_missing` naming the field, `implausible` naming one that must be confirmed, `time_wrong` for an instant in the future or older
    than three days; Denied (`compartment_closed`).
    """
    if not now - BACK_MAX <= at <= now + AHEAD_MAX:
        raise errors.Invalid("time_wrong", field="at")
    readings = rules.read(typed)
    if asked := rules.questions(readings, confirmed=confirmed):
        raise errors.Invalid("implausible", field=asked[0])
    score = rules.scored(readings, age=identity.age(birth_date=permit.identity.birth_date, on=clock.today(now)))
    found = list(_resources(permit, readings, score, at))
    for name, resource in found:
        entries.record(
            permit=permit, entry=uuid5(token, name), kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now,
            effective_at=at, stay=stay,
        )  # fmt: skip
    return Recorded(count=len(found), score=score)


def record_scale(
    *, permit: Permit, token: UUID, scale: str, answers: Mapping[str, str], now: datetime, stay: UUID | None = None
) -> scales.Result:
    """Write what a scored scale gave. Raises NotFound (`no_scale`), Invalid naming the item, Denied (`compartment_closed`)."""
    if scale not in scales.SCALES:
        raise errors.NotFound("no_scale")
    chosen = scales.SCALES[scale]
    found = scales.result(chosen, answers)
    resource = resources.scored(
        patient=permit.patient, system=resources.SCORES, code=chosen.code, label=chosen.label, total=found.total, words=found.meaning,
        components=found.points, at=now, author=entry_rules.author_reference(permit.who),
    )  # fmt: skip
    entries.record(permit=permit, entry=token, kind=resources.KIND, compartment=COMPARTMENT, resource=resource, now=now, stay=stay)
    return found


def strike_out(*, permit: Permit, observation: UUID, version: int, reason: str, now: datetime) -> None:
    """Strike out a measure written in error. Raises NotFound, Conflict (`entry_changed`, `entry_struck_out`), Invalid."""
    if entry_queries.latest(permit=permit, entry=observation).kind != resources.KIND:
        raise errors.NotFound("no_entry")
    entries.strike_out(permit=permit, entry=observation, version=version, reason=reason, now=now, marks={"status": "entered-in-error"})


def _resources(permit: Permit, readings: rules.Readings, score: news2.Score | None, at: datetime) -> list[tuple[str, Resource]]:
    author = entry_rules.author_reference(permit.who)
    found = []
    for name, value in readings.values.items():
        one = measures.MEASURES[name]
        resource = resources.observation(
            patient=permit.patient, code=one.code, label=one.label, value=value, unit=one.unit, at=at, author=author, low=one.low,
            high=one.high, is_vital=True,
        )  # fmt: skip
        found.append((name, resource))
    if readings.level:
        found.append(("level", resources.level(patient=permit.patient, level=readings.level, at=at, author=author)))
    if index := rules.bmi(readings):
        resource = resources.observation(
            patient=permit.patient, code=measures.BMI, label="Indice de masse corporelle", value=index, unit="kg/m2", at=at, author=author,
            low="18.5", high="25", is_vital=True,
        )  # fmt: skip
        found.append(("bmi", resource))
    if score is not None:
        resource = resources.scored(
            patient=permit.patient, system=resources.SCORES, code=measures.NEWS2, label="NEWS2", total=score.total,
            words=news2.MEANINGS[score.risk], components=score.points.items(), at=at, author=author,
            method="SpO2 cible 88–92 %" if readings.hypercapnic else "",
        )  # fmt: skip
        found.append(("news2", resource))
    return found
