"""`./serment bench letters --page`: the public page where a letter is verified, timed over HTTP on a running demonstration.

As many codes are in its table as letters of the greatest mailing. The browsers come from many addresses, as a proxy would tell, and no
address gives more wrong answers than the page lets it: what is measured is the page, not its refusals.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import psycopg

from bench.chart import spent
from bench.figures import figures, timed
from bench.first_light import Running, demonstration, expect
from bench.letters.people import TODAY, event
from serment.dossier.mailing import attempts, codes, texts
from serment.drill.browser import HttpBrowser

# Of each kind. All wrong answers together stay below what the page lets one process give in a minute.
CHECKS, PER_ADDRESS = 180, attempts.BY_SOURCE.most // 2
TRUE, UNTRUE = "notice-good", "notice-attention"


def measure(count: int) -> dict[str, Any]:
    """Milliseconds of true codes, of codes nobody was given, of slips and of wrong birth dates."""
    with demonstration(50) as running:
        settings = json.loads((running.data_dir / "config" / "web.json").read_text(encoding="utf-8"))
        key, incident = settings["letters_key"].encode(), uuid4()
        fill(settings["dossier_dsn"], key, incident, count)
        rng = random.Random(2024)
        known = rng.sample(range(count), 3 * CHECKS)
        asked = {
            "true": [(code(key, incident, number), born(number)) for number in known[:CHECKS]],
            "wrong_birth_date": [(code(key, incident, number), born(number + 1)) for number in known[CHECKS : 2 * CHECKS]],
            "never_given": [(code(key, uuid4(), number), born(number)) for number in range(CHECKS)],
            "slip": [(code(key, incident, number)[:-1] + "?", born(number)) for number in known[2 * CHECKS :]],
        }
        return {
            "codes": count, "load": round(os.getloadavg()[0], 1), "page": figures(timed([opened(running)] * CHECKS)),
            **{name: answered(running, pairs, network=place) for place, (name, pairs) in enumerate(asked.items())},
        }  # fmt: skip


def fill(dsn: str, key: bytes, incident: UUID, count: int) -> None:
    """The mailing and its codes, as sending writes them down."""
    with psycopg.connect(dsn) as tx:
        tx.execute(
            "insert into mailing (id, words, written_on, created_at, created_by) values (%s, %s, %s, %s, %s)",
            (incident, texts.dump(event()), TODAY, datetime.now(UTC), incident),
        )
        with tx.cursor().copy("copy letter_code (locator, mailing_id, proof, back) from stdin") as copy:
            for number in range(count):
                given = codes.of(key=key, incident=incident, patient=UUID(int=number), ordinal=0)
                proof = codes.proof(key=key, code=given, incident=incident, birth_date=born_on(number))
                back = codes.back(key=key, code=given, patient=UUID(int=number), ordinal=0)
                copy.write_row((codes.locator(key=key, code=given), incident, proof, back))


def code(key: bytes, incident: UUID, number: int) -> str:
    return codes.grouped(codes.of(key=key, incident=incident, patient=UUID(int=number), ordinal=0))


def born_on(number: int) -> date:
    return date(1930, 1, 1) + timedelta(days=number % 34_000)


def born(number: int) -> str:
    return born_on(number).strftime("%d/%m/%Y")


def opened(running: Running) -> Callable[[], Any]:
    """The page before anything is typed."""
    browser = HttpBrowser(running.address)
    return lambda: expect(browser.request("GET", "/verifier/", signed=False))


def answered(running: Running, pairs: list[tuple[str, str]], *, network: int) -> dict[str, float | int]:
    """The form sent with each pair; every answer is looked at, after its time was taken."""
    answers: list[Any] = []
    before = spent(running)
    seconds = timed([lambda act=act: answers.append(act()) for act in sent(running, pairs, network)])
    processor = (spent(running) - before) * 1000 / len(pairs)
    for answer in answers:
        if (UNTRUE if network else TRUE) not in expect(answer).text:
            raise SystemExit("the page gave another answer")
    return {**figures(seconds), "cpu_ms": round(processor, 1)}


def sent(running: Running, pairs: list[tuple[str, str]], network: int) -> Iterator[Callable[[], Any]]:
    """Some from each address."""
    browser = HttpBrowser(running.address)
    browser.get("/verifier/")
    for number, (typed, day) in enumerate(pairs):
        address = f"10.0.{network}.{number // PER_ADDRESS}"
        form = urlencode({"csrfmiddlewaretoken": browser.token, "code": typed, "born": day}).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": address}
        yield lambda body=form, of=headers: browser.request("POST", "/verifier/", body=body, headers=of, signed=False)
