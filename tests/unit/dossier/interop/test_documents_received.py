"""The official French examples of reports in HL7 v2 (ORU^R01, MDM^T02, MDM^T10 with CDA), and what is answered to wrong ones."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from uuid import UUID

import pytest

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.documents import queries as documents
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.results import queries as results
from serment.dossier.records.results.types import Item
from tests import cast
from tests.fixtures import shared_data
from tests.unit.dossier.interop.conftest import Letterbox
from tests.unit.dossier.interop.test_admissions import ADMISSION, answer_of, ward

LABORATORY = "hl7v2-fr/oru_r01_cr_bio_init_segur.hl7"
IMAGING = "hl7v2-fr/mdm_t02_cr_radio_init.er7"
REPLACEMENT = "hl7v2-fr/mdm_t10_cr_radio_remplacement.er7"


@pytest.fixture
def admitted(letterbox: Letterbox) -> UUID:
    """Dominique in a bed of the surgical unit."""
    letterbox.send(shared_data.read(ADMISSION))
    patient: UUID = ward(letterbox)[0].patient
    return patient


def opened(letterbox: Letterbox, patient: UUID) -> AbstractContextManager[Permit]:
    letterbox.dossier.as_role("serment_app")
    made: AbstractContextManager[Permit] = letterbox.dossier.opened(letterbox.dossier.house.browser(cast.AMEL), patient)
    return made


def sent(letterbox: Letterbox, raw: bytes) -> tuple[str, str, str]:
    letterbox.dossier.as_role("serment_interface")
    return answer_of(letterbox.send(raw))


def waiting(letterbox: Letterbox) -> tuple[Item, ...]:
    letterbox.dossier.as_role("serment_app")
    found, _seen = results.in_units([cast.SURGERY], seen_since=letterbox.dossier.house.clock())
    return found


def cda_of(raw: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same message with another document in it."""
    packed = re.search(rb"\^Base64\^([A-Za-z0-9+/=]{100,})", raw)
    assert packed
    return raw.replace(packed[1], base64.b64encode(change(base64.b64decode(packed[1]))), 1)


def test_a_laboratory_report_is_kept_whole_and_its_analyses_are_read(letterbox: Letterbox, admitted: UUID) -> None:
    assert sent(letterbox, shared_data.read(LABORATORY)) == ("AA", "", "")
    with opened(letterbox, admitted) as permit:
        (document,) = documents.active_for(permit=permit)
        assert (document.title, document.category) == ("Compte rendu d'examens biologiques", "Résultat de biologie")
        assert document.written.author_label == "Dr Marcel CAMPARINI, Laboratoire des charmes"
        assert (document.media_type, document.files) == ("application/pdf", 2)
        _, page = documents.open_content(permit=permit, document=document.written.entry)
        assert b"".join(page).startswith(b"%PDF-1.6")
        source, content = documents.open_content(permit=permit, document=document.written.entry, rank=1)
        assert source.media_type == "application/xml"
        assert b"<ClinicalDocument" in b"".join(content)
        panels, _more = results.panels(permit=permit, count=10)
        assert {panel.title for panel in panels} == {
            "Electrophorèse des protéines sériques", "Autres examens de biochimie sanguine", "HEMATOLOGIE",
            "Examen cytobactériologique des urines (ECBU)",
        }  # fmt: skip
        assert {panel.document for panel in panels} == {document.written.entry}
        chemistry = next(panel for panel in panels if "biochimie" in panel.title)
        urea = chemistry.results[0]
        assert (urea.code, urea.label, urea.value, urea.unit) == ("22664-7", "Urée", "10.02", "mmol/L")
        assert (urea.low, urea.high, urea.flag, urea.is_critical) == ("3.50", "8", "high", False)
        culture = next(panel for panel in panels if "ECBU" in panel.title)
        amoxicillin = next(one for one in culture.results if "coli" in one.label and "Amoxicilline" in one.label)
        assert (amoxicillin.value, amoxicillin.unit, amoxicillin.meaning) == ("> 0.512", "ug/mL", "Résistant")
        assert culture.comment == "Traitement immédiat"


def test_it_waits_for_the_physicians_of_the_unit_without_a_word_of_what_it_says(letterbox: Letterbox, admitted: UUID) -> None:
    sent(letterbox, shared_data.read(LABORATORY))
    (item,) = waiting(letterbox)
    assert (item.patient, item.kind, item.is_urgent) == (admitted, "laboratory", False)
    letterbox.dossier.as_role("serment_app")
    assert results.in_units([cast.MEDICINE], seen_since=item.arrived_at) == ((), ())


def test_a_critical_value_makes_it_urgent(letterbox: Letterbox, admitted: UUID) -> None:
    raw = cda_of(
        shared_data.read(LABORATORY),
        lambda cda: cda.replace(b'<interpretationCode code="H" displayName="Anormalement haut"', b'<interpretationCode code="HH"', 1),
    )
    assert sent(letterbox, raw)[0] == "AA"
    assert [item.is_urgent for item in waiting(letterbox)] == [True]


def test_the_same_message_again_changes_nothing(letterbox: Letterbox, admitted: UUID) -> None:
    raw = shared_data.read(LABORATORY)
    sent(letterbox, raw)
    counts = [letterbox.count(table) for table in ("entry", "document", "result_step")]
    assert sent(letterbox, raw)[0] == "AA"
    assert sent(letterbox, raw.replace(b"|ORU^R01^ORU_R01|015|", b"|ORU^R01^ORU_R01|016|"))[0] == "AA"
    assert [letterbox.count(table) for table in ("entry", "document", "result_step")] == counts


def test_a_corrected_report_is_a_version_and_what_it_no_longer_tells_is_struck_out(letterbox: Letterbox, admitted: UUID) -> None:
    raw = shared_data.read(LABORATORY)
    sent(letterbox, raw)

    def corrected(cda: bytes) -> bytes:
        without = re.sub(rb'<code code="40193-5" displayName="Glucose .*? jeun', b'<code code="40193-5" displayName="G', cda)
        return without.replace(b'value="10.02" unit="mmol/L"', b'value="9.02" unit="mmol/L"').replace(
            b'<value xsi:type="PQ" value="7.2" unit="mmol/L">', b'<value xsi:type="PQ" value="" unit="mmol/L">'
        )

    assert sent(letterbox, cda_of(raw, corrected))[0] == "AA"
    with opened(letterbox, admitted) as permit:
        (document,) = documents.active_for(permit=permit)
        assert document.written.version == 2
        panels, _more = results.panels(permit=permit, count=10)
        chemistry = next(panel for panel in panels if "biochimie" in panel.title)
        assert chemistry.status == "corrected"
        assert [(one.label, one.value) for one in chemistry.results] == [("Urée", "9.02")]
        assert {one.kind for one in entries.struck_out(permit=permit, kinds=["Observation"])} == {"Observation"}
        assert len(entries.struck_out(permit=permit, kinds=["Observation"])) == 1


def test_a_replacement_supersedes_and_is_to_be_seen_again(letterbox: Letterbox, admitted: UUID) -> None:
    assert sent(letterbox, shared_data.read(IMAGING))[0] == "AA"
    assert sent(letterbox, shared_data.read(REPLACEMENT))[0] == "AA"
    with opened(letterbox, admitted) as permit:
        (document,) = documents.active_for(permit=permit)
        assert (document.title, document.category, document.written.version) == ("Radio de hanche", "Imagerie", 2)
        assert document.media_type == "application/pdf"
        first = entries.history(permit=permit, entry=document.written.entry)[-1]
        assert first.resource["content"][0]["attachment"]["contentType"] == "text/plain"
    (item,) = waiting(letterbox)
    assert (item.kind, item.version) == ("imaging", 2)


def test_a_replacement_of_what_was_struck_out_here_is_a_document_of_its_own(letterbox: Letterbox, admitted: UUID) -> None:
    from serment.dossier.records.documents import services

    sent(letterbox, shared_data.read(IMAGING))
    with opened(letterbox, admitted) as permit:
        (first,) = documents.active_for(permit=permit)
        now = letterbox.dossier.house.clock()
        services.strike_out(permit=permit, document=first.written.entry, version=1, reason="Mauvais côté", now=now)
    assert sent(letterbox, shared_data.read(REPLACEMENT))[0] == "AA"
    with opened(letterbox, admitted) as permit:
        (second,) = documents.active_for(permit=permit)
        assert (second.title, second.written.version) == ("Radio de hanche", 1)
        assert entries.latest(permit=permit, entry=first.written.entry).is_struck_out


def test_a_replacement_whose_first_never_came_is_a_document(letterbox: Letterbox, admitted: UUID) -> None:
    assert sent(letterbox, shared_data.read(REPLACEMENT))[0] == "AA"
    with opened(letterbox, admitted) as permit:
        (document,) = documents.active_for(permit=permit)
        assert document.written.version == 1


def test_nothing_is_kept_of_somebody_unknown(letterbox: Letterbox) -> None:
    answer = letterbox.send(shared_data.read(LABORATORY))
    assert answer_of(answer) == ("AE", "PID^1^3", "204")
    assert "inconnue" in answer
    assert letterbox.count("patient") == letterbox.count("entry") == letterbox.count("document") == 0
    assert letterbox.count("interop_message", "state = 'refused'") == 1


def test_what_is_masked_from_professionals_is_sealed(letterbox: Letterbox, admitted: UUID) -> None:
    raw = shared_data.read(LABORATORY).replace(b"MetaDMPMSS||N^^", b"MetaDMPMSS||Y^^", 1)
    assert sent(letterbox, raw)[0] == "AA"
    assert letterbox.count("entry", "compartment = 'care' and kind in ('DocumentReference', 'Observation', 'DiagnosticReport')") == 0
    assert letterbox.count("entry", "compartment = 'sealed'") > 40
    # Nobody of the unit may open it: it does not wait for them.
    assert waiting(letterbox) == ()
    with opened(letterbox, admitted) as permit:
        assert documents.active_for(permit=permit) == ()


BOMB = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><ClinicalDocument>&b;</ClinicalDocument>'
THIEF = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><ClinicalDocument>&x;</ClinicalDocument>'


@pytest.mark.parametrize("document", [BOMB, THIEF, b"<ClinicalDocument", b"<ClinicalDocument/>"], ids=["bomb", "thief", "cut", "bare"])
def test_a_document_that_attacks_or_is_none_is_refused(letterbox: Letterbox, admitted: UUID, document: bytes) -> None:
    raw = cda_of(shared_data.read(LABORATORY), lambda _: document)
    assert sent(letterbox, raw) == ("AE", "OBX^1^5", "102")
    assert letterbox.count("document") == 0


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"|ED|11502-2", b"|TX|11502-2", ("AE", "OBX^1^5", "101")),
        (b"^TEXT^XML^Base64^", b"^TEXT^XML^Hex^", ("AE", "OBX^1^5", "103")),
        (b"^TEXT^XML^Base64^", b"^TEXT^XML^Base64^*", ("AE", "OBX^1^5", "102")),
        (b"ORU^R01^ORU_R01", b"ORU^R30^ORU_R30", ("AR", "MSH^1^9", "201")),
        (b"PAT-TROIS^DOMINIQUE", b"DURAND^DOMINIQUE", ("AE", "PID^1^3", "205")),
    ],
)
def test_a_wrong_message_is_refused_by_the_field_at_fault(
    letterbox: Letterbox, admitted: UUID, old: bytes, new: bytes, expected: tuple[str, str, str]
) -> None:
    raw = shared_data.read(LABORATORY)
    raw = re.sub(rb"OBX\|12\|[^\r\n]*", b"", raw).replace(old, new, 1)
    assert sent(letterbox, raw) == expected
    assert letterbox.count("document") == letterbox.count("result_step") == 0


def test_a_document_about_another_than_its_message_is_refused(letterbox: Letterbox, admitted: UUID) -> None:
    raw = cda_of(
        shared_data.read(LABORATORY),
        lambda cda: cda.replace(b'<id extension="279035121518989"', b'<id extension="160019900100121"', 1),
    )
    assert sent(letterbox, raw) == ("AE", "PID^1^3", "204")
    assert letterbox.count("document") == 0


def test_the_interface_reads_nothing_back_and_signs_nothing(letterbox: Letterbox, admitted: UUID) -> None:
    from django.db import DatabaseError, connection

    sent(letterbox, shared_data.read(LABORATORY))
    seen: Any = "insert into result_step (patient_id, id, entry, version, kind, step, is_urgent, author, at) values "
    seen += "(gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 1, 'document', 'seen', false, gen_random_uuid(), now())"
    for query in ("select * from result_step", "select * from results_in('{}', now())", seen, "update result_step set step = 'seen'"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(query)
        connection.rollback()
