"""A copy of a record leaves one line, after a touch, by who may read its care, outside an emergency, ten times a day."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.guard import policies
from serment.guard.release.copying import COPIES_A_DAY_MAX
from serment.wire import copying, protocol
from serment.wire.words import ROLES
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.unit.guard.test_meters import refusal

ASKED = uuid4()


def copies(browser: Browser, patient: UUID, *, method: str = "POST") -> None:
    signed = browser.signed(method, f"/patients/{patient}/requests/{ASKED}/copy/")
    browser.call("copy", copying.Copy(**signed, patient=patient, request=ASKED, entries=12, documents=3, withheld=1))


def leaves(house: House, kind: str) -> list[dict[str, Any]]:
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry where kind = %s order by id", (kind,)).fetchall()
    return [json.loads(bytes(leaf)) for (leaf,) in rows]


@pytest.fixture
def farid(house: House) -> UUID:
    return house.admit(cast.FARID)


def test_a_copy_is_journaled_for_its_account_and_its_patient_with_counts_only(house: House, farid: UUID) -> None:
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    copies(amel, farid)
    (leaf,) = leaves(house, "copy")
    assert (leaf["account"], leaf["patient"]) == (str(cast.AMEL.id), str(farid))
    told = {name: leaf["body"][name] for name in ("request", "role", "tie", "explained", "entries", "documents", "withheld")}
    assert told == {
        "request": str(ASKED), "role": "ward_physician", "tie": "stay", "explained": True, "entries": 12, "documents": 3, "withheld": 1,
    }  # fmt: skip


def test_the_patient_reads_it_in_the_visitors_book(house: House, farid: UUID) -> None:
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    copies(amel, farid)
    book = amel.call("disclosures", protocol.Disclosures(**amel.signed("GET", f"/patients/{farid}/openings/"), patient=farid))
    assert [one.kind for one in book.disclosures] == ["copy", "opening", "registration"]
    assert book.disclosures[0].label == cast.AMEL.label


def test_who_may_not_read_care_makes_no_copy(house: House, farid: UUID) -> None:
    for player, code in ((cast.ODILE, "role"), (cast.BRUNO, "role"), (cast.DENIS, "role"), (cast.CHLOE, "not_open")):
        assert refusal(copies, house.browser(player), farid) == (code, "")
    amel = house.browser(cast.AMEL)
    amel.open(farid, ("identity", "contact"))
    assert refusal(copies, amel, farid) == ("not_open", "")
    assert leaves(house, "copy") == []


def test_a_broken_glass_is_for_care_and_not_for_a_copy(house: House, farid: UUID) -> None:
    chloe = house.browser(cast.CHLOE)
    chloe.break_glass(farid)
    assert refusal(copies, chloe, farid) == ("copy_in_emergency", "")


def test_a_copy_asks_for_a_touch_of_less_than_five_minutes(house: House, farid: UUID) -> None:
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    house.clock.pass_by(minutes=6)
    assert refusal(copies, amel, farid) == ("copy_touch", "touch")
    amel.touch()
    copies(amel, farid)
    assert len(leaves(house, "copy")) == 1


def test_a_day_has_ten_copies_and_not_one_more(house: House, farid: UUID) -> None:
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    for _ in range(COPIES_A_DAY_MAX):
        copies(amel, farid)
    assert refusal(copies, amel, farid) == ("copies_spent", "colleague")
    house.clock.pass_by(hours=25)
    amel.sign_in()
    amel.open(farid)
    copies(amel, farid)


def test_reading_a_page_makes_no_copy(house: House, farid: UUID) -> None:
    amel = house.browser(cast.AMEL)
    amel.open(farid)
    assert refusal(copies, amel, farid, method="GET")[0] == "wrong_address"


def test_the_roles_are_those_of_the_matrix() -> None:
    from tests.unit.guard.test_policies import MATRIX

    for action in ("record:copy:make", "record:request:handle"):
        assert {role for role in ROLES if policies.is_allowed(role=role, action=action)} == set(MATRIX["actions"][action])
