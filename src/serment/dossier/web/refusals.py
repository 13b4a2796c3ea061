"""Refusals as pages: each says what happened, what was kept, and the ways on. Turned into HTTP here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from serment.dossier.kernel import clock, errors
from serment.dossier.web import words
from serment.dossier.web.sign_in import middleware as sign_in
from serment.dossier.web.sign_in import words as sign_in_words
from serment.wire.protocol import Who

# What the sign-in middleware has pages for.
LEFT_TO_SIGN_IN = ("contained", "idle_locked")


@dataclass(frozen=True, kw_only=True)
class Refusals:
    """Middleware: a refusal that a view let pass has rolled its transaction back; here it becomes a page."""

    get_response: Callable[[HttpRequest], HttpResponseBase]

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, errors.Refused) or isinstance(exception, errors.SignedOut) or exception.code in LEFT_TO_SIGN_IN:
            return None
        return page(request, exception)


def middleware(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Refusals:
    """For the settings."""
    return Refusals(get_response=get_response)


def template(refused: errors.Refused) -> str:
    """The page of a refusal, by its category first."""
    if isinstance(refused, errors.StepUp):
        return "records/touch.html"
    if isinstance(refused, errors.Denied) and refused.code in words.DENIALS:
        return "errors/denied.html"
    if isinstance(refused, errors.Denied):
        return "records/no_tie.html" if refused.code == "no_tie" else "records/role.html"
    return {
        errors.Exhausted: "records/exhausted.html",
        errors.NotFound: "errors/not_found.html",
        errors.Conflict: "errors/conflict.html",
        errors.Invalid: "errors/bad_request.html",
        errors.Unavailable: "errors/guard_down.html",
    }.get(type(refused), "errors/fault.html")


def page(request: HttpRequest, refused: errors.Refused) -> HttpResponse:
    """The whole page of a refusal. htmx is sent to the page around its part, which will say why in full."""
    captured = request.resolver_match.kwargs if request.resolver_match else {}
    patient = captured.get("patient")
    if request.headers.get("Accept", "").startswith("application/json"):
        # A page's own script asked: it keeps what was typed, and says why.
        return sign_in.json_refusal(refused)
    if request.headers.get("HX-Request") == "true":
        address = reverse("synthesis", args=[patient]) if patient else reverse("home")
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    context = {
        "refused": refused,
        "patient": patient,
        "then": _then(request, patient),
        "conflict": words.CONFLICTS.get(refused.code, ""),
        "denial": words.DENIALS.get(refused.code, ("", "")),
        "messages": sign_in_words.messages(),
        "break_glass": refused.remedy == "break_glass",
        **_untied(getattr(request, "who", None)),
    }
    return render(request, template(refused), context, status=errors.http_status(refused))


def _untied(who: Who | None) -> dict[str, bool]:
    """Whether the person may open without a tie, and whether that is only because their key is new that they may not."""
    may = who is not None and "record:untied:open" in who.actions
    is_new = who is not None and who.fresh_until is not None and who.fresh_until > clock.now()
    return {"untied": may and not is_new, "too_new": may and is_new}


def _then(request: HttpRequest, patient: object) -> str:
    """Where to go on after the touch: the page that was asked for. A form that was sent is not sent again by itself."""
    if request.method == "GET" or not patient or request.path.endswith(("/break-glass/",)):
        return request.path
    asked = (request.resolver_match.kwargs if request.resolver_match else {}).get("id")
    if asked and "/copy/" in request.path:
        return reverse("copy", args=[patient, asked])
    return reverse("synthesis", args=[patient])
