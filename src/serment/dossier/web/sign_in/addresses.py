"""Which addresses need nobody, and where to go on."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.utils.encoding import escape_uri_path

# Programs have a door of their own, which asks each for its token.
PUBLIC_PREFIXES = ("/fhir/", "/oauth/", "/sign-in/", "/session/", "/enrolment/", "/preferences/", "/static/", "/verifier/", "/verify/")
PUBLIC_PATHS = ("/sw.js", "/-/ready", "/favicon.ico")

# What a locked session may still ask: to be unlocked by a touch. These views check the proof's address themselves.
LOCKED_PATHS = ("/touch/begin", "/touch/finish")

PATH_CHARACTERS_MAX = 300


def is_public(path: str) -> bool:
    """Whether a page is for everybody."""
    return path in PUBLIC_PATHS or path.startswith(PUBLIC_PREFIXES)


def is_open_to_locked(path: str) -> bool:
    """Whether a locked session may ask for this page."""
    return path in LOCKED_PATHS


def next_path(wanted: str) -> str:
    """The path to go on to after signing in: one of ours, without host or query, or the first page."""
    if not wanted.startswith("/") or wanted.startswith(("//", "/\\")) or len(wanted) > PATH_CHARACTERS_MAX:
        return "/"
    if any(c in wanted for c in "?#\\") or not wanted.isprintable() or is_public(wanted):
        return "/"
    return wanted


def sign_in_address(request: HttpRequest) -> str:
    """The sign-in page that comes back here. A form that was being sent is not sent again by itself."""
    path = next_path(request.path) if request.method in ("GET", "HEAD") else "/"
    return "/sign-in/" if path == "/" else f"/sign-in/?{urlencode({'next': path})}"


def proof_address(request: HttpRequest) -> str:
    """The `htu` that a proof of this request must carry: our own origin, and the path as it came."""
    return f"{settings.CONFIG.origin}{escape_uri_path(request.path)}"


def is_loopback(request: HttpRequest) -> bool:
    """Whether the visitor sits at this very machine. What came through a proxy does not count, wherever the proxy is."""
    if any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via")):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", "").strip("[]"))
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def has_personas(request: HttpRequest) -> bool:
    """Whether the fictional people of a demonstration may be shown to this visitor."""
    return bool(settings.CONFIG.demonstration) and is_loopback(request)
