"""My account: my sessions, my passkeys. And the security officer's page."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.accounts import queries, services
from serment.dossier.kernel import clock
from serment.dossier.web.http import SignedIn, go
from serment.dossier.web.sign_in import words as sign_in_words

# A passkey is new for a day, as the guard counts it.
NEW_FOR = timedelta(hours=24)
LABEL_CHARACTERS_MAX = 200


@require_GET
def account(request: SignedIn) -> HttpResponse:
    """What is open in my name, and what opens it."""
    context = {
        "account": queries.account(signed=request.signed),
        "new_since": clock.now() - NEW_FOR,
        "messages": sign_in_words.messages(),
        "place": "account",
    }
    return render(request, "account/account.html", context)


@require_POST
def close_session(request: SignedIn, session: UUID) -> HttpResponse:
    """Close one of my sessions, here or elsewhere."""
    services.close_session(signed=request.signed, id=session)
    return go(request, reverse("account"), done="session-closed")


@require_POST
def revoke_passkey(request: SignedIn, passkey: UUID) -> HttpResponse:
    """Withdraw one of my passkeys."""
    services.revoke_passkey(signed=request.signed, id=passkey)
    return go(request, reverse("account"), done="passkey-revoked")


@require_POST
def rename_passkey(request: SignedIn, passkey: UUID) -> HttpResponse:
    """Give one of my passkeys another name."""
    services.rename_passkey(signed=request.signed, id=passkey, label=request.POST.get("label", "")[:LABEL_CHARACTERS_MAX])
    return go(request, reverse("account"), done="passkey-renamed")
