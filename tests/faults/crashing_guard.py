"""The other side of `test_guard_crashes`: a guard at work in a process that is killed in the middle of whatever it does.

Started as a program. For each line `seed kind` on standard input it forks a guard, lets several people work at it through its verbs, and
harms it at a random instant: `kill` ends the process with SIGKILL; `cut` ends its database connections and then kills it; `clock` moves its
clock and then kills it. What a person received before the end is told on standard output, one JSON line each: nothing else is known.
"""

from __future__ import annotations

import json
import os
import pickle
import random
import signal
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from psycopg_pool import ConnectionPool

import serment.guardhouse.server  # noqa: F401 - the verbs, here and not in each life: they take longer to read than a life lasts
from serment.custody import keyfile
from serment.guard import policies
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.vault import Vault
from serment.wire import dpop, protocol
from serment.wire.words import COMPARTMENTS, TIES
from tests import cast
from tests.authenticator import Browser, direct

# Of its processor: on a busy machine a life by the clock would end before anything has happened.
LIFE_SECONDS_MAX = 0.25
WAIT_SECONDS_MAX = 20.0


class Packing(pickle.Pickler):
    """Keys go as what they are made of: the guard of the test has a master key that everybody knows."""

    def reducer_override(self, value: object) -> Any:
        if isinstance(value, ec.EllipticCurvePrivateKey):
            return private_key, (value.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),)
        if isinstance(value, dpop.ProofKey):
            return dpop.ProofKey, (value._key,)
        if isinstance(value, Vault):
            return vault_of, (value._named,)
        return NotImplemented


def private_key(pem: bytes) -> Any:
    return load_pem_private_key(pem, password=None)


def vault_of(named: dict[str, bytes]) -> Vault:
    return Vault(keyfile.FileMasterKey(b"k" * 32), named)


CUT = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'serment_guard' and datname = current_database()"


def tell(what: str, *values: object) -> None:
    """One line, in one write, so that a kill leaves a whole line or none."""
    os.write(1, (json.dumps([what, *map(str, values)]) + "\n").encode())


def serve(world: dict[str, Any], seed: int, kind: str, ready: int) -> None:
    """A guard, and three people who work at it until it dies."""
    chance = random.Random(seed)
    jump = timedelta(hours=chance.choice((-30, -2, 1, 13, 40))) if kind == "clock" else timedelta()
    clock = lambda: datetime.now(UTC) + jump  # noqa: E731
    settings = world["settings"]
    with (
        ConnectionPool(settings.guard_dsn, min_size=3, max_size=6, open=True, timeout=5) as pool,
        ConnectionPool(settings.dossier_dsn, min_size=1, max_size=4, open=True, timeout=5, kwargs={"autocommit": True}) as dossier_pool,
    ):
        guard = Guard(settings=settings, pool=pool, dossier_pool=dossier_pool, vault=world["vault"], clock=clock)
        pool.wait()
        os.write(ready, b"!")
        for browser in world["browsers"]:
            browser.call, browser.clock = direct(guard), clock
            browser.authenticator.count = int(time.time() * 1000) % 2**31
            threading.Thread(target=work, args=(browser, world, random.Random(chance.random())), daemon=True).start()
        threading.Thread(target=admit, args=(guard, world, random.Random(chance.random())), daemon=True).start()
        time.sleep(5)


def work(browser: Browser, world: dict[str, Any], chance: random.Random) -> None:
    """One person: charts, emergencies, lists, searches, and now and then a touch."""
    while True:
        patient = chance.choice(world["patients"])
        try:
            match chance.randrange(12):
                case 0:
                    browser.touch()
                    tell("touched")
                case 1:
                    got = browser.break_glass(patient)
                    tell("opening", got.id, patient)
                case 2:
                    signed = browser.signed("POST", f"/patients/{patient}/open-untied/")
                    got = browser.call("open_untied", protocol.OpenUntied(**signed, patient=patient, compartments=("identity", "care")))
                    tell("opening", got.id, patient)
                case 3 | 4:
                    asked = tuple(chance.sample(world["patients"], 5))
                    for line in browser.call("lines", protocol.Lines(**browser.signed(), patients=asked)).lines:
                        tell("line", line.patient)
                case 5:
                    found = protocol.Find(**browser.signed("POST", "/patients/find/"), number=chance.choice(world["numbers"]))
                    for line in browser.call("find", found).lines:
                        tell("line", line.patient)
                case _:
                    got = browser.open(patient)
                    tell("opening", got.id, patient)
        except Refused as refused:
            if refused.refusal.category not in ("step_up", "exhausted", "denied"):
                tell("refused", refused.refusal.code)
        except Exception as error:  # noqa: BLE001 - a connection that is cut answers in many ways; none of them is a key
            tell("failed", type(error).__name__)


def admit(guard: Guard, world: dict[str, Any], chance: random.Random) -> None:
    """The interface: makes ties, and tells those it was told are made."""
    call, key = direct(guard), world["interface"]
    while True:
        patient, reference = chance.choice(world["patients"]), f"stay:{chance.randrange(10**9)}"
        proof = key.proof(htm="POST", htu="serment:tie", now=guard.clock())
        tie = protocol.Tie(
            session="", proof=proof, kind="stay", patient=patient, reference=reference, holder_unit=cast.MEDICINE, since=guard.clock()
        )
        try:
            call("tie", tie)
            tell("tie", patient, reference)
        except Exception as error:  # noqa: BLE001 - as above
            tell("failed", type(error).__name__)
        time.sleep(0.01)


def let_live(child: int, seconds: float) -> None:
    """Wait until the child has worked so many seconds more."""
    clock = ~child << 3 | 2  # the processor clock of another process, clock_getcpuclockid(3)
    until, patience = time.clock_gettime(clock) + seconds, time.monotonic() + WAIT_SECONDS_MAX
    while time.clock_gettime(clock) < until and time.monotonic() < patience:
        time.sleep(0.001)


def harmed(world: dict[str, Any], seed: int, kind: str) -> None:
    """One life and its end."""
    chance = random.Random(-seed)
    heard, ready = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            serve(world, seed, kind, ready)
        finally:
            os._exit(0)
    os.close(ready)
    os.read(heard, 1)
    os.close(heard)
    let_live(child, chance.uniform(0.005, LIFE_SECONDS_MAX))
    if kind == "cut":
        with psycopg.connect(world["owner_dsn"], autocommit=True) as tx:
            tx.execute(CUT)
        let_live(child, chance.uniform(0, LIFE_SECONDS_MAX))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main() -> None:
    with open(sys.argv[1], "rb") as file:
        world = pickle.load(file)
    world["settings"] = replace(world["settings"])
    world["patients"] = [UUID(str(one)) for one in world["patients"]]
    # What a guard that has run for a while remembers: the policies' answers.
    for player in cast.STAFF:
        policies.actions_of(player.role)
        policies.may_break_glass(role=player.role, assurance="full")
        for tie in TIES:
            policies.may_open(role=player.role, tie=tie, wanted=COMPARTMENTS)
    policies.is_allowed(role="interface", action="identity:tie:make")
    for line in sys.stdin:
        seed, kind = line.split()
        harmed(world, int(seed), kind)
        tell("dead", seed)


if __name__ == "__main__":
    main()
