"""Pro Santé Connect, on the web's side: out to the provider, and back with its answer, which the guard judges."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from serment.dossier.vault import client
from serment.dossier.web.sign_in import words
from serment.dossier.web.sign_in.exchange import (
    CEREMONY_CHARACTERS_MAX,
    Json,
    json_view,
    replaced,
    session_key,
    signed_in,
    text,
    user_agent,
)
from serment.wire.protocol import BeginSignIn, SignedIn
from serment.wire.ways_in import FinishOidc, OidcBegun

CODE_CHARACTERS_MAX = 4096
STATE_CHARACTERS_MAX = 200
ISSUER_CHARACTERS_MAX = 300


@json_view
def begin(request: HttpRequest, body: Json) -> Json:
    """Where to go, and what to bring back."""
    begun: OidcBegun = client.guard().call("begin_oidc", BeginSignIn(session_key=session_key(body)))
    return {"ceremony": begun.ceremony, "url": begun.url, "logout": begun.logout}


@require_GET
@transaction.non_atomic_requests
def callback(request: HttpRequest) -> HttpResponse:
    """Where the provider sends the browser back. The page keeps the answer for the next one and takes it out of the address.

    It holds no form, so it sets no cookie: it is reached from another site, and a new form token would spoil the pages open elsewhere.
    """
    return render(request, "sign_in/arrived.html")


@require_GET
@transaction.non_atomic_requests
@ensure_csrf_cookie
def back(request: HttpRequest) -> HttpResponse:
    """The page that hands the answer over."""
    return render(request, "sign_in/psc.html", {"messages": words.messages()})


@json_view
def finish(request: HttpRequest, body: Json) -> HttpResponse:
    """Sign in with the provider's answer."""
    slot, handle = replaced(request, body)
    asked = FinishOidc(
        ceremony=text(body, "ceremony", CEREMONY_CHARACTERS_MAX),
        code=text(body, "code", CODE_CHARACTERS_MAX),
        state=text(body, "state", STATE_CHARACTERS_MAX),
        issuer=text(body, "issuer", ISSUER_CHARACTERS_MAX),
        user_agent=user_agent(request),
        replaces=handle,
    )
    answer: SignedIn = client.guard().call("finish_oidc", asked)
    return signed_in(answer, slot=slot)
