"""Requests as the views receive them, and the answers that htmx and plain browsers each understand."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from serment.dossier.vault.types import SignedRequest
from serment.dossier.web.preferences import Preferences
from serment.wire.protocol import Who

SEE_OTHER, UNPROCESSABLE = 303, 422


class SignedIn(HttpRequest):
    """A request that the sign-in middleware let through."""

    who: Who
    signed: SignedRequest
    preferences: Preferences


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of the page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Boosted") != "true"


def go(request: HttpRequest, address: str, *, done: str = "") -> HttpResponse:
    """Go on to another page after an act. htmx is told in its own way: a redirection would bring a whole page into a part."""
    address = f"{address}?done={done}" if done else address
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponse(status=SEE_OTHER, headers={"Location": address})
