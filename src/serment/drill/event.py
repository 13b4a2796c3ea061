"""`./serment drill 2024`: the event of 2024, whole. A privileged account is usurped, takes what the guard lets it, and a sample is sold.

From the sample alone the officers find the establishment, the account, the window and every person. What the attacker's side recorded,
counted from the bytes it read, is compared with what the product names: nobody missed, nobody more. Then the day after: authorities,
letters that a mailing house opens, evidence that a judge checks, and one person who asks whether the letter is genuine.
"""

from __future__ import annotations

import html
import random
import re
import time
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pyrage

from serment.drill import aftermath
from serment.drill.browser import Answer
from serment.drill.door import Door, settings
from serment.drill.loot import BAND, DATE, NAME, TAGS
from serment.drill.officers import Officer
from serment.drill.target import NoTarget, Persona, Target
from serment.drill.thief import CHART, Thief
from serment.wire import incidents, samples

# A doctor reads the records of a ward, opens others in an emergency, and may do most without a tie.
ROLE, COLLEAGUES = "ward_physician", ("nurse_day", "nurse_night")
SOLD_MAX, INVENTED, MISSPELT = 60, 0.3, 0.3
BORN = re.compile(r"\((?:né|née|né\(e\))[^<]*<b>([^<]+)</b>\)")
BOLD = re.compile(r"<b>([^<]+)</b>")


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, and what the product made of it. `extra` are persons named for certain whom nobody took."""

    people_taken: int
    records_taken: int
    sample_rows: int
    sample_found: int
    verdict: str
    account_found: bool
    establishment_found: bool
    people_named: int
    people_possible: int
    missed: int
    extra: int
    people_told: int
    window_found: bool
    letters: int
    letters_held: int
    letters_missed: int
    letters_twice: int
    letters_astray: int
    notices: int
    evidence_verified: bool
    code_confirmed: bool
    invented_code_refused: bool
    seconds: float

    @property
    def held(self) -> bool:
        exact = self.missed == 0 and self.extra == 0 and self.people_told == self.people_named + self.people_possible
        found = self.account_found and self.establishment_found and self.window_found
        return exact and found and self.is_everybody_told and self.notices == len(aftermath.DOCUMENTS) and self.is_proved

    @property
    def is_everybody_told(self) -> bool:
        """Each person once: by a letter, or named to an officer who tells them. Letters astray are to persons possibly exposed."""
        wrong = self.letters_missed + self.letters_twice + max(0, self.letters_astray - self.people_possible)
        return self.letters > 0 and wrong == 0

    @property
    def is_proved(self) -> bool:
        return self.evidence_verified and self.code_confirmed and self.invented_code_refused


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody as a thief reads them on a page."""

    surname: str
    given: str
    born: date
    birth_name: str = ""


@dataclass
class Hoard(Thief):
    """A thief who keeps what he reads, to sell it."""

    people: dict[str, Person] = field(default_factory=dict)

    def take(self, answer: Answer, patient: str | None) -> Answer:
        taken = super().take(answer, patient)
        if answer.status == 200:
            self.people.update(read(answer.text, patient))
        return taken


def read(text: str, patient: str | None) -> dict[str, Person]:
    """The people of a page: lines, and the banner of a record."""
    found = {}
    for line in NAME.finditer(text):
        surname, day, born = BOLD.search(line[2]), DATE.search(TAGS.sub(" ", line[3])), BORN.search(line[3])
        if surname and day:
            given = TAGS.sub(" ", BOLD.sub("", line[2]))
            found[line[1]] = _person(surname[1], given, day[0], born[1] if born else "")
    band = BAND.search(text)
    if patient and band:
        day, born = DATE.search(TAGS.sub(" ", text[band.end() :])), BORN.search(text[band.end() : band.end() + 200])
        if day:
            found[patient] = _person(band[1], band[2], day[0], born[1] if born else "")
    return found


def _person(surname: str, given: str, day: str, birth_name: str) -> Person:
    born = datetime.strptime(day, "%d/%m/%Y").date()  # noqa: DTZ007 - a birth date has no zone
    return Person(
        surname=html.unescape(surname).strip(), given=html.unescape(given).strip(), born=born, birth_name=html.unescape(birth_name)
    )


def sold(people: list[Person], rng: random.Random) -> list[samples.SampleRow]:
    """What is published: some of the people, a third of them misspelt, and a third of the rows invented."""
    chosen = rng.sample(people, min(len(people), SOLD_MAX))
    rows = []
    for number, one in enumerate(chosen):
        name = one.birth_name or one.surname
        if number < len(chosen) * MISSPELT and len(name) > 3:
            place = rng.randrange(1, len(name) - 1)
            name = name[:place] + name[place + 1] + name[place] + name[place + 2 :]
        used = one.surname if one.birth_name else ""
        rows.append(samples.SampleRow(number=number, birth_name=name, used_name=used, given_name=one.given, birth_date=one.born))
    for number in range(len(rows), round(len(rows) / (1 - INVENTED))):
        other, named = rng.choice(people), rng.choice(people)
        born = date(1925, 1, 1) + timedelta(days=rng.randrange(36_000))
        rows.append(samples.SampleRow(number=number, birth_name=named.surname, given_name=other.given, birth_date=born))
    return rows


def play(target: Target) -> Event:
    """The whole event. Raises NoTarget without the data directory of the instance."""
    if target.data_dir is None:
        raise NoTarget("the event needs the data directory of the instance")
    began, usurped = time.monotonic(), target.hire(1, ROLE)[0]
    officers = target.all_at_work([target.personas("security_officer")[0], target.personas("data_protection_officer")[0]])
    worked(target, usurped)
    first = target.now()
    thief, home = steal(target, usurped)
    last = target.now()
    target.pass_by(timedelta(days=3))
    door = Door(Path(settings(target.data_dir, "web")["guard_socket"]))
    for browser in officers:
        browser.sign_in()
    security, protection = (Officer(browser=browser, door=door) for browser in officers)
    hoard = sorted(thief.people.values(), key=lambda one: (one.surname, one.given, one.born))
    rows = sold(hoard, random.Random(2024))  # noqa: S311 - which rows are sold is no secret
    verdict = attributed(security, protection, rows, target.now())
    found = verdict.suspects[0] if verdict.suspects else None
    account = found.account if found else UUID(int=0)
    case = scoped(security, account, target)
    certain, taken = {str(one.patient) for one in case.named if one.certainty == "certain"}, thief.loot.lines | thief.loot.records
    after = follow(target, security, protection, case, {one: thief.people[one] for one in taken})
    return Event(
        people_taken=len(taken), records_taken=len(thief.loot.records), sample_rows=len(rows), sample_found=verdict.found,
        verdict=verdict.verdict, account_found=str(account) == usurped.account,
        establishment_found=home in {str(one) for one in (found.establishments if found else ())},
        people_named=len(certain), people_possible=len(case.named) - len(certain), missed=len(taken - certain), extra=len(certain - taken),
        window_found=case.window is not None and case.window[0] <= last and case.window[1] >= first, **after,
        seconds=round(time.monotonic() - began, 1),
    )  # fmt: skip


def worked(target: Target, usurped: Persona) -> None:
    """Colleagues of the same unit work as every day: they saw nearly the same people, and must not be taken for the thief."""
    for persona in [one for one in target.personas(*COLLEAGUES) if one.unit == usurped.unit][:2]:
        nurse = Thief(target, target.at_work(persona))
        nurse.charts(nurse.lists()[:15])


def steal(target: Target, usurped: Persona) -> tuple[Hoard, str]:
    """The account with its authenticator, for an evening: its own lists, everybody else one by one, whenever a touch is asked."""
    thief = Hoard(target, target.at_work(usurped))
    own = thief.lists()
    for patient in own[:40]:
        if thief.get(f"/patients/{patient}/", patient=patient).status != 200 and thief.touched():
            thief.charts([patient], pages=CHART[:1])
    strangers = [one for one in target.patients() if one not in own]
    thief.untied(strangers[:40], touch=True)
    return thief, establishment(target, usurped.account)


def establishment(target: Target, account: str) -> str:
    """Where somebody works, as the organisation knows it."""
    with psycopg.connect(target.dsn("owner", "serment_guard")) as tx:
        row = tx.execute(
            "select u.establishment_id from assignment a join unit u on u.id = a.unit_id where a.account_id = %s limit 1", (account,)
        ).fetchone()
    return str(row[0]) if row else ""


def attributed(proposes: Officer, approves: Officer, rows: list[samples.SampleRow], now: datetime) -> samples.Verdict:
    """Two officers have the list compared and judged."""
    terms = {
        "rows": str(len(rows)), "digest": "0" * 64, "since": (now - timedelta(days=60)).isoformat(), "until": now.isoformat(),
    }  # fmt: skip
    approval = proposes.propose("attribution", **terms)
    approves.approve(approval)
    proposes.ask("match_sample", samples.MatchSample, approval=approval, rows=tuple(rows))
    verdict: samples.Verdict = proposes.ask("attribute_sample", samples.AttributeSample, approval=approval)
    return verdict


Window = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True)
class Case:
    """What the officers know: the window, the incident, and its persons."""

    window: Window | None = None
    incident: UUID | None = None
    named: tuple[incidents.Exposure, ...] = ()


def scoped(officer: Officer, account: UUID, target: Target) -> Case:
    """From the account to the window, to the persons."""
    now = target.now()
    asked = incidents.Criteria(since=now - timedelta(days=14), until=now, accounts=(account,))
    suggestion = officer.ask("suggest_window", incidents.SuggestWindow, criteria=asked)
    if suggestion.since is None or suggestion.until is None:
        return Case()
    criteria = incidents.Criteria(since=suggestion.since, until=suggestion.until, accounts=(account,))
    reference = f"{aftermath.REFERENCE}{now:%Y%m%d%H%M%S}"
    made = officer.ask("declare_incident", incidents.DeclareIncident, reference=reference, aware_at=now, criteria=criteria, known="")
    officer.compute(made.id)
    return Case(window=(suggestion.since, suggestion.until), incident=made.id, named=tuple(officer.exposed(made.id)))


NOTHING: dict[str, Any] = {
    "people_told": 0, "letters": 0, "letters_held": 0, "letters_missed": 0, "letters_twice": 0, "letters_astray": 0, "notices": 0,
    "evidence_verified": False, "code_confirmed": False, "invented_code_refused": False,
}  # fmt: skip


def follow(target: Target, security: Officer, protection: Officer, case: Case, people: dict[str, Person]) -> dict[str, Any]:
    """Authorities, evidence, letters and the code of one of them, by the pages. `people` are those whom the attacker wrote down."""
    if case.incident is None:
        return NOTHING
    house, incident = pyrage.x25519.Identity.generate(), f"/incidents/{case.incident}/"
    notices, verified = aftermath.notices(security.browser, incident), aftermath.evidence(security.browser, incident)
    aftermath.proposed(security.browser, incident, house)
    aftermath.approved(protection.browser)
    # An hour in which either officer's account could be found stolen, and the letters stopped.
    target.pass_by(aftermath.DELAY)
    security.browser.sign_in()
    envelopes, held, marked = aftermath.sent(security.browser, incident, house, len(case.named))
    names = {id: f"{one.given} {one.surname}" for id, one in people.items()}
    told = aftermath.compared(envelopes, names, held=held, marked=marked)
    confirmed, refused = aftermath.checked(target, told.code, people[told.person].born) if told.person else (False, False)
    return {
        "people_told": told.marked, "letters": told.letters, "letters_held": len(told.held & people.keys()),
        "letters_missed": len(told.missed), "letters_twice": told.twice, "letters_astray": told.stray, "notices": notices,
        "evidence_verified": verified, "code_confirmed": confirmed, "invented_code_refused": refused,
    }  # fmt: skip


def report(event: Event) -> dict[str, object]:
    """As `--json` prints it."""
    return {**asdict(event), "held": event.held}
