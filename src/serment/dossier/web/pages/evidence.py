"""The evidence pack of an incident, for the police and the regulator."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from serment.dossier.accounts import incidents as asking
from serment.dossier.kernel import errors
from serment.dossier.mailing import evidence
from serment.dossier.web.http import SignedIn
from serment.dossier.web.pages.incidents import require
from serment.wire.incidents import DONE, ProvedLeaf, Sealed


@require_GET
def pack(request: SignedIn, id: UUID) -> HttpResponse:
    """The archive, made now. The guard writes in its journal who took it."""
    require(request)
    incident = asking.incident(signed=request.signed, id=id)
    if incident.scope.state != DONE:
        raise errors.Conflict("no_scope")
    if incident.scope.persons > evidence.PERSONS_MAX:
        raise errors.Exhausted("pack_too_large")
    leaves, sealed = _leaves(request, id)
    persons = tuple(asking.everybody_exposed(signed=request.signed, id=id))
    found = evidence.Evidence(incident=incident, persons=persons, leaves=tuple(leaves), sealed=sealed, key=asking.journal_key())
    answer = HttpResponse(evidence.pack(found), content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{evidence.name_of(id)}"'
    return answer


def _leaves(request: SignedIn, id: UUID) -> tuple[list[ProvedLeaf], Sealed]:
    leaves: list[ProvedLeaf] = []
    sealed = Sealed(note="")
    for page in asking.excerpt(signed=request.signed, id=id):
        leaves += page.leaves
        sealed = page.sealed
        if len(leaves) > evidence.LEAVES_MAX:
            raise errors.Exhausted("pack_too_large")
    return leaves, sealed
