"""The worst day, in Chromium: declared, scoped, decided by two, written, posted; and a person checks the code of their letter."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest
from playwright.sync_api import Page

from serment.dossier.demonstration.staff import STAFF
from serment.guard import settings
from serment.guardhouse import start
from serment.oversight.four_eyes import proposals
from tests.fixtures.instance import Running
from tests.fixtures.mailing import HOUSE, opened
from tests.journeys import looking
from tests.journeys.conftest import Workstation, picture
from tests.journeys.test_two_people import settled

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

Arrive = Callable[..., Workstation]
SECURITY, PROTECTION = (next(one for one in STAFF if one.role == role) for role in ("security_officer", "data_protection_officer"))
NURSE = next(one for one in STAFF if one.role == "nurse_day")
CODE = re.compile(r"\b([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\b")
WORDS = {
    "Qui écrit": "Groupe hospitalier des Deux Rives", "Adresse de l’expéditeur": "12 quai des Gabares\n49000 Angers", "Fait à": "Angers",
    "Téléphone de qui répond": "02 41 00 00 00", "Heures d’appel, en anglais": "8 am to 7 pm",
    "Comment joindre le délégué": "à la même adresse", "Signature": "La directrice générale",
    "Ce qui s’est passé, en anglais": "A stolen session opened records.", "Ce que nous avons fait, en anglais": "It was closed.",
}  # fmt: skip
EXACT = {
    "Heures d’appel": "de 8 h à 19 h",
    "Ce qui s’est passé": "Une session volée a ouvert des dossiers.",
    "Ce que nous avons fait": "Elle a été fermée.",
}


def seen_by_nurse(workstation: Arrive) -> tuple[str, str]:
    """The nurse opens a record: the name and the birth date that its banner shows."""
    nurse = workstation()
    nurse.sign_in(NURSE.label)
    nurse.go(f"/patients/{nurse.patients()[0]}/")
    band = nurse.page.locator(".band").first.inner_text()
    born = re.search(r"\b(\d{2}/\d{2}/\d{4})\b", band)
    name = re.search(r"\b([A-ZÉÈÊÀÇÏÎÔÛ'’-]{3,})\b", band)
    assert born and name, band
    return name[1], born[1]


def declared(officer: Workstation) -> None:
    page = officer.page
    officer.go("/incidents/")
    picture(officer, "incident-register-empty")
    page.get_by_role("link", name="Déclarer un incident").click()
    page.get_by_label("Référence").fill("INC-2026-014")
    page.get_by_label("Ce que l’on sait, sans nommer de patient").fill(
        "Une session ouverte sur un poste partagé a servi à quelqu’un d’autre."
    )
    offered = page.get_by_label("Comptes en cause").inner_text().splitlines()
    page.get_by_label("Comptes en cause").select_option(label=next(one for one in offered if NURSE.label in one))
    picture(officer, "incident-declare")
    page.get_by_role("button", name="Déclarer").click()
    page.get_by_role("heading", name="INC-2026-014").wait_for()


def scoped(officer: Workstation) -> None:
    page = officer.page
    picture(officer, "incident-declared")
    page.get_by_role("button", name="Calculer").click()
    page.locator(".exposure-plot").wait_for(timeout=60_000)
    picture(officer, "incident-scope")
    looking.well(officer.page, "incident with its scope")
    page.get_by_role("link", name="Les personnes").click()
    page.locator("tbody tr").first.wait_for()
    picture(officer, "incident-persons")
    looking.well(officer.page, "exposed persons")
    page.locator("tbody tr").first.get_by_role("link").first.click()
    page.wait_for_load_state("networkidle")
    picture(officer, "incident-person")
    looking.well(officer.page, "exposed person")
    page.go_back()


def worded(officer: Workstation) -> None:
    page = officer.page
    page.get_by_role("link", name="Autorités").click()
    page.get_by_label("Organisme").fill("Groupe hospitalier des Deux Rives")
    page.get_by_label("Description de la violation").fill("Une session restée ouverte a servi à ouvrir des dossiers.")
    picture(officer, "incident-notices")
    page.get_by_role("button", name="Garder").click()
    page.get_by_text("Textes gardés").wait_for()
    page.get_by_role("link", name="Courriers").click()
    for label, text in WORDS.items():
        page.get_by_label(label).first.fill(text)
    for label, text in EXACT.items():
        page.get_by_label(label, exact=True).fill(text)
    picture(officer, "incident-words")
    looking.well(officer.page, "words of a letter")
    page.get_by_role("button", name="Garder ces mots").click()
    page.get_by_label("Clé publique de l’imprimeur").fill(str(HOUSE.to_public()))
    page.get_by_label("Motif").fill("Personnes vues par la session volée")
    picture(officer, "incident-propose")
    page.get_by_role("button", name="Proposer", exact=True).click()
    page.get_by_text("attend une seconde personne").wait_for()


def released(instance: Running) -> None:
    """The hour between the approval and its effect, gone at once: the guard does what is due."""
    guard = start.guard(settings.load(str(instance.data_dir / "config" / "guard.json")))
    try:
        assert proposals.execute_due(guard, guard.clock() + timedelta(minutes=61)) == 1
    finally:
        guard.pool.close()
        guard.dossier_pool.close()


def letters_of(batch: bytes, folder: Path) -> list[str]:
    """The pages of a batch, as the mailing house reads them."""
    place = folder / "letters" / "x"
    place.mkdir(parents=True)
    (place / "lot-00001.zip.age").write_bytes(batch)
    pdf, _ = opened(folder)[1]
    return subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode().split("\f")


def fetched(page: Page) -> bytes:
    """The first batch, fetched by the officer; the page says when it is there."""
    link = page.get_by_role("link", name="Prendre").first
    for _ in range(60):
        if link.count():
            break
        page.wait_for_timeout(1000)
        page.reload()
    with page.expect_download() as download:
        link.click()
    return Path(download.value.path()).read_bytes()


def called(officer: Workstation, code: str) -> None:
    """Somebody calls about a letter: first with a name that is nobody's, then with the code on the page they hold."""
    page = officer.page
    officer.go("/incidents/caller/")
    for label, text in {"Nom de naissance": "Inconnue", "Premier prénom": "Lise", "Date de naissance": "12/03/1948"}.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Femme").check()
    page.get_by_role("button", name="Demander au journal").click()
    page.get_by_text("Personne ne répond à ces traits").wait_for()
    picture(officer, "caller-unknown")
    looking.well(page, "a caller whom nobody knows")
    page.get_by_label("Ou code de la lettre reçue").fill(code)
    page.get_by_role("button", name="Demander au journal").click()
    page.get_by_text("Courriers partis à son sujet").wait_for()
    assert "INC-2026-014" in officer.text and "Oui : " in officer.text.replace("\u202f", " ").replace("\xa0", " ")
    picture(officer, "caller-answered")
    looking.well(page, "a caller who is answered")


def compared(officer: Workstation, other: Workstation, name: str, born: str) -> None:
    """A list that is sold: proposed by one, approved by the other, given once more, and judged."""
    page = officer.page
    listed = f"Nom de naissance;Prénom;Date de naissance;Sexe\n{name};LISE;{born};F\nINVENTEE;LISE;12/03/1948;F"
    officer.go("/incidents/leak/")
    page.get_by_label("Ou texte collé").first.fill(listed)
    page.get_by_label("Motif").fill("Liste vue en vente")
    picture(officer, "leak")
    page.get_by_role("button", name="Proposer").click()
    page.get_by_text("attend une seconde personne").first.wait_for()
    looking.well(page, "a leaked list that is proposed")
    other.go("/administration/")
    other.page.get_by_role("button", name="Approuver avec ma clé").click()
    other.page.locator(".toast", has_text="Approuvée, et faite").wait_for()
    officer.go("/incidents/leak/")
    page.get_by_text("Redonner la liste et la comparer").click()
    page.locator("details[open]").get_by_label("Ou texte collé").fill(listed)
    page.get_by_role("button", name="Comparer").click()
    page.get_by_role("link", name="Une liste a fuité").first.wait_for()
    page.get_by_text("lignes sur 2").first.wait_for()
    page.emulate_media(color_scheme="dark")
    picture(officer, "verdict-dark")
    page.emulate_media(color_scheme="light")
    picture(officer, "verdict")
    looking.well(page, "the verdict on a list")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not here")
def test_from_the_declaration_to_the_code_that_a_person_checks(workstation: Arrive, demo_instance: Running, tmp_path: Path) -> None:
    name, born = seen_by_nurse(workstation)
    sonia, paul = settled(workstation, demo_instance, (SECURITY.label, SECURITY.id), (PROTECTION.label, PROTECTION.id))
    declared(sonia)
    scoped(sonia)
    worded(sonia)
    paul.go("/administration/")
    picture(paul, "incident-approve")
    paul.page.get_by_role("button", name="Approuver avec ma clé").click()
    paul.page.locator(".toast", has_text="Elle prendra effet").wait_for()
    sonia.page.reload()
    sonia.page.get_by_text("L’envoi pourra commencer le").wait_for()
    picture(sonia, "incident-delay")
    looking.well(sonia.page, "letters before their delay")
    released(demo_instance)
    sonia.page.reload()
    sonia.page.get_by_role("button", name="Commencer l’envoi").click()
    sonia.page.get_by_text("3. L’envoi").wait_for()
    batch = fetched(sonia.page)
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(batch, [pyrage.x25519.Identity.generate()])
    sonia.page.reload()
    picture(sonia, "incident-sending")
    looking.well(sonia.page, "letters on their way")
    pages = letters_of(batch, tmp_path)
    mine = next(page for page in pages if name in page.upper())
    code = CODE.search(mine)
    assert code and "Une session volée a ouvert des dossiers." in mine
    sonia.page.get_by_role("button", name="Posté").first.click()
    sonia.page.get_by_text("Noté").wait_for()
    called(sonia, code[1])
    compared(sonia, paul, name, born)

    anybody = workstation(passkey=False)
    anybody.go("/verifier/")
    anybody.page.get_by_label("Code de vérification").fill(code[1])
    anybody.page.get_by_label("Date de naissance").fill(born)
    anybody.page.get_by_role("button", name="Vérifier").click()
    anybody.page.get_by_text("Oui, ce message vient de nous").wait_for()
    picture(anybody, "incident-verified")
    looking.well(anybody.page, "a letter that is genuine")
    anybody.page.get_by_label("Code de vérification").fill("0000-0000-0000-0001")
    anybody.page.get_by_label("Date de naissance").fill(born)
    anybody.page.get_by_role("button", name="Vérifier").click()
    anybody.page.get_by_text("ne correspondent à aucun message").wait_for()
    picture(anybody, "incident-not-ours")
    looking.well(anybody.page, "a letter that is not")
    sonia.page.set_viewport_size({"width": 1024, "height": 768})
    sonia.go("/incidents/")
    sonia.page.get_by_role("link", name="INC-2026-014").click()
    picture(sonia, "incident-tablet")
    overflow = sonia.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0
    assert [one.complaints for one in (sonia, paul, anybody)] == [[], [], []]
