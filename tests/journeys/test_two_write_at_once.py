"""Two people write in one record at the same instant: nothing is lost, each sees the other's, and who comes second is told."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Workstation, picture

pytestmark = pytest.mark.browser

NURSE, COLLEAGUE = "Bruno Lemoine", "Sabrina Moulin"
Arrive = Callable[..., Workstation]
NOTE, ADD, VITALS = "form[data-draft*=note-note]", "form#add", "form#add"
AHEAD_MS = 900


@pytest.fixture
def pair(workstation: Arrive) -> tuple[Workstation, Workstation]:
    """Two nurses of one ward, each at a workstation."""
    nurse, colleague = workstation(), workstation()
    nurse.sign_in(NURSE)
    colleague.sign_in(COLLEAGUE)
    return nurse, colleague


def at_once(pair: tuple[Workstation, Workstation], form: str, *, times: int = 1) -> None:
    """Both send this form at the same instant of the clock, `times` times each, and wait for their pages."""
    instant = time.time() * 1000 + AHEAD_MS
    for one in pair:
        one.page.evaluate(
            """([selector, instant, times]) => setTimeout(() => {
                 const button = document.querySelector(selector).querySelector("button[type=submit], button.button-primary");
                 for (let n = 0; n < times; n += 1) button.click();
               }, instant - Date.now())""",
            [form, instant, times],
        )
    for one in pair:
        one.page.wait_for_timeout(AHEAD_MS + 300)
        one.page.wait_for_load_state("networkidle")


def both_see(pair: tuple[Workstation, Workstation], path: str, *words: str) -> None:
    for one in pair:
        one.go(path)
        for said in words:
            assert one.text.count(said) >= 1, (one.heading, said)


def test_two_notes_at_the_same_instant_both_stand_once_even_when_the_button_is_pressed_twice(
    pair: tuple[Workstation, Workstation],
) -> None:
    nurse, colleague = pair
    patient = nurse.patients()[0]
    for one, words in ((nurse, "Pansement refait à dix heures"), (colleague, "Douleur cotée à deux, s’est levé")):
        one.go(f"/patients/{patient}/notes/?kind=note")
        form = one.page.locator(NOTE)
        form.get_by_label("Titre").fill(words)
        form.locator("textarea").first.fill(f"{words}, détail.")
    at_once(pair, NOTE, times=3)
    both_see(pair, f"/patients/{patient}/notes/", "Pansement refait à dix heures, détail.", "Douleur cotée à deux, s’est levé, détail.")
    for one in pair:
        assert one.text.count("Pansement refait à dix heures, détail.") == 1
        assert one.text.count("Douleur cotée à deux, s’est levé, détail.") == 1
        assert one.complaints == []


def test_who_is_writing_is_told_of_the_other_and_keeps_every_word(pair: tuple[Workstation, Workstation]) -> None:
    nurse, colleague = pair
    patient = nurse.patients()[1]
    colleague.go(f"/patients/{patient}/notes/?kind=note")
    typed = colleague.page.locator(NOTE).locator("textarea").first
    typed.fill("Phrase commencée avant l’autre")
    nurse.go(f"/patients/{patient}/notes/?kind=note")
    form = nurse.page.locator(NOTE)
    form.get_by_label("Titre").fill("Visite de la famille")
    form.locator("textarea").first.fill("Famille reçue.")
    form.get_by_role("button", name="Enregistrer la note").click()
    nurse.page.get_by_text("Famille reçue.").wait_for()
    colleague.page.get_by_text("Une note vient d’être écrite").wait_for(timeout=30_000)
    assert typed.input_value() == "Phrase commencée avant l’autre"
    picture(colleague, "two-newer")
    colleague.page.get_by_text("Une note vient d’être écrite").click()
    colleague.page.get_by_text("Famille reçue.").wait_for()
    colleague.go(f"/patients/{patient}/notes/?kind=note")
    assert typed.input_value() == "Phrase commencée avant l’autre"


def test_two_sets_of_vital_signs_of_the_same_minute_both_stand(pair: tuple[Workstation, Workstation]) -> None:
    nurse, colleague = pair
    patient = nurse.patients()[2]
    for one, pulse in ((nurse, "71"), (colleague, "93")):
        one.go(f"/patients/{patient}/vitals/")
        form = one.page.locator(VITALS)
        form.get_by_label("Fréquence cardiaque").fill(pulse)
        form.get_by_label("Heure", exact=True).fill("00:05")
    at_once(pair, VITALS)
    both_see(pair, f"/patients/{patient}/vitals/", "71", "93")
    rows = nurse.page.locator("table tr", has_text="00:05").all_inner_texts()
    assert [re.search(r"\b(71|93)\b", row) is not None for row in rows].count(True) == 2, rows
    picture(nurse, "two-vitals")


def test_two_allergies_at_the_same_instant_are_both_in_the_band_of_both(pair: tuple[Workstation, Workstation]) -> None:
    nurse, colleague = pair
    patient = nurse.patients()[0]
    for one, substance in ((nurse, "Sparadrap"), (colleague, "Kiwi")):
        one.go(f"/patients/{patient}/allergies/")
        one.page.locator(ADD).get_by_label("Substance").fill(substance)
    at_once(pair, ADD)
    for one in pair:
        one.go(f"/patients/{patient}/")
        band = one.page.get_by_role("region", name="Patient").inner_text()
        assert "Sparadrap" in band
        assert "Kiwi" in band


def test_who_corrects_second_is_told_and_finds_their_words_beside_the_others(pair: tuple[Workstation, Workstation]) -> None:
    nurse, colleague = pair
    patient = nurse.patients()[1]
    nurse.go(f"/patients/{patient}/allergies/")
    nurse.page.locator(ADD).get_by_label("Substance").fill("Mangue")
    nurse.page.locator(ADD).get_by_role("button", name="Ajouter").click()
    nurse.page.locator("#allergies").get_by_text("Mangue").first.wait_for()
    for one, reaction in ((nurse, "Urticaire géante"), (colleague, "Gonflement des lèvres")):
        one.go(f"/patients/{patient}/allergies/")
        one.page.locator("li.entry", has_text="Mangue").get_by_role("link", name="Corriger").click()
        one.page.get_by_label("Réaction observée").fill(reaction)
    nurse.page.get_by_role("button", name="Enregistrer la correction").click()
    nurse.page.get_by_text("Urticaire géante").first.wait_for()
    colleague.page.get_by_role("button", name="Enregistrer la correction").click()
    colleague.page.get_by_text("Quelqu’un a modifié cette ligne").wait_for()
    picture(colleague, "two-stale")
    assert colleague.page.get_by_label("Réaction observée").input_value() == "Gonflement des lèvres"
    assert "Urticaire géante" in colleague.page.get_by_role("region", name="Ce qui est écrit maintenant").inner_text()
    colleague.page.get_by_role("button", name="Enregistrer la correction").click()
    colleague.page.get_by_text("Gonflement des lèvres").first.wait_for()
    colleague.page.locator("li.entry", has_text="Mangue").get_by_role("link", name="Historique").click()
    assert {NURSE, COLLEAGUE} <= {name for name in (NURSE, COLLEAGUE) if name in colleague.text}
