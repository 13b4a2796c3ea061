"""The answers that need no page of their own."""

from __future__ import annotations

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
    return HttpResponse(_("Une erreur est survenue. Rien n’a été enregistré."), status=500, content_type="text/plain; charset=utf-8")


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: sent from elsewhere, or from a page left open too long."""
    return _page(request, "errors/form_refused.html", 403, _("Ce formulaire a expiré. Revenez à la page et recommencez."))
