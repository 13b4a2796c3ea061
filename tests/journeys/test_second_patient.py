"""Two patients side by side, in Chromium: opening a second one in another window asks, and going from one to the next does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from serment.dossier.demonstration.staff import STAFF
from tests.journeys.conftest import Workstation, picture
from tests.journeys.looking import dressed

pytestmark = pytest.mark.browser

Arrive = Callable[..., Workstation]
BRUNO = next(one for one in STAFF if one.label == "Bruno Lemoine")
ASKED = "Un autre dossier est ouvert sur ce poste"


def is_asked(here: Workstation) -> bool:
    return here.page.get_by_role("dialog", name=ASKED).is_visible()


def opens(here: Workstation, patient: str) -> None:
    here.go(f"/patients/{patient}/")


def test_a_second_patient_in_another_window_asks_and_the_safer_answer_closes_the_first(workstation: Arrive) -> None:
    nurse = workstation()
    nurse.sign_in(BRUNO.label)
    first, second, third = nurse.patients()[:3]
    opens(nurse, first)
    name = nurse.page.locator("#band .band-surname").inner_text()
    opens(nurse, second)
    assert not is_asked(nurse), "one after the other asks nothing"
    opens(nurse, first)
    other = replace(nurse, page=nurse.page.context.new_page())
    opens(other, first)
    assert not is_asked(other), "the same patient twice is one patient"
    opens(other, second)
    other.page.get_by_role("dialog", name=ASKED).wait_for()
    assert name in other.page.get_by_role("dialog", name=ASKED).inner_text()
    picture(other, "second-patient")
    other.page.emulate_media(color_scheme="dark")
    picture(other, "second-patient-dark")
    other.page.emulate_media(color_scheme="light")
    dressed(other.page, "a second patient")
    other.page.keyboard.press("Enter")
    nurse.page.wait_for_url(lambda address: "/patients/" not in address)
    assert not is_asked(other)

    opens(nurse, third)
    nurse.page.get_by_role("button", name="Garder les deux").click()
    opens(nurse, first)
    assert not is_asked(nurse), "whoever keeps both is not asked at every bed"
    assert nurse.complaints == []
