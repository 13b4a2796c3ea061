"""Every page that a person can reach, for the person it is made for: WCAG 2.2 AA by axe-core by day and by night, the keyboard, 200 and
400 %, a tablet, the heading, the language, the title.

Pages are found by walking: from the first page of each person along the links, and along the addresses that need no more than a patient or
a unit. So a new page is walked on the day it is linked. An address that nobody reached and that takes GET fails the test: say in `SEEDS`
how to come to it, or in `NOT_PAGES` why it is none.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from serment.dossier.demonstration.staff import STAFF
from tests.fixtures.dossier import set_up_django
from tests.journeys import looking
from tests.journeys.conftest import Workstation
from tests.journeys.test_first_light import BRUNO, is_with_bruno
from tests.journeys.test_security_morning import PICTURES, breaks_the_glass

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("accessibility"), pytest.mark.timeout(400)]

Arrive = Callable[..., Workstation]
AMEL = "Dr Amel Haddad"
NOBODY_SIGNED_IN = "nobody"
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
}
# Pages that look another way for somebody else, or in another state: walked again for them. `{patient}` and `{unit}` are
# of the first ward, `{measure}` is one of the patient's.
SEEDS: dict[str, tuple[str, ...]] = {
    AMEL: ("/patients/{patient}/notes/?kind=admission", "/patients/{patient}/scales/algoplus/", "/patients/{patient}/scales/mmse/"),
    BRUNO: (
        "/patients/{patient}/entries/{measure}/",
        "/",
        "/patients/{patient}/",
        "/patients/{patient}/notes/",
        "/units/{unit}/vitals/",
        "/nowhere/",
    ),
    "secretary": ("/", "/patients/{patient}/", "/patients/{patient}/documents/", "/patients/{patient}/notes/"),
    NOBODY_SIGNED_IN: ("/", "/sign-in/", "/enrolment/", "/verifier/"),
    "stranger": ("/patients/{patient}/", "/patients/{patient}/break-glass/"),
}


@dataclass
class Walk:
    """What has been reached, and what is wrong with it."""

    wrong: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)
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
    seeds = [one.format(patient=walk.patient, unit=walk.unit, measure=walk.measure) for one in SEEDS.get(who, ("/",))]
    walk.ahead.clear()
    for address in seeds:
        walk.ahead.extend(visit(here, address, walk, who))
    if who != NOBODY_SIGNED_IN:
        walk.ahead.extend(filter(None, (example(one, walk) for one in addresses())))
    tried: set[str] = set()
    while walk.ahead:
        address = walk.ahead.popleft()
        name = name_of(address)
        if name and name not in walk.reached | NOT_PAGES.keys() | tried:
            tried.add(name)
            if status(here, address) == 200:
                walk.ahead.extend(visit(here, address, walk, who))


def status(here: Workstation, address: str) -> int:
    """What the server answers to a request of the page one is on."""
    return int(here.page.evaluate("(address) => fetch(address).then((answer) => answer.status)", address))


def is_for_posting(here: Workstation, address: Address) -> bool:
    """Whether an address takes no GET: it says so before it looks at anything else."""
    values = {"int": "1", "slug": "nothing", "str": "nothing", "uuid": str(NOBODY)}
    return status(here, re.sub(r"<(\w+):\w+>", lambda found: values[found[1]], address.route)) == 405


def test_every_page_is_accessible_by_day_by_night_at_200_percent_and_from_the_keyboard(workstation: Arrive) -> None:
    set_up_django()
    walk = Walk()
    walks(workstation(passkey=False), NOBODY_SIGNED_IN, walk)
    nurse, physician, stranger = workstation(), workstation(), workstation()
    nurse.sign_in(BRUNO)
    walk.unit = nurse.page.url.rstrip("/").rpartition("/")[2]
    walk.patient = with_an_allergy(nurse)
    walk.measure = a_measure_of(nurse, walk.patient)
    physician.sign_in(AMEL)
    walks(physician, AMEL, walk)
    walks(nurse, BRUNO, walk)
    stranger.sign_in(next(one.label for one in STAFF if one.role == "nurse_day" and not is_with_bruno(one)))
    walks(stranger, "stranger", walk)
    breaks_the_glass(stranger, walk.patient)
    for role in ("secretary", "admissions_clerk", "administrator", "security_officer", "data_protection_officer"):
        here = workstation()
        here.sign_in(next(one.label for one in STAFF if one.role == role and (role != "secretary" or is_with_bruno(one))))
        walks(here, role, walk)
    left = [one.name for one in addresses() if one.name not in walk.reached | NOT_PAGES.keys() and not is_for_posting(physician, one)]
    assert walk.wrong == []
    assert left == []


def with_an_allergy(nurse: Workstation) -> str:
    """A patient of the ward whose pages have something to show."""
    line = nurse.page.get_by_role("listitem").filter(has=nurse.page.locator(".badge-danger")).first
    return str(line.get_by_role("link").first.get_attribute("href")).split("/")[2]


def a_measure_of(nurse: Workstation, patient: str) -> str:
    """One cell of the table of vital signs."""
    nurse.go(f"/patients/{patient}/vitals/")
    return str(nurse.page.locator("td a").first.get_attribute("href")).split("/")[4]
