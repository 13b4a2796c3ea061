"""A problem is written in words and may bear a code; it ends; what runs in the family is not the patient's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serment.dossier.kernel import errors
from serment.dossier.records.conditions import codes, usage
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@pytest.fixture
def permit(dossier: Dossier) -> Any:
    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        yield permit


@pytest.mark.parametrize(
    ("query", "first"),
    [("fibrillation auric", "I48.0"), ("I48.9", "I48.9"), ("E11", "E11"), ("diabete type 2", "E11"), ("appendicite aigue", "K35")],
)
def test_a_code_is_found_by_the_beginnings_of_its_words_or_by_itself(query: str, first: str) -> None:
    found = [one.code for one in codes.find(query)]
    assert any(code.startswith(first[:3]) for code in found[:6]), found
    assert len(found) <= codes.FOUND_MAX


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("BPCO", "J44.9"), ("hta", "I10"), ("ep", "I26.9"), ("diab", "E10"), ("asthme", "J45"), ("cancer sein", "C50"),
        ("schizofrenie", "F20"), ("insufisance cardiaque", "I50"), ("pyelonefrite", "N11"), ("escarre", "L89"), ("escare", ""),
    ],
)  # fmt: skip
def test_what_a_ward_says_or_misspells_leads_to_the_plainest_code(query: str, first: str) -> None:
    found = [one.code for one in codes.find(query)]
    assert found[0].startswith(first) if first else not found


def test_every_usual_name_leads_to_a_code_that_exists() -> None:
    assert [code for named in usage.CODES.values() for code in named if not codes.label(code)] == []
    assert all(codes.find(word) for word in usage.WORDS)


def test_the_whole_classification_is_there_and_every_code_has_its_label() -> None:
    assert codes.label("I48.9") == codes.label("I489") != ""
    assert codes.label("Z999999") == ""
    assert codes.find("di") == ()


@given(st.text(max_size=40))
def test_whatever_is_typed_is_answered(query: str) -> None:
    for one in codes.find(query):
        assert one.label == codes.label(one.code)


def test_words_typed_stay_beside_the_label_of_the_code(permit: Any) -> None:
    from serment.dossier.records.conditions import queries, services
    from serment.dossier.records.entries import queries as entries

    services.record(permit=permit, token=uuid4(), label="ACFA connue", code="I48.9", onset="2019-03", now=NOW)
    (one,) = queries.active_for(permit=permit)
    assert (one.label, one.code, one.onset, one.is_active) == ("ACFA connue", "I48.9", "2019-03", True)
    (entry,) = entries.current(permit=permit, kinds=["Condition"])
    assert entry.resource["code"]["coding"][0]["display"] == codes.label("I48.9")


def test_a_problem_that_is_over_is_history_and_keeps_its_versions(permit: Any) -> None:
    from serment.dossier.records.conditions import queries, services
    from serment.dossier.records.entries import queries as entries

    token = services.record(permit=permit, token=uuid4(), label="Pneumopathie", now=NOW)
    services.resolve(permit=permit, condition=token, version=1, now=NOW)
    (one,) = queries.active_for(permit=permit)
    assert not one.is_active
    assert len(entries.history(permit=permit, entry=token)) == 2
    services.resolve(permit=permit, condition=token, version=1, now=NOW)
    assert len(entries.history(permit=permit, entry=token)) == 2
    with pytest.raises(errors.Conflict, match="entry_changed"):
        services.resolve(permit=permit, condition=token, version=1, now=NOW + timedelta(days=1))


def test_a_symptom_is_apart_from_the_problems_until_it_is_gone(permit: Any) -> None:
    from serment.dossier.records.conditions import queries, services
    from serment.dossier.records.entries import queries as entries

    told = {"label": "Douleur dans la poitrine", "code": "R07.4", "since": "ce matin", "severity": "severe", "site": "rétrosternale"}
    token = services.record_symptom(permit=permit, token=uuid4(), now=NOW, remark="À l’effort", **told)
    assert queries.active_for(permit=permit) == ()
    (one,) = queries.symptoms(permit=permit)
    assert (one.label, one.code, one.since, one.severity, one.site, one.remark) == (*told.values(), "À l’effort")
    assert one.is_present
    (entry,) = entries.current(permit=permit, kinds=["Condition"])
    assert entry.resource["onsetString"] == "ce matin"
    services.resolve(permit=permit, condition=token, version=1, now=NOW)
    assert not queries.symptoms(permit=permit)[0].is_present
    services.record_symptom(permit=permit, token=uuid4(), label="Fièvre", since="2026-11", now=NOW)
    dated = next(one for one in entries.current(permit=permit, kinds=["Condition"]) if one.id != token)
    assert dated.resource["onsetDateTime"] == "2026-11"
    for wrong in (
        {"label": " "},
        {"label": "Toux", "severity": "horrible"},
        {"label": "Toux", "code": "??"},
        {"label": "Toux", "site": "x" * 200},
    ):
        with pytest.raises(errors.Invalid):
            services.record_symptom(permit=permit, token=uuid4(), now=NOW, **wrong)


def test_what_a_relative_had_is_told_as_theirs_and_struck_out_like_the_rest(permit: Any) -> None:
    from serment.dossier.records.conditions import queries, services

    token = services.record_family(permit=permit, token=uuid4(), label="Cancer du sein", relation="mère", code="C50.9", now=NOW)
    assert queries.active_for(permit=permit) == ()
    (one,) = queries.relatives(permit=permit)
    assert (one.relation, one.label) == ("mère", "Cancer du sein")
    assert one.written.author_label.startswith(cast.BRUNO.label)
    services.strike_out(permit=permit, condition=token, version=1, reason="Erreur", now=NOW)
    assert queries.relatives(permit=permit) == ()
    with pytest.raises(errors.Invalid) as caught:
        services.record_family(permit=permit, token=uuid4(), label="Cancer", relation=" ", now=NOW)
    assert caught.value.field == "relation"
