"""The forms of the register of patients' requests."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.kernel import clock, errors, ids
from serment.dossier.rights.types import Asked
from serment.dossier.web import rights_words
from serment.dossier.web.forms import Form, Tokened

DATES = ["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y"]


def _date(label: Any, *, required: bool = False) -> forms.DateField:
    widget = forms.DateInput(attrs={"inputmode": "numeric", "placeholder": _("jj/mm/aaaa"), "autocomplete": "off"})
    return forms.DateField(label=label, input_formats=DATES, required=required, widget=widget)


class _Form(Form):
    def refuse(self, refused: errors.Refused) -> None:
        """With the sentences of the register first."""
        if isinstance(refused, errors.Invalid) and refused.code in rights_words.FIELD_ERRORS:
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(rights_words.FIELD_ERRORS[refused.code]))
        else:
            super().refuse(refused)


class Register(_Form, Tokened):
    """One request, as it came."""

    kind = forms.ChoiceField(
        label=_("Ce qui est demandé"), choices=lambda: [*rights_words.KINDS.items()], widget=forms.RadioSelect, initial="access"
    )
    quality = forms.ChoiceField(label=_("Qui demande"), choices=lambda: [*rights_words.QUALITIES.items()])
    requester = forms.CharField(label=_("Nom et prénom du demandeur"), max_length=200)
    motive = forms.ChoiceField(
        label=_("Motif de l’ayant droit"), choices=lambda: [("", gettext("sans objet")), *rights_words.MOTIVES.items()], required=False
    )
    minor_opposes = forms.BooleanField(label=_("Le mineur s’oppose à ce que ses parents le lisent"), required=False)
    channel = forms.ChoiceField(label=_("Arrivée par"), choices=lambda: [*rights_words.CHANNELS.items()])
    received_on = _date(_("Reçue le"), required=True)
    is_old = forms.BooleanField(label=_("Les informations datent de plus de cinq ans : deux mois au lieu de huit jours"), required=False)
    scope = forms.ChoiceField(label=_("De quoi"), choices=lambda: [*rights_words.SCOPES.items()], widget=forms.RadioSelect, initial="whole")
    since = _date(_("Du"))
    until = _date(_("au"))
    stay = forms.ChoiceField(label=_("Séjour"), required=False)
    parts = forms.MultipleChoiceField(
        label=_("Parties"), choices=lambda: [*rights_words.PARTS.items()], required=False, widget=forms.CheckboxSelectMultiple
    )
    words = forms.CharField(label=_("Dans ses mots"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    reply_to = forms.CharField(
        label=_("Où répondre"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Adresse ou téléphone. Le mot de passe y sera donné à part."),
    )  # fmt: skip

    def __init__(self, *arguments: Any, stays: list[tuple[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.offer("stay", [("", gettext("aucun")), *stays])

    def asked(self, now: datetime) -> Asked:
        """What was typed. Of a past day whose hour nobody noted, the time of reflection counts from its end: never less than the law's."""
        typed = self.cleaned_data
        day = typed["received_on"]
        received = now if day == clock.today(now) else datetime.combine(day, time(23, 59), tzinfo=clock.PARIS)
        return Asked(
            kind=typed["kind"], quality=typed["quality"], requester=typed["requester"], channel=typed["channel"], received_at=received,
            is_old=typed["is_old"], scope=typed["scope"], since=typed["since"], until=typed["until"], stay=ids.parsed(typed["stay"]),
            parts=tuple(typed["parts"]), motive=typed["motive"], words=typed["words"], reply_to=typed["reply_to"],
            minor_opposes=typed["minor_opposes"],
        )  # fmt: skip


class Take(_Form):
    """One step further. `version` is the one that the page showed; the button pressed says which step."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    step = forms.ChoiceField(choices=lambda: [*rights_words.STEPS.items()])
    means = forms.ChoiceField(
        label=_("Identité et qualité vérifiées par"),
        choices=lambda: [("", gettext("pas encore")), *rights_words.MEANS.items()],
        required=False,
    )
    words = forms.CharField(label=_("À noter"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3}))


class Withhold(Tokened):
    """Keep one entry out of copies."""

    entry = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.ChoiceField(label=_("Retirer parce que"), choices=lambda: [*rights_words.WITHHELD.items()])


class LetIn(Form):
    """Let an entry into copies again."""

    mark = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
