"""Documents: files sealed in the record, seen here and nowhere else."""

from __future__ import annotations

from itertools import chain
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from serment.dossier.kernel import clock
from serment.dossier.records.documents import queries, services
from serment.dossier.web import acts, forms, words
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page

# The browser's own viewer of PDF draws with styles of its own; a document still runs nothing and asks nobody.
CONTENT_POLICY = "default-src 'none'; img-src 'self' data:; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png", "text/plain": ".txt"}


@require_http_methods(["GET", "POST"])
@patient_page(section="documents", needs="care")
def documents(request: SignedIn, chart: Chart) -> HttpResponse:
    """The documents, newest first, and the form to add one."""
    form = forms.Document(request.POST, request.FILES) if request.method == "POST" else forms.Document()
    if request.method == "POST" and "file" not in request.FILES and _is_too_large(request):
        form.add_error("file", str(words.FIELD_ERRORS["document_too_large"]))
    if request.method == "POST" and form.is_valid():
        typed = {name: value for name, value in form.cleaned_data.items() if name != "file"}
        source = form.cleaned_data["file"].file
        stay = chart.stay.id if chart.stay else None
        if acts.is_done(form, lambda: services.store(permit=chart.permit, source=source, now=clock.now(), stay=stay, **typed)):
            return go(request, reverse("documents", args=[chart.patient]), done="document-added")
    context = {"chart": chart, "form": form, "documents": queries.active_for(permit=chart.permit)}
    return render(request, "records/documents.html", context, status=UNPROCESSABLE if form.errors else 200)


def _is_too_large(request: SignedIn) -> bool:
    """A file above the limit is not even received: the upload handler would have to put it on a disk, in clear."""
    return int(request.META.get("CONTENT_LENGTH") or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE


@require_GET
@patient_page(section="documents", needs="care")
def document(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """One document, shown in the page."""
    found = queries.get(permit=chart.permit, document=entry)
    return render(request, "records/document.html", {"chart": chart, "document": found})


@require_GET
@patient_page(section="documents", needs="care")
def content(request: SignedIn, chart: Chart, entry: UUID) -> StreamingHttpResponse:
    """The file itself, unsealed a chunk at a time. Raises before the first byte when it does not open."""
    found, chunks = queries.open_content(permit=chart.permit, document=entry)
    first = next(iter(chunks), b"")
    media_type = f"{found.media_type}; charset=utf-8" if found.media_type == "text/plain" else found.media_type
    response = StreamingHttpResponse(chain([first], chunks), content_type=media_type)
    name = found.title.replace("/", " ")[:100] + SUFFIXES.get(found.media_type, "")
    as_attachment = request.GET.get("as") == "attachment" or found.media_type not in SUFFIXES
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment, name) or "attachment"
    response.headers["Content-Security-Policy"] = CONTENT_POLICY
    response.headers["Content-Length"] = str(found.size)
    return response


@require_http_methods(["GET", "POST"])
@patient_page(section="documents", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A document filed in error."""
    return striking.answer(request, chart, entry, striking.Act(service=services.strike_out, back="documents", entry_name="document"))
