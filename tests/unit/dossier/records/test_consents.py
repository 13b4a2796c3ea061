"""What the patient agreed to, opposed or wished: the last answer is in force, those before are its history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def told(topic: str = "sharing", decision: str = "permit", **fields: Any) -> Any:
    from serment.dossier.records.consents.types import Told

    return Told(topic=topic, decision=decision, **fields)


@pytest.fixture
def permit(dossier: Dossier) -> Iterator[Any]:
    with dossier.opened(dossier.house.browser(cast.BRUNO), dossier.admitted(cast.FARID)) as permit:
        yield permit


def test_everything_told_comes_back_with_who_wrote_it(permit: Any) -> None:
    from serment.dossier.records.consents import queries, services

    paper = uuid4()
    full = told("advance_directives", "exist", text="Pas de réanimation", kept_at="chez sa fille", document=paper, since="2024-03")
    services.record(permit=permit, token=uuid4(), told=full, now=NOW)
    (one,) = queries.active_for(permit=permit)
    assert (one.topic, one.decision, one.text, one.kept_at, one.document, one.since) == (
        "advance_directives", "exist", "Pas de réanimation", "chez sa fille", paper, "2024-03",
    )  # fmt: skip
    assert one.written.author_label == "Bruno LEROY, Infirmier"


def test_another_answer_comes_after_and_an_error_gives_the_one_before_back(permit: Any) -> None:
    from serment.dossier.records.consents import queries, services

    services.record(permit=permit, token=uuid4(), told=told(), now=NOW)
    later = services.record(permit=permit, token=uuid4(), told=told(decision="deny"), now=NOW + timedelta(minutes=5))
    (history,) = [one for one in queries.histories(permit=permit) if one.latest]
    assert history.latest is not None
    assert (history.latest.decision, [one.decision for one in history.before]) == ("deny", ["permit"])
    services.strike_out(permit=permit, entry=later, version=1, reason="Erreur", now=NOW)
    assert [one.decision for one in queries.active_for(permit=permit)] == ["permit"]


def test_sent_twice_it_is_said_once(permit: Any) -> None:
    from serment.dossier.records.consents import queries, services

    token = uuid4()
    for _ in range(2):
        services.record(permit=permit, token=token, told=told(), now=NOW)
    (history,) = [one for one in queries.histories(permit=permit) if one.latest]
    assert history.before == ()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"topic": "x"}, "answer"), ({"decision": "exist"}, "answer"), ({"topic": "told", "decision": "wish"}, "text"),
        ({"text": "x" * 4_001}, "text"), ({"kept_at": "x" * 201}, "kept_at"), ({"since": "2027"}, "since"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named(permit: Any, fields: dict[str, Any], field: str) -> None:
    from serment.dossier.records.consents import services

    with pytest.raises(errors.Invalid) as caught:
        services.record(permit=permit, token=uuid4(), told=told(**fields), now=NOW)
    assert caught.value.field == field


def test_what_is_wished_of_care_is_closed_to_the_desk(dossier: Dossier) -> None:
    from serment.dossier.records.consents import queries, services

    farid = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), farid) as permit:
        services.record(permit=permit, token=uuid4(), told=told("organ_donation", "deny"), now=NOW)
    with dossier.opened(dossier.house.browser(cast.ODILE), farid) as permit:
        assert queries.active_for(permit=permit) == ()
        assert "advance_directives" not in {one.topic.code for one in queries.histories(permit=permit)}
        with pytest.raises(errors.Denied, match="compartment_closed"):
            services.record(permit=permit, token=uuid4(), told=told("advance_directives", "none"), now=NOW)
        services.record(permit=permit, token=uuid4(), told=told("told", "wish", text="Sa fille"), now=NOW)


def test_what_is_no_consent_is_not_struck_out_as_one(permit: Any) -> None:
    from serment.dossier.records.consents import services
    from serment.dossier.records.notes import services as notes

    note = notes.record(permit=permit, token=uuid4(), title="x", typed={"text": "x"}, now=NOW)
    with pytest.raises(errors.NotFound):
        services.strike_out(permit=permit, entry=note, version=1, reason="x", now=NOW)


def test_an_imported_consent_is_read_by_what_its_category_is_called(permit: Any) -> None:
    from serment.dossier.records.consents import queries
    from serment.dossier.records.entries import services

    resource = {
        "resourceType": "Consent", "category": [{"text": "Recherche"}], "provision": {"type": "deny"},
        "sourceReference": {"reference": "DocumentReference/ailleurs"},
    }  # fmt: skip
    services.record(permit=permit, entry=uuid4(), kind="Consent", compartment="contact", resource=resource, now=NOW)
    (one,) = queries.active_for(permit=permit)
    assert (one.topic, one.decision, one.document) == ("Recherche", "deny", None)
