"""Somebody published a list: does it come from here, and by whose account? Two officers decide before anything is compared.

The list is never kept: it is given once to be proposed, by its digest and its size, and once more to be compared.
"""

from __future__ import annotations

from collections import Counter
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from serment.dossier.accounts import deciding, sampling
from serment.dossier.kernel import clock, errors
from serment.dossier.mailing import samples
from serment.dossier.web import acts
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.incidents_forms import Compare, Leak
from serment.dossier.web.pages.incidents import context, require
from serment.wire.four_eyes import Proposal

ATTRIBUTION, EXECUTED = "attribution", "executed"


@require_http_methods(["GET", "POST"])
def leak(request: SignedIn) -> HttpResponse:
    """Propose to compare a list; what was proposed, and how to go on."""
    require(request)
    form = Leak(request.POST or None, request.FILES or None, initial=Leak.first(clock.now()))
    if request.method == "POST" and form.is_valid():

        def act() -> None:
            table = samples.read(form.content)
            rows = samples.rows_of(table, form.mapping(table))
            typed = form.cleaned_data
            terms = {
                "rows": str(len(rows)), "digest": table.digest, "since": typed["since"].isoformat(), "until": typed["until"].isoformat(),
                "mapping": samples.written(form.mapping(table)),
            }  # fmt: skip
            deciding.propose(signed=request.signed, kind=ATTRIBUTION, subject=None, terms=terms, reason=typed["reason"])

        if acts.is_done(form, act):
            return go(request, reverse("leak"), done="sample-proposed")
    return _page(request, form, None, _proposals(request))


@require_POST
def compare(request: SignedIn, approval: UUID) -> HttpResponse:
    """Give the same list once more, have it compared, and read the verdict."""
    require(request)
    proposals = _proposals(request)
    decided = next((one for one in proposals if one.id == approval and one.state == EXECUTED), None)
    if decided is None:
        raise errors.NotFound("unknown_proposal")
    form = _again(decided, request.POST, request.FILES)
    judged: dict[str, Any] = {}

    def act() -> None:
        table = samples.read(form.content)
        if table.digest != decided.terms["digest"]:
            raise errors.Invalid("other_sample", field="file")
        rows = samples.rows_of(table, samples.told(decided.terms.get("mapping", ""), len(table.columns)))
        judged["matched"] = sampling.match(signed=request.signed, approval=approval, rows=rows)
        judged["verdict"] = sampling.judge(signed=request.signed, approval=approval)

    if form.is_valid() and acts.is_done(form, act):
        return render(request, "incidents/verdict.html", {**context("leak"), **judged, **_read(judged["matched"])})
    return _page(request, Leak(initial=Leak.first(clock.now())), (decided, form), proposals)


def _again(proposal: Proposal, *sent: Any) -> Compare:
    """The form of one proposal, whose fields no other form of the page shares a name for labels with."""
    return Compare(*sent, auto_id=f"{proposal.id}-%s")


def _page(request: SignedIn, form: Leak, refused: tuple[Proposal, Compare] | None, proposals: list[Proposal]) -> HttpResponse:
    """`refused`: the list that was given again for one proposal, with why it was not compared."""
    forms = {one.id: _again(one) for one in proposals} | ({refused[0].id: refused[1]} if refused else {})
    shown = {
        **context("leak"), "form": form, "compare": refused[1] if refused else None,
        "proposals": [(one, forms[one.id]) for one in proposals],
    }  # fmt: skip
    return render(request, "incidents/leak.html", shown, status=UNPROCESSABLE if form.errors or refused else 200)


def _proposals(request: SignedIn) -> list[Proposal]:
    return [one for one in deciding.proposals(signed=request.signed) if one.kind == ATTRIBUTION]


def _read(matched: Any) -> dict[str, object]:
    """What the rows say, counted: how they were found, which members agree, and when the copy was made."""
    agree, differ = Counter[str](), Counter[str]()
    for one in matched.rows:
        agree.update(one.agree)
        differ.update(one.differ)
    since, until = samples.copied_between(matched.rows)
    members = [(member, agree[member], differ[member]) for member in samples.MEMBERS if agree[member] + differ[member]]
    return {"hows": _hows(matched), "members": members, "copied_since": since, "copied_until": until}


def _hows(matched: Any) -> list[tuple[str, int]]:
    """How many rows were found in which way; those not found are not counted."""
    counts: dict[str, int] = {}
    for one in matched.rows:
        if one.how:
            counts[one.how] = counts.get(one.how, 0) + 1
    return list(counts.items())
