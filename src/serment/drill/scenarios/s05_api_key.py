"""S5: the key of a program: an interface that writes, and an application that reads through FHIR.

The thief holds both private keys and reaches both doors. An interface writes and never reads: so he asks for every reading, and then writes
ties to everybody for the ward of a session that somebody left unlocked, without its passkey. An application reads for the units it serves:
so he asks for token after token, for every patient, everything, all at once, in every shape, for three days; and he tries what a token is
worth in other hands.
"""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from serment.drill.application import TOKEN_PATH, Application
from serment.drill.browser import HttpBrowser
from serment.drill.door import Door, settings
from serment.drill.loot import Loot
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target
from serment.drill.thief import Thief
from serment.wire import dpop
from serment.wire.protocol import BreakGlass, Disclosures, Find, Lines, Open, OpenUntied, Tie

ID, BOUND = "S5", "R <= 25"
MOST = 25
PATIENT = re.compile(r'"fullUrl": ?"[^"]*/fhir/Patient/([0-9a-f-]{36})"')
SHAPES = (
    "/fhir/Patient", "/fhir/Patient?_count=100000", "/fhir/Patient?name=a", "/fhir/Observation", "/fhir/Observation?code=x",
    "/fhir/$export", "/fhir/Patient/$export", "/fhir/Group/all/$export", "/fhir/Patient/$everything", "/fhir/_history",
    "/fhir/AllergyIntolerance?_include=*", "/fhir/metadata", "/fhir/Bundle/1", "/fhir/DocumentReference?_count=1000", "/fhir/Binary/1",
    "/fhir/",
)  # fmt: skip


def run(target: Target) -> Outcome:
    config = folder(target).parent
    key = private_key(Path(settings(config, "owner")["interface_key_file"]))
    program = Program(target, key, Door(Path(settings(config, "guard")["guard_socket"])))
    everybody = target.patients()
    read = sum(program.reads(patient) for patient in everybody[:20])
    browser = target.at_work(target.hire(1, "nurse_day", "nurse_night")[0])
    browser.authenticator = None
    thief = Thief(target, browser)
    own = thief.lists()
    thief.loot.own.update(own)
    unit = (thief.browser.get("/").headers["Location"] or "").strip("/").rpartition("/")[2]
    tied = sum(program.ties(patient, unit) for patient in everybody) if unit else 0
    thief.charts(everybody)
    thief.wait(timedelta(minutes=8))
    thief.charts(everybody[30:])
    application = applied(target, everybody)
    taken = len(thief.loot.records) + read
    worst = max(taken, application.in_a_shift)
    return Outcome(
        records=worst, identity_lines=max(len(thief.loot.names), len(application.loot.names)), seconds=thief.seconds,
        stopped_by="interfaces read nothing; lease; an application's ceiling", held=worst <= MOST and application.in_other_hands == 0,
        explained=len(thief.loot.records & thief.loot.own),
        details={
            "read_by_the_key_alone": read,
            "ties_written": tied,
            "by_the_session": taken,
            "by_the_application_in_a_shift": application.in_a_shift,
            "by_a_token_in_other_hands": application.in_other_hands,
        },
    )  # fmt: skip


def applied(target: Target, everybody: list[str]) -> Api:
    """An application's key at work: what a shift of it takes at most, and what its token takes in other hands."""
    plan = json.loads((folder(target) / "provision.json").read_text(encoding="utf-8"))
    program = next((one for one in plan["accounts"] if one["role"] == "application"), None)
    if program is None:
        raise NoTarget("no application is registered with this instance")
    key = private_key(folder(target) / "application.pem")
    api = Api(target, Application(id=UUID(program["id"]), origin=target.url, clock=target.now, key=key))
    api.copied(everybody)
    for _ in range(3):
        api.shift(everybody)
        target.pass_by(timedelta(hours=25))
    return api


def folder(target: Target) -> Path:
    if target.data_dir is None:
        raise NoTarget("this scenario needs the keys of programs: the data directory of the instance")
    return target.data_dir / "config"


def private_key(file: Path) -> dpop.ProofKey:
    secret = load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(secret, ec.EllipticCurvePrivateKey):
        raise NoTarget("the program's key is not an elliptic curve's")
    return dpop.ProofKey(secret)


class Api:
    """The thief's client of the FHIR door. `loot` is what he read in the worst of his shifts."""

    def __init__(self, target: Target, application: Application) -> None:
        self._target, self._application = target, application
        self._browser = HttpBrowser(target.url, clock=target.now)
        self.loot, self.in_a_shift, self.in_other_hands = Loot(), 0, 0

    def shift(self, everybody: list[str]) -> None:
        """Every patient, with as many tokens as he likes, then many at once, then every shape that gave more away elsewhere."""
        loot = Loot()
        for start in range(0, len(everybody), 20):
            self.sign_in()
            for patient in everybody[start : start + 20]:
                self.get(f"/fhir/Patient/{patient}/$everything", loot, patient)
        self.sign_in()
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda patient: self.alone(f"/fhir/Patient/{patient}/$everything", loot, patient), everybody[:60]))
        for path in SHAPES:
            self.get(path, loot)
        for number in range(40):
            self.search({"identifier": f"{number:06d}"}, loot)
        self.in_a_shift = max(self.in_a_shift, len(loot.records))
        self.loot = max(self.loot, loot, key=lambda one: (len(one.records), len(one.lines)))

    def copied(self, everybody: list[str]) -> None:
        """The token alone, without the key it is bound to: as a bearer, and with a key of his own."""
        self.sign_in()
        loot, path = Loot(), f"/fhir/Patient/{everybody[0]}/$everything"
        other = replace(self._application, bound=dpop.ProofKey())
        captured = self._application.headers("GET", path)
        for patient in everybody[:40]:
            wanted = f"/fhir/Patient/{patient}/$everything"
            for headers in (
                other.headers("GET", wanted),
                {"Authorization": f"Bearer {self._application.token}"},
                {**captured, "Authorization": f"DPoP {self._application.token}"},
            ):
                if patient != everybody[0]:
                    loot.read(self._browser.request("GET", wanted, headers=headers, signed=False).text, patient=patient)
        self.in_other_hands = len(loot.records) + len(loot.lines)

    def sign_in(self) -> None:
        body = urlencode(self._application.form()).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "DPoP": self._application.token_proof()}
        answer = self._browser.request("POST", TOKEN_PATH, body=body, headers=headers, signed=False)
        if answer.status == 200:
            self._application.token = answer.json()["access_token"]

    def get(self, path: str, loot: Loot, patient: str | None = None, *, browser: HttpBrowser | None = None) -> None:
        answer = (browser or self._browser).request(
            "GET", path, headers=self._application.headers("GET", path.partition("?")[0]), signed=False
        )
        if answer.status == 200:
            loot.read(answer.text, patient=patient)
            loot.lines.update(PATIENT.findall(answer.text))

    def alone(self, path: str, loot: Loot, patient: str) -> None:
        """Over a connection of its own."""
        self.get(path, loot, patient, browser=HttpBrowser(self._target.url, clock=self._target.now))

    def search(self, traits: dict[str, str], loot: Loot) -> None:
        path, form = "/fhir/Patient/_search", urlencode(traits).encode()
        headers = {**self._application.headers("POST", path), "Content-Type": "application/x-www-form-urlencoded"}
        answer = self._browser.request("POST", path, body=form, headers=headers, signed=False)
        if answer.status == 200:
            loot.lines.update(PATIENT.findall(answer.text))


class Program:
    """The thief's program: each request signed with the stolen key."""

    def __init__(self, target: Target, key: dpop.ProofKey, door: Door) -> None:
        self._target, self._key, self._door = target, key, door

    def _ask(self, verb: str, request: type, **fields: object) -> tuple[int, bytes]:
        proof = self._key.proof(htm="POST", htu=f"serment:{verb}", now=self._target.now())
        return self._door.ask(verb, msgspec.msgpack.encode(request(session="", proof=proof, **fields)))

    def reads(self, patient: str) -> bool:
        """Every way of reading one patient. Whether any gave something."""
        one, everything = UUID(patient), ("identity", "contact", "care", "sealed")
        answers = [
            self._ask("open", Open, patient=one, compartments=everything),
            self._ask("open_untied", OpenUntied, patient=one, compartments=everything),
            self._ask("break_glass", BreakGlass, patient=one, reason="vital_emergency"),
            self._ask("disclosures", Disclosures, patient=one),
            self._ask("lines", Lines, patients=(one,)),
            self._ask("find", Find, number="000001"),
        ]
        return any(status == 200 for status, _ in answers)

    def ties(self, patient: str, unit: str) -> bool:
        """A tie of this patient to a ward."""
        fields = {"kind": "stay", "patient": UUID(patient), "holder_unit": UUID(unit), "since": self._target.now() - timedelta(hours=1)}
        return self._ask("tie", Tie, reference=f"theft:{patient}", **fields)[0] == 200
