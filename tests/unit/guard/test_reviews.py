"""Reviews: a share of what nothing explains is looked at by a person, and what looks worst always is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from serment import journal
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.find import identities
from serment.guard.meters import limits, windows
from serment.guard.release import openings
from serment.guard.review import queue
from serment.guardhouse import housekeeping
from serment.wire import protocol, reviewing
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House, letters

COMPARTMENTS = ("identity", "contact", "care")
NEVER, ALWAYS = 99, 0
LATE_HOURS = limits.DEFAULTS["review.late_hours"]


@pytest.fixture(autouse=True)
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every opening is drawn, unless a test says otherwise."""
    lots(monkeypatch, ALWAYS)


@pytest.fixture
def house(house: House) -> House:
    """At ten in the morning, with authenticators that are no longer new."""
    for player in (cast.BRUNO, cast.CHLOE, cast.NADIA, cast.AMEL, cast.ODILE):
        house.browser(player)
    morning = datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=3)
    house.clock.ahead = morning - datetime.now(UTC)
    return house


def lots(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(queue.secrets, "randbelow", lambda most: number)


def seasoned(house: House, player: cast.Player) -> Browser:
    """The player with an authenticator of more than a day."""
    browser = house.browser(player)
    house.clock.pass_by(hours=25)
    browser.sign_in()
    browser.touch()
    return browser


def untied(browser: Browser, patient: UUID, *, compartments: tuple[str, ...] = COMPARTMENTS) -> protocol.Opening:
    request = protocol.OpenUntied(**browser.signed("POST", f"/patients/{patient}/open-untied/"), patient=patient, compartments=compartments)
    opening: protocol.Opening = browser.call("open_untied", request)
    return opening


def broken(browser: Browser, patient: UUID) -> protocol.Opening:
    signed = browser.signed("POST", f"/patients/{patient}/break-glass/")
    opening: protocol.Opening = browser.call("break_glass", protocol.BreakGlass(**signed, patient=patient, reason="vital_emergency"))
    return opening


def reviews(browser: Browser) -> reviewing.Reviews:
    found: reviewing.Reviews = browser.call("reviews", protocol.Signed(**browser.signed("GET", "/security/reviews/")))
    return found


def context(browser: Browser, id: UUID) -> reviewing.ReviewContext:
    found: reviewing.ReviewContext = browser.call("review", reviewing.OneReview(**browser.signed("GET", f"/security/reviews/{id}/"), id=id))
    return found


def answer(browser: Browser, id: UUID, verdict: str) -> None:
    browser.call("answer_review", reviewing.AnswerReview(**browser.signed("POST", f"/security/reviews/{id}/"), id=id, answer=verdict))


def stranger(house: House, number: int = 0, **traits: object) -> UUID:
    """Somebody known here and in care nowhere."""
    return house.register(cast.person(f"INCONNU {letters(number)}", **traits)).patient


def leaves(house: House, kind: str) -> list[dict]:
    with house.guard.pool.connection() as tx:
        return journal.reading.of_kind(tx, kind)


# who is drawn -----------------------------------------------------------------------------------------------------------------


def test_an_unexplained_opening_that_is_drawn_waits_for_a_reviewer_with_what_is_known_of_it(house: House) -> None:
    bruno, patient = seasoned(house, cast.BRUNO), stranger(house)
    opening = untied(bruno, patient)
    (one,) = reviews(house.browser(cast.SONIA)).waiting
    assert (one.account, one.label, one.role, one.patient) == (cast.BRUNO.id, "Bruno LEROY", "nurse_day", patient)
    assert (one.emergency, one.compartments, one.answer, one.escalated, one.is_mine) == (False, COMPARTMENTS, "", False, False)
    assert one.features == ("not_in_care", "first_pair")
    assert one.strength == 3
    assert one.due - one.at == timedelta(hours=24)
    (leaf,) = leaves(house, "review_asked")
    assert leaf["body"]["opening"] == str(opening.id)


def test_nothing_is_drawn_beyond_the_share(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lots(monkeypatch, 10)
    untied(seasoned(house, cast.BRUNO), stranger(house))
    assert reviews(house.browser(cast.SONIA)).waiting == ()


def test_the_share_is_one_in_ten_of_a_hundred_lots(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(queue.secrets, "randbelow", lambda most: asked.append(most) or 9)
    untied(seasoned(house, cast.BRUNO), stranger(house))
    assert asked == [100]
    assert len(reviews(house.browser(cast.SONIA)).waiting) == 1


def test_an_opening_under_a_tie_is_never_drawn(house: House) -> None:
    patient, bruno = house.admit(cast.FARID), house.browser(cast.BRUNO)
    bruno.call("open", protocol.Open(**bruno.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=COMPARTMENTS))
    assert reviews(house.browser(cast.SONIA)).waiting == ()


def test_the_same_record_opened_again_is_drawn_once(house: House) -> None:
    bruno, patient = seasoned(house, cast.BRUNO), stranger(house)
    untied(bruno, patient)
    untied(bruno, patient)
    assert len(reviews(house.browser(cast.SONIA)).waiting) == 1


def test_whoever_opens_learns_nothing_of_having_been_drawn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    bruno = seasoned(house, cast.BRUNO)
    told = untied(bruno, stranger(house, 1))
    lots(monkeypatch, NEVER)
    not_told = untied(bruno, stranger(house, 2))
    for name in ("tie", "explained", "emergency", "alerts"):
        assert getattr(told, name) == getattr(not_told, name)


def test_reaching_the_step_up_is_always_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lots(monkeypatch, NEVER)
    bruno = seasoned(house, cast.BRUNO)
    for number in range(3):
        untied(bruno, stranger(house, number))
    (one,) = reviews(house.browser(cast.SONIA)).waiting
    assert one.features == ("in_a_row", "at_threshold", "not_in_care", "first_pair")


def test_the_third_emergency_of_a_shift_is_always_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lots(monkeypatch, NEVER)
    chloe = seasoned(house, cast.CHLOE)
    for number in range(3):
        broken(chloe, stranger(house, number))
    (one,) = reviews(house.browser(cast.SONIA)).waiting
    assert one.emergency
    assert one.features == ("many_emergencies", "in_a_row", "not_in_care", "first_pair")


# what speaks against ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "used", "expected"),
    [
        ("LEROI", "ANNE", "", ("same_surname",)),
        ("DURAND", "ANNE", "LEROY", ("same_surname",)),
        ("DURAND-LEROY", "ANNE", "", ("same_surname",)),
        ("PETIT", "NADIA", "", ("colleague",)),
        ("PETIT", "JEANNE", "", ()),
        ("DURAND", "NADIA", "", ()),
        ("LEROY", "BRUNO", "", ("colleague", "same_surname")),
    ],
)
def test_a_family_or_a_colleague_is_always_looked_at(
    house: House, monkeypatch: pytest.MonkeyPatch, name: str, given: str, used: str, expected: tuple[str, ...]
) -> None:
    lots(monkeypatch, NEVER)
    identity = replace(cast.person(name, given=given, sex="F"), used_name=used)
    untied(seasoned(house, cast.BRUNO), house.register(identity).patient)
    waiting = reviews(house.browser(cast.SONIA)).waiting
    assert [one.features for one in waiting] == ([(*expected, "not_in_care", "first_pair")] if expected else [])


def test_a_name_in_ordinary_letters_and_its_particles_are_understood(house: House) -> None:
    assert queue._surname("Dr Amel Bensaïd") == "Bensaïd"
    assert queue._surname("Dr Jean DE LA TOUR") == "DE LA TOUR"
    assert queue._sounds("DE LA TOUR") == queue._sounds("Tour")
    assert queue._sounds("DE LA") == set()


def test_a_patient_of_another_ward_is_told_apart_from_one_in_care_nowhere(house: House) -> None:
    patient = house.admit(cast.FARID, unit=cast.MEDICINE)
    untied(seasoned(house, cast.BRUNO), patient)
    (one,) = reviews(house.browser(cast.SONIA)).waiting
    assert one.features == ("in_care_elsewhere", "first_pair")


def test_a_record_one_has_opened_before_is_no_first_pair(house: House) -> None:
    bruno, patient = seasoned(house, cast.BRUNO), stranger(house)
    untied(bruno, patient)
    house.clock.pass_by(hours=11)
    bruno.sign_in()
    bruno.touch()
    untied(bruno, patient)
    latest = max(reviews(house.browser(cast.SONIA)).waiting, key=lambda one: one.at)
    assert latest.features == ("not_in_care",)


def test_an_hour_at_which_somebody_never_works_is_worth_a_look_once_their_hours_are_known(house: House) -> None:
    bruno = seasoned(house, cast.BRUNO)
    for patient in house.admit_many(20):
        bruno.call("open", protocol.Open(**bruno.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=COMPARTMENTS))
    untied(bruno, stranger(house, 1))
    house.clock.pass_by(hours=16)
    bruno.sign_in()
    bruno.touch()
    untied(bruno, stranger(house, 2))
    by_day, by_night = sorted(reviews(house.browser(cast.SONIA)).waiting, key=lambda one: one.at)
    assert ("unusual_hour" in by_day.features, "unusual_hour" in by_night.features) == (False, True)


def test_protected_data_opened_without_an_emergency_is_always_looked_at(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lots(monkeypatch, NEVER)
    identity, found = cast.person("INCONNU", sex="F"), []
    for emergency in (False, True):
        book = openings.Book(
            id=uuid4(), account_id=cast.CHLOE.id, session_id=uuid4(), patient_id=uuid4(), compartments=("identity", "sealed"), tie="",
            explained=False, emergency=emergency, since=house.clock(), until=house.clock(),
        )  # fmt: skip
        with house.guard.pool.connection() as tx:
            account = accounts.load(house.guard, tx, cast.CHLOE.id)
            sheet = identities.Sheet(identity=identity)
            queue.sample(house.guard, tx, book=book, account=account, sheet=sheet, at_step_up=False, now=house.clock())
        found.append([one.features for one in reviews(house.browser(cast.SONIA)).waiting])
    assert found == [[("sealed", "not_in_care", "first_pair")]] * 2


def test_every_feature_has_its_weight(house: House) -> None:
    assert set(queue.WEIGHTS) == set(reviewing.FEATURES)
    assert tuple(queue.WEIGHTS) == reviewing.FEATURES
    assert set(queue.WEIGHTS) >= queue.ALWAYS


# the queue --------------------------------------------------------------------------------------------------------------------


def test_the_least_explained_comes_first_and_a_late_one_before_all(house: House) -> None:
    bruno = seasoned(house, cast.BRUNO)
    untied(bruno, house.admit(cast.FARID, unit=cast.MEDICINE))
    house.clock.pass_by(hours=23)
    bruno.sign_in()
    bruno.touch()
    untied(bruno, stranger(house, 1))
    untied(bruno, house.register(cast.person("LEROY", given="ANNE")).patient)
    sonia = house.browser(cast.SONIA)
    assert [one.strength for one in reviews(sonia).waiting] == [7, 3, 1]
    house.clock.pass_by(hours=1, minutes=1)
    assert [(one.strength, one.escalated) for one in reviews(sonia).waiting] == [(1, True), (7, False), (3, False)]


@pytest.mark.parametrize("player", [cast.AMEL, cast.BRUNO, cast.ODILE, cast.DENIS, cast.CLERK])
@pytest.mark.parametrize("verb", ["reviews", "review", "answer_review", "acknowledge", "overview"])
def test_nobody_but_the_officers_sees_the_queue_or_answers(house: House, player: cast.Player, verb: str) -> None:
    untied(seasoned(house, cast.BRUNO), stranger(house))
    (one,) = reviews(house.browser(cast.SONIA)).waiting
    browser = house.browser(player)
    signed = browser.signed("POST", "/security/")
    asked: dict[str, object] = {
        "reviews": protocol.Signed(**signed),
        "overview": protocol.Signed(**signed),
        "review": reviewing.OneReview(**signed, id=one.id),
        "answer_review": reviewing.AnswerReview(**signed, id=one.id, answer="legitimate"),
        "acknowledge": reviewing.Acknowledge(**signed, id=one.id),
    }
    with pytest.raises(Refused) as refused:
        browser.call(verb, asked[verb])
    assert refused.value.refusal == protocol.Refusal(category="denied", code="role")


def test_the_data_protection_officer_reviews_too(house: House) -> None:
    untied(seasoned(house, cast.BRUNO), stranger(house))
    dpo = house.browser(cast.DPO)
    (one,) = reviews(dpo).waiting
    answer(dpo, one.id, "legitimate")
    assert [(done.id, done.answer, done.reviewer) for done in reviews(dpo).answered] == [(one.id, "legitimate", "Paul DUVAL")]


def test_a_review_is_judged_by_the_ties_that_came_after_and_by_who_else_was_there(house: House) -> None:
    bruno, chloe, patient = seasoned(house, cast.BRUNO), house.browser(cast.CHLOE), house.admit(cast.FARID, unit=cast.MEDICINE)
    house.clock.pass_by(minutes=1)
    untied(bruno, patient)
    chloe.touch()
    chloe.call("open", protocol.Open(**chloe.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=COMPARTMENTS))
    house.clock.pass_by(hours=2)
    sonia = house.browser(cast.SONIA)
    (one,) = reviews(sonia).waiting
    assert one.tied_at is None
    house.tie(patient, reference="stay:2", holder_unit=cast.SURGERY)
    (one,) = reviews(sonia).waiting
    assert one.tied_at is not None
    assert timedelta(hours=2) <= one.tied_at - one.at < timedelta(hours=2, minutes=1)
    found = context(sonia, one.id)
    assert found.units == ("Chirurgie viscérale",)
    assert [(tie.kind, tie.holder, tie.is_theirs) for tie in found.ties] == [
        ("source", "GAM", False), ("stay", "Médecine", False), ("stay", "Chirurgie viscérale", True),
    ]  # fmt: skip
    assert [(other.label, other.explained) for other in found.others] == [("Dr Chloé MARTIN", True)]
    assert (found.unexplained_day, found.unexplained_month, found.reason) == (1, 1, "")


def test_a_tie_one_makes_oneself_or_too_late_is_no_sign(house: House) -> None:
    bruno, patient = seasoned(house, cast.BRUNO), stranger(house)
    untied(bruno, patient)
    house.clock.pass_by(hours=24, minutes=1)
    house.tie(patient, holder_unit=cast.SURGERY)
    (one,) = reviews(house.browser(cast.SONIA)).waiting
    assert one.tied_at is None


def test_the_reason_of_an_emergency_is_shown_to_the_reviewer(house: House) -> None:
    broken(seasoned(house, cast.CHLOE), stranger(house))
    sonia = house.browser(cast.SONIA)
    assert context(sonia, reviews(sonia).waiting[0].id).reason == "vital_emergency"


def test_an_unknown_review_is_unknown(house: House) -> None:
    sonia = house.browser(cast.SONIA)
    for asked in (lambda: context(sonia, uuid4()), lambda: answer(sonia, uuid4(), "legitimate")):
        with pytest.raises(Refused) as refused:
            asked()
        assert refused.value.refusal == protocol.Refusal(category="not_found", code="unknown_review")


# the answer -------------------------------------------------------------------------------------------------------------------


def test_not_legitimate_contains_the_account_at_once(house: House) -> None:
    bruno, sonia = seasoned(house, cast.BRUNO), house.browser(cast.SONIA)
    opening = untied(bruno, stranger(house))
    (one,) = reviews(sonia).waiting
    answer(sonia, one.id, "illegitimate")
    with pytest.raises(Refused) as refused:
        bruno.attend()
    assert refused.value.refusal == protocol.Refusal(category="denied", code="contained")
    (cut,) = leaves(house, "containment")
    assert (cut["account"], cut["body"]) == (str(cast.SONIA.id), {"contained": str(cast.BRUNO.id), "why": "review"})
    (told,) = leaves(house, "review")
    assert (told["account"], told["patient"]) == (str(cast.SONIA.id), None)
    assert told["body"] == {
        "review": str(one.id), "opening": str(opening.id), "account": str(cast.BRUNO.id), "answer": "illegitimate",
    }  # fmt: skip
    with house.guard.dossier_pool.connection() as tx:
        assert tx.execute("select from opening where account_id = %s", (cast.BRUNO.id,)).fetchone() is None


def test_legitimate_leaves_the_account_at_work_and_clears_its_meter_once_nothing_waits(house: House) -> None:
    bruno, sonia = seasoned(house, cast.BRUNO), house.browser(cast.SONIA)
    for number in range(2):
        untied(bruno, stranger(house, number))
    first, second = reviews(sonia).waiting
    answer(sonia, first.id, "legitimate")
    assert leaves(house, "cleared") == []
    answer(sonia, second.id, "legitimate")
    (leaf,) = leaves(house, "cleared")
    assert (leaf["account"], leaf["body"]["by"]) == (str(cast.BRUNO.id), str(cast.SONIA.id))
    assert bruno.attend().account == cast.BRUNO.id


def test_a_review_is_answered_once(house: House) -> None:
    untied(seasoned(house, cast.BRUNO), stranger(house))
    sonia = house.browser(cast.SONIA)
    (one,) = reviews(sonia).waiting
    answer(sonia, one.id, "legitimate")
    with pytest.raises(Refused) as refused:
        answer(sonia, one.id, "illegitimate")
    assert refused.value.refusal == protocol.Refusal(category="conflict", code="review_answered")
    assert leaves(house, "containment") == []


def test_an_answer_is_one_of_two_words(house: House) -> None:
    untied(seasoned(house, cast.BRUNO), stranger(house))
    sonia = house.browser(cast.SONIA)
    with pytest.raises(Refused) as refused:
        answer(sonia, reviews(sonia).waiting[0].id, "maybe")
    assert refused.value.refusal == protocol.Refusal(category="invalid", code="answer_unknown", field="answer")


def test_nobody_judges_their_own_opening(house: House) -> None:
    untied(seasoned(house, cast.BRUNO), stranger(house))
    (one,) = reviews(house.browser(cast.SONIA)).waiting
    with house.guard.pool.connection() as tx, pytest.raises(Refused) as refused:
        queue.answer(house.guard, tx, id=one.id, by=cast.BRUNO.id, verdict="legitimate", now=house.clock())
    assert refused.value.refusal == protocol.Refusal(category="invalid", code="oneself", field="id")


# what time does ---------------------------------------------------------------------------------------------------------------


def test_an_unanswered_review_is_escalated_once_and_stops_what_nothing_explains(house: House) -> None:
    bruno, chloe = seasoned(house, cast.BRUNO), house.browser(cast.CHLOE)
    untied(bruno, stranger(house, 1))
    house.clock.pass_by(hours=24, seconds=1)
    assert reviews(house.browser(cast.SONIA)).waiting[0].escalated
    for _ in range(2):
        housekeeping.Housekeeping(house.guard).sweep()
    (leaf,) = leaves(house, "review_late")
    assert (leaf["account"], leaf["body"]["account"]) == (None, str(cast.BRUNO.id))
    bruno.sign_in()
    bruno.touch()
    untied(bruno, stranger(house, 2))
    house.clock.pass_by(hours=LATE_HOURS - 24)
    bruno.sign_in()
    bruno.touch()
    with pytest.raises(Refused) as refused:
        untied(bruno, stranger(house, 5))
    assert refused.value.refusal == protocol.Refusal(category="exhausted", code="review_late", remedy="colleague")
    assert broken(bruno, stranger(house, 3)).emergency
    patient = house.admit(cast.FARID)
    bruno.call("open", protocol.Open(**bruno.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=COMPARTMENTS))
    chloe.sign_in()
    chloe.touch()
    assert not untied(chloe, stranger(house, 4)).explained


def test_a_late_answer_lets_the_account_go_on(house: House) -> None:
    bruno = seasoned(house, cast.BRUNO)
    untied(bruno, stranger(house, 1))
    house.clock.pass_by(hours=LATE_HOURS, seconds=1)
    sonia = house.browser(cast.SONIA)
    answer(sonia, reviews(sonia).waiting[0].id, "legitimate")
    bruno.sign_in()
    bruno.touch()
    assert not untied(bruno, stranger(house, 2)).explained


def test_a_review_that_somebody_deleted_is_missed(house: House) -> None:
    untied(seasoned(house, cast.BRUNO), stranger(house))
    sonia = house.browser(cast.SONIA)
    assert reviews(sonia).missing == 0
    dsn = house.guard.settings.guard_dsn.replace("serment_guard:", "serment_owner:")
    with psycopg.connect(dsn) as tx:
        tx.execute("delete from review")
    assert reviews(sonia).missing == 1


def test_a_review_that_somebody_rewrote_is_forged(house: House) -> None:
    untied(seasoned(house, cast.BRUNO), stranger(house))
    with house.guard.pool.connection() as tx:
        tx.execute("update review set answer = 'legitimate', answered_at = now()")
    sonia = house.browser(cast.SONIA)
    with pytest.raises(Refused) as refused:
        reviews(sonia)
    assert refused.value.refusal == protocol.Refusal(category="fault", code="forged_row")


# broken glasses ---------------------------------------------------------------------------------------------------------------


def overview(browser: Browser) -> reviewing.Overview:
    found: reviewing.Overview = browser.call("overview", protocol.Signed(**browser.signed("GET", "/security/")))
    return found


def acknowledge(browser: Browser, opening: UUID) -> None:
    browser.call("acknowledge", reviewing.Acknowledge(**browser.signed("POST", "/security/"), id=opening))


def test_a_broken_glass_stays_before_the_officers_until_one_has_read_it(house: House) -> None:
    chloe, sonia, patient = seasoned(house, cast.CHLOE), house.browser(cast.SONIA), stranger(house)
    opening = broken(chloe, patient)
    (notice,) = overview(sonia).emergencies
    assert (notice.id, notice.label, notice.patient, notice.reason) == (opening.id, "Dr Chloé MARTIN", patient, "vital_emergency")
    for _ in range(2):
        acknowledge(sonia, opening.id)
    assert overview(sonia).emergencies == ()
    (leaf,) = leaves(house, "acknowledged")
    assert (leaf["account"], leaf["body"]) == (str(cast.SONIA.id), {"opening": str(opening.id)})


def test_only_a_broken_glass_is_acknowledged(house: House) -> None:
    opening = untied(seasoned(house, cast.BRUNO), stranger(house))
    sonia = house.browser(cast.SONIA)
    for unknown in (opening.id, uuid4()):
        with pytest.raises(Refused) as refused:
            acknowledge(sonia, unknown)
        assert refused.value.refusal == protocol.Refusal(category="not_found", code="unknown_opening")


# the picture ------------------------------------------------------------------------------------------------------------------


def test_the_picture_counts_by_the_hour_with_the_day_before_beside(house: House) -> None:
    bruno = seasoned(house, cast.BRUNO)
    untied(bruno, stranger(house, 1))
    house.clock.pass_by(hours=24, minutes=-30)
    sonia = house.browser(cast.SONIA)
    assert {one.word: (one.today[0], sum(one.today)) for one in overview(sonia).series}["unexplained"] == (1, 1)
    house.clock.pass_by(hours=1)
    picture = overview(house.browser(cast.SONIA))
    found = {one.word: one for one in picture.series}
    assert tuple(found) == reviewing.COUNTED
    assert all(len(one.today) == len(one.yesterday) == 24 for one in picture.series)
    assert (found["unexplained"].yesterday[-1], sum(found["unexplained"].today), found["opening"].yesterday[-1]) == (1, 0, 1)
    assert (picture.reviews_waiting, picture.reviews_escalated, picture.reviews_missing) == (1, 1, 0)
    assert (picture.decoys_planted, picture.decoys_waiting, picture.sprung, picture.contained) == (0, 0, (), ())
    assert picture.live_sessions >= 1
    assert picture.entries > 0


def test_the_picture_names_who_is_contained_and_what_sprang(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fixtures import lures

    (decoy,) = lures.planted(house, monkeypatch)
    eve, sonia = house.browser(cast.NADIA), house.browser(cast.SONIA)
    with pytest.raises(Refused):
        untied(eve, decoy)
    picture = overview(sonia)
    assert [(one.label, one.profession) for one in picture.contained] == [("Nadia PETIT", "Infirmière")]
    assert [(one.label, one.how, one.contained) for one in picture.sprung] == [("Nadia PETIT", "opening", True)]
    assert (picture.decoys_planted, picture.decoys_waiting) == (1, 0)


def test_the_picture_shows_the_breaker_of_each_establishment_and_no_workstation(house: House) -> None:
    clinic, now = uuid4(), house.clock()
    with house.guard.pool.connection() as tx:
        spent = windows.of(house.guard, tx, now)
    for place in ((f"establishment:{clinic}", "source:10.1.2.3"), ("establishment:", "source:2001:db8:1234:5678:9abc:def0:1234:56")):
        spent.add(places=place, counts={"unexplained": 2, "lines": 3}, now=now)
    found = overview(house.browser(cast.SONIA)).gauges
    assert {gauge.place for gauge in found} == {str(clinic)}
    assert [(gauge.word, gauge.seconds, gauge.used, gauge.limit) for gauge in found] == [
        (word, seconds, used, limits.DEFAULTS[f"breaker.{word}.{seconds}"])
        for word, used in (("unexplained", 2), ("lines", 3))
        for seconds in (600, 3600, 86400)
    ]


def test_identities_are_nowhere_in_the_queue(house: House) -> None:
    patient = stranger(house)
    untied(seasoned(house, cast.BRUNO), patient)
    sonia = house.browser(cast.SONIA)
    shown = repr(reviews(sonia)) + repr(context(sonia, reviews(sonia).waiting[0].id)) + repr(overview(sonia))
    with house.guard.pool.connection() as tx:
        name = identities.read(house.guard, identities.ask(tx, [patient]))[patient].sheet.identity.birth_name
    assert name not in shown
