"""A secretary, in Chromium: she files the papers of the day, names what they are and when they are from, and reads none of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from serment.dossier.demonstration.staff import STAFF
from tests.fixtures import papers
from tests.journeys.conftest import Workstation
from tests.journeys.test_letters import BRUNO, DOCTOR

pytestmark = pytest.mark.browser

Arrive = Callable[..., Workstation]
PICTURES = os.environ.get("SERMENT_PICTURES", "")
SECRETARY = next(one for one in STAFF if one.role == "secretary" and set(one.units) & set(BRUNO.units))


def picture(who: Workstation, name: str) -> None:
    if PICTURES:
        who.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def file(name: str, content: bytes) -> dict[str, object]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def test_a_secretary_files_papers_and_reads_nothing_and_a_physician_finds_them(workstation: Arrive) -> None:
    secretary, doctor = workstation(), workstation()
    secretary.sign_in(SECRETARY.label)
    patient = secretary.patients()[0]
    secretary.go(f"/patients/{patient}/documents/")
    assert "Vous classez sans lire" in secretary.text
    form = secretary.page.locator("form[data-serment=upload]")
    form.get_by_label("Fichier").set_input_files([file("Lettre du cardiologue.pdf", papers.active_pdf())])
    assert form.get_by_label("Titre").input_value() == "Lettre du cardiologue"
    form.get_by_label("Nature").select_option(label="Courrier")
    form.get_by_label("Date du document").fill("12/11/2026")
    form.get_by_label("Auteur ou provenance").fill("Dr Anne Serrault, cardiologue")
    picture(secretary, "secretary-files")
    form.get_by_role("button", name="Sceller dans le dossier").click()
    secretary.page.get_by_text("Document classé.").wait_for()
    several = [file("scan 1.png", papers.image("PNG")), file("scan 2.jpg", papers.image("JPEG")), file("piège.html", b"<script></script>")]
    form.get_by_label("Fichier").set_input_files(several)
    form.get_by_label("Nature").select_option(label="Autre document")
    form.get_by_role("button", name="Sceller dans le dossier").click()
    form.get_by_text("Ce fichier n’est pas accepté.").wait_for()
    assert form.get_by_text("scellé", exact=True).count() == 2
    picture(secretary, "secretary-filed")
    for closed in ("notes/", "results/", "allergies/"):
        secretary.go(f"/patients/{patient}/{closed}")
        assert "Votre fonction" in secretary.text, closed
    picture(secretary, "secretary-refused")
    secretary.go(f"/patients/{patient}/documents/")
    assert "Lettre du cardiologue" not in secretary.text

    doctor.sign_in(DOCTOR.label)
    doctor.go(f"/patients/{patient}/documents/")
    assert f"classé par {SECRETARY.label}" in doctor.text
    doctor.page.get_by_role("link", name="Lettre du cardiologue").first.click()
    doctor.page.get_by_text("qui a été retiré de ce que vous voyez").wait_for()
    doctor.page.wait_for_load_state("networkidle")
    assert "Dr Anne Serrault, cardiologue" in doctor.text
    assert "12/11/2026" in doctor.text
    assert "Reçu, pas encore vu" in doctor.text
    picture(doctor, "document-cleaned")
    assert doctor.complaints == []
