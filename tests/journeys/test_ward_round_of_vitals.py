"""A nurse's evening, in Chromium: the signs of a ward of thirty in one go, a value that surprises, a target opened and closed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from tests.fixtures.instance import Running
from tests.journeys.conftest import Workstation
from tests.journeys.test_first_light import admits
from tests.journeys.test_security_morning import picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MARION = "Marion Tessier"
WARD = 30
# What a hand types in one line: pressures, pulse, temperature, respiration, saturation, pain; Tab between, the keyboard alone.
WELL = ("13/8", "", "72", "36,9", "16", "97", "", "2", "A")
WORSE = ("9/5", "", "124", "38,6", "26", "91", "3", "4", "C")
MISTYPED = ("12/7", "", "80", "73", "16", "98", "", "0", "A")


@pytest.fixture
def nurse(workstation: Callable[..., Workstation], demo_instance: Running) -> Workstation:
    made = workstation()
    made.sign_in(MARION)
    admits(demo_instance, WARD - len(made.patients()), unit="cardiology", first=800, name="VESPERAL")
    made.page.reload()
    assert len(made.patients()) == WARD
    return made


def types_a_line(nurse: Workstation, values: tuple[str, ...]) -> None:
    """One line, from its first field to its last; Enter goes on to the next line."""
    for place, value in enumerate(values):
        if place:
            nurse.page.keyboard.press("Tab")
        nurse.page.keyboard.type(value)
    nurse.page.keyboard.press("Enter")


def state(line: Locator) -> Locator:
    return line.locator("[data-serment=line-state]")


def test_thirty_patients_in_one_go_and_what_surprises_is_asked_and_kept(nurse: Workstation) -> None:
    page = nurse.page
    picture(nurse, "ward-unit")
    page.keyboard.press("t")
    page.get_by_role("heading", name="Tour des constantes").wait_for()
    lines = page.locator("form[data-serment=tour-line]")
    expect(lines).to_have_count(WARD)
    lines.first.get_by_label("PAS").focus()
    for number in range(WARD):
        types_a_line(nurse, {4: WORSE, 7: MISTYPED}.get(number, WELL))
    # After twenty-five new records the passkey is asked for once; the lines wait, and nothing is lost.
    waiting = page.locator("[data-serment=tour-touch]")
    expect(waiting).to_be_visible(timeout=30_000)
    picture(nurse, "ward-tour-waiting")
    waiting.get_by_role("button").click()
    expect(waiting).to_be_hidden()
    count = page.locator("[data-serment=tour-count]")
    expect(count).to_have_text(str(WARD - 1), timeout=30_000)
    expect(state(lines.nth(0))).to_contain_text("NEWS2 0")
    expect(state(lines.nth(4))).to_contain_text("NEWS2 17")
    expect(state(lines.nth(4))).to_contain_text("élevé")
    # 73 degrees: a question, and the value stays when the nurse says so.
    mistyped = lines.nth(7)
    expect(mistyped.get_by_label("T°")).to_have_attribute("aria-invalid", "true")
    picture(nurse, "ward-tour-question")
    mistyped.get_by_role("checkbox", name="Je confirme 73").check()
    expect(count).to_have_text(str(WARD))
    picture(nurse, "ward-tour-done")
    page.set_viewport_size({"width": 1024, "height": 768})
    picture(nurse, "ward-tour-tablet")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [one for one in nurse.complaints if "403" not in one and "422" not in one] == []


def test_a_target_is_opened_followed_and_closed_with_its_result(nurse: Workstation) -> None:
    page = nurse.page
    patient = nurse.patients()[-1]
    nurse.go(f"/patients/{patient}/")
    page.keyboard.press("n")
    page.wait_for_url(re.compile(r"/notes/#add$"))
    page.get_by_role("heading", name="Transmission ciblée").wait_for()
    page.get_by_label("Cible").fill("Douleur thoracique")
    page.get_by_label("Données").fill("EN 6, pâleur, pas d’irradiation")
    page.get_by_label("Actions").fill("ECG fait, Dr Delorme prévenu")
    page.get_by_label("Actions").press("Control+Enter")
    targets = page.get_by_role("region", name="Cibles ouvertes")
    targets.get_by_text("Douleur thoracique").wait_for()
    picture(nurse, "ward-target-open")
    nurse.go(f"/patients/{patient}/")
    page.get_by_role("link", name=re.compile("Résultats à écrire.*Douleur thoracique")).click()
    expect(page.get_by_label("Ce sont les résultats")).to_be_checked()
    page.get_by_label("Complément").fill("EN 1 à 20 minutes, ECG sans modification")
    picture(nurse, "ward-target-result")
    page.get_by_label("Complément").press("Control+Enter")
    page.get_by_text("EN 1 à 20 minutes").first.wait_for()
    expect(targets).to_have_count(0)
    nurse.go(f"/patients/{patient}/")
    expect(page.get_by_text("Résultats à écrire")).to_have_count(0)
    picture(nurse, "ward-synthesis")
    assert nurse.complaints == []
