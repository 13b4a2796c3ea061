"""What a thief who has read the code tries beyond opening page after page. Each move is played by the scenario it belongs to."""

from __future__ import annotations

import itertools
import json
import re
import statistics
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from serment.drill.browser import Answer, HttpBrowser
from serment.drill.passkey import SoftPasskey
from serment.drill.thief import Thief

AT_ONCE, ASKED_AGAIN, OPENED = 8, 2, 200
ASKED = re.compile(r'data-subject="([0-9a-f-]{36})"|action="/unlock/([0-9a-f-]{36})/"')
# Where a page may say more than it shows: its head, its history, what a cache keeps of it, what a printer gets.
SIDE_DOORS = ("", "openings/", "documents/", "entries/", "history/", "print/", "synthesis.pdf", "export/", "?print=1", "?format=json")
FORGED_HEADERS = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "True-Client-Ip", "Serment-Source", "X-Forwarded-Host")


def twin(browser: HttpBrowser) -> HttpBrowser:
    """The same session over a connection of its own."""
    other = HttpBrowser(browser.origin, authenticator=browser.authenticator, clock=browser.clock)
    other.key, other.cookies, other.token = browser.key, dict(browser.cookies), browser.token
    return other


def race(thief: Thief, patients: Sequence[str]) -> None:
    """Everybody at the same instant, hoping that a counter is read by all before any writes it: charts, then gestures."""

    def take(patient: str) -> tuple[str, Answer, Answer]:
        browser = twin(thief.browser)
        forced = browser.post(f"/patients/{patient}/break-glass/", {"reason": "vital_emergency", "text": ""})
        return patient, forced, browser.get(f"/patients/{patient}/")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        for patient, _, answer in pool.map(take, patients):
            thief.take(answer, patient)


def side_doors(thief: Thief, patients: Sequence[str]) -> None:
    """What is near the page: its head, its history, its printed form, a part of it, an answer that nothing changed."""
    for patient in patients:
        for page in SIDE_DOORS:
            thief.get(f"/patients/{patient}/{page}", patient=patient)
        path = f"/patients/{patient}/"
        for method, headers in (("HEAD", {}), ("OPTIONS", {}), ("GET", {"If-None-Match": "*"}), ("GET", {"Range": "bytes=0-99999"})):
            thief.take(thief.browser.request(method, path, headers=headers), patient)


def from_everywhere(thief: Thief, patients: Sequence[str]) -> None:
    """The same session from as many addresses as there are patients, or so the headers say."""
    for number, patient in enumerate(patients):
        said = dict.fromkeys(FORGED_HEADERS[:-1], f"10.{number // 250}.{number % 250}.7")
        thief.take(thief.browser.get(f"/patients/{patient}/", headers=said), patient)
        thief.take(thief.browser.post("/patients/find/", {"way": "number", "number": f"{number:06d}"}, headers=said), None)


def another_key(thief: Thief) -> bool:
    """Enrol an authenticator of his own with the stolen session, and sign in with it. Whether that succeeded."""
    browser = thief.browser
    own = SoftPasskey(origin=browser.origin, rp_id=browser.rp_id)
    # Without the owner's passkey, his own answers in its place.
    browser.authenticator = browser.authenticator or own
    try:
        proved = browser.act("add_passkey", _account(browser))
        begun = browser.json("/account/passkeys/begin", proved)
        credential = json.loads(own.create(json.dumps(begun["options"])))
        browser.json("/account/passkeys/finish", {"ceremony": begun["ceremony"], "credential": credential, "label": "de secours"})
        browser.authenticator = own
        browser.sign_in()
    except (RuntimeError, KeyError):
        return False
    return True


def _account(browser: HttpBrowser) -> str:
    """The account's own identifier, from its page."""
    found = re.search(r'data-subject="([0-9a-f-]{36})"', browser.get("/account/").text)
    return found[1] if found else str(uuid.uuid4())


def unlocked_by(thief: Thief, accomplice: Thief) -> bool:
    """Ask for an unlock, and give it with the other stolen account. Whether it was given."""
    thief.browser.get("/help/")
    thief.browser.post("/unlock/ask/", {})
    page = accomplice.browser.get("/unlock/").text
    for found in ASKED.finditer(page):
        asked = found[1] or found[2]
        try:
            proved = accomplice.browser.act("unlock", asked)
        except RuntimeError:
            return False
        form = {"ceremony": proved["ceremony"], "credential": json.dumps(proved["credential"])}
        if accomplice.browser.post(f"/unlock/{asked}/", form).status == 303:
            return True
    return False


@dataclass(frozen=True, kw_only=True)
class Told:
    """What refusals say of who is a patient: how many answers differ in their bytes each time they are asked, the first such difference,
    and the slower kind's time over the faster's."""

    different: int
    ratio: float
    example: str = ""


def oracle(thief: Thief, known: Sequence[str]) -> Told:
    """Ask for former patients and for nobody, in turn, and compare what is refused: words, length, time.

    What differs is asked again: an answer that tells, tells each time; one that came while the instance was busy does not."""
    examples, times = list[str](), {True: list[float](), False: list[float]()}
    for patient in known:
        first = _differs(thief, patient, times)
        if first and all(_differs(thief, patient, times) for _ in range(ASKED_AGAIN)):
            examples.append(first)
    medians = sorted(statistics.median(one) for one in times.values())
    return Told(different=len(examples), ratio=round(medians[1] / medians[0], 2), example=examples[0] if examples else "")


def _differs(thief: Thief, patient: str, times: dict[bool, list[float]]) -> str:
    """How the refusal for a former patient differs from that for nobody; empty when it does not."""
    told = []
    for is_known, asked in ((True, patient), (False, str(uuid.uuid4()))):
        began = time.perf_counter()
        answer = thief.get(f"/patients/{asked}/", patient=asked)
        times[is_known].append(time.perf_counter() - began)
        if answer.status == OPENED:
            # One of his own, who left lately: that is no refusal.
            return ""
        told.append([str(answer.status), *_without_chance(answer.text.replace(asked, "")).splitlines()])
    pairs = itertools.zip_longest(*told, fillvalue="")
    return next((f"{one.strip()[:100]} | {other.strip()[:100]}" for one, other in pairs if one != other), "")


def _without_chance(text: str) -> str:
    """A page without what differs every time: the form's token, and instants."""
    return re.sub(r'value="[A-Za-z0-9]{64}"|\d{2}:\d{2}(:\d{2})?', "", text)
