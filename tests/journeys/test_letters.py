"""Letters, in Chromium: a physician writes, looks at the pages, signs, hands over; and the day somebody leaves."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from serment.dossier.demonstration.staff import STAFF
from tests.journeys import looking
from tests.journeys.conftest import PATIENT, Workstation

pytestmark = pytest.mark.browser

Arrive = Callable[..., Workstation]
PICTURES = os.environ.get("SERMENT_PICTURES", "")
BRUNO = next(one for one in STAFF if one.label == "Bruno Lemoine")
DOCTOR = next(one for one in STAFF if one.role == "ward_physician" and set(one.units) & set(BRUNO.units))


def picture(who: Workstation, name: str) -> None:
    if PICTURES:
        who.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def content(who: Workstation) -> bytes:
    """The file behind the page of a document, asked for as the page does."""
    address = who.page.locator("iframe.preview").get_attribute("src")
    data = who.page.evaluate("async (url) => [...new Uint8Array(await (await fetch(url)).arrayBuffer())]", address)
    return bytes(data)


def test_a_physician_writes_to_the_treating_physician(workstation: Arrive) -> None:
    doctor = workstation()
    doctor.sign_in(DOCTOR.label)
    patient = doctor.patients()[0]
    doctor.go(f"/patients/{patient}/documents/")
    picture(doctor, "documents")
    doctor.page.keyboard.press("l")
    doctor.page.get_by_role("heading", name="Écrire une lettre").wait_for()
    picture(doctor, "letters")
    doctor.page.get_by_role("link", name="Au médecin traitant").click()
    body = doctor.page.get_by_label("Lettre", exact=True)
    body.fill(body.input_value() + "\n\nLe contrôle à six semaines est prévu.")
    picture(doctor, "letter")
    doctor.page.get_by_role("button", name="Relire les pages").click()
    doctor.page.get_by_role("img", name="Page 1 sur 1").wait_for()
    picture(doctor, "letter-preview")
    doctor.page.get_by_role("link", name="Corriger").click()
    assert "six semaines" in doctor.page.get_by_label("Lettre", exact=True).input_value()
    doctor.page.get_by_role("button", name="Relire les pages").click()
    doctor.page.get_by_role("img", name="Page 1 sur 1").wait_for()
    doctor.page.keyboard.press("s")
    doctor.page.get_by_text("Signée par").wait_for()
    doctor.page.wait_for_load_state("networkidle")
    picture(doctor, "letter-signed")
    assert content(doctor).startswith(b"%PDF-")
    doctor.page.get_by_label("Comment").select_option(label="par messagerie sécurisée de santé")
    doctor.page.get_by_role("button", name="Noter la remise").click()
    doctor.page.get_by_text("Remise notée.").wait_for()
    looking.well(doctor.page, "signed letter")
    doctor.go(doctor.page.url.removeprefix(doctor.base_url).split("?")[0] + "addendum/")
    doctor.page.get_by_role("heading", name="Additif").first.wait_for()
    picture(doctor, "letter-addendum")
    looking.well(doctor.page, "addendum to a letter")
    assert doctor.complaints == []


def test_the_day_somebody_leaves_the_unit_says_who_has_no_letter_yet(workstation: Arrive) -> None:
    doctor = workstation()
    doctor.sign_in(DOCTOR.label)
    picture(doctor, "unit-leaving")
    line = doctor.page.locator(".line-row", has_text="sans lettre de liaison").first
    patient = PATIENT.findall(line.inner_html())[0]
    doctor.go(f"/patients/{patient}/")
    doctor.page.get_by_role("link", name="lettre de liaison à écrire").click()
    doctor.page.get_by_label("Suites à donner").fill(
        "Consultation de contrôle dans six semaines.\nAblation des fils à J10 par l’infirmière."
    )
    if not doctor.page.get_by_label("Synthèse médicale du séjour").input_value():
        doctor.page.get_by_label("Synthèse médicale du séjour").fill("Suites simples.")
    picture(doctor, "discharge")
    doctor.page.get_by_role("button", name="Relire les pages").click()
    doctor.page.get_by_role("img", name="Page 1 sur").wait_for()
    picture(doctor, "discharge-preview")
    doctor.page.get_by_role("button", name="Signer").click()
    doctor.page.get_by_text("Signée par").wait_for()
    doctor.page.wait_for_load_state("networkidle")
    if PICTURES:
        (Path(PICTURES) / "discharge.pdf").write_bytes(content(doctor))
    doctor.page.get_by_label("À qui").fill("Le patient")
    doctor.page.get_by_role("button", name="Noter la remise").click()
    doctor.page.get_by_text("Remise notée.").wait_for()
    picture(doctor, "discharge-signed")
    doctor.go("/")
    assert "sans lettre de liaison" not in doctor.page.locator(".line-row", has=doctor.page.locator(f"a[href*='{patient}']")).inner_text()
    assert doctor.complaints == []


def test_letters_that_are_ready_are_signed_with_one_touch(workstation: Arrive) -> None:
    doctor = workstation()
    doctor.sign_in(DOCTOR.label)
    patient = doctor.patients()[-1]
    page = doctor.page
    for kind, field, words in (("free", "Lettre", "Bonjour."), ("convocation", "Lieu", "Consultations, deuxième étage")):
        doctor.go(f"/patients/{patient}/letters/{kind}/")
        page.get_by_label("Objet").fill("Suite de l’hospitalisation")
        page.get_by_label("Destinataire", exact=True).select_option("patient")
        page.get_by_label(field, exact=True).fill(words)
        if kind == "convocation":
            page.get_by_label("Jour et heure").fill("lundi 7 décembre 2026 à 9 h")
        page.get_by_role("button", name="Relire les pages").click()
        page.get_by_role("img", name="Page 1 sur 1").wait_for()
    doctor.go(f"/patients/{patient}/letters/")
    page.get_by_role("link", name="Relire et signer les brouillons ensemble").click()
    page.get_by_role("img", name="Convocation, Page 1 sur 1").wait_for()
    picture(doctor, "letters-together")
    looking.well(page, "letters signed together")
    page.get_by_role("button", name="Signer les 2 lettres avec ma clé").click()
    page.get_by_text("Lettres signées.").wait_for()
    assert page.get_by_role("link", name="Suite de l’hospitalisation").count() == 2
    assert doctor.complaints == []
