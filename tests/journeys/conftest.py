"""A real Chromium on a real demonstration: people at workstations, each with a passkey of their own."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.fixtures.instance import Running

IS_INSTALLED = bool(shutil.which("chromium") or shutil.which("chromium-browser"))
CHROMIUM = Path(__file__).with_name("chromium.sh")
AUTHENTICATOR = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip
PATIENT = re.compile(r"/patients/([0-9a-f-]{36})/")


# A folder for pictures of the pages, for whoever wants to look at them; none is taken otherwise.
PICTURES = os.environ.get("SERMENT_PICTURES", "")


def kept(name: str, content: bytes) -> None:
    """Keep a file beside the pictures, when somebody looks at them."""
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        (Path(PICTURES) / name).write_bytes(content)


def picture(of: Workstation, name: str) -> None:
    """A picture of the whole page, when somebody looks at them."""
    if PICTURES:
        kept(f"{name}.png", of.page.screenshot(full_page=True))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not IS_INSTALLED:
        pytest.skip("Debian's chromium is not installed")
    with sync_playwright() as playwright:
        # Tests may run as root, where Chromium's sandbox cannot.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, chromium_sandbox=False)
        yield browser
        browser.close()


@dataclass
class Workstation:
    """One browser of one person. What the page complains about on its console is kept."""

    page: Page
    base_url: str
    complaints: list[str]

    def sign_in(self, name: str) -> None:
        """Be a person of the demonstration, in one click, and reach the first page."""
        self.page.goto(f"{self.base_url}/sign-in/")
        self.page.get_by_role("button", name=re.compile(name)).first.click()
        self.page.wait_for_url(lambda address: "/sign-in/" not in address, timeout=20_000)
        self.page.wait_for_load_state("networkidle")

    def go(self, path: str) -> None:
        self.page.goto(f"{self.base_url}{path}")
        self.page.wait_for_load_state("networkidle")

    @property
    def heading(self) -> str:
        return self.page.get_by_role("heading", level=1).first.inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    def patients(self) -> list[str]:
        """The identifiers of the patients that the page links to."""
        return list(dict.fromkeys(PATIENT.findall(self.page.content())))


@pytest.fixture
def workstation(chromium: Browser, demo_instance: Running) -> Iterator[Callable[..., Workstation]]:
    """`workstation()` is a fresh browser with a passkey; `workstation(passkey=False)` one without any authenticator."""
    contexts = []

    def arrive(*, passkey: bool = True, base_url: str = "") -> Workstation:
        context = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if passkey:
            devtools = context.new_cdp_session(page)
            devtools.send("WebAuthn.enable")
            devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        return Workstation(page=page, base_url=base_url or demo_instance.base_url, complaints=complaints)

    yield arrive
    for context in contexts:
        context.close()
