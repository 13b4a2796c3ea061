"""A colleague's unlock: asking for it, and giving it on one's own screen."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.accounts import services as accounts
from serment.dossier.kernel import errors, ids
from serment.dossier.web.http import SignedIn, go, is_part
from serment.dossier.web.sign_in import words as sign_in_words


@require_POST
def ask(request: SignedIn) -> HttpResponse:
    """Ask the colleagues of one's units. The page asks again every few seconds, and says when a colleague has unlocked."""
    patient = ids.parsed(request.POST.get("patient", ""))
    try:
        asked = accounts.ask_unlock(signed=request.signed)
    except errors.Conflict as conflict:
        if not is_part(request) or conflict.code != "unlock_needless":
            raise
        return render(request, "unit/_unlock_given.html", {"patient": patient})
    return HttpResponse(status=204) if is_part(request) else render(request, "unit/unlock_asked.html", {"asked": asked, "patient": patient})


@require_GET
def waiting(request: SignedIn) -> HttpResponse:
    """How many colleagues ask now, for the menu of every page: one who needs help is seen without calling out."""
    return render(request, "components/_unlock_waiting.html", {"count": len(accounts.unlock_requests(signed=request.signed))})


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
