"""The session's cookie: the handle of a session, which opens nothing without the browser's key. And those of locked sessions beside it."""

from __future__ import annotations

import re

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

NAME = "serment_session"
PARKED = "serment_parked_"
HANDLE_CHARACTERS_MAX = 100
SLOT = re.compile(r"[0-9a-f]{8}")


def full(name: str) -> str:
    """The cookie's whole name. Over https its prefix makes browsers refuse one set by another host, or sent in clear."""
    return f"__Host-{name}" if settings.SECURE else name


def read(request: HttpRequest) -> str:
    """The handle, or nothing."""
    return request.COOKIES.get(full(NAME), "")[:HANDLE_CHARACTERS_MAX]


def write(response: HttpResponseBase, handle: str) -> None:
    """Give the browser its handle, until it is closed: the guard ends the session after a working day whatever the browser keeps."""
    _set(response, NAME, handle)


def clear(response: HttpResponseBase) -> None:
    response.delete_cookie(full(NAME), path="/", samesite="Strict")


def is_slot(slot: str) -> bool:
    """Whether this may name a place for a locked session."""
    return SLOT.fullmatch(slot) is not None


def read_parked(request: HttpRequest, slot: str) -> str:
    """The handle of the locked session in this place, or nothing."""
    return request.COOKIES.get(full(PARKED) + slot, "")[:HANDLE_CHARACTERS_MAX]


def write_parked(response: HttpResponseBase, slot: str, handle: str) -> None:
    _set(response, PARKED + slot, handle)


def clear_parked(response: HttpResponseBase, slot: str) -> None:
    response.delete_cookie(full(PARKED) + slot, path="/", samesite="Strict")


def parked(request: HttpRequest) -> tuple[str, ...]:
    """The places taken by locked sessions."""
    prefix = full(PARKED)
    names = (name.removeprefix(prefix) for name in request.COOKIES if name.startswith(prefix))
    return tuple(slot for slot in names if is_slot(slot))


def _set(response: HttpResponseBase, name: str, handle: str) -> None:
    response.set_cookie(full(name), handle, path="/", secure=settings.SECURE, httponly=True, samesite="Strict")
