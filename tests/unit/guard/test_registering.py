"""What interfaces and clerks write, what is refused of it, and what the officers see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.evidence import contained
from serment.wire import protocol
from serment.wire.protocol import Refusal
from tests import cast
from tests.fixtures.house import House

ROWS = (("account", "id"), ("session", "account_id"))


def refused(house: House, verb: str, request: type, **fields: object) -> Refusal:
    with pytest.raises(Refused) as caught:
        house.by_interface(verb, request, **fields)
    return caught.value.refusal


def test_a_person_without_any_number_is_refused(house: House) -> None:
    no = refused(house, "register", protocol.Register, identity=replace(cast.INES, numbers=()), origin="test")
    assert (no.code, no.field) == ("number_missing", "numbers")


def test_an_identity_known_by_its_ins_gains_the_number_of_another_establishment(house: House) -> None:
    first = house.register(cast.FARID)
    elsewhere = replace(cast.FARID, numbers=(protocol.LocalNumber(authority="770000001", value="A-12"),))
    again = house.register(elsewhere)
    assert (again.patient, again.outcome) == (first.patient, "updated")
    by_new_number = replace(elsewhere, ins=None, validated=False)
    assert house.register(by_new_number).patient == first.patient


def test_who_only_asks_for_somebody_known_neither_creates_nor_completes_them(house: House) -> None:
    no = refused(house, "register", protocol.Register, identity=cast.FARID, origin="test", known_only=True)
    assert (no.category, no.code) == (protocol.NOT_FOUND, "unknown_patient")
    first = house.register(cast.FARID)
    elsewhere = replace(cast.FARID, numbers=(protocol.LocalNumber(authority="770000001", value="A-12"),))
    found = house.by_interface("register", protocol.Register, identity=elsewhere, origin="test", known_only=True)
    assert (found.patient, found.outcome) == (first.patient, "found")
    by_new_number = replace(elsewhere, ins=None, validated=False)
    assert refused(house, "register", protocol.Register, identity=by_new_number, origin="test", known_only=True).code == "unknown_patient"


def test_two_numbers_of_two_people_in_one_message_are_a_conflict(house: House) -> None:
    house.register(cast.FARID)
    house.register(cast.INES)
    both = replace(cast.INES, numbers=(*cast.INES.numbers, *cast.FARID.numbers))
    assert refused(house, "register", protocol.Register, identity=both, origin="test").code == "number_of_another"


def test_a_known_person_who_comes_with_another_ins_is_a_conflict(house: House) -> None:
    house.register(cast.FARID)
    body = "1790351215190"
    other = protocol.Ins(matricule=f"{body}{97 - int(body) % 97:02d}", oid="1.2.250.1.213.1.4.10")
    no = refused(house, "register", protocol.Register, identity=replace(cast.FARID, ins=other), origin="test")
    assert (no.code, no.field) == ("ins_changed", "ins")


def test_a_number_that_comes_with_somebody_elses_traits_is_a_conflict(house: House) -> None:
    house.register(cast.INES)
    other = replace(cast.INES, first_given_name="LOUIS", birth_date=date(1999, 9, 9), sex="M")
    assert refused(house, "register", protocol.Register, identity=other, origin="test").code == "number_of_another"


def test_one_corrected_trait_updates_the_identity_and_its_index(house: House) -> None:
    patient = house.admit(cast.INES)
    corrected = replace(cast.INES, birth_date=date(1950, 1, 3))
    assert house.register(corrected).outcome == "updated"
    nadia = house.browser(cast.NADIA)
    for born, found in ((date(1950, 1, 2), 0), (date(1950, 1, 3), 1)):
        traits = {"birth_name": "HORS-SOINS", "first_given_name": "INES", "birth_date": born, "sex": "F"}
        assert len(nadia.call("find", protocol.Find(**nadia.signed("POST", "/patients/find/"), **traits)).lines) == found
    assert house.browser(cast.BRUNO).open(patient).identity.birth_date == date(1950, 1, 3)


def test_facts_the_sender_knows_are_kept_until_it_tells_others(house: House) -> None:
    patient = house.register(cast.FARID, alerts=("allergy",)).patient
    house.tie(patient, holder_unit=cast.SURGERY)
    house.register(cast.FARID)
    assert house.browser(cast.BRUNO).open(patient).alerts == ("allergy",)


def test_a_tie_of_an_unknown_kind_or_with_two_holders_is_refused(house: House) -> None:
    patient = house.register(cast.FARID).patient
    fields = {"patient": patient, "since": house.clock(), "reference": "x"}
    assert refused(house, "tie", protocol.Tie, kind="curiosity", holder_unit=cast.SURGERY, **fields).code == "tie"
    both = {"holder_unit": cast.SURGERY, "holder_account": cast.BRUNO.id}
    assert refused(house, "tie", protocol.Tie, kind="stay", **both, **fields).code == "tie"
    assert refused(house, "tie", protocol.Tie, kind="stay", **fields).code == "tie"


def test_the_same_tie_again_and_the_same_end_again_leave_no_second_line(house: House) -> None:
    patient = house.register(cast.FARID).patient
    since, end = house.clock(), house.clock()
    for _ in range(2):
        house.tie(patient, holder_unit=cast.SURGERY, since=since)
    for _ in range(2):
        house.by_interface("untie", protocol.Untie, patient=patient, reference="stay:1", at=end)
    with house.guard.pool.connection() as tx:
        kinds = [row[0] for row in tx.execute("select kind from journal_entry where patient_id = %s order by patient_seq", (patient,))]
    assert kinds == ["registration", "tie", "untie"]


def test_ending_a_tie_that_nobody_made_is_refused(house: House) -> None:
    patient = house.register(cast.FARID).patient
    assert refused(house, "untie", protocol.Untie, patient=patient, reference="nothing", at=house.clock()).code == "unknown_tie"


def test_a_physician_is_known_by_the_national_number_and_others_are_not(house: House) -> None:
    def account(rpps: str) -> object:
        return house.by_interface("practitioner_account", protocol.PractitionerAccount, rpps=rpps).account

    assert account(cast.AMEL.rpps) == cast.AMEL.id
    assert account("99999999999") is None


def test_an_alert_that_is_not_a_word_of_ours_is_refused(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    bruno.open(patient)
    with pytest.raises(Refused) as caught:
        bruno.call("flag", protocol.Flag(**bruno.signed("POST", f"/patients/{patient}/allergies/"), patient=patient, alerts=("Latex",)))
    assert caught.value.refusal.code == "alert_unknown"


def test_the_same_alerts_again_leave_no_line(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    bruno.open(patient)
    for _ in range(2):
        bruno.call("flag", protocol.Flag(**bruno.signed("POST", f"/patients/{patient}/allergies/"), patient=patient, alerts=("fall",)))
    with house.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from journal_entry where kind = 'flag'").fetchone() == (1,)


def test_the_visitors_book_is_for_who_has_the_record_open(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    with pytest.raises(Refused) as caught:
        bruno.call("disclosures", protocol.Disclosures(**bruno.signed("GET", f"/patients/{patient}/openings/"), patient=patient))
    assert caught.value.refusal.code == "not_open"


def test_a_list_longer_than_any_ward_is_refused(house: House) -> None:
    bruno = house.browser(cast.BRUNO)
    with pytest.raises(Refused) as caught:
        bruno.call("lines", protocol.Lines(**bruno.signed(), patients=tuple(uuid4() for _ in range(201))))
    assert caught.value.refusal.code == "too_many_lines"


def test_more_than_five_homonyms_are_too_many_to_show(house: House) -> None:
    for number in range(6):
        house.register(replace(cast.INES, numbers=(protocol.LocalNumber(authority="1", value=str(number)),)))
    nadia = house.browser(cast.NADIA)
    traits = {"birth_name": "HORS-SOINS", "first_given_name": "INES", "birth_date": date(1950, 1, 2), "sex": "F"}
    with pytest.raises(Refused) as caught:
        nadia.call("find", protocol.Find(**nadia.signed("POST", "/patients/find/"), **traits))
    assert caught.value.refusal.code == "too_many_found"


def test_a_person_is_found_by_a_number_and_a_mistyped_ins_is_said_to_be_one(house: House) -> None:
    patient = house.register(cast.FARID).patient
    nadia = house.browser(cast.NADIA)
    for way in ({"ins": "279035121518989"}, {"number": "000003"}):
        found = nadia.call("find", protocol.Find(**nadia.signed("POST", "/patients/find/"), **way))
        assert [line.patient for line in found.lines] == [patient]
    with pytest.raises(Refused) as caught:
        nadia.call("find", protocol.Find(**nadia.signed("POST", "/patients/find/"), ins="279035121518980"))
    assert (caught.value.refusal.code, caught.value.refusal.field) == ("ins_key", "ins")


def test_the_security_officer_sees_who_is_at_work_and_contains_nobody_twice_nor_herself(house: House) -> None:
    house.browser(cast.BRUNO)
    sonia = house.browser(cast.SONIA)
    members = {one.account: one for one in sonia.call("staff", protocol.Signed(**sonia.signed("GET", "/security/"))).members}
    assert (members[cast.BRUNO.id].live_sessions, members[cast.AMEL.id].live_sessions) == (1, 0)
    for _ in range(2):
        sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=cast.BRUNO.id))
    with house.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from journal_entry where kind = 'containment'").fetchone() == (1,)
    for account, code in ((cast.SONIA.id, "oneself"), (uuid4(), "unknown_account")):
        with pytest.raises(Refused) as caught:
            sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=account))
        assert caught.value.refusal.code == code


def test_an_older_account_row_put_back_frees_nobody_from_containment(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno, sonia = house.browser(cast.BRUNO), house.browser(cast.SONIA)
    with house.guard.pool.connection() as tx:
        before = [tx.execute(f"select *, mac as good from {table} where {key} = %s", (cast.BRUNO.id,)).fetchall() for table, key in ROWS]
    sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=cast.BRUNO.id))
    with house.guard.pool.connection() as tx:
        (account,), sessions = before
        tx.execute("update account set contained_at = null, mac = %s where id = %s", (account[-1], cast.BRUNO.id))
        for row in sessions:
            tx.execute("update session set closed_at = null, mac = %s where id = %s", (row[-1], row[0]))
    contained._known.clear()
    with pytest.raises(Refused) as caught:
        bruno.open(patient)
    assert caught.value.refusal.code == "contained"


def test_personas_are_the_fictional_staff_with_their_units_and_no_interface(house: House) -> None:
    personas = {one.account: one for one in house.call("personas", protocol.Empty()).personas}
    assert set(personas) == {player.id for player in cast.STAFF}
    assert personas[cast.BRUNO.id].units == ("Chirurgie viscérale",)
    real = replace(house.guard, settings=replace(house.guard.settings, demonstration=False))
    from serment.guard.release import attend

    with pytest.raises(Refused):
        attend.personas(real, protocol.Empty(), house.clock())


def test_no_compartment_and_an_unknown_reason_and_a_long_text_are_refused(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    for act, code in (
        (lambda: bruno.open(patient, ("everything",)), "no_compartment"),
        (lambda: bruno.break_glass(patient, reason="curiosity"), "reason_unknown"),
        (lambda: bruno.break_glass(patient, text="x" * 301), "reason_too_long"),
    ):
        with pytest.raises(Refused) as caught:
            act()
        assert caught.value.refusal.code == code


def test_two_messages_about_one_new_person_at_once_make_one_record(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        patients = {one.patient for one in pool.map(lambda _: house.register(cast.FARID), range(8))}
    assert len(patients) == 1


def test_a_hundred_openings_at_once_spend_exactly_the_lease(house: House) -> None:
    from concurrent.futures import ThreadPoolExecutor

    patients = house.admit_many(30)
    browsers = [house.browser(cast.BRUNO) for _ in range(4)]

    def opened(n: int) -> bool:
        try:
            browsers[n % 4].open(patients[n % 30])
        except Refused as no:
            assert no.refusal.code == "lease_spent"
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(opened, range(60)))
    with house.guard.pool.connection() as tx:
        row = tx.execute("select count(distinct patient_id) from opening where account_id = %s", (cast.BRUNO.id,)).fetchone()
    assert row is not None
    assert row[0] <= 25
