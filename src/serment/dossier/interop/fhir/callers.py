"""Whose request it is: the token, the proof of this very request, and the account that the guard knows behind them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from serment.dossier.interop.fhir import outcomes
from serment.dossier.kernel import config, errors
from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire import dpop
from serment.wire.protocol import Signed, Who

SCHEME = "DPoP "
NOT_ALLOWED, NOT_ACCEPTABLE = 405, 406


class Asked(HttpRequest):
    """A request of an application: `signed` proves it, `who` is the account."""

    signed: SignedRequest
    who: Who


View = Callable[..., JsonResponse]


def application(*methods: str) -> Callable[[View], View]:
    """A view for applications. Refusals become OperationOutcomes here, and nowhere else; what was begun is undone."""

    def decorate(view: View) -> View:
        @csrf_exempt  # no cookie is looked at: there is nothing that another site could make a browser send
        @wraps(view)
        def answer(request: Asked, **captured: object) -> JsonResponse:
            try:
                if request.method not in methods:
                    return _plain("method", issue="not-supported", status=NOT_ALLOWED, allow=", ".join(methods))
                if not _accepts(request):
                    return _plain("not_acceptable", issue="not-supported", status=NOT_ACCEPTABLE)
                request.signed = _signed(request)
                request.who = client.guard().call("attend", Signed(session=request.signed.session, proof=request.signed.proof))
                return view(request, **captured)
            except errors.Refused as refused:
                transaction.set_rollback(True)
                return outcomes.response(refused)

        return answer

    return decorate


def _signed(request: HttpRequest) -> SignedRequest:
    """What the application sent to prove itself: a token in the header and nowhere else (RFC 9449, 7.1), and a proof of this request."""
    given, proof = request.headers.get("Authorization", ""), request.headers.get("DPoP", "")
    if not given.startswith(SCHEME) or not proof:
        raise errors.SignedOut("no_token")
    try:
        parsed = dpop.parse(proof)
    except dpop.BadProof:
        raise errors.SignedOut("bad_proof") from None
    if parsed.htm != request.method or parsed.htu != f"{config.current().origin}{request.path}":
        raise errors.SignedOut("wrong_address")
    return SignedRequest(session=given.removeprefix(SCHEME).strip(), proof=proof)


def _accepts(request: HttpRequest) -> bool:
    wanted = request.GET.get("_format", "json")
    return wanted in ("json", "application/json", outcomes.FHIR_JSON) and (
        request.accepts(outcomes.FHIR_JSON) or request.accepts("application/json")
    )


def _plain(code: str, *, issue: str, status: int, allow: str = "") -> JsonResponse:
    answer = JsonResponse(outcomes.outcome(issue=issue, code=code), status=status, content_type=outcomes.FHIR_JSON)
    if allow:
        answer.headers["Allow"] = allow
    return answer
