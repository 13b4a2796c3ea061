"""Find one patient: by the four traits, or by a number. Five answers at most, and each is counted."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from serment.dossier.identity import queries as identity
from serment.dossier.identity import rules
from serment.dossier.kernel import errors
from serment.dossier.web import forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn
from serment.wire.protocol import Line

INS_DIGITS = 15


@require_http_methods(["GET", "POST"])
def find(request: SignedIn) -> HttpResponse:
    """The search page. What is typed goes in the body, never in an address."""
    if "identity:line:find" not in request.who.actions:
        raise errors.Denied("role")
    by_number = request.POST.get("way") == "number"
    sent = request.POST if request.method == "POST" else None
    traits = forms.Traits(None if by_number else sent)
    number = forms.Number(sent if by_number else None)
    form: forms.Form = number if by_number else traits
    found = _found(request, form, by_number=by_number) if sent is not None and form.is_valid() else None
    lines = found or ()
    context = {
        "traits": traits, "number": number, "by_number": by_number, "lines": lines, "searched": found is not None, "place": "find",
        "homonyms": rules.homonyms(lines),
    }  # fmt: skip
    return render(request, "unit/find.html", context, status=UNPROCESSABLE if form.errors else 200)


def _found(request: SignedIn, form: forms.Form, *, by_number: bool) -> tuple[Line, ...] | None:
    """The lines, or None with the reason on the form."""
    typed = form.cleaned_data
    try:
        if not by_number:
            return identity.find_by_traits(signed=request.signed, **typed)
        told = "".join(typed["number"].split())
        if len(told) == INS_DIGITS and told[:1].isdigit():
            return identity.find_by_ins(signed=request.signed, matricule=told)
        return identity.find_by_number(signed=request.signed, number=told)
    except errors.Invalid as refused:
        form.refuse(refused)
        return None
