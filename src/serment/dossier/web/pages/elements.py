"""Everything a record holds, by FHIR type: what other pages show in their own way, and what no page knows yet."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from serment.dossier.records.entries import masking, rules
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries.types import written
from serment.dossier.records.notes import queries as notes
from serment.dossier.web import telling, words
from serment.dossier.web.http import SignedIn
from serment.dossier.web.patient import Chart, patient_page

PAGE = 50


@require_GET
@patient_page(section="elements")
def elements(request: SignedIn, chart: Chart) -> HttpResponse:
    """The types with their counts; of one of them, a page of its entries. Decrypts what it shows and nothing else."""
    counts = entries.counts(permit=chart.permit)
    kinds = sorted(((str(words.TYPES.get(kind, kind)), kind, count) for kind, count in counts.items()), key=lambda one: one[0].casefold())
    chosen = request.GET.get("type", "")
    chosen = chosen if chosen in counts else ""
    number = request.GET.get("page", "1")
    page = max(1, int(number)) if number.isdecimal() and len(number) < 6 else 1
    found, more = entries.newest(permit=chart.permit, kind=chosen, page=page, count=PAGE) if chosen else ([], False)
    context = {
        "chart": chart,
        "kinds": kinds,
        "chosen": chosen,
        "lines": [telling.told(chart.patient, entry) for entry in found],
        "back": _address(chart, chosen, page - 1) if page > 1 else "",
        "next": _address(chart, chosen, page + 1) if more else "",
    }
    return render(request, "records/elements.html", context)


@require_GET
@patient_page(section="elements")
def element(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """One entry: what it says, then member by member in the words of its standard."""
    found = entries.latest(permit=chart.permit, entry=entry)
    context = {
        "chart": chart,
        "entry": found,
        "line": telling.told(chart.patient, found),
        "sections": notes.sections(found) if found.kind == "Composition" else (),
        "members": list(rules.members(found.resource)),
        "may_mask": found.kind in masking.KINDS and not found.is_struck_out,
        "entry_written": written(found, ""),
        "back": _address(chart, found.kind),
    }
    return render(request, "records/element.html", context)


def _address(chart: Chart, kind: str, page: int = 1) -> str:
    """A page of a type."""
    return f"{reverse('elements', args=[chart.patient])}?{urlencode({'type': kind, 'page': page})}"
