"""A colleague's unlock: asking for it, and giving it on one's own screen."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.accounts import services as accounts
from serment.dossier.kernel import ids
from serment.dossier.web.http import SignedIn, go
from serment.dossier.web.sign_in import words as sign_in_words


@require_POST
def ask(request: SignedIn) -> HttpResponse:
    """Ask the colleagues of one's units. The page waits with the person, and says what the colleague does."""
    asked = accounts.ask_unlock(signed=request.signed)
    return render(request, "unit/unlock_asked.html", {"asked": asked, "patient": ids.parsed(request.POST.get("patient", ""))})


@require_GET
def requests(request: SignedIn) -> HttpResponse:
    """What colleagues ask for now."""
    found = accounts.unlock_requests(signed=request.signed)
    context = {"requests": found, "place": "unlock", "messages": sign_in_words.messages()}
    return render(request, "unit/unlock_requests.html", context)


@require_POST
def unlock(request: SignedIn, asked: UUID) -> HttpResponse:
    """Give one, with the passkey."""
    accounts.unlock(
        signed=request.signed, id=asked, ceremony=request.POST.get("ceremony", ""), credential=request.POST.get("credential", "")
    )
    return go(request, reverse("unlock_requests"), done="unlocked")
