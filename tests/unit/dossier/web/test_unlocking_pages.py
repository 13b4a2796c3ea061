"""Without a tie, outside an emergency: the page that offers it, the colleague who unlocks, and a ward longer than one touch shows."""

from __future__ import annotations

from uuid import UUID

from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.test_pages import admit_to_a_bed
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor
from tests.unit.guard.test_meters import act, decide


def opened_untied(person: Visitor, patient: UUID) -> int:
    person.browser.touch()
    return person.post(chart(patient, "open-untied/")).status_code


def test_nadia_opens_a_record_without_a_tie_from_the_page_that_refused_it(dossier: Dossier) -> None:
    patient = dossier.admitted(cast.FARID)
    nadia = visitor(dossier, cast.NADIA)
    refused = nadia.get(chart(patient))
    assert (refused.status_code, "Ouvrir sans lien" in text(refused)) == (403, True)
    opened = nadia.post(chart(patient, "open-untied/"))
    assert (opened.status_code, opened["Location"]) == (303, f"{chart(patient)}?done=opened-untied")
    assert nadia.get(chart(patient)).status_code == 200


def test_a_key_of_today_is_told_why_only_an_emergency_opens(dossier: Dossier) -> None:
    patient = dossier.admitted(cast.FARID)
    browser = dossier.house.browser(cast.NADIA, is_new=True)
    nadia = visitor(dossier, cast.CHLOE)
    nadia.browser = browser
    nadia.client.cookies.clear()
    from serment.dossier.web.sign_in import cookie

    nadia.client.cookies[cookie.NAME] = browser.session
    page = text(nadia.get(chart(patient)))
    assert "Votre clé d’accès a moins d’un jour" in page
    assert "Ouvrir sans lien" not in page
    assert "Ouvrir en urgence" in page


def test_at_the_hard_stop_a_colleague_unlocks_on_her_own_screen(dossier: Dossier) -> None:
    patients = dossier.house.admit_many(7, unit=cast.MEDICINE)
    bruno, amel = visitor(dossier, cast.BRUNO), visitor(dossier, cast.AMEL)
    assert [opened_untied(bruno, patient) for patient in patients[:5]] == [303] * 5
    stopped = bruno.post(chart(patients[5], "open-untied/"))
    assert stopped.status_code == 403
    assert "Un collègue peut vous débloquer" in text(stopped)
    assert "Personne ne demande rien" in text(amel.get("/unlock/"))
    asked = bruno.post("/unlock/ask/", {"patient": str(patients[5])})
    assert "Vos collègues voient votre demande" in text(asked)
    # Whatever page Amel has before her, its menu says that somebody waits.
    assert "1 collègue demande à être débloqué" in text(amel.get("/unlock/waiting/"))
    assert bruno.post("/unlock/ask/", {"patient": str(patients[5])}, htmx=True).status_code == 204
    page = amel.get("/unlock/").content.decode()
    assert cast.BRUNO.label in page
    request = UUID(page.partition('data-subject="')[2][:36])
    done = amel.post(f"/unlock/{request}/", act(amel.browser, "unlock", request))
    assert (done.status_code, done["Location"]) == (303, "/unlock/?done=unlocked")
    assert "débloqué" not in text(amel.get("/unlock/waiting/"))
    told = bruno.post("/unlock/ask/", {"patient": str(patients[5])}, htmx=True)
    assert (told.status_code, "Un collègue vous a débloqué" in text(told)) == (200, True)
    assert opened_untied(bruno, patients[5]) == 303


def test_only_colleagues_of_the_unit_are_told_that_somebody_waits(dossier: Dossier) -> None:
    patients = dossier.house.admit_many(6, unit=cast.MEDICINE)
    bruno = visitor(dossier, cast.BRUNO)
    for patient in patients[:5]:
        opened_untied(bruno, patient)
    assert bruno.post("/unlock/ask/").status_code == 200
    for stranger in (cast.CHLOE, cast.SONIA):
        assert "débloqué" not in text(visitor(dossier, stranger).get("/unlock/waiting/"))


def test_an_unlock_that_is_not_needed_is_said_to_be_so(dossier: Dossier) -> None:
    answer = visitor(dossier, cast.BRUNO).post("/unlock/ask/")
    assert answer.status_code == 409
    assert "Vous n’avez pas besoin d’un collègue" in text(answer)


def test_a_ward_longer_than_the_lease_shows_what_it_may_and_offers_a_touch(dossier: Dossier) -> None:
    decide(dossier.house, "lease.lines", 2)
    for number, name in enumerate(("ALPHA", "BRAVO", "CHARLIE")):
        admit_to_a_bed(dossier, dossier.admitted(cast.person(name)), f"20{number}")
    bruno, ward = visitor(dossier, cast.BRUNO), f"/units/{cast.SURGERY}/"
    page = bruno.get(ward)
    assert "Un patient de l’unité attend que vous présentiez votre clé" in text(page)
    assert sum(name in page.content.decode() for name in ("ALPHA", "BRAVO", "CHARLIE")) == 2
    bruno.browser.touch()
    assert sum(name in bruno.get(ward).content.decode() for name in ("ALPHA", "BRAVO", "CHARLIE")) == 3
