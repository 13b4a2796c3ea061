"""Who is at the keyboard, for every page: what a browser must send, and what it gets when it does not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from serment.dossier.kernel import errors
from serment.dossier.vault import client
from serment.dossier.web.sign_in import addresses, cookie
from serment.dossier.web.sign_in.middleware import SignInMiddleware
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.dossier import Dossier

PAGE = "/units/0e9d3d7e-0000-4000-8000-000000000001/"

Ask = Callable[..., HttpResponse]


@pytest.fixture
def browser(dossier: Dossier) -> Browser:
    return dossier.house.browser(cast.BRUNO)


@pytest.fixture
def ask(dossier: Dossier) -> Ask:
    """One request through the middleware; the page behind it says who asks."""

    def page(request: HttpRequest) -> HttpResponse:
        who = request.who  # type: ignore[attr-defined]
        return HttpResponse(f"page of {who.label}" if who else "public page")

    def asked(method: str = "GET", path: str = PAGE, *, session: str = "", proof: str = "", **headers: str) -> HttpResponse:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = RequestFactory(headers={**sent, **({"DPoP": proof} if proof else {})}).generic(method, path)
        if session:
            request.COOKIES[cookie.NAME] = session
        response = SignInMiddleware(page)(request)
        assert isinstance(response, HttpResponse)
        return response

    return asked


def test_a_signed_request_reaches_its_page_and_the_page_knows_who(ask: Ask, browser: Browser) -> None:
    response = ask(**browser.signed("GET", PAGE))
    assert (response.status_code, response.content) == (200, f"page of {cast.BRUNO.label}".encode())


def test_the_query_is_no_part_of_the_proof(ask: Ask, browser: Browser) -> None:
    assert ask(path=PAGE + "?tri=lit", **browser.signed("GET", PAGE)).status_code == 200


def test_without_a_cookie_one_is_sent_to_sign_in_and_comes_back(ask: Ask) -> None:
    response = ask(path=PAGE + "?q=secret")
    assert (response.status_code, response["Location"]) == (303, f"/sign-in/?next={PAGE.replace('/', '%2F')}")
    assert ask("POST")["Location"] == "/sign-in/"
    by_htmx = ask(HX_Request="true")
    assert (by_htmx.status_code, by_htmx["HX-Redirect"][:9]) == (204, "/sign-in/")


def test_a_cookie_alone_gets_an_empty_shell(ask: Ask, browser: Browser, dossier: Dossier) -> None:
    dossier.guard.calls.clear()
    response = ask(session=browser.session)
    assert response.status_code == 200
    assert b"shell.js" in response.content
    assert cast.BRUNO.label.encode() not in response.content
    assert ask("POST", session=browser.session).status_code == 401
    assert ask(session=browser.session, HX_Request="true")["HX-Refresh"] == "true"
    assert dossier.guard.calls == []


@pytest.mark.parametrize(("method", "path"), [("POST", PAGE), ("GET", "/"), ("GET", PAGE + "x/")])
def test_a_proof_of_another_request_is_refused_and_the_session_goes_on(ask: Ask, browser: Browser, method: str, path: str) -> None:
    response = ask(**browser.signed(method, path))
    assert response.status_code == 401
    assert cookie.NAME not in response.cookies
    assert ask(**browser.signed("GET", PAGE)).status_code == 200


def test_a_stale_or_replayed_proof_may_be_made_again(ask: Ask, browser: Browser, dossier: Dossier) -> None:
    signed = browser.signed("GET", PAGE)
    assert ask(**signed).status_code == 200
    again = ask(**signed)
    assert (again.status_code, again["Serment-Retry"]) == (401, "proof")
    assert cookie.NAME not in again.cookies
    late = browser.signed("GET", PAGE)
    dossier.house.clock.pass_by(minutes=2)
    assert ask(**late)["Serment-Retry"] == "proof"
    as_json = ask("POST", PAGE, session=browser.session, proof=late["proof"], Content_Type="application/json")
    assert as_json.status_code == 401


def test_a_session_that_ended_forgets_its_cookie(ask: Ask, browser: Browser, dossier: Dossier) -> None:
    dossier.house.clock.pass_by(hours=13)
    response = ask(**browser.signed("GET", PAGE))
    assert response.status_code == 401
    assert response.cookies[cookie.NAME]["max-age"] == 0
    by_htmx = ask(**browser.signed("GET", PAGE), HX_Request="true")
    assert (by_htmx.status_code, by_htmx["HX-Redirect"][:9]) == (204, "/sign-in/")


def test_a_stolen_cookie_with_another_key_shows_nothing(ask: Ask, browser: Browser, dossier: Dossier) -> None:
    eve = dossier.house.browser(cast.NADIA)
    response = ask(session=browser.session, proof=eve.proof("GET", PAGE))
    assert response.status_code == 401
    assert b"page of" not in response.content


class Broken:
    def __init__(self, error: errors.Refused) -> None:
        self.error = error

    def call(self, verb: str, request: object) -> Any:
        raise self.error


@pytest.mark.parametrize(
    ("error", "status"),
    [(errors.Unavailable("guard_down"), 503), (errors.Fault("forged_row"), 503), (errors.Denied("contained"), 403)],
)
def test_a_lost_guard_or_a_contained_account_gets_a_page_that_says_so(
    ask: Ask, browser: Browser, error: errors.Refused, status: int
) -> None:
    with client.instead(Broken(error)):
        response = ask(**browser.signed("GET", PAGE))
    assert response.status_code == status
    assert b"page of" not in response.content


@pytest.mark.parametrize("path", ["/sign-in/", "/enrolment/", "/session/begin", "/static/a.css", "/sw.js", "/verify/x"])
def test_public_pages_ask_nobody(ask: Ask, dossier: Dossier, path: str) -> None:
    dossier.guard.calls.clear()
    assert ask(path=path).content == b"public page"
    assert dossier.guard.calls == []


def test_our_pages_name_themselves_to_our_own_service_worker(ask: Ask) -> None:
    assert ask(path="/sign-in/")["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "wanted",
    [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "",
        "/sign-in/",
        "/a?b",
        "/a\n",
        "/" + "a" * 400,
    ],
)
def test_one_never_goes_on_to_anywhere_but_a_page_of_ours(wanted: str) -> None:
    assert addresses.next_path(wanted) == "/"


@pytest.mark.parametrize(
    ("address", "headers", "expected"),
    [
        ("127.0.0.1", {}, True),
        ("127.9.9.9", {}, True),
        ("::1", {}, True),
        ("::ffff:127.0.0.1", {}, True),
        ("192.168.1.4", {}, False),
        ("::ffff:10.0.0.1", {}, False),
        ("", {}, False),
        ("localhost", {}, False),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, False),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, False),
    ],
)
def test_personas_are_for_visitors_at_this_machine(dossier: Dossier, address: str, headers: dict[str, str], expected: bool) -> None:
    request = RequestFactory(headers=headers).get("/sign-in/", REMOTE_ADDR=address)
    assert addresses.is_loopback(request) is expected
    assert addresses.has_personas(request) is expected


def test_personas_are_for_demonstrations(dossier: Dossier) -> None:
    from dataclasses import replace

    from django.conf import settings

    with override_settings(CONFIG=replace(settings.CONFIG, demonstration=False)):
        assert not addresses.has_personas(RequestFactory().get("/sign-in/"))
