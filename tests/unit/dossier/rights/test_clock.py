"""The legal clock, what follows what, and what a request must say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from serment.dossier.kernel import clock, errors
from serment.dossier.rights import rules
from serment.dossier.rights.types import Asked, Line, Step

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WHOLE = Asked(kind="access", quality="patient", requester="Farid PAT-TROIS", channel="letter", received_at=NOW, is_old=False)


def refusal(asked: Asked) -> tuple[str, str]:
    with pytest.raises(errors.Invalid) as refused:
        rules.require(asked, now=NOW)
    return refused.value.code, refused.value.field


def test_access_is_given_after_48_hours_and_within_eight_days_counted_whole() -> None:
    found = rules.clock_of(kind="access", received_at=NOW, is_old=False)
    assert found.not_before == NOW + timedelta(hours=48)
    assert found.due == datetime(2026, 12, 1, 23, 59, 59, tzinfo=clock.PARIS)


def test_information_of_more_than_five_years_has_two_months() -> None:
    found = rules.clock_of(kind="access", received_at=datetime(2026, 12, 31, 8, tzinfo=UTC), is_old=True)
    assert clock.today(found.due) == date(2027, 2, 28)
    assert found.not_before == datetime(2027, 1, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize("kind", ["rectification", "opposition", "complaint"])
def test_the_other_rights_have_a_month_and_no_time_of_reflection(kind: str) -> None:
    found = rules.clock_of(kind=kind, received_at=NOW, is_old=True)
    assert (found.not_before, clock.today(found.due)) == (None, date(2026, 12, 23))


def test_a_request_that_came_late_in_the_evening_counts_from_the_day_in_france() -> None:
    found = rules.clock_of(kind="access", received_at=datetime(2026, 11, 23, 23, 30, tzinfo=UTC), is_old=False)
    assert clock.today(found.due) == date(2026, 12, 2)


def test_a_plain_request_is_enough() -> None:
    rules.require(WHOLE, now=NOW)


def test_what_a_request_lacks_is_said_beside_its_field() -> None:
    assert refusal(replace(WHOLE, kind="erasure")) == ("choice_unknown", "kind")
    assert refusal(replace(WHOLE, requester=" ")) == ("text_missing", "requester")
    assert refusal(replace(WHOLE, kind="rectification")) == ("text_missing", "words")
    assert refusal(replace(WHOLE, received_at=NOW + timedelta(days=1))) == ("time_wrong", "received_on")
    assert refusal(replace(WHOLE, scope="period", since=date(2026, 2, 1), until=date(2026, 1, 1))) == ("period_wrong", "until")
    assert refusal(replace(WHOLE, scope="stay")) == ("text_missing", "stay")
    assert refusal(replace(WHOLE, scope="parts")) == ("text_missing", "parts")


def test_an_heir_has_one_of_three_motives_and_for_the_causes_of_a_death_not_a_whole_life() -> None:
    heir = replace(WHOLE, quality="heir")
    assert refusal(heir) == ("motive_missing", "motive")
    assert refusal(replace(heir, motive="curiosity")) == ("motive_missing", "motive")
    assert refusal(replace(heir, motive="cause_of_death")) == ("heir_whole", "scope")
    rules.require(replace(heir, motive="cause_of_death", scope="period", since=date(2026, 1, 1), until=date(2026, 2, 1)), now=NOW)
    rules.require(replace(heir, motive="claim"), now=NOW)
    assert refusal(replace(WHOLE, motive="claim")) == ("choice_unknown", "motive")


def test_a_minor_opposes_their_parents_and_nobody_else() -> None:
    rules.require(replace(WHOLE, quality="parent", minor_opposes=True), now=NOW)
    assert refusal(replace(WHOLE, minor_opposes=True)) == ("choice_unknown", "minor_opposes")


def line(*steps: str, kind: str = "access") -> Line:
    made = tuple(Step(number=n, step=step, account=uuid4(), at=NOW) for n, step in enumerate(steps, 1))
    times = rules.clock_of(kind=kind, received_at=NOW, is_old=False)
    return Line(patient=uuid4(), id=uuid4(), kind=kind, received_at=NOW, clock=times, steps=made)


def step(of: Line, name: str, *, quality: str = "patient", means: str = "", words: str = "", at: datetime = NOW) -> str:
    try:
        rules.require_step(of, name, quality=quality, means=means, words=words, now=at)
    except errors.Refused as refused:
        return refused.code
    return ""


def test_steps_follow_one_another_and_nothing_follows_the_end() -> None:
    assert step(line("received"), "handed_over") == "request_moved"
    assert step(line("received", "identity"), "ready") == "request_moved"
    assert [step(line("received", "closed"), name) for name in ("identity", "preparing", "refused")] == ["request_moved"] * 3
    assert step(line("received", "preparing", "ready"), "preparing") == ""


def test_nothing_is_prepared_before_somebody_made_sure_of_who_asks() -> None:
    assert step(line("received"), "preparing") == "means_missing"
    assert step(line("received"), "preparing", means="document") == ""
    assert step(line("received"), "preparing", means="known") == ""
    assert step(line("received"), "preparing", means="known", quality="heir") == "means_missing"


def test_a_refusal_gives_its_reason() -> None:
    assert step(line("received"), "refused", words=" ") == "reason_missing"
    assert step(line("received"), "refused", words="Le défunt s’y était opposé.") == ""


def test_a_copy_is_not_handed_over_before_the_time_of_reflection() -> None:
    ready = line("received", "preparing", "ready")
    assert step(ready, "handed_over", at=NOW + timedelta(hours=47, minutes=59)) == "too_early"
    assert step(ready, "handed_over", at=NOW + timedelta(hours=48)) == ""
    assert step(line("received", "preparing", "ready", kind="rectification"), "handed_over") == ""


def test_late_is_what_waits_beyond_its_last_day() -> None:
    after = NOW + timedelta(days=9)
    assert line("received").is_late(after)
    assert not line("received").is_late(NOW + timedelta(days=7))
    assert not line("received", "preparing", "ready", "handed_over").is_late(after)
