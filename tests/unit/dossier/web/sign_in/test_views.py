"""The JSON of the ceremonies and the pages around them, through the whole stack of the web server."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, override_settings

from serment.wire import dpop
from tests import cast
from tests.authenticator import Authenticator, SoftPasskey, SoftwareKey
from tests.fixtures.dossier import ORIGIN, Dossier

HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}

GARBAGE = (b"", b"[]", b"{", b"null", b"{}", b'{"ceremony":1,"credential":[]}', b"[" * 70_000, b'{"code":"\\ud800"}')


class Visitor:
    """A browser at the sign-in page, with the form checks on."""

    def __init__(self, dossier: Dossier, authenticator: Authenticator | None = None, **place: str) -> None:
        self.client = Client(enforce_csrf_checks=True, **{**HERE, **place})
        self.clock = dossier.house.clock
        self.authenticator = authenticator or SoftPasskey(origin=ORIGIN, rp_id="localhost")
        self.key = dpop.ProofKey()
        page = self.client.get("/sign-in/")
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.content)
        self.token = found[1].decode() if found else ""

    def post(self, path: str, value: object, *, signed: bool = False, raw: bytes | None = None, token: str | None = None) -> HttpResponse:
        headers = {"X-CSRFToken": self.token if token is None else token}
        if signed:
            headers["DPoP"] = self.key.proof(htm="POST", htu=ORIGIN + path, now=self.clock())
        body = raw if raw is not None else json.dumps(value).encode()
        response: Any = self.client.post(path, data=body, content_type="application/json", headers=headers)
        return response

    def enrol(self) -> HttpResponse:
        begun = json.loads(self.post("/enrolment/persona", {"account": str(cast.BRUNO.id)}).content)
        credential = json.loads(self.authenticator.create(json.dumps(begun["options"])))
        return self.post("/enrolment/finish", {"ceremony": begun["ceremony"], "credential": credential, "label": "Poste 1"})

    def sign_in(self) -> HttpResponse:
        begun = json.loads(self.post("/session/begin", {"session_key": self.key.jwk}).content)
        credential = json.loads(self.authenticator.get(json.dumps(begun["options"])))
        return self.post("/session/finish", {"ceremony": begun["ceremony"], "credential": credential})


@pytest.mark.parametrize("authenticator", [None, SoftwareKey()])
def test_one_enrols_signs_in_touches_and_leaves(dossier: Dossier, authenticator: Authenticator | None) -> None:
    visitor = Visitor(dossier, authenticator)
    assert json.loads(visitor.enrol().content)["label"] == cast.BRUNO.label
    signed_in = visitor.sign_in()
    cookie = signed_in.cookies["serment_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Strict", "/", "")
    assert cookie.value not in signed_in.content.decode()
    begun = json.loads(visitor.post("/touch/begin", {}, signed=True).content)
    credential = json.loads(visitor.authenticator.get(json.dumps(begun["options"])))
    touched = visitor.post("/touch/finish", {"ceremony": begun["ceremony"], "credential": credential}, signed=True)
    assert json.loads(touched.content) == {"lease_left": 25}
    left = visitor.post("/session/end", {}, signed=True)
    assert (left.status_code, left.cookies["serment_session"].value) == (200, "")
    with dossier.house.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from session where closed_at is null").fetchone() == (0,)


def test_a_session_is_not_ended_by_a_form_that_nobody_signed(dossier: Dossier) -> None:
    visitor = Visitor(dossier)
    visitor.enrol()
    visitor.sign_in()
    visitor.post("/session/end", {})
    with dossier.house.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from session where closed_at is null").fetchone() == (1,)


@pytest.mark.parametrize("path", ["/session/begin", "/session/finish", "/enrolment/begin", "/enrolment/persona", "/enrolment/finish"])
def test_garbage_is_refused_in_json(dossier: Dossier, path: str) -> None:
    visitor = Visitor(dossier)
    for raw in GARBAGE:
        response = visitor.post(path, None, raw=raw)
        assert response.status_code in (400, 403), raw[:40]
        assert json.loads(response.content)["message"]


def test_a_request_without_the_pages_token_is_refused(dossier: Dossier) -> None:
    visitor = Visitor(dossier)
    for path in ("/session/begin", "/enrolment/begin", "/enrolment/persona", "/session/end"):
        assert visitor.post(path, {}, token="").status_code == 403


def test_personas_are_listed_at_this_machine_and_nowhere_else(dossier: Dossier) -> None:
    label = cast.BRUNO.label.encode()
    assert label in Visitor(dossier).client.get("/sign-in/").content
    elsewhere = Visitor(dossier, REMOTE_ADDR="192.0.2.7")
    assert label not in elsewhere.client.get("/sign-in/").content
    assert elsewhere.post("/enrolment/persona", {"account": str(cast.BRUNO.id)}).status_code == 403
    with override_settings(CONFIG=replace(settings.CONFIG, demonstration=False)):
        in_earnest = Visitor(dossier)
        page = in_earnest.client.get("/sign-in/").content
        assert label not in page
        assert b"enrol-" not in page
        assert in_earnest.post("/enrolment/persona", {"account": str(cast.BRUNO.id)}).status_code == 403


def test_the_page_goes_on_only_to_pages_of_ours(dossier: Dossier) -> None:
    client = Visitor(dossier).client
    assert b'data-next="/units/1/"' in client.get("/sign-in/", {"next": "/units/1/"}).content
    assert b'data-next="/"' in client.get("/sign-in/", {"next": "//evil.example/"}).content


def test_the_service_worker_is_served_for_the_whole_site(dossier: Dossier) -> None:
    response = Client(**HERE).get("/sw.js")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Content-Type"].startswith("text/javascript")
    assert b"addEventListener" in response.content


def test_no_page_of_signing_in_holds_a_script_of_its_own(dossier: Dossier) -> None:
    client = Client(**HERE)
    for path in ("/sign-in/", "/enrolment/"):
        for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", client.get(path).content.decode(), re.DOTALL):
            assert body.strip() == "" or 'type="application/json"' in attributes
