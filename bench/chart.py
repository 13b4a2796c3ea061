"""`./serment bench chart`: a long record read and written, timed from outside on a running demonstration.

A patient of some three hundred entries and forty documents is written through the pages, as a team would. Then the synthesis and every tab
that its menu names are read, a search is made, and a scan of 20 MB goes in and out while the web process is watched. Prints one JSON
object: milliseconds as they pass, and the processor time of all the processes for one page, which a busy machine does not stretch.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pikepdf
import psutil
import psycopg

from bench.figures import figures, timed
from bench.first_light import Running, demonstration, expect, kind, nurses, signed_in, ward_patients
from serment.drill.browser import HttpBrowser

# Every section of the chart that its menu names.
SECTION = re.compile(r'class="section-link" href="/patients/[0-9a-f-]{36}/([a-z/-]+)"')
SETS, NOTES, DOCUMENTS, ALLERGIES = 24, 80, 40, 10
READINGS = 60
SCAN_BYTES = 20 * 1024 * 1024
YEARS = 10
SPREAD = """
    with place as (
        select id, percent_rank() over (order by effective_at) as share from (
            select id, min(effective_at) as effective_at from entry where patient_id = %(patient)s group by id
        ) as one
    )
    update entry set effective_at = entry.effective_at - (1 - place.share) * make_interval(years => %(years)s)
    from place where entry.patient_id = %(patient)s and entry.id = place.id
"""
PDF = b"%PDF-1.7\n%bench\n"


def write(browser: HttpBrowser, patient: str) -> None:
    """The record: sets of nine vital signs, notes, documents, allergies."""
    chart = f"/patients/{patient}/"
    browser.get(f"{chart}notes/")
    for number in range(SETS):
        signs = {"systolic": "128", "diastolic": "76", "pulse": str(60 + number), "temperature": "37.1", "respiration": "16"}
        form = {**signs, "saturation": "97", "pain": "2", "level": "A", "token": str(uuid4())}
        expect(browser.post(f"{chart}vitals/", form), 303)
    for number in range(NOTES):
        text = f"Nuit calme, douleur cotée {number % 10} sur 10, pansement refait, reprise des boissons. " * 4
        form = {"kind": "transmission", "title": f"Surveillance {number}", "data": text, "actions": text, "token": str(uuid4())}
        expect(browser.post(f"{chart}notes/", form), 303)
    for number in range(DOCUMENTS):
        expect(upload(browser, patient, PDF + bytes(2000), f"Compte rendu {number}"), 200)
    for number in range(ALLERGIES):
        form = {"substance": f"Substance {number}", "sort": "allergy", "certainty": "confirmed", "severity": "mild", "token": str(uuid4())}
        expect(browser.post(f"{chart}allergies/", form), 303)


def spread(running: Running, patient: str) -> None:
    """The pages date what they write today: here it is laid over ten years, evenly, in the order in which it was written. What a set of
    vital signs holds stays together. Only the owner of the tables can do that; the application may not change a row."""
    command = [sys.executable, "-m", "serment.operator", "db", "url", "--role", "owner", "--data-dir", str(running.data_dir)]
    url = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    with psycopg.connect(url) as tx:
        moved = tx.execute(SPREAD, {"patient": patient, "years": YEARS}).rowcount
    if moved < SETS + NOTES + DOCUMENTS + ALLERGIES:
        raise SystemExit(f"only {moved} entries were laid over {YEARS} years")


def upload(browser: HttpBrowser, patient: str, content: bytes, title: str, token: str = "") -> Any:
    headers = {
        "Content-Type": "application/octet-stream", "Accept": "application/json", "X-CSRFToken": browser.token,
        "Serment-token": token or str(uuid4()), "Serment-title": title.replace(" ", "%20"), "Serment-category": "Compte%20rendu",
    }  # fmt: skip
    return browser.request("POST", f"/patients/{patient}/documents/upload", body=content, headers=headers)


@contextmanager
def watched(process: psutil.Process) -> Iterator[dict[str, float]]:
    """The resident memory of a process, in MB: before, and at most while the block runs."""
    seen = {"before_mb": process.memory_info().rss / 1024**2, "peak_mb": 0.0}
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            seen["peak_mb"] = max(seen["peak_mb"], process.memory_info().rss / 1024**2)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def scanned(size: int) -> bytes:
    """A page with an image of so many bytes that no compression makes smaller, as a scanner sends it. It hides its names in object streams,
    so that the child process that looks for what runs has to read it."""
    made, target = pikepdf.Pdf.new(), io.BytesIO()
    page = made.add_blank_page()
    page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Scan=made.make_stream(os.urandom(size - 2_000))))
    made.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=False)
    return target.getvalue()


def scan(running: Running, browser: HttpBrowser, patient: str) -> dict[str, Any]:
    """A scan of 20 MB in, then out: seconds, and how much the web process grew meanwhile."""
    processes = psutil.Process(running.supervisor).children(recursive=True)
    web = max((one for one in processes if kind(one) == "web" or "wsgi:application" in " ".join(one.cmdline())), key=rss)
    content, token = scanned(SCAN_BYTES), str(uuid4())
    expect(upload(browser, patient, scanned(1_000_000), "Chauffe"), 200)
    found: dict[str, Any] = {}
    for name, act in (
        ("in", lambda: expect(upload(browser, patient, content, "Numérisation".encode().hex(), token), 200)),
        ("out", lambda: same(expect(browser.get(f"/patients/{patient}/documents/{token}/content")), content)),
    ):
        with watched(web) as seen:
            started = time.perf_counter()
            act()
            found[f"{name}_s"] = round(time.perf_counter() - started, 2)
        found[f"{name}_growth_mb"] = round(seen["peak_mb"] - seen["before_mb"], 1)
    return found


def same(answer: Any, content: bytes) -> None:
    if answer.body != content:
        raise SystemExit(f"{len(answer.body)} bytes came back, not the {len(content)} that went in")


def rss(process: psutil.Process) -> int:
    return int(process.memory_info().rss)


def measure(running: Running) -> dict[str, Any]:

    from serment.dossier.vault.client import GuardClient

    settings = json.loads((running.data_dir / "config" / "guard.json").read_text(encoding="utf-8"))
    people = nurses(running, GuardClient(Path(settings["guard_socket"])).call)
    browser = next(found for person in people if (found := signed_in(running, person)) and ward_patients(found))
    patient = ward_patients(browser)[0]
    write(browser, patient)
    spread(running, patient)
    chart = f"/patients/{patient}/"
    result: dict[str, Any] = {"idle": idle(), "synthesis": read(running, pages(browser, chart))}
    tabs = list(dict.fromkeys(SECTION.findall(expect(browser.get(chart)).body.decode())))
    result["tabs"] = {tab.rstrip("/"): read(running, pages(browser, chart + tab)) for tab in tabs}
    result["tabs"]["vitals/trends, a part of its page"] = read(running, pages(browser, f"{chart}vitals/trends/"))
    result["search"] = figures(timed([lambda: expect(browser.post(f"{chart}search/", {"words": "pansemnt doulour"}))] * 20))
    result["scan_20_mb"] = scan(running, browser, patient)
    return result


def idle() -> dict[str, float]:
    """How idle the machine is: without that, the milliseconds are those of the others."""
    return {"load": round(os.getloadavg()[0], 1), "cores": float(os.cpu_count() or 1)}


def read(running: Running, acts: list[Callable[[], Any]]) -> dict[str, float]:
    """Reading one page many times: the milliseconds that passed, and the processor's for one page."""
    before = spent(running)
    found = figures(timed(acts))
    return {**found, "cpu_ms": round((spent(running) - before) * 1000 / len(acts), 1)}


def spent(running: Running) -> float:
    """Processor seconds of every process of the instance so far."""
    total = 0.0
    for process in psutil.Process(running.supervisor).children(recursive=True):
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total


def pages(browser: HttpBrowser, address: str) -> list[Callable[[], Any]]:
    return [lambda: expect(browser.get(address))] * READINGS


def main() -> None:
    parser = argparse.ArgumentParser(description="Mesure un long dossier : synthèse, onglets, recherche, numérisation de 20 Mo.")
    parser.add_argument("--patients", type=int, default=100)
    asked = parser.parse_args()
    with demonstration(asked.patients) as running:
        json.dump(measure(running), sys.stdout, indent=1)
        print()


if __name__ == "__main__":
    main()
