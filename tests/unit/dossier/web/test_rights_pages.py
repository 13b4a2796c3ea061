"""The register of patients' requests on its pages, and the copy that comes out of it."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pikepdf
import pytest
from PIL import Image

from tests import cast
from tests.fixtures.archives import unzipped
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.test_writing_pages import send
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

PAST = (datetime.now(UTC) - timedelta(days=3)).strftime("%d/%m/%Y")
NEIGHBOUR = "La voisine raconte que le fils boit"


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


@pytest.fixture
def odile(dossier: Dossier) -> Visitor:
    return visitor(dossier, cast.ODILE)


@pytest.fixture
def amel(dossier: Dossier) -> Visitor:
    return visitor(dossier, cast.AMEL)


def request_of(by: Visitor, patient: UUID, **more: Any) -> UUID:
    token = uuid4()
    form = {
        "token": str(token), "kind": "access", "quality": "patient", "requester": "Farid PAT-TROIS", "channel": "desk", "received_on": PAST,
        "scope": "whole", "reply_to": "12 rue du Port", **more,
    }  # fmt: skip
    by.get(chart(patient, "requests/"))
    answer = by.post(chart(patient, "requests/"), form)
    assert answer.status_code == 303, text(answer)
    return token


def step(by: Visitor, patient: UUID, request: UUID, name: str, version: int, **more: Any) -> Any:
    return by.post(chart(patient, f"requests/{request}/"), {"version": str(version), "step": name, **more})


def prepared(odile: Visitor, patient: UUID, **more: Any) -> UUID:
    request = request_of(odile, patient, **more)
    assert step(odile, patient, request, "preparing", 1, means="document").status_code == 303
    return request


def note(by: Visitor, patient: UUID, title: str, words: str) -> str:
    token = str(uuid4())
    assert by.post(chart(patient, "notes/"), {"kind": "note", "title": title, "text": words, "token": token}).status_code == 303
    return token


def image() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 60), "white").save(target, "PNG")
    return target.getvalue()


def scan(by: Visitor, patient: UUID, content: bytes, title: str) -> str:
    from django.core.files.uploadedfile import SimpleUploadedFile

    token = str(uuid4())
    form = {"token": token, "title": title, "category": "Courrier", "file": SimpleUploadedFile("scan", content)}
    assert by.post(chart(patient, "documents/"), form).status_code == 303
    return token


def sealed(by: Visitor, patient: UUID, request: UUID) -> dict[str, str]:
    """The password that the page shows, and the leave beside it."""
    page = by.post(chart(patient, f"requests/{request}/copy/seal/"))
    assert page.status_code == 200, text(page)
    return dict(re.findall(r'name="(password|leave)" value="([^"]+)"', page.content.decode()))


def fetched(by: Visitor, patient: UUID, request: UUID, form: dict[str, str]) -> Any:
    return by.post(chart(patient, f"requests/{request}/copy/file"), form)


def test_a_secretary_registers_a_request_and_its_clock_shows(odile: Visitor, farid: UUID) -> None:
    request = request_of(odile, farid)
    page = text(odile.get(chart(farid, f"requests/{request}/")))
    for words in ("Farid PAT-TROIS", "48 heures de réflexion", "huit jours", "Reçue", "à vérifier", cast.ODILE.label):
        assert words in page, words
    listed = text(odile.get("/requests/"))
    assert "PAT-TROIS Farid" in listed
    assert "Accès au dossier" in listed


def test_what_lacks_is_said_and_what_was_typed_stays(odile: Visitor, farid: UUID) -> None:
    odile.get(chart(farid, "requests/"))
    form = {
        "token": str(uuid4()), "kind": "access", "quality": "heir", "requester": "Une nièce", "channel": "letter", "received_on": PAST,
        "scope": "whole",
    }  # fmt: skip
    refused = odile.post(chart(farid, "requests/"), form)
    assert refused.status_code == 422
    assert "l’un de ces trois motifs" in text(refused)
    assert "Une nièce" in refused.content.decode()


def test_two_people_at_one_request_are_told_and_keep_their_words(dossier: Dossier, odile: Visitor, farid: UUID) -> None:
    request = request_of(odile, farid)
    clerk = visitor(dossier, cast.CLERK)
    assert step(clerk, farid, request, "identity", 1).status_code == 303
    late = step(odile, farid, request, "preparing", 1, means="document", words="Carte vue au guichet")
    assert late.status_code == 422
    assert "Quelqu’un a modifié" in text(late)
    assert "Carte vue au guichet" in late.content.decode()
    assert 'name="version" value="2"' in late.content.decode()


def test_a_copy_is_not_handed_over_before_48_hours(odile: Visitor, farid: UUID) -> None:
    request = prepared(odile, farid, received_on=datetime.now(UTC).strftime("%d/%m/%Y"))
    step(odile, farid, request, "ready", 2)
    early = step(odile, farid, request, "handed_over", 3)
    assert early.status_code == 422
    assert "délai de réflexion" in text(early)


def test_the_copy_holds_the_record_and_opens_with_its_password_alone(odile: Visitor, amel: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Suites simples, reprise du transit.")
    paper = scan(amel, farid, image(), "Courrier du cardiologue")
    request = prepared(odile, farid)
    assert "Suites simples" in text(amel.get(chart(farid, f"requests/{request}/copy/")))
    form = sealed(amel, farid, request)
    answer = fetched(amel, farid, request, {**form, "form": "archive"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="copie-{str(request)[:8].upper()}.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    archive = b"".join(answer.streaming_content)
    assert b"Suites simples" not in archive
    files = unzipped(archive, form["password"])
    assert sorted(files) == ["LISEZ-MOI.txt", "documents/001.png", "dossier.fhir.json", "dossier.pdf"]
    assert files["documents/001.png"] == image()
    with pytest.raises(ValueError, match="password"):
        unzipped(archive, "2222-3333-4444-5555-6666")
    bundle = json.loads(files["dossier.fhir.json"])
    assert (bundle["type"], bundle["entry"][0]["resource"]["resourceType"]) == ("document", "Composition")
    kinds = [one["resource"]["resourceType"] for one in bundle["entry"]]
    assert {"Patient", "DocumentReference", "Binary"} <= set(kinds)
    reference = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "DocumentReference")
    assert reference["id"] == paper
    assert "object-key" not in json.dumps(bundle)
    assert "Task" not in kinds


def test_the_pdf_opens_with_the_password_and_has_the_documents_behind_it(odile: Visitor, amel: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Suites simples.")
    scan(amel, farid, image(), "Courrier du cardiologue")
    request = prepared(odile, farid)
    form = sealed(amel, farid, request)
    content = fetched(amel, farid, request, {**form, "form": "pdf"}).content
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(content))
    with pikepdf.open(io.BytesIO(content), password=form["password"]) as pdf:
        assert pdf.encryption.bits == 256
        assert pdf.is_encrypted
        assert list(pdf.pages[-1].get_images())


def test_what_comes_from_a_third_party_stays_out_and_can_come_back(odile: Visitor, amel: Visitor, farid: UUID) -> None:
    entry = note(amel, farid, "Entretien", NEIGHBOUR)
    request = prepared(odile, farid)
    copy = chart(farid, f"requests/{request}/copy/")
    amel.get(copy)
    assert amel.post(f"{copy}withhold/", {"token": str(uuid4()), "entry": entry, "why": "third_party_by"}).status_code == 303
    page = amel.get(copy)
    assert "Retirés de la copie 1" in text(page)
    form = sealed(amel, farid, request)
    archive = unzipped(b"".join(fetched(amel, farid, request, {**form, "form": "archive"}).streaming_content), form["password"])
    assert NEIGHBOUR not in archive["dossier.fhir.json"].decode()
    assert NEIGHBOUR in text(amel.get(chart(farid, "notes/"))), "the record itself has not changed"
    ((mark, version),) = re.findall(r'name="mark" value="([^"]+)"><input type="hidden" name="version" value="(\d)"', page.content.decode())
    assert amel.post(f"{copy}let-in/", {"mark": mark, "version": version}).status_code == 303
    assert NEIGHBOUR in text(amel.get(copy))


def test_a_note_marked_while_it_is_written_stays_out(odile: Visitor, amel: Visitor, farid: UUID) -> None:
    form = {"kind": "note", "title": "Entretien", "text": NEIGHBOUR, "third_party": "third_party_by", "token": str(uuid4())}
    assert amel.post(chart(farid, "notes/"), form).status_code == 303
    request = prepared(odile, farid)
    page = text(amel.get(chart(farid, f"requests/{request}/copy/")))
    assert "Retirés de la copie 1" in page
    assert "marqué par son auteur" in page
    assert NEIGHBOUR not in page


def test_a_paper_of_a_third_party_stays_out_of_the_copy_whoever_filed_it(odile: Visitor, amel: Visitor, farid: UUID) -> None:
    for by, title in ((amel, "Signalement"), (odile, "Lettre de la voisine")):
        assert send(by, farid, b"La voisine raconte", title=title, third_party="third_party_by").status_code == 200
    assert send(amel, farid, b"x", third_party="aunt").status_code == 422
    page = text(amel.get(chart(farid, "documents/")))
    assert page.count("Recueilli auprès d’un tiers étranger aux soins") == 2 + 1, "each paper, and the choice in the form"
    copy = text(amel.get(chart(farid, f"requests/{prepared(odile, farid)}/copy/")))
    assert "2 retirés" in copy
    assert "Retirés de la copie 2" in copy
    assert copy.count("marqué par son auteur") == 2


def test_a_carer_marks_a_paper_later_and_only_they_or_who_answers_for_copies_take_it_back(
    dossier: Dossier, odile: Visitor, amel: Visitor, farid: UUID
) -> None:
    paper = scan(amel, farid, image(), "Courrier du fils")
    page, bruno = chart(farid, f"documents/{paper}/"), visitor(dossier, cast.BRUNO)
    assert bruno.post(f"{page}third-party/", {"token": str(uuid4()), "why": "minor"}).status_code == 409
    assert bruno.post(f"{page}third-party/", {"token": str(uuid4()), "why": "third_party_about"}).status_code == 303
    assert bruno.post(f"{page}third-party/", {"token": str(uuid4()), "why": "third_party_by"}).status_code == 409
    assert "Concerne un tiers" in text(amel.get(page))
    copy = chart(farid, f"requests/{prepared(odile, farid)}/copy/")
    assert "Retirés de la copie 1" in text(amel.get(copy))
    (mark,) = re.findall(r'name="mark" value="([^"]+)"', bruno.get(page).content.decode())
    for stranger in (odile, visitor(dossier, cast.CHLOE), visitor(dossier, cast.DENIS)):
        assert stranger.post(f"{page}third-party/", {"token": str(uuid4()), "why": "third_party_by"}).status_code in (403, 404)
        assert stranger.post(f"{page}third-party/lift/", {"mark": mark, "version": "1"}).status_code in (403, 404)
    assert amel.post(f"{page}third-party/lift/", {"mark": str(uuid4()), "version": "1"}).status_code == 404
    assert amel.post(f"{page}third-party/lift/", {"mark": mark, "version": "1"}).status_code == 303
    assert "Retirés de la copie" not in text(amel.get(copy))
    # A nurse does not undo what a physician said.
    assert amel.post(f"{page}third-party/", {"token": str(uuid4()), "why": "third_party_by"}).status_code == 303
    (mark,) = re.findall(r'name="mark" value="([^"]+)"', amel.get(page).content.decode())
    assert "Remettre dans les copies" not in text(bruno.get(page))
    assert bruno.post(f"{page}third-party/lift/", {"mark": mark, "version": "1"}).status_code == 403


def test_the_guard_journals_the_copy_before_it_is_made_and_the_patient_reads_it(amel: Visitor, odile: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Va bien")
    request = prepared(odile, farid)
    sealed(amel, farid, request)
    assert "A fait une copie du dossier" in text(amel.get(chart(farid, "openings/")))


def test_a_copy_wants_a_fresh_touch_and_says_why(dossier: Dossier, amel: Visitor, odile: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Va bien")
    request = prepared(odile, farid)
    amel.get(chart(farid, f"requests/{request}/copy/"))
    dossier.house.clock.pass_by(minutes=6)
    asked = amel.post(chart(farid, f"requests/{request}/copy/seal/"))
    assert "Un dossier entier va sortir" in text(asked)
    assert f'data-then="{chart(farid, f"requests/{request}/copy/")}"' in asked.content.decode()


def test_a_leave_serves_for_its_password_and_its_request_alone(amel: Visitor, odile: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Va bien")
    request, other = prepared(odile, farid), prepared(odile, farid)
    form = sealed(amel, farid, request)
    for id, wrong in ((request, {"password": "2222-3333-4444-5555-6666"}), (request, {"leave": "x"}), (other, {})):
        answer = fetched(amel, farid, id, {**form, **wrong, "form": "pdf"})
        assert answer.status_code == 409
        assert "préparez à nouveau" in text(answer)


def test_a_copy_needs_a_request_of_a_requester_made_sure_of(amel: Visitor, odile: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Va bien")
    request = request_of(odile, farid)
    assert amel.get(chart(farid, f"requests/{request}/copy/")).status_code == 409
    assert amel.get(chart(farid, f"requests/{uuid4()}/copy/")).status_code == 404


def test_the_scope_of_the_request_bounds_the_copy(amel: Visitor, odile: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Va bien")
    scan(amel, farid, image(), "Courrier")
    request = prepared(odile, farid, scope="parts", parts=["documents"])
    page = text(amel.get(chart(farid, f"requests/{request}/copy/")))
    assert "1 hors de la demande" in page
    assert "Va bien" not in page


def test_who_has_no_tie_or_no_business_here_gets_nothing(dossier: Dossier, odile: Visitor, amel: Visitor, farid: UUID) -> None:
    note(amel, farid, "Visite", "Confidence de Farid")
    request = prepared(odile, farid)
    pages = ("requests/", f"requests/{request}/", f"requests/{request}/copy/")
    for player in (cast.CHLOE, cast.DENIS, cast.BRUNO):
        other = visitor(dossier, player)
        for page in pages:
            answer = other.get(chart(farid, page))
            assert answer.status_code == 403, (player.label, page)
            assert "PAT-TROIS" not in answer.content.decode()
        assert other.post(chart(farid, f"requests/{request}/copy/seal/")).status_code == 403
        assert fetched(other, farid, request, {"form": "pdf"}).status_code == 403
    assert visitor(dossier, cast.DENIS).get("/requests/").status_code == 403
    assert "PAT-TROIS" not in text(visitor(dossier, cast.CHLOE).get("/requests/"))
    # A secretary registers and hands over; the copy itself is care.
    assert odile.get(chart(farid, f"requests/{request}/copy/")).status_code == 403


def test_the_data_protection_officer_watches_deadlines_and_no_name(dossier: Dossier, odile: Visitor, farid: UUID) -> None:
    request = request_of(odile, farid, received_on=(datetime.now(UTC) - timedelta(days=12)).strftime("%d/%m/%Y"))
    dpo = visitor(dossier, cast.DPO)
    page = text(dpo.get("/requests/"))
    assert "en retard" in page
    assert "PAT-TROIS" not in page
    assert dpo.get(chart(farid, f"requests/{request}/")).status_code == 403


def test_what_presses_is_on_the_first_page_of_the_secretary(dossier: Dossier, odile: Visitor, amel: Visitor, farid: UUID) -> None:
    from tests.unit.dossier.web.visitor import admit_to_a_bed

    admit_to_a_bed(dossier, farid, "207")
    request_of(odile, farid, received_on=(datetime.now(UTC) - timedelta(days=12)).strftime("%d/%m/%Y"))
    assert "a dépassé son délai" in text(odile.get(f"/units/{cast.SURGERY}/"))
    assert "a dépassé son délai" not in text(amel.get(f"/units/{cast.SURGERY}/"))
