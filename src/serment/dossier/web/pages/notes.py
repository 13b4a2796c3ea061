"""Notes: what the team writes to one another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.kernel import clock
from serment.dossier.records.drafts import queries as drafts_left
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.notes import kinds, queries, rules, services
from serment.dossier.web import acts, forms, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go, is_part
from serment.dossier.web.pages import drafts, striking
from serment.dossier.web.patient import Chart, patient_page

KINDS = ("Composition",)


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="care")
def notes(request: SignedIn, chart: Chart) -> HttpResponse:
    """The notes, newest first, and the form for a new one, with the words left in it last time."""
    kind = _kind(request)
    if request.method != "POST":
        return _page(request, chart, _form(chart, kind))
    form = forms.Note(kind, request.POST)
    if form.is_valid() and acts.is_done(form, lambda: _write(chart, kind, form)):
        done = "note-protected" if form.cleaned_data["protected"] else "note-added"
        if is_part(request):
            return _page(request, chart, forms.Note(kind), done=done)
        return go(request, reverse("notes", args=[chart.patient]), done=done)
    return _page(request, chart, form)


def _kind(request: SignedIn) -> kinds.Kind:
    if request.method == "POST":
        return kinds.kind(request.POST.get("kind", ""))
    return kinds.kind(request.GET.get("kind", "") or kinds.first_for(rules.roles(request.who)))


def _form(chart: Chart, kind: kinds.Kind) -> forms.Note:
    left = drafts.of(chart, f"note-{kind.code}")
    return forms.Note(kind, initial=dict(left.typed) if left else {}, saved_at=left.saved_at if left else None)


def _write(chart: Chart, kind: kinds.Kind, form: forms.Note) -> None:
    services.record(
        permit=chart.permit, token=form.cleaned_data["token"], title=form.cleaned_data["title"], typed=form.typed, kind=kind.code,
        awaits=form.cleaned_data["awaits"], third_party=form.cleaned_data["third_party"],
        stay=chart.stay.id if chart.stay else None, now=clock.now(), protected=form.cleaned_data["protected"],
    )  # fmt: skip
    drafts.done(chart, f"note-{kind.code}")


def _page(request: SignedIn, chart: Chart, form: forms.Note, *, done: str = "") -> HttpResponse:
    asked = request.GET.get("page", "1")
    number = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    found, more = queries.page(permit=chart.permit, number=number)
    address = reverse("notes", args=[chart.patient])
    left = [name.removeprefix("note-") for name, _ in drafts_left.left(permit=chart.permit) if name.startswith("note-")]
    context = {
        "chart": chart,
        "form": form,
        "kinds": [(kind.code, kind.label, kind.code in left) for kind in kinds.KINDS.values()],
        "notes": [(note, rules.may_sign(note, request.who)) for note in found],
        "open_targets": [note for note in found if rules.is_open_target(note)],
        "struck_out": entries.struck_out(permit=chart.permit, kinds=KINDS) if number == 1 else (),
        "is_part": is_part(request),
        "address": _newer(chart, clock.now()),
        "back": f"{address}?page={number - 1}" if number > 1 else "",
        "next": f"{address}?page={number + 1}" if more else "",
    }
    if done:
        context["done"] = words.DONE[done]
    template = "records/_notes.html" if is_part(request) else "records/notes.html"
    return render(request, template, context, status=UNPROCESSABLE if form.errors else 200)


@require_GET
@patient_page(needs="care")
def newer(request: SignedIn, chart: Chart) -> HttpResponse:
    """How many notes the others wrote since the page was made: the page asks by itself, and decrypts nothing."""
    try:
        since = datetime.fromtimestamp(int(request.GET.get("since", "")), tz=clock.PARIS)
    except (ValueError, OverflowError, OSError):
        since = clock.now()
    count = entries.added_since(permit=chart.permit, kinds=KINDS, since=since, apart_from=request.who.account)
    return render(request, "records/_newer.html", {"chart": chart, "count": count, "address": _newer(chart, since)})


def _newer(chart: Chart, since: datetime) -> str:
    """Where the page asks whether others have written since it was made."""
    return f"{reverse('notes_newer', args=[chart.patient])}?since={int(since.timestamp())}"


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="care")
def addendum(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Add to a note: the note itself is never changed. To a targeted transmission, its results."""
    note = queries.one(permit=chart.permit, note=entry)
    left = drafts.of(chart, drafts.addendum_form(entry)) if request.method != "POST" else None
    closing = {"closes": "on"} if "closes" in request.GET else {}
    form = forms.Addendum(request.POST or None, initial={**(left.typed if left else {}), **closing})
    if note.kind != kinds.TRANSMISSION:
        del form.fields["closes"]
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: services.add(permit=chart.permit, note=entry, now=clock.now(), **typed)):
            drafts.done(chart, drafts.addendum_form(entry))
            return go(request, reverse("notes", args=[chart.patient]), done="addendum-added")
    context = {
        "chart": chart, "form": form, "note": note, "draft": drafts.addendum_form(entry), "saved_at": left.saved_at if left else None,
    }  # fmt: skip
    return render(request, "records/addendum.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@patient_page(section="notes", needs="care")
def sign(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """Put one's name under the note of somebody who asked for it."""
    form = forms.Version(request.POST)
    if form.is_valid():
        services.sign(permit=chart.permit, note=entry, version=form.cleaned_data["version"], now=clock.now())
    return go(request, reverse("notes", args=[chart.patient]), done="note-signed")


@require_http_methods(["GET", "POST"])
@patient_page(section="notes", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A note, or an addendum, written in error."""
    return striking.answer(request, chart, entry, striking.Act(service=services.strike_out, back="notes", entry_name="note"))
