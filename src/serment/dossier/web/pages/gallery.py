"""The gallery: every component with all its states, on fictional people. In a demonstration only; a new look begins here."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from serment.dossier.kernel import clock
from serment.dossier.web import allergies_forms, forms, samples


@require_GET
@transaction.non_atomic_requests
def gallery(request: HttpRequest) -> HttpResponse:
    """One page, no record: nobody here exists."""
    now = clock.now()
    wrong = allergies_forms.Allergy({"substance": "", "severity": "severe", "certainty": "confirmed"})
    context = {
        "charts": samples.charts(now),
        "rows": samples.rows(now),
        "medications": samples.medications(now),
        "measures": samples.measures(now),
        "days": samples.days(now),
        "hours": samples.hours(),
        "gauges": samples.gauges(),
        "form": allergies_forms.Allergy(auto_id="sample_%s"),
        "wrong": wrong,
        "break_glass": forms.BreakGlass(auto_id="glass_%s"),
        "icons": samples.ICONS,
    }
    return render(request, "gallery/gallery.html", context)
