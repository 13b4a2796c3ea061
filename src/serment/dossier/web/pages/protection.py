"""Putting a name under its own rule."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from serment.dossier.identity import protection as identity
from serment.dossier.web import acts, protection_forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.patient import Chart, patient_page


@require_http_methods(["GET", "POST"])
@patient_page(section="protection")
def protection(request: SignedIn, chart: Chart) -> HttpResponse:
    """Who asks for it need not be shown the name afterwards; who lifts it must be shown it now. The guard decides both."""
    known = chart.permit.protection
    form = protection_forms.Protection(request.POST or None, initial={"kind": "" if known == "hidden" else known})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: identity.protect(permit=chart.permit, **typed)):
            done = "identity-protected" if typed["kind"] else "identity-shown"
            return go(request, reverse("protection", args=[chart.patient]), done=done)
    context = {"chart": chart, "form": form}
    return render(request, "records/protection.html", context, status=UNPROCESSABLE if form.errors else 200)
