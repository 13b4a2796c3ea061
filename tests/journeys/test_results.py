"""Results, in Chromium: the list of what waits is worked through with the keyboard, and what was signed by a slip is taken back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Workstation
from tests.journeys.test_letters import DOCTOR

pytestmark = pytest.mark.browser

Arrive = Callable[..., Workstation]
PICTURES = os.environ.get("SERMENT_PICTURES", "")


def picture(who: Workstation, name: str) -> None:
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        who.page.emulate_media(color_scheme=scheme)
        who.page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)
    who.page.emulate_media(color_scheme="light")


def waiting(who: Workstation) -> int:
    return int(re.search(r"(\d+) documents? attend", who.text).group(1))  # type: ignore[union-attr]


def test_what_waits_is_seen_from_the_keyboard_alone(workstation: Arrive) -> None:
    doctor = workstation()
    doctor.sign_in(DOCTOR.label)
    doctor.page.keyboard.press("g")
    doctor.page.keyboard.press("o")
    doctor.page.get_by_role("heading", name="À voir").wait_for()
    doctor.page.wait_for_load_state("networkidle")
    before = waiting(doctor)
    assert before >= 2
    picture(doctor, "to-see")
    for number in range(2):
        doctor.page.keyboard.press("Enter")
        doctor.page.get_by_text("Reçu, pas encore vu").wait_for()
        doctor.page.wait_for_load_state("networkidle")
        picture(doctor, f"result-{number}")
        doctor.page.keyboard.press("v")
        doctor.page.get_by_text("Vu, sous votre nom.").wait_for()
        doctor.page.wait_for_load_state("networkidle")
    assert before - waiting(doctor) == 2 if before > 2 else "Rien n’attend" in doctor.text
    picture(doctor, "to-see-after")
    doctor.page.get_by_role("button", name="Annuler").first.click()
    doctor.page.get_by_text("le document attend de nouveau").wait_for()
    assert before - waiting(doctor) == 1
    assert doctor.complaints == []


def test_the_results_of_a_patient_are_read_by_panel_and_along_time(workstation: Arrive) -> None:
    doctor = workstation()
    doctor.sign_in(DOCTOR.label)
    for patient in doctor.patients():
        doctor.go(f"/patients/{patient}/results/")
        if "Hémogramme" in doctor.text:
            break
    # On the way a record may have asked for a touch, after what others of this file and of other files have opened.
    doctor.complaints.clear()
    picture(doctor, "results")
    assert doctor.page.get_by_role("heading", name="Ionogramme, créatinine, CRP").first.is_visible()
    plot = doctor.page.locator("svg.plot").first
    assert "Du plus ancien au plus récent" in str(plot.get_attribute("aria-label"))
    doctor.page.set_viewport_size({"width": 1024, "height": 768})
    assert doctor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(doctor, "results-tablet")
    assert doctor.complaints == []
