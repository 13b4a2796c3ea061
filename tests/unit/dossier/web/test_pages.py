"""The pages, through the whole stack of the web server, with a real guard behind: what each of the cast sees, and what nobody may."""

from __future__ import annotations

import io
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import errors
from serment.dossier.vault import client
from serment.guard.errors import Refused
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, admit_to_a_bed, chart, text, visitor

ALLERGY = {
    "sort": "allergy",
    "substance": "Pénicilline",
    "reaction": "Œdème",
    "severity": "severe",
    "category": "medication",
    "certainty": "confirmed",
}


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


@pytest.fixture
def bruno(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.BRUNO)


def count(visitor: Visitor, page: str, words: str) -> int:
    return text(visitor.get(page)).count(words)


# reading ------------------------------------------------------------------------------------------------------------------------


def test_the_band_is_the_same_on_every_page_of_a_patient(bruno: Visitor, farid: UUID) -> None:
    bands = set()
    for page in ("", "allergies/", "notes/", "stays/", "documents/", "correspondents/", "openings/"):
        response = bruno.get(chart(farid, page))
        assert response.status_code == 200, page
        found = re.search(r'<section class="band".*?</section>', response.content.decode(), re.DOTALL)
        assert found, page
        bands.add(found[0])
    assert len(bands) == 1
    band = bands.pop()
    assert "PAT-TROIS" in band
    assert "28/03/1979" in band
    assert "Allergies non renseignées" in band


def test_the_ins_number_shows_when_the_identity_is_qualified(bruno: Visitor, farid: UUID, dossier: Dossier) -> None:
    shown = re.sub(r"[\s\u202f]", "", text(bruno.get(chart(farid))))
    assert ("279035121518989" in shown) == ("INSqualifiée" in shown)


def test_an_opening_shows_in_the_visitors_book_in_words(bruno: Visitor, farid: UUID) -> None:
    bruno.get(chart(farid))
    book = text(bruno.get(chart(farid, "openings/")))
    assert cast.BRUNO.label in book
    assert "Le patient est dans son unité" in book


def test_no_page_names_a_patient_in_its_title_or_its_addresses(bruno: Visitor, farid: UUID) -> None:
    for page in ("", "allergies/", "notes/", "openings/"):
        content = bruno.get(chart(farid, page)).content.decode()
        title = re.search(r"<title>(.*?)</title>", content, re.DOTALL)
        assert title
        assert "TROIS" not in title[1]
        for address in re.findall(r'(?:href|action|src|hx-get|hx-post)="([^"]*)"', content):
            assert "TROIS" not in address.upper()
            assert "FARID" not in address.upper()


def test_pages_are_english_for_who_chose_so(bruno: Visitor, farid: UUID) -> None:
    chosen = bruno.post("/preferences/", {"language": "en", "next": chart(farid)})
    assert (chosen.status_code, chosen["Location"]) == (303, chart(farid))
    response = bruno.get(chart(farid))
    assert '<html lang="en"' in response.content.decode()
    assert "Allergies not documented" in text(response)
    assert "Who opened this record" in text(response)


def test_preferences_are_words_of_ours_and_nothing_else(bruno: Visitor) -> None:
    response = bruno.post("/preferences/", {"theme": '"><script>', "density": "compact", "next": "//evil.example/"})
    assert response["Location"] == "/"
    assert "serment_theme" not in response.cookies
    assert 'data-density="compact"' in bruno.get("/help/").content.decode()


# writing ------------------------------------------------------------------------------------------------------------------------


def test_an_allergy_added_is_in_the_band(bruno: Visitor, farid: UUID) -> None:
    page = chart(farid, "allergies/")
    added = bruno.post(page, {**ALLERGY, "token": str(uuid4())})
    assert (added.status_code, added["Location"]) == (303, f"{page}?done=allergy-added")
    shown = bruno.get(page, done="allergy-added")
    assert "chip-danger" in shown.content.decode()
    assert "Allergie ajoutée" in text(shown)


def test_a_form_sent_twice_writes_once(bruno: Visitor, farid: UUID) -> None:
    page, form = chart(farid, "allergies/"), {**ALLERGY, "token": str(uuid4())}
    assert [bruno.post(page, form).status_code for _ in range(2)] == [303, 303]
    assert bruno.get(page).content.decode().count('class="entry entry-danger"') == 1


def test_htmx_gets_the_list_and_the_band_and_never_a_redirection(bruno: Visitor, farid: UUID) -> None:
    response = bruno.post(chart(farid, "allergies/"), {**ALLERGY, "token": str(uuid4())}, htmx=True)
    content = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in content
    assert 'id="band" aria-label="Patient" hx-swap-oob="true"' in content
    assert content.index("Pénicilline") > 0


def test_a_form_in_error_keeps_what_was_typed_and_says_why(bruno: Visitor, farid: UUID) -> None:
    form = {**ALLERGY, "substance": "  ", "token": str(uuid4())}
    for htmx in (False, True):
        response = bruno.post(chart(farid, "allergies/"), form, htmx=htmx)
        assert response.status_code == 422
        assert "Ce champ est nécessaire." in text(response)
        assert "Œdème" in response.content.decode()


def test_no_known_allergy_is_a_statement_that_an_allergy_contradicts(bruno: Visitor, farid: UUID) -> None:
    page = chart(farid, "allergies/")
    assert bruno.post(f"{page}none/", {"token": str(uuid4())}).status_code == 303
    assert "Aucune allergie connue" in text(bruno.get(page))
    bruno.post(page, {**ALLERGY, "token": str(uuid4())})
    refused = bruno.post(f"{page}none/", {"token": str(uuid4())})
    assert refused.status_code == 422
    assert "Des allergies figurent dans ce dossier" in text(refused)


def test_what_is_struck_out_stays_readable_with_its_reason(bruno: Visitor, farid: UUID) -> None:
    page, token = chart(farid, "allergies/"), str(uuid4())
    bruno.post(page, {**ALLERGY, "token": token})
    strike = f"{page}{token}/strike-out/"
    assert "Pénicilline" in text(bruno.get(strike))
    assert bruno.post(strike, {"version": "1", "reason": " "}).status_code == 422
    assert bruno.post(strike, {"version": "1", "reason": "Mauvais patient"}).status_code == 303
    shown = text(bruno.get(page))
    assert "Mauvais patient" in shown
    assert "Allergies non renseignées" in shown
    history = text(bruno.get(chart(farid, f"entries/{token}/")))
    assert "Mauvais patient" in history
    assert cast.BRUNO.label in history


def test_who_was_slower_overwrites_nothing(bruno: Visitor, farid: UUID) -> None:
    page, token = chart(farid, "allergies/"), str(uuid4())
    bruno.post(page, {**ALLERGY, "token": token})
    bruno.post(f"{page}{token}/refute/", {"version": "1", "reason": "Test négatif"})
    late = bruno.post(f"{page}{token}/strike-out/", {"version": "1", "reason": "Erreur"})
    assert late.status_code == 422
    assert "Quelqu’un a modifié cette ligne" in text(late)


def test_a_note_is_completed_and_struck_out(bruno: Visitor, farid: UUID) -> None:
    page, token = chart(farid, "notes/"), str(uuid4())
    assert bruno.post(page, {"title": "Nuit", "text": "Dort.\nCalme.", "token": token}).status_code == 303
    assert bruno.post(f"{page}{token}/addendum/", {"text": "Réveil à 6 h.", "token": str(uuid4())}).status_code == 303
    assert "Réveil à 6" in text(bruno.get(page))
    assert bruno.post(f"{page}{token}/strike-out/", {"version": "1", "reason": "Autre patient"}).status_code == 303
    assert "Notes barrées" in text(bruno.get(page))
    assert bruno.get(f"{page}{uuid4()}/addendum/").status_code == 404


def test_a_document_is_sealed_shown_and_downloaded(bruno: Visitor, farid: UUID, dossier: Dossier) -> None:
    page, token = chart(farid, "documents/"), str(uuid4())
    file = io.BytesIO(b"Tout va bien.\n" * 10_000)
    file.name = "lettre.txt"
    form = {"file": file, "title": "Lettre / sortie", "category": "Courrier", "token": token}
    assert bruno.post(page, form).status_code == 303
    assert "Lettre / sortie" in text(bruno.get(f"{page}{token}/"))
    response = bruno.get(f"{page}{token}/content")
    assert b"".join(response).startswith(b"Tout va bien.")  # type: ignore[call-overload]
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "script-src" not in response["Content-Security-Policy"]
    assert bruno.get(f"{page}{token}/content", **{"as": "attachment"})["Content-Disposition"].startswith("attachment")
    for path in Path(dossier.objects).rglob("*"):
        if path.is_file():
            assert b"Tout va bien" not in path.read_bytes()


def test_a_page_that_pretends_to_be_a_document_is_refused(bruno: Visitor, farid: UUID) -> None:
    file = io.BytesIO(b"<html><script>alert(1)</script>")
    file.name = "lettre.pdf"
    form = {"file": file, "title": "x", "category": "Courrier", "token": str(uuid4())}
    response = bruno.post(chart(farid, "documents/"), form)
    assert response.status_code == 422
    assert "Ce fichier n’est pas accepté" in text(response)


def test_a_correspondent_is_added_and_struck_out(bruno: Visitor, farid: UUID) -> None:
    page, token = chart(farid, "correspondents/"), str(uuid4())
    form = {"role": "treating_physician", "name": "Dr Leblond", "phone": "0199001122", "token": token}
    assert bruno.post(page, form).status_code == 303
    assert "Dr Leblond" in text(bruno.get(chart(farid)))
    assert bruno.post(f"{page}{token}/strike-out/", {"version": "1", "reason": "Parti"}).status_code == 303
    assert "barrée" in text(bruno.get(page))
    assert "Correspondants 0" in text(bruno.get(chart(farid)))


def test_what_was_typed_runs_nothing(bruno: Visitor, farid: UUID) -> None:
    attack = '<script>alert(1)</script>"onmouseover="alert(1)'
    bruno.post(chart(farid, "notes/"), {"title": attack, "text": attack, "token": str(uuid4())})
    for page in ("", "notes/"):
        content = bruno.get(chart(farid, page)).content.decode()
        assert "<script>alert" not in content
        assert "&lt;script&gt;" in content


# refusals -----------------------------------------------------------------------------------------------------------------------


PAGES = ("", "allergies/", "notes/", "stays/", "documents/", "correspondents/", "openings/")


@pytest.mark.parametrize("page", PAGES)
def test_chloe_without_a_tie_is_refused_and_shown_the_ways_on(dossier: Dossier, farid: UUID, page: str) -> None:
    response = visitor(dossier, cast.CHLOE).get(chart(farid, page))
    assert response.status_code == 403
    assert "PAT-TROIS" not in response.content.decode()
    assert "Ce dossier ne vous est pas ouvert" in text(response)
    assert chart(farid, "break-glass/") in response.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_denis_opens_nothing_and_is_offered_nothing(dossier: Dossier, farid: UUID, page: str) -> None:
    response = visitor(dossier, cast.DENIS).get(chart(farid, page))
    assert response.status_code == 403
    assert "PAT-TROIS" not in response.content.decode()
    assert "break-glass" not in response.content.decode()


def test_somebody_unknown_looks_like_somebody_without_a_tie(dossier: Dossier, farid: UUID) -> None:
    chloe = visitor(dossier, cast.CHLOE)
    known, unknown = (re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", text(chloe.get(chart(one)))) for one in (farid, uuid4()))
    assert known == unknown


def test_odile_sees_who_and_where_and_no_care(dossier: Dossier, farid: UUID, bruno: Visitor) -> None:
    bruno.post(chart(farid, "allergies/"), {**ALLERGY, "token": str(uuid4())})
    odile = visitor(dossier, cast.ODILE)
    response = odile.get(chart(farid))
    assert response.status_code == 200
    assert "Pénicilline" not in response.content.decode()
    assert "chip-danger" in response.content.decode()
    assert odile.get(chart(farid, "stays/")).status_code == 200
    for page in ("allergies/", "notes/", "vitals/", "results/", "timeline/", "search/"):
        assert odile.get(chart(farid, page)).status_code == 403
    assert odile.post(chart(farid, "allergies/"), {**ALLERGY, "token": str(uuid4())}).status_code == 403


def test_breaking_the_glass_opens_and_is_written_in_the_book(dossier: Dossier, farid: UUID, bruno: Visitor) -> None:
    nadia, page = visitor(dossier, cast.NADIA), chart(farid, "break-glass/")
    assert nadia.get(page).status_code == 200
    assert nadia.post(page, {}).status_code == 422
    assert nadia.get(chart(farid)).status_code == 403
    opened = nadia.post(page, {"reason": "vital_emergency", "text": "Arrêt au 207"})
    assert (opened.status_code, opened["Location"]) == (303, f"{chart(farid)}?done=glass-broken")
    assert "Ouvert en urgence, sans lien de prise en charge" in text(nadia.get(chart(farid)))
    book = text(bruno.get(chart(farid, "openings/")))
    assert "Urgence vitale" in book
    assert "Arrêt au 207" in book
    notices = visitor(dossier, cast.SONIA).get("/security/")
    assert cast.NADIA.label in text(notices)
    assert "PAT-TROIS" not in notices.content.decode()
    assert "Arrêt au 207" not in notices.content.decode()


def test_after_twenty_five_new_patients_a_touch_is_asked(dossier: Dossier) -> None:
    bruno = visitor(dossier, cast.BRUNO)
    patients = dossier.house.admit_many(26)
    for patient in patients[:25]:
        assert bruno.get(chart(patient, "stays/")).status_code == 200
    page = chart(patients[25], "notes/")
    response = bruno.get(page)
    assert response.status_code == 403
    assert f'data-serment="touch" data-then="{page}"' in response.content.decode()
    assert bruno.get(chart(patients[0])).status_code == 200
    bruno.browser.touch()
    assert bruno.get(page).status_code == 200


def test_a_lost_guard_keeps_nothing_of_a_form(dossier: Dossier, farid: UUID, bruno: Visitor) -> None:
    class Deaf:
        def call(self, verb: str, request: object) -> object:
            if verb == "flag":
                raise errors.Unavailable("guard_down")
            return dossier.guard.call(verb, request)

    page = chart(farid, "allergies/")
    with client.instead(Deaf()):
        response = bruno.post(page, {**ALLERGY, "token": str(uuid4())})
    assert response.status_code == 503
    assert "n’a pas été enregistré" in text(response)
    assert "Pénicilline" not in text(bruno.get(page))


def test_a_refusal_sends_htmx_to_the_page_that_says_why(dossier: Dossier, farid: UUID) -> None:
    response = visitor(dossier, cast.CHLOE).post(chart(farid, "notes/"), {"title": "x", "text": "y", "token": str(uuid4())}, htmx=True)
    assert (response.status_code, response["HX-Redirect"]) == (204, chart(farid))


# the unit, the search, the account -----------------------------------------------------------------------------------------------


def test_the_unit_shows_who_lies_where_and_which_beds_are_free(dossier: Dossier, farid: UUID) -> None:
    admit_to_a_bed(dossier, farid, "207")
    bruno = visitor(dossier, cast.BRUNO)
    first = bruno.get("/")
    assert (first.status_code, first["Location"]) == (303, f"/units/{cast.SURGERY}/")
    page = text(bruno.get(f"/units/{cast.SURGERY}/"))
    for words in ("PAT-TROIS", "207", "28/03/1979", "J3", "208 Lit libre", "Allergies non renseignées"):
        assert words in page, words


def test_a_unit_that_is_not_mine_shows_nobody(dossier: Dossier, farid: UUID) -> None:
    admit_to_a_bed(dossier, farid, "207")
    for player in (cast.CHLOE, cast.DENIS):
        response = visitor(dossier, player).get(f"/units/{cast.SURGERY}/")
        assert response.status_code == 403
        assert "PAT-TROIS" not in response.content.decode()


def test_the_command_box_holds_my_own_patients(dossier: Dossier, farid: UUID) -> None:
    admit_to_a_bed(dossier, farid, "207")
    box = visitor(dossier, cast.BRUNO).get("/commands/")
    assert "PAT-TROIS" in box.content.decode()
    assert "<html" not in box.content.decode()
    assert "PAT-TROIS" not in visitor(dossier, cast.CHLOE).get("/commands/").content.decode()
    assert "PAT-TROIS" not in visitor(dossier, cast.DENIS).get("/commands/").content.decode()


TRAITS = {"way": "traits", "birth_name": "pat trois", "first_given_name": "Farid", "birth_date": "28/03/1979", "sex": "M"}


def test_one_finds_a_person_by_all_four_traits(bruno: Visitor) -> None:
    assert "PAT-TROIS" in text(bruno.post("/patients/find/", TRAITS))
    assert "Personne ne répond" in text(bruno.post("/patients/find/", {**TRAITS, "birth_date": "29/03/1979"}))


@pytest.mark.parametrize("missing", ["birth_name", "first_given_name", "birth_date", "sex"])
def test_three_traits_find_nobody(bruno: Visitor, missing: str) -> None:
    response = bruno.post("/patients/find/", {name: value for name, value in TRAITS.items() if name != missing})
    assert response.status_code == 422
    assert "PAT-TROIS" not in text(response)


def test_one_finds_a_person_by_number_or_ins(bruno: Visitor) -> None:
    for number in ("000003", "2 79 03 51 215 189 89"):
        assert "PAT-TROIS" in text(bruno.post("/patients/find/", {"way": "number", "number": number})), number
    assert "PAT-TROIS" not in text(bruno.post("/patients/find/", {"way": "number", "number": "2 79 03 51 215 189 88"}))


def test_denis_finds_nobody(dossier: Dossier, farid: UUID) -> None:
    denis = visitor(dossier, cast.DENIS)
    assert denis.get("/patients/find/").status_code == 403
    assert denis.post("/patients/find/", TRAITS).status_code == 403
    assert denis.get("/")["Location"] == "/administration/"


def test_one_closes_a_session_elsewhere_and_keeps_the_last_passkey(dossier: Dossier, bruno: Visitor) -> None:
    other = dossier.house.browser(cast.BRUNO)
    page = bruno.get("/account/").content.decode()
    closing = re.findall(r"/account/sessions/[0-9a-f-]+/close/", page)
    assert len(closing) == 1
    assert bruno.post(closing[0])["Location"] == "/account/?done=session-closed"
    with pytest.raises(Refused, match="signed_out"):
        other.attend()


def test_the_gallery_shows_every_component(bruno: Visitor) -> None:
    page = text(bruno.get("/_gallery"))
    for words in ("Bandeau", "DELAUNAY", "Ouvert en urgence", "Nouveau-né", "Champs"):
        assert words in page


def test_an_unknown_page_says_so(bruno: Visitor) -> None:
    response = bruno.get("/nowhere/")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in text(response)


def test_a_nurse_asks_a_doctor_of_another_ward_for_an_opinion(dossier: Dossier) -> None:
    patient = dossier.admitted(cast.person("AILLEURS"), unit=cast.MEDICINE)
    nadia, amel = visitor(dossier, cast.NADIA), visitor(dossier, cast.AMEL)
    assert amel.get(chart(patient)).status_code == 403
    assert "Demander un avis" in text(nadia.get(chart(patient, "openings/")))
    assert "RPPS du confrère" in text(nadia.get(chart(patient, "advice/")))
    wrong = nadia.post(chart(patient, "advice/"), {"rpps": "10000000099"})
    assert (wrong.status_code, "ne porte ce numéro" in text(wrong)) == (422, True)
    assert nadia.post(chart(patient, "advice/"), {"rpps": "1000 0000 017"})["Location"].endswith("?done=advice-asked")
    assert amel.get(chart(patient)).status_code == 200
    assert "Demander un avis" not in text(visitor(dossier, cast.ODILE).get(chart(dossier.admitted(cast.FARID), "openings/")))


def test_what_one_writes_leads_back_to_the_record(dossier: Dossier, farid: UUID, bruno: Visitor) -> None:
    page = chart(farid, "notes/")
    bruno.get(page)
    assert bruno.post(page, {"title": "Relève", "text": "RAS", "token": str(uuid4())}).status_code == 303
    with dossier.house.guard.pool.connection() as tx:
        rows = tx.execute("select kind from tie where patient_id = %s and holder_account = %s", (farid, cast.BRUNO.id)).fetchall()
    assert rows == [("authored",)]
