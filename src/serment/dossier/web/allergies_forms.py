"""The forms of allergies."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.records.allergies import rules
from serment.dossier.records.allergies import types as told
from serment.dossier.web import chart_words, formats, words
from serment.dossier.web.fields import PartialDate
from serment.dossier.web.forms import Form, Tokened, Version, choices

KEEP, NEVER = "keep", ""


class Told(Form):
    """What is known of one allergy. The code is one of those proposed, or none. `planned` is when it was to be asked again."""

    substance = forms.CharField(label=_("Substance, classe ou aliment, en mots"), max_length=200)
    code = forms.CharField(max_length=60, required=False)
    sort = forms.ChoiceField(
        label=_("Sorte"), choices=lambda: choices(chart_words.ALLERGY_SORTS), widget=forms.RadioSelect, initial="allergy"
    )
    certainty = forms.ChoiceField(
        label=_("Certitude"), choices=lambda: choices(words.CERTAINTIES), widget=forms.RadioSelect, initial="confirmed"
    )
    reaction = forms.CharField(label=_("Réaction observée"), max_length=500, required=False)
    severity = forms.ChoiceField(label=_("Gravité"), choices=lambda: choices(words.SEVERITIES, empty=gettext("inconnue")), required=False)
    category = forms.ChoiceField(
        label=_("Nature"), choices=lambda: choices(words.CATEGORIES, empty=gettext("non précisée")), required=False
    )
    onset = PartialDate(label=_("Depuis (année, mois/année ou date)"), required=False)
    source = forms.ChoiceField(
        label=_("Dit par"), choices=lambda: choices(chart_words.ALLERGY_SOURCES, empty=gettext("non précisé")), required=False
    )
    source_name = forms.CharField(label=_("Qui, ou quel document"), max_length=120, required=False)
    review = forms.ChoiceField(label=_("À redemander"), required=False)

    def __init__(self, *arguments: Any, planned: date | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.planned = planned
        kept = [(KEEP, gettext("le %(day)s, comme prévu") % {"day": formats.day(planned)})] if planned else []
        self.offer("review", [*kept, *choices(chart_words.REVIEWS), (NEVER, gettext("ne pas prévoir"))])
        self.fields["review"].initial = KEEP if planned else str(rules.REVIEW_MONTHS_DEFAULT)

    def told(self, *, today: date) -> told.Told:
        """What was typed, for the service."""
        typed = {name: self.cleaned_data[name] for name in _SAME}
        return told.Told(**typed, review_on=self._review_on(today))

    def _review_on(self, today: date) -> date | None:
        wanted = self.cleaned_data["review"]
        if wanted == KEEP:
            # A day that has passed is a question, not an answer: it is put off by a year.
            planned = self.planned if self.planned and self.planned > today else None
            return planned or rules.in_months(rules.REVIEW_MONTHS_DEFAULT, today=today)
        return rules.in_months(int(wanted), today=today) if wanted else None


_SAME = ("substance", "code", "sort", "certainty", "reaction", "severity", "category", "onset", "source", "source_name")


class Allergy(Tokened, Told):
    """Another allergy."""


class Correction(Version, Told):
    """What is known now of one that is written already."""


def initial(one: told.Allergy) -> dict[str, object]:
    """What a correction begins with."""
    return {name: getattr(one, name) for name in _SAME if name != "sort"} | {"sort": one.sort or "allergy", "version": one.written.version}


class Review(Version):
    """Somebody asked again."""

    months = forms.ChoiceField(choices=lambda: choices(chart_words.REVIEWS), required=False)

    def next_on(self, *, today: date) -> date:
        """When to ask next: in a year unless another time is chosen."""
        return rules.in_months(int(self.cleaned_data["months"] or rules.REVIEW_MONTHS_DEFAULT), today=today)


class DeclareNone(Tokened):
    """Somebody asked, and no allergy is known."""
