"""Who is at the keyboard: asked of the guard for every page that is not for everybody, before the page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from serment.dossier.kernel import errors
from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.dossier.web.sign_in import addresses, cookie, ways, words
from serment.wire import dpop
from serment.wire.protocol import Signed

SEE_OTHER, UNAUTHORIZED, FORBIDDEN, UNAVAILABLE = 303, 401, 403, 503

# The browser's clock was wrong, or the guard started meanwhile: the service worker may sign again, once.
RETRY_HEADER = "Serment-Retry"
WORTH_A_RETRY = ("stale_proof", "replayed_proof")

# Nothing more is answered in this session, on whichever verb of the page it shows.
ENDED = ("contained", "idle_locked")

# The proof was of no use for this request, which says nothing of the session: it goes on.
NOT_THIS_REQUEST = ("bad_proof", "wrong_address")


class SignInMiddleware:
    """Sets `request.signed` and `request.who` (a `wire.protocol.Who`), or answers in the page's place. Both are None on public pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        client.SOURCE.set(source(request))
        client.QUIET.set("Serment-Quiet" in request.headers)
        response = self._answer(request)
        # The service worker tells our own forms from those of other sites by the referrer, and the form check by the origin.
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        request.who, request.signed = None, signed_request(request)  # type: ignore[attr-defined]
        if addresses.is_public(request.path) or addresses.is_open_to_locked(request.path):
            return self.get_response(request)
        if not cookie.read(request):
            return _go_and_sign_in(request)
        if request.signed is None:  # type: ignore[attr-defined]
            return _unsigned(request)
        try:
            request.who = attend(request)  # type: ignore[attr-defined]
        except errors.Refused as refused:
            return refusal(request, refused)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """The guard may end a session between two verbs of one page."""
        is_ours = isinstance(exception, errors.SignedOut) or (isinstance(exception, errors.Refused) and exception.code in ENDED)
        return refusal(request, exception) if is_ours and isinstance(exception, errors.Refused) else None


LOOPBACK = frozenset({"127.0.0.1", "::1"})


def source(request: HttpRequest) -> str:
    """The address the request came from. A proxy on this machine is believed about who stands behind it; nobody else is."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded if forwarded and peer in LOOPBACK else peer


def signed_request(request: HttpRequest) -> SignedRequest | None:
    """What the browser sent to prove itself, or None when either half is missing."""
    session, proof = cookie.read(request), request.headers.get("DPoP", "")
    return SignedRequest(session=session, proof=proof) if session and proof else None


def attend(request: HttpRequest) -> object:
    """Ask the guard who signed this very request. Raises the guard's refusals, and SignedOut for a proof of another request."""
    signed: SignedRequest = request.signed  # type: ignore[attr-defined]
    check_address(request, signed.proof)
    return client.guard().call("attend", Signed(session=signed.session, proof=signed.proof))


def check_address(request: HttpRequest, proof: str) -> None:
    """The guard knows whether a proof holds, not which request brought it: that is for us to say. Raises SignedOut."""
    try:
        parsed = dpop.parse(proof)
    except dpop.BadProof:
        raise errors.SignedOut("bad_proof", remedy="sign_in") from None
    if parsed.htm != request.method or parsed.htu != addresses.proof_address(request):
        raise errors.SignedOut("wrong_address", remedy="sign_in")


def refusal(request: HttpRequest, refused: errors.Refused) -> HttpResponse:
    """The page for a request that may not be served; JSON for a script that sent JSON."""
    if request.content_type == "application/json":
        return json_refusal(refused)
    if isinstance(refused, errors.Denied) and refused.code == "contained":
        return render(request, "errors/contained.html", {"refusal": refused}, status=FORBIDDEN)
    if isinstance(refused, errors.StepUp) and refused.code == "idle_locked":
        return _locked(request)
    if not isinstance(refused, errors.SignedOut):
        return render(request, "errors/guard_down.html", {"refusal": refused}, status=UNAVAILABLE)
    if refused.code in WORTH_A_RETRY:
        response = _shell(request, status=UNAUTHORIZED)
        response.headers[RETRY_HEADER] = "proof"
        return response
    if refused.code in NOT_THIS_REQUEST:
        return _unsigned_page(request)
    response = render(request, "sign_in/ended.html", {"address": addresses.sign_in_address(request)}, status=UNAUTHORIZED)
    if _is_htmx(request):
        response = _htmx("HX-Redirect", addresses.sign_in_address(request))
    cookie.clear(response)
    return response


def _locked(request: HttpRequest) -> HttpResponse:
    """The page in the place of every other while the session is locked. One touch comes back to where one was."""
    if _is_htmx(request):
        return _htmx("HX-Refresh", "true")
    then = request.path if request.method in ("GET", "HEAD") else urlsplit(request.headers.get("Referer", "")).path
    context = {"then": addresses.next_path(then), "messages": words.messages(), "ways": ways.current()}
    return render(request, "sign_in/locked.html", context, status=FORBIDDEN)


def _go_and_sign_in(request: HttpRequest) -> HttpResponse:
    address = addresses.sign_in_address(request)
    if _is_htmx(request):
        return _htmx("HX-Redirect", address)
    return HttpResponseRedirect(address, status=SEE_OTHER)


def _unsigned(request: HttpRequest) -> HttpResponse:
    if _is_htmx(request):
        return _htmx("HX-Refresh", "true")
    if request.method in ("GET", "HEAD"):
        return _shell(request, status=200)
    return _unsigned_page(request)


def _unsigned_page(request: HttpRequest) -> HttpResponse:
    return render(request, "sign_in/unsigned.html", {"address": reverse("sign_in:sign_in")}, status=UNAUTHORIZED)


def _shell(request: HttpRequest, *, status: int) -> HttpResponse:
    return render(
        request, "sign_in/shell.html", {"messages": words.messages(), "address": addresses.sign_in_address(request)}, status=status
    )


def json_refusal(refused: errors.Refused) -> HttpResponse:
    reply = {"code": refused.code, "remedy": refused.remedy, "message": words.refusal(refused), "messages": words.messages()}
    response = JsonResponse(reply, status=errors.http_status(refused))
    if refused.code in WORTH_A_RETRY:
        response.headers[RETRY_HEADER] = "proof"
    return response


def _is_htmx(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _htmx(name: str, value: str) -> HttpResponse:
    return HttpResponse(status=204, headers={name: value})
