"""What is measured on a page in a browser: axe-core's findings, what the keyboard reaches, what overflows, what the head says.

The scripts run through the browser's own debugger: the pages' policy forbids everything inline, and stays as it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

# All of WCAG 2.2, levels A and AA, and what axe-core calls best practice.
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# What the colours of the night may change.
COLOURS = ("color-contrast",)
# A page of 1280 x 800 read at 200 %, a 10-inch tablet, and the width that WCAG 1.4.10 asks for (1280 at 400 %).
SCREENS = {"200 %": (640, 400), "tablet": (1024, 768), "400 %": (320, 256)}
DESK = (1280, 800)
# A round of thirty lines repeats itself: its beginning says what the rest is.
STOPS_MAX = 90
# The browser's own reader of PDF files takes the keyboard through its buttons.
STOPS_OF_A_READER = 45
# What stays in place while one scrolls may not take more than this share of a small screen.
STICKY_SHARE_MAX = 0.5


@lru_cache(maxsize=1)
def scripts() -> str:
    """axe-core, as its package brings it, and our own measures."""
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    return axe + "\n" + (Path(__file__).with_suffix(".js")).read_text(encoding="utf-8")


@dataclass
class Findings:
    """What is wrong with one page, each with where."""

    page: str
    wrong: list[str] = field(default_factory=list)

    def say(self, what: str, detail: object) -> None:
        if detail:
            self.wrong.append(f"{self.page}: {what}: {detail}")


def look(page: Page, name: str) -> list[str]:
    """Everything that is wrong with the page as it stands."""
    found = Findings(name)
    page.evaluate(scripts())
    _head(page, found)
    _axe(page, found)
    _screens(page, found)
    _keyboard(page, found)
    return found.wrong


def well(page: Page, name: str) -> None:
    """For a journey that comes to a page no walk reaches: nothing is wrong with it as it stands."""
    wrong = look(page, name)
    assert wrong == [], "\n".join(wrong)


def dressed(page: Page, name: str) -> None:
    """For what stands on a page for a moment (a dialogue, a page that waits): axe-core by day and by night, and nothing that leaves a small
    screen. A dialogue may cover the page: it is what one is to read."""
    found = Findings(name)
    page.evaluate(scripts())
    _axe(page, found)
    _screens(page, found, most=1)
    assert found.wrong == [], "\n".join(found.wrong)


def _head(page: Page, found: Findings) -> None:
    head: dict[str, Any] = page.evaluate("looking.head()")
    found.say("one h1", "" if len(head["headings"]) == 1 and head["headings"][0].strip() else head["headings"] or "none")
    found.say("language", "" if head["language"] in ("fr", "en") else head["language"] or "none")
    found.say("title", "" if "Serment" in head["title"] else head["title"] or "none")
    told = [one for one in head["names"] if len(one) > 2 and one.lower() in head["title"].lower()]
    found.say("the title names a patient", "yes" if told else "")


def _axe(page: Page, found: Findings) -> None:
    for impact, rule, places in page.evaluate("(tags) => looking.axe(tags)", TAGS):
        found.say(f"axe, {impact}, {rule}", places)
    page.emulate_media(color_scheme="dark")
    for impact, rule, places in page.evaluate("(rules) => looking.axe([], rules)", COLOURS):
        found.say(f"axe by night, {impact}, {rule}", places)
    page.emulate_media(color_scheme="light")


def _screens(page: Page, found: Findings, *, most: float = STICKY_SHARE_MAX) -> None:
    for name, (width, height) in SCREENS.items():
        page.set_viewport_size({"width": width, "height": height})
        found.say(f"overflows, {name}", page.evaluate("looking.overflow()"))
        share = page.evaluate("looking.sticky()")
        found.say(f"what stays in place covers too much, {name}", f"{share:.0%}" if share > most else "")
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})


def _keyboard(page: Page, found: Findings) -> None:
    """What is wrong is wrong twice: a reader of PDF, or a part of the page, that arrives during the walk takes the keyboard with it."""
    wrong = _walked(page)
    if wrong:
        page.wait_for_load_state("networkidle")
        wrong = _walked(page)
    for what, places in wrong.items():
        found.say(f"keyboard, {what}", places)


def _walked(page: Page) -> dict[str, list[str]]:
    """From the top of the page with the tabulator: what was wrong, and where."""
    stops = min(page.evaluate("looking.watch()"), STOPS_MAX)
    for _ in range(stops + 1 + page.locator("iframe").count() * STOPS_OF_A_READER):
        page.keyboard.press("Tab")
    told: dict[str, list[str]] = page.evaluate("(most) => looking.stops(most)", stops)
    return {what: places for what, places in told.items() if places}
