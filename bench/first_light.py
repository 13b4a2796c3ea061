"""`./serment bench first-light`: the main acts of a ward, timed from outside on a running demonstration.

It starts an instance of its own in a temporary folder, or measures the one whose folder is given. Prints one JSON object. The browser is
played in Python: its passkeys and proofs are real, its rendering is not counted.
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psutil
import psycopg

from bench.figures import figures, timed, together
from serment import journal
from serment.wire import protocol
from tests.authenticator import Browser, HttpBrowser

PATIENT = re.compile(r"/patients/([0-9a-f-]{36})/")
NURSES = 6
THREADS = 4


@dataclass(frozen=True, kw_only=True)
class Running:
    """A demonstration that answers."""

    address: str
    data_dir: Path
    supervisor: int


@contextmanager
def demonstration(patients: int) -> Iterator[Running]:
    """A demonstration of its own, stopped at the end."""
    with tempfile.TemporaryDirectory(prefix="serment-bench-") as folder:
        Path(folder).chmod(0o711)
        data_dir = Path(folder) / "data"
        command = [sys.executable, "-m", "serment.operator", "demo", "--port", "0", "--mllp-port", "0"]
        command += ["--patients", str(patients), "--data-dir", str(data_dir)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=sys.stderr, text=True)
        try:
            for line in process.stdout or ():
                if found := re.match(r"Serment is ready: (\S+)", line):
                    yield Running(address=found[1].rstrip("/"), data_dir=data_dir, supervisor=process.pid)
                    return
            raise SystemExit("the demonstration did not start")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


def nurses(running: Running, call: Callable[[str, object], Any]) -> list[protocol.Persona]:
    """Nurses and physicians of as many wards as there are."""
    staff = call("personas", protocol.Empty()).personas
    chosen: dict[tuple[str, ...], protocol.Persona] = {}
    for persona in staff:
        if persona.role in ("nurse_day", "ward_physician") and persona.units:
            chosen.setdefault((*persona.units, persona.role), persona)
    return list(chosen.values())


def ward_patients(browser: HttpBrowser) -> list[str]:
    """The patients of the ward page, in its order."""
    answer = browser.get("/")
    if answer.status in (302, 303):
        answer = browser.get(answer.headers["Location"])
    return list(dict.fromkeys(PATIENT.findall(answer.text)))


def expect(answer: Any, *statuses: int) -> Any:
    if answer.status not in (statuses or (200,)):
        raise SystemExit(f"unexpected answer {answer.status}: {answer.text[:200]}")
    return answer


def measure(running: Running) -> dict[str, Any]:
    from serment.dossier.vault.client import GuardClient

    settings = json.loads((running.data_dir / "config" / "guard.json").read_text(encoding="utf-8"))
    guard = GuardClient(Path(settings["guard_socket"]))
    people = nurses(running, guard.call)
    memory = Memory(running.supervisor)
    result: dict[str, Any] = {"sign_in": sign_in(running, people)}
    browsers = [signed_in(running, person) for person in people[:NURSES]]
    memory.look()
    result |= pages(browsers, memory)
    result |= at_the_guard(guard, people, settings)
    memory.look()
    return {**result, "peak_memory_mb": memory.peaks()}


def signed_in(running: Running, person: protocol.Persona) -> HttpBrowser:
    browser = HttpBrowser(running.address)
    browser.become(person.account)
    return browser


def sign_in(running: Running, people: list[protocol.Persona]) -> dict[str, Any]:
    """Two ceremonies' worth of requests: challenge, passkey, session."""
    browser = signed_in(running, people[0])
    return figures(timed([browser.sign_in] * 60))


def pages(browsers: list[HttpBrowser], memory: Memory) -> dict[str, Any]:
    wards = {browser: ward_patients(browser) for browser in browsers}
    first, again = [], []
    for browser, patients in wards.items():
        browser.touch()
        for patient in patients[:25]:
            first += timed([lambda b=browser, p=patient: expect(b.get(f"/patients/{p}/"))])
        again += timed([lambda b=browser, p=p: expect(b.get(f"/patients/{p}/")) for p in patients[:25] for _ in range(4)])
    memory.look()
    charts = [[lambda b=b, p=p: expect(b.get(f"/patients/{p}/")) for p in wards[b][:10] * 6] for b in browsers[:THREADS]]
    ward = [lambda b=browser: expect(b.get(ward_address(b)), 200) for browser in browsers for _ in range(40)]
    find = [lambda b=browsers[0], n=n: expect(b.post("/patients/find/", traits(n)), 200) for n in range(60)]
    return {
        "open_and_chart_page_first": figures(first),
        "open_and_chart_page": figures(again, together_per_s=together(charts)),
        "ward_page": figures(timed(ward), together_per_s=together([ward[:40], ward[40:80]])),
        "find": figures(timed(find)),
    }


def ward_address(browser: HttpBrowser) -> str:
    """The page that `/` leads to, asked for once per browser."""
    known = getattr(browser, "ward", None)
    if known is None:
        answer = browser.get("/")
        known = answer.headers["Location"] if answer.status in (302, 303) else "/"
        browser.ward = known  # type: ignore[attr-defined]
    return str(known)


def traits(n: int) -> dict[str, str]:
    """Somebody who does not exist: what a search costs does not depend on whether it finds."""
    letters = "".join("BCDFGLMNPR"[int(digit)] + "A" for digit in f"{n:03d}")
    return {"birth_name": f"INCONNU {letters}", "first_given_name": "Camille", "birth_date": "01/02/1950", "sex": "F"}


def at_the_guard(guard: Any, people: list[protocol.Persona], settings: dict[str, Any]) -> dict[str, Any]:
    first, again = [], []
    for person in people[:NURSES]:
        browser = Browser(call=guard.call, origin=settings["origin"], rp_id=settings["rp_id"])
        browser.become(person.account)
        for patient in tied(settings, person.account)[:20]:
            first += timed([opening(guard, browser, patient)])
            again += timed([opening(guard, browser, patient) for _ in range(5)])
    return {
        "guard_open_first": figures(first),
        "guard_open": figures(again),
        "guard_round_trip": figures(timed([lambda: guard.call("checkpoint", protocol.Empty())] * 500)),
        "journal_append": figures(appends(settings, 300), together_per_s=append_together(settings)),
    }


def tied(settings: dict[str, Any], account: UUID) -> list[UUID]:
    """The patients that an account may open through its units."""
    query = """select distinct patient_id from tie join assignment on unit_id = holder_unit
               where account_id = %s and tie.since <= now() and (tie.until is null or tie.until > now())"""
    with psycopg.connect(settings["guard_dsn"]) as tx:
        return [row[0] for row in tx.execute(query, (account,)).fetchall()]


def opening(guard: Any, browser: Browser, patient: UUID) -> Callable[[], Any]:
    """One opening, its proof made beforehand: the browser's work is not the guard's."""
    signed = browser.signed("GET", f"/patients/{patient}/")
    request = protocol.Open(**signed, patient=patient, compartments=("identity", "contact", "care"))
    return lambda: guard.call("open", request)


def appends(settings: dict[str, Any], count: int) -> list[float]:
    """Durable appends: each is a transaction of its own, on the disk before the next."""
    account = uuid4()
    with psycopg.connect(settings["guard_dsn"]) as tx:
        return timed([lambda: append(tx, account)] * count)


def append(tx: Any, account: UUID) -> None:
    from datetime import UTC, datetime

    journal.append(tx, at=datetime.now(UTC), kind="refusal", account=account, patient=None, body={"verb": "bench", "code": "bench"})
    tx.commit()


def append_together(settings: dict[str, Any], threads: int = 8, each: int = 100) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: appends(settings, each), range(threads)))
    return threads * each / (time.perf_counter() - started)


class Memory:
    """Proportional memory (PSS: shared pages counted once) of every process of the instance, by what it is."""

    def __init__(self, supervisor: int) -> None:
        self._supervisor = psutil.Process(supervisor)
        self._peaks: dict[str, float] = {}

    def look(self) -> None:
        now: dict[str, float] = {}
        for process in [self._supervisor, *self._supervisor.children(recursive=True)]:
            try:
                name, used = kind(process), process.memory_full_info().pss
            except psutil.NoSuchProcess:
                continue
            now[name] = now.get(name, 0.0) + used / 1024**2
        for name, used in {**now, "all": sum(now.values())}.items():
            self._peaks[name] = max(self._peaks.get(name, 0.0), used)

    def peaks(self) -> dict[str, float]:
        return {name: round(used, 1) for name, used in sorted(self._peaks.items())}


def kind(process: psutil.Process) -> str:
    line = " ".join(process.cmdline()) or process.name()
    for name, sign in (
        ("postgresql", "postgres"), ("guard", "serment.guardhouse"), ("listener", "hl7v2"), ("worker", "procrastinate"),
        ("web", "serment.operator.serving"), ("supervisor", "serment.operator"),
    ):  # fmt: skip
        if sign in line:
            return name
    return process.name()


def main() -> None:
    parser = argparse.ArgumentParser(description="Mesure les gestes d'une unité de soins sur une démonstration.")
    parser.add_argument("--patients", type=int, default=400)
    asked = parser.parse_args()
    with demonstration(asked.patients) as running:
        json.dump({"patients": asked.patients, **measure(running)}, sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
