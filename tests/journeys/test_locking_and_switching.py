"""A workstation shared by a ward: it locks itself, unlocks at a touch, and changes hands in seconds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fixtures.instance import Running
from tests.journeys.conftest import AUTHENTICATOR, Workstation

pytestmark = [pytest.mark.instance, pytest.mark.timeout(300)]

SWITCH_SECONDS_MAX = 5.0


def in_a_record(desk: Workstation) -> tuple[str, str]:
    """Open the first record of the ward: its address, and a name that stands on the page."""
    desk.page.locator("[data-serment=rows] a.line-name").first.click()
    desk.page.wait_for_url(re.compile(r"/patients/[0-9a-f-]{36}/$"))
    desk.page.wait_for_load_state("networkidle")
    return desk.page.url.removeprefix(desk.base_url), desk.page.locator("[data-serment=rows], .band").first.inner_text().split("\n")[0]


def locked(page: Page) -> None:
    expect(page.get_by_role("heading", name="Poste verrouillé")).to_be_visible()


def persona(desk: Workstation, role: str) -> str:
    """Sign in as the first person with this role; their name."""
    button = desk.page.locator(f"[data-serment=enrol-persona][data-role={role}]").first
    name = button.locator(".persona-name").inner_text()
    button.click()
    desk.page.wait_for_url(lambda address: "/sign-in/" not in address, timeout=20_000)
    desk.page.wait_for_load_state("networkidle")
    return name


@pytest.fixture
def nurse(workstation: Callable[..., Workstation]) -> Workstation:
    desk = workstation()
    desk.go("/sign-in/")
    persona(desk, "nurse_day")
    return desk


def test_one_key_locks_the_screen_and_one_touch_comes_back_to_the_same_record(nurse: Workstation) -> None:
    address, name = in_a_record(nurse)
    nurse.page.keyboard.type("gv")
    locked(nurse.page)
    assert nurse.page.url.removeprefix(nurse.base_url) == address
    assert name not in nurse.page.content()
    nurse.page.get_by_role("button", name="Reprendre avec ma clé d’accès").click()
    expect(nurse.page.locator(".band").first).to_be_visible()
    assert nurse.page.url.removeprefix(nurse.base_url) == address


def test_nothing_of_the_record_comes_back_with_the_browsers_own_buttons(nurse: Workstation) -> None:
    address, name = in_a_record(nurse)
    nurse.go(f"{address}notes/")
    nurse.page.keyboard.type("gv")
    locked(nurse.page)
    nurse.page.go_back()
    locked(nurse.page)
    assert name not in nurse.page.content()
    nurse.page.reload()
    locked(nurse.page)


def test_after_ten_minutes_without_a_gesture_the_screen_empties_by_itself_in_every_window(nurse: Workstation) -> None:
    second = nurse.page.context.new_page()
    second.goto(f"{nurse.base_url}/account/")
    nurse.page.clock.install()
    nurse.page.reload()
    _, name = in_a_record(nurse)
    nurse.page.clock.fast_forward("09:10")
    expect(nurse.page.locator("[data-serment=lock-soon]")).to_be_visible()
    nurse.page.mouse.move(40, 40)
    nurse.page.clock.fast_forward("00:10")
    expect(nurse.page.locator("[data-serment=lock-soon]")).to_be_hidden()
    nurse.page.clock.fast_forward("10:10")
    locked(nurse.page)
    assert name not in nurse.page.content()
    locked(second)


def test_a_window_that_was_opened_while_another_locked_does_not_keep_its_page(nurse: Workstation) -> None:
    second = nurse.page.context.new_page()
    second.goto(f"{nurse.base_url}/account/")
    address, _name = in_a_record(nurse)
    nurse.page.wait_for_function("() => document.querySelector('.band')")
    # It hears the end alone: it was not there when the others were emptied.
    with nurse.page.expect_navigation():
        second.evaluate("() => new BroadcastChannel('serment-lock').postMessage('locked')")
    assert nurse.page.url.removeprefix(nurse.base_url) == address


def test_a_workstation_changes_hands_in_seconds_and_everybody_finds_their_own_page(nurse: Workstation) -> None:
    address, name = in_a_record(nurse)
    whose = nurse.page.locator("body").get_attribute("data-who") or ""
    nurse.page.keyboard.type("gp")
    nurse.page.wait_for_url("**/sign-in/")
    assert name not in nurse.page.content()
    physician = persona(nurse, "ward_physician")
    assert nurse.page.locator("body").get_attribute("data-who") == physician
    nurse.go(address)
    nurse.go("/account/")

    nurse.page.keyboard.type("gp")
    nurse.page.wait_for_url("**/sign-in/")
    expect(nurse.page.get_by_role("button", name=f"Reprendre : {physician}".replace(" :", "\u202f:"))).to_be_visible()
    started = time.monotonic()
    nurse.page.locator("[data-serment=resume]", has_text=whose).click()
    nurse.page.wait_for_url(f"**{address}")
    expect(nurse.page.locator(".band").first).to_be_visible()
    assert time.monotonic() - started < SWITCH_SECONDS_MAX
    assert nurse.page.locator("body").get_attribute("data-who") == whose

    nurse.page.keyboard.type("gv")
    locked(nurse.page)
    nurse.page.locator("[data-serment=resume]", has_text=physician).click()
    nurse.page.wait_for_url("**/account/")
    assert nurse.page.locator("body").get_attribute("data-who") == physician


def test_the_handles_put_aside_are_out_of_scripts_reach(nurse: Workstation) -> None:
    nurse.page.keyboard.type("gp")
    nurse.page.wait_for_url("**/sign-in/")
    cookies = {str(cookie.get("name")): dict(cookie) for cookie in nurse.page.context.cookies()}
    assert "serment_session" not in cookies
    [aside] = [cookie for name, cookie in cookies.items() if name.startswith("serment_parked_")]
    assert (aside["httpOnly"], aside["sameSite"], aside["expires"]) == (True, "Strict", -1)


def test_whoever_does_not_touch_stays_outside(nurse: Workstation) -> None:
    whose = nurse.page.locator("body").get_attribute("data-who") or ""
    nurse.page.keyboard.type("gp")
    nurse.page.wait_for_url("**/sign-in/")
    nurse.page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }")
    nurse.page.locator("[data-serment=resume]", has_text=whose).click()
    expect(nurse.page.get_by_role("status").first).to_contain_text("vous avez annulé")
    nurse.go("/account/")
    assert nurse.page.locator("[data-serment=sign-out]").count() == 0
    nurse.page.wait_for_url("**/sign-in/**")
    nurse.page.locator("[data-serment=resume]", has_text=whose).click()
    nurse.page.wait_for_url(lambda address: "/sign-in/" not in address)
    assert nurse.page.locator("body").get_attribute("data-who") == whose


def test_a_further_passkey_is_added_named_and_told(chromium: Browser, demo_instance: Running) -> None:
    context = chromium.new_context(locale="fr-FR")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    desk = Workstation(page=page, base_url=demo_instance.base_url, complaints=[])
    desk.go("/sign-in/")
    persona(desk, "nurse_night")
    desk.go("/account/")
    # After the touch of the first, a second authenticator is plugged in, and chosen for the new passkey as a person would choose it.
    page.expose_function(
        "plug", lambda: devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**AUTHENTICATOR, "transport": "usb"}})
    )
    page.evaluate(
        """() => {
          const create = navigator.credentials.create.bind(navigator.credentials);
          navigator.credentials.create = async (asked) => {
            await window.plug();
            asked.publicKey.authenticatorSelection.authenticatorAttachment = "cross-platform";
            return create(asked);
          };
        }"""
    )
    page.get_by_label("Nom de la nouvelle clé").fill("Clé bleue")
    page.get_by_role("button", name="Ajouter une clé").click()
    page.locator(".toast", has_text="Clé d’accès ajoutée").wait_for()
    expect(page.get_by_text("Clé bleue")).to_be_visible()
    expect(page.get_by_text("Une clé d’accès a été ajoutée à votre compte")).to_be_visible()
    row = page.locator("li", has_text="Clé bleue")
    row.get_by_text("Renommer").click()
    row.get_by_label("Nouveau nom").fill("Clé du vestiaire")
    row.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_text("Clé du vestiaire")).to_be_visible()
    context.close()
