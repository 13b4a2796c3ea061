"""A doctor's morning, in Chromium: twelve patients from the keyboard alone, and nothing typed is lost, whatever happens to the page."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.fixtures.instance import Running
from tests.journeys.conftest import Workstation
from tests.journeys.looking import dressed
from tests.journeys.test_first_light import admits
from tests.journeys.test_security_morning import picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

Arrive = Callable[..., Workstation]
HELENE = "Hélène Quéré"
ROUND = 12
CHART = re.compile(r"/patients/[0-9a-f-]{36}/$")

# Everything that this browser keeps between two pages, as text. What is in a key that cannot be taken out is not text.
STORED = """async () => {
    const told = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie];
    for (const {name} of await indexedDB.databases()) {
        const base = await new Promise((done) => { const asked = indexedDB.open(name); asked.onsuccess = () => done(asked.result); });
        for (const store of base.objectStoreNames) {
            const all = base.transaction(store).objectStore(store).getAll();
            told.push(JSON.stringify(await new Promise((done) => { all.onsuccess = () => done(all.result); })));
        }
        base.close();
    }
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        for (const asked of await cache.keys()) told.push(asked.url, await (await cache.match(asked)).text());
    }
    return told.join('\\n');
}"""


def arrived(page: Page, address: re.Pattern[str]) -> None:
    page.wait_for_url(address)
    page.wait_for_load_state("networkidle")


def state(page: Page) -> str:
    """What the page says of the draft."""
    return page.locator("[data-serment=draft-state]").first.inner_text()


@pytest.fixture
def physician(workstation: Arrive) -> Workstation:
    made = workstation()
    made.sign_in(HELENE)
    return made


@pytest.fixture
def notes(physician: Workstation) -> Workstation:
    """On the form of a note of the first patient, with the hands on the keyboard."""
    physician.page.keyboard.press("ArrowDown")
    physician.page.keyboard.press("Enter")
    arrived(physician.page, CHART)
    physician.page.keyboard.press("n")
    arrived(physician.page, re.compile(r"/notes/#add$"))
    return physician


def test_twelve_patients_are_seen_one_after_the_other_from_the_keyboard_alone(physician: Workstation, demo_instance: Running) -> None:
    page, keys = physician.page, physician.page.keyboard
    here = len(physician.patients())
    admits(demo_instance, max(0, ROUND - here), unit="medicine", first=700, name="MATINAL")
    page.reload()
    picture(physician, "round-unit")
    keys.press("ArrowDown")
    keys.press("Enter")
    seen = []
    for number in range(ROUND):
        arrived(page, CHART)
        seen.append(page.url)
        assert page.get_by_role("heading", level=1).count() == 1
        expect(page.locator(".band-surname")).to_be_visible()
        if number in (0, ROUND - 1):
            picture(physician, f"round-synthesis-{number}")
        if number < ROUND - 1:
            keys.press("]")
            page.wait_for_url(lambda address: address not in seen)
    assert len(set(seen)) == ROUND
    keys.press("[")
    page.wait_for_url(seen[-2])
    # The sections of a record, and back: the browser's own way back works.
    for letter, heading in (("r", "Résultats"), ("c", "Constantes"), ("h", "Chronologie"), ("m", "Motif et symptômes")):
        page.wait_for_load_state("networkidle")
        keys.type(f"d{letter}")
        page.get_by_role("heading", name=heading, level=1).wait_for()
        picture(physician, f"round-{letter}")
    page.go_back()
    page.get_by_role("heading", name="Chronologie", level=1).wait_for()
    keys.press("Control+k")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.get_by_role("option", name=re.compile("MATINAL")).first.wait_for()
    picture(physician, "round-commands")
    # On paper there is no command box: a picture of the print takes the focus away.
    page.get_by_role("combobox").focus()
    keys.type("matinal ba ba" if here < ROUND else "synthese")
    keys.press("Enter")
    arrived(page, CHART)
    assert physician.complaints == []


@pytest.mark.parametrize("screen", [(1280, 800), (1024, 768)])
def test_every_page_of_a_record_and_the_beds_around_are_seen_without_scrolling(physician: Workstation, screen: tuple[int, int]) -> None:
    page = physician.page
    page.set_viewport_size({"width": screen[0], "height": screen[1]})
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    arrived(page, CHART)
    first = page.url
    page.keyboard.press("]")
    page.wait_for_url(lambda address: address != first)
    page.wait_for_load_state("networkidle")
    beds = page.get_by_role("group", name="Le tour de l’unité").get_by_role("link")
    beds.first.wait_for()
    for one in [*beds.all(), *page.get_by_role("navigation", name="Le dossier").get_by_role("link").all()]:
        expect(one).to_be_in_viewport(ratio=1)
    picture(physician, f"sections-{screen[0]}")


def test_a_note_survives_the_lock_the_network_and_a_closed_tab_and_leaves_nothing_in_the_browser(notes: Workstation) -> None:
    page, keys = notes.page, notes.page.keyboard
    assert page.evaluate("document.activeElement.name") == "title"
    keys.press("Tab")
    keys.type("Dyspnée au moindre effort depuis avant-hier")
    # The workstation is locked at once, before anything could be kept by itself.
    page.evaluate("document.activeElement.blur()")
    keys.type("gv")
    expect(page.get_by_role("heading", name="Poste verrouillé")).to_be_visible()
    assert "Dyspnée" not in page.content()
    page.get_by_role("button", name="Reprendre avec ma clé d’accès").click()
    interview = page.get_by_label("Interrogatoire")
    expect(interview).to_have_value("Dyspnée au moindre effort depuis avant-hier")
    assert "Brouillon repris" in state(page)

    # The network goes away and comes back: the page says so, and keeps trying.
    page.context.set_offline(True)
    page.get_by_label("Examen clinique").fill("Crépitants des deux bases")
    page.get_by_text("Pas encore gardé").wait_for()
    picture(notes, "round-offline")
    page.context.set_offline(False)
    page.get_by_text("Brouillon gardé à").wait_for(timeout=20_000)

    # The tab is closed a breath after the last letter.
    address = page.url
    page.get_by_label("Conclusion").fill("Décompensation cardiaque probable")
    page.close(run_before_unload=False)
    again = page.context.new_page()
    again.goto(address)
    expect(again.get_by_label("Interrogatoire")).to_have_value("Dyspnée au moindre effort depuis avant-hier")
    expect(again.get_by_label("Examen clinique")).to_have_value("Crépitants des deux bases")
    expect(again.get_by_label("Conclusion")).to_have_value("Décompensation cardiaque probable")

    stored = again.evaluate(STORED)
    assert "serment" in stored
    for word in ("Dyspnée", "Crépitants", "Décompensation"):
        assert word not in stored

    # Signed with one key, the draft is gone, and the colleague reads it.
    again.get_by_label("Conclusion").press("Control+Enter")
    again.get_by_role("listitem").filter(has_text="Décompensation cardiaque probable").first.wait_for()
    again.reload()
    expect(again.get_by_label("Conclusion")).to_have_value("")


@pytest.mark.parametrize("is_back_first", ["the network", "the physician"])
def test_a_workstation_locked_while_the_network_is_down_loses_no_word(notes: Workstation, is_back_first: str) -> None:
    page, keys = notes.page, notes.page.keyboard
    name = page.locator("#band .band-surname").inner_text()
    page.context.set_offline(True)
    typed = f"Douleur thoracique, revenue avant {is_back_first}"
    page.get_by_label("Interrogatoire").fill(typed)
    page.evaluate("document.activeElement.blur()")
    keys.type("gv")
    expect(page.get_by_text("n’est pas perdu tant que cette page reste ouverte")).to_be_visible(timeout=10_000)
    picture(notes, "locked-offline")
    dressed(page, "locked while the network is down")
    assert "Douleur" not in page.content()
    assert name not in page.content()
    if is_back_first == "the physician":
        page.get_by_role("button", name="Reprendre avec ma clé d’accès").click()
        expect(page.get_by_role("status").first).to_contain_text("ne répond pas")
        page.context.set_offline(False)
        page.get_by_role("button", name="Reprendre avec ma clé d’accès").click()
    else:
        page.context.set_offline(False)
        expect(page.get_by_role("button", name="Changer de personne")).to_be_visible(timeout=20_000)
        page.get_by_role("button", name="Reprendre avec ma clé d’accès").click()
    expect(page.get_by_label("Interrogatoire")).to_have_value(typed, timeout=20_000)
    page.get_by_text(re.compile("Brouillon (repris|gardé)")).first.wait_for(timeout=20_000)


def test_curves_come_behind_their_page_and_say_so_when_they_do_not(physician: Workstation) -> None:
    page = physician.page
    with_measures = page.get_by_role("listitem").filter(has=page.locator(".badge-danger")).first.get_by_role("link").first
    physician.go(f"{with_measures.get_attribute('href')}vitals/")
    curves = page.get_by_role("region", name="Évolution")
    expect(curves.get_by_role("img").first).to_be_visible()
    # The same place again, as the page brings it, without a network.
    place = page.evaluate(
        "() => fetch(location).then((page) => page.text())"
        ".then((text) => new DOMParser().parseFromString(text, 'text/html').querySelector('[data-failed]').outerHTML)"
    )
    page.context.set_offline(True)
    page.evaluate("(place) => { const main = document.querySelector('#page'); main.innerHTML = place; htmx.process(main); }", place)
    told = page.get_by_text("Les courbes ne sont pas arrivées")
    expect(told).to_be_visible()
    assert told.get_attribute("aria-busy") is None
