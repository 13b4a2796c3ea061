"""What every answer of the web server says to the browser, and the two questions asked before any page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from serment.dossier.kernel import config
from serment.dossier.kernel.errors import Refused
from serment.dossier.vault import client
from serment.wire.protocol import Empty

Answer = Callable[[HttpRequest], HttpResponseBase]

READY_PATH = "/-/ready"
PLAIN = "text/plain; charset=utf-8"
STATIC_PATH = "/static/"

# Nothing but our own files, nothing inline: a value that slipped unescaped into a page still runs nothing.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "base-uri 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Two years. Said by us as well as by the proxy that holds the certificate: it costs nothing, and a forgotten proxy rule opens nothing.
STRICT_TRANSPORT = "max-age=63072000; includeSubDomains"


def headers(get_response: Answer) -> Answer:
    """Headers of every answer. A page is never stored: not by the browser, not by what stands between."""

    is_secure = urlsplit(config.current().origin).scheme == "https"

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if is_secure:
            response.headers["Strict-Transport-Security"] = STRICT_TRANSPORT
        if not request.path.startswith(STATIC_PATH):
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def readiness(get_response: Answer) -> Answer:
    """Answers /-/ready before anything else can fail: 200 when the database and the guard answer, 503 otherwise."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.path != READY_PATH:
            return get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("select 1")
            client.guard().call("status", Empty())
        except (DatabaseError, Refused):
            return HttpResponse("not ready\n", status=503, content_type=PLAIN, headers={"Cache-Control": "no-store"})
        finally:
            connection.close()
        return HttpResponse("ready\n", content_type=PLAIN, headers={"Cache-Control": "no-store"})

    return answer


def one_name(get_response: Answer) -> Answer:
    """Sends a visitor who came by another name of this machine to the one that passkeys and proofs are bound to."""

    origin = config.current().origin
    name = urlsplit(origin).netloc

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method in ("GET", "HEAD") and request.get_host() != name:
            return HttpResponseRedirect(f"{origin}{request.path}")
        return get_response(request)

    return answer
