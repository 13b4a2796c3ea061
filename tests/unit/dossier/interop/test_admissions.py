"""Real French admissions (IHE PAM), and what is answered to wrong ones."""

from __future__ import annotations

import re

import pytest

from serment.dossier.encounters import queries as encounters
from serment.dossier.interop.hl7v2.models import MessageRow
from serment.dossier.kernel import errors
from serment.dossier.records.consents import queries as consents
from serment.dossier.records.correspondents import queries as correspondents
from serment.dossier.records.reasons import queries as reasons
from serment.dossier.vault import client
from serment.dossier.vault.sealing import DEPOSIT_SUITE
from tests import cast
from tests.fixtures import shared_data
from tests.unit.dossier.interop.conftest import Letterbox

ADMISSION = "hl7v2-fr/adt_a01_admission_sgl.er7"
OPPOSITION = "hl7v2-fr/adt_a01_non_consentement_opposition_dmp.er7"


@pytest.fixture
def admission() -> bytes:
    return shared_data.read(ADMISSION)


@pytest.fixture
def opposition() -> bytes:
    return shared_data.read(OPPOSITION)


def ward(letterbox: Letterbox) -> list:
    letterbox.dossier.as_role("serment_app")
    present = encounters.on_ward([cast.SURGERY])
    letterbox.dossier.as_role("serment_interface")
    return list(present)


def answer_of(text: str) -> tuple[str, str, str]:
    """The acknowledgement code, the place at fault and the code of table 0357."""
    segments = {line.split("|")[0]: line.split("|") for line in text.split("\r") if line}
    error = segments.get("ERR", ["", "", "", ""])
    return segments["MSA"][1], error[2], error[3].split("^")[0]


def test_an_admission_puts_the_patient_in_the_ward(letterbox: Letterbox, admission: bytes) -> None:
    assert "MSA|AA|3975" in letterbox.send(admission)
    (present,) = ward(letterbox)
    letterbox.dossier.as_role("serment_app")
    opening = letterbox.dossier.house.browser(cast.BRUNO).open(present.patient)
    assert (opening.identity.birth_name, opening.identity.first_given_name) == ("PAT-TROIS", "DOMINIQUE")
    assert (opening.identity.birth_place, opening.identity.sex) == ("63220", "F")
    assert opening.identity.status == "qualifiee"
    assert opening.identity.ins is not None
    assert opening.identity.ins.matricule == "279035121518989"


def test_both_files_are_one_patient_with_two_stays(letterbox: Letterbox, admission: bytes, opposition: bytes) -> None:
    for message in (admission, opposition):
        assert "MSA|AA|" in letterbox.send(message)
    assert len({present.patient for present in ward(letterbox)}) == 1
    assert letterbox.count("stay") == 2


def test_the_same_file_again_changes_nothing(letterbox: Letterbox, opposition: bytes) -> None:
    tables = ("stay", "movement", "entry", "patient")
    letterbox.send(opposition)
    before = [letterbox.count(table) for table in tables]
    for _ in range(2):
        assert "MSA|AA|3977" in letterbox.send(opposition)
    assert [letterbox.count(table) for table in tables] == before


def test_the_same_facts_under_another_control_number_change_nothing(letterbox: Letterbox, opposition: bytes) -> None:
    letterbox.send(opposition)
    before = [letterbox.count(table) for table in ("stay", "movement", "entry", "patient")]
    assert "MSA|AA|9999" in letterbox.send(opposition.replace(b"|3977|", b"|9999|"))
    assert [letterbox.count(table) for table in ("stay", "movement", "entry", "patient")] == before


def test_the_treating_physician_the_reason_and_the_opposition_are_in_the_record(letterbox: Letterbox, opposition: bytes) -> None:
    letterbox.send(opposition)
    patient = ward(letterbox)[0].patient
    letterbox.dossier.as_role("serment_app")
    with letterbox.dossier.opened(letterbox.dossier.house.browser(cast.AMEL), patient) as permit:
        people = {one.role: one for one in correspondents.active_for(permit=permit)}
        assert (people["treating_physician"].name, people["treating_physician"].rpps) == ("AGNES Isabelle", "10000023084")
        assert people["treating_physician"].phone == "0546442221"
        assert people["responsible"].name == "Réault Pierre"
        contact = correspondents.contact_of(permit=permit)
        assert contact is not None
        assert contact.address == "28 Av de Breteuil, 75007 PARIS"
        assert list(reasons.by_stay(permit=permit).values()) == ["Surveillance"]
        assert {one.topic: one.decision for one in consents.active_for(permit=permit)} == {
            "dmp_status": "active", "dmp_feeding": "deny", "dmp_consultation": "deny", "sms": "permit",
        }  # fmt: skip


def test_a_treating_physician_with_an_account_may_open_the_record(letterbox: Letterbox, opposition: bytes) -> None:
    letterbox.send(opposition.replace(b"10000023084", cast.AMEL.rpps.encode()))
    patient = ward(letterbox)[0].patient
    opening = letterbox.dossier.house.browser(cast.AMEL).open(patient, ("identity", "contact", "care", "sealed"))
    assert "sealed" in opening.keys
    with pytest.raises(Exception, match="no_tie"):
        letterbox.dossier.house.browser(cast.CHLOE).open(patient)


@pytest.mark.parametrize(
    ("name", "codec"), [("8859/1", "latin-1"), ("8859/15", "iso8859-15"), ("UNICODE UTF-8", "utf-8"), ("UNICODE UTF-16", "utf-16")]
)
def test_a_message_is_read_in_the_encoding_that_it_names(letterbox: Letterbox, opposition: bytes, name: str, codec: str) -> None:
    raw = opposition.decode("utf-8").replace("UNICODE UTF-8", name).encode(codec)
    assert "MSA|AA|3977" in letterbox.send(raw, encoding=codec)
    patient = ward(letterbox)[0].patient
    letterbox.dossier.as_role("serment_app")
    with letterbox.dossier.opened(letterbox.dossier.house.browser(cast.AMEL), patient) as permit:
        assert "Réault Pierre" in {one.name for one in correspondents.active_for(permit=permit)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"^^^6268", b"^^^9999", ("AE", "ZBE^1^7", "204")),
        (b"279035121518989", b"279035121518988", ("AE", "PID^1^3", "102")),
        (b"1.2.250.1.213.1.4.10", b"1.2.250.1.213.1.4.5", ("AE", "PID^1^3", "103")),
        (b"|19790328|", b"|1979-03-28|", ("AE", "PID^1^7", "102")),
        (b"|19790328|", b"||", ("AE", "PID^1^7", "101")),
        (b"PAT-TROIS^DOMINIQUE", b"^DOMINIQUE", ("AE", "PID^1^5", "101")),
        (b"ADT^A01^ADT_A01", b"ADT^A99^ADT_A99", ("AR", "MSH^1^9", "201")),
        (b"ADT^A01^ADT_A01", b"ORM^O01", ("AR", "MSH^1^9", "200")),
        (b"|D|2.5^FRA", b"|X|2.5^FRA", ("AR", "MSH^1^11", "202")),
        (b"|2.5^FRA^2.11|", b"|3.0|", ("AR", "MSH^1^12", "203")),
        (b"UNICODE UTF-8", b"KLINGON", ("AR", "MSH^1^18", "103")),
        (b"UNICODE UTF-8", b"ASCII", ("AR", "MSH^1^18", "103")),
    ],
)
def test_a_wrong_message_is_refused_by_the_field_at_fault_and_kept(
    letterbox: Letterbox, opposition: bytes, old: bytes, new: bytes, expected: tuple[str, str, str]
) -> None:
    answer = letterbox.send(opposition.replace(old, new), encoding="utf-8")
    assert answer_of(answer) == expected
    assert letterbox.count("stay") == letterbox.count("patient") == 0
    assert letterbox.count("interop_message", "state = 'refused'") == 1
    assert "DOMINIQUE" not in answer


def test_one_number_for_two_identities_is_refused_and_nothing_is_mixed(letterbox: Letterbox, admission: bytes) -> None:
    letterbox.send(admission)
    other = (
        admission.replace(b"000003^^^", b"000777^^^").replace(b"PAT-TROIS^DOMINIQUE^DOMINIQUE", b"DURAND^LUC^LUC").replace(b"|F|", b"|M|")
    )
    assert answer_of(letterbox.send(other.replace(b"|3975|", b"|4000|"))) == ("AE", "PID^1^3", "205")
    assert letterbox.count("patient") == 1


def test_a_message_refused_for_an_unknown_unit_is_taken_once_the_unit_exists(letterbox: Letterbox, admission: bytes) -> None:
    from serment.dossier.organisations import services as organisations

    moved = admission.replace(b"^^^6268", b"^^^7000")
    assert answer_of(letterbox.send(moved))[0] == "AE"
    letterbox.dossier.as_role("serment_owner")
    from serment.dossier.organisations.queries import establishments

    organisations.declare_unit(id=cast.MEDICINE, establishment=establishments()[0].id, code="7000", name="Médecine", kind="medicine")
    letterbox.dossier.as_role("serment_interface")
    assert answer_of(letterbox.send(moved))[0] == "AA"


@pytest.mark.parametrize(
    "raw", [b"", b"x", b"MSH", b"MSH|^~\\&|", b"PID|1\r", b"\xff\xfe\x00", b"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5\rPID\r"]
)
def test_garbage_is_answered_with_a_refusal(letterbox: Letterbox, raw: bytes) -> None:
    answer = letterbox.send(raw)
    assert answer.startswith("MSH|^~\\&|")
    assert answer_of(answer)[0] in ("AE", "AR")


def test_a_lost_guard_is_said_and_the_message_is_kept(letterbox: Letterbox, admission: bytes) -> None:
    class Nobody:
        def call(self, verb: str, request: object) -> object:
            raise errors.Unavailable("guard_down")

    with client.instead(Nobody()):
        answer = letterbox.send(admission)
    assert "MSA|AE|3975" in answer
    assert "renvoyez" in answer
    assert letterbox.count("interop_message", "state = 'received'") == 1
    assert "MSA|AA|3975" in letterbox.send(admission)


def test_what_was_received_is_kept_sealed_for_the_guard_alone(letterbox: Letterbox, admission: bytes) -> None:
    letterbox.send(admission)
    letterbox.dossier.as_role("serment_owner")
    row = MessageRow.objects.get()
    assert b"PAT-TROIS" not in bytes(row.sealed)
    assert DEPOSIT_SUITE.decrypt(bytes(row.sealed), letterbox.secret, b"serment letterbox v1|" + row.id.bytes) == admission


def test_the_interface_reads_neither_messages_nor_entries(letterbox: Letterbox, admission: bytes) -> None:
    from django.db import DatabaseError, connection

    letterbox.send(admission)
    for query in ("select sealed from interop_message", "select * from entry", "select * from document", "select * from opening"):
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute(query)
        connection.rollback()


def test_what_an_admission_tells_of_the_identity_besides_its_traits_is_on_the_page_of_contacts(
    letterbox: Letterbox, opposition: bytes
) -> None:
    from tests.unit.dossier.web.visitor import chart, text, visitor

    raw = re.sub(rb"ZFD\|[^\r\n]*", b"ZFD||38|Y|N|INSI|20211201|CN|x", opposition)
    assert b"ZFD||38" in raw
    assert answer_of(letterbox.send(raw))[0] == "AA"
    assert answer_of(letterbox.send(raw.replace(b"|P|2.5", b"|P|2.5", 1)))[0] == "AA"
    (present,) = ward(letterbox)
    letterbox.dossier.as_role("serment_app")
    page = text(visitor(letterbox.dossier, cast.AMEL).get(chart(present.patient, "correspondents/")))
    for words in (
        "Identité obtenue par téléservice INSi", "Téléservice INSi interrogé le 01/12/2021",
        "Justificatif d’identité carte nationale d’identité",
        "Semaines de gestation 38", "Date de naissance corrigée non", "Champ ZFD-8 x",
    ):  # fmt: skip
        assert words in page, words
    desk = text(visitor(letterbox.dossier, cast.ODILE).get(chart(present.patient, "correspondents/")))
    assert "Identité obtenue par" in desk
    assert "Semaines de gestation" not in desk
