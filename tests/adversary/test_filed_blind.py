"""What is put into a record by who may not read it: a secretary’s scans, a stranger’s files. Neither is read back, misplaced, or used to
take away what others wrote.

Eve is a secretary with every page of the product; Mallory prepares the files that the establishment is given.
"""

from __future__ import annotations

import gzip
import json
import struct
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier, dossier
from tests.unit.dossier.interop.test_fhir_import import bundle, condition, imported, patient_of, person, written
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

__all__ = ["dossier"]

LETTER = b"%PDF-1.7\nLe compte rendu que la secretaire ne doit pas relire"
TITLE = "Compte rendu confidentiel"


def file(person: Visitor, patient: UUID, *, content: bytes = LETTER, token: UUID | None = None) -> Any:
    """Send the form of documents, as a browser without the page's script does."""
    person.get(chart(patient, "documents/"))
    sent = SimpleUploadedFile("scan.pdf", content)
    return person.post(chart(patient, "documents/"), {"title": TITLE, "category": "Courrier", "token": str(token or uuid4()), "file": sent})


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


# --- a secretary ---


def test_who_files_blind_reads_it_back_by_no_page(dossier: Dossier, farid: UUID) -> None:
    token = uuid4()
    odile = visitor(dossier, cast.ODILE)
    assert file(odile, farid, token=token).status_code == 303
    assert TITLE in text(visitor(dossier, cast.AMEL).get(chart(farid, "documents/")))
    pages = (
        "", "documents/", f"documents/{token}/", f"documents/{token}/content", f"documents/{token}/sheets/0/", f"entries/{token}/",
        f"elements/{token}/", "elements/", "timeline/", "search/?q=Compte", f"documents/{token}/strike-out/", "openings/", "notes/",
    )  # fmt: skip
    for page in pages:
        answer = odile.get(chart(farid, page))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert TITLE.encode() not in content and b"relire" not in content, page
    struck = odile.post(chart(farid, f"documents/{token}/strike-out/"), {"reason": "erreur", "version": "1", "token": str(uuid4())})
    assert struck.status_code == 403
    assert TITLE in text(visitor(dossier, cast.AMEL).get(chart(farid, "documents/")))


def test_the_same_paper_sent_over_another_leaves_the_first(dossier: Dossier, farid: UUID) -> None:
    token = uuid4()
    odile, amel = visitor(dossier, cast.ODILE), visitor(dossier, cast.AMEL)
    assert file(amel, farid, token=token).status_code == 303
    file(odile, farid, token=token, content=b"%PDF-1.7\nune autre lettre")
    shown = b"".join(amel.get(chart(farid, f"documents/{token}/content")).streaming_content)
    assert shown == LETTER


def test_nobody_files_where_no_tie_is_and_no_other_role_files_blind(dossier: Dossier, farid: UUID) -> None:
    elsewhere = dossier.admitted(cast.person("AILLEURS"), unit=cast.MEDICINE)
    odile = visitor(dossier, cast.ODILE)
    assert file(odile, elsewhere).status_code == 403
    # Opened without a tie, for a telephone number: that files nothing.
    odile.get(chart(elsewhere, "open-untied/"))
    assert odile.post(chart(elsewhere, "open-untied/"), {}).status_code == 303
    assert file(odile, elsewhere).status_code == 403
    for player in (cast.CLERK, cast.DENIS, cast.SONIA):
        assert file(visitor(dossier, player), farid).status_code == 403, player.role
    assert TITLE not in text(visitor(dossier, cast.AMEL).get(chart(farid, "documents/")))


def test_the_public_key_that_files_opens_nothing(dossier: Dossier, farid: UUID) -> None:
    from cryptography.exceptions import InvalidTag

    from serment.dossier.vault import sealing

    bruno = dossier.house.browser(cast.BRUNO)
    with dossier.opened(bruno, farid) as permit:
        from serment.dossier.records.allergies import services as allergies
        from serment.dossier.records.allergies.types import Told

        allergies.record(permit=permit, token=uuid4(), told=Told(substance="Pénicilline"), now=dossier.house.clock())
    opening = dossier.house.browser(cast.ODILE).open(farid)
    assert set(opening.deposits) == {"care"}
    import psycopg

    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        row = superuser.execute("select id, version, kind, sealed from entry where patient_id = %s", (farid,)).fetchone()
    assert row is not None
    place = sealing.Place(patient=farid, entry=row[0], version=row[1], compartment="care", kind=row[2])
    for key in (*opening.deposits.values(), *opening.keys.values()):
        with pytest.raises((errors.Fault, InvalidTag, ValueError)):
            sealing.unseal(key=key[:32], place=place, sealed=bytes(row[3]))


def test_a_scan_that_says_it_has_a_million_sheets_is_read_as_far_as_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import TiffImagePlugin

    from serment.dossier.records.documents import scans

    # Sheets of one point, each naming the next.
    sheet = struct.Struct("<H" + "HHII" * 5 + "I")
    count = 5_000
    made = bytearray(b"II*\0" + struct.pack("<I", 8))
    for number in range(count):
        following = 8 + (number + 1) * sheet.size if number + 1 < count else 0
        fields = (256, 4, 1, 1, 257, 4, 1, 1, 258, 3, 1, 8, 262, 3, 1, 1, 273, 4, 1, 8)
        made += sheet.pack(5, *fields, following)
    sought: list[int] = []
    whole = TiffImagePlugin.TiffImageFile._seek

    def counted(self: TiffImagePlugin.TiffImageFile, frame: int) -> None:
        sought.append(frame)
        whole(self, frame)

    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "_seek", counted)
    assert scans.count(bytes(made)) == scans.SHEETS_MAX
    assert max(sought) == scans.SHEETS_MAX - 1


# --- files from elsewhere ---


def test_a_small_file_that_unpacks_to_more_than_memory_is_refused(
    dossier: Dossier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from serment.dossier.interop.fhir import reading

    monkeypatch.setattr(reading, "FILE_BYTES_MAX", 1_000_000)
    read: list[int] = []
    whole = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        found = whole(self, size)
        read.append(len(found))
        return found

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    bomb = tmp_path / "bomb.json.gz"
    bomb.write_bytes(gzip.compress(b" " * 50_000_000))
    report = imported(dossier, bomb)
    assert (report["refused"][0]["why"], report["patients"]) == ("file_too_long", 0)
    assert max(read) == 1_000_001, "no more is unpacked than shows that it is too long"
    (tmp_path / "cut.json.gz").write_bytes(gzip.compress(b"{}" * 500)[:20])
    assert imported(dossier, tmp_path / "cut.json.gz")["refused"][0]["why"] == "file_unreadable"


def test_a_file_takes_no_entry_that_somebody_here_wrote(dossier: Dossier, farid: UUID, tmp_path: Path) -> None:
    """Mallory knows the patient's number and the identifier of his allergy: what he sends stands beside it."""
    from serment.dossier.records.allergies import queries, services
    from serment.dossier.records.allergies.types import Told

    token = uuid4()
    bruno = dossier.house.browser(cast.BRUNO)
    with dossier.opened(bruno, farid) as permit:
        services.record(permit=permit, token=token, told=Told(substance="Pénicilline"), now=dossier.house.clock())
    known = person(
        name=[{"use": "official", "family": "PAT-TROIS", "given": ["FARID"]}], gender="male", birthDate="1979-03-28",
        identifier=[{"system": cast.AUTHORITY, "value": "000003"}],
    )  # fmt: skip
    gone = {
        "resourceType": "AllergyIntolerance", "id": str(token), "patient": {"reference": "urn:uuid:p1"}, "code": {"text": "Rien du tout"},
        "verificationStatus": {"coding": [{"code": "entered-in-error"}]},
    }  # fmt: skip
    imported(dossier, written(tmp_path, bundle(known, gone)))
    with dossier.opened(bruno, farid) as permit:
        assert "Pénicilline" in [one.substance for one in queries.active_for(permit=permit).allergies]


def test_a_file_that_comes_again_does_not_undo_what_a_carer_struck_out(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.records.entries import queries, services

    imported(dossier, written(tmp_path, bundle(person(), condition())))
    patient = patient_of(dossier, "42")
    dossier.house.tie(patient, holder_unit=cast.SURGERY)
    bruno = dossier.house.browser(cast.BRUNO)
    with dossier.opened(bruno, patient) as permit:
        (problem,) = queries.current(permit=permit, kinds=["Condition"])
        services.strike_out(permit=permit, entry=problem.id, version=1, reason="autre patient", now=dossier.house.clock())
    changed = written(tmp_path, bundle(person(), condition(code={"text": "Asthme sévère"})))
    report = imported(dossier, changed)
    assert [(one["type"], one["why"]) for one in report["refused"]] == [("Condition", "entry_changed")]
    assert report["updated"] == 0
    with dossier.opened(bruno, patient) as permit:
        assert list(queries.current(permit=permit, kinds=["Condition"])) == []


def test_markup_in_a_file_is_only_text_on_the_page(dossier: Dossier, tmp_path: Path) -> None:
    evil = "<script>fetch('//evil')</script><img src=x onerror=alert(1)>"
    odd = {
        "resourceType": "Basic", "id": "b1", "subject": {"reference": "urn:uuid:p1"}, "code": {"text": evil},
        "text": {"status": "generated", "div": f"<div>{evil}</div>"}, evil: evil,
    }  # fmt: skip
    imported(dossier, written(tmp_path, bundle(person(), odd, condition(code={"text": evil}))))
    patient = patient_of(dossier, "42")
    dossier.house.tie(patient, holder_unit=cast.SURGERY)
    bruno = visitor(dossier, cast.BRUNO)
    listed = bruno.get(chart(patient, "elements/")).content.decode()
    pages = [listed, bruno.get(chart(patient)).content.decode(), bruno.get(chart(patient, "problems/")).content.decode()]
    pages += [bruno.get(address).content.decode() for address in set(_addresses(listed, patient))]
    assert any("&lt;script&gt;" in page for page in pages)
    for page in pages:
        assert "<script>fetch" not in page
        assert "<img src=x" not in page


def _addresses(page: str, patient: UUID) -> list[str]:
    import re

    return re.findall(rf'href="(/patients/{patient}/elements/[0-9a-f-]{{36}}/)"', page)


def test_a_file_about_two_people_puts_nothing_of_one_into_the_others_record(dossier: Dossier, tmp_path: Path) -> None:
    other = person(id="p2", name=[{"use": "official", "family": "Autre", "given": ["Ana"]}], identifier=[{"system": "s", "value": "43"}])
    of_other = condition(id="c2", subject={"reference": "urn:uuid:p2"}, code={"text": "Secret de l'autre"})
    both = condition(id="c3", subject={"reference": "urn:uuid:p1"}, patient={"reference": "urn:uuid:p2"}, code={"text": "Le premier nomme"})
    imported(dossier, written(tmp_path, bundle(person(), other, condition(), of_other, both)))
    bruno = dossier.house.browser(cast.BRUNO)
    found = {}
    for number in ("42", "43"):
        patient = patient_of(dossier, number)
        dossier.house.tie(patient, holder_unit=cast.SURGERY)
        from serment.dossier.records.entries import queries

        with dossier.opened(bruno, patient) as permit:
            found[number] = {one.resource["code"]["text"] for one in queries.current(permit=permit, kinds=["Condition"])}
    assert found == {"42": {"Asthme", "Le premier nomme"}, "43": {"Secret de l'autre"}}


def test_a_table_of_what_was_imported_says_nothing_to_who_guesses(dossier: Dossier, tmp_path: Path) -> None:
    import hashlib

    import psycopg

    imported(dossier, written(tmp_path, bundle(person(), condition())))
    guess = hashlib.sha256(json.dumps(condition(), sort_keys=True).encode()).digest()
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        digests = {bytes(row[0]) for row in superuser.execute("select digest from fhir_import").fetchall()}
    assert digests
    assert guess not in digests
