"""Signing in from a real Chromium: with an authenticator and without, and everything a browser may do to the service worker meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.fixtures.instance import Running
from tests.journeys.conftest import AUTHENTICATOR

pytestmark = [pytest.mark.instance, pytest.mark.timeout(300)]

NURSE = "[data-serment=enrol-persona][data-role=nurse_day]"


@contextmanager
def visitor(chromium: Browser, *, has_authenticator: bool = True) -> Iterator[Page]:
    """A fresh browser, with a platform authenticator or without any."""
    context = chromium.new_context(locale="fr-FR")
    page = context.new_page()
    if has_authenticator:
        devtools = context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    try:
        yield page
    finally:
        context.close()


def become_nurse(page: Page, base_url: str, *, next: str = "/account/") -> None:
    """One click on the first nurse of the list, from the page that was asked for."""
    page.goto(base_url + next)
    page.locator(NURSE).first.click()
    page.wait_for_url(base_url + next, timeout=20_000)
    expect_signed_in(page)


def expect_signed_in(page: Page) -> None:
    expect(page.locator("[data-serment=sign-out]")).to_be_attached()


def session_cookie(context: BrowserContext) -> dict[str, object]:
    return next(dict(cookie) for cookie in context.cookies() if cookie.get("name") == "serment_session")


@pytest.mark.parametrize("has_authenticator", [True, False])
def test_one_click_enrols_and_signs_in_and_the_next_only_signs_in(
    chromium: Browser, demo_instance: Running, has_authenticator: bool
) -> None:
    with visitor(chromium, has_authenticator=has_authenticator) as page:
        become_nurse(page, demo_instance.base_url)
        assert page.get_by_text("logicielle, démonstration").count() == (0 if has_authenticator else 1)
        page.locator("header details.menu summary").first.click()
        page.locator("[data-serment=sign-out]").click()
        page.wait_for_url("**/sign-in/")
        assert [cookie for cookie in page.context.cookies() if cookie.get("name") == "serment_session"] == []
        enrolments: list[str] = []
        page.on("request", lambda request: enrolments.append(request.url) if "/enrolment/" in request.url else None)
        become_nurse(page, demo_instance.base_url)
        assert enrolments == []


def test_the_cookie_is_out_of_scripts_reach_and_the_key_cannot_be_taken_out(chromium: Browser, demo_instance: Running) -> None:
    with visitor(chromium) as page:
        become_nurse(page, demo_instance.base_url)
        cookie = session_cookie(page.context)
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"], cookie["expires"]) == (True, "Strict", "/", -1)
        taken = page.evaluate(
            """async () => {
              const database = await new Promise((done) => { const r = indexedDB.open("serment", 1); r.onsuccess = () => done(r.result); });
              const store = database.transaction("keys").objectStore("keys");
              const key = await new Promise((done) => { const r = store.get("session"); r.onsuccess = () => done(r.result); });
              const formats = ["jwk", "pkcs8", "raw"];
              const tries = await Promise.allSettled(formats.map((format) => crypto.subtle.exportKey(format, key.privateKey)));
              return { extractable: key.privateKey.extractable, taken: tries.filter((t) => t.status === "fulfilled").length };
            }"""
        )
        assert taken == {"extractable": False, "taken": 0}


def test_a_copied_cookie_shows_nothing_in_another_browser(chromium: Browser, demo_instance: Running) -> None:
    with visitor(chromium) as page, visitor(chromium) as thief:
        become_nurse(page, demo_instance.base_url)
        thief.context.add_cookies([session_cookie(page.context)])  # type: ignore[list-item]
        thief.goto(demo_instance.base_url + "/account/")
        thief.wait_for_url("**/sign-in/**")
        page.reload()
        expect_signed_in(page)


def test_the_worker_may_be_stopped_bypassed_or_removed_at_any_time(chromium: Browser, demo_instance: Running) -> None:
    with visitor(chromium) as page:
        become_nurse(page, demo_instance.base_url)
        devtools = page.context.new_cdp_session(page)
        devtools.send("ServiceWorker.enable")
        devtools.send("ServiceWorker.stopAllWorkers")
        page.goto(demo_instance.base_url + "/account/")
        expect_signed_in(page)
        with page.expect_navigation():
            devtools.send("Page.reload", {"ignoreCache": True})
        expect_signed_in(page)
        page.evaluate("navigator.serviceWorker.getRegistration().then((registration) => registration.unregister())")
        page.goto(demo_instance.base_url + "/account/")
        expect_signed_in(page)
        second = page.context.new_page()
        second.goto(demo_instance.base_url + "/account/")
        expect_signed_in(second)


def test_the_guard_may_start_again_meanwhile(chromium: Browser, demo_instance: Running) -> None:
    """The session is in its books; proofs older than the new process are made again by the service worker."""
    with visitor(chromium) as page:
        become_nurse(page, demo_instance.base_url)
        psutil.Process(demo_instance.pid("guard")).kill()
        demo_instance.wait_until_well()
        page.goto(demo_instance.base_url + "/account/")
        expect_signed_in(page)


def test_a_form_of_another_site_is_not_signed(chromium: Browser, demo_instance: Running) -> None:
    with visitor(chromium) as page:
        become_nurse(page, demo_instance.base_url)
        asked: list[str] = []
        page.context.on("request", lambda request: asked.append(request.method) if request.headers.get("dpop") else None)
        foreign = page.context.new_page()
        foreign.goto(f"data:text/html,<form method=post action='{demo_instance.base_url}/account/'></form>")
        foreign.evaluate("document.forms[0].submit()")
        foreign.wait_for_url(re.compile(r"^http://localhost"))
        assert "POST" not in asked
        assert foreign.locator("[data-serment=sign-out]").count() == 0


def test_a_real_code_page_refuses_a_wrong_code_in_words(chromium: Browser, demo_instance: Running) -> None:
    with visitor(chromium) as page:
        page.goto(demo_instance.base_url + "/enrolment/")
        page.get_by_label("Code d’enrôlement").fill("AAAA-BBBB-CCCC")
        page.get_by_role("button", name="Enregistrer ma clé d’accès").click()
        expect(page.get_by_role("status")).to_contain_text("Ce code n’est pas valable")


def test_whoever_cancels_is_told_and_may_go_on_with_the_software_key(chromium: Browser, demo_instance: Running) -> None:
    with visitor(chromium) as page:
        page.goto(demo_instance.base_url + "/sign-in/")
        page.evaluate("() => { navigator.credentials.create = () => Promise.reject(new DOMException('no', 'NotAllowedError')); }")
        page.locator(NURSE).first.click()
        expect(page.get_by_role("status").first).to_contain_text("vous avez annulé")
        page.locator("[data-serment=enrol-software]").click()
        page.wait_for_url(lambda address: "/sign-in/" not in address, timeout=20_000)
        expect_signed_in(page)
