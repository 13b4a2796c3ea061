"""The form of an establishment's letterhead."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from serment.dossier.organisations.types import EstablishmentView
from serment.dossier.web.forms import Form

# Below the name, what a window envelope leaves room for.
LINES_MAX = 4


class Letterhead(Form):
    """Where an establishment is written to and called."""

    address = forms.CharField(
        label=_("Adresse"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("Une ligne par ligne de l’en-tête."),
    )
    telephone = forms.CharField(label=_("Téléphone"), max_length=30)
    reason = forms.CharField(label=_("Motif, en quelques mots"), max_length=300)

    @classmethod
    def of(cls, establishment: EstablishmentView, data: Any = None) -> Letterhead:
        """The form as it stands now, or as it was sent."""
        standing = {"address": "\n".join(establishment.address), "telephone": establishment.telephone}
        return cls(data, initial=standing, prefix=str(establishment.id))

    def clean_address(self) -> tuple[str, ...]:
        lines = tuple(line.strip() for line in self.cleaned_data["address"].splitlines() if line.strip())
        if len(lines) > LINES_MAX:
            raise forms.ValidationError(_("Quatre lignes au plus."))
        return lines

    def terms(self, establishment: UUID) -> dict[str, str]:
        """What two people decide of."""
        told = self.cleaned_data
        return {"establishment": str(establishment), "address": "\n".join(told["address"]), "telephone": told["telephone"]}
