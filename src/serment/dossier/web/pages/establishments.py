"""Where each establishment is written to and called, at the head of its letters."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.accounts import deciding
from serment.dossier.kernel import errors
from serment.dossier.organisations import queries
from serment.dossier.web import acts
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.organisation_forms import Letterhead

ADMINISTRATOR = "administrator"


@require_GET
def establishments(request: SignedIn) -> HttpResponse:
    """Every establishment of the group, each with its letterhead to correct."""
    _require_administrator(request)
    return _shown(request, [(one, Letterhead.of(one)) for one in queries.establishments()])


@require_POST
def letterhead(request: SignedIn, establishment: UUID) -> HttpResponse:
    """Propose one: a second administrator approves it, since it tells everybody who is written to whom to call."""
    _require_administrator(request)
    asked = queries.establishment(id=establishment)
    form = Letterhead.of(asked, request.POST)

    def proposed() -> object:
        return deciding.propose(
            signed=request.signed, kind="letterhead", subject=None, terms=form.terms(asked.id), reason=form.cleaned_data["reason"]
        )

    if form.is_valid() and acts.is_done(form, proposed):
        return go(request, reverse("administration"), done="proposed")
    return _shown(
        request, [(one, form if one.id == asked.id else Letterhead.of(one)) for one in queries.establishments()], status=UNPROCESSABLE
    )


def _shown(request: SignedIn, found: list[tuple[object, Letterhead]], *, status: int = 200) -> HttpResponse:
    return render(request, "administration/establishments.html", {"establishments": found, "place": "administration"}, status=status)


def _require_administrator(request: SignedIn) -> None:
    if request.who.role != ADMINISTRATOR:
        raise errors.Denied("role")
