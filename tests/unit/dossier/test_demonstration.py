"""The fictional group: the same people each time, whose parts agree with one another, and nobody real."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import msgspec
import pytest

from serment.dossier.demonstration import filing, identities, lists, organisation, people, provisioning, situations, staff
from serment.dossier.demonstration.clinic import catalogue
from serment.dossier.demonstration.population import patient, population
from serment.dossier.demonstration.types import Patient
from serment.dossier.kernel import ids
from serment.dossier.records.conditions import codes, resources
from serment.dossier.records.conditions.types import SEVERITIES
from serment.guard.find import rules
from serment.guardhouse import provision
from serment.wire.words import ALERTS, OID_INS_NIR_TEST, ROLES

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
TELEPHONE = re.compile(r"(01 99 00|06 39 98) \d\d \d\d")


@lru_cache(maxsize=1)
def everybody() -> tuple[Patient, ...]:
    return tuple(population(400, NOW))


def test_the_same_instant_gives_the_same_people() -> None:
    assert [patient(index, NOW) for index in (0, 7, 123, 399)] == [everybody()[index] for index in (0, 7, 123, 399)]


def test_the_first_patients_do_not_depend_on_how_many_there_are() -> None:
    assert tuple(population(20, NOW)) == everybody()[:20]


def test_adults_keep_their_identity_when_the_day_changes() -> None:
    later = NOW + timedelta(days=40)
    for one in everybody()[:60]:
        if people.person(one.index, NOW).situation.relation != "mother":
            assert people.identity(people.person(one.index, later)) == one.identity


def test_every_ins_is_of_the_test_domain_and_agrees_with_the_traits() -> None:
    for one in everybody():
        if one.identity.ins is None:
            continue
        matricule, identity = one.identity.ins.matricule, one.identity
        assert one.identity.ins.oid == OID_INS_NIR_TEST
        assert rules.is_matricule(matricule)
        assert matricule[0] == {"M": "1", "F": "2"}[identity.sex]
        assert matricule[1:5] == f"{identity.birth_date:%y%m}"
        assert matricule[5:10] == identity.birth_place


def test_no_two_patients_share_an_ins_or_a_local_number() -> None:
    numbers = [one.identity.ins.matricule for one in everybody() if one.identity.ins]
    assert len(numbers) == len(set(numbers))
    local = [number for one in everybody() for number in one.identity.numbers]
    assert len(local) == len(set(local)) == 400


def test_the_official_example_patient_is_left_to_the_messages() -> None:
    for one in everybody():
        assert {number.value for number in one.identity.numbers}.isdisjoint({"000003", "24000006", "24000008", "000897406"})
        assert one.identity.ins is None or one.identity.ins.matricule != "279035121518989"


def test_the_key_of_a_matricule_is_that_of_the_official_example() -> None:
    assert identities.key("2790351215189") == "89"
    assert rules.is_matricule("255082A004026" + identities.key("255082A004026"))


def test_nobody_is_born_in_a_department_that_did_not_exist() -> None:
    for one in everybody():
        identity = one.identity
        assert not (identity.birth_date.year < 1968 and identity.birth_place[:2] in identities.MADE_1968)
        assert not (identity.birth_date.year < 1976 and identity.birth_place[:2] in identities.MADE_1976)


def test_every_birth_place_is_a_code_of_the_list_or_a_country() -> None:
    known = {commune.insee for commune in lists.communes()}
    for one in everybody():
        assert one.identity.birth_place in known or one.identity.birth_place.startswith("99")


def test_all_four_statuses_occur_and_most_identities_are_qualified() -> None:
    counted = Counter(rules.status(one.identity) for one in everybody())
    assert set(counted) == {"provisoire", "recuperee", "validee", "qualifiee"}
    assert counted["qualifiee"] > 300


def test_every_telephone_is_of_a_range_kept_for_fiction() -> None:
    for one in everybody():
        told = [one.contact.telephone, one.contact.mobile, *(other.telephone for other in one.correspondents)]
        assert all(TELEPHONE.fullmatch(number) for number in told if number)


def test_every_email_is_of_a_domain_that_nobody_owns() -> None:
    assert all(one.contact.email.endswith("@example.org") for one in everybody() if one.contact.email)


def test_about_45_percent_are_in_a_bed_and_nobody_shares_one() -> None:
    current = [one for one in everybody() if one.stays[-1].ended_at is None]
    places = [(one.stays[-1].passages[-1][0], one.stays[-1].passages[-1][1]) for one in current]
    assert 170 <= len(current) <= 190
    assert len(places) == len(set(places))
    for unit, bed in places:
        assert bed in (*organisation.UNIT[unit].beds, *organisation.UNIT[unit].cots)


def test_past_and_expected_people_are_there_too() -> None:
    assert sum(one.appointment is not None for one in everybody()) > 40
    assert sum(one.stays[-1].ended_at is not None for one in everybody()) > 180


def test_times_are_in_order_and_not_in_the_future() -> None:
    for one in everybody():
        for leg in one.stays:
            times = [at for _, _, at in leg.passages]
            assert times == sorted(times)
            assert times[-1] < (leg.ended_at or NOW) <= NOW
        assert all(note.at <= NOW for note in one.notes)
        assert all(measure.at <= NOW for measure in one.measures)
        assert all(note.at >= one.stays[-1].passages[0][2] for note in one.notes)
        assert one.identity.birth_date <= NOW.date()


def test_residents_are_old_and_mothers_have_their_newborn_beside_them() -> None:
    for one in everybody():
        who = people.person(one.index, NOW)
        if organisation.UNIT[who.situation.unit].kind == "nursing_home" and one.stays[-1].ended_at is None:
            assert 74 <= who.age <= 101
        if who.situation.relation == "mother":
            mother = everybody()[who.situation.other]
            assert one.stays[-1].passages[-1][1] == f"{mother.stays[-1].passages[-1][1]}-Berceau"
            assert mother.stays[-1].passages[0][2] < one.stays[-1].passages[0][2]
            assert one.identity.birth_name == (mother.identity.used_name or mother.identity.birth_name)
            assert mother.identity.sex == "F"
            assert one.identity.ins is None


def test_homonyms_have_the_same_name_and_another_birth_date() -> None:
    found = [one for one in everybody() if "homonyme" in one.identity.attributes]
    assert len(found) == len(situations.HOMONYMS)
    for one in found:
        other = everybody()[situations.situation(one.index).other].identity
        assert (one.identity.birth_name, one.identity.first_given_name) == (other.birth_name, other.first_given_name)
        assert one.identity.birth_date != other.birth_date


def test_long_names_and_people_born_abroad_occur() -> None:
    assert any(len(one.identity.birth_name) > 24 for one in everybody())
    assert sum(one.identity.birth_place.startswith("99") for one in everybody()) > 15


def test_scenarios_fit_age_and_sex() -> None:
    for one in everybody():
        who = people.person(one.index, NOW)
        if who.situation.cast:
            continue
        youngest, oldest = who.scenario.age
        assert youngest <= who.age <= oldest + 1
        assert who.scenario.sex in ("", one.identity.sex)


def test_nobody_is_given_what_they_are_allergic_to() -> None:
    for one in everybody():
        given = {tag for drug in one.drugs for tag in drug.tags}
        for allergy in one.allergies:
            assert not given & set(allergy.clashes), (one.index, allergy.name)


def test_nobody_has_two_treatments_of_one_class_nor_two_diagnoses_of_one_code() -> None:
    for one in everybody():
        classes = [drug.tags[0] for drug in one.drugs]
        assert len(classes) == len(set(classes))
        codes = [diagnosis.code for diagnosis in one.diagnoses]
        assert len(codes) == len(set(codes))


def test_treatments_that_must_not_meet_do_not_meet() -> None:
    for one in everybody():
        who = people.person(one.index, NOW)
        given = {tag for drug in one.drugs for tag in drug.tags}
        codes = {diagnosis.code[:3] for diagnosis in one.diagnoses}
        assert not ("ains" in given and who.age > 64)
        assert not ("betabloquant" in given and "J45" in codes)
        assert not ("metformine" in given and "N18" in codes)
        assert not ("antiagregant" in given and any(drug.substance == "Apixaban" for drug in one.drugs))
        assert not ("iec" in given and who.situation.unit == "maternity")


def test_chronic_fibrillation_is_anticoagulated_unless_something_forbids_it() -> None:
    for one in everybody():
        if any(diagnosis.code == "I48.2" for diagnosis in one.diagnoses):
            assert any(drug.substance == "Apixaban" for drug in one.drugs)


def test_allergies_are_known_or_denied_or_not_asked_and_alerts_say_the_same() -> None:
    states: Counter[tuple[bool, bool]] = Counter()
    for one in everybody():
        assert set(one.alerts) <= set(ALERTS)
        assert ("allergy" in one.alerts) == bool(one.allergies)
        assert ("no_known_allergy" in one.alerts) == one.no_known_allergy
        assert not (one.allergies and one.no_known_allergy)
        states[bool(one.allergies), one.no_known_allergy] += 1
    assert min(states[True, False], states[False, True], states[False, False]) > 40


def test_the_texts_leave_no_blank_to_fill_in() -> None:
    for one in everybody():
        for note in one.notes:
            assert "{" not in note.title + note.text
            assert one.identity.birth_name.lower() not in note.text.lower().split()


def test_every_scenario_can_be_met() -> None:
    met = {people.person(index, NOW).scenario.key for index in range(1200)}
    assert met == set(catalogue.SCENARIO)


def test_documents_are_what_they_say() -> None:
    papers = [paper for one in everybody() for paper in one.papers]
    assert len(papers) > 100
    kinds = Counter(paper.content[:4] for paper in papers)
    assert set(kinds) == {b"%PDF", b"\x89PNG"}
    assert all(len(paper.content) < 20_000 for paper in papers)


def test_the_cast_is_where_the_playbill_says() -> None:
    farid, gisele, hugo, ines = everybody()[:4]
    assert farid.stays[-1].passages[-1][0] == "surgery"
    assert [member.key for member in farid.treating] == ["amel"]
    assert farid.allergies
    assert "surgery" in staff.MEMBER["bruno"].units
    assert "surgery" not in staff.MEMBER["chloe"].units
    assert staff.MEMBER["denis"].role == "administrator"
    assert staff.MEMBER["gisele"].label.split()[0] == gisele.identity.first_given_name
    assert hugo.sealed_diagnoses
    assert ines.stays[-1].ended_at is not None and ines.stays[-1].ended_at < NOW - timedelta(days=30)
    assert ines.appointment is None


def test_the_group_has_two_clinics_a_nursing_home_and_enough_units() -> None:
    kinds = Counter(one.kind for one in organisation.ESTABLISHMENTS)
    assert kinds == {"clinic": 2, "nursing_home": 1}
    assert len(organisation.UNITS) >= 12
    surgery = organisation.UNIT["surgery"]
    assert (surgery.code, surgery.name, surgery.establishment) == ("6268", "Chir V", "CHU-X")
    assert organisation.establishment_of("surgery").finess == "000897406"


def test_sixty_accounts_cover_every_role_of_a_person() -> None:
    assert len(staff.STAFF) == 60
    assert {member.role for member in staff.STAFF} == set(ROLES) - {"interface", "application", "mailer"}
    counted = Counter(member.role for member in staff.STAFF)
    assert counted["administrator"] == counted["security_officer"] == 2
    assert all(unit in organisation.UNIT for member in staff.STAFF for unit in member.units)


def test_rpps_numbers_are_valid_and_fictional() -> None:
    numbers = [member.rpps for member in staff.STAFF if member.rpps]
    assert len(numbers) == len(set(numbers)) >= 12
    for number in numbers:
        assert len(number) == 11 and number.startswith("999")
        assert staff.luhn_digit(number[:-1]) == int(number[-1])
    assert staff.luhn_digit("1000002308") == 4  # the official example, 10000023084


def test_the_guard_takes_the_provision_file() -> None:
    plan = msgspec.convert(provisioning.provisioning(interface_keys={"loader": "PEM"}), provision.Plan)
    assert len(plan.accounts) == 64
    assert {person.role for person in plan.accounts} == set(ROLES)
    assert all(person.role in ROLES for person in plan.accounts)
    assert len({person.id for person in plan.accounts}) == 64
    assert [person.interface_key for person in plan.accounts if person.label.startswith("Chargement")] == ["PEM"]


def test_a_key_for_an_unknown_interface_is_refused() -> None:
    with pytest.raises(ValueError, match="no such interface: printer"):
        provisioning.provisioning(interface_keys={"printer": "PEM"})


def test_entries_are_named_once_and_lie_in_a_compartment() -> None:
    for one in everybody()[:80]:
        found = list(filing.filings(one, id=ids.derived("test", str(one.index)), writer=staff.MEMBER["amel"], now=NOW))
        names = [filed.name for filed in found]
        assert len(names) == len(set(names))
        assert {filed.compartment for filed in found} <= {"contact", "care", "sealed"}
        assert all(filed.resource["resourceType"] == filed.kind for filed in found)


def test_what_is_sealed_of_hugo_is_in_the_sealed_compartment_only() -> None:
    hugo = everybody()[2]
    found = list(filing.filings(hugo, id=ids.derived("test", "hugo"), writer=staff.MEMBER["helene"], now=NOW))
    sealed = [filed for filed in found if filed.compartment == "sealed"]
    assert [filed.kind for filed in sealed] == ["Condition", "Condition", "Composition"]
    assert not any("alcool" in str(filed.resource) for filed in found if filed.compartment != "sealed")


def test_a_newborn_was_born_in_the_last_three_days() -> None:
    newborns = [one for one in everybody() if people.person(one.index, NOW).situation.relation == "mother"]
    assert len(newborns) == 9
    assert all(date(2026, 11, 20) <= one.identity.birth_date <= date(2026, 11, 23) for one in newborns)


def test_a_heart_treated_here_is_still_treated_at_home() -> None:
    seen = 0
    for index in range(1200):
        who = people.person(index, NOW)
        if who.scenario.key == "syndrome_coronaire" and who.situation.state == "past":
            taken = {drug.substance for drug in patient(index, NOW).drugs}
            assert {"Acide acétylsalicylique", "Ticagrélor", "Atorvastatine"} <= taken
            assert not any(drug.since_admission for drug in patient(index, NOW).drugs)
            seen += 1
    assert seen


def test_nobody_relies_on_a_child() -> None:
    for one in everybody():
        who = people.person(one.index, NOW)
        trusted = next(other for other in one.correspondents if other.role in ("trusted_person", "emergency_contact"))
        assert trusted.role == ("trusted_person" if who.age >= 18 else "emergency_contact")
        assert not (trusted.relation in ("fille", "fils", "nièce") and who.age < 52)


def test_most_of_who_is_here_complains_of_something_that_the_terminology_knows_and_it_goes_with_the_days() -> None:
    from serment.dossier.demonstration.clinic import complaints

    known = {one.key for one in catalogue.SCENARIOS}
    assert set(complaints.COMPLAINTS) <= known | {key.partition("_")[2] for key in known}
    for one in (one for told in complaints.COMPLAINTS.values() for one in told):
        assert codes.label(one.code), one.code
        assert one.severity in SEVERITIES
    here = [one for one in everybody() if one.stays and one.stays[-1].ended_at is None and one.appointment is None]
    assert sum(bool(one.complaints) for one in here) > len(here) / 2
    states: Counter[str] = Counter()
    for one in here:
        filed = filing.filings(one, id=ids.derived("test", str(one.index)), writer=staff.MEMBER["amel"], now=NOW)
        found = [entry for entry in filed if entry.name.startswith("complaint-")]
        assert all(resources.is_symptom(entry.resource) and entry.leg == one.stays[-1].name for entry in found)
        states.update(entry.resource["clinicalStatus"]["coding"][0]["code"] for entry in found)
    assert states["active"] > 40
    assert states["resolved"] > 20
