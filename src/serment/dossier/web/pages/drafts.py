"""What is being typed: kept while it is typed, given back, given up."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from serment.dossier.kernel import clock
from serment.dossier.records.drafts import queries, services
from serment.dossier.records.drafts.types import Draft
from serment.dossier.records.entries import queries as entries
from serment.dossier.web import formats
from serment.dossier.web.http import SignedIn
from serment.dossier.web.patient import Chart, patient_page

# Never kept: they say nothing, and a form that comes back has its own.
APART = frozenset({"csrfmiddlewaretoken", "token"})


@require_POST
@patient_page(needs="care")
def draft(request: SignedIn, chart: Chart, form: str) -> HttpResponse:
    """Keep the fields of a form as they are now; empty ones give the draft up. Answers when it was kept."""
    typed = {name: str(value) for name, value in request.POST.items() if name not in APART}
    now = clock.now()
    if _is_signed(chart, request.POST.get("token", "")):
        # Sent while this was under way: kept now, it would come back as if it had never been signed.
        services.drop(permit=chart.permit, form=form)
        return JsonResponse({"at": ""})
    kept = services.keep(permit=chart.permit, form=form, typed=typed, now=now)
    return JsonResponse({"at": formats.hour(now) if kept else ""})


def _is_signed(chart: Chart, token: str) -> bool:
    try:
        return entries.exists(permit=chart.permit, entry=UUID(token))
    except ValueError:
        return False


def of(chart: Chart, form: str) -> Draft | None:
    """What the person left in this form, to begin again from."""
    return queries.one(permit=chart.permit, form=form)


def done(chart: Chart, form: str) -> None:
    """It is signed: the draft goes in the same transaction."""
    services.drop(permit=chart.permit, form=form)


def addendum_form(entry: UUID) -> str:
    """The name under which the addendum to a note is kept."""
    return f"addendum-{entry}"
