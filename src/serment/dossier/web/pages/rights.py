"""The register of patients' requests: what waits, by deadline; and one request, step by step."""

from __future__ import annotations

from datetime import timedelta
from functools import wraps
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from serment.dossier.identity import queries as identity
from serment.dossier.journal import queries as journal
from serment.dossier.kernel import clock, errors
from serment.dossier.rights import queries, rules, services
from serment.dossier.rights.types import ACCESS, Request
from serment.dossier.web import acts, formats, rights_forms, rights_words, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.patient import Chart, View, patient_page
from serment.dossier.web.sign_in import words as sign_in_words

HANDLE, COPY = "record:request:handle", "record:copy:make"
ANSWERED_FOR = timedelta(days=30)


def handles(view: View) -> View:
    """For those who handle requests: a menu's courtesy before the record is opened for nothing. The guard decides what opens."""

    @wraps(view)
    def answer(request: SignedIn, *arguments: object, **captured: object) -> HttpResponseBase:
        if HANDLE not in request.who.actions:
            raise errors.Denied("role")
        return view(request, *arguments, **captured)

    return answer


@require_GET
@handles
def register(request: SignedIn) -> HttpResponse:
    """What waits for an answer, the late ones on top. No record is opened; a name shows for a patient tied to the reader alone."""
    now = clock.now()
    pending, answered = queries.pending(), queries.answered_since(now - ANSWERED_FOR)
    patients = [one.patient for one in (*pending, *answered)][: identity.LINES_MAX]
    may_see = "identity:line:list" in request.who.actions
    listed = identity.listed(signed=request.signed, patients=patients) if may_see else identity.Listed(lines={})
    rows = [(one, listed.lines.get(one.patient), one.is_late(now)) for one in pending]
    context = {
        "rows": rows, "answered": [(one, listed.lines.get(one.patient)) for one in answered], "now": now, "place": "requests",
        "late": sum(is_late for _, _, is_late in rows), "withheld": listed.withheld, "may_open": may_see,
        "messages": sign_in_words.messages(),
    }  # fmt: skip
    return render(request, "rights/register.html", context)


@require_http_methods(["GET", "POST"])
@handles
@patient_page(section="requests", needs="contact")
def requests(request: SignedIn, chart: Chart) -> HttpResponse:
    """The requests about one patient, and the form to register one."""
    now = clock.now()
    initial = {"received_on": formats.day(now)}
    form = rights_forms.Register(request.POST or None, stays=_stays(chart), initial=initial)
    if request.method == "POST" and form.is_valid():
        asked = form.asked(now)
        label = str(rights_words.KINDS[asked.kind])

        def act() -> object:
            return services.register(permit=chart.permit, token=form.cleaned_data["token"], asked=asked, label=label, now=now)

        if acts.is_done(form, act):
            return go(request, reverse("request", args=[chart.patient, form.cleaned_data["token"]]), done="request-registered")
    lines = [(one, one.is_late(now)) for one in queries.of_patient(permit=chart.permit)]
    context = {"chart": chart, "form": form, "lines": lines}
    return render(request, "rights/requests.html", context, status=UNPROCESSABLE if form.errors else 200)


def _stays(chart: Chart) -> list[tuple[str, str]]:
    return [(str(one.id), f"{words.STAYS.get(one.kind, one.kind)}, {formats.day(one.started_at)}") for one in chart.stays if one.started_at]


@require_http_methods(["GET", "POST"])
@handles
@patient_page(section="requests", needs="contact")
def one(request: SignedIn, chart: Chart, id: UUID) -> HttpResponse:
    """One request: what was said, its clock, who did what, and the next step."""
    found = queries.one(permit=chart.permit, request=id)
    form = rights_forms.Take(request.POST or None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: services.take(permit=chart.permit, request=id, now=clock.now(), **typed)):
            return go(request, reverse("request", args=[chart.patient, id]), done="request-moved")
        # Somebody may have been faster: the page shows where things stand now, and what was typed.
        found = queries.one(permit=chart.permit, request=id)
        form.data = {**request.POST.dict(), "version": str(found.version)}
    people = {one.account: one.label for one in journal.disclosures(signed=request.signed, patient=chart.patient)}
    context = {
        "chart": chart, "found": found, "form": form, "is_late": found.line.is_late(clock.now()), "people": people,
        "steps": [(step, people.get(step.account, "")) for step in found.line.steps],
        "next": [(step, rights_words.STEPS[step]) for step in rules.NEXT[found.line.state]],
        "stay": dict(_stays(chart)).get(str(found.asked.stay), ""), "may_copy": may_copy(request, found),
        "needs_means": found.line.state in ("received", "identity"),
    }  # fmt: skip
    return render(request, "rights/request.html", context, status=UNPROCESSABLE if form.errors else 200)


def may_copy(request: SignedIn, found: Request) -> bool:
    """Whether a copy may be made for this request now, by this person."""
    return found.asked.kind == ACCESS and found.line.state in rules.COPIED_IN and COPY in request.who.actions


def press(request: SignedIn) -> queries.Reminder | None:
    """What presses, for the first page of those whose work the register is; None when nothing does."""
    if HANDLE not in request.who.actions or "record:advice:ask" in request.who.actions:
        return None
    found = queries.reminder(now=clock.now())
    return found if found.late or found.soon else None
