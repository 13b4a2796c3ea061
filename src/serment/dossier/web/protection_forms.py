"""The form that puts a name under its own rule."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.web import chart_words
from serment.dossier.web.forms import Form, choices


class Protection(Form):
    kind = forms.ChoiceField(
        label=_("Pourquoi"), choices=lambda: choices(chart_words.PROTECTIONS, empty=gettext("ne plus protéger")), required=False
    )
    pseudonym = forms.CharField(
        label=_("Nom montré à sa place"), max_length=40, required=False, help_text=_("Vide : ses initiales. Jamais un nom qu’on devine."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("Motif"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}), help_text=_("Chiffré avec le dossier, et journalisé.")
    )
