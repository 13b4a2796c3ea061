"""The forms of why somebody is here: the reason of the stay, the symptoms."""

from __future__ import annotations

import contextlib

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.records.conditions.types import SEVERITIES
from serment.dossier.web import words
from serment.dossier.web.fields import PartialDate
from serment.dossier.web.forms import Tokened, choices


class Reason(Tokened):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, initial=0)
    text = forms.CharField(label=_("Motif du séjour"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class Symptom(Tokened):
    label = forms.CharField(label=_("Symptôme, en mots ou par un code CIM-10"), max_length=200)
    code = forms.CharField(max_length=8, required=False)
    severity = forms.ChoiceField(
        label=_("Intensité"), required=False, widget=forms.RadioSelect,
        choices=lambda: choices({name: words.SEVERITIES[name] for name in SEVERITIES}, empty=gettext("non précisée")),
    )  # fmt: skip
    site = forms.CharField(label=_("Où"), max_length=120, required=False)
    since = forms.CharField(
        label=_("Depuis"), max_length=60, required=False, widget=forms.TextInput(attrs={"placeholder": _("ce matin, ou une date")})
    )
    remark = forms.CharField(label=_("Précisions"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    def clean_since(self) -> str:
        """A day as FHIR writes it when it is one, the words otherwise."""
        given = str(self.cleaned_data["since"])
        with contextlib.suppress(forms.ValidationError):
            return str(PartialDate(required=False).clean(given))
        return given
