"""Locking a session, putting it aside for somebody else on the same workstation, and taking it up again.

A locked session is worth nothing without a touch of its owner's passkey: the guard says so, whatever the cookies say. Here handles only
change places.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse

from serment.dossier.kernel import errors
from serment.dossier.vault import client
from serment.dossier.web.sign_in import cookie, middleware
from serment.dossier.web.sign_in.exchange import Json, json_view, signed, text
from serment.wire.protocol import Signed

SLOT_CHARACTERS = 8

# Beside the one in use. A fifth takes the place of the one put aside first.
PARKED_MAX = 4


@json_view
def here(request: HttpRequest, body: Json) -> Json:
    """Somebody is at the keyboard, on a page that asks nothing else: the session stays open."""
    signed(request)
    middleware.attend(request)
    return {}


@json_view
def lock(request: HttpRequest, body: Json) -> Json:
    """Lock the session of this browser, at once."""
    who = signed(request)
    client.guard().call("lock", Signed(session=who.session, proof=who.proof))
    return {}


@json_view
def park(request: HttpRequest, body: Json) -> HttpResponse:
    """Lock the session and put it aside in a slot. `keep` names the slots that the browser still has a key for."""
    slot, keep = _slot(body), body.get("keep", [])
    if not isinstance(keep, list) or len(keep) > PARKED_MAX - 1:
        raise errors.Invalid("malformed", field="keep")
    who = signed(request)
    response = JsonResponse({})
    try:
        client.guard().call("lock", Signed(session=who.session, proof=who.proof))
        cookie.write_parked(response, slot, who.session)
    except errors.SignedOut:
        # Over already: there is nothing to come back to.
        pass
    cookie.clear(response)
    for other in cookie.parked(request):
        if other != slot and other not in keep:
            cookie.clear_parked(response, other)
    return response


@json_view
def resume(request: HttpRequest, body: Json) -> HttpResponse:
    """Take a locked session up again. It opens nothing before its owner's touch. Raises NotFound for an empty slot."""
    slot = _slot(body)
    handle = cookie.read_parked(request, slot)
    if not handle:
        raise errors.NotFound("unknown_session")
    response = JsonResponse({})
    cookie.write(response, handle)
    cookie.clear_parked(response, slot)
    return response


def _slot(body: Json) -> str:
    slot = text(body, "slot", SLOT_CHARACTERS)
    if not cookie.is_slot(slot):
        raise errors.Invalid("malformed", field="slot")
    return slot
