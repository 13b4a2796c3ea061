"""Documents: files sealed in the record, seen here and nowhere else."""

from __future__ import annotations

from itertools import chain
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from serment.dossier.kernel import clock, errors
from serment.dossier.records.documents import queries, rules, services, sheets
from serment.dossier.records.documents.categories import IMAGING, LABORATORY, category
from serment.dossier.records.documents.types import Document
from serment.dossier.records.letters import queries as letters
from serment.dossier.records.results import queries as seen
from serment.dossier.records.results import services as seeing
from serment.dossier.vault.objects import OBJECT_BYTES_MAX, Source
from serment.dossier.web import acts, documents_forms, letters_forms, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import results, striking, third_parties
from serment.dossier.web.patient import Chart, patient_page

# A document runs nothing and asks nobody. The browser's own viewer of PDF draws with styles of its own, and a sandbox stops it: what runs
# in a PDF was taken out before. Everything else is in a sandbox too.
PDF_POLICY = "default-src 'none'; img-src 'self' data:; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
CONTENT_POLICY = "sandbox; default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
PAGE = 50
# What the headers of an upload say of a file. A gateway drops names with a low line.
TOLD = ("token", "title", "category", "dated", "origin", "third_party")
SHOWN = frozenset({"application/pdf", "image/jpeg", "image/png", "text/plain"})
SUFFIXES = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/tiff": ".tif",
    "text/plain": ".txt",
    "application/xml": ".xml",
}


@require_http_methods(["GET", "POST"])
@patient_page(section="documents", needs="contact")
def documents(request: SignedIn, chart: Chart) -> HttpResponse:
    """The documents, newest first, and the form to add one. Who may file without reading gets the form alone."""
    _require_one(chart)
    form = documents_forms.Document(request.POST, request.FILES) if request.method == "POST" else documents_forms.Document()
    if request.method == "POST" and "file" not in request.FILES and _is_too_large(request):
        form.add_error("file", str(words.FIELD_ERRORS["document_too_large"]))
    if request.method == "POST" and form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        source = form.cleaned_data["file"].file
        if acts.is_done(form, lambda: _keep(chart, source, typed)):
            return go(request, reverse("documents", args=[chart.patient]), done="document-added")
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    found, more = queries.newest(permit=chart.permit, count=PAGE, page=page) if chart.has_care else ((), False)
    address = reverse("documents", args=[chart.patient])
    context = {
        "chart": chart,
        "form": form,
        "documents": found,
        "bytes_max": OBJECT_BYTES_MAX,
        "back": f"{address}?page={page - 1}" if page > 1 else "",
        "next": f"{address}?page={page + 1}" if more else "",
    }
    return render(request, "records/documents.html", context, status=UNPROCESSABLE if form.errors else 200)


@require_POST
@patient_page(section="documents", needs="contact")
def upload(request: SignedIn, chart: Chart) -> HttpResponse:
    """The same, from the page's own script: the body is the file and nothing else, sealed as it arrives, a chunk at a time. What it is
    called comes in headers, which nobody writes down."""
    _require_one(chart)
    form = documents_forms.Sent({name: unquote(request.headers.get(f"Serment-{name.replace('_', '-')}", "")) for name in TOLD})
    if form.is_valid():
        typed = form.cleaned_data
        if acts.is_done(form, lambda: _keep(chart, Body(request), typed)):
            undo = reverse("document_strike_out", args=[chart.patient, typed["token"]]) if chart.has_care else ""
            return JsonResponse({"address": _after(chart, typed["token"]), "undo": undo})
    fields = {name: [str(error) for error in found] for name, found in form.errors.items()}
    return JsonResponse({"fields": fields}, status=UNPROCESSABLE)


def _require_one(chart: Chart) -> None:
    """Raises Denied (`role`) for who may neither read nor file documents of care."""
    if not chart.has_care and not chart.permit.may_file("care"):
        raise errors.Denied("role", field="care")


def _keep(chart: Chart, source: Source, typed: dict[str, Any]) -> None:
    act = services.store if chart.has_care else services.file
    now = clock.now()
    act(permit=chart.permit, source=source, now=now, stay=chart.stay.id if chart.stay else None, **typed)
    if not chart.has_care and category(typed["category"]).is_result:
        # Somebody who may not read it files what a physician must have seen.
        kind = {LABORATORY: "laboratory", IMAGING: "imaging"}.get(typed["category"], "document")
        seeing.arrived(patient=chart.patient, entry=typed["token"], kind=kind, now=now, author=chart.permit.who.account)


def _after(chart: Chart, token: UUID) -> str:
    """The document itself for who reads it; for who filed it blind, the form again."""
    if chart.has_care:
        return reverse("document", args=[chart.patient, token])
    return f"{reverse('documents', args=[chart.patient])}?done=document-filed"


class Body:
    """The body of a request as a stream: a caller that goes away is not an empty file."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._left = int(request.META.get("CONTENT_LENGTH") or 0)

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes. Raises Invalid (`document_cut`) when the sender stops before the length it told."""
        piece: bytes = self._request.read(min(size, self._left) if size >= 0 else self._left) if self._left else b""
        if self._left and not piece:
            raise errors.Invalid("document_cut", field="file")
        self._left -= len(piece)
        return piece


def _is_too_large(request: SignedIn) -> bool:
    """A file above the limit is not even received: the upload handler would have to put it on a disk, in clear."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


@require_GET
@patient_page(section="documents", needs="care")
def document(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """One document, shown in the page."""
    found = queries.get(permit=chart.permit, document=entry)
    context: dict[str, object] = {
        "chart": chart, "document": found, "sheets": _sheets(chart, found), "panels": results.panels_of(chart, entry),
        **third_parties.shown(request, chart, entry), **results.seeing(request, seen.state_of(permit=chart.permit, entry=entry), entry),
    }  # fmt: skip
    if letter := letters.get(permit=chart.permit, letter=entry):
        context |= {
            "letter": letter, "addenda": letters.addenda(permit=chart.permit, letter=entry),
            "delivery": letters_forms.Delivery(initial={"version": letter.version, "to": letter.addressee.split("\n")[0]}),
        }  # fmt: skip
    return render(request, "records/document.html", context)


def _sheets(chart: Chart, found: Document) -> range:
    """The sheets of a scan that the page shows one by one."""
    if found.media_type != "image/tiff":
        return range(0)
    _, chunks = queries.open_content(permit=chart.permit, document=found.written.entry)
    return range(sheets.count(chunks))


@require_GET
@patient_page(section="documents", needs="care")
def sheet(request: SignedIn, chart: Chart, entry: UUID, number: int) -> HttpResponse:
    """One sheet of a scan that browsers do not show (TIFF), as PNG, made in memory by a confined child."""
    found, chunks = queries.open_content(permit=chart.permit, document=entry)
    if found.media_type != "image/tiff":
        raise errors.NotFound("no_entry")
    return HttpResponse(sheets.sheet(chunks, number), content_type="image/png")


@require_GET
@patient_page(section="documents", needs="care")
def content(request: SignedIn, chart: Chart, entry: UUID) -> StreamingHttpResponse:
    """The file itself, unsealed a chunk at a time. Raises before the first byte when it does not open."""
    asked = request.GET.get("file", "0")
    rank = int(asked) if asked.isdecimal() and len(asked) < 3 else 0
    found, chunks = queries.open_content(permit=chart.permit, document=entry, rank=rank)
    first = next(iter(chunks), b"")
    media_type = f"{found.media_type}; charset=utf-8" if found.media_type == "text/plain" else found.media_type
    response = StreamingHttpResponse(chain([first], chunks), content_type=media_type)
    name = found.title.replace("/", " ")[:100] + SUFFIXES.get(found.media_type, "")
    # What a sender sent besides, and the original of what was cleaned, is never shown here.
    as_attachment = request.GET.get("as") == "attachment" or rank > 0 or found.media_type not in SHOWN
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment, name) or "attachment"
    response.headers["Content-Security-Policy"] = PDF_POLICY if found.media_type == rules.PDF and not as_attachment else CONTENT_POLICY
    response.headers["Content-Length"] = str(found.size)
    return response


@require_http_methods(["GET", "POST"])
@patient_page(section="documents", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A document filed in error."""
    return striking.answer(request, chart, entry, striking.Act(service=services.strike_out, back="documents", entry_name="document"))
