"""The session's cookie: the handle of a session, which opens nothing without the browser's key."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NAME = "serment_session"
HANDLE_CHARACTERS_MAX = 100


def read(request: HttpRequest) -> str:
    """The handle, or nothing."""
    return request.COOKIES.get(NAME, "")[:HANDLE_CHARACTERS_MAX]


def write(response: HttpResponseBase, handle: str) -> None:
    """Give the browser its handle, until it is closed: the guard ends the session after a working day whatever the browser keeps."""
    response.set_cookie(NAME, handle, path="/", secure=settings.SECURE, httponly=True, samesite="Strict")


def clear(response: HttpResponseBase) -> None:
    response.delete_cookie(NAME, path="/", samesite="Strict")
