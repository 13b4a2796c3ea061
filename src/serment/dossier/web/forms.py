"""The forms. Each carries a random token: the same form sent twice writes once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from serment.dossier.kernel import errors
from serment.dossier.records.notes.kinds import Kind
from serment.dossier.records.observations.measures import MEASURES
from serment.dossier.records.observations.scales import TOTAL, Scale
from serment.dossier.web import formats, rights_words, words


def choices(table: Mapping[str, words.Word], *, empty: words.Word | None = None) -> list[tuple[str, words.Word]]:
    """A table of words as the choices of a field, `empty` first for none of them."""
    return [*([("", empty)] if empty is not None else []), *table.items()]


class Form(forms.Form):
    """`refuse` shows what a service refused beside its field: the sentence is the page's, the code the service's."""

    use_required_attribute = True

    def __init__(self, *arguments: Any, **named: Any) -> None:
        named.setdefault("label_suffix", "")
        super().__init__(*arguments, **named)
        for field in self.fields.values():
            field.error_messages["required"] = str(words.FIELD_ERRORS["text_missing"])
            field.error_messages["invalid_choice"] = str(words.FIELD_ERRORS["choice_unknown"])
            field.error_messages["invalid"] = str(words.FIELD_ERRORS["malformed"])

    def offer(self, name: str, choices: Iterable[Any]) -> None:
        """What a field lets choose, when it is only known for whom the form is."""
        cast(forms.ChoiceField, self.fields[name]).choices = list(choices)

    def refuse(self, refused: errors.Refused) -> None:
        """Put a refusal beside its field, or above the form. Raises it again when it is not about what was typed."""
        if isinstance(refused, errors.Conflict) and refused.code in words.CONFLICTS:
            self.add_error(None, str(words.CONFLICTS[refused.code]))
        elif isinstance(refused, errors.Invalid):
            field = refused.field if refused.field in self.fields else None
            self.add_error(field, str(words.FIELD_ERRORS.get(refused.code, words.FIELD_ERRORS["malformed"])))
        else:
            raise refused


class Tokened(Form):
    """A form that creates something."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class Note(Tokened):
    """A note of one kind: a title, and a field under each of its headings. `saved_at` is when what it begins with was kept."""

    title = forms.CharField(max_length=120)
    protected = forms.BooleanField(label=_("Note protégée (psychiatrie, addictologie) : le médecin traitant seul la lira"), required=False)
    awaits = forms.BooleanField(label=_("À contresigner par un médecin"), required=False)

    third_party = forms.ChoiceField(
        label=_("Informations de tiers"), required=False,
        choices=lambda: [("", gettext("aucune")), *rights_words.THIRD_PARTIES.items()],
    )  # fmt: skip

    def __init__(self, kind: Kind, *arguments: Any, saved_at: datetime | None = None, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.kind, self.saved_at = kind, saved_at
        self.fields["title"].label = kind.subject
        self.fields["title"].initial = kind.title
        for heading in kind.headings:
            self.fields[heading.code] = forms.CharField(
                label=heading.label, max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": heading.rows})
            )

    @property
    def draft(self) -> str:
        """The name under which what is typed is kept."""
        return f"note-{self.kind.code}"

    @property
    def headings(self) -> list[forms.BoundField]:
        return [self[heading.code] for heading in self.kind.headings]

    @property
    def typed(self) -> dict[str, str]:
        return {heading.code: self.cleaned_data.get(heading.code, "") for heading in self.kind.headings}


class Addendum(Tokened):
    text = forms.CharField(label=_("Complément"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 4}))
    closes = forms.BooleanField(label=_("Ce sont les résultats : la cible est close"), required=False)


class Vitals(Tokened):
    """One set of vital signs. A value that is not plausible is asked again with a box to confirm it."""

    time = forms.CharField(label=_("Heure"), max_length=8, required=False, widget=forms.TextInput(attrs={"placeholder": _("maintenant")}))
    shown: ClassVar[tuple[str, ...]] = tuple(MEASURES)

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.questions: list[str] = []
        for name in self.shown:
            measure = MEASURES[name]
            widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off", "size": 6})
            self.fields[name] = forms.CharField(
                label=measure.label, help_text=formats.unit(measure.unit), max_length=12, required=False, widget=widget
            )
        self.fields["level"] = forms.ChoiceField(label=_("Conscience"), choices=lambda: choices(words.LEVELS, empty=""), required=False)
        self.fields["hypercapnic"] = forms.BooleanField(label=_("Cible de SpO2 : 88 à 92 % (prescrite)"), required=False)

    @property
    def measures(self) -> list[forms.BoundField]:
        return [self[name] for name in self.shown]

    @property
    def typed(self) -> dict[str, str]:
        given = {name: str(self.cleaned_data.get(name) or "") for name in (*self.shown, "level")}
        return {**given, "hypercapnic": "yes" if self.cleaned_data.get("hypercapnic") else ""}

    @property
    def confirmed(self) -> list[str]:
        """The measures that the person confirmed when asked."""
        return [name for name in self.shown if self.data.get(f"confirm-{name}")]

    def refuse(self, refused: errors.Refused) -> None:
        if refused.code == "implausible":
            self.questions.append(refused.field)
        super().refuse(refused)


class TourLine(Vitals):
    """The same, for one line of a round: what one takes at every bed, under short names."""

    shown: ClassVar[tuple[str, ...]] = (
        "systolic", "diastolic", "pulse", "temperature", "respiration", "saturation", "oxygen", "pain",
    )  # fmt: skip

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["level"] = forms.ChoiceField(
            label=_("Conscience"), choices=lambda: choices(words.SHORT_LEVELS, empty=""), required=False
        )

    @property
    def columns(self) -> list[tuple[str, str, forms.BoundField]]:
        """Each field with its short name and its unit."""
        return [(MEASURES[name].short, formats.unit(MEASURES[name].unit), self[name]) for name in self.shown]


class Scored(Tokened):
    """The questions of a scored scale."""

    def __init__(self, scale: Scale, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        for item in scale.items:
            self.fields[item.code] = forms.ChoiceField(
                label=item.label, choices=[(str(points), f"{label} ({points})") for points, label in item.answers], widget=forms.RadioSelect
            )
        if not scale.items:
            self.fields[TOTAL] = forms.CharField(
                label=_("Total"), max_length=3, widget=forms.TextInput(attrs={"inputmode": "numeric"}),
                help_text=_("De %(least)s à %(most)s.") % {"least": scale.least, "most": scale.most},
            )  # fmt: skip
        self.asked = [item.code for item in scale.items] or [TOTAL]

    @property
    def items(self) -> list[forms.BoundField]:
        return [self[name] for name in self.asked]

    @property
    def answers(self) -> dict[str, str]:
        return {name: str(self.cleaned_data.get(name, "")) for name in self.asked}


class Problem(Tokened):
    """A problem under way, a history, or what a relative had. The code is one of those proposed, or none."""

    sort = forms.ChoiceField(label=_("Sorte"), choices=lambda: choices(words.PROBLEM_SORTS), widget=forms.RadioSelect, initial="active")
    label = forms.CharField(label=_("En mots, ou un code CIM-10"), max_length=200)
    code = forms.CharField(max_length=8, required=False)
    onset = forms.RegexField(
        r"^(?:(?:[0-3]?[0-9]/)?[01]?[0-9]/)?[0-9]{4}$", label=_("Depuis (année, mois/année ou date)"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": _("2019, 03/2019 ou 12/03/2019")}),
    )  # fmt: skip
    relation = forms.CharField(label=_("Parent concerné (antécédent familial)"), max_length=60, required=False)

    def clean_onset(self) -> str:
        """As FHIR writes it: from the year down."""
        return "-".join(part.zfill(2) for part in reversed(self.cleaned_data["onset"].split("/"))) if self.cleaned_data["onset"] else ""


class Search(Form):
    words = forms.CharField(label=_("Mots cherchés"), max_length=100, widget=forms.SearchInput(attrs={"autofocus": True}))


class Version(Form):
    """The version that the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class StrikeOut(Version):
    """Whoever was faster is not overwritten."""

    reason = forms.CharField(label=_("Motif"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class BreakGlass(Form):
    reason = forms.ChoiceField(label=_("Motif"), choices=lambda: choices(words.BREAK_GLASS_REASONS), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("En quelques mots (facultatif)"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Chiffré avec le dossier. Le patient pourra le lire."),
    )  # fmt: skip


class Advice(Form):
    rpps = forms.RegexField(
        r"^[0-9 ]{11,16}$", label=_("RPPS du confrère"), widget=forms.TextInput(attrs={"inputmode": "numeric", "autofocus": True}),
        help_text=_("Onze chiffres. Il pourra ouvrir ce dossier pendant sept jours ; le patient le verra."),
    )  # fmt: skip


class Traits(Form):
    """The four traits, all of them: never a prefix, never a list."""

    birth_name = forms.CharField(
        label=_("Nom de naissance"), max_length=100, widget=forms.TextInput(attrs={"autofocus": True, "spellcheck": "false"})
    )
    first_given_name = forms.CharField(label=_("Premier prénom"), max_length=100)
    birth_date = forms.DateField(
        label=_("Date de naissance"), input_formats=["%d/%m/%Y", "%d%m%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%d %m %Y"],
        widget=forms.DateInput(attrs={"inputmode": "numeric", "placeholder": _("jj/mm/aaaa"), "autocomplete": "off"}),
    )  # fmt: skip
    sex = forms.ChoiceField(label=_("Sexe"), choices=lambda: [("F", gettext("Femme")), ("M", gettext("Homme"))], widget=forms.RadioSelect)


class Number(Form):
    """An INS or a number of the establishment: which one shows by its length."""

    number = forms.CharField(label=_("INS ou numéro de l’établissement (IPP)"), max_length=40, widget=forms.TextInput())


class Contain(Form):
    account = forms.UUIDField(widget=forms.HiddenInput)
