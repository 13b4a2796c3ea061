"""Vital signs: what a hand types is understood, what looks mistyped is asked again, and the early-warning score is the published one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serment.dossier.identity.types import Age
from serment.dossier.kernel import errors
from serment.dossier.records.observations import measures, news2, rules, scales
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
WELL = {"systolic": "128", "diastolic": "76", "pulse": "72", "temperature": "36,8", "respiration": "16", "saturation": "98", "level": "A"}
ADULT = Age(value=80, unit="years")


@pytest.fixture
def permit(dossier: Dossier) -> Any:
    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        yield permit


# every row of the published chart: value, points ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sign", "steps"),
    [
        ("respiration", [(3, 3), (8, 3), (9, 1), (11, 1), (12, 0), (20, 0), (21, 2), (24, 2), (25, 3), (50, 3)]),
        ("saturation", [(80, 3), (91, 3), (92, 2), (93, 2), (94, 1), (95, 1), (96, 0), (100, 0)]),
        ("systolic", [(60, 3), (90, 3), (91, 2), (100, 2), (101, 1), (110, 1), (111, 0), (219, 0), (220, 3), (260, 3)]),
        ("pulse", [(30, 3), (40, 3), (41, 1), (50, 1), (51, 0), (90, 0), (91, 1), (110, 1), (111, 2), (130, 2), (131, 3)]),
        ("temperature", [("35.0", 3), ("35.1", 1), ("36.0", 1), ("36.1", 0), ("38.0", 0), ("38.1", 1), ("39.0", 1), ("39.1", 2)]),
    ],
)
def test_each_sign_makes_the_points_of_the_chart(sign: str, steps: list[tuple[Any, int]]) -> None:
    for value, points in steps:
        assert news2.score(signs(**{sign: Decimal(value)})).points[sign] == points, (sign, value)


@pytest.mark.parametrize(
    ("saturation", "on_air", "on_oxygen"),
    [(83, 3, 3), (84, 2, 2), (85, 2, 2), (86, 1, 1), (87, 1, 1), (88, 0, 0), (92, 0, 0),
     (93, 0, 1), (94, 0, 1), (95, 0, 2), (96, 0, 2), (97, 0, 3)],
)  # fmt: skip
def test_a_target_of_88_to_92_has_a_scale_of_its_own(saturation: int, on_air: int, on_oxygen: int) -> None:
    told = {"saturation": Decimal(saturation), "hypercapnic": True}
    assert news2.score(signs(**told)).points["saturation"] == on_air
    assert news2.score(signs(**told, oxygen=True)).points["saturation"] == on_oxygen


def test_oxygen_makes_two_points_and_any_level_but_alert_three() -> None:
    assert news2.score(signs(oxygen=True)).total == 2
    assert [news2.score(signs(level=level)).total for level in "ACVPU"] == [0, 3, 3, 3, 3]


@pytest.mark.parametrize(
    ("told", "total", "risk"),
    [
        ({}, 0, "low"),
        ({"pulse": Decimal(111), "temperature": Decimal("38.5"), "systolic": Decimal(105)}, 4, "low"),
        ({"level": "C"}, 3, "low_medium"),
        ({"pulse": Decimal(111), "temperature": Decimal("39.5"), "systolic": Decimal(105)}, 5, "medium"),
        ({"pulse": Decimal(131), "temperature": Decimal("39.5"), "systolic": Decimal(100)}, 7, "high"),
    ],
)
def test_the_total_says_the_risk(told: dict[str, Any], total: int, risk: str) -> None:
    found = news2.score(signs(**told))
    assert (found.total, found.risk) == (total, risk)


def signs(**told: Any) -> news2.Signs:
    well = {
        "respiration": Decimal(16), "saturation": Decimal(98), "oxygen": False, "systolic": Decimal(128), "pulse": Decimal(72),
        "level": "A", "temperature": Decimal("36.8"),
    }  # fmt: skip
    return news2.Signs(**{**well, **told})


@given(st.dictionaries(st.sampled_from(sorted(measures.MEASURES)), st.integers(0, 300).map(str)))
def test_a_score_is_the_sum_of_its_points_and_needs_every_sign(typed: dict[str, str]) -> None:
    if not typed:
        return
    found = rules.scored(rules.read({**typed, "level": "A"}), age=ADULT)
    needed = {"respiration", "saturation", "systolic", "pulse", "temperature"}
    assert (found is not None) == (needed <= typed.keys())
    if found is not None:
        assert found.total == sum(found.points.values())


# what a hand types --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "systolic", "diastolic"),
    [("13/8", "130", "80"), ("12,5/7", "125", "70"), ("132/84", "132", "84"), ("13-8", "130", "80"), ("9/5", "90", "50")],
)
def test_both_pressures_are_understood_as_they_are_said(typed: str, systolic: str, diastolic: str) -> None:
    read = rules.read({"systolic": typed})
    assert (read.values["systolic"], read.values["diastolic"]) == (systolic, diastolic)


def test_a_comma_is_a_decimal_sign_and_the_zero_typed_is_kept() -> None:
    assert rules.read({"weight": "70,10"}).values == {"weight": "70.10"}


@pytest.mark.parametrize("text", ["abc", "-3", "37,8,1", "1e3", "12/7/3", "99999"])
def test_what_is_no_number_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(errors.Invalid, match="malformed") as caught:
        rules.read({"systolic": text})
    assert caught.value.field == "systolic"


@given(st.text(max_size=12), st.sampled_from(sorted(measures.MEASURES)))
def test_whatever_is_typed_is_read_or_refused_and_never_fails_otherwise(text: str, name: str) -> None:
    try:
        read = rules.read({name: text})
    except errors.Invalid:
        return
    rules.questions(read)
    rules.scored(read, age=ADULT)


@pytest.mark.parametrize(("name", "value"), [("temperature", "378"), ("saturation", "9"), ("pulse", "720"), ("weight", "1")])
def test_an_implausible_value_is_a_question_and_a_confirmation_answers_it(name: str, value: str) -> None:
    read = rules.read({name: value})
    assert rules.questions(read) == (name,)
    assert rules.questions(read, confirmed=[name]) == ()


def test_a_diastolic_pressure_above_the_systolic_is_a_question() -> None:
    assert rules.questions(rules.read({"systolic": "80", "diastolic": "120"})) == ("diastolic",)


# what is written ----------------------------------------------------------------------------------------------------------------------


def test_one_set_is_one_observation_each_with_the_score_they_make_and_sent_twice_it_is_written_once(permit: Any) -> None:
    from serment.dossier.records.observations import queries, services

    token = uuid4()
    for _ in range(2):
        recorded = services.record(permit=permit, token=token, typed={**WELL, "weight": "80", "height": "180"}, at=NOW, now=NOW)
    assert recorded.score is not None
    assert recorded.score.total == 0
    found = {one.code: one for one in queries.newest(permit=permit, count=50)}
    assert len(found) == 11
    assert (found["8310-5"].value, found["8310-5"].unit, found["8310-5"].flag) == ("36.8", "Cel", "")
    assert found["39156-5"].value == "24.7"
    assert found["67775-7"].value == "alerte"
    assert (found["news2"].value, found["news2"].meaning[:13]) == ("0", "Risque faible")
    assert found["8480-6"].written.author_label.startswith(cast.BRUNO.label)


def test_no_score_is_made_for_a_child(permit: Any) -> None:
    assert rules.scored(rules.read(WELL), age=Age(value=15, unit="years")) is None
    assert rules.scored(rules.read(WELL), age=Age(value=16, unit="years")) is not None
    assert rules.scored(rules.read(WELL), age=Age(value=20, unit="months")) is None


def test_a_question_unanswered_writes_nothing(permit: Any) -> None:
    from serment.dossier.records.observations import queries, services

    with pytest.raises(errors.Invalid, match="implausible") as caught:
        services.record(permit=permit, token=uuid4(), typed={**WELL, "temperature": "378"}, at=NOW, now=NOW)
    assert caught.value.field == "temperature"
    assert queries.newest(permit=permit, count=50) == ()


@pytest.mark.parametrize("moved", [timedelta(minutes=6), timedelta(days=-3, minutes=-1)])
def test_a_measure_of_the_future_or_of_last_week_is_refused(permit: Any, moved: timedelta) -> None:
    from serment.dossier.records.observations import services

    with pytest.raises(errors.Invalid, match="time_wrong"):
        services.record(permit=permit, token=uuid4(), typed=WELL, at=NOW + moved, now=NOW)


# scored scales ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [one for one in scales.SCALES.values() if one.items], ids=lambda one: one.code)
def test_a_scale_goes_from_its_least_to_its_most_and_every_total_means_something(scale: scales.Scale) -> None:
    least = scales.result(scale, {item.code: str(min(item.answers)[0]) for item in scale.items})
    most = scales.result(scale, {item.code: str(max(item.answers)[0]) for item in scale.items})
    assert (least.total, most.total) == (scale.least, scale.most)
    assert scale.bands[-1][0] == scale.most
    assert [upper for upper, _ in scale.bands] == sorted({upper for upper, _ in scale.bands})


@pytest.mark.parametrize(
    ("code", "total", "begins"),
    [("doloplus2", 4, "Sous le seuil"), ("doloplus2", 5, "Douleur"), ("algoplus", 1, "Pas de douleur"), ("algoplus", 2, "Douleur"),
     ("braden", 12, "Risque élevé"), ("braden", 13, "Risque modéré"), ("braden", 15, "Risque faible"), ("braden", 19, "Pas de risque"),
     ("morse", 45, "Risque élevé"), ("mna", 11, "Risque"), ("mna", 12, "État")],
)  # fmt: skip
def test_the_thresholds_are_the_published_ones(code: str, total: int, begins: str) -> None:
    scale = scales.SCALES[code]
    assert next(words for upper, words in scale.bands if total <= upper).startswith(begins)


def test_a_question_left_out_is_named_and_nothing_is_written(permit: Any) -> None:
    from serment.dossier.records.observations import queries, services

    answers = {item.code: "1" for item in scales.SCALES["algoplus"].items}
    with pytest.raises(errors.Invalid, match="text_missing") as caught:
        services.record_scale(permit=permit, token=uuid4(), scale="algoplus", answers={**answers, "gaze": ""}, now=NOW)
    assert caught.value.field == "gaze"
    with pytest.raises(errors.Invalid, match="choice_unknown"):
        services.record_scale(permit=permit, token=uuid4(), scale="algoplus", answers={**answers, "gaze": "7"}, now=NOW)
    with pytest.raises(errors.NotFound):
        services.record_scale(permit=permit, token=uuid4(), scale="glasgow", answers={}, now=NOW)
    assert queries.newest(permit=permit, count=5) == ()
    services.record_scale(permit=permit, token=uuid4(), scale="algoplus", answers=answers, now=NOW)
    (one,) = queries.newest(permit=permit, count=5)
    assert (one.label, one.value, one.meaning) == ("Algoplus", "5", "Douleur probable : traiter, puis réévaluer.")
