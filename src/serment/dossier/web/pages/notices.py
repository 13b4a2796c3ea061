"""What an incident obliges to write to authorities, prefilled from its figures; the reasoning on article 34; the register."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from serment.dossier.accounts import incidents as asking
from serment.dossier.kernel import clock, errors
from serment.dossier.mailing import casebook, figures, printing
from serment.dossier.mailing import notices as writing
from serment.dossier.mailing import queries as letters
from serment.dossier.web import acts
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.incidents_forms import CaseTexts
from serment.dossier.web.pages.incidents import context, require
from serment.wire.incidents import DONE, Figures, Incident

# What may be written, and what each is called on the page.
DOCUMENTS = {
    "cnil-initial": _("Notification à la CNIL, initiale"),
    "cnil-complementary": _("Notification à la CNIL, complémentaire"),
    "cert-sante": _("Signalement au CERT Santé"),
    "register": _("Registre interne"),
}


@require_http_methods(["GET", "POST"])
def notices(request: SignedIn, id: UUID) -> HttpResponse:
    """The officers' sentences, what is still to be written in each document, and the documents."""
    require(request)
    incident, number = asking.incident(signed=request.signed, id=id), casebook.number_of(incident=id)
    texts = casebook.texts_of(incident=id)
    form = CaseTexts(request.POST or None, initial=vars(texts) | {"number": number})
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            after = form.cleaned_data["number"]
            casebook.keep(incident=id, texts=form.texts, after=after, by=request.who.account, now=clock.now())

        if acts.is_done(form, act):
            return go(request, reverse("incident_notices", args=[id]), done="texts-kept")
    now, counted = clock.now(), _figures(request, incident)
    written = {name: _written(name, incident, counted, now) for name in DOCUMENTS}
    shown = {
        **context("notices", incident), "form": form, "reasoning": writing.must_tell(_case(incident, counted, figures.INITIAL)),
        "documents": [(name, DOCUMENTS[name], one.missing) for name, one in written.items()],
    }  # fmt: skip
    return render(request, "incidents/notices.html", shown, status=UNPROCESSABLE if form.errors else 200)


@require_GET
def document(request: SignedIn, id: UUID, name: str, form: str) -> HttpResponse:
    """One document, as text to paste field by field, or as PDF."""
    require(request)
    if name not in DOCUMENTS or form not in ("txt", "pdf"):
        raise errors.NotFound("unknown_document")
    incident = asking.incident(signed=request.signed, id=id)
    one = _written(name, incident, _figures(request, incident), clock.now())
    if form == "txt":
        return HttpResponse(writing.text(one), content_type="text/plain; charset=utf-8")
    answer = HttpResponse(printing.notice(one), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{name}.pdf"'
    return answer


def _written(name: str, incident: Incident, counted: figures.Figures, now: datetime) -> writing.Notice:
    if name == "cert-sante":
        return writing.cert_sante(_case(incident, counted, figures.INITIAL), now=now)
    if name == "register":
        return writing.register(_case(incident, counted, figures.INITIAL), now=now)
    stage = figures.COMPLEMENTARY if name == "cnil-complementary" else figures.INITIAL
    return writing.cnil(_case(incident, counted, stage), now=now)


def _case(incident: Incident, counted: figures.Figures, stage: str) -> figures.Case:
    progress = letters.progress(incident=incident.id)
    told_from = progress.told_from.astimezone(clock.PARIS).date() if progress.told_from else None
    return casebook.case(
        reference=incident.reference, stage=stage, aware_at=incident.statements[0].aware_at, texts=casebook.texts_of(incident=incident.id),
        figures=counted, told=progress.told, told_from=told_from,
    )  # fmt: skip


def _figures(request: SignedIn, incident: Incident) -> figures.Figures:
    """The guard's counts; before there are any, the window alone."""
    criteria = incident.statements[0].criteria
    if incident.scope.state != DONE:
        return figures.Figures(certain=0, possible=0, first_at=criteria.since, last_at=criteria.until)
    found: Figures = asking.figures(signed=request.signed, id=incident.id)
    spans, apart = [one.since for one in found.spans], letters.set_apart(incident=incident.id)
    return figures.Figures(
        certain=found.scope.certain, possible=found.scope.possible, by_kind={one.word: one.persons for one in found.kinds},
        minors=next((one.persons for one in found.flags if one.word == "minor"), 0), first_at=min(spans, default=criteria.since),
        last_at=criteria.until, deceased=apart.deceased, protected_adults=apart.protected_adults,
    )  # fmt: skip
