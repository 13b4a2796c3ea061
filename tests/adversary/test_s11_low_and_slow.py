"""S11: a curious member of staff, or a patient thief, opens two records a day that nothing explains, and never more.

Path: signed in with a passkey of their own, below every threshold, for months. Control: a tenth of what nothing explains is drawn and
looked at by a person within a day; the answer "not legitimate" contains at once; beyond the thirty days' count of the role everything is
looked at. Bound: p95 <= 38 R in total.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.find.identities import Sheet
from serment.guard.meters import limits
from serment.guard.release import openings
from serment.guard.review import queue
from serment.guardhouse import provision
from serment.wire import protocol, reviewing
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House, letters

BOUND, PER_DAY, THIEVES, PATIENTS = 38, 2, 20, 70
COMPARTMENTS = ("identity", "contact", "care")


@pytest.fixture
def house(house: House) -> House:
    """A quiet morning, so that no hour is unusual."""
    morning = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
    house.clock.ahead = morning - datetime.now(UTC)
    return house


def thief(house: House, number: int) -> Browser:
    """A nurse who is no longer new, and whose name sounds like nobody's."""
    id = uuid4()
    person = provision.Person(
        id=id, label=f"Zoé WYCZKQWSKY{number}", profession="Infirmière", role="nurse_day", demonstration=True, units=[cast.MEDICINE],
        since=house.clock() - timedelta(days=90),
    )  # fmt: skip
    provision.apply(house.guard, provision.Plan(accounts=[person]), house.clock())
    browser = Browser(call=house.call, origin=house.guard.settings.origin, rp_id=house.guard.settings.rp_id, clock=house.clock)
    browser.become(id)
    return browser


def takes(browser: Browser, patient: UUID) -> bool:
    request = protocol.OpenUntied(**browser.signed("POST", f"/patients/{patient}/open-untied/"), patient=patient, compartments=COMPARTMENTS)
    return "care" in browser.call("open_untied", request).keys


def reviewer_looks(house: House) -> None:
    """The security officer's morning: whatever waits is not legitimate."""
    sonia = house.browser(cast.SONIA)
    waiting = sonia.call("reviews", protocol.Signed(**sonia.signed("GET", "/security/reviews/"))).waiting
    for one in waiting:
        request = reviewing.AnswerReview(**sonia.signed("POST", f"/security/reviews/{one.id}/"), id=one.id, answer="illegitimate")
        sonia.call("answer_review", request)


def career(house: House, number: int, patients: list[UUID]) -> int:
    """How many records one thief has read before being cut off."""
    browser, taken = thief(house, number), 0
    house.clock.pass_by(hours=25)
    while taken < len(patients):
        try:
            browser.sign_in()
            browser.touch()
            for patient in patients[taken : taken + PER_DAY]:
                taken += takes(browser, patient)
        except Refused as refused:
            assert refused.refusal.code in ("contained", "sign_in_refused"), refused
            return taken
        house.clock.pass_by(hours=24)
        reviewer_looks(house)
    return taken


def test_nineteen_thieves_in_twenty_are_cut_off_before_their_thirty_eighth_record(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    # The same lots each time this runs; what is shown is the rule, not the day's luck.
    monkeypatch.setattr(queue.secrets, "randbelow", random.Random(20261123).randrange)
    patients = [house.register(cast.person(f"PROIE {letters(number)}", given="ODON", sex="M")).patient for number in range(PATIENTS)]
    taken = sorted(career(house, number, patients) for number in range(THIEVES))
    assert taken[int(THIEVES * 0.95) - 1] <= BOUND, taken
    assert taken[-1] < PATIENTS


def test_a_thief_whom_no_lot_ever_falls_on_is_stopped_by_the_count_of_thirty_days(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.secrets, "randbelow", lambda most: 99)
    patients = [house.register(cast.person(f"PROIE {letters(number)}", given="ODON", sex="M")).patient for number in range(BOUND)]
    assert career(house, 0, patients) == limits.ROLES["nurse_day"][4] + PER_DAY


def test_without_either_control_the_same_thief_goes_on_for_ever(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both broken on purpose: nothing else stops two records a day."""
    monkeypatch.setattr(queue.secrets, "randbelow", lambda most: 99)
    monkeypatch.setattr(queue, "ALWAYS", frozenset())
    patients = [house.register(cast.person(f"PROIE {letters(number)}", given="ODON", sex="M")).patient for number in range(BOUND + 4)]
    assert career(house, 0, patients) > BOUND


def test_the_lots_are_drawn_as_often_as_they_should_and_by_a_source_nobody_can_foresee(house: House) -> None:
    """400 draws at ten in a hundred: outside 16 to 68 once in a hundred thousand times."""
    drawn, book = 0, None
    with house.guard.pool.connection() as tx:
        account = accounts.load(house.guard, tx, cast.CHLOE.id)
        for _ in range(400):
            book = openings.Book(
                id=uuid4(), account_id=cast.CHLOE.id, session_id=uuid4(), patient_id=uuid4(), compartments=COMPARTMENTS, tie="",
                explained=False, emergency=False, since=house.clock(), until=house.clock(),
            )  # fmt: skip
            sheet = Sheet(identity=cast.person("PROIE", given="ODON"))
            queue.sample(house.guard, tx, book=book, account=account, sheet=sheet, at_step_up=False, now=house.clock())
        drawn = len(queue.REVIEWS.all(house.guard, tx))
    assert 16 <= drawn <= 68
    assert queue.secrets.randbelow.__module__ == "secrets"


@pytest.mark.parametrize("role", ["nurse_day", "nurse_night", "care_assistant", "triage_nurse", "anaesthetist", "coder"])
def test_the_bound_holds_for_who_takes_all_that_is_never_always_looked_at(role: str) -> None:
    """The cleverest pace: one short of the step-up in each shift, two shifts a day, and a reviewer who needs the whole day."""
    share = limits.DEFAULTS["review.share_percent"] / 100
    until_drawn = next(count for count in range(1, 1000) if 1 - (1 - share) ** count >= 0.95)
    meanwhile = 2 * max(limits.ROLES[role][0] - 1, 0) * limits.DEFAULTS["review.hours"] / 24
    assert until_drawn + meanwhile <= BOUND
