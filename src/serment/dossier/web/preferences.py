"""What a person chose of the looks: theme, density, language. Kept in cookies of this browser: they say nothing of anybody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils import translation
from django.views.decorators.http import require_POST

from serment.dossier.web.sign_in import addresses

CHOICES = {"theme": ("auto", "light", "dark", "contrast"), "density": ("comfortable", "compact"), "language": ("fr", "en")}
KEPT_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Preferences:
    """The first choice of each is what a browser without cookie gets."""

    theme: str = "auto"
    density: str = "comfortable"
    language: str = "fr"


def cookie_name(name: str) -> str:
    """Over https a cookie is of this very host and of nothing above or below it: the prefix makes browsers refuse any other."""
    return f"__Host-serment_{name}" if settings.SECURE else f"serment_{name}"


def read(request: HttpRequest) -> Preferences:
    """The preferences of this browser; a value we never gave counts for nothing."""
    found = {name: request.COOKIES.get(cookie_name(name), "") for name in CHOICES}
    return Preferences(**{name: value for name, value in found.items() if value in CHOICES[name]})


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Sets `request.preferences` and the language of the answer. French first, whatever the browser would like, until one chooses."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        preferences = read(request)
        request.preferences = preferences  # type: ignore[attr-defined]
        with translation.override(preferences.language):
            response = get_response(request)
        response.headers.setdefault("Content-Language", preferences.language)
        return response

    return answer


@require_POST
@transaction.non_atomic_requests
def choose(request: HttpRequest) -> HttpResponse:
    """Keep what was chosen and go back to the page."""
    wanted = request.POST.get("next", "/")
    response = HttpResponseRedirect(wanted if wanted == "/sign-in/" else addresses.next_path(wanted))
    response.status_code = 303
    for name, choices in CHOICES.items():
        value = request.POST.get(name, "")
        if value in choices:
            response.set_cookie(
                cookie_name(name), value, max_age=KEPT_SECONDS, path="/", secure=settings.SECURE, httponly=True, samesite="Strict"
            )
    return response
