"""The security officer's pages: the live picture, the openings to review, the accounts. No patient is named on any of them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.accounts import queries, services
from serment.dossier.kernel import errors
from serment.dossier.organisations import queries as organisations
from serment.dossier.web import charts, officers_words
from serment.dossier.web.http import SignedIn, go, is_part
from serment.wire.reviewing import ANSWERS, Overview


def _require(request: SignedIn, action: str) -> None:
    if action not in request.who.actions:
        raise errors.Denied("role")


@require_GET
def security(request: SignedIn) -> HttpResponse:
    """The live picture; its part alone every few seconds."""
    _require(request, "guard:journal:read")
    picture = queries.overview(signed=request.signed)
    return render(request, "security/_live.html" if is_part(request) else "security/dashboard.html", _context(request, picture))


def _context(request: SignedIn, picture: Overview, *, focus: bool = False) -> dict[str, object]:
    names = {str(one.id): one.name for one in organisations.establishments()}
    gauges, hours = charts.gauges(picture.gauges), charts.hours(picture.series)
    return {
        "picture": picture,
        "hours": hours,
        "by_hour": charts.by_hour(hours, picture.at),
        "gauges": [(names.get(place, place), officers_words.GAUGES.get(word, word), windows) for (place, word), windows in gauges.items()],
        "may_contain": "guard:account:contain" in request.who.actions,
        "outside": queries.witnesses(),
        "focus": focus,
        "is_part": is_part(request),
        "place": "security",
        "tab": "security",
    }


@require_POST
def acknowledge(request: SignedIn, id: UUID) -> HttpResponse:
    """One broken glass was read; the keyboard goes on to the next."""
    services.acknowledge(signed=request.signed, id=id)
    if not is_part(request):
        return go(request, reverse("security"), done="notice-read")
    return render(request, "security/_live.html", _context(request, queries.overview(signed=request.signed), focus=True))


@require_GET
def emergencies(request: SignedIn) -> HttpResponse:
    """The broken glasses of thirty days, read or not."""
    _require(request, "guard:journal:read")
    context = {"notices": queries.notices(signed=request.signed), "place": "security", "tab": "emergencies"}
    return render(request, "security/emergencies.html", context)


@require_GET
def accounts(request: SignedIn) -> HttpResponse:
    """Every person's account, to contain the right one."""
    _require(request, "guard:staff:list")
    return render(
        request, "security/accounts.html", {"staff": queries.staff(signed=request.signed), "place": "security", "tab": "accounts"}
    )


@require_http_methods(["GET", "POST"])
def contain(request: SignedIn, account: UUID) -> HttpResponse:
    """Contain one account: asked once more, then at once."""
    _require(request, "guard:account:contain")
    if request.method == "POST":
        services.contain(signed=request.signed, account=account)
        return go(request, reverse("security_accounts"), done="account-contained")
    one = next((one for one in queries.staff(signed=request.signed) if one.account == account), None)
    if one is None:
        raise errors.NotFound("unknown_account")
    return render(request, "security/contain.html", {"one": one, "place": "security", "tab": "accounts"})


@require_GET
def reviews(request: SignedIn) -> HttpResponse:
    """The openings that wait for a look, the least explained first."""
    _require(request, "guard:review:answer")
    return render(
        request, "security/reviews.html", {"found": queries.reviews(signed=request.signed), "place": "security", "tab": "reviews"}
    )


@require_http_methods(["GET", "POST"])
def review(request: SignedIn, id: UUID) -> HttpResponse:
    """One opening with its context; the answer leads to the next one that waits."""
    _require(request, "guard:review:answer")
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer not in ANSWERS:
            raise errors.Invalid("malformed", field="answer")
        services.answer_review(signed=request.signed, id=id, answer=answer)
        return go(request, reverse("reviews"), done=f"review-{answer}")
    context = {"context": queries.review(signed=request.signed, id=id), "place": "security", "tab": "reviews"}
    return render(request, "security/review.html", context)
