"""Signing in through an identity provider, Pro Santé Connect: OpenID Connect, authorization code with PKCE, level eidas1.

What goes out with the browser (`state`, `nonce`, the code's verifier) is derived from the ceremony and the browser's session key under the
guard's own key, and kept nowhere. The provider is asked by the guard itself: the web server never sees a token.
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from uuid import UUID

from serment import journal
from serment.credentials import oidc, provider
from serment.entrance import ceremonies, sign_in
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.presence import sessions
from serment.wire import dpop
from serment.wire.canonical import encode_bytes
from serment.wire.protocol import DENIED, UNAVAILABLE, BeginSignIn, SignedIn
from serment.wire.ways_in import FinishOidc, OidcBegun

CALLBACK = "/sign-in/psc/callback"
CHALLENGE_BYTES = 32
CHEAP = frozenset({"declined", "issuer", "state"})


def begin_oidc(guard: Guard, request: BeginSignIn, now: datetime) -> OidcBegun:
    """Where to send the browser. Refuses `way_closed`, `bad_session_key`, `provider_down`."""
    line, key = _line(guard), sign_in.session_key(request.session_key)
    jwk = json.dumps(dict(key.jwk), sort_keys=True)
    pending = ceremonies.new("provider", challenge=os.urandom(CHALLENGE_BYTES), now=now, public_jwk=jwk)
    try:
        url, logout = line.departure(_trip(guard, pending)), line.farewell(guard.settings.origin + "/sign-in/")
    except (provider.ProviderDown, provider.Declined):
        raise Refused(UNAVAILABLE, "provider_down", remedy="retry") from None
    with guard.pool.connection() as tx:
        ceremonies.begin(guard, tx, pending, now=now)
    return OidcBegun(ceremony=str(pending.id), url=url, logout=logout)


def finish_oidc(guard: Guard, request: FinishOidc, now: datetime) -> SignedIn:
    """Open a session for the person whose national number the provider vouches for.

    Refuses `ceremony_over`, `provider_down`, and for every other cause `sign_in_refused` in the same words.
    """
    line = _line(guard)
    pending = ceremonies.take(guard, id=request.ceremony, kind="provider", now=now)
    known: UUID | None = None
    try:
        number = line.number(_trip(guard, pending), code=request.code, state=request.state, issuer=request.issuer, now=now)
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


def _line(guard: Guard) -> provider.Line:
    if guard.settings.provider is None:
        raise Refused(DENIED, "way_closed")
    return provider.line(guard.settings.provider)


def _trip(guard: Guard, pending: ceremonies.Pending) -> provider.Trip:
    """The values of this ceremony, which belong to the browser that began it."""
    state, nonce, verifier = (
        encode_bytes(guard.vault.token(f"oidc {what}", pending.challenge, pending.public_jwk)) for what in ("state", "nonce", "verifier")
    )
    return provider.Trip(redirect=guard.settings.origin + CALLBACK, state=state, nonce=nonce, verifier=verifier)
