"""Rights, decided by two: what waits, what was decided, who works where."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.accounts import deciding
from serment.dossier.kernel import errors
from serment.dossier.organisations import services as organisations
from serment.dossier.web import acts, officers_words
from serment.dossier.web.deciding import Proposal, described
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.sign_in import words as sign_in_words
from serment.wire import four_eyes as wire

OPEN = ("proposed", "approved")


@require_GET
def administration(request: SignedIn) -> HttpResponse:
    """What waits for a second person, what runs out its delay, and what was decided in the last month."""
    found = deciding.proposals(signed=request.signed)
    follow(found)
    directory = deciding.directory(signed=request.signed)
    shown = [(one, described(one, directory)) for one in found]
    context = {
        "waiting": [one for one in shown if one[0].state == "proposed"],
        "delayed": [one for one in shown if one[0].state == "approved"],
        "decided": [one for one in shown if one[0].state not in OPEN],
        "kinds": [(kind, officers_words.PROPOSALS[kind]) for kind in officers_words.PROPOSED_BY.get(request.who.role, ())],
        "place": "administration",
        "messages": sign_in_words.messages(),
    }
    return render(request, "administration/administration.html", context)


@require_http_methods(["GET", "POST"])
def propose(request: SignedIn, kind: str) -> HttpResponse:
    """One proposal. Its terms are tried by the guard before anybody is asked to approve them."""
    if kind not in officers_words.PROPOSED_BY.get(request.who.role, ()):
        raise errors.Denied("role")
    directory = deciding.directory(signed=request.signed)
    initial = {"subject": request.GET.get("subject", "")}
    form = Proposal(request.POST or None, kind=kind, directory=directory, initial=initial)
    if request.method == "POST" and form.is_valid():

        def made() -> object:
            reason = form.cleaned_data["reason"]
            return deciding.propose(signed=request.signed, kind=kind, subject=form.subject, terms=form.terms, reason=reason)

        if acts.is_done(form, made):
            return go(request, reverse("administration"), done="proposed")
    context = {"form": form, "kind": kind, "word": officers_words.PROPOSALS[kind], "place": "administration"}
    return render(request, "administration/propose.html", context, status=UNPROCESSABLE if form.errors else 200)


def follow(proposals: Iterable[wire.Proposal]) -> None:
    """What two people decided of the organisation appears in the record, the oldest first: what was executed meanwhile, and just now."""
    executed = [one for one in proposals if one.state == "executed"]
    for one in sorted(executed, key=lambda one: (one.decided_at or one.proposed_at, one.not_before)):
        if one.kind == "unit":
            organisations.follow(one.terms)
        elif one.kind == "letterhead":
            organisations.follow_letterhead(one.terms)


@require_POST
def decide(request: SignedIn, proposal: UUID) -> HttpResponse:
    """Approve with the passkey, or refuse with it. A code to hand over is shown once, on this page and nowhere else."""
    decided = deciding.decide(
        signed=request.signed, id=proposal, approve=request.POST.get("decision") == "approve",
        ceremony=request.POST.get("ceremony", ""), credential=request.POST.get("credential", ""),
    )  # fmt: skip
    if decided.code:
        return render(request, "administration/code.html", {"code": decided.code, "place": "administration"})
    return go(request, reverse("administration"), done=f"proposal-{decided.state}")


@require_POST
def withdraw(request: SignedIn, proposal: UUID) -> HttpResponse:
    """Take one's own proposal back."""
    deciding.withdraw(signed=request.signed, id=proposal)
    return go(request, reverse("administration"), done="proposal-withdrawn")


@require_GET
def directory(request: SignedIn) -> HttpResponse:
    """Who works here, where, and since when: the yearly review of rights, on paper too."""
    found = deciding.directory(signed=request.signed)
    units = {one.unit: one.label for one in found.units}
    people = [(one, [(post, units.get(post.unit, "")) for post in one.posts]) for one in found.members]
    may_end = "guard:assignment:end" in request.who.actions
    context = {"people": people, "limits": found.limits, "may_end": may_end, "place": "administration"}
    return render(request, "administration/directory.html", context)


@require_POST
def end_assignment(request: SignedIn, assignment: UUID) -> HttpResponse:
    """Somebody leaves: at once, with every session."""
    deciding.end_assignment(signed=request.signed, id=assignment)
    return go(request, reverse("directory"), done="assignment-ended")
