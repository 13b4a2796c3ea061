"""What every answer says to the browser."""

from __future__ import annotations

import dataclasses

import pytest

from tests.fixtures.dossier import Dossier, set_up_django


def answered(path: str = "/", **headers: str) -> dict[str, str]:
    set_up_django()
    from django.http import HttpResponse
    from django.test import RequestFactory

    from serment.dossier.config import middleware

    answer = middleware.headers(lambda _: HttpResponse("x", headers=headers))
    return dict(answer(RequestFactory().get(path)).items())


def test_a_page_runs_nothing_but_our_files() -> None:
    policy = dict(part.split(" ", 1) for part in answered()["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in str(policy)
    assert policy["object-src"] == policy["base-uri"] == "'none'"
    assert policy["frame-ancestors"] == policy["form-action"] == "'self'"


def test_a_page_is_never_stored_and_a_static_file_may_be() -> None:
    assert answered("/patients/x/", **{"Cache-Control": "max-age=60"})["Cache-Control"] == "no-store"
    assert answered("/static/a.css", **{"Cache-Control": "max-age=60"})["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
    ],
)
def test_the_other_headers(name: str, value: str) -> None:
    assert answered()[name] == value
    assert "Access-Control-Allow-Origin" not in answered()


def test_over_https_the_browser_is_told_never_to_come_otherwise_and_elsewhere_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_django()
    from serment.dossier.config import middleware
    from serment.dossier.kernel import config

    assert "Strict-Transport-Security" not in answered()
    secure = dataclasses.replace(config.current(), origin="https://dossier.example.fr")
    monkeypatch.setattr(middleware.config, "current", lambda: secure)
    assert answered()["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"


def test_over_https_a_cookie_of_preferences_belongs_to_this_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_django()
    from django.conf import settings
    from django.test import RequestFactory

    from serment.dossier.web import preferences

    monkeypatch.setattr(settings, "SECURE", True)
    kept = preferences.choose(RequestFactory().post("/preferences/", {"theme": "dark", "next": "/"}))
    cookie = kept.cookies["__Host-serment_theme"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, True, "Strict", "/", "")
    request = RequestFactory().get("/")
    request.COOKIES["__Host-serment_theme"] = "dark"
    assert preferences.read(request).theme == "dark"


def test_over_https_the_cookies_of_sessions_belong_to_this_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_django()
    from django.conf import settings
    from django.http import HttpResponse
    from django.test import RequestFactory

    from serment.dossier.web.sign_in import cookie

    monkeypatch.setattr(settings, "SECURE", True)
    answer, request = HttpResponse(), RequestFactory().get("/")
    cookie.write(answer, "handle")
    cookie.write_parked(answer, "0123abcd", "parked")
    assert sorted(answer.cookies) == ["__Host-serment_parked_0123abcd", "__Host-serment_session"]
    for kept in answer.cookies.values():
        assert (kept["secure"], kept["httponly"], kept["samesite"], kept["path"], kept["domain"]) == (True, True, "Strict", "/", "")
    request.COOKIES = {name: kept.value for name, kept in answer.cookies.items()}
    assert (cookie.read(request), cookie.parked(request), cookie.read_parked(request, "0123abcd")) == ("handle", ("0123abcd",), "parked")
    request.COOKIES = {"serment_session": "set by another host"}
    assert cookie.read(request) == ""
    forgotten = HttpResponse()
    cookie.clear(forgotten)
    cookie.clear_parked(forgotten, "0123abcd")
    assert {name: (kept["max-age"], kept["secure"]) for name, kept in forgotten.cookies.items()} == dict.fromkeys(answer.cookies, (0, True))


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_page_answers_no_method_that_it_has_no_use_for(method: str) -> None:
    set_up_django()
    from django.test import RequestFactory

    from serment.dossier.web.sign_in import views

    assert views.sign_in(RequestFactory().generic(method, "/sign-in/")).status_code == 405


def test_ready_says_so_only_with_the_database_and_the_guard(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import RequestFactory

    from serment.dossier.config import middleware
    from serment.dossier.kernel import errors

    def never(_: object) -> object:
        raise AssertionError("the page behind was asked")

    answer = middleware.readiness(never)  # type: ignore[arg-type]
    request = RequestFactory().get("/-/ready", HTTP_HOST="anything")
    assert answer(request).status_code == 200

    def down(verb: str, request: object) -> object:
        raise errors.Unavailable("guard_down")

    monkeypatch.setattr(dossier.guard, "call", down)
    assert answer(request).status_code == 503


def test_another_name_of_this_machine_is_sent_to_the_one_that_passkeys_know() -> None:
    set_up_django()
    from django.http import HttpResponse
    from django.test import RequestFactory

    from serment.dossier.config import middleware

    answer = middleware.one_name(lambda _: HttpResponse("x"))
    moved = answer(RequestFactory().get("/units/?a=b", HTTP_HOST="127.0.0.1:8000"))
    assert (moved.status_code, moved["Location"]) == (302, "http://localhost:8000/units/")
    assert answer(RequestFactory().get("/", HTTP_HOST="localhost:8000")).status_code == 200
