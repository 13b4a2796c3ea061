"""Conditions, treatments, measures, consents, reasons: what is written in FHIR is what is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@pytest.fixture
def permit(dossier: Dossier) -> Iterator[Any]:
    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        yield permit


def write(permit: Any, resource: dict[str, Any], *, compartment: str = "care", at: datetime = NOW, stay: UUID | None = None) -> None:
    from serment.dossier.records.entries import services

    kind = resource["resourceType"]
    services.record(
        permit=permit, entry=uuid4(), kind=kind, compartment=compartment, resource=resource, now=NOW, effective_at=at, stay=stay
    )


def test_a_problem_is_read_before_a_history(permit: Any) -> None:
    from serment.dossier.records.conditions import queries, services

    services.record(permit=permit, token=uuid4(), label="Appendicectomie", now=NOW, onset="1998", is_active=False)
    services.record(permit=permit, token=uuid4(), label="Diabète de type 2", code="E11.9", now=NOW - timedelta(days=1))
    problem, history = queries.active_for(permit=permit)
    assert (problem.label, problem.code, problem.is_active) == ("Diabète de type 2", "E11.9", True)
    assert (history.label, history.onset, history.is_active) == ("Appendicectomie", "1998", False)


@pytest.mark.parametrize(
    ("field", "value"), [("label", ""), ("code", "diabète"), ("code", "E1"), ("onset", "l'an dernier"), ("onset", "98")]
)
def test_a_wrong_field_of_a_condition_is_named(permit: Any, field: str, value: str) -> None:
    from serment.dossier.records.conditions import services

    with pytest.raises(errors.Invalid) as caught:
        services.record(permit=permit, token=uuid4(), now=NOW, **{"label": "x", field: value})
    assert caught.value.field == field


def test_a_condition_struck_out_leaves_the_list(permit: Any) -> None:
    from serment.dossier.records.conditions import queries, services

    token = services.record(permit=permit, token=uuid4(), label="x", now=NOW)
    services.strike_out(permit=permit, condition=token, version=1, reason="Erreur", now=NOW)
    assert queries.active_for(permit=permit) == ()


def test_a_treatment_keeps_each_of_its_parts(permit: Any) -> None:
    from serment.dossier.records.medications import queries, resources

    parts = {
        "substance": "paracétamol", "brand": "Doliprane", "strength": "1 g", "form": "comprimé", "dose": "1 comprimé", "route": "orale",
        "rhythm": "3 fois par jour", "since": "2026-11-20", "code": "N02BE01",
    }  # fmt: skip
    write(permit, resources.medication(patient=permit.patient, at=NOW, author=None, **parts))
    (read,) = queries.active_for(permit=permit)
    assert {name: getattr(read, name) for name in parts} == parts


@pytest.mark.parametrize(("value", "flag"), [("70.10", ""), ("59", "low"), ("101.0", "high"), ("positif", "")])
def test_a_measure_keeps_its_zeros_and_knows_its_range(permit: Any, value: str, flag: str) -> None:
    from serment.dossier.records.observations import queries, resources

    measure = resources.observation(
        patient=permit.patient, code="8867-4", label="Pouls", value=value, unit="/min", at=NOW, author=None, low="60", high="100"
    )
    write(permit, measure)
    (read,) = queries.active_for(permit=permit)
    assert (read.value, read.flag, read.low, read.high) == (value, flag, "60", "100")


def test_the_newest_measure_of_each_kind(permit: Any) -> None:
    from serment.dossier.records.observations import queries, resources

    for hours, value in ((2, "36.8"), (1, "38.1")):
        at = NOW - timedelta(hours=hours)
        measure = resources.observation(
            patient=permit.patient, code="8310-5", label="Température", value=value, unit="Cel", at=at, author=None
        )
        write(permit, measure, at=at)
    assert [one.value for one in queries.latest_of(queries.active_for(permit=permit))] == ["38.1"]


def test_the_last_decision_on_each_topic(permit: Any) -> None:
    from serment.dossier.records.consents import queries, resources
    from serment.dossier.records.consents.types import Told

    for hours, topic, decision in ((3, "dmp_feeding", "permit"), (2, "dmp_feeding", "deny"), (1, "sharing", "permit")):
        consent = resources.consent(patient=permit.patient, told=Told(topic=topic, decision=decision), at=NOW)
        write(permit, consent, compartment="contact", at=NOW - timedelta(hours=hours))
    assert {(one.topic, one.decision) for one in queries.active_for(permit=permit)} == {("dmp_feeding", "deny"), ("sharing", "permit")}


def test_the_reason_of_each_stay(permit: Any) -> None:
    from serment.dossier.records.reasons import queries, resources

    stay = uuid4()
    write(permit, resources.reason(patient=permit.patient, text="Douleur abdominale"), stay=stay)
    assert queries.by_stay(permit=permit) == {stay: "Douleur abdominale"}
