"""Writing at the bedside: notes of several kinds, drafts, vital signs, the round of a unit."""

from __future__ import annotations

import io
import json
import re
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from PIL import Image

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures import papers
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, admit_to_a_bed, chart, text, visitor

WELL = {"systolic": "13/8", "pulse": "72", "temperature": "36,8", "respiration": "16", "saturation": "98", "level": "A"}


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


@pytest.fixture
def bruno(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.BRUNO)


def said(response: HttpResponse) -> Any:
    return json.loads(response.content)


def test_a_nurse_is_offered_the_targeted_form_and_a_physician_the_medical_one(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    assert 'name="actions"' in bruno.get(chart(farid, "notes/")).content.decode()
    assert 'name="examination"' in visitor(dossier, cast.AMEL).get(chart(farid, "notes/")).content.decode()
    assert 'name="prevention"' in bruno.get(chart(farid, "notes/"), kind="fall").content.decode()


def test_an_open_target_is_shown_first_until_its_results_are_written(bruno: Visitor, farid: UUID) -> None:
    note = {"kind": "transmission", "title": "Douleur", "data": "EN 7/10", "actions": "Paracétamol", "token": str(uuid4())}
    assert bruno.post(chart(farid, "notes/"), note).status_code == 303
    page = bruno.get(chart(farid, "notes/"))
    assert "Cibles ouvertes" in text(page)
    address = re.search(r'href="(/patients/[^"]*addendum/\?closes=yes)"', page.content.decode())
    assert address
    path = address[1].split("?")[0]
    assert "checked" in bruno.get(path, closes="yes").content.decode()
    assert bruno.post(path, {"text": "EN 2/10", "closes": "on", "token": str(uuid4())}).status_code == 303
    page = bruno.get(chart(farid, "notes/"))
    assert "Cibles ouvertes" not in text(page)
    assert "Résultats EN 2/10" in text(page)


def test_what_was_typed_and_not_sent_comes_back_to_its_writer_and_goes_with_the_signature(
    bruno: Visitor, dossier: Dossier, farid: UUID
) -> None:
    draft = chart(farid, "drafts/note-transmission/")
    kept = bruno.post(draft, {"title": "Nuit", "data": "dort mal", "token": str(uuid4())})
    assert re.fullmatch(r"\d\d:\d\d", said(kept)["at"])
    page = bruno.get(chart(farid, "notes/"))
    assert "dort mal" in page.content.decode()
    assert "Brouillon repris" in text(page)
    assert "dort mal" not in visitor(dossier, cast.AMEL).get(chart(farid, "notes/"), kind="transmission").content.decode()
    note = {"kind": "transmission", "title": "Nuit", "data": "dort mal", "token": str(uuid4())}
    assert bruno.post(chart(farid, "notes/"), note).status_code == 303
    assert "Brouillon repris" not in text(bruno.get(chart(farid, "notes/")))
    # The last keystrokes may arrive after the note: they are not a draft any more.
    assert said(bruno.post(draft, {"title": "Nuit", "data": "dort mal", "token": note["token"]})) == {"at": ""}
    assert "Brouillon repris" not in text(bruno.get(chart(farid, "notes/")))


def test_a_note_of_another_is_announced_without_being_read(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    newer = chart(farid, "notes/newer/")
    assert "vient d’être écrite" not in text(bruno.get(newer, since="1"))
    amel = visitor(dossier, cast.AMEL)
    amel.post(chart(farid, "notes/"), {"kind": "note", "title": "Visite", "text": "Va bien", "token": str(uuid4())})
    answer = text(bruno.get(newer, since="1"))
    assert "Une note vient d’être écrite" in answer
    assert "Va bien" not in answer
    # One's own notes are no news, and a date that is none asks for nothing.
    assert "vient d’être écrite" not in text(amel.get(newer, since="1"))
    assert bruno.get(newer, since="x" * 40).status_code == 200


def test_a_physician_signs_the_note_that_a_colleague_asked_to_have_signed(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    note = {"kind": "note", "title": "Bilan", "text": "x", "awaits": "on", "token": str(uuid4())}
    bruno.post(chart(farid, "notes/"), note)
    page = bruno.get(chart(farid, "notes/"))
    assert "à contresigner" in text(page)
    assert "/sign/" not in page.content.decode()
    amel = visitor(dossier, cast.AMEL)
    assert f"{note['token']}/sign/" in amel.get(chart(farid, "notes/")).content.decode()
    assert amel.post(chart(farid, f"notes/{note['token']}/sign/"), {"version": "1"}).status_code == 303
    assert f"Contresigné par {cast.AMEL.label}" in text(bruno.get(chart(farid, "notes/")))


def test_one_set_of_vital_signs_is_entered_in_one_go_and_shown_with_its_score(bruno: Visitor, farid: UUID) -> None:
    assert bruno.post(chart(farid, "vitals/"), {**WELL, "token": str(uuid4())}).status_code == 303
    page = text(bruno.get(chart(farid, "vitals/")))
    assert "NEWS2 0" in page
    assert "130" in page
    assert "36,8" in page


def test_what_looks_mistyped_is_asked_again_with_everything_typed_still_there(bruno: Visitor, farid: UUID) -> None:
    form = {**WELL, "temperature": "378", "token": str(uuid4())}
    asked = bruno.post(chart(farid, "vitals/"), form)
    assert asked.status_code == 422
    assert "inhabituelle" in text(asked)
    assert "Je confirme 378" in text(asked)
    assert 'value="13/8"' in asked.content.decode()
    assert bruno.post(chart(farid, "vitals/"), {**form, "confirm-temperature": "yes"}).status_code == 303


def test_a_scale_shows_its_total_and_what_it_means(bruno: Visitor, farid: UUID) -> None:
    answers = {"face": "1", "gaze": "1", "complaints": "0", "body": "0", "behaviour": "0"}
    assert bruno.post(chart(farid, "scales/algoplus/"), {**answers, "token": str(uuid4())}).status_code == 303
    assert "2 / 5 Douleur probable" in text(bruno.get(chart(farid, "scales/algoplus/")))
    assert bruno.post(chart(farid, "scales/algoplus/"), {"token": str(uuid4())}).status_code == 422
    assert bruno.get(chart(farid, "scales/glasgow/")).status_code == 404


def test_the_round_of_a_unit_writes_line_by_line_and_reads_no_record(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    admit_to_a_bed(dossier, farid, "207")
    dossier.guard.calls.clear()
    page = bruno.get(f"/units/{cast.SURGERY}/vitals/")
    assert "PAT-TROIS" in text(page)
    assert "open" not in {verb for verb, _ in dossier.guard.calls}
    kept = bruno.post(chart(farid, "vitals/line"), {**WELL, "token": str(uuid4())})
    assert {name: said(kept)[name] for name in ("score", "risk", "grade")} == {"score": 0, "risk": "faible", "grade": "low"}
    asked = bruno.post(chart(farid, "vitals/line"), {**WELL, "saturation": "9", "token": str(uuid4())})
    assert asked.status_code == 422
    assert said(asked)["questions"] == ["saturation"]


def test_the_round_is_for_who_works_in_the_unit_and_gives_care(dossier: Dossier, farid: UUID) -> None:
    admit_to_a_bed(dossier, farid, "207")
    assert visitor(dossier, cast.ODILE).get(f"/units/{cast.SURGERY}/vitals/").status_code == 403
    assert visitor(dossier, cast.BRUNO).get(f"/units/{uuid4()}/vitals/").status_code == 403


def test_the_words_searched_for_are_in_no_address_and_the_answers_lead_to_their_pages(bruno: Visitor, farid: UUID) -> None:
    bruno.post(chart(farid, "notes/"), {"kind": "note", "title": "Nuit", "text": "Cauchemars répétés", "token": str(uuid4())})
    found = bruno.post(chart(farid, "search/"), {"words": "cauchemar"})
    assert found.status_code == 200
    assert "Une réponse" in text(found)
    assert "<mark>Cauchemars</mark>" in found.content.decode()
    assert "cauchemar" not in found.request["PATH_INFO"] + found.request.get("QUERY_STRING", "")
    # A search sent in an address finds nothing: nobody may learn to write it there.
    assert "Une réponse" not in text(bruno.get(chart(farid, "search/"), words="cauchemar"))
    assert "Rien dans ce dossier" in text(bruno.post(chart(farid, "search/"), {"words": "introuvable"}))


def test_the_timeline_is_narrowed_by_kind_period_and_author(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    bruno.post(chart(farid, "notes/"), {"kind": "note", "title": "Relève du matin", "text": "RAS", "token": str(uuid4())})
    bruno.post(chart(farid, "vitals/"), {**WELL, "token": str(uuid4())})
    everything = text(bruno.get(chart(farid, "timeline/")))
    assert "Relève du matin" in everything
    # Taken together, told together, as wards say it; a set that is one line is none of the notes.
    assert "Constantes Mesures et résultats PA 130/80 mmHg, FC 72 /min, T° 36,8 °C" in everything
    notes = text(bruno.get(chart(farid, "timeline/"), kind="notes", period="7", mine="yes"))
    assert "Relève du matin" in notes
    assert "FC 72" not in notes
    assert "Rien ici" in text(visitor(dossier, cast.AMEL).get(chart(farid, "timeline/"), mine="yes"))
    assert bruno.get(chart(farid, "timeline/"), page="x", stay="y", kind="z").status_code == 200


def test_the_synthesis_says_what_is_new_and_what_waits(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    bruno.post(chart(farid, "notes/"), {"kind": "transmission", "title": "Douleur", "data": "EN 7", "token": str(uuid4())})
    bruno.post(chart(farid, "drafts/vitals/"), {"pulse": "88", "token": str(uuid4())})
    page = text(bruno.get(chart(farid)))
    for words in (
        "À faire",
        "Allergies à demander",
        "Résultats à écrire : Douleur",
        "Votre brouillon",
        "Depuis hier midi",
    ):
        assert words in page, words
    assert "Votre brouillon" not in text(visitor(dossier, cast.AMEL).get(chart(farid)))


def send(
    visitor: Visitor, patient: UUID, content: bytes, *, title: str = "Ordonnance", token: str = "", category: str = "Ordonnance",
    dated: str = "", origin: str = "", third_party: str = "",
) -> Any:  # fmt: skip
    path = chart(patient, "documents/upload")
    visitor.get(chart(patient, "documents/"))
    headers = {
        "DPoP": visitor.browser.proof("POST", path), "Origin": "http://localhost:8000", "Accept": "application/json",
        "X-CSRFToken": visitor.token, "Serment-token": token or str(uuid4()), "Serment-title": quote(title),
        "Serment-category": quote(category), "Serment-dated": quote(dated), "Serment-origin": quote(origin),
        "Serment-third-party": third_party,
    }  # fmt: skip
    return visitor.client.generic("POST", path, content, content_type="application/octet-stream", headers=headers)


PDF = b"%PDF-1.7\n" + b"x" * 200_000


def test_a_file_sent_as_the_body_is_sealed_as_it_comes_and_read_back_whole(bruno: Visitor, farid: UUID) -> None:
    answer = send(bruno, farid, PDF, title="Échographie de l’été")
    assert answer.status_code == 200
    assert "Échographie de l’été" in text(bruno.get(said(answer)["address"]))
    found: Any = bruno.get(f"{said(answer)['address']}content")
    assert b"".join(found.streaming_content) == PDF


def test_a_file_cut_on_its_way_is_no_shorter_file(dossier: Dossier) -> None:
    from serment.dossier.web.pages.documents import Body

    request: Any = SimpleNamespace(META={"CONTENT_LENGTH": "100"}, read=io.BytesIO(bytes(60)).read)
    body = Body(request)
    assert len(body.read(50)) == 50
    assert len(body.read(50)) == 10
    with pytest.raises(errors.Invalid, match="document_cut"):
        body.read(50)


@pytest.mark.parametrize("content", [b"<html><script>alert(1)</script></html>", b"MZ" + bytes(100), b""])
def test_what_is_no_document_is_refused(bruno: Visitor, farid: UUID, content: bytes) -> None:
    assert send(bruno, farid, content).status_code == 422


def test_a_secretary_files_a_scan_that_carers_read_and_she_does_not(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    bruno.post(chart(farid, "notes/"), {"kind": "note", "title": "Secret", "text": "x", "token": str(uuid4())})
    odile, token = visitor(dossier, cast.ODILE), str(uuid4())
    answer = send(odile, farid, PDF, title="Ordonnance du 23", token=token)
    assert said(answer)["address"].endswith("done=document-filed")
    # The same form sent twice files once.
    assert send(odile, farid, PDF, title="Ordonnance du 23", token=token).status_code == 200
    page = text(odile.get(chart(farid, "documents/")))
    assert "Vous classez sans lire" in page
    assert "Ordonnance du 23" not in page
    for closed in (f"documents/{token}/", f"documents/{token}/content", "notes/", f"elements/{token}/"):
        assert odile.get(chart(farid, closed)).status_code in (403, 404), closed
    assert "Secret" not in text(odile.get(chart(farid, "elements/")))
    read = text(bruno.get(chart(farid, "documents/")))
    assert read.count("Ordonnance du 23") == 1
    assert cast.ODILE.label in read
    found: Any = bruno.get(chart(farid, f"documents/{token}/content"))
    assert b"".join(found.streaming_content) == PDF


def test_a_file_is_served_so_that_it_runs_nowhere_and_its_original_is_only_downloaded(bruno: Visitor, farid: UUID) -> None:
    address = said(send(bruno, farid, papers.active_pdf(), title="Courrier"))["address"]
    shown, original = bruno.get(f"{address}content"), bruno.get(f"{address}content", file="1")
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert original.headers["Content-Disposition"].startswith("attachment")
    for response in (shown, original):
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "sandbox" in original.headers["Content-Security-Policy"]
    picture: Any = bruno.get(f"{said(send(bruno, farid, papers.image('PNG'), title='Photo'))['address']}content")
    assert picture.headers["Content-Security-Policy"].startswith("sandbox;")
    assert bruno.get(f"{address}content", file="7").status_code == 404


def test_the_date_and_the_origin_of_a_paper_are_kept_beside_who_filed_it(bruno: Visitor, farid: UUID) -> None:
    address = said(send(bruno, farid, PDF, title="Courrier", dated="12/11/2026", origin="Dr Serrault"))["address"]
    page = text(bruno.get(address))
    assert "Dr Serrault 12/11/2026" in page
    assert f"classé par {cast.BRUNO.label}" in page
    assert send(bruno, farid, PDF, dated="12/11/2999").status_code == 422
    assert send(bruno, farid, PDF, dated="hier").status_code == 422


def test_who_neither_reads_nor_files_is_refused(dossier: Dossier, farid: UUID) -> None:
    clerk = visitor(dossier, cast.CLERK)
    assert clerk.get(chart(farid, "documents/")).status_code == 403
    assert send(clerk, farid, PDF).status_code == 403


def test_a_problem_is_coded_from_the_words_typed_then_ended(bruno: Visitor, farid: UUID) -> None:
    proposed = bruno.post("/codes/", {"label": "fibrillation auric"}, htmx=True)
    assert "I48.9" in text(proposed)
    form = {"sort": "active", "label": "ACFA", "code": "I48.9", "onset": "03/2019", "relation": "", "token": str(uuid4())}
    assert bruno.post(chart(farid, "problems/"), form).status_code == 303
    page = text(bruno.get(chart(farid, "problems/")))
    assert "ACFA CIM-10 I48.9 depuis 03/2019" in page
    bruno.post(chart(farid, f"problems/{form['token']}/resolve/"), {"version": "1"})
    assert "Antécédents médicaux" in text(bruno.get(chart(farid, "problems/")))
    family = {"sort": "family", "label": "Diabète", "code": "", "onset": "", "relation": "père", "token": str(uuid4())}
    bruno.post(chart(farid, "problems/"), family)
    assert "père : Diabète" in text(bruno.get(chart(farid, "problems/")))
    assert bruno.post(chart(farid, "problems/"), {**family, "token": str(uuid4()), "relation": ""}).status_code == 422
    assert bruno.post(chart(farid, "problems/"), {**form, "token": str(uuid4()), "onset": "hier"}).status_code == 422


def test_a_physician_reads_what_was_measured_before_the_form_and_a_nurse_measures_first(
    bruno: Visitor, dossier: Dossier, farid: UUID
) -> None:
    bruno.post(chart(farid, "vitals/"), {**WELL, "token": str(uuid4())})
    for player, first, then in ((cast.BRUNO, "Relever les", "Derniers relevés"), (cast.AMEL, "Derniers relevés", "Relever les")):
        page = text(visitor(dossier, player).get(chart(farid, "vitals/")))
        assert page.index(first) < page.index(then)


def test_a_synthesis_without_anything_to_do_says_so_and_a_high_score_is_red(bruno: Visitor, farid: UUID) -> None:
    bruno.post(chart(farid, "allergies/none/"), {"token": str(uuid4())})
    page = text(bruno.get(chart(farid)))
    assert "Rien n’attend." in page
    assert "badge-danger" not in bruno.get(chart(farid)).content.decode()
    bruno.post(chart(farid, "vitals/"), {**WELL, "pulse": "140", "systolic": "85", "saturation": "90", "token": str(uuid4())})
    assert re.search(r"badge badge-danger[^>]*>.{0,300}NEWS2 9", bruno.get(chart(farid)).content.decode(), re.DOTALL)


def test_an_addition_stands_under_its_note_on_the_synthesis(bruno: Visitor, farid: UUID) -> None:
    note = {"kind": "transmission", "title": "Douleur", "data": "EN 7", "token": str(uuid4())}
    bruno.post(chart(farid, "notes/"), note)
    bruno.post(chart(farid, f"notes/{note['token']}/addendum/"), {"text": "EN 2 à midi", "closes": "on", "token": str(uuid4())})
    page = text(bruno.get(chart(farid)))
    assert "Complément d’une note" in page
    assert "Résultats : EN 2 à midi" in page


def test_the_timeline_is_narrowed_to_one_stay(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    admit_to_a_bed(dossier, farid, "207")
    bruno.post(chart(farid, "notes/"), {"kind": "note", "title": "Ce séjour-ci", "text": "RAS", "token": str(uuid4())})
    page = bruno.get(chart(farid, "timeline/")).content.decode()
    one = re.search(r'href="[^"]*timeline/\?stay=([0-9a-f-]{36})"', page)
    assert one
    assert "Ce séjour-ci" in text(bruno.get(chart(farid, "timeline/"), stay=one[1]))
    assert 'aria-current="true"' in bruno.get(chart(farid, "timeline/"), stay=one[1]).content.decode()


def test_the_first_page_is_the_unit_where_somebody_lies(dossier: Dossier, farid: UUID) -> None:
    admit_to_a_bed(dossier, farid, "207")
    assert visitor(dossier, cast.AMEL).get("/")["Location"] == f"/units/{cast.SURGERY}/"


def test_when_too_many_files_are_read_at_once_the_page_says_so_and_blames_no_guard(
    bruno: Visitor, farid: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from serment.dossier.records.documents import sheets

    def busy(*_: object) -> None:
        raise errors.Unavailable("readers_busy")

    scan = io.BytesIO()
    Image.new("1", (100, 140)).save(scan, "TIFF")
    address = said(send(bruno, farid, scan.getvalue(), title="Scan"))["address"]
    assert "sheets/0/" in bruno.get(address).content.decode()
    monkeypatch.setattr(sheets, "count", busy)
    answer = bruno.get(address)
    assert answer.status_code == 503
    assert "Trop de fichiers sont lus en ce moment" in text(answer)
    assert "gardien" not in text(answer)


def test_the_curves_come_behind_the_page_and_to_nobody_else(bruno: Visitor, dossier: Dossier, farid: UUID) -> None:
    for pulse in ("70", "80", "90"):
        assert bruno.post(chart(farid, "vitals/"), {"pulse": pulse, "token": str(uuid4())}).status_code == 303
    page = bruno.get(chart(farid, "vitals/")).content.decode()
    assert f'hx-get="{chart(farid, "vitals/trends/")}"' in page
    assert '<svg class="plot"' not in page
    curves = bruno.get(chart(farid, "vitals/trends/")).content.decode()
    assert re.search(r'<svg class="plot"[^>]*aria-label="Évolution\s?: Fréquence cardiaque[^"]* 70 [^"]* 80 [^"]* 90 ', curves)
    for player in (cast.CHLOE, cast.DENIS):
        assert visitor(dossier, player).get(chart(farid, "vitals/trends/")).status_code == 403
