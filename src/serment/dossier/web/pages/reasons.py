"""Why somebody is here: the reason of the stay, and what they complain of."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from serment.dossier.kernel import clock, errors
from serment.dossier.records.conditions import codes
from serment.dossier.records.conditions import queries as conditions
from serment.dossier.records.conditions import services as symptoms
from serment.dossier.records.reasons import queries, services
from serment.dossier.web import acts, forms, reasons_forms
from serment.dossier.web.http import UNPROCESSABLE, SignedIn, go
from serment.dossier.web.pages import striking
from serment.dossier.web.patient import Chart, patient_page


@require_http_methods(["GET", "POST"])
@patient_page(section="reason", needs="care")
def reason(request: SignedIn, chart: Chart) -> HttpResponse:
    """The page, and the reason of the stay under way, written or corrected."""
    form = reasons_forms.Reason(request.POST or None, initial=_initial(chart))
    if request.method == "POST" and form.is_valid() and acts.is_done(form, lambda: _tell(chart, form)):
        return go(request, reverse("reason", args=[chart.patient]), done="reason-told")
    return _page(request, chart, reason_form=form)


@require_POST
@patient_page(section="reason", needs="care")
def symptom(request: SignedIn, chart: Chart) -> HttpResponse:
    """Another symptom."""
    form = reasons_forms.Symptom(request.POST)
    if form.is_valid() and acts.is_done(form, lambda: _record(chart, form)):
        return go(request, reverse("reason", args=[chart.patient]), done="symptom-added")
    return _page(request, chart, form=form)


@require_POST
@patient_page(section="reason", needs="care")
def resolve(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A symptom is gone."""
    form = forms.Version(request.POST)
    if form.is_valid():
        symptoms.resolve(permit=chart.permit, condition=entry, version=form.cleaned_data["version"], now=clock.now())
    return go(request, reverse("reason", args=[chart.patient]), done="symptom-gone")


@require_http_methods(["GET", "POST"])
@patient_page(section="reason", needs="care")
def strike_out(request: SignedIn, chart: Chart, entry: UUID) -> HttpResponse:
    """A symptom written in error."""
    return striking.answer(request, chart, entry, striking.Act(service=symptoms.strike_out, back="reason", entry_name="condition"))


def _initial(chart: Chart) -> dict[str, object]:
    told = queries.told(permit=chart.permit, stay=chart.stay.id) if chart.stay else None
    return {"text": told.text, "version": told.written.version} if told else {}


def _tell(chart: Chart, form: reasons_forms.Reason) -> None:
    if chart.stay is None:
        raise errors.Invalid("no_stay", field="text")
    services.tell(permit=chart.permit, stay=chart.stay.id, now=clock.now(), **form.cleaned_data)


def _record(chart: Chart, form: reasons_forms.Symptom) -> None:
    stay = chart.stay.id if chart.stay else None
    symptoms.record_symptom(permit=chart.permit, now=clock.now(), stay=stay, **form.cleaned_data)


def _page(
    request: SignedIn, chart: Chart, *, form: reasons_forms.Symptom | None = None, reason_form: reasons_forms.Reason | None = None
) -> HttpResponse:
    found = conditions.symptoms(permit=chart.permit)
    context = {
        "chart": chart,
        "reason": queries.told(permit=chart.permit, stay=chart.stay.id) if chart.stay else None,
        "reason_form": reason_form or reasons_forms.Reason(initial=_initial(chart)),
        "form": form or reasons_forms.Symptom(),
        "present": [one for one in found if one.is_present],
        "gone": [one for one in found if not one.is_present],
        "codes": codes.find(form["label"].value() or "") if form is not None else (),
    }
    wrong = any(one is not None and one.errors for one in (form, reason_form))
    return render(request, "records/reason.html", context, status=UNPROCESSABLE if wrong else 200)
