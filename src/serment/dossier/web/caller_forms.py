"""What somebody who calls and worries can say of themselves."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.web.incidents_forms import IncidentForm, instant, line

INS_DIGITS = 15
TRAITS = ("birth_name", "first_given_name", "birth_date", "sex")
DATES = ["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y"]


class Caller(IncidentForm):
    """One way of three: the four traits, a number, or the code of a letter. Nobody is found by part of a trait."""

    birth_name = line(_("Nom de naissance"), most=100)
    first_given_name = line(_("Premier prénom"), most=100)
    birth_date = forms.DateField(
        label=_("Date de naissance"), required=False, input_formats=DATES,
        widget=forms.DateInput(attrs={"inputmode": "numeric", "placeholder": _("jj/mm/aaaa"), "autocomplete": "off"}),
    )  # fmt: skip
    sex = forms.ChoiceField(
        label=_("Sexe"), required=False, choices=lambda: [("F", gettext("Femme")), ("M", gettext("Homme"))], widget=forms.RadioSelect
    )
    birth_place = line(
        _("Code INSEE du lieu de naissance"), most=5, help_text=_("Seulement si plusieurs personnes répondent à ces traits.")
    )
    number = line(_("Ou INS, ou numéro de l’établissement (IPP)"), most=40)
    code = line(_("Ou code de la lettre reçue"), most=40)
    since = instant(_("Du"))
    until = instant(_("Au"))

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        if not typed.get("number") and not typed.get("code"):
            for name in TRAITS:
                if not typed.get(name) and name not in self.errors:
                    self.add_error(name, _("Ce trait est nécessaire."))
        return typed

    @property
    def said(self) -> dict[str, Any]:
        """As the guard takes it: a number when one was said, else the traits."""
        typed = self.cleaned_data
        number = "".join(typed["number"].split())
        if number:
            return {"ins": number} if len(number) == INS_DIGITS and number[:1].isdigit() else {"number": number}
        return {name: typed[name].strip() if isinstance(typed[name], str) else typed[name] for name in (*TRAITS, "birth_place")}
