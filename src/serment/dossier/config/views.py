"""The answers that need no page of their own."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext as _


def _page(request: HttpRequest, template: str, status: int, fallback: str) -> HttpResponse:
    try:
        return HttpResponse(render_to_string(template, {"status": status}, request=request), status=status)
    except TemplateDoesNotExist:
        return HttpResponse(fallback, status=status, content_type="text/plain; charset=utf-8")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or none that the visitor may know of."""
    return _page(request, "errors/not_found.html", 404, _("Cette page n’existe pas."))


def fault(request: HttpRequest) -> HttpResponse:
    """Our error. Nothing of it is shown: the log has its place."""
    try:
        return _page(request, "errors/fault.html", 500, "")
    except Exception:  # noqa: BLE001 - whatever broke may break the page as well
        return HttpResponse(_("Une erreur est survenue. Rien n’a été enregistré."), status=500, content_type="text/plain; charset=utf-8")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A request that the framework itself refuses: a form too large, a header that lies."""
    if isinstance(exception, RequestDataTooBig):
        return _page(request, "errors/too_large.html", 413, _("Cet envoi est trop gros"))
    return _page(request, "errors/bad_request.html", 400, _("Cette demande n’est pas comprise"))


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: sent from elsewhere, or from a page left open too long."""
    return _page(request, "errors/form_refused.html", 403, _("Ce formulaire a expiré. Revenez à la page et recommencez."))
