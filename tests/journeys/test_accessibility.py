"""Every page that a person can reach, for the person it is made for: WCAG 2.2 AA by axe-core by day and by night, the keyboard, 200 and
400 %, a tablet, the heading, the language, the title.

Pages are found by walking: from the first page of each person along the links, and along the addresses that need no more than a patient or
a unit. So a new page is walked on the day it is linked. An address that nobody reached and that takes GET fails the test: say in `SEEDS`
how to come to it, in `NOT_PAGES` why it is none, or in `LATER` who looks at it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from serment.dossier.demonstration.staff import STAFF
from tests.fixtures.dossier import set_up_django
from tests.journeys import looking
from tests.journeys.conftest import Workstation
from tests.journeys.test_copy_of_a_record import register
from tests.journeys.test_first_light import is_with_bruno
from tests.journeys.test_security_morning import PICTURES, breaks_the_glass

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

Arrive = Callable[..., Workstation]
NOBODY = UUID("00000000-0000-4000-8000-000000000001")

# GET answers that are not pages: name -> what they are.
NOT_PAGES = {
    "sign_in:service_worker": "a script",
    "sign_in:psc_callback": "the provider's browser comes back here",
    "sign_in:psc_return": "the provider's browser comes back here",
    "document_content": "the bytes of a document",
    "document_sheet": "the picture of a sheet",
    "notes_newer": "a part of a page",
    "find_codes": "a part of a page",
    "commands": "a part of a page",
    "unlock_waiting": "a part of a page",
    "vitals_trends": "a part of a page",
    "incident_scope": "a part of a page",
    "incident_evidence": "an archive",
    "incident_document": "a text or a PDF",
    "specimen": "a PDF",
    "letter_batch": "an archive for the mailing house",
    "copy_file": "an archive or a PDF",
}
# Pages that come late in a procedure of several people: name -> the journey that comes to them and looks at them in the same way.
LATER = {
    "letter_addendum": "tests/journeys/test_letters.py",
    "unmask": "tests/journeys/test_masking.py",
    "copy": "tests/journeys/test_copy_of_a_record.py",
    "exposed_person": "tests/journeys/test_incident.py",
}

# Who walks, in this order; a page is looked at for the first who reaches it.
NOBODY_SIGNED_IN, STRANGER = "nobody", "stranger"
WALKERS = (
    NOBODY_SIGNED_IN, "nurse_day", "ward_physician", STRANGER, "secretary", "admissions_clerk", "administrator", "security_officer",
    "data_protection_officer",
)  # fmt: skip
# Pages that look another way for somebody else, or in another state: walked again for them. `{patient}` and `{unit}` are of the first ward,
# `{measure}` is one of the patient's.
SEEDS: dict[str, tuple[str, ...]] = {
    NOBODY_SIGNED_IN: ("/", "/sign-in/", "/enrolment/", "/verifier/"),
    "nurse_day": ("/", "/patients/{patient}/entries/{measure}/", "/units/{unit}/vitals/", "/nowhere/"),
    "ward_physician": (
        "/patients/{patient}/", "/patients/{patient}/vitals/", "/patients/{patient}/notes/?kind=admission",
        "/patients/{patient}/scales/algoplus/", "/patients/{patient}/scales/mmse/",
    ),
    STRANGER: ("/patients/{patient}/", "/patients/{patient}/break-glass/"),
    "secretary": ("/", "/patients/{patient}/", "/patients/{patient}/documents/", "/patients/{patient}/notes/"),
}  # fmt: skip


def writes_a_symptom(nurse: Workstation, walk: Walk) -> str:
    nurse.go(f"/patients/{walk.patient}/reason/")
    nurse.page.get_by_label("Symptôme, en mots").fill("Nausées")
    nurse.page.get_by_role("button", name="Noter").click()
    nurse.page.get_by_role("listitem").filter(has_text="Nausées").get_by_role("button", name="A disparu").wait_for()
    return f"/patients/{walk.patient}/reason/"


def registers_a_request(desk: Workstation, walk: Walk) -> str:
    return register(desk, walk.patient)


def declares_an_incident(officer: Workstation, walk: Walk) -> str:
    officer.go("/incidents/declare/")
    now = datetime.now()  # noqa: DTZ005 - as the field wants it
    for name, at in (("aware_at", now), ("since", now - timedelta(hours=2)), ("until", now - timedelta(minutes=5))):
        officer.page.locator(f"[name={name}]").fill(f"{at:%Y-%m-%dT%H:%M}")
    officer.page.locator("[name=reference]").fill("INC-JOURNEY")
    officer.page.locator("[name=known]").fill("Un compte a servi la nuit.")
    officer.page.locator("[name=accounts]").select_option(index=0)
    officer.page.get_by_role("button", name="Déclarer", exact=True).click()
    officer.page.wait_for_url(re.compile(r"/incidents/[0-9a-f-]{36}/"))
    return officer.page.url.removeprefix(officer.base_url)


# What somebody does before they walk, so that their pages have something to show; answers a page to begin at.
BEFORE: dict[str, Callable[[Workstation, Walk], str]] = {
    "nurse_day": writes_a_symptom, "secretary": registers_a_request, "security_officer": declares_an_incident,
}  # fmt: skip


@dataclass
class Walk:
    """What has been reached, by whom, and what is wrong with it; `posting` takes no GET."""

    wrong: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
    posting: set[str] = field(default_factory=set)
    ahead: deque[str] = field(default_factory=deque)
    patient: str = str(NOBODY)
    unit: str = str(NOBODY)
    measure: str = str(NOBODY)


@dataclass(frozen=True)
class Address:
    """A named address of the web server, and the way to it from the root."""

    name: str
    route: str


def addresses(resolver: URLResolver | None = None, *, space: str = "", before: str = "/") -> Iterator[Address]:
    """Every named address of the web server for people; applications have doors of their own."""
    for one in (resolver or get_resolver()).url_patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            if one.name:
                yield Address(space + one.name, route)
        elif "fhir" not in str(one.urlconf_name):
            yield from addresses(one, space=f"{one.namespace}:" if one.namespace else space, before=route)


def name_of(address: str) -> str:
    """The name of the pattern behind an address, empty for a foreign one."""
    path = re.sub(r"[?#].*", "", address)
    try:
        return resolve(path).view_name if path.startswith("/") and not path.startswith("//") else ""
    except Resolver404:
        return ""


def example(address: Address, walk: Walk) -> str:
    """An address that needs nothing but a patient or a unit; empty for one that needs more."""
    route = address.route.replace("<uuid:patient>", walk.patient).replace("<uuid:unit>", walk.unit)
    return "" if "<" in route else route


def visit(here: Workstation, address: str, walk: Walk, who: str) -> list[str]:
    """Look at one page; answers the addresses that it links to."""
    answer = here.page.goto(here.base_url + address)
    if answer is None or "text/html" not in answer.headers.get("content-type", ""):
        return []
    name = name_of(here.page.url.removeprefix(here.base_url)) or "not found"
    if answer.status == 200:
        walk.reached |= {name, name_of(address)} if answer.request.redirected_from else {name}
    here.page.evaluate("for (const one of document.querySelectorAll('details:not(.menu)')) one.open = true")
    links: list[str] = here.page.eval_on_selector_all("a[href]", "all => all.map((one) => one.getAttribute('href'))")
    picture(here, f"{name}-{who}")
    walk.wrong += looking.look(here.page, f"{name} ({who})")
    return links


def picture(here: Workstation, name: str) -> None:
    if PICTURES:
        here.page.screenshot(path=Path(PICTURES) / f"walk-{re.sub(r'[^a-z0-9_-]+', '-', name.lower())}.png")


def walks(here: Workstation, who: str, walk: Walk) -> None:
    """One person's walk: what is theirs in any case, then along the links to every page that nobody has reached before."""
    walk.ahead.clear()
    walk.wrong.clear()
    if who in BEFORE:
        walk.ahead.append(BEFORE[who](here, walk))
    for address in SEEDS.get(who, ("/",)):
        walk.ahead.extend(visit(here, address.format(patient=walk.patient, unit=walk.unit, measure=walk.measure), walk, who))
    if who != NOBODY_SIGNED_IN:
        walk.ahead.extend(filter(None, (example(one, walk) for one in addresses())))
    tried: set[str] = set()
    while walk.ahead:
        address = walk.ahead.popleft()
        name = name_of(address)
        if not name or name in walk.reached | walk.posting | NOT_PAGES.keys() | tried:
            continue
        tried.add(name)
        found = status(here, address)
        if found == 200:
            walk.ahead.extend(visit(here, address, walk, who))
        elif found == 405:
            walk.posting.add(name)


def status(here: Workstation, address: str) -> int:
    """What the server answers to a request of the page one is on."""
    return int(here.page.evaluate("(address) => fetch(address).then((answer) => answer.status)", address))


def is_for_posting(here: Workstation, address: Address) -> bool:
    """Whether an address takes no GET: it says so before it looks at anything else."""
    values = {"int": "1", "slug": "nothing", "str": "nothing", "uuid": str(NOBODY)}
    path = re.sub(r"<(\w+):\w+>", lambda found: values[found[1]], address.route)
    return status(here, path) == 405


def a_line_with_an_allergy(nurse: Workstation) -> str:
    """A patient of the ward whose pages have something to show."""
    line = nurse.page.get_by_role("listitem").filter(has=nurse.page.locator(".badge-danger")).first
    return str(line.get_by_role("link").first.get_attribute("href")).split("/")[2]


def a_measure_of(nurse: Workstation, patient: str) -> str:
    """One cell of the table of vital signs."""
    nurse.go(f"/patients/{patient}/vitals/")
    return str(nurse.page.locator("td a").first.get_attribute("href")).split("/")[4]


def label(who: str) -> str:
    """Somebody of a role: on the first ward when they have one; for the stranger, a nurse of another."""
    if who == STRANGER:
        return next(one.label for one in STAFF if one.role == "nurse_day" and not is_with_bruno(one))
    of_role = [one for one in STAFF if one.role == who]
    return next((one for one in of_role if is_with_bruno(one)), of_role[0]).label


def wrong_for(who: str, workstation: Arrive, walk: Walk) -> list[str]:
    """What is wrong on the pages that somebody walks."""
    here = workstation(passkey=who != NOBODY_SIGNED_IN)
    if who != NOBODY_SIGNED_IN:
        here.sign_in(label(who))
    if who == "nurse_day":
        walk.unit = here.page.url.rstrip("/").rpartition("/")[2]
        walk.patient = a_line_with_an_allergy(here)
        walk.measure = a_measure_of(here, walk.patient)
    walks(here, who, walk)
    if who == STRANGER:
        # The officers' pages have something to show.
        breaks_the_glass(here, walk.patient)
    return list(walk.wrong)


def test_every_page_is_accessible_by_day_by_night_at_200_percent_and_from_the_keyboard_and_none_is_left_out(workstation: Arrive) -> None:
    """One walk, since each walker goes where those before did not."""
    set_up_django()
    walk = Walk()
    wrong = [said for who in WALKERS for said in wrong_for(who, workstation, walk)]
    assert wrong == [], "\n".join(wrong)
    here = workstation()
    here.sign_in(label("ward_physician"))
    unknown = [one for one in addresses() if one.name not in walk.reached | walk.posting | NOT_PAGES.keys() | LATER.keys()]
    assert [one.name for one in unknown if not is_for_posting(here, one)] == []
