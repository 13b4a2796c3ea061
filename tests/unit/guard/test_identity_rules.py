"""National identity-vigilance (RNIV) as the guard computes it."""

from dataclasses import replace
from datetime import date

import pytest

from serment.guard.errors import Refused
from serment.guard.find import rules
from serment.wire.protocol import Identity, Ins
from serment.wire.words import OID_INS_NIR, OID_INS_NIR_DEMO, OID_INS_NIR_TEST

SOMEONE = Identity(birth_name="PAT-TROIS", first_given_name="DOMINIQUE", birth_date=date(1979, 3, 28), sex="F", birth_place="63220")
INS = Ins(matricule="279035121518989", oid=OID_INS_NIR)


def test_an_identity_is_qualified_when_validated_and_known_to_the_national_service() -> None:
    assert rules.status(replace(SOMEONE, validated=True, ins=INS)) == "qualifiee"


def test_an_identity_checked_on_paper_only_is_validated() -> None:
    assert rules.status(replace(SOMEONE, validated=True)) == "validee"


def test_an_identity_known_to_the_national_service_only_is_retrieved() -> None:
    assert rules.status(replace(SOMEONE, ins=INS)) == "recuperee"


def test_an_identity_is_provisional_until_something_vouches_for_it() -> None:
    assert rules.status(SOMEONE) == "provisoire"


@pytest.mark.parametrize("attribute", ["douteux", "fictif"])
def test_doubt_makes_an_identity_provisional_whatever_else_is_known(attribute: str) -> None:
    assert rules.status(replace(SOMEONE, validated=True, ins=INS, attributes=(attribute,))) == "provisoire"


@pytest.mark.parametrize("oid", [OID_INS_NIR_TEST, OID_INS_NIR_DEMO])
def test_test_and_demonstration_numbers_are_refused_in_production(oid: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.checked(replace(SOMEONE, ins=Ins(matricule=INS.matricule, oid=oid)), demonstration=False)
    assert (refused.value.refusal.code, refused.value.refusal.field) == ("ins_test_domain", "ins")
    assert rules.checked(replace(SOMEONE, ins=Ins(matricule=INS.matricule, oid=oid)), demonstration=True).status == "recuperee"


def test_a_number_of_an_unknown_domain_is_refused_everywhere() -> None:
    with pytest.raises(Refused):
        rules.checked(replace(SOMEONE, ins=Ins(matricule=INS.matricule, oid="1.2.250.1.213.1.4.5")), demonstration=True)


@pytest.mark.parametrize("matricule", ["279035121518989", "1 51 02 46 102 043 25".replace(" ", "")])
def test_a_number_with_its_right_key_is_accepted(matricule: str) -> None:
    assert rules.is_matricule(matricule)


@pytest.mark.parametrize("matricule", ["279035121518988", "27903512151898", "2790351215189899", "27903A121518989", ""])
def test_a_number_with_a_wrong_key_or_form_is_refused(matricule: str) -> None:
    assert not rules.is_matricule(matricule)


def test_a_corsican_number_has_its_key_computed_with_nineteen_and_eighteen() -> None:
    for department, stand_in in (("2A", "19"), ("2B", "18")):
        body = f"17903{department}121518"
        key = 97 - int(body.replace(department, stand_in)) % 97
        assert rules.is_matricule(f"{body}{key:02d}")


@pytest.mark.parametrize(
    ("one", "other"),
    [("LEFEVRE", "Lefebvre"), ("Gauthier", "GAUTIER"), ("D'Alençon", "DALENCON"), ("Noël-Dupont", "NOEL DUPOND"), ("Bœuf", "BOEUF")],
)
def test_names_that_sound_alike_find_each_other(one: str, other: str) -> None:
    assert rules.sounded(one).replace(" ", "") == rules.sounded(other).replace(" ", "") or rules.folded(one) == rules.folded(other)


def test_a_missing_name_is_refused_by_its_field() -> None:
    with pytest.raises(Refused) as refused:
        rules.checked(replace(SOMEONE, birth_name=" -- "), demonstration=False)
    assert refused.value.refusal.field == "birth_name"


def test_one_changed_trait_is_a_correction_and_two_are_another_person() -> None:
    assert rules.is_correction(SOMEONE, replace(SOMEONE, birth_date=date(1979, 3, 29)))
    assert not rules.is_correction(SOMEONE, replace(SOMEONE, birth_date=date(1979, 3, 29), sex="M"))
