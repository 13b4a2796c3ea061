"""Somebody calls and worries: found by what they can say, answered by yes or no and by which letters, with no record opened."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from serment.dossier.accounts import incidents as asking
from serment.dossier.kernel import clock, config, errors
from serment.dossier.mailing import queries, services
from serment.dossier.web import acts
from serment.dossier.web.caller_forms import Caller
from serment.dossier.web.http import UNPROCESSABLE, SignedIn
from serment.dossier.web.pages.incidents import context, require


@require_http_methods(["GET", "POST"])
def caller(request: SignedIn) -> HttpResponse:
    """Did anybody see anything of their record in this window, and did we write to them?"""
    require(request)
    now = clock.now()
    # What was opened a moment ago is inside the window: the form counts in minutes.
    until = now + timedelta(minutes=1)
    initial = {"since": (now - timedelta(days=30)).astimezone(clock.PARIS), "until": until.astimezone(clock.PARIS)}
    form, shown = Caller(request.POST or None, initial=initial), context("caller")
    if request.method == "POST" and form.is_valid():
        acts.is_done(form, lambda: shown.update(_answered(request, form)))
    return render(request, "incidents/caller.html", {**shown, "form": form}, status=UNPROCESSABLE if form.errors else 200)


def _answered(request: SignedIn, form: Caller) -> dict[str, object]:
    """What the page says: the proof and the letters of one person, or that nobody answers to it."""
    patient = _patient(request, form)
    if patient is None:
        return {"is_unknown": not form.errors}
    typed = form.cleaned_data
    answer = asking.prove_absence(signed=request.signed, patient=patient, since=typed["since"], until=typed["until"])
    return {"answer": answer, "letters": queries.about(patient=patient)}


def _patient(request: SignedIn, form: Caller) -> UUID | None:
    code = form.cleaned_data["code"]
    if code:
        try:
            return services.behind(key=config.current().letters_key.encode(), code=code)[1]
        except errors.NotFound as refused:
            raise errors.Invalid(refused.code, field="code") from None
    found = asking.find_caller(signed=request.signed, said=form.said)
    if found.several:
        form.add_error("birth_place", _("Plusieurs personnes répondent à ces traits : demandez le lieu de naissance, l’INS ou un numéro."))
    return found.patient
