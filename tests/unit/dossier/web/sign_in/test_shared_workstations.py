"""Locking, putting a session aside, taking it up again: through the whole stack of the web server."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from serment.dossier.vault import client
from serment.dossier.web.sign_in import cookie, ways
from tests import cast
from tests.authenticator import direct
from tests.fixtures.dossier import ORIGIN, Dossier
from tests.unit.dossier.web.sign_in.test_views import Visitor

SLOT, OTHER = "0a1b2c3d", "ffffffff"


def page(visitor: Visitor, path: str, *, method: str = "GET", **headers: str) -> Any:
    headers["DPoP"] = visitor.key.proof(htm=method, htu=ORIGIN + path, now=visitor.clock())
    ask = visitor.client.get if method == "GET" else visitor.client.post
    return ask(path, headers={"X-CSRFToken": visitor.token, **headers})


@pytest.fixture
def bruno(dossier: Dossier) -> Visitor:
    visitor = Visitor(dossier)
    visitor.enrol()
    visitor.sign_in()
    return visitor


def lock(visitor: Visitor) -> None:
    assert visitor.post("/session/lock", {}, signed=True).status_code == 200


def touch(visitor: Visitor) -> Any:
    begun = json.loads(visitor.post("/touch/begin", {}, signed=True).content)
    credential = json.loads(visitor.authenticator.get(json.dumps(begun["options"])))
    return visitor.post("/touch/finish", {"ceremony": begun["ceremony"], "credential": credential}, signed=True)


def handle(visitor: Visitor, name: str = cookie.NAME) -> str:
    return visitor.client.cookies[name].value if name in visitor.client.cookies else ""


def test_a_locked_session_shows_one_page_wherever_one_goes_and_a_touch_comes_back(bruno: Visitor) -> None:
    lock(bruno)
    locked = page(bruno, "/account/")
    assert locked.status_code == 403
    assert "Poste verrouillé" in locked.content.decode()
    assert 'data-then="/account/"' in locked.content.decode()
    assert cast.BRUNO.label not in locked.content.decode()
    assert "no-store" in locked["Cache-Control"]
    assert touch(bruno).status_code == 200
    assert page(bruno, "/account/").status_code == 200


def test_a_form_sent_too_late_comes_back_to_the_page_it_stood_on(bruno: Visitor) -> None:
    lock(bruno)
    path = "/account/passkeys/0f7f7bb4-7a0e-4f0f-8d0a-000000000000/revoke/"
    sent = page(bruno, path, method="POST", Referer=f"{ORIGIN}/account/")
    assert sent.status_code == 403
    assert 'data-then="/account/"' in sent.content.decode()


def test_htmx_and_scripts_are_told_in_their_own_way(bruno: Visitor) -> None:
    lock(bruno)
    part = page(bruno, "/account/", **{"HX-Request": "true"})
    assert (part.status_code, part["HX-Refresh"]) == (204, "true")
    here = bruno.post("/session/here", {}, signed=True)
    assert (here.status_code, json.loads(here.content)["code"]) == (403, "idle_locked")


def test_nobody_locks_or_keeps_awake_without_the_browsers_signature(bruno: Visitor) -> None:
    for path in ("/session/lock", "/session/here", "/session/park"):
        answer = bruno.post(path, {"slot": SLOT})
        assert (answer.status_code, json.loads(answer.content)["remedy"]) == (401, "sign_in"), path
    assert page(bruno, "/account/").status_code == 200


def test_a_proof_of_another_address_unlocks_nothing(bruno: Visitor) -> None:
    lock(bruno)
    headers = {"X-CSRFToken": bruno.token, "DPoP": bruno.key.proof(htm="POST", htu=f"{ORIGIN}/session/here", now=bruno.clock())}
    answer = bruno.client.post("/touch/begin", data=b"{}", content_type="application/json", headers=headers)
    assert (answer.status_code, json.loads(answer.content)["code"]) == (401, "wrong_address")


def test_what_a_page_asks_by_itself_is_told_to_the_guard_as_such(bruno: Visitor, dossier: Dossier) -> None:
    seen: list[bool] = []

    class Watching:
        def call(self, verb: str, request: object) -> Any:
            if verb == "attend":
                seen.append(client.QUIET.get())
            return direct(dossier.house.guard)(verb, request)

    with client.instead(Watching()):
        page(bruno, "/account/", **{"Serment-Quiet": "yes"})
        page(bruno, "/account/")
    assert seen == [True, False]


# taking turns ---------------------------------------------------------------------------------------------------------------------


def test_a_session_put_aside_waits_locked_in_a_cookie_of_its_own(bruno: Visitor) -> None:
    own = handle(bruno)
    parked = bruno.post("/session/park", {"slot": SLOT, "keep": []}, signed=True)
    aside = parked.cookies[cookie.PARKED + SLOT]
    assert (aside.value, aside["httponly"], aside["samesite"], aside["path"], aside["max-age"]) == (own, True, "Strict", "/", "")
    assert handle(bruno) == ""
    back = bruno.post("/session/resume", {"slot": SLOT})
    assert (back.status_code, handle(bruno), handle(bruno, cookie.PARKED + SLOT)) == (200, own, "")
    assert page(bruno, "/account/").status_code == 403
    touch(bruno)
    assert page(bruno, "/account/").status_code == 200


def test_a_slot_that_holds_nothing_gives_nothing(bruno: Visitor) -> None:
    own = handle(bruno)
    answer = bruno.post("/session/resume", {"slot": OTHER})
    assert (answer.status_code, json.loads(answer.content)["code"], handle(bruno)) == (404, "unknown_session", own)


@pytest.mark.parametrize("slot", ["", "0", "0A1B2C3D", "../../..", 7, None])
def test_a_slot_is_eight_digits(bruno: Visitor, slot: object) -> None:
    for path in ("/session/park", "/session/resume"):
        assert bruno.post(path, {"slot": slot}, signed=True).status_code == 400


@pytest.mark.parametrize("keep", [None, "x", ["a", "b", "c", "d"]])
def test_four_sessions_wait_at_most(bruno: Visitor, keep: object) -> None:
    assert bruno.post("/session/park", {"slot": SLOT, "keep": keep}, signed=True).status_code == 400


def test_handles_that_the_browser_no_longer_has_a_key_for_are_dropped(bruno: Visitor) -> None:
    for slot in ("00000001", "00000002"):
        bruno.client.cookies[cookie.PARKED + slot] = "x" * 43
    bruno.post("/session/park", {"slot": SLOT, "keep": ["00000002"]}, signed=True)
    left = {name for name, morsel in bruno.client.cookies.items() if name.startswith(cookie.PARKED) and morsel.value}
    assert left == {cookie.PARKED + "00000002", cookie.PARKED + SLOT}


def test_a_session_that_is_over_is_not_put_aside(bruno: Visitor, dossier: Dossier) -> None:
    dossier.house.clock.ahead += timedelta(hours=13)
    parked = bruno.post("/session/park", {"slot": SLOT, "keep": []}, signed=True)
    assert (parked.status_code, handle(bruno), handle(bruno, cookie.PARKED + SLOT)) == (200, "", "")


def test_signing_in_again_closes_the_session_left_in_the_slot(bruno: Visitor, dossier: Dossier) -> None:
    bruno.post("/session/park", {"slot": SLOT, "keep": []}, signed=True)
    begun = json.loads(bruno.post("/session/begin", {"session_key": bruno.key.jwk}).content)
    credential = json.loads(bruno.authenticator.get(json.dumps(begun["options"])))
    answer = bruno.post("/session/finish", {"ceremony": begun["ceremony"], "credential": credential, "replaces": SLOT})
    assert (answer.status_code, handle(bruno, cookie.PARKED + SLOT)) == (200, "")
    with dossier.house.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from session where closed_at is null").fetchone() == (1,)
    assert bruno.post("/session/finish", {"ceremony": "x", "credential": {}, "replaces": "../"}).status_code == 400


def test_the_ways_in_are_asked_now_and_then_and_the_passkey_alone_stands_when_nobody_answers(dossier: Dossier) -> None:
    asked: list[str] = []

    class Counting:
        def call(self, verb: str, request: object) -> Any:
            asked.append(verb)
            return direct(replace(dossier.house.guard, settings=replace(dossier.house.guard.settings, reduced_assurance=True)))(
                verb, request
            )

    with client.instead(Counting()):
        assert [ways.current().password for _ in range(3)] == [True, True, True]
    assert asked == ["ways"]
