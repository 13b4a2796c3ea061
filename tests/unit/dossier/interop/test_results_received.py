"""Results that a laboratory sends without a document (ORU^R01 with values in OBX): analyses to be seen, or refused by their field."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

import pytest

from serment.dossier.interop.hl7v2 import analyses, papers
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.interop.hl7v2.refusing import Refusal
from serment.dossier.records.documents import queries as documents
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.observations import queries as observations
from serment.dossier.records.results import queries as results
from tests.unit.dossier.interop.conftest import Letterbox
from tests.unit.dossier.interop.test_documents_received import admitted, opened, sent, waiting

__all__ = ["admitted"]

HEAD = (
    "MSH|^~\\&|SIL|Laboratoire des charmes|PFI|ETS|202611280710||ORU^R01^ORU_R01|{control}|P|2.5|||||FRA|UNICODE UTF-8",
    "PID|||279035121518989^^^ASIP-SANTE-INS-NIR&1.2.250.1.213.1.4.10&ISO^INS||PAT-TROIS^DOMINIQUE^DOMINIQUE^^^^L||19790328|F"
    "|||^^^^^^BDL^^63220|||||||405660^^^AUT-AFFECTATION&1204567809&M^AN||||||||||||||N|VALI",
)
BLOOD = (
    "OBR|1|98765431|1001-E1|58410-2^Hémogramme^LN|||202611280640|||||||||||||||202611280700||HM|F",
    "NTE|1||Prélèvement à jeun",
    "OBX|1|NM|718-7^Hémoglobine^LN||6,1|g/dL|12.0-16.0|LL|||F",
    "OBX|2|NM|6690-2^Leucocytes^LN||8.2|10*9/L|4 - 10|N|||F",
    "OBX|3|SN|1988-5^CRP^LN||<^5|mg/L|< 5||||F",
    "NTE|1||Contrôlé",
    "OBR|2|98765431|1001-E1|MIC^Microbiologie^L|||202611280640|||||||||||||||202611280700||MB|P",
    "OBX|1|CWE|LOC1^Germe^L||112283007^Escherichia coli^SCT|||A|||P",
    "OBX|2|ST|LOC2^Amoxicilline^L||>512|mg/L||R|||P",
    "OBX|3|TX|LOC3^Commentaire^L||Flore abondante||||||P",
    "OBX|4|TX|LOC3^Commentaire^L||À recontrôler||||||P",
    "OBX|5|TS|LOC4^Repiqué le^L||202611271530||||||P",
)  # fmt: skip


def oru(*segments: str, control: str = "1") -> bytes:
    return "\r".join((HEAD[0].format(control=control), HEAD[1], *(segments or BLOOD))).encode()


def told(*segments: str) -> papers.Paper:
    return papers.read(Message(oru(*segments).decode()), event="R01")


def test_values_become_analyses_with_units_ranges_flags_and_comments() -> None:
    blood, germs = told().panels
    assert (blood.code, blood.title, blood.status, blood.comment) == ("58410-2", "Hémogramme", "final", "Prélèvement à jeun")
    assert blood.at == datetime(2026, 11, 28, 5, 40, tzinfo=UTC)
    hemoglobin, leukocytes, protein = blood.results
    assert (hemoglobin.code, hemoglobin.system, hemoglobin.value, hemoglobin.unit) == ("718-7", analyses.LOINC, "6.1", "g/dL")
    assert (hemoglobin.low, hemoglobin.high, hemoglobin.interpretation) == ("12.0", "16.0", "LL")
    assert (leukocytes.low, leukocytes.high) == ("4", "10")
    assert (protein.value, protein.low, protein.high, protein.comment) == ("< 5", "", "5", "Contrôlé")
    assert (germs.code, germs.status) == ("", "preliminary")
    assert [(one.label, one.value, one.words) for one in germs.results] == [
        ("Germe", "Escherichia coli", "Anormal"), ("Amoxicilline", ">512", "Résistant"),
        ("Commentaire", "Flore abondante\nÀ recontrôler", ""), ("Repiqué le", "27/11/2026 15:30", ""),
    ]  # fmt: skip
    assert germs.results[0].system == analyses.LOCAL


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("3,5 - 8,0", ("3.5", "8.0", "")), ("-2–2", ("-2", "2", "")), (">= 60", ("60", "", "")), ("inférieur à 5", ("", "5", "")),
        ("Négatif", ("", "", "Négatif")), ("", ("", "", "")), ("1-2 ou 3-4", ("", "", "1-2 ou 3-4")),
    ],
)  # fmt: skip
def test_a_range_is_read_or_kept_as_it_was_written(text: str, bounds: tuple[str, str, str]) -> None:
    assert analyses._range(text) == bounds


def test_what_was_withdrawn_is_not_told_and_what_could_not_be_measured_says_so() -> None:
    (panel,) = told(
        "OBR|1||7|P^Panel^L", "OBX|1|NM|1^Un^L||1||||||F", "OBX|2|NM|2^Deux^L||2||||||W", "OBX|3|NM|3^Trois^L||||||||X",
        "OBX|4|NM|4^Quatre^L||4||||||C", "OBX|5|NM|5^Cinq^L||||||||F",
    ).panels  # fmt: skip
    assert [(one.label, one.value, one.status) for one in panel.results] == [
        ("Un", "1", "final"), ("Trois", "Résultat impossible à obtenir", "cancelled"), ("Quatre", "4", "corrected"),
    ]  # fmt: skip


def test_words_of_imaging_are_a_report_and_no_analyses() -> None:
    paper = told(
        "OBR|1||8|XR^Radiographie du thorax^L|||202611280640|||||||||||||||||RAD|F", "OBX|1|TX|1^Conclusion^L||Pas de foyer.||||||F"
    )
    assert (paper.category, paper.title, paper.panels) == ("Imagerie", "Radiographie du thorax", ())
    assert "Pas de foyer." in paper.content.decode()


def test_results_without_a_document_are_kept_and_wait_for_the_physicians_of_the_unit(letterbox: Letterbox, admitted: UUID) -> None:
    assert sent(letterbox, oru()) == ("AA", "", "")
    (item,) = waiting(letterbox)
    assert (item.patient, item.kind, item.is_urgent) == (admitted, "laboratory", True)
    with opened(letterbox, admitted) as permit:
        (document,) = documents.active_for(permit=permit)
        assert (document.title, document.category) == ("Hémogramme, Microbiologie", "Résultat de biologie")
        assert document.written.author_label == "Laboratoire des charmes"
        _, content = documents.open_content(permit=permit, document=document.written.entry)
        page = b"".join(content).decode()
        assert "Hémoglobine : 6,1 g/dL (12,0–16,0), très bas, critique" in page
        found, _more = results.panels(permit=permit, count=10)
        blood = next(one for one in found if one.title == "Hémogramme")
        assert [(one.label, one.value, one.is_critical) for one in blood.results[:1]] == [("Hémoglobine", "6.1", True)]
        assert blood.document == document.written.entry
        assert "718-7" in {one.code for one in observations.active_for(permit=permit)}


def test_the_same_results_again_change_nothing_and_a_later_message_replaces(letterbox: Letterbox, admitted: UUID) -> None:
    sent(letterbox, oru())
    assert sent(letterbox, oru())[0] == "AA"
    with opened(letterbox, admitted) as permit:
        assert documents.active_for(permit=permit)[0].written.version == 1
    later = [re.sub(r"\|P\Z", "|F", one) for one in BLOOD if "Commentaire" not in one]
    assert sent(letterbox, oru(*(one.replace("||6,1|", "||6,3|").replace("|LL|||F", "|LL|||C") for one in later), control="2"))[0] == "AA"
    with opened(letterbox, admitted) as permit:
        (document,) = documents.active_for(permit=permit)
        assert document.written.version == 2
        found, _more = results.panels(permit=permit, count=10)
        blood = next(one for one in found if one.title == "Hémogramme")
        assert [(one.value, one.status) for one in blood.results][:2] == [("6.3", "corrected"), ("8.2", "final")]
        assert len(entries.struck_out(permit=permit, kinds=["Observation"])) == 1


@pytest.mark.parametrize(
    ("segments", "expected"),
    [
        (("OBR|1||7|P^Panel^L", "OBX|1|RP|1^Image^L||http://x"), ("AE", "OBX^1^2", "103")),
        (("OBR|1||7|P^Panel^L", "OBX|1|NM|1^Un^L||1", "OBX|2|NM|||4"), ("AE", "OBX^2^3", "101")),
        (("OBR|1||7|P^Panel^L",), ("AE", "OBX^1^5", "101")),
        (("OBR|1||7|P^Panel^L|||hier", "OBX|1|NM|1^Un^L||1"), ("AE", "OBR^1^7", "102")),
        (("OBR|1||7|P^Panel^L", *(f"OBX|{n}|NM|{n}^N^L||1" for n in range(1, analyses.RESULTS_MAX + 2))), ("AE", "OBR^1", "102")),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused_by_its_field_and_nothing_of_it_is_kept(
    letterbox: Letterbox, admitted: UUID, segments: tuple[str, ...], expected: tuple[str, str, str]
) -> None:
    assert sent(letterbox, oru(*segments)) == expected
    assert letterbox.count("document") == letterbox.count("result_step") == 0
    assert waiting(letterbox) == ()


def test_results_of_somebody_unknown_are_refused(letterbox: Letterbox) -> None:
    assert sent(letterbox, oru()) == ("AE", "PID^1^3", "204")


def test_values_beside_a_page_are_read_too_and_never_cost_the_page() -> None:
    page = "OBX|9|ED|1^CR^L||^TEXT^^Base64^UG91ciBtw6ltb2lyZQ=="
    assert [panel.title for panel in told(*BLOOD, page).panels] == ["Hémogramme", "Microbiologie"]
    assert told("OBR|1||7|P^Panel^L", "OBX|1|RP|1^Image^L||http://x", page).panels == ()
    with pytest.raises(Refusal):
        papers.read(Message(oru().decode()), event="T02")
