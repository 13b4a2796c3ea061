"""Signing in through an identity provider, Pro Santé Connect: OpenID Connect, authorization code with PKCE, level eidas1.

What goes out with the browser (`state`, `nonce`, the code's verifier) is derived from the ceremony and the browser's session key under the
guard's own key, and kept nowhere. The provider is asked by the guard itself: the web server never sees a token.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from serment import journal
from serment.credentials import oidc, provider
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.sign_in import ceremonies, sessions, sign_in
from serment.wire import dpop
from serment.wire.canonical import encode_bytes
from serment.wire.protocol import DENIED, UNAVAILABLE, BeginSignIn, SignedIn
from serment.wire.ways_in import FinishOidc, OidcBegun

CALLBACK = "/sign-in/psc/callback"
CHALLENGE_BYTES = 32
CHEAP = frozenset({"declined", "issuer", "state"})


def begin_oidc(guard: Guard, request: BeginSignIn, now: datetime) -> OidcBegun:
    """Where to send the browser. Refuses `way_closed`, `bad_session_key`, `provider_down`."""
    line = _line(guard)
    key = sign_in.session_key(request.session_key)
    jwk = json.dumps(dict(key.jwk), sort_keys=True)
    pending = ceremonies.new("provider", challenge=os.urandom(CHALLENGE_BYTES), now=now, public_jwk=jwk)
    try:
        described = line.described()
    except (provider.ProviderDown, provider.Declined):
        raise Refused(UNAVAILABLE, "provider_down", remedy="retry") from None
    verifier = _bound(guard, pending, "verifier")
    asked = {
        "response_type": "code",
        "client_id": line.provider.client_id,
        "redirect_uri": guard.settings.origin + CALLBACK,
        "scope": line.provider.scope,
        "acr_values": line.provider.acr,
        "state": _bound(guard, pending, "state"),
        "nonce": _bound(guard, pending, "nonce"),
        "code_challenge": encode_bytes(hashlib.sha256(verifier.encode()).digest()),
        "code_challenge_method": "S256",
        # On a shared workstation the person before may still be known to the provider: whoever comes next shows who they are.
        "prompt": "login",
    }
    after = {"client_id": line.provider.client_id, "post_logout_redirect_uri": guard.settings.origin + "/sign-in/"}
    with guard.pool.connection() as tx:
        ceremonies.begin(guard, tx, pending, now=now)
    logout = f"{described.end_session}?{urlencode(after)}" if described.end_session else ""
    return OidcBegun(ceremony=str(pending.id), url=f"{described.authorization}?{urlencode(asked)}", logout=logout)


def finish_oidc(guard: Guard, request: FinishOidc, now: datetime) -> SignedIn:
    """Open a session for the person whose national number the provider vouches for.

    Refuses `ceremony_over`, `provider_down`, and for every other cause `sign_in_refused` in the same words.
    """
    line = _line(guard)
    pending = ceremonies.take(guard, id=request.ceremony, kind="provider", now=now)
    known: UUID | None = None
    try:
        number = _number(guard, line, pending, request, now)
        with guard.pool.connection() as tx:
            account = accounts.by_rpps(guard, tx, number)
            if account is None:
                raise oidc.NotProved("unknown")
            known = account.id
            if account.contained_at is not None or account.kind != "person":
                raise oidc.NotProved("contained" if account.contained_at else "not_a_person")
            return sessions.open_session(
                guard, tx, account=account.id, key=dpop.public_key(json.loads(pending.public_jwk)), way="provider",
                user_agent=request.user_agent, replaces=request.replaces, now=now,
            )  # fmt: skip
    except provider.ProviderDown:
        raise Refused(UNAVAILABLE, "provider_down", remedy="retry") from None
    except (oidc.NotProved, provider.Declined) as cause:
        # What anybody can send without having been at the provider is not written: it would fill the journal.
        if known is not None or str(cause) not in CHEAP:
            with guard.pool.connection() as tx:
                body = {"cause": str(cause), "way": "provider", "source": guard.source}
                journal.append(tx, at=now, kind="sign_in_refused", account=known, patient=None, body=body)
        raise Refused(DENIED, "sign_in_refused", remedy="retry") from None


def _number(guard: Guard, line: provider.Line, pending: ceremonies.Pending, request: FinishOidc, now: datetime) -> str:
    """The national number behind this answer of the provider."""
    if not hmac.compare_digest(request.state.encode(), _bound(guard, pending, "state").encode()):
        raise oidc.NotProved("state")
    if request.issuer not in ("", line.provider.issuer):
        raise oidc.NotProved("issuer")
    redirect = guard.settings.origin + CALLBACK
    verifier = _bound(guard, pending, "verifier")
    tokens = line.exchange(code=request.code, verifier=verifier, redirect=redirect, now=now.timestamp())
    access = str(tokens.get("access_token", ""))
    settings = line.provider
    nonce = _bound(guard, pending, "nonce")
    expected = oidc.Expected(issuer=settings.issuer, client_id=settings.client_id, nonce=nonce, acr=settings.acr, now=now)
    try:
        subject = oidc.verify(tokens.get("id_token"), keys=line.described().keys, expected=expected, access_token=access)
    except oidc.UnknownKey:
        keys = line.described(again=True).keys
        subject = oidc.verify(tokens.get("id_token"), keys=keys, expected=expected, access_token=access)
    return oidc.rpps(line.person(access), subject=subject)


def _line(guard: Guard) -> provider.Line:
    if guard.settings.provider is None:
        raise Refused(DENIED, "way_closed")
    return provider.line(guard.settings.provider)


def _bound(guard: Guard, pending: ceremonies.Pending, purpose: str) -> str:
    """One value of this ceremony, which belongs to the browser that began it."""
    return encode_bytes(guard.vault.token(f"oidc {purpose}", pending.challenge, pending.public_jwk))
