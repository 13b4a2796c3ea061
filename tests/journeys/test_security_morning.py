"""The security officer's morning, in Chromium: what is live, what to read, what to judge; from the keyboard."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from serment.dossier.demonstration.staff import STAFF
from tests.journeys.conftest import Workstation
from tests.journeys.test_first_light import BRUNO, is_with_bruno, someone

pytestmark = pytest.mark.browser

Arrive = Callable[..., Workstation]

# Where to leave pictures of the pages for people to look at; nowhere by default.
PICTURES = os.environ.get("SERMENT_PICTURES", "")


def picture(officer: Workstation, name: str) -> None:
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        officer.page.emulate_media(color_scheme=scheme)
        officer.page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)
    officer.page.emulate_media(color_scheme="light", media="print")
    officer.page.screenshot(path=Path(PICTURES) / f"{name}-print.png", full_page=True)
    officer.page.emulate_media(color_scheme="light", media="screen")


def breaks_the_glass(nurse: Workstation, patient: str) -> None:
    nurse.go(f"/patients/{patient}/break-glass/")
    nurse.page.get_by_role("radio").first.check()
    nurse.page.get_by_role("button", name=re.compile("Ouvrir le dossier")).click()
    nurse.page.wait_for_url(re.compile(rf"/patients/{patient}/(\?.*)?$"))


def focused(officer: Workstation) -> str:
    return str(officer.page.evaluate("document.activeElement.id"))


def test_the_officer_reads_three_broken_glasses_from_the_keyboard_and_cuts_the_account_that_had_no_reason(workstation: Arrive) -> None:
    bruno = workstation()
    bruno.sign_in(BRUNO)
    patients = bruno.patients()[:3]
    assert len(patients) == 3
    thief = next(one.label for one in STAFF if one.role == "nurse_night" and not is_with_bruno(one))
    nurse = workstation()
    nurse.sign_in(thief)
    for patient in patients:
        breaks_the_glass(nurse, patient)
        picture(nurse, "nurse")

    officer = workstation()
    officer.sign_in(someone("security_officer"))
    officer.go("/security/")
    picture(officer, "security")
    mine = officer.page.get_by_role("row", name=re.compile(thief))
    assert mine.count() == 3
    for patient in patients:
        assert patient in officer.text

    # One key each: the keyboard stands on the next one.
    waiting = officer.page.get_by_role("button", name=re.compile("^Lu"))
    waiting.first.focus()
    for left in range(waiting.count() - 1, -1, -1):
        expect(waiting.first).to_be_focused()
        officer.page.keyboard.press("Enter")
        expect(waiting).to_have_count(left)
    officer.page.get_by_text("Tout est lu.").wait_for()
    expect(officer.page.locator("#all-read")).to_be_focused()

    # What comes every few seconds does not take the keyboard away.
    officer.page.locator("#tally-reviews").focus()
    with officer.page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true", timeout=15_000):
        pass
    officer.page.wait_for_timeout(300)
    assert focused(officer) == "tally-reviews"

    # The third emergency of a shift is always looked at.
    officer.page.keyboard.press("Enter")
    officer.page.wait_for_url(re.compile("/security/reviews/"))
    officer.page.get_by_text("au moins la troisième urgence").first.wait_for()
    picture(officer, "reviews")
    officer.page.get_by_role("listitem").filter(has_text="au moins la troisième urgence").get_by_role("link", name=thief).first.click()
    officer.page.get_by_role("heading", name="Ce qui reste à expliquer").wait_for()
    picture(officer, "review")
    officer.page.get_by_text("Pas légitime…").click()
    officer.page.get_by_role("button", name="Pas légitime : suspendre ce compte").click()
    officer.page.locator(".toast", has_text="Le compte est suspendu").wait_for()
    nurse.page.reload()
    nurse.page.get_by_role("heading", name="Ce compte est suspendu").wait_for()

    officer.go("/security/")
    officer.page.get_by_role("region", name=re.compile("Comptes suspendus")).get_by_text(thief).wait_for()
    picture(officer, "security-after")
    officer.go("/security/accounts/")
    picture(officer, "accounts")
    for name in patients:
        assert name not in officer.page.url
    assert officer.complaints == []


def test_the_figures_are_a_table_too_and_stay_open_while_they_are_refreshed(workstation: Arrive) -> None:
    officer = workstation()
    officer.sign_in(someone("data_protection_officer"))
    officer.go("/security/")
    officer.page.get_by_text("Heure par heure, en tableau").click()
    table = officer.page.locator("#hour-table")
    table.get_by_role("columnheader", name="Connexions").wait_for()
    with officer.page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true", timeout=15_000):
        pass
    officer.page.wait_for_timeout(300)
    assert table.get_by_role("columnheader", name="Connexions").is_visible()
    picture(officer, "security-table")
    officer.go("/_gallery")
    officer.page.get_by_role("img", name=re.compile("66 sur 80")).wait_for()
    picture(officer, "gallery")
    assert officer.complaints == []
