"""A patient asks for their record: registered at the desk, prepared by the physician, handed over sealed, opened at home."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pikepdf
import pytest

from tests.fixtures.archives import unzipped
from tests.journeys import looking
from tests.journeys.conftest import Workstation, kept, picture

pytestmark = pytest.mark.browser

SECRETARY, PHYSICIAN, COLLEAGUE = "Odile Ferrand", "Dr Amel Haddad", "Dr Chloé Vasseur"
NEIGHBOUR = "La voisine de palier dit que son fils passe rarement"
FOUR_DAYS_AGO = (datetime.now(UTC) - timedelta(days=4)).strftime("%d/%m/%Y")
Arrive = Callable[..., Workstation]


def register(desk: Workstation, patient: str) -> str:
    """The request, as it arrives at the desk; answers its address."""
    desk.go(f"/patients/{patient}/requests/")
    form = desk.page.locator("form#add")
    form.get_by_label("Reçue le").fill(FOUR_DAYS_AGO)
    form.get_by_label("Nom et prénom du demandeur").fill("Le patient lui-même")
    form.get_by_label("Où répondre").fill("02 40 00 00 00, après 18 h")
    picture(desk, "request-form")
    form.get_by_role("button", name="Enregistrer la demande").click()
    desk.page.get_by_text("48 heures de réflexion").wait_for()
    return "/" + desk.page.url.split("/", 3)[3].split("?")[0]


def step(desk: Workstation, name: str) -> None:
    desk.page.get_by_role("button", name=name, exact=True).click()
    desk.page.wait_for_load_state("networkidle")


def write_note(doctor: Workstation, patient: str, title: str, words: str, *, third_party: bool = False) -> None:
    doctor.go(f"/patients/{patient}/notes/?kind=note")
    form = doctor.page.locator("form[data-serment=draft]")
    form.get_by_label("Titre").fill(title)
    form.locator("textarea").first.fill(words)
    if third_party:
        form.get_by_text("Vient d’un tiers, ou le concerne").click()
        form.get_by_label("Informations de tiers").select_option("third_party_by")
    form.get_by_role("button", name="Enregistrer la note").click()
    doctor.page.get_by_text(words).first.wait_for()


def downloaded(doctor: Workstation, button: str, folder: Path) -> bytes:
    with doctor.page.expect_download() as waiting:
        doctor.page.get_by_role("button", name=button).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path.read_bytes()


def test_a_patients_copy_of_the_record(workstation: Arrive, tmp_path: Path) -> None:
    desk = workstation()
    desk.sign_in(SECRETARY)
    patient = desk.patients()[0]
    address = register(desk, patient)
    desk.page.get_by_label("Identité et qualité vérifiées par").select_option("document")
    step(desk, "Préparer la réponse")
    picture(desk, "request")

    doctor = workstation()
    doctor.sign_in(PHYSICIAN)
    write_note(doctor, patient, "Visite du matin", "Suites simples, reprise du transit.")
    write_note(doctor, patient, "Entretien social", NEIGHBOUR, third_party=True)
    write_note(doctor, patient, "Appel de la mairie", "La mairie signale un voisin en difficulté.")
    doctor.go(address)
    doctor.page.get_by_role("link", name="Préparer la copie").click()
    doctor.page.get_by_role("heading", name="Copie du dossier").wait_for()
    assert "marqué par son auteur" in doctor.text
    called = doctor.page.locator("li.entry", has_text="La mairie signale")
    called.get_by_role("combobox").select_option("third_party_about")
    called.get_by_role("button", name="Retirer de la copie").click()
    doctor.page.get_by_role("button", name="Remettre").wait_for()
    picture(doctor, "copy-review")
    looking.well(doctor.page, "copy")
    doctor.page.get_by_role("button", name=re.compile("créer le mot de passe")).click()
    doctor.page.get_by_role("heading", name="Notez ce mot de passe maintenant").wait_for()
    picture(doctor, "copy-password")
    looking.well(doctor.page, "password of a copy")
    password = doctor.page.locator(".copy-password").inner_text().strip()
    archive = downloaded(doctor, "L’archive complète", tmp_path)
    pdf = downloaded(doctor, "Le PDF à lire", tmp_path)

    files = unzipped(archive, password)
    bundle = json.loads(files["dossier.fhir.json"])
    said = json.dumps(bundle, ensure_ascii=False)
    assert bundle["type"] == "document"
    assert "Suites simples" in said
    assert NEIGHBOUR not in said
    assert "La mairie signale" not in said
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(io.BytesIO(pdf))
    with pikepdf.open(io.BytesIO(pdf), password=password) as opened:
        assert len(opened.pages) >= len(pikepdf.open(io.BytesIO(files["dossier.pdf"])).pages)
    kept("copy.pdf", files["dossier.pdf"])

    doctor.go(f"/patients/{patient}/openings/")
    assert "A fait une copie du dossier" in doctor.text
    desk.go(address)
    step(desk, "La réponse est prête")
    step(desk, "Remise au demandeur")
    assert "Remise" in desk.text
    picture(desk, "request-handed-over")
    looking.well(desk.page, "request handed over")
    desk.go("/requests/")
    picture(desk, "register")
    assert doctor.complaints == []
    assert desk.complaints == []


def test_a_colleague_without_a_tie_and_the_copy(workstation: Arrive) -> None:
    desk = workstation()
    desk.sign_in(SECRETARY)
    patient = desk.patients()[1]
    address = register(desk, patient)
    colleague = workstation()
    colleague.sign_in(COLLEAGUE)
    colleague.go(f"{address}copy/")
    assert "Ce dossier ne vous est pas ouvert" in colleague.text
    colleague.go("/requests/")
    assert "Patient hors de vos liens" in colleague.text
