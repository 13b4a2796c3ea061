"""`POST /oauth/token`: client credentials (RFC 6749, 4.4), `private_key_jwt` (RFC 7523), a token bound to a key (RFC 9449)."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from serment.dossier.kernel import clock, errors
from serment.dossier.vault import client
from serment.wire.clients import ClientToken

GRANT = "client_credentials"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
BODY_BYTES_MAX = 16 * 1024


@csrf_exempt
def token(request: HttpRequest) -> JsonResponse:
    """A token for an application, or the error that the RFC names for it."""
    if request.method != "POST":
        answer = _error("invalid_request", status=405)
        answer.headers["Allow"] = "POST"
        return answer
    if request.content_type != "application/x-www-form-urlencoded" or len(request.body) > BODY_BYTES_MAX:
        return _error("invalid_request")
    sent = request.POST
    if any(len(values) > 1 for _, values in sent.lists()):
        return _error("invalid_request")
    if sent.get("grant_type") != GRANT:
        return _error("unsupported_grant_type")
    if sent.get("client_assertion_type") != ASSERTION:
        return _error("invalid_client", status=401)
    asked = ClientToken(assertion=sent.get("client_assertion", ""), proof=request.headers.get("DPoP", ""), scope=sent.get("scope", ""))
    try:
        found = client.guard().call("client_token", asked)
    except errors.Refused as refused:
        return _refused(refused)
    seconds = int((found.until - clock.now()).total_seconds())
    return JsonResponse({"access_token": found.token, "token_type": "DPoP", "expires_in": seconds, "scope": " ".join(found.scopes)})


def _refused(refused: errors.Refused) -> JsonResponse:
    if isinstance(refused, errors.Invalid):
        return _error("invalid_scope" if refused.code == "scope_unknown" else "invalid_request")
    if isinstance(refused, errors.SignedOut):
        return _error("invalid_client", status=401) if refused.code == "client_refused" else _error("invalid_dpop_proof")
    return _error("temporarily_unavailable", status=503)


def _error(code: str, *, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": code}, status=status)
