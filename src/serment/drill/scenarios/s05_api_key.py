"""S5: the key of a program that speaks to the guard, with an accomplice's unlocked session to make use of what it may write.

The thief holds an interface's private key and reaches the guard's door. Programs write and never read: so he asks for every reading, and
then writes ties to everybody for the ward of a session that somebody left unlocked, without its passkey.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from serment.drill.door import Door, settings
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target
from serment.drill.thief import Thief
from serment.wire import dpop
from serment.wire.protocol import BreakGlass, Disclosures, Find, Lines, Open, OpenUntied, Tie

ID, BOUND = "S5", "R <= 25"
MOST = 25


def run(target: Target) -> Outcome:
    if target.data_dir is None:
        raise NoTarget("this scenario needs the key of an interface: the data directory of the instance")
    secret = load_pem_private_key(Path(settings(target.data_dir, "owner")["interface_key_file"]).read_bytes(), password=None)
    if not isinstance(secret, ec.EllipticCurvePrivateKey):
        raise NoTarget("the interface's key is not an elliptic curve's")
    program = Program(target, dpop.ProofKey(secret), Door(Path(settings(target.data_dir, "guard")["guard_socket"])))
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
    for path in ("/fhir/Patient", "/fhir/metadata", f"/fhir/Patient/{everybody[0]}", f"/fhir/Observation?patient={everybody[0]}"):
        thief.get(path, patient=everybody[0])
    taken = len(thief.loot.records) + read
    return Outcome(
        records=taken, identity_lines=len(thief.loot.lines), seconds=thief.seconds, stopped_by="programs read nothing; lease",
        held=taken <= MOST, explained=len(thief.loot.records & thief.loot.own),
        details={"read_by_the_key_alone": read, "ties_written": tied},
    )  # fmt: skip


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
