"""What a house owes once the persons are known, by its own pages: texts, an approval of two, letters, authorities, evidence.

Who got a letter is read from the papers that the mailing house opens, and compared with what the attacker wrote down: never from our books.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
import time
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import pyrage

from serment.drill import paper
from serment.drill.browser import HttpBrowser
from serment.drill.loot import TAGS
from serment.drill.target import NoTarget, Target

REFERENCE = "exercice-"
DOCUMENTS = ("cnil-initial", "cnil-complementary", "cert-sante", "register")
# The delay between an approval and its effect, and a little.
DELAY = timedelta(minutes=61)
PATIENCE_SECONDS = 90
CASE = {
    "name": "Groupe hospitalier des Deux Rives", "address": "12 quai des Gabares, 49000 Angers", "origin": "outside_malicious",
    "description": "Un compte usurpé a ouvert des dossiers, et une liste a été vendue.", "is_over": "on",
}  # fmt: skip
WORDS = {
    "sender_name": "Groupe hospitalier des Deux Rives", "sender_address": "12 quai des Gabares\n49000 Angers", "town": "Angers",
    "telephone": "02 41 00 00 00", "hours": "de 8 h à 19 h", "hours_en": "8 am to 7 pm", "officer": "à la même adresse",
    "signature": "La directrice générale", "happened": "Un compte usurpé a ouvert des dossiers.",
    "happened_en": "A stolen account opened records.", "measures": "Le compte a été bloqué.", "measures_en": "The account was blocked.",
}  # fmt: skip
CODE = re.compile(r"\b([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\b")
INVENTED = "7K2M-4T9X-W3HD-6Q8R"
OURS, NOT_OURS = "Oui, ce message vient de nous", "ne correspondent à aucun message"
_BEGIN = re.compile(r'action="([^"]*/begin/)"')
_BATCH = re.compile(r'href="([^"]*/batches/\d+\.zip\.age)"')
_POST = re.compile(r'action="([^"]*/posted/)"')
_HELD = re.compile(r'action="[^"]*/held/([0-9a-f-]{36})/\d+/"')
_DECIDE = re.compile(r'action="(/administration/proposals/[0-9a-f-]{36}/)"[^>]*data-subject="([0-9a-f-]{36})"')
_TOLD = re.compile(r"<b>(\d+)</b> <span>informées")
_ABOUT = re.compile(r"(?:AUX DONNEES DE|TO THE DATA OF) (.*?) (?:REF|RF) ")
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One page with its row of the address sheet."""

    text: str = field(repr=False)
    address: tuple[str, ...] = field(repr=False)

    @property
    def code(self) -> str:
        found = CODE.search(self.text)
        return found[1] if found else ""


@dataclass(frozen=True, kw_only=True)
class Told:
    """Who of the persons was written to. `held` are persons whom the product itself left to an officer, and named."""

    letters: int
    missed: frozenset[str]
    twice: int
    stray: int
    held: frozenset[str]
    marked: int
    code: str = field(repr=False)
    person: str


# the names on paper -----------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Capitals without accents; hyphens, apostrophes and line ends are spaces."""
    flat = unicodedata.normalize("NFKD", text)
    return " ".join(re.sub(r"[^A-Z]+", " ", "".join(one for one in flat if not unicodedata.combining(one)).upper()).split())


def compared(envelopes: Iterable[Envelope], names: Mapping[str, str], *, held: frozenset[str], marked: int = 0) -> Told:
    """Envelopes against the names that the attacker wrote down, by person. Namesakes need a letter each."""
    envelopes, sought = list(envelopes), {person: plain(name) for person, name in names.items()}
    found: dict[str, list[Envelope]] = {name: [] for name in sought.values()}
    stray = 0
    for envelope in envelopes:
        page = f" {_whom(envelope.text)} "
        about = max((name for name in found if f" {name} " in page), key=len, default="")
        if about:
            found[about].append(envelope)
        else:
            stray += 1
    twice = sum(_again(found[name], count) for name, count in Counter(sought.values()).items())
    missed, chosen = set(), ("", "")
    for name in found:
        people = sorted(person for person, one in sought.items() if one == name and person not in held)
        # Two parents in two homes get two letters about one child: whoever lives alone gets one.
        missed |= set(people[len({one.code for one in found[name]}) :])
        if not chosen[0] and len(people) == 1 and len(found[name]) == 1:
            chosen = (people[0], found[name][0].code)
    return Told(
        letters=len(envelopes), missed=frozenset(missed), twice=twice, stray=stray, held=held, marked=marked, code=chosen[1],
        person=chosen[0],
    )  # fmt: skip


def _whom(text: str) -> str:
    """The words that say whom a letter is about: of a letter to somebody else (a parent, an heir), its subject alone."""
    about = _ABOUT.search(page := plain(text))
    return about[1] if about else page


def _again(envelopes: list[Envelope], people: int) -> int:
    """Letters to the same name at the same address, beyond one for each person of this name."""
    return sum(max(0, count - people) for count in Counter(one.address for one in envelopes).values())


def opened(sealed: bytes, house: pyrage.x25519.Identity) -> list[Envelope]:
    """A batch as the mailing house opens it. Raises NoTarget when sheet and pages do not go together."""
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [house]))) as archive:
        pages = paper.pages(archive.read("lettres.pdf"))
        rows = list(csv.DictReader(io.StringIO(archive.read("adresses.csv").decode("utf-8-sig")), delimiter=";"))
    if len(pages) != len(rows):
        raise NoTarget("the address sheet has not a row for each page")
    return [Envelope(text=page, address=tuple(row[f"ligne{line}"] for line in range(1, 8))) for page, row in zip(pages, rows, strict=True)]


# what the officers do ---------------------------------------------------------------------------------------------------------


def notices(officer: HttpBrowser, incident: str) -> int:
    """How many of the documents for authorities and the register came out, as text and as PDF."""
    officer.get(f"{incident}notices/")
    number = re.search(r'name="number" value="(\d+)"', officer.get(f"{incident}notices/").text)
    officer.post(f"{incident}notices/", {**CASE, "number": number[1] if number else "0"})
    made = 0
    for name in DOCUMENTS:
        text, pdf = officer.get(f"{incident}notices/{name}.txt"), officer.get(f"{incident}notices/{name}.pdf")
        made += text.status == 200 and REFERENCE in text.text and pdf.status == 200 and pdf.body.startswith(b"%PDF-")
    return made


def proposed(officer: HttpBrowser, incident: str, house: pyrage.x25519.Identity) -> None:
    """The words are kept, and the sending to these persons and this mailing house is proposed."""
    officer.get(f"{incident}letters/")
    _done(officer, f"{incident}letters/", WORDS)
    officer.get(f"{incident}letters/")
    _done(officer, f"{incident}letters/propose/", {"recipient": str(house.to_public()), "reason": "exercice"})


def approved(officer: HttpBrowser) -> None:
    """The second person reads what waits, and touches the key."""
    waiting = _DECIDE.search(officer.get("/administration/").text)
    if waiting is None:
        raise NoTarget("no proposal waits for the second person")
    proof = officer.act("decide", waiting[2])
    credential = json.dumps(proof["credential"])
    _done(officer, waiting[1], {"decision": "approve", "ceremony": proof["ceremony"], "credential": credential})


def _done(officer: HttpBrowser, address: str, form: dict[str, str]) -> None:
    answer = officer.post(address, form)
    if answer.status != 303:
        raise NoTarget(f"a form of the officers answered {answer.status}: {TAGS.sub(' ', answer.text)[-400:]}")


def sent(officer: HttpBrowser, incident: str, house: pyrage.x25519.Identity, persons: int) -> tuple[list[Envelope], frozenset[str], int]:
    """The letters leave: the envelopes of every batch, the persons left to an officer, and how many the page says are told in the end."""
    begin = _waited(officer, incident, _BEGIN.findall)[0]
    _done(officer, begin, {})
    all_here = f"<b>{persons}</b> <span>personnes, toute la liste"
    _waited(officer, incident, lambda page: _BATCH.findall(page) if all_here in page else [])
    page = officer.get(f"{incident}letters/").text
    envelopes = []
    for batch in dict.fromkeys(_BATCH.findall(page)):
        envelopes += opened(officer.get(batch).body, house)
    for posted in dict.fromkeys(_POST.findall(officer.get(f"{incident}letters/").text)):
        _done(officer, posted, {})
    held = _by_hand(officer, incident)
    told = _TOLD.search(officer.get(f"{incident}letters/").text)
    return envelopes, held, int(told[1]) if told else 0


def _by_hand(officer: HttpBrowser, incident: str) -> frozenset[str]:
    """Whom no letter may reach by itself is told by telephone, and noted. Pages show some at a time."""
    seen: set[str] = set()
    while left := set(_HELD.findall(page := officer.get(f"{incident}letters/").text)) - seen:
        for action in re.findall(r'action="([^"]*/held/[0-9a-f-]{36}/\d+/)"', page):
            _done(officer, action, {"how": "telephone"})
        seen |= left
    return frozenset(seen)


def _waited(officer: HttpBrowser, incident: str, find: Callable[[str], list[str]]) -> list[str]:
    """What appears on the page of the letters. Raises NoTarget when it does not."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        page = officer.get(f"{incident}letters/").text
        if found := find(page):
            return found
        time.sleep(1)
    raise NoTarget("the letters did not go on")


def evidence(officer: HttpBrowser, incident: str) -> bool:
    """The pack is fetched and checked as a judge would: unpacked, its sums compared, its own verifier run; and an altered one is not."""
    answer = officer.get(f"{incident}evidence.zip")
    if answer.status != 200:
        return False
    with TemporaryDirectory() as place, zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        archive.extractall(place)
        intact = _summed(Path(place)) and _verified(place)
        excerpt = Path(place) / "extrait.jsonl"
        excerpt.write_text(altered(excerpt.read_text(encoding="utf-8")), encoding="utf-8")
        return intact and not _verified(place)


def _summed(place: Path) -> bool:
    """What `sha256sum -c SHA256SUMS` says."""
    listed = [line.split("  ", 1) for line in (place / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    return bool(listed) and all(hashlib.sha256((place / name).read_bytes()).hexdigest() == digest for digest, name in listed)


def altered(excerpt: str) -> str:
    """The same excerpt with another instant in its first leaf: what a forger of evidence would do."""
    lines = excerpt.splitlines()
    at = next(number for number, line in enumerate(lines) if json.loads(line)["type"] == "leaf")
    value = json.loads(lines[at])
    lines[at] = json.dumps({**value, "leaf": re.sub(r'"at":"\d', '"at":"1', value["leaf"], count=1)}, separators=(",", ":"))
    return "".join(f"{line}\n" for line in lines)


def _verified(place: str) -> bool:
    command = [sys.executable, "-I", "verificateur.pyz", "excerpt", "extrait.jsonl", "--key", "cle-annoncee.txt"]
    return subprocess.run(command, cwd=place, capture_output=True, check=False, timeout=120).returncode == 0


# what a person does -----------------------------------------------------------------------------------------------------------


def checked(target: Target, code: str, born: date) -> tuple[bool, bool]:
    """Whether the public page confirms the code of a letter, and refuses a wrong birth date and an invented code with the same page."""
    right = _asked(target, code, born)
    wrong = [_asked(target, code, born + timedelta(days=1)), _asked(target, INVENTED, born)]
    return OURS in right, all(NOT_OURS in one and OURS not in one for one in wrong) and wrong[0] == wrong[1]


def _asked(target: Target, code: str, born: date) -> str:
    """The answer to anybody, without what is new in every page."""
    anybody = HttpBrowser(target.url, clock=target.now)
    page = anybody.request("GET", "/verifier/", signed=False).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    form = {"csrfmiddlewaretoken": token[1] if token else "", "code": code, "born": f"{born:%d/%m/%Y}"}
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return _TOKEN.sub("", anybody.request("POST", "/verifier/", body=urlencode(form).encode(), headers=headers, signed=False).text)
