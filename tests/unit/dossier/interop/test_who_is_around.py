"""What an admission says of who is around a patient and how to reach them: NK1, the language, a death, the address in its parts."""

from __future__ import annotations

from uuid import UUID

import pytest

from serment.dossier.interop.hl7v2 import admission
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.records.correspondents import besides
from tests.unit.dossier.interop.test_twinning import MESSAGE


def told(*more: str, pid: dict[int, str] | None = None) -> admission.Administrative:
    lines = MESSAGE.format(control=1, number=1, ins="2" * 15, name="PAT-TROIS").split("\r")
    fields = lines[2].split("|") + [""] * 20
    for place, value in (pid or {}).items():
        fields[place] = value
    lines[2] = "|".join(fields)
    return admission.administrative(Message("\r".join([*lines[:-1], *more, ""])))


@pytest.mark.parametrize(
    ("nk1", "expected"),
    [
        ("NK1|1|DURAND^Lina|^fille|||^PRN^PH|C", ("emergency_contact", "Lina DURAND", "fille")),
        ("NK1|1|DURAND^Lina|^fille||0241000000||K^Personne de confiance", ("trusted_person", "Lina DURAND", "fille")),
        ("NK1|1|DURAND^Lina|^personne de confiance||||N", ("trusted_person", "Lina DURAND", "personne de confiance")),
        ("NK1|1|DURAND^|||||N", ("relative", "DURAND", "")),
    ],
)
def test_who_is_around_the_patient_has_a_role(nk1: str, expected: tuple[str, str, str]) -> None:
    (one,) = told(nk1).relatives
    assert (one.role, one.name, one.relation) == expected


def test_somebody_without_a_name_is_nobody_and_the_address_comes_in_its_parts() -> None:
    found = told("NK1|1||^fille", "NK1|2|DURAND^Lina||3 rue Haute^^NAMUR^^5000^BEL|^PRN^PH^^^^^^^^^081000000").relatives
    (one,) = found
    assert (one.address.lines, one.address.postcode, one.address.city, one.address.country) == (("3 rue Haute",), "5000", "NAMUR", "BEL")
    assert one.phone == "081000000"


@pytest.mark.parametrize(
    ("pid", "language", "deceased"),
    [
        ({15: "POR"}, "por", ""), ({15: "français"}, "", ""), ({29: "20261101", 30: "Y"}, "", "2026-11-01"), ({30: "Y"}, "", "yes"),
        ({30: "N"}, "", ""),
    ],
)  # fmt: skip
def test_the_language_and_a_death_are_told(pid: dict[int, str], language: str, deceased: str) -> None:
    contact = told(pid=pid).contact
    assert (contact.language, contact.deceased) == (language, deceased)
    assert contact.address.whole == "28 Av de Breteuil, 75007 PARIS"
    assert not contact.is_empty


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("ZFA|FERME|20240101|20240309", {("dmp_status", "closed", "2024-03-09")}),
        ("ZFA|||||||", set()),
        (
            "ZFA||||Y|20240302|Y|N|20240303",
            {("dmp_access", "permit", "2024-03-02"), ("dmp_break_glass", "deny", "2024-03-03"), ("dmp_regulation", "permit", "2024-03-03")},
        ),
        ("ZFA|||||||||INO|20240304|INC|20240305", {("dmp_feeding", "permit", "2024-03-04"), ("dmp_consultation", "deny", "2024-03-05")}),
        ("PD1|||||||Y|N", {("advance_directives", "exist", ""), ("organ_donation", "deny", "")}),
        ("ZFD|||N", {("sms", "deny", "")}),
    ],
)
def test_each_field_of_the_national_record_and_of_the_wishes_is_told_with_its_day(
    segment: str, expected: set[tuple[str, str, str]]
) -> None:
    lines = [line for line in MESSAGE.format(control=1, number=1, ins="2" * 15, name="PAT-TROIS").split("\r") if line[:3] != "ZFA"]
    found = admission.administrative(Message("\r".join([*lines[:-1], segment, ""]))).consents
    assert {(one.topic, one.decision, one.since) for one in found} == expected


def test_every_other_field_of_zfd_is_kept_as_it_came_in_the_compartment_where_it_belongs() -> None:
    found = told("ZFD|12^3^1941|38|Y|N|INSI|20211201|CN||autre&chose").besides
    assert found == {1: "12^3^1941", 2: "38", 3: "Y", 4: "N", 5: "INSI", 6: "20211201", 7: "CN", 9: "autre&chose"}
    assert besides.by_compartment(found) == {
        "care": {2: "38"}, "contact": {1: "12^3^1941", 4: "N", 5: "INSI", 6: "20211201", 7: "CN", 9: "autre&chose"},
    }  # fmt: skip
    assert besides.by_compartment(told("ZFD|||Y").besides) == {}
    assert told().besides == {}
    assert len(told("ZFD|||||" + "x" * 900).besides[5]) == besides.CHARACTERS_MAX


def test_each_field_is_told_last_and_a_mark_for_copies_is_none() -> None:
    mark = {"extension": [{"url": "urn:serment:withheld-from-copies:entry", "valueReference": {}}]}
    new, old = (besides.resource(patient=UUID(int=1), fields=fields) for fields in ({5: "INSI"}, {5: "SM", 4: "Y"}))
    assert besides.read([mark, new, old]) == {4: "Y", 5: "INSI"}
