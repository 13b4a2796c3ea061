"""National identity-vigilance (RNIV) as the guard computes it."""

import hmac
from dataclasses import replace
from datetime import date

import pytest

from serment.custody import keyfile
from serment.guard.errors import Refused
from serment.guard.find import rules
from serment.guard.vault import keys
from serment.wire import canonical
from serment.wire.protocol import Identity, Ins, LocalNumber
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
    assert (refused.value.refusal.category, refused.value.refusal.code, refused.value.refusal.field) == (
        "invalid",
        "ins_test_domain",
        "ins",
    )
    assert rules.checked(replace(SOMEONE, ins=Ins(matricule=INS.matricule, oid=oid)), demonstration=True).status == "recuperee"


def test_a_number_of_an_unknown_domain_is_refused_everywhere() -> None:
    for demonstration in (True, False):
        with pytest.raises(Refused) as refused:
            rules.checked(replace(SOMEONE, ins=Ins(matricule=INS.matricule, oid="1.2.250.1.213.1.4.5")), demonstration=demonstration)
        assert (refused.value.refusal.category, refused.value.refusal.code, refused.value.refusal.field) == ("invalid", "ins_domain", "ins")


def test_a_number_with_a_wrong_key_is_refused_by_its_field() -> None:
    with pytest.raises(Refused) as refused:
        rules.checked(replace(SOMEONE, ins=Ins(matricule="279035121518988", oid=OID_INS_NIR)), demonstration=False)
    assert (refused.value.refusal.category, refused.value.refusal.code, refused.value.refusal.field) == ("invalid", "ins_key", "ins")


@pytest.mark.parametrize("sex", ["", "X", "f", "FM"])
def test_the_sex_is_one_of_three_words(sex: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.checked(replace(SOMEONE, sex=sex), demonstration=False)
    assert (refused.value.refusal.category, refused.value.refusal.code, refused.value.refusal.field) == ("invalid", "sex_unknown", "sex")


@pytest.mark.parametrize("sex", ["F", "M", "U"])
def test_a_sex_that_is_known_male_or_unknown_is_kept(sex: str) -> None:
    assert rules.checked(replace(SOMEONE, sex=sex), demonstration=False).sex == sex


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


@pytest.mark.parametrize("field", ["birth_name", "first_given_name"])
@pytest.mark.parametrize("value", ["", " -- ", "123", "A" * 101])
def test_a_missing_name_is_refused_by_its_field(field: str, value: str) -> None:
    with pytest.raises(Refused) as refused:
        rules.checked(replace(SOMEONE, **{field: value}), demonstration=False)
    assert (refused.value.refusal.category, refused.value.refusal.code) == ("invalid", "trait_missing")
    assert refused.value.refusal.field == field


def test_the_longest_name_of_the_form_is_taken() -> None:
    assert rules.checked(replace(SOMEONE, birth_name="A" * 100), demonstration=False).birth_name == "A" * 100


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Noël-Dupont ", "NOEL DUPONT"), ("D'Alençon", "DALENCON"), ("D’Alençon", "DALENCON"), ("Œuf Bœuf", "OEUF BOEUF"),
        ("Æsir lætitia", "AESIR LAETITIA"), ("Strauß", "STRAUSS"), ("PAT--TROIS", "PAT TROIS"), ("李", ""), ("O2", "O"),
    ],
)  # fmt: skip
def test_a_name_is_compared_without_accents_apostrophes_and_signs(typed: str, kept: str) -> None:
    assert rules.folded(typed) == kept


def test_how_a_name_sounds_is_the_sound_of_each_of_its_words() -> None:
    assert rules.sounded("Lefèvre Martin") == "L116M635"
    assert rules.sounded("LEFEBVRE") == "L116"
    assert rules.sounded("") == ""


@pytest.mark.parametrize(
    "change", [{"birth_name": "DURAND"}, {"first_given_name": "PAUL"}, {"birth_date": date(1979, 3, 29)}, {"sex": "M"}], ids=str
)
def test_under_one_ins_every_strict_trait_must_agree_and_names_by_sound(change: dict) -> None:
    assert rules.is_same_person(SOMEONE, replace(SOMEONE, birth_name="PATT TROIS", first_given_name="DOMINIK"))
    assert not rules.is_same_person(SOMEONE, replace(SOMEONE, **change))
    assert rules.is_correction(SOMEONE, replace(SOMEONE, **change))
    for second in ({"birth_name": "DURAND"}, {"first_given_name": "PAUL"}, {"birth_date": date(1979, 3, 29)}, {"sex": "M"}):
        if second != change:
            assert not rules.is_correction(SOMEONE, replace(SOMEONE, **change, **second))


def test_an_identity_is_found_by_whole_sets_of_traits_and_by_its_numbers_and_by_nothing_less() -> None:
    vault = keys.Vault(keyfile.FileMasterKey(b"k" * 32), {name: name.encode() * 8 for name in keys.NAMED_KEYS})
    numbers = (LocalNumber(authority="1", value="42"), LocalNumber(authority="2", value="42"))
    found = rules.tokens(vault, replace(SOMEONE, ins=INS, numbers=numbers))
    assert sorted(found.values()) == ["ins", "number", "number", "phonetic", "traits", "traits"]
    assert found[rules.traits_token(vault, "pat trois", "Dominique", date(1979, 3, 28), "F")] == "traits"
    assert found[rules.sound_token(vault, "PATT TROIS", "DOMINIK", date(1979, 3, 28), "F")] == "phonetic"
    assert found[rules.ins_token(vault, INS.matricule)] == "ins"
    assert found[rules.number_token(vault, "1", "42")] == found[rules.number_token(vault, "2", "42")] == "number"
    assert found[rules.number_value_token(vault, "42")] == "traits"
    assert sorted(rules.tokens(vault, SOMEONE).values()) == ["phonetic", "traits"]
    others = {
        rules.traits_token(vault, "PAT TROIS", "DOMINIQUE", date(1979, 3, 29), "F"),
        rules.traits_token(vault, "PAT TROIS", "DOMINIQUE", date(1979, 3, 28), "M"),
        rules.traits_token(vault, "PAT QUATRE", "DOMINIQUE", date(1979, 3, 28), "F"),
        rules.traits_token(vault, "PAT TROIS", "PAUL", date(1979, 3, 28), "F"),
        rules.sound_token(vault, "PAT TROIS", "DOMINIQUE", date(1979, 3, 29), "F"),
        rules.sound_token(vault, "PAT TROIS", "DOMINIQUE", date(1979, 3, 28), "M"),
        rules.sound_token(vault, "DURAND", "DOMINIQUE", date(1979, 3, 28), "F"),
        rules.sound_token(vault, "PAT TROIS", "PAUL", date(1979, 3, 28), "F"),
        rules.ins_token(vault, "1"), rules.number_token(vault, "3", "42"), rules.number_token(vault, "1", "43"),
        rules.number_value_token(vault, "43"),
    }  # fmt: skip
    assert not others & set(found)
    assert len(others) == 12


def test_one_changed_trait_is_a_correction_and_two_are_another_person() -> None:
    assert rules.is_correction(SOMEONE, replace(SOMEONE, birth_date=date(1979, 3, 29)))
    assert not rules.is_correction(SOMEONE, replace(SOMEONE, birth_date=date(1979, 3, 29), sex="M"))


def test_the_index_is_made_of_these_bytes_and_no_others() -> None:
    """Changing one word of them would make every person of an instance impossible to find."""
    vault = keys.Vault(keyfile.FileMasterKey(b"k" * 32), {name: name.encode() * 8 for name in keys.NAMED_KEYS})
    born = date(1979, 3, 28)

    def token(*parts: object) -> bytes:
        return hmac.digest(b"index" * 8, canonical.encode(list(parts)), "sha256")

    assert rules.traits_token(vault, "Pat-Trois", "Dominique", born, "F") == token("traits", "PAT TROIS", "DOMINIQUE", born, "F")
    sounds = (rules.sounded("PAT TROIS"), rules.sounded("DOMINIQUE"))
    assert rules.sound_token(vault, "Pat-Trois", "Dominique", born, "F") == token("phonetic", *sounds, born, "F")
    assert rules.ins_token(vault, INS.matricule) == token("ins", INS.matricule)
    assert rules.number_token(vault, "000897406", "42") == token("number", "000897406", "42")
    assert rules.number_value_token(vault, "42") == token("number value", "42")
