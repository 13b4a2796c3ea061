"""Where each establishment is written to and called, at the head of its letters."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.kernel import errors
from serment.dossier.organisations import queries, services
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
    """Keep one."""
    _require_administrator(request)
    asked = queries.establishment(id=establishment)
    form = Letterhead.of(asked, request.POST)
    if form.is_valid():
        services.give_letterhead(establishment=asked.id, **form.cleaned_data)
        return go(request, reverse("establishments"), done="letterhead-kept")
    return _shown(
        request, [(one, form if one.id == asked.id else Letterhead.of(one)) for one in queries.establishments()], status=UNPROCESSABLE
    )


def _shown(request: SignedIn, found: list[tuple[object, Letterhead]], *, status: int = 200) -> HttpResponse:
    return render(request, "administration/establishments.html", {"establishments": found, "place": "administration"}, status=status)


def _require_administrator(request: SignedIn) -> None:
    if request.who.role != ADMINISTRATOR:
        raise errors.Denied("role")
