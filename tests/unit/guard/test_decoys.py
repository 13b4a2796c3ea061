"""Decoys: records of nobody, that tell on whoever opens them."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from serment import journal
from serment.guard.errors import Refused
from serment.guard.find import identities, rules
from serment.guard.review import decoys
from serment.wire import protocol
from serment.wire.canonical import encode_bytes
from tests import cast
from tests.authenticator import Browser
from tests.fixtures import lures
from tests.fixtures.house import House

COMPARTMENTS = ("identity", "contact", "care")


def open_(browser: Browser, patient: UUID) -> protocol.Opening:
    request = protocol.Open(**browser.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=COMPARTMENTS)
    opening: protocol.Opening = browser.call("open", request)
    return opening


def find(browser: Browser, number: str) -> protocol.LineSet:
    found: protocol.LineSet = browser.call("find", protocol.Find(**browser.signed("POST", "/patients/find/"), number=number))
    return found


def leaves(house: House, kind: str) -> list[dict]:
    with house.guard.pool.connection() as tx:
        return journal.reading.of_kind(tx, kind)


def sheet(house: House, patient: UUID) -> protocol.Identity:
    with house.guard.pool.connection() as tx:
        return identities.read(house.guard, identities.ask(tx, [patient]))[patient].sheet.identity


def forget(house: House) -> None:
    """What a restart does."""
    decoys._known.clear()


def is_refused_everything(browser: Browser) -> bool:
    with pytest.raises(Refused) as refused:
        browser.attend()
    return refused.value.refusal == protocol.Refusal(category="denied", code="contained")


# one opening is enough --------------------------------------------------------------------------------------------------------


def test_whoever_opens_a_decoy_is_contained_at_once_in_all_their_sessions(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    eve, elsewhere, bruno = house.browser(cast.NADIA), house.browser(cast.NADIA), house.browser(cast.BRUNO)
    with pytest.raises(Refused) as refused:
        open_(eve, decoy)
    assert refused.value.refusal == protocol.Refusal(category="denied", code="contained")
    assert is_refused_everything(eve)
    assert is_refused_everything(elsewhere)
    assert bruno.attend().account == cast.BRUNO.id
    (leaf,) = leaves(house, "decoy")
    assert (leaf["account"], leaf["patient"], leaf["body"]["how"], leaf["body"]["contained"]) == (str(cast.NADIA.id), None, "opening", True)
    (cut,) = leaves(house, "containment")
    assert (cut["account"], cut["body"]) == (None, {"contained": str(cast.NADIA.id), "why": "decoy"})


@pytest.mark.parametrize("verb", ["break_glass", "open_untied"])
def test_neither_an_emergency_nor_an_opening_without_a_tie_gets_into_a_decoy(
    house: House, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    eve = house.browser(cast.CHLOE)
    if verb == "break_glass":
        signed = eve.signed("POST", f"/patients/{decoy}/break-glass/")
        request: object = protocol.BreakGlass(**signed, patient=decoy, reason="vital_emergency")
    else:
        request = protocol.OpenUntied(**eve.signed("POST", f"/patients/{decoy}/open-untied/"), patient=decoy, compartments=COMPARTMENTS)
    with pytest.raises(Refused) as refused:
        eve.call(verb, request)
    assert refused.value.refusal.code == "contained"
    assert is_refused_everything(eve)


def test_even_an_administrator_who_may_open_nothing_is_contained_by_a_decoy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    denis = house.browser(cast.DENIS)
    with pytest.raises(Refused) as refused:
        open_(denis, decoy)
    assert refused.value.refusal.code == "contained"
    assert is_refused_everything(denis)


def test_an_attempt_on_a_decoy_names_it_nowhere_in_clear(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    before = _mentions(house, decoy)
    with pytest.raises(Refused):
        open_(house.browser(cast.NADIA), decoy)
    assert _mentions(house, decoy) == before


def _mentions(house: House, patient: UUID) -> int:
    with house.guard.pool.connection() as tx:
        row = tx.execute("select count(*) from journal_entry where convert_from(leaf, 'UTF8') like %s", (f"%{patient}%",)).fetchone()
    assert row is not None
    return int(row[0])


def test_opening_anybody_else_springs_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lures.planted(house, monkeypatch)
    patient = house.admit(cast.FARID)
    assert open_(house.browser(cast.BRUNO), patient).patient == patient
    assert leaves(house, "decoy") == []


def test_after_a_restart_a_decoy_still_springs(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    forget(house)
    eve = house.browser(cast.NADIA)
    with pytest.raises(Refused) as refused:
        open_(eve, decoy)
    assert refused.value.refusal.code == "contained"


def test_an_account_that_is_contained_already_is_journaled_and_cut_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    for _ in range(2):
        with pytest.raises(Refused):
            decoys.opened(house.guard, account=cast.NADIA.id, patient=decoy, now=house.clock())
    assert (len(leaves(house, "decoy")), len(leaves(house, "containment"))) == (2, 1)


# seen in a list ---------------------------------------------------------------------------------------------------------------


def test_the_first_decoy_found_by_a_search_alerts_and_the_second_contains(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = lures.planted(house, monkeypatch, 2)
    eve = house.browser(cast.NADIA)
    assert [line.patient for line in find(eve, sheet(house, one).numbers[0].value).lines] == [one]
    assert [leaf["body"]["contained"] for leaf in leaves(house, "decoy")] == [False]
    with pytest.raises(Refused) as refused:
        find(eve, sheet(house, two).numbers[0].value)
    assert refused.value.refusal == protocol.Refusal(category="denied", code="contained")
    assert [leaf["body"]["contained"] for leaf in leaves(house, "decoy")] == [True, False]
    assert is_refused_everything(eve)


def test_the_same_decoy_found_twice_is_one_decoy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    nadia = house.browser(cast.NADIA)
    for _ in range(2):
        find(nadia, sheet(house, decoy).numbers[0].value)
    assert nadia.attend().account == cast.NADIA.id


def test_two_decoys_a_day_apart_are_two_chances(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = lures.planted(house, monkeypatch, 2)
    now = house.clock()
    decoys.seen(house.guard, account=cast.NADIA.id, patients=[one], now=now)
    decoys.seen(house.guard, account=cast.NADIA.id, patients=[two], now=now + timedelta(hours=24, seconds=1))
    assert leaves(house, "containment") == []


def test_two_decoys_at_one_workstation_contain_whoever_found_the_second(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = lures.planted(house, monkeypatch, 2)
    desk = dataclasses.replace(house.guard, source="10.1.2.3")
    decoys.seen(desk, account=cast.NADIA.id, patients=[one], now=house.clock())
    with pytest.raises(Refused) as refused:
        decoys.seen(desk, account=cast.BRUNO.id, patients=[two], now=house.clock())
    assert refused.value.refusal.code == "contained"
    assert [leaf["body"]["contained"] for leaf in leaves(house, "containment")] == [str(cast.BRUNO.id)]


def test_two_decoys_at_two_workstations_by_two_people_are_two_chances(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = lures.planted(house, monkeypatch, 2)
    for source, account, decoy in (("10.1.2.3", cast.NADIA, one), ("", cast.BRUNO, two), ("10.1.2.4", cast.AMEL, two)):
        decoys.seen(dataclasses.replace(house.guard, source=source), account=account.id, patients=[decoy], now=house.clock())
    assert leaves(house, "containment") == []


def test_asking_the_lines_of_decoys_one_is_not_tied_to_contains_as_well(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """No ward list holds them: who asks has read the identifiers elsewhere."""
    found = lures.planted(house, monkeypatch, 2)
    eve = house.browser(cast.NADIA)
    with pytest.raises(Refused) as refused:
        eve.call("lines", protocol.Lines(**eve.signed("GET", "/"), patients=tuple(found)))
    assert refused.value.refusal.code == "contained"
    assert is_refused_everything(eve)


# bringing them in -------------------------------------------------------------------------------------------------------------


def test_decoys_come_in_with_real_registrations_and_each_reserved_one_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    found = lures.planted(house, monkeypatch, 3)
    assert len(set(found)) == 3
    assert [one.lure for one in lures.real_people(house, 3, first=50)] == [None, None, None]
    with house.guard.pool.connection() as tx:
        assert decoys.counts(house.guard, tx) == (3, 0)


def test_only_one_registration_in_twelve_brings_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(decoys.secrets, "randbelow", lambda most: asked.append(most) or 1)
    lures.order(house, 1)
    assert [one.lure for one in lures.real_people(house, 8)] == [None] * 8
    assert asked == [12] * 8


def test_without_an_order_nothing_is_ever_drawn(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    assert [one.lure for one in lures.real_people(house, 8)] == [None] * 8


def test_no_decoy_comes_before_there_are_people_to_hide_among(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    lures.order(house, 1)
    found = lures.real_people(house, decoys.POOL_MIN)
    assert [one.lure is not None for one in found] == [False] * (decoys.POOL_MIN - 1) + [True]


def test_another_establishment_is_left_alone(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    lures.order(house, 1)
    for number in range(8):
        identity = cast.person("AILLEURS", number=f"9{number}")
        there = dataclasses.replace(identity, numbers=(protocol.LocalNumber(authority="000000001", value=f"90000{number}"),))
        assert house.register(there).lure is None


def test_a_person_known_already_brings_nobody(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lures.real_people(house, 8)
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    lures.order(house, 1)
    assert house.register(cast.person("PERSONNE BABABA", number="400000")).lure is None


def test_a_decoy_is_made_of_the_traits_of_several_people_and_is_none_of_them(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    made = sheet(house, decoy)
    assert rules.folded(made.birth_name).startswith("PERSONNE ")
    assert (made.first_given_name, made.sex, made.birth_date.year) == ("FARID", "M", made.birth_date.year)
    assert made.birth_date.year in (1977, 1978)
    assert made.numbers[0].authority == cast.AUTHORITY
    assert made.numbers[0].value[:3] == "400"
    assert (len(made.numbers[0].value), made.ins, made.attributes, made.status) == (6, None, (), "provisoire")


def test_a_decoy_among_people_with_an_ins_has_one_that_no_registry_gives(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    lures.order(house, 1)
    found = None
    for number in range(decoys.POOL_MIN):
        digits = f"179036322000{number}"
        ins = f"{digits}{97 - int(digits) % 97:02}"
        found = house.register(cast.person(f"PERSONNE {chr(65 + number)}A", number=str(lures.FIRST_NUMBER + number), ins=ins)).lure
    assert found is not None
    assert found.identity.ins is not None
    assert rules.is_matricule(found.identity.ins.matricule)
    assert 951 <= int(found.identity.ins.matricule[10:13]) <= 998
    assert found.identity.ins.matricule[:10] == f"1{found.identity.birth_date:%y%m}63220"
    assert (found.identity.status, found.identity.ins.oid) == ("qualifiee", "1.2.250.1.213.1.4.10")


def test_a_decoy_of_traits_that_somebody_has_is_never_made(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lures.order(house, 1)
    lures.real_people(house, decoys.POOL_MIN)
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    monkeypatch.setattr(identities, "having", lambda tx, token: [uuid4()])
    with house.guard.pool.connection() as tx:
        assert decoys.draw(house.guard, tx, interface=cast.INTERFACE, given=cast.person("X", number="1"), now=house.clock()) is None
        assert decoys.counts(house.guard, tx) == (1, 1)


@pytest.mark.parametrize("by", ["restart", "day"])
def test_a_lure_that_its_interface_lost_is_offered_again(house: House, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    lures.order(house, 1)
    assert [one.lure is not None for one in lures.real_people(house, decoys.POOL_MIN + 1)][-2:] == [True, False]
    house.clock.pass_by(hours=23)
    assert lures.real_people(house, 1, first=60)[0].lure is None
    if by == "restart":
        forget(house)
    else:
        house.clock.pass_by(hours=1, seconds=1)
    assert lures.real_people(house, 1, first=61)[0].lure is not None


def test_a_token_of_ones_own_making_reserves_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for token in ("AAAA", encode_bytes(bytes(60)), "not base64"):
        with pytest.raises(Refused) as refused:
            house.by_interface("register", protocol.Register, identity=cast.person("MOI"), origin="test", lure=token)
        assert refused.value.refusal == protocol.Refusal(category="invalid", code="malformed", field="lure")


def test_a_token_makes_one_decoy_and_no_second(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoys, "ONE_IN", 1)
    lures.order(house, 1)
    lure = lures.real_people(house, decoys.POOL_MIN)[-1].lure
    assert lure is not None
    first = lures.bring_in(house, lure)
    assert (first.outcome, first.lure) == ("created", None)
    with pytest.raises(psycopg.errors.UniqueViolation):
        house.by_interface("register", protocol.Register, identity=cast.person("MOI"), origin="test", lure=lure.token)


def test_a_decoy_told_again_by_its_interface_is_found_and_not_made_twice(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    again = house.register(sheet(house, decoy))
    assert (again.patient, again.outcome) == (decoy, "found")


def test_a_real_person_who_comes_with_the_number_of_a_decoy_gets_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    (decoy,) = lures.planted(house, monkeypatch)
    made = sheet(house, decoy)
    registered = house.register(cast.person("VERITABLE", given="ANNE", sex="F", number=made.numbers[0].value))
    assert (registered.outcome, registered.patient == decoy) == ("created", False)
    assert (sheet(house, decoy).numbers, sheet(house, decoy).ins) == ((), None)
    assert [line.patient for line in find(house.browser(cast.BRUNO), made.numbers[0].value).lines] == [registered.patient]


def test_a_real_person_never_makes_way_for_another(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    lures.planted(house, monkeypatch)
    with pytest.raises(Refused) as refused:
        house.register(cast.person("VERITABLE", given="ANNE", sex="F", number=str(lures.FIRST_NUMBER)))
    assert refused.value.refusal.code == "number_of_another"


# the list ---------------------------------------------------------------------------------------------------------------------


def test_the_list_has_one_size_however_many_there_are(house: House) -> None:
    sizes = []
    for count in (1, 40):
        lures.order(house, count)
        with house.guard.pool.connection() as tx:
            row = tx.execute("select length(sealed) from sealed_list where name = 'decoys'").fetchone()
        sizes.append(row)
    assert sizes == [(64 * 1024 + 28,)] * 2


@pytest.mark.parametrize("count", [0, -1, 1000])
def test_an_order_for_none_or_for_too_many_is_refused(house: House, count: int) -> None:
    with pytest.raises(Refused) as refused:
        lures.order(house, count)
    assert refused.value.refusal == protocol.Refusal(category="invalid", code="too_many_decoys", field="count")


def test_an_order_says_in_the_journal_how_many_and_never_which(house: House) -> None:
    lures.order(house, 3)
    (leaf,) = leaves(house, "decoys")
    assert (leaf["account"], leaf["patient"]) == (str(cast.SONIA.id), None)
    assert (leaf["body"]["authority"], leaf["body"]["count"], sorted(leaf["body"])) == (cast.AUTHORITY, 3, ["authority", "count", "mark"])


@pytest.mark.parametrize("change", ["older", "gone"])
def test_a_list_that_somebody_has_put_back_opens_nothing_to_anybody(house: House, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    lures.order(house, 1)
    with house.guard.pool.connection() as tx:
        older = tx.execute("select sealed from sealed_list").fetchone()
    lures.order(house, 1)
    with psycopg.connect(house.guard.settings.guard_dsn) as tx:
        if change == "older":
            tx.execute("update sealed_list set sealed = %s", older)
        else:
            tx.execute("update sealed_list set name = 'x'")
    forget(house)
    with pytest.raises(Refused) as refused:
        decoys.is_decoy(house.guard, None, uuid4())
    assert refused.value.refusal == protocol.Refusal(category="fault", code="forged_row")
