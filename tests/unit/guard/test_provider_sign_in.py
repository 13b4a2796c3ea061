"""Signing in through Pro Santé Connect, against a real OpenID Connect provider over TLS."""

from __future__ import annotations

import dataclasses
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from serment.credentials import provider as credentials
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.wire import dpop, protocol
from serment.wire.ways_in import FinishOidc, OidcBegun
from tests.authenticator import Browser
from tests.fixtures import provider
from tests.fixtures.provider import Running
from tests.fixtures.staff import Desk

AMEL_RPPS = "10003456789"
PEOPLE = {
    "amel": {"SubjectNameID": f"8{AMEL_RPPS}", "given_name": "Amel", "family_name": "B"},
    "stranger": {"SubjectNameID": "810009999999"},
    "assistant": {"SubjectNameID": "3490000001/0001"},
}
REFUSED = protocol.Refusal(category="denied", code="sign_in_refused", remedy="retry")


@pytest.fixture(scope="module")
def psc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    yield from provider.start(tmp_path_factory.mktemp("provider"), people=PEOPLE)


@pytest.fixture
def amel(desk: Desk, psc: Running) -> Desk:
    """The desk, with the provider, and Dr Amel known by her national number."""
    configure(desk, psc.client())
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, desk.amel), rpps=AMEL_RPPS))
    return desk


def configure(desk: Desk, chosen: credentials.Provider | None) -> None:
    desk.guard = replace(desk.guard, settings=replace(desk.guard.settings, provider=chosen))


def refused(call: Callable[[], object]) -> protocol.Refusal:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal


def begin(desk: Desk, browser: Browser) -> OidcBegun:
    browser.call = desk.call
    begun: OidcBegun = desk.call("begin_oidc", protocol.BeginSignIn(session_key=browser.key.jwk))
    return begun


def finish(desk: Desk, begun: OidcBegun, answer: dict[str, str], **changes: Any) -> protocol.SignedIn:
    request = FinishOidc(ceremony=begun.ceremony, code=answer["code"], state=answer["state"], issuer=answer.get("iss", ""))
    signed_in: protocol.SignedIn = desk.call("finish_oidc", dataclasses.replace(request, **changes))
    return signed_in


def last_leaf(guard: Guard) -> tuple[str, Any]:
    import json

    with guard.pool.connection() as tx:
        row = tx.execute("select kind, leaf from journal_entry order by id desc limit 1").fetchone()
    return (row[0], json.loads(bytes(row[1]))["body"]) if row else ("", {})


@pytest.mark.parametrize("client", ["serment", "serment-key"])
def test_a_physician_signs_in_with_the_national_identity_and_full_assurance(amel: Desk, psc: Running, client: str) -> None:
    configure(amel, psc.client(client))
    browser = amel.browser()
    begun = begin(amel, browser)
    answer = psc.authorize(begun.url, person="amel")
    assert answer["iss"] == psc.issuer
    browser.session = finish(amel, begun, answer).session
    who = browser.attend()
    assert (who.account, who.assurance, who.fresh_until, who.lease_left) == (amel.amel, "full", None, 25)
    assert last_leaf(amel.guard)[0] == "sign_in"
    assert {name: last_leaf(amel.guard)[1][name] for name in ("way", "passkey")} == {"way": "provider", "passkey": None}


def test_what_is_asked_of_the_provider(amel: Desk, psc: Running) -> None:
    begun = begin(amel, amel.browser())
    asked = {name: values[0] for name, values in parse_qs(urlsplit(begun.url).query).items()}
    assert {name: value for name, value in asked.items() if name not in ("state", "nonce", "code_challenge")} == {
        "response_type": "code",
        "client_id": "serment",
        "redirect_uri": "http://localhost:8000/sign-in/psc/callback",
        "scope": "openid scope_all",
        "acr_values": "eidas1",
        "code_challenge_method": "S256",
        "prompt": "login",
    }  # fmt: skip
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    other = {name: values[0] for name, values in parse_qs(urlsplit(begin(amel, amel.browser()).url).query).items()}
    assert not {asked[name] for name in ("state", "nonce", "code_challenge")} & {
        other[name] for name in ("state", "nonce", "code_challenge")
    }
    assert begun.logout.startswith(
        psc.issuer + "/session/end?client_id=serment&post_logout_redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fsign-in%2F"
    )
    context = ssl.create_default_context(cafile=str(psc.folder / "cert.pem"))
    assert urllib.request.urlopen(begun.logout, timeout=10, context=context).status == 200


def test_the_session_belongs_to_the_browser_that_began(amel: Desk, psc: Running) -> None:
    """A thief who comes by the answer on its way back gets the handle of a session whose key is elsewhere."""
    browser = amel.browser()
    begun = begin(amel, browser)
    handle = finish(amel, begun, psc.authorize(begun.url, person="amel")).session
    thief = amel.browser()
    thief.session = handle
    assert refused(thief.attend).code == "wrong_key"


def test_an_answer_serves_once(amel: Desk, psc: Running) -> None:
    begun = begin(amel, amel.browser())
    answer = psc.authorize(begun.url, person="amel")
    finish(amel, begun, answer)
    assert refused(lambda: finish(amel, begun, answer)).code == "ceremony_over"
    again = begin(amel, amel.browser())
    assert refused(lambda: finish(amel, again, answer)) == REFUSED


def test_an_answer_to_another_browser_is_refused(amel: Desk, psc: Running) -> None:
    """Whoever is sent an address with somebody else's answer in it does not end up in that person's session."""
    mine, theirs = begin(amel, amel.browser()), begin(amel, amel.browser())
    answer = psc.authorize(theirs.url, person="amel")
    assert refused(lambda: finish(amel, mine, answer)) == REFUSED
    state = parse_qs(urlsplit(begin(amel, amel.browser()).url).query)["state"][0]
    assert refused(lambda: finish(amel, theirs, {**answer, "state": state})) == REFUSED


def test_a_code_obtained_for_another_ceremony_fails_at_the_provider_for_want_of_its_verifier(amel: Desk, psc: Running) -> None:
    mine, theirs = begin(amel, amel.browser()), begin(amel, amel.browser())
    stolen = psc.authorize(theirs.url, person="amel")
    own = psc.authorize(mine.url, person="stranger")
    assert refused(lambda: finish(amel, mine, {**own, "code": stolen["code"]})) == REFUSED


def test_an_answer_that_says_it_is_of_another_provider_is_refused(amel: Desk, psc: Running) -> None:
    begun = begin(amel, amel.browser())
    answer = psc.authorize(begun.url, person="amel")
    assert refused(lambda: finish(amel, begun, {**answer, "iss": "https://evil.example"})) == REFUSED


@pytest.mark.parametrize("acr", ["", "eidas3"])
def test_another_level_of_identification_is_refused(amel: Desk, psc: Running, acr: str) -> None:
    begun = begin(amel, amel.browser())
    assert refused(lambda: finish(amel, begun, psc.authorize(begun.url, person="amel", acr=acr))) == REFUSED
    assert last_leaf(amel.guard) == ("sign_in_refused", {"cause": "acr", "way": "provider", "source": ""})


def test_a_token_signed_with_our_own_secret_is_refused(amel: Desk, psc: Running) -> None:
    configure(amel, psc.client("symmetric"))
    begun = begin(amel, amel.browser())
    assert refused(lambda: finish(amel, begun, psc.authorize(begun.url, person="amel"))) == REFUSED
    assert last_leaf(amel.guard)[1]["cause"] == "algorithm"


@pytest.mark.parametrize(("person", "cause"), [("stranger", "unknown"), ("assistant", "no_rpps")])
def test_a_professional_who_does_not_work_here_is_refused_in_the_same_words(amel: Desk, psc: Running, person: str, cause: str) -> None:
    begun = begin(amel, amel.browser())
    assert refused(lambda: finish(amel, begun, psc.authorize(begun.url, person=person))) == REFUSED
    assert last_leaf(amel.guard) == ("sign_in_refused", {"cause": cause, "way": "provider", "source": ""})


def test_a_contained_physician_does_not_come_in_by_the_other_door(amel: Desk, psc: Running) -> None:
    with amel.guard.pool.connection() as tx:
        accounts.save(amel.guard, tx, replace(accounts.load(amel.guard, tx, amel.amel), contained_at=amel.now))
    begun = begin(amel, amel.browser())
    assert refused(lambda: finish(amel, begun, psc.authorize(begun.url, person="amel"))) == REFUSED
    assert last_leaf(amel.guard)[1]["cause"] == "contained"


def test_what_anybody_can_send_fills_no_journal(amel: Desk, psc: Running) -> None:
    before = last_leaf(amel.guard)
    for changes in ({"state": "x"}, {"issuer": "https://evil.example"}, {"code": "x"}):
        begun = begin(amel, amel.browser())
        state = parse_qs(urlsplit(begun.url).query)["state"][0]
        assert (
            refused(lambda begun=begun, state=state, changes=changes: finish(amel, begun, {"code": "x", "state": state}, **changes))
            == REFUSED
        )
    assert last_leaf(amel.guard) == before


def test_five_minutes_to_come_back(amel: Desk, psc: Running) -> None:
    begun = begin(amel, amel.browser())
    answer = psc.authorize(begun.url, person="amel")
    amel.pass_time(timedelta(minutes=5))
    assert refused(lambda: finish(amel, begun, answer)).code == "ceremony_over"


def test_a_clock_far_from_the_providers_refuses_its_tokens(amel: Desk, psc: Running) -> None:
    amel.pass_time(timedelta(hours=3))
    begun = begin(amel, amel.browser())
    assert refused(lambda: finish(amel, begun, psc.authorize(begun.url, person="amel"))) == REFUSED
    assert last_leaf(amel.guard)[1]["cause"] in ("exp", "iat")


def test_without_a_provider_the_way_is_closed(desk: Desk) -> None:
    key = dpop.ProofKey().jwk
    closed = protocol.Refusal(category="denied", code="way_closed")
    assert refused(lambda: desk.call("begin_oidc", protocol.BeginSignIn(session_key=key))) == closed
    assert refused(lambda: desk.call("finish_oidc", FinishOidc(ceremony="", code="", state=""))) == closed
    assert desk.call("ways", protocol.Empty()).provider is False


@pytest.mark.parametrize("changes", [{"issuer": "https://localhost:9"}, {"issuer": "http://localhost:8000"}, {"ca_file": ""}])
def test_a_provider_that_does_not_answer_or_that_nobody_vouches_for_is_down(amel: Desk, psc: Running, changes: dict[str, str]) -> None:
    configure(amel, psc.client(**changes))
    down = protocol.Refusal(category="unavailable", code="provider_down", remedy="retry")
    assert refused(lambda: begin(amel, amel.browser())) == down


def test_a_provider_that_goes_away_meanwhile_is_down_and_passkeys_go_on(amel: Desk, psc: Running) -> None:
    begun = begin(amel, amel.browser())
    answer = psc.authorize(begun.url, person="amel")
    configure(amel, psc.client(ca_file=""))
    assert refused(lambda: finish(amel, begun, answer)) == protocol.Refusal(category="unavailable", code="provider_down", remedy="retry")
    assert amel.signed_in(amel.amel).attend().account == amel.amel


def test_a_description_of_another_issuer_is_not_believed(amel: Desk, psc: Running) -> None:
    configure(amel, psc.client(issuer=psc.issuer + "/other", discovery=f"{psc.issuer}/{credentials.DISCOVERY}"))
    assert refused(lambda: begin(amel, amel.browser())).code == "provider_down"


def test_a_session_key_that_is_none_is_refused(amel: Desk) -> None:
    assert refused(lambda: amel.call("begin_oidc", protocol.BeginSignIn(session_key={}))).code == "bad_session_key"
