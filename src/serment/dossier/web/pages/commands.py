"""The command box: pages, acts, and the caller's own patients, fetched when it opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from serment.dossier.encounters import queries as encounters
from serment.dossier.encounters.types import Presence
from serment.dossier.identity import queries as identity
from serment.dossier.identity import rules
from serment.dossier.kernel import ids
from serment.dossier.web.http import SignedIn
from serment.wire.protocol import Line


@require_GET
def commands(request: SignedIn) -> HttpResponse:
    """A part, for the dialog. `patient` only makes links: nothing is opened."""
    patients: list[tuple[Presence, Line, bool]] = []
    if "identity:line:list" in request.who.actions and request.who.assignments:
        present = encounters.on_ward(assignment.unit for assignment in request.who.assignments)[: identity.LINES_MAX]
        lines = identity.lines(signed=request.signed, patients=[one.patient for one in present])
        same = rules.homonyms(tuple(lines.values()))
        found = [(one, lines[one.patient]) for one in present if one.patient in lines]
        patients = [(one, line, rules.folded(rules.surname(line)) in same) for one, line in found]
    gives_care = "record:advice:ask" in request.who.actions
    context = {"gives_care": gives_care, "patients": patients, "patient": ids.parsed(request.GET.get("patient", ""))}
    return render(request, "unit/_commands.html", context)


@require_GET
def help(request: HttpRequest) -> HttpResponse:
    """The keys, as a page for who has no script or prefers paper."""
    return render(request, "unit/help.html", {"place": "help"})
