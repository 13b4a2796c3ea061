"""Break-glass, timed on a running demonstration: from the press of the button to the open record, through web and guard."""

from __future__ import annotations

import json
import time
from pathlib import Path

from bench.first_light import demonstration, signed_in, ward_patients
from serment.dossier.vault.client import GuardClient
from serment.wire import protocol

PEOPLE, EACH = 20, 3


def timed() -> dict[str, float]:
    """Seconds of each break-glass by people of other wards, and how many were refused."""
    seconds, refused = [], 0
    with demonstration(60) as running:
        settings = json.loads((running.data_dir / "config" / "guard.json").read_text(encoding="utf-8"))
        guard = GuardClient(Path(settings["guard_socket"]))
        staff = guard.call("personas", protocol.Empty()).personas
        carers = [one for one in staff if one.role in ("nurse_day", "nurse_night", "ward_physician") and one.units]
        wards = {one.units: ward_patients(signed_in(running, one)) for one in carers[:6]}
        for person in carers[:PEOPLE]:
            browser = signed_in(running, person)
            others = [patient for units, patients in wards.items() if units != person.units for patient in patients][:EACH]
            for patient in others:
                browser.get(f"/patients/{patient}/break-glass/")
                began = time.perf_counter()
                answer = browser.post(f"/patients/{patient}/break-glass/", {"reason": "vital_emergency", "text": ""})
                chart = browser.get(f"/patients/{patient}/")
                seconds.append(time.perf_counter() - began)
                refused += answer.status != 303 or chart.status != 200
    ordered = sorted(seconds)
    return {
        "tried": len(seconds), "refused": refused, "median_seconds": round(ordered[len(ordered) // 2], 3),
        "slowest_seconds": round(ordered[-1], 3),
    }  # fmt: skip
