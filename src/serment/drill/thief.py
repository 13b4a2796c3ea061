"""What every thief does with what he stole: read all he can, every way he knows, until nothing new comes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from serment.drill.browser import Answer, HttpBrowser
from serment.drill.loot import Loot, addresses
from serment.drill.target import Target

# The pages of a patient, the gestures that open one, and what older products of this kind gave away.
CHART = ("", "allergies/", "notes/", "documents/", "stays/", "correspondents/", "openings/")
SHAPES = (
    "/export/", "/patients/export/", "/patients.csv", "/patients/export.csv?export=1&limit=100000", "/patients/",
    "/patients/?page=2&size=1000", "/patients/find/?q=a*", "/patients/autocomplete?term=a&limit=10000", "/search?term=%25",
    "/documents/1", "/documents/2", "/files/1", "/units/all/", "/units/offline/?date=2026-11-23", "/archive?patients=1000",
    "/object/export/1", "/admin/", "/admin/auth/user/", "/table/entry", "/api/patients", "/api/v1/patients?limit=1000", "/fhir/Patient",
    "/fhir/Patient?_count=1000", "/fhir/$export", "/fhir/Patient/$everything", "/graphql", "/report/", "/statistics/export",
    "/print/all", "/session/impersonate/1", "/?token=stolen", "/debug", "/static/../config/guard.json", "/media/", "/backup",
    "/metrics", "/logs",
)  # fmt: skip
# From where a demonstration numbers its patients, without a gap.
FIRST_NUMBER = 4_000_000
REFUSED = re.compile(r'data-serment="touch"')


@dataclass
class Thief:
    """One stolen account at work. `browser` may hold an authenticator, or only a session."""

    target: Target
    browser: HttpBrowser
    loot: Loot = field(default_factory=Loot)
    last_gain: datetime | None = None
    first: datetime | None = None
    refusals: dict[str, int] = field(default_factory=dict)

    def get(self, path: str, *, patient: str | None = None) -> Answer:
        return self.take(self.browser.get(path), patient)

    def post(self, path: str, form: dict[str, str], *, patient: str | None = None) -> Answer:
        return self.take(self.browser.post(path, form), patient)

    def take(self, answer: Answer, patient: str | None) -> Answer:
        """Count what an answer gave."""
        before = (len(self.loot.records), len(self.loot.lines))
        if answer.status in (200, 206):
            self.loot.read(answer.text, patient=patient)
        else:
            self.refusals[str(answer.status)] = self.refusals.get(str(answer.status), 0) + 1
        now = self.target.now()
        self.first = self.first or now
        if (len(self.loot.records), len(self.loot.lines)) != before:
            self.last_gain = now
        return answer

    @property
    def seconds(self) -> float:
        """From the first act to the last gain."""
        return (self.last_gain - self.first).total_seconds() if self.first and self.last_gain else 0.0

    # ways of taking -------------------------------------------------------------------------------------------------------------

    def lists(self) -> list[str]:
        """The wards of the account, and every list that a guess leads to. Returns the patients they name: the account's own."""
        home = self.get("/")
        places = [home.headers["Location"]] if home.status in (302, 303) and home.headers["Location"] else []
        first = self.get(places[0]) if places else home
        others = re.findall(r'href="(/units/[0-9a-f-]{36}/)"', first.text)
        own = addresses(first.text)
        for place in dict.fromkeys(others):
            own += addresses(self.get(place).text)
        self.get("/commands/")
        return list(dict.fromkeys(own))

    def shapes(self) -> None:
        """What gave a whole hospital away elsewhere, tried here."""
        for path in SHAPES:
            self.get(path)

    def charts(self, patients: Iterable[str], *, pages: tuple[str, ...] = ("",)) -> None:
        for patient in patients:
            for page in pages:
                answer = self.get(f"/patients/{patient}/{page}", patient=patient)
                if answer.status != 200:
                    break

    def untied(self, patients: Iterable[str], *, touch: bool = False) -> None:
        """Open without a tie, and then by breaking the glass: whichever still works."""
        for patient in patients:
            self.gesture(patient, "open-untied/", {}, touch=touch)
            if patient not in self.loot.records:
                self.gesture(patient, "break-glass/", {"reason": "vital_emergency", "text": ""}, touch=touch)

    def gesture(self, patient: str, page: str, form: dict[str, str], *, touch: bool) -> None:
        """One opening by force; with the passkey at hand, a touch when one is asked for."""
        for _ in range(2):
            answer = self.post(f"/patients/{patient}/{page}", form)
            if answer.status == 303:
                self.get(f"/patients/{patient}/", patient=patient)
                return
            if not touch or not REFUSED.search(answer.text):
                return
            self.touched()

    def touched(self) -> bool:
        """Touch the passkey, if there is one to touch."""
        try:
            self.browser.touch()
        except RuntimeError:
            return False
        return True

    def numbers(self, count: int, *, start: int = 1) -> None:
        """Enumerate local numbers one after the other, from what the wristband of any patient shows: each search costs him a line, found or
        not, so he wastes none on other shapes. He stops when he is refused."""
        for number in range(start, start + count):
            if self.post("/patients/find/", {"way": "number", "number": str(FIRST_NUMBER + number)}).status != 200:
                return

    def wait(self, duration: timedelta) -> None:
        self.target.pass_by(duration)
