"""A leaked list: which of its rows are patients here, which account explains it, and when it is honest to say that it is not from here."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serment.guard.find import identities, rules
from serment.oversight.incidents import attributing, likelihood, variants
from serment.wire import samples
from serment.wire.protocol import Identity
from serment.wire.samples import SampleRow
from tests import cast
from tests.authenticator import Browser
from tests.fixtures import lures
from tests.fixtures.house import House
from tests.fixtures.incidents import Mailer, approve, approved, at, computed, declare, leaves, propose, sequenced, window
from tests.unit.guard.test_meters import listed, refusal, search

SURNAMES = ("LEFEBVRE", "MOREAU", "GAUTHIER", "ROUSSEAU", "FONTAINE", "CHEVALIER", "BERTRAND", "DUPUIS", "MARCHAND", "NICOLAS", "VASSEUR")
GIVEN = ("CAMILLE", "ANTOINE", "SOPHIE", "GUSTAVE", "PAULINE", "BERNARD", "EDITH", "FRANCOIS", "HUBERT", "IRENE")


def person(number: int, *, hospital: int = 1) -> Identity:
    rng = random.Random(hospital * 100_000 + number)
    born = date(1930, 1, 1) + timedelta(days=rng.randrange(28_000))
    made = cast.person(rng.choice(SURNAMES), given=rng.choice(GIVEN), sex=rng.choice("FM"), born=born, number=f"{hospital}{number:06d}")
    return replace(made, used_name=rng.choice(SURNAMES) if number % 4 == 0 else "")


def row(number: int, identity: Identity, **changed: Any) -> SampleRow:
    facts = {
        "birth_name": identity.birth_name, "given_name": identity.first_given_name, "birth_date": identity.birth_date, "sex": identity.sex,
        **changed,
    }  # fmt: skip
    return SampleRow(number=number, **facts)


def misspelt(one: SampleRow, rng: random.Random) -> SampleRow:
    """One slip of a kind that lists have."""
    name, born = one.birth_name, one.birth_date
    assert born is not None
    place = rng.randrange(1, len(name) - 1)
    slips = [
        {"birth_name": name[:place] + name[place + 1 :]},
        {"birth_name": name[:place] + rng.choice("ABCDEFGLMNOPRST") + name[place + 1 :]},
        {"birth_name": name[:place] + name[place + 1] + name[place] + name[place + 2 :]},
        {"birth_name": one.given_name, "given_name": name},
        {"birth_date": born.replace(year=born.year + 10)},
        {"birth_date": born.replace(month=born.day, day=born.month)} if born.day <= 12 else {"birth_name": name.lower()},
        {"birth_name": name + "X"},
    ]
    return replace(one, **rng.choice(slips))


def decided(house: House, count: int, **changed: str) -> UUID:
    """Two officers decide that a list may be compared."""
    now = house.clock()
    terms = {
        "rows": str(count), "digest": "0" * 64, "since": (now - timedelta(days=30)).isoformat(),
        "until": (now + timedelta(hours=1)).isoformat(), **changed,
    }  # fmt: skip
    id = propose(house.browser(cast.SONIA), "attribution", **terms)
    assert approve(house.browser(cast.DPO), id) == "executed"
    return id


def match(browser: Browser, approval: UUID, rows: list[SampleRow]) -> Any:
    signed = browser.signed("POST", "/security/incidents/sample/")
    return browser.call("match_sample", samples.MatchSample(**signed, approval=approval, rows=tuple(rows)))


def judge(browser: Browser, approval: UUID) -> Any:
    signed = browser.signed("POST", "/security/incidents/sample/")
    return browser.call("attribute_sample", samples.AttributeSample(**signed, approval=approval))


@pytest.fixture
def people(house: House) -> dict[UUID, Identity]:
    """Sixty patients of surgery."""
    return {house.admit(one): one for one in (person(number) for number in range(60))}


# --- rows ---


def test_a_row_is_found_by_ins_number_traits_sound_and_one_slip_away(house: House, people: dict[UUID, Identity]) -> None:
    one = next(iter(people.values()))
    house.admit(cast.FARID)
    assert cast.FARID.ins is not None
    rows = [
        SampleRow(number=1, ins=cast.FARID.ins.matricule, local_number=cast.FARID.numbers[0].value, given_name="FARID"),
        SampleRow(number=2, local_number=one.numbers[0].value, given_name=one.first_given_name, birth_date=one.birth_date),
        row(3, one),
        row(4, one, birth_name=one.birth_name[:2] + one.birth_name[1:]),
        row(5, one, birth_name=one.first_given_name, given_name=one.birth_name),
        row(6, one, sex=""),
        row(7, one, birth_date=one.birth_date + timedelta(days=700)),
        SampleRow(number=8, local_number=one.numbers[0].value),
        SampleRow(number=9, birth_name=one.birth_name),
        row(10, one, used_name="AUTRE", ins="x", other=("telephone",)),
    ]
    sonia = house.browser(cast.SONIA)
    told = match(sonia, decided(house, 10), rows)
    assert {one.number: one.how for one in told.rows} == {
        1: "ins", 2: "number", 3: "exact", 4: "sound", 5: "near", 6: "exact", 7: "", 8: "", 9: "", 10: "exact",
    }  # fmt: skip
    assert (told.total, told.found) == (10, 7)
    assert (told.rows[2].agree, told.rows[2].differ) == (("birth_name", "given_name", "birth_date", "sex"), ())
    assert told.rows[1].agree == ("given_name", "birth_date", "local_number")
    assert told.rows[9].differ == ("used_name", "ins")
    assert told.rows[2].known_since is not None
    assert told.rows[8].known_since is None


def test_what_the_rows_said_is_kept_nowhere(house: House, people: dict[UUID, Identity]) -> None:
    one = next(iter(people.values()))
    sonia, approval = house.browser(cast.SONIA), decided(house, 1)
    match(sonia, approval, [row(1, one)])
    (leaf,) = leaves(house, "sample_matched")
    assert set(leaf["body"]) == {"approval", "rows", "found", "contacts", "digest"}
    with house.guard.pool.connection() as tx:
        rows = str(tx.execute("select * from sample_match").fetchall())
    assert one.birth_name not in str(leaf) + rows


def test_of_homonyms_the_one_who_agrees_best_is_taken(house: House) -> None:
    first = cast.person("DURAND", number="1", ins="279035121518989")
    second = replace(cast.person("DURAND", number="2"), used_name="MOREAU")
    _, patient = house.admit(first), house.admit(second)
    sonia, approval = house.browser(cast.SONIA), decided(house, 1)
    told = match(sonia, approval, [row(1, second, used_name="MOREAU")])
    assert told.rows[0].agree == ("birth_name", "used_name", "given_name", "birth_date", "sex")
    with house.guard.pool.connection() as tx:
        (kept,) = attributing.MATCHES.all(house.guard, tx)
    assert kept.patient_id == patient


# --- whose ---


def test_a_sample_with_invented_and_misspelt_rows_still_gives_the_account(house: House, people: dict[UUID, Identity]) -> None:
    """Thirty per cent of the rows are nobody, thirty per cent of the others are misspelt."""
    ids, rng = list(people), random.Random(7)
    thief, colleague = house.browser(cast.BRUNO), house.browser(cast.AMEL)
    at(house, thief, "192.0.2.66")
    for number, patient in enumerate(ids[:40]):
        if number == 20:
            thief.touch()
        thief.open(patient)
    for patient in ids[5:25]:
        colleague.open(patient)
    listed(house.browser(cast.ODILE), ids[30:])
    real = [row(number, people[patient]) for number, patient in enumerate(rng.sample(ids[:40], 28))]
    invented = [row(number + 28, person(number, hospital=9)) for number in range(12)]
    rows = [misspelt(one, rng) if number < 9 else one for number, one in enumerate(real)] + invented
    sequenced(house.guard)
    sonia, approval = house.browser(cast.SONIA), decided(house, len(rows))
    told = match(sonia, approval, rows)
    verdict = judge(sonia, approval)
    first = verdict.suspects[0]
    assert (verdict.verdict, first.account, first.label, first.sources) == ("from_here", cast.BRUNO.id, cast.BRUNO.label, ("192.0.2.66",))
    assert 24 <= told.found <= 30
    assert first.explained >= 24
    assert (first.seen, verdict.rows, verdict.population) == (40, 40, 60)
    assert first.since >= house.clock() - timedelta(hours=1)
    (leaf,) = leaves(house, "attribution")
    assert leaf["body"]["accounts"][0] == str(cast.BRUNO.id)


def test_a_sample_of_another_hospital_is_not_from_here(house: House, people: dict[UUID, Identity]) -> None:
    bruno = house.browser(cast.BRUNO)
    for patient in list(people)[:20]:
        bruno.open(patient)
    sequenced(house.guard)
    rows = [row(number, person(number, hospital=2), local_number=f"2{number:06d}") for number in range(200)]
    sonia, approval = house.browser(cast.SONIA), decided(house, len(rows))
    match(sonia, approval, rows)
    verdict = judge(sonia, approval)
    assert (verdict.verdict, verdict.suspects) == ("not_from_here", ())
    assert verdict.found <= verdict.expected_by_chance + 4


def test_patients_of_ours_whom_nobody_opened_are_told_as_unexplained(house: House, people: dict[UUID, Identity]) -> None:
    sequenced(house.guard)
    rows = [row(number, one) for number, one in enumerate(list(people.values())[:20])]
    sonia, approval = house.browser(cast.SONIA), decided(house, len(rows))
    match(sonia, approval, rows)
    verdict = judge(sonia, approval)
    assert (verdict.verdict, verdict.suspects, verdict.unexplained, verdict.persons) == ("from_here_unexplained", (), 20, 20)


def test_a_decoy_in_the_sample_is_decisive(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    with house.guard.pool.connection() as tx:
        lure = identities.read(house.guard, identities.ask(tx, [decoy]))[decoy].sheet.identity
    assert len(search(house.browser(cast.CLERK), number=lure.numbers[0].value).lines) == 1
    sequenced(house.guard)
    approval = decided(house, 3)
    match(sonia, approval, [row(0, lure), row(1, person(1, hospital=5)), row(2, person(2, hospital=5))])
    verdict = judge(sonia, approval)
    assert (verdict.verdict, verdict.decoys, verdict.suspects[0].account) == ("from_here", 1, cast.CLERK.id)


def test_persons_released_to_the_program_that_writes_are_explained_by_it(
    house: House, sonia: Browser, people: dict[UUID, Identity]
) -> None:
    bruno, mailer = house.browser(cast.BRUNO), Mailer.at_work(house)
    for patient in list(people)[:20]:
        bruno.open(patient)
    made = declare(sonia, window(house))
    mailer.people(made.id, approved(house, computed(house, sonia, made.id), made.id))
    sequenced(house.guard)
    rows = [row(number, one) for number, one in enumerate(list(people.values())[:20])]
    approval = decided(house, len(rows))
    match(sonia, approval, rows)
    both = {one.account for one in judge(sonia, approval).suspects}
    assert both <= {cast.BRUNO.id, mailer_id()} and both


def mailer_id() -> UUID:
    return cast.identifier("mailer")


@pytest.fixture
def sonia(house: House) -> Browser:
    return house.browser(cast.SONIA)


# --- what is refused ---


def test_nothing_is_compared_without_two_officers_nor_beyond_what_they_decided(house: House, sonia: Browser) -> None:
    assert refusal(match, sonia, uuid4(), []) == ("approval_missing", "")
    assert refusal(judge, sonia, uuid4()) == ("approval_missing", "")
    approval = decided(house, 2)
    assert refusal(judge, sonia, approval) == ("sample_missing", "")
    rows = [row(number, person(number)) for number in range(3)]
    assert refusal(match, sonia, approval, rows) == ("sample_too_large", "")
    assert refusal(match, sonia, approval, rows * 400) == ("sample_too_large", "")
    assert match(sonia, approval, rows[:2]).total == 2
    assert match(sonia, approval, rows[:2]).total == 2


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS, cast.AMEL])
def test_nobody_but_the_officers_compares(house: House, player: cast.Player) -> None:
    approval = decided(house, 2)
    assert refusal(match, house.browser(player), approval, []) == ("role", "")
    assert refusal(judge, house.browser(player), approval) == ("role", "")


# --- variants, pure ---


@pytest.mark.parametrize("other", ["LEFBVRE", "LEFEBVR", "LEFEBVREX", "ELFEBVRE", "LEFEBURE", "TEFEBVRE", "LEFEBVRE DUPUIS"[:9]])
def test_a_name_with_one_letter_wrong_sounds_like_the_right_one_or_is_asked_for(other: str) -> None:
    assert rules.sounded("LEFEBVRE") in variants.sounds(other) | {rules.sounded(other)}


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)), st.integers(0, 7), st.integers(0, 9))
def test_a_date_with_one_digit_wrong_is_asked_for(born: date, place: int, digit: int) -> None:
    text = f"{born:%Y%m%d}"
    wrong = text[:place] + str(digit) + text[place + 1 :]
    try:
        other = date(int(wrong[:4]), int(wrong[4:6]), int(wrong[6:]))
    except ValueError:
        return
    assert other == born or born in variants.dates(other)


def test_day_and_month_exchanged_are_asked_for() -> None:
    assert date(1950, 3, 7) in variants.dates(date(1950, 7, 3))


@pytest.mark.parametrize(
    "lacking",
    [{"birth_name": "", "used_name": ""}, {"given_name": ""}, {"birth_date": None}, {"birth_name": "123"}],
)
def test_a_row_without_a_name_or_a_date_is_not_looked_for_by_traits(lacking: dict[str, Any]) -> None:
    assert variants.written(row(1, person(1), **lacking)) is None


def test_controls_are_born_on_other_days() -> None:
    one = variants.written(row(1, person(1)))
    assert one is not None
    assert all(other.born != one.born and other.names == one.names for other in variants.controls(one))


# --- likelihood, pure ---

T0 = datetime(2026, 11, 1, tzinfo=UTC)
IDS = [UUID(int=number + 1) for number in range(40)]
A, B, C = UUID(int=1001), UUID(int=1002), UUID(int=1003)


def saw(persons: list[UUID], *, hours: float = 0) -> dict[UUID, list[datetime]]:
    return {one: [T0 + timedelta(hours=hours, minutes=place)] for place, one in enumerate(persons)}


def test_who_saw_all_comes_before_who_saw_most_however_few_the_latter_saw() -> None:
    seen = {A: saw(IDS), B: saw(IDS[:36])}
    found = likelihood.explain(IDS, seen, {A: 2000, B: 36}, population=750_000)
    assert [(one.account, one.explained, one.alone) for one in found] == [(A, 40, 40)]


def test_who_saw_everybody_explains_nothing() -> None:
    seen = {A: saw(IDS), B: saw(IDS[:38])}
    found = likelihood.explain(IDS, seen, {A: 1000, B: 60}, population=1000)
    assert found[0].account == B


def test_two_accounts_explain_a_list_that_was_put_together() -> None:
    seen = {A: saw(IDS[:25]), B: saw(IDS[25:]), C: saw(IDS[20:30])}
    found = likelihood.explain(IDS, seen, {A: 100, B: 100, C: 100}, population=100_000)
    assert [(one.account, one.alone) for one in found] == [(A, 25), (B, 15)]


def test_one_person_seen_by_somebody_names_nobody() -> None:
    assert likelihood.explain(IDS, {A: saw(IDS[:1])}, {A: 10}, population=750_000) == []
    assert likelihood.explain([], {}, {}, population=0) == []


def test_whoever_saw_the_decoy_comes_first() -> None:
    seen = {A: saw(IDS), B: saw(IDS[:1])}
    found = likelihood.explain(IDS, seen, {A: 40, B: 1}, population=750_000, decoys=IDS[:1])
    assert found[0].account == A and found[0].decoys == 1
    seen = {A: saw(IDS[1:]), B: saw(IDS[:1])}
    found = likelihood.explain(IDS, seen, {A: 40, B: 1}, population=750_000, decoys=IDS[:1])
    assert [one.account for one in found] == [B, A]


def test_at_most_ten_accounts_are_named() -> None:
    persons = [UUID(int=number + 1) for number in range(120)]
    seen = {UUID(int=5000 + place): saw(persons[place * 4 : place * 4 + 4]) for place in range(30)}
    found = likelihood.explain(persons, seen, dict.fromkeys(seen, 4), population=750_000)
    assert len(found) == likelihood.SUSPECTS_MAX


@given(st.permutations(IDS[:12]), st.permutations([A, B, C]))
def test_no_order_of_what_is_given_changes_the_answer(persons: list[UUID], order: list[UUID]) -> None:
    every = {A: saw(IDS[:12]), B: saw(IDS[:9], hours=2), C: saw(IDS[4:12], hours=4)}
    seen = {account: every[account] for account in order}
    counts = dict.fromkeys(order, 50)
    expected = likelihood.explain(IDS[:12], every, {A: 50, B: 50, C: 50}, population=10_000)
    assert likelihood.explain(persons, seen, counts, population=10_000) == expected


@given(st.integers(0, 200), st.integers(0, 200), st.floats(0.0001, 0.9999))
def test_strength_is_never_negative_and_grows_with_what_was_seen(seen: int, persons: int, rate: float) -> None:
    seen = min(seen, persons)
    weaker, stronger = likelihood.strength(max(0, seen - 1), persons, rate), likelihood.strength(seen, persons, rate)
    assert 0 <= weaker <= stronger + 1e-9


@given(st.integers(1, 30), st.integers(0, 30), st.integers(1, 500), st.integers(500, 5000))
def test_rows_that_are_nobody_never_change_who_is_named(real: int, more: int, count: int, population: int) -> None:
    """What is not found is not a person: it can neither accuse nor excuse."""
    seen = {A: saw(IDS[:real])}
    with_noise = likelihood.explain(IDS[:real], seen, {A: max(count, real)}, population=population + more)
    assert all(one.account == A for one in with_noise)


def test_the_shortest_time_holds_one_sighting_of_each() -> None:
    def hours(*given: float) -> list[datetime]:
        return [T0 + timedelta(hours=one) for one in given]

    assert likelihood.shortest([hours(0, 10), hours(9, 30), hours(11)]) == (T0 + timedelta(hours=9), T0 + timedelta(hours=11))
    assert likelihood.shortest([hours(3)]) == (T0 + timedelta(hours=3), T0 + timedelta(hours=3))


@pytest.mark.parametrize(("found", "expected", "more"), [(1, 0.0, False), (2, 0.0, True), (10, 4.0, False), (12, 4.0, True)])
def test_chance_finds_somebody_now_and_then(found: int, expected: float, more: bool) -> None:
    assert likelihood.is_more_than_chance(found, expected) is more
