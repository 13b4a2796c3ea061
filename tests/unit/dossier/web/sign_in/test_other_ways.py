"""The other ways in, through the whole stack of the web server: Pro Santé Connect, a password with a code, a further passkey."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from serment.credentials import totp
from serment.dossier.vault import client
from serment.dossier.web.sign_in import ways
from serment.guard.context import Guard
from serment.guard.evidence import accounts
from serment.wire import dpop, protocol
from tests import cast
from tests.authenticator import SoftPasskey, direct
from tests.fixtures import provider
from tests.fixtures.dossier import ORIGIN, Dossier
from tests.fixtures.provider import Running
from tests.unit.dossier.web.sign_in.test_shared_workstations import page
from tests.unit.dossier.web.sign_in.test_views import HERE, Visitor

RPPS = "10003456789"
WORD = "k8#Vq2!mZp7w"


class Instance:
    """The dossier's guard, with other settings."""

    def __init__(self, dossier: Dossier, **settings: Any) -> None:
        self.guard: Guard = replace(dossier.house.guard, settings=replace(dossier.house.guard.settings, **settings))

    def call(self, verb: str, request: object) -> Any:
        from serment.dossier.kernel import errors
        from serment.guard.errors import Refused

        try:
            return direct(self.guard)(verb, request)
        except Refused as refused:
            raise errors.from_refusal(refused.refusal) from None


@pytest.fixture(scope="module")
def psc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    people = {"amel": {"SubjectNameID": f"8{RPPS}"}, "stranger": {"SubjectNameID": "810009999999"}}
    yield from provider.start(tmp_path_factory.mktemp("provider"), people=people)


@pytest.fixture
def connected(dossier: Dossier, psc: Running) -> Iterator[Instance]:
    instance = Instance(dossier, provider=psc.client())
    with instance.guard.pool.connection() as tx:
        accounts.save(instance.guard, tx, replace(accounts.load(instance.guard, tx, cast.AMEL.id), rpps=RPPS))
    with client.instead(instance):
        yield instance


@pytest.fixture
def allowed(dossier: Dossier) -> Iterator[Instance]:
    instance = Instance(dossier, reduced_assurance=True)
    with client.instead(instance):
        yield instance


def test_the_button_is_there_where_a_provider_is_configured(dossier: Dossier, connected: Instance) -> None:
    assert "S’identifier avec Pro Santé Connect" in Client(**HERE).get("/sign-in/").content.decode()
    with client.instead(Instance(dossier)):
        assert "Pro Santé Connect" not in Client(**HERE).get("/sign-in/").content.decode()


def test_a_physician_goes_to_the_provider_and_comes_back_signed_in(dossier: Dossier, psc: Running, connected: Instance) -> None:
    visitor = Visitor(dossier)
    begun = json.loads(visitor.post("/sign-in/psc/begin", {"session_key": visitor.key.jwk}).content)
    answer = psc.authorize(begun["url"], person="amel")
    body = {"ceremony": begun["ceremony"], "code": answer["code"], "state": answer["state"], "issuer": answer["iss"]}
    finished = visitor.post("/sign-in/psc/finish", body)
    assert (finished.status_code, finished.cookies["serment_session"]["httponly"]) == (200, True)
    assert page(visitor, "/account/").status_code == 200
    assert begun["logout"].startswith(psc.issuer)
    again = visitor.post("/sign-in/psc/finish", body)
    assert (again.status_code, json.loads(again.content)["code"]) == (400, "ceremony_over")


def test_whoever_does_not_work_here_is_refused_in_words(dossier: Dossier, psc: Running, connected: Instance) -> None:
    visitor = Visitor(dossier)
    begun = json.loads(visitor.post("/sign-in/psc/begin", {"session_key": visitor.key.jwk}).content)
    answer = psc.authorize(begun["url"], person="stranger")
    body = {"ceremony": begun["ceremony"], "code": answer["code"], "state": answer["state"], "issuer": ""}
    finished = visitor.post("/sign-in/psc/finish", body)
    assert finished.status_code == 403
    assert "La connexion n’a pas été acceptée" in json.loads(finished.content)["message"]
    assert "serment_session" not in finished.cookies


def test_the_page_where_the_provider_sends_back_keeps_nothing_and_sets_no_cookie(dossier: Dossier) -> None:
    """It is reached from another site: a new form token would spoil the pages open elsewhere. The answer is for its script alone."""
    came = Client(**HERE).get("/sign-in/psc/callback", {"code": "secret-code", "state": "secret-state"})
    assert (came.status_code, list(came.cookies)) == (200, [])
    assert b"secret" not in came.content
    assert b"csrfmiddlewaretoken" not in came.content
    went_on = Client(**HERE).get("/sign-in/psc/return")
    assert b"csrfmiddlewaretoken" in went_on.content
    assert went_on["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/sign-in/psc/begin", "/sign-in/psc/finish", "/sign-in/password", "/enrolment/secret/begin"])
def test_garbage_is_refused(dossier: Dossier, path: str) -> None:
    visitor = Visitor(dossier)
    for raw in (b"", b"[]", b"{}", b'{"session_key": []}', b'{"ceremony": 1}', b'{"session_key":"x"}'):
        assert visitor.post(path, None, raw=raw).status_code == 400


# a password with a code -------------------------------------------------------------------------------------------------------------


def test_a_password_is_chosen_with_a_code_and_signs_in(dossier: Dossier, allowed: Instance) -> None:
    visitor = Visitor(dossier)
    assert "accès réduit" in Client(**HERE).get("/sign-in/").content.decode()
    code = allowed.call("persona_code", protocol.PersonaCode(account=cast.BRUNO.id)).code
    begun = json.loads(visitor.post("/enrolment/secret/begin", {"code": code, "login": "bruno.ward", "password": WORD}).content)
    assert begun["drawn"].startswith("data:image/svg+xml;")
    secret = base64.b32decode(parse_qs(urlsplit(begun["uri"]).query)["secret"][0])
    step = int(dossier.house.clock().timestamp()) // totp.SECONDS
    kept = visitor.post("/enrolment/secret/finish", {"ceremony": begun["ceremony"], "totp": totp.code(secret, step)})
    assert json.loads(kept.content) == {"label": cast.BRUNO.label}
    typed = {"session_key": visitor.key.jwk, "login": "bruno.ward", "password": WORD, "totp": totp.code(secret, step + 1)}
    assert visitor.post("/sign-in/password", typed).status_code == 200
    account = page(visitor, "/account/").content.decode()
    assert "Accès réduit" in account
    assert "Ajouter une clé" not in account
    again = visitor.post("/sign-in/password", typed)
    assert (again.status_code, json.loads(again.content)["code"]) == (403, "sign_in_refused")


def test_where_it_is_not_allowed_the_form_is_not_there(dossier: Dossier) -> None:
    with client.instead(Instance(dossier)):
        assert ways.current().password is False
        assert "accès réduit" not in Client(**HERE).get("/sign-in/").content.decode()
        visitor = Visitor(dossier)
        refused = visitor.post("/sign-in/password", {"session_key": dpop.ProofKey().jwk, "login": "x", "password": "y", "totp": "0"})
        assert (refused.status_code, json.loads(refused.content)["code"]) == (403, "way_closed")


# a further passkey ------------------------------------------------------------------------------------------------------------------


def test_a_further_passkey_is_added_after_a_touch_and_renamed(dossier: Dossier) -> None:
    visitor = Visitor(dossier)
    visitor.enrol()
    visitor.sign_in()
    asked = json.loads(visitor.post("/touch/act", {"act": "add_passkey", "subject": str(cast.BRUNO.id)}, signed=True).content)
    touched = json.loads(visitor.authenticator.get(json.dumps(asked["options"])))
    added = visitor.post("/account/passkeys/begin", {"ceremony": asked["ceremony"], "credential": touched}, signed=True)
    begun = json.loads(added.content)
    new = SoftPasskey(origin=ORIGIN, rp_id="localhost")
    credential = json.loads(new.create(json.dumps(begun["options"])))
    finish = {"ceremony": begun["ceremony"], "credential": credential, "label": "Clé bleue"}
    assert visitor.post("/account/passkeys/finish", finish, signed=True).status_code == 200
    shown = page(visitor, "/account/").content.decode()
    assert "Clé bleue" in shown
    assert "Une clé d’accès a été ajoutée à votre compte" in shown
    rename = next(part for part in shown.split('action="') if "/rename/" in part).split('"')[0]
    headers = {"DPoP": visitor.key.proof(htm="POST", htu=ORIGIN + rename, now=visitor.clock()), "X-CSRFToken": visitor.token}
    sent = visitor.client.post(rename, {"label": "Clé du vestiaire"}, headers=headers)
    assert (sent.status_code, sent["Location"]) == (303, "/account/?done=passkey-renamed")
    assert "Clé du vestiaire" in page(visitor, "/account/").content.decode()


def test_an_act_names_what_it_is_about(dossier: Dossier) -> None:
    visitor = Visitor(dossier)
    visitor.enrol()
    visitor.sign_in()
    for body in ({"act": "add_passkey"}, {"act": "add_passkey", "subject": "x"}, {"subject": str(cast.BRUNO.id)}):
        assert visitor.post("/touch/act", body, signed=True).status_code == 400
