"""A password with a time-based code, on the web's side: choosing them with a code received in person, and signing in."""

from __future__ import annotations

import segno
from django.http import HttpRequest, HttpResponse

from serment.dossier.vault import client
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
from serment.wire.protocol import Enrolled, SignedIn
from serment.wire.ways_in import BeginSecret, FinishSecret, PasswordSignIn, SecretBegun

CODE_CHARACTERS_MAX = 100
LOGIN_CHARACTERS_MAX = 60
PASSWORD_CHARACTERS_MAX = 200
TOTP_CHARACTERS_MAX = 12


@json_view
def finish(request: HttpRequest, body: Json) -> HttpResponse:
    """Sign in."""
    slot, handle = replaced(request, body)
    asked = PasswordSignIn(
        session_key=session_key(body),
        login=text(body, "login", LOGIN_CHARACTERS_MAX),
        password=text(body, "password", PASSWORD_CHARACTERS_MAX),
        totp=text(body, "totp", TOTP_CHARACTERS_MAX),
        user_agent=user_agent(request),
        replaces=handle,
    )
    answer: SignedIn = client.guard().call("password_sign_in", asked)
    return signed_in(answer, slot=slot)


@json_view
def begin_secret(request: HttpRequest, body: Json) -> Json:
    """Choose a login and a password; the answer draws the secret of the codes, once."""
    asked = BeginSecret(
        code=text(body, "code", CODE_CHARACTERS_MAX),
        login=text(body, "login", LOGIN_CHARACTERS_MAX),
        password=text(body, "password", PASSWORD_CHARACTERS_MAX),
    )
    begun: SecretBegun = client.guard().call("begin_secret", asked)
    drawn = segno.make(begun.uri, error="m").svg_data_uri(scale=5, border=3, light="#fff", dark="#000")
    return {"ceremony": begun.ceremony, "uri": begun.uri, "drawn": drawn}


@json_view
def finish_secret(request: HttpRequest, body: Json) -> Json:
    """Show a first code: from now on they let in."""
    asked = FinishSecret(ceremony=text(body, "ceremony", CEREMONY_CHARACTERS_MAX), totp=text(body, "totp", TOTP_CHARACTERS_MAX))
    enrolled: Enrolled = client.guard().call("finish_secret", asked)
    return {"label": enrolled.label}
