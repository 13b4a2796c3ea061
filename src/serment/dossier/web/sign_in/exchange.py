"""JSON between the pages' scripts and us: read, bounded, answered; a refusal becomes its status with one sentence."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from serment.dossier.kernel import errors
from serment.dossier.vault.types import SignedRequest
from serment.dossier.web.sign_in import cookie, middleware, words
from serment.wire import protocol

BODY_BYTES_MAX = 64 * 1024
USER_AGENT_CHARACTERS_MAX = 300
CEREMONY_CHARACTERS_MAX = 100

# JSON of a ceremony under way: options for the browser, kept as the guard wrote them.
Json = dict[str, Any]
View = Callable[..., HttpResponse]


def json_view(view: Callable[..., Json | HttpResponse]) -> View:
    """A POST of JSON, answered in JSON; a refusal becomes its status with one sentence."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            reply = view(request, _body(request))
        except errors.Refused as refused:
            return middleware.json_refusal(refused)
        return reply if isinstance(reply, HttpResponse) else JsonResponse(reply)

    return require_POST(transaction.non_atomic_requests(answer))


def _body(request: HttpRequest) -> Json:
    if request.content_type != "application/json" or len(request.body) > BODY_BYTES_MAX:
        raise errors.Invalid("malformed")
    try:
        value = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise errors.Invalid("malformed") from None
    if not isinstance(value, dict):
        raise errors.Invalid("malformed")
    return value


def text(body: Json, name: str, characters_max: int) -> str:
    """One text of the body. Raises Invalid."""
    value = body.get(name)
    if not isinstance(value, str) or len(value) > characters_max:
        raise errors.Invalid("malformed", field=name)
    return value


def session_key(body: Json) -> dict[str, str]:
    """The browser's public key. Raises Invalid."""
    key = body.get("session_key")
    if not isinstance(key, dict) or not all(isinstance(value, str) for value in key.values()):
        raise errors.Invalid("malformed", field="session_key")
    return key


def credential(body: Json) -> str:
    """The authenticator's answer, as the guard reads it. Raises Invalid."""
    if not isinstance(body.get("credential"), dict):
        raise errors.Invalid("malformed", field="credential")
    return orjson.dumps(body["credential"]).decode()


def ceremony(begun: protocol.Ceremony) -> Json:
    """A ceremony for the page's script."""
    return {
        "ceremony": begun.ceremony,
        "options": orjson.loads(begun.options),
        "demonstration": settings.CONFIG.demonstration,
        "messages": words.messages(),
    }


def signed(request: HttpRequest) -> SignedRequest:
    """Who asks, on an address that the middleware lets through to locked sessions. Raises SignedOut without a proof of this request."""
    found: SignedRequest | None = request.signed  # type: ignore[attr-defined]
    if found is None:
        raise errors.SignedOut("unsigned", remedy="sign_in")
    middleware.check_address(request, found.proof)
    return found


def user_agent(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:USER_AGENT_CHARACTERS_MAX]


def replaced(request: HttpRequest, body: Json) -> tuple[str, str]:
    """The slot and the handle of the locked session that this sign-in replaces, or nothing twice. Raises Invalid."""
    slot = body.get("replaces", "")
    if not isinstance(slot, str) or (slot and not cookie.is_slot(slot)):
        raise errors.Invalid("malformed", field="replaces")
    return slot, cookie.read_parked(request, slot) if slot else cookie.read(request)


def signed_in(signed_in: protocol.SignedIn, *, slot: str = "") -> HttpResponse:
    """The answer that gives the browser its cookie."""
    response = JsonResponse({"until": signed_in.until.isoformat()})
    cookie.write(response, signed_in.session)
    if slot:
        cookie.clear_parked(response, slot)
    return response
