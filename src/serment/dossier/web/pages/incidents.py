"""Incidents, for the officers: declared, scoped, followed to their end. No patient is named here."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.accounts import deciding
from serment.dossier.accounts import incidents as asking
from serment.dossier.kernel import clock, errors
from serment.dossier.mailing import queries as letters
from serment.dossier.web import acts, exposure
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go, is_part
from serment.dossier.web.incidents_forms import Amend, Declare, amended
from serment.wire.incidents import ASKED, DONE, RUNNING, Figures, Incident, ScopeLine
from serment.wire.verbs import VERBS

HANDLE = "guard:incident:handle"


def require(request: SignedIn) -> None:
    """The officers and nobody else; the guard says the same."""
    if HANDLE not in request.who.actions:
        raise errors.Denied("role")


def context(tab: str, incident: Incident | None = None) -> dict[str, object]:
    """What every page about incidents knows."""
    return {
        "place": "incidents",
        "tab": tab,
        "incident": incident,
        "now": clock.now(),
        "is_late": incident is not None and clock.now() > incident.notify_by,
    }


@require_GET
def register(request: SignedIn) -> HttpResponse:
    """Every incident: the internal register (GDPR article 33(5))."""
    require(request)
    return render(request, "incidents/register.html", {**context("register"), "found": asking.register(signed=request.signed)})


@require_http_methods(["GET", "POST"])
def declare(request: SignedIn) -> HttpResponse:
    """Declare one; or, with the button for it, have the guard suggest the window first."""
    require(request)
    directory, now = deciding.directory(signed=request.signed), clock.now()
    # What happened a moment ago is inside the window: the form counts in minutes.
    until = now + timedelta(minutes=1)
    initial = {
        "aware_at": now.astimezone(clock.PARIS), "since": (now - timedelta(days=7)).astimezone(clock.PARIS),
        "until": until.astimezone(clock.PARIS),
    }  # fmt: skip
    form = Declare(request.POST or None, directory=directory, initial=initial)
    shown: dict[str, object] = {**context("declare"), "form": form, "may_suggest": "suggest_window" in VERBS}
    if request.method == "POST" and "suggest" in request.POST and shown["may_suggest"]:
        return _suggested(request, directory, shown)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        made: list[Incident] = []

        def act() -> None:
            made.append(
                asking.declare(
                    signed=request.signed,
                    reference=typed["reference"],
                    aware_at=typed["aware_at"],
                    criteria=form.criteria,
                    known=typed["known"],
                )
            )

        if acts.is_done(form, act):
            return go(request, reverse("incident", args=[made[0].id]), done="incident-declared")
    return render(request, "incidents/declare.html", shown, status=UNPROCESSABLE if form.errors else 200)


def _suggested(request: SignedIn, directory: object, shown: dict[str, object]) -> HttpResponse:
    """The same form with the window that the journal suggests, and why."""
    form = shown["form"]
    if not isinstance(form, Declare) or not form.is_window():
        return render(request, "incidents/declare.html", shown, status=UNPROCESSABLE)
    suggestion = asking.suggest(signed=request.signed, criteria=form.criteria)
    typed = request.POST.copy()
    if suggestion.since and suggestion.until:
        for name, at in (("since", suggestion.since), ("until", suggestion.until)):
            typed[name] = f"{at.astimezone(clock.PARIS):%Y-%m-%dT%H:%M}"
    again = Declare(initial=typed.dict() | {"accounts": typed.getlist("accounts")}, directory=directory)  # type: ignore[arg-type]
    return render(request, "incidents/declare.html", {**shown, "form": again, "suggestion": suggestion})


@require_GET
def incident(request: SignedIn, id: UUID) -> HttpResponse:
    """One incident: its clock, what is to do, whom it exposed."""
    require(request)
    found = asking.incident(signed=request.signed, id=id)
    people = {one.account: one for one in deciding.directory(signed=request.signed).members}
    named = [people[one] for one in found.statements[0].criteria.accounts if one in people]
    shown = {
        **context("overview", found), **_scope(request, found.id, found.scope), "named": named, "progress": letters.progress(incident=id),
        "begun": letters.begun(incident=id), "to_contain": [one for one in named if not one.contained],
    }  # fmt: skip
    return render(request, "incidents/incident.html", shown)


@require_http_methods(["GET", "POST"])
def amend(request: SignedIn, id: UUID) -> HttpResponse:
    """Say more of it, or close it."""
    require(request)
    found, directory = asking.incident(signed=request.signed, id=id), deciding.directory(signed=request.signed)
    form = Amend(request.POST or None, incident=found, directory=directory, initial=amended(found))
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data

        def act() -> object:
            return asking.amend(
                signed=request.signed, id=id, number=typed["number"], phase=typed["phase"], aware_at=typed["aware_at"],
                criteria=form.criteria, known=typed["known"],
            )  # fmt: skip

        if acts.is_done(form, act):
            return go(request, reverse("incident", args=[id]), done="incident-amended")
    return render(
        request, "incidents/amend.html", {**context("overview", found), "form": form}, status=UNPROCESSABLE if form.errors else 200
    )


@require_POST
def compute(request: SignedIn, id: UUID) -> HttpResponse:
    """Have whom it exposed computed, or computed again."""
    require(request)
    asking.compute(signed=request.signed, id=id)
    return go(request, reverse("incident", args=[id]), done="scope-asked")


@require_GET
def scope(request: SignedIn, id: UUID) -> HttpResponse:
    """The part of the page that follows the computation. Once it is done the whole page is read again: its counts and its list changed."""
    require(request)
    if not is_part(request):
        return go(request, reverse("incident", args=[id]))
    line = asking.progress(signed=request.signed, id=id)
    answer = render(request, "incidents/_scope.html", _scope(request, id, line))
    if line.state == DONE:
        answer["HX-Refresh"] = "true"
    return answer


def _scope(request: SignedIn, id: UUID, line: ScopeLine) -> dict[str, object]:
    figures: Figures | None = asking.figures(signed=request.signed, id=id) if line.state == DONE else None
    return {
        "id": id, "scope": line, "figures": figures, "plot": exposure.plot(figures) if figures else None,
        "is_running": line.state in (ASKED, RUNNING), "apart": letters.set_apart(incident=id) if figures else None,
    }  # fmt: skip


@require_GET
def persons(request: SignedIn, id: UUID) -> HttpResponse:
    """The exposed persons by identifier, a hundred at a time."""
    require(request)
    found = asking.incident(signed=request.signed, id=id)
    after = int(request.GET["after"]) if request.GET.get("after", "").isdecimal() else 0
    page = asking.exposed(signed=request.signed, id=id, after=after) if found.scope.state == DONE else None
    last = page.persons[-1].place if page and page.persons else 0
    shown = {
        **context("persons", found),
        "page": page,
        "after": after,
        "last": last,
        "more": page is not None and last < page.scope.persons,
    }
    return render(request, "incidents/persons.html", shown)


@require_GET
def exposed_person(request: SignedIn, id: UUID, patient: UUID) -> HttpResponse:
    """The proof about one exposed person."""
    require(request)
    found = asking.incident(signed=request.signed, id=id)
    proof = asking.prove_exposure(signed=request.signed, id=id, patient=patient)
    leaves = [(one.index, len(one.path), one.leaf.decode(errors="replace")) for one in proof.leaves]
    return render(request, "incidents/person.html", {**context("persons", found), "proof": proof, "leaves": leaves})
