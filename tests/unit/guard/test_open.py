"""Opening a record: who may, under what, how many, and what the journal keeps of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from psycopg.rows import dict_row

from serment.guard.errors import Refused
from serment.guard.meters.limits import DEFAULTS
from serment.journal import reading
from serment.wire import protocol
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House


def refusal(browser: Browser, *args: object, **kwargs: object) -> protocol.Refusal:
    with pytest.raises(Refused) as refused:
        browser.open(*args, **kwargs)  # type: ignore[arg-type]
    return refused.value.refusal


def leaves(house: House, patient: object) -> list[dict]:
    with house.guard.pool.connection() as tx:
        return reading.for_patient(tx, patient)


def test_a_nurse_opens_the_record_of_a_patient_of_her_ward(house: House) -> None:
    patient = house.admit(cast.FARID)
    opening = house.browser(cast.BRUNO).open(patient)
    assert set(opening.keys) == {"identity", "contact", "care"}
    assert (opening.tie, opening.explained, opening.emergency) == ("stay", True, False)
    assert opening.identity.birth_name == "PAT-TROIS"
    assert opening.identity.status == "qualifiee"


def test_the_keys_of_two_compartments_and_of_two_patients_differ(house: House) -> None:
    one, other = house.admit(cast.FARID), house.admit(cast.INES)
    bruno = house.browser(cast.BRUNO)
    keys = [*bruno.open(one).keys.values(), *bruno.open(other).keys.values()]
    assert len(set(keys)) == len(keys) == 6


def test_a_nurse_of_another_ward_is_refused_and_told_of_the_break_glass(house: House) -> None:
    patient = house.admit(cast.FARID)
    no = refusal(house.browser(cast.NADIA), patient)
    assert (no.category, no.code, no.remedy) == ("denied", "no_tie", "break_glass")


def test_an_unknown_patient_is_refused_in_the_same_words(house: House) -> None:
    patient = house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    assert refusal(nadia, uuid4()) == refusal(nadia, patient)


def test_a_secretary_never_gets_the_care_compartment(house: House) -> None:
    patient = house.admit(cast.FARID)
    assert set(house.browser(cast.ODILE).open(patient).keys) == {"identity", "contact"}
    assert refusal(house.browser(cast.ODILE), patient, ("care",)).code == "role"


@pytest.mark.parametrize("player", [cast.DENIS, cast.SONIA, cast.DPO])
def test_an_administrator_and_the_officers_open_nothing(house: House, player: cast.Player) -> None:
    patient = house.admit(cast.FARID)
    browser = house.browser(player)
    assert refusal(browser, patient).category == "denied"
    with pytest.raises(Refused) as refused:
        browser.break_glass(patient)
    assert refused.value.refusal.code == "role"


def test_an_opening_is_in_the_journal_before_anything_else_can_be_said_of_it(house: House) -> None:
    patient = house.admit(cast.FARID)
    opening = house.browser(cast.BRUNO).open(patient)
    newest = leaves(house, patient)[0]
    assert (newest["kind"], newest["account"], newest["body"]["opening"]) == ("opening", str(cast.BRUNO.id), str(opening.id))
    assert newest["body"]["compartments"] == ["identity", "contact", "care"]


def test_a_refusal_leaves_a_line_too(house: House) -> None:
    patient = house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    from serment.guardhouse import server
    from serment.wire.protocol import Open

    request = Open(**nadia.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=("care",))
    with pytest.raises(Refused):
        server.answer(house.guard, "open", server.ENCODER.encode(request))
    with house.guard.pool.connection() as tx:
        row = tx.execute("select count(*) from journal_entry where kind = 'refusal' and account_id = %s", (cast.NADIA.id,)).fetchone()
    assert row == (1,)


def test_reading_the_same_record_again_costs_no_lease_and_no_line(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    first = bruno.open(patient)
    again = bruno.open(patient)
    assert (again.id, again.lease_left) == (first.id, first.lease_left)
    assert sum(leaf["kind"] == "opening" for leaf in leaves(house, patient)) == 1


def test_after_twenty_five_new_patients_the_next_asks_for_a_touch(house: House) -> None:
    patients = house.admit_many(26)
    bruno = house.browser(cast.BRUNO)
    for patient in patients[:-1]:
        bruno.open(patient)
    no = refusal(bruno, patients[-1])
    assert (no.category, no.code, no.remedy) == ("step_up", "lease_spent", "touch")
    assert bruno.open(patients[0]).lease_left == 0
    bruno.touch()
    assert bruno.open(patients[-1]).lease_left == 24


def test_a_second_session_shares_the_lease_of_the_first(house: House) -> None:
    patients = house.admit_many(3)
    one = house.browser(cast.BRUNO)
    one.open(patients[0])
    other = house.browser(cast.BRUNO, touched=False)
    other.open(patients[1])
    assert one.open(patients[2]).lease_left == other.attend().lease_left


def test_a_tie_that_ended_opens_nothing_more(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    bruno.open(patient)
    house.by_interface("untie", protocol.Untie, patient=patient, reference="stay:1", at=house.clock())
    assert refusal(bruno, patient).code == "no_tie"


def test_breaking_the_glass_opens_one_record_and_says_why(house: House) -> None:
    patient = house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    opening = nadia.break_glass(patient, text="Arrêt cardiaque en salle d'attente")
    assert (opening.emergency, opening.explained, set(opening.keys)) == (True, False, {"identity", "contact", "care"})
    assert nadia.open(patient).id == opening.id
    book = nadia.call("disclosures", protocol.Disclosures(**nadia.signed("GET", f"/patients/{patient}/openings/"), patient=patient))
    newest = book.disclosures[0]
    assert (newest.kind, newest.label, newest.reason) == ("emergency", cast.NADIA.label, "vital_emergency")
    assert newest.text == "Arrêt cardiaque en salle d'attente"


def test_the_words_typed_at_the_break_glass_are_not_in_the_journal_in_clear(house: House) -> None:
    patient = house.admit(cast.FARID)
    house.browser(cast.NADIA).break_glass(patient, text="Arrêt cardiaque")
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry").fetchall()
    assert not any("Arrêt".encode() in bytes(row[0]) for row in rows)


def test_the_security_officer_is_told_of_a_broken_glass_without_the_name_of_the_patient(house: House) -> None:
    patient = house.admit(cast.FARID)
    house.browser(cast.NADIA).break_glass(patient)
    sonia = house.browser(cast.SONIA)
    notices = sonia.call("notices", protocol.Signed(**sonia.signed("GET", "/security/"))).notices
    assert [(one.label, one.patient, one.reason) for one in notices] == [(cast.NADIA.label, patient, "vital_emergency")]


def test_after_the_step_up_threshold_an_emergency_asks_for_a_fresh_touch_and_then_works(house: House) -> None:
    patients = house.admit_many(5)
    nadia = house.browser(cast.NADIA)
    house.clock.pass_by(minutes=6)
    step_up = DEFAULTS["nurse_day.step_up"]
    for patient in patients[:step_up]:
        nadia.break_glass(patient)
    with pytest.raises(Refused) as refused:
        nadia.break_glass(patients[step_up])
    assert refused.value.refusal.remedy == "touch"
    nadia.touch()
    assert nadia.break_glass(patients[step_up]).emergency


def test_no_account_breaks_the_glass_more_than_twenty_times_in_a_shift(house: House) -> None:
    patients = house.admit_many(21)
    nadia = house.browser(cast.NADIA)
    for patient in patients[:-1]:
        nadia.break_glass(patient)
    with pytest.raises(Refused) as refused:
        nadia.break_glass(patients[-1])
    assert (refused.value.refusal.category, refused.value.refusal.remedy) == ("exhausted", "colleague")


def as_clerk(house: House, identity: protocol.Identity) -> tuple[Browser, protocol.Registered]:
    clerk = house.browser(cast.CLERK)
    return clerk, clerk.call("register", protocol.Register(**clerk.signed("POST", "/admissions/"), identity=identity, origin="accueil"))


def test_whoever_creates_an_identity_reads_what_they_wrote(house: House) -> None:
    clerk, registered = as_clerk(house, cast.INES)
    opening = clerk.open(registered.patient)
    assert (registered.outcome, opening.tie, opening.explained) == ("created", "registration", True)
    assert set(opening.keys) == {"identity", "contact"}


def test_a_tie_one_made_oneself_to_somebody_known_explains_nothing_for_a_day(house: House) -> None:
    house.register(cast.INES)
    clerk, registered = as_clerk(house, cast.INES)
    assert registered.outcome == "found"
    assert not clerk.open(registered.patient).explained
    house.clock.pass_by(hours=25)
    assert house.browser(cast.CLERK).open(registered.patient).explained


def test_containment_stops_an_account_at_once_in_all_its_sessions(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno, sonia = house.browser(cast.BRUNO), house.browser(cast.SONIA)
    bruno.open(patient)
    sonia.call("contain", protocol.Contain(**sonia.signed("POST", "/security/contain/"), account=cast.BRUNO.id))
    assert refusal(bruno, patient).code == "contained"
    with pytest.raises(Refused):
        house.browser(cast.BRUNO)
    assert house.browser(cast.AMEL).open(patient).explained


def test_only_the_security_officer_contains(house: House) -> None:
    denis = house.browser(cast.DENIS)
    with pytest.raises(Refused) as refused:
        denis.call("contain", protocol.Contain(**denis.signed("POST", "/security/contain/"), account=cast.BRUNO.id))
    assert refused.value.refusal.code == "role"


def test_a_forged_tie_is_refused_by_the_guard(house: House) -> None:
    patient = house.register(cast.FARID).patient
    with house.guard.pool.connection() as tx:
        tx.execute(
            """insert into tie (patient_id, reference, kind, holder_unit, since, origin_account, made_at, mac)
               values (%s, 'forged', 'stay', %s, now() - interval '1 day', %s, now() - interval '1 day', %s)""",
            (patient, cast.SURGERY, cast.INTERFACE, b"\0" * 32),
        )
    assert refusal(house.browser(cast.BRUNO), patient).code == "forged_row"


def test_an_older_tie_put_back_after_its_end_is_refused_although_its_mac_is_good(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    bruno.open(patient)
    with house.guard.pool.connection() as tx:
        row = tx.execute("select until, mac from tie where patient_id = %s and reference = 'stay:1'", (patient,)).fetchone()
    house.by_interface("untie", protocol.Untie, patient=patient, reference="stay:1", at=house.clock())
    with house.guard.pool.connection() as tx:
        tx.execute("update tie set until = %s, mac = %s where patient_id = %s and reference = 'stay:1'", (*row, patient))
    assert refusal(bruno, patient).code == "forged_row"


def test_an_older_meter_put_back_gives_nothing_back(house: House) -> None:
    """The row has a good MAC, but the journal has gone on: the meter is folded anew, and is what it was."""
    patients = house.admit_many(4)
    bruno = house.browser(cast.BRUNO)
    bruno.open(patients[0])
    with house.guard.pool.connection() as tx:
        saved = tx.cursor(row_factory=dict_row).execute("select * from meter where account_id = %s", (cast.BRUNO.id,)).fetchone()
    bruno.open(patients[1])
    with house.guard.pool.connection() as tx:
        changed = ", ".join(f"{name} = %({name})s" for name in saved)
        tx.execute(f"update meter set {changed} where account_id = %(account_id)s".encode(), saved)
    assert bruno.open(patients[2]).lease_left == 22


def test_lines_are_given_for_tied_patients_only_and_journaled_once(house: House) -> None:
    mine, other = house.admit(cast.FARID), house.admit(cast.INES, unit=cast.MEDICINE)
    bruno = house.browser(cast.BRUNO)
    for _ in range(2):
        shown = bruno.call("lines", protocol.Lines(**bruno.signed(), patients=(mine, other)))
        assert [line.patient for line in shown.lines] == [mine]
    with house.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from journal_entry where kind = 'lines'").fetchone() == (1,)


@pytest.mark.parametrize("name", ["PAT-TROIS", "Pat trois", "PATT TROIS"])
def test_a_person_is_found_by_exact_traits_with_a_tolerance_on_how_the_name_sounds(house: House, name: str) -> None:
    patient = house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    found = nadia.call(
        "find",
        protocol.Find(
            **nadia.signed("POST", "/patients/find/"), birth_name=name, first_given_name="Farid", birth_date=date(1979, 3, 28), sex="M"
        ),
    )
    assert [line.patient for line in found.lines] == [patient]


@pytest.mark.parametrize("change", [{"birth_date": date(1979, 3, 29)}, {"sex": "F"}, {"birth_name": "PAT"}, {"first_given_name": "F"}])
def test_a_search_with_one_trait_off_finds_nobody(house: House, change: dict) -> None:
    house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    traits = {"birth_name": "PAT-TROIS", "first_given_name": "FARID", "birth_date": date(1979, 3, 28), "sex": "M", **change}
    assert nadia.call("find", protocol.Find(**nadia.signed("POST", "/patients/find/"), **traits)).lines == ()


@pytest.mark.parametrize("missing", ["birth_name", "first_given_name", "birth_date", "sex"])
def test_a_search_without_all_four_traits_is_refused(house: House, missing: str) -> None:
    nadia = house.browser(cast.NADIA)
    traits = {"birth_name": "PAT-TROIS", "first_given_name": "FARID", "birth_date": date(1979, 3, 28), "sex": "M"}
    del traits[missing]
    with pytest.raises(Refused) as refused:
        nadia.call("find", protocol.Find(**nadia.signed("POST", "/patients/find/"), **traits))
    assert refused.value.refusal.field == missing


def test_the_number_is_given_only_when_the_identity_is_qualified(house: House) -> None:
    patient = house.admit(replace(cast.FARID, validated=False))
    assert house.browser(cast.BRUNO).open(patient).identity.ins is None
    house.register(cast.FARID)
    assert house.browser(cast.BRUNO).open(patient).identity.ins == cast.FARID.ins


def test_one_number_for_two_identities_is_a_conflict(house: House) -> None:
    house.register(cast.FARID)
    with pytest.raises(Refused) as refused:
        house.register(cast.person("DURAND", given="LUC", number="999", ins="279035121518989"))
    assert (refused.value.refusal.code, refused.value.refusal.field) == ("ins_of_another", "ins")


def test_the_same_registration_again_finds_the_same_person_and_changes_nothing(house: House) -> None:
    first, again = house.register(cast.FARID), house.register(cast.FARID)
    assert (first.patient, first.outcome, again.outcome) == (again.patient, "created", "found")
    assert sum(leaf["kind"] == "registration" for leaf in leaves(house, first.patient)) == 1


def test_an_interface_that_did_not_send_a_patient_ties_nobody_to_it(house: House) -> None:
    clerk = house.browser(cast.CLERK)
    registered = clerk.call("register", protocol.Register(**clerk.signed("POST", "/admissions/"), identity=cast.INES, origin="accueil"))
    with pytest.raises(Refused) as refused:
        house.tie(registered.patient, holder_unit=cast.SURGERY)
    assert refused.value.refusal.code == "not_registrar"


def test_alerts_are_changed_only_by_someone_who_has_the_record_open(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    path = f"/patients/{patient}/allergies/"
    with pytest.raises(Refused) as refused:
        bruno.call("flag", protocol.Flag(**bruno.signed("POST", path), patient=patient, alerts=("allergy",)))
    assert refused.value.refusal.code == "not_open"
    bruno.open(patient)
    bruno.call("flag", protocol.Flag(**bruno.signed("POST", path), patient=patient, alerts=("allergy",)))
    assert bruno.open(patient).alerts == ("allergy",)


def test_an_opening_lives_eight_hours(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    first = bruno.open(patient)
    house.clock.pass_by(hours=8, minutes=1)
    again = bruno.open(patient)
    assert again.id != first.id
    assert again.until - first.until > timedelta(hours=8)
