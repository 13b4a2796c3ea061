"""The forms of correspondents, and of how to reach the patient."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.records.correspondents.types import Address, Channel, Contact, ContactTold, Correspondent, Told
from serment.dossier.web import chart_words, words
from serment.dossier.web.fields import PartialDate
from serment.dossier.web.forms import Form, Tokened, Version, choices

PHONES, EMAILS = 3, 2
DEAD = "dead"


class _Postal(Form):
    """The parts of an address."""

    lines = forms.CharField(
        label=_("Adresse : bâtiment, rue, lieu-dit"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    postcode = forms.CharField(label=_("Code postal"), max_length=20, required=False)
    city = forms.CharField(label=_("Commune"), max_length=60, required=False)
    country = forms.CharField(label=_("Pays, s’il n’est pas la France"), max_length=60, required=False)

    @property
    def address(self) -> Address:
        typed = self.cleaned_data
        return Address(lines=tuple(typed["lines"].splitlines()), postcode=typed["postcode"], city=typed["city"], country=typed["country"])


def _initial_address(postal: Address) -> dict[str, object]:
    """What came as one text stands in the lines, to be put into its parts."""
    lines = "\n".join(postal.lines) or ("" if postal.city else postal.text)
    return {"lines": lines, "postcode": postal.postcode, "city": postal.city, "country": postal.country}


class Person(_Postal):
    """What is known of one correspondent."""

    role = forms.ChoiceField(label=_("Qui"), choices=lambda: choices(words.CORRESPONDENTS))
    name = forms.CharField(label=_("Nom"), max_length=120)
    relation = forms.CharField(label=_("Précision (fille, médecin généraliste…)"), max_length=120, required=False)
    measure = forms.ChoiceField(
        label=_("À quel titre (représentant légal)"), choices=lambda: choices(chart_words.MEASURES, empty=gettext("sans objet")),
        required=False,
    )  # fmt: skip
    rpps = forms.CharField(
        label=_("RPPS (professionnel)"), max_length=16, required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
        help_text=_("Un médecin traitant qui exerce ici pourra ouvrir ce dossier."),
    )  # fmt: skip
    phone = forms.CharField(label=_("Téléphone"), max_length=120, required=False, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    email = forms.CharField(
        label=_("Adresse électronique"), max_length=254, required=False, widget=forms.EmailInput(attrs={"inputmode": "email"})
    )
    receives = forms.MultipleChoiceField(
        label=_("Peut recevoir"), choices=lambda: choices(chart_words.RECEIVES), widget=forms.CheckboxSelectMultiple, required=False
    )

    def told(self) -> Told:
        """What was typed, for the service."""
        typed = self.cleaned_data
        same = {name: typed[name] for name in ("role", "name", "relation", "measure", "rpps", "phone", "email")}
        return Told(**same, address=self.address, receives=tuple(typed["receives"]))


class Another(Tokened, Person):
    """Another correspondent."""


class Correction(Version, Person):
    """What is known now of one who is written already."""


def initial(one: Correspondent) -> dict[str, object]:
    """What a correction begins with."""
    same = {name: getattr(one, name) for name in ("role", "name", "relation", "measure", "rpps", "phone", "email")}
    return {**same, **_initial_address(one.postal), "receives": list(one.receives), "version": one.written.version}


class End(Version):
    """Since when somebody is so no more."""

    on = forms.DateField(
        label=_("Depuis le"), input_formats=["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d"],
        widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "numeric", "placeholder": _("jj/mm/aaaa"), "autocomplete": "off"}),
    )  # fmt: skip


class Reach(Tokened, _Postal):
    """How to reach the patient. `seen` is the entry that the page began with."""

    seen = forms.UUIDField(widget=forms.HiddenInput, required=False)
    language = forms.ChoiceField(
        label=_("Langue"), choices=lambda: choices(chart_words.LANGUAGES, empty=gettext("non précisée")), required=False
    )
    life = forms.ChoiceField(
        label=_("Vie"), choices=lambda: [("", gettext("en vie")), (DEAD, gettext("décès"))], widget=forms.RadioSelect, required=False
    )
    deceased = PartialDate(label=_("Date du décès, si elle est connue"), required=False)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for system, count, label in (("phone", PHONES, _("Téléphone %(n)s")), ("email", EMAILS, _("Adresse électronique %(n)s"))):
            for n in range(1, count + 1):
                self.fields[f"{system}{n}"] = forms.CharField(label=str(label) % {"n": n}, max_length=254, required=False)
                self.fields[f"{system}{n}_verified"] = forms.BooleanField(label=_("vérifié aujourd’hui"), required=False)

    @property
    def channels(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each number or address with the box that says it was made sure of."""
        names = [f"{system}{n}" for system, count in (("phone", PHONES), ("email", EMAILS)) for n in range(1, count + 1)]
        return [(self[name], self[f"{name}_verified"]) for name in names]

    def told(self, before: Contact | None, *, today: date) -> ContactTold:
        """What was typed, for the service. A value that did not change stays verified."""
        typed = self.cleaned_data
        deceased = (typed["deceased"] or "yes") if typed["life"] == DEAD else ""
        known = {one.value: one.verified_on for one in (*before.telephones, *before.mailboxes)} if before else {}
        phones, emails = (
            tuple(
                Channel(value=value, verified_on=today if typed[f"{system}{n}_verified"] else known.get(value))
                for n in range(1, count + 1)
                if (value := typed[f"{system}{n}"])
            )
            for system, count in (("phone", PHONES), ("email", EMAILS))
        )
        return ContactTold(address=self.address, phones=phones, emails=emails, language=typed["language"], deceased=deceased)

    def refuse(self, refused: Any) -> None:
        """The numbers and the addresses are several fields: the reason stands beside the first that is filled."""
        first = {"phones": "phone1", "emails": "email1"}.get(getattr(refused, "field", ""))
        if first:
            refused.field = first
        super().refuse(refused)


def initial_reach(contact: Contact | None) -> dict[str, object]:
    """What the form begins with."""
    if contact is None:
        return {"language": "fr"}
    phones = {f"phone{n}": one.value for n, one in enumerate(contact.telephones[:PHONES], start=1)}
    emails = {f"email{n}": one.value for n, one in enumerate(contact.mailboxes[:EMAILS], start=1)}
    dead = {"life": DEAD, "deceased": contact.deceased if contact.deceased != "yes" else ""} if contact.deceased else {"life": ""}
    return {
        **_initial_address(contact.postal), **phones, **emails, **dead, "language": contact.language, "seen": contact.written.entry,
    }  # fmt: skip
