"""The forms of documents."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.kernel import clock
from serment.dossier.records.documents.categories import CATEGORIES
from serment.dossier.web import rights_words, words
from serment.dossier.web.forms import Tokened


class Sent(Tokened):
    """What a document is: its file comes as the body of the request."""

    title = forms.CharField(label=_("Titre"), max_length=200)
    category = forms.ChoiceField(label=_("Nature"), choices=lambda: [(name, name) for name in CATEGORIES])
    dated = forms.DateField(
        label=_("Date du document"), required=False, input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d%m%Y", "%d-%m-%Y", "%d.%m.%Y"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "placeholder": _("jj/mm/aaaa"), "autocomplete": "off"}),
    )  # fmt: skip
    origin = forms.CharField(label=_("Auteur ou provenance"), max_length=120, required=False)

    third_party = forms.ChoiceField(
        label=_("Informations de tiers"), required=False, choices=lambda: [("", gettext("aucune")), *rights_words.THIRD_PARTIES.items()]
    )

    def clean_dated(self) -> date | None:
        """A paper is not of tomorrow."""
        found: date | None = self.cleaned_data["dated"]
        if found and found > clock.today(clock.now()):
            raise forms.ValidationError(str(words.FIELD_ERRORS["time_wrong"]))
        return found


class Document(Sent):
    file = forms.FileField(label=_("Fichier"), help_text=_("PDF, image JPEG, PNG ou TIFF, ou texte ; 25 Mo au plus."))


class ThirdParty(Tokened):
    """Keep a document out of the copies for the patient."""

    why = forms.ChoiceField(label=_("Informations de tiers"), choices=lambda: [*rights_words.THIRD_PARTIES.items()])

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["why"].widget.attrs["aria-label"] = self.fields["why"].label

    @property
    def told(self) -> dict[str, Any]:
        return {"token": self.cleaned_data["token"], "why": self.cleaned_data["why"]}
