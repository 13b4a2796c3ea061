"""The forms of proposals: which terms each kind asks for, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from serment.dossier.kernel import ids
from serment.dossier.organisations import queries as organisations
from serment.dossier.web import formats, officers_words, words
from serment.dossier.web.forms import Form
from serment.wire import four_eyes as wire
from serment.wire.four_eyes import Directory

POWERS = ("administrator", "security_officer", "data_protection_officer")
MACHINES = ("interface", "application", "mailer")
SCOPES: tuple[tuple[str, words.Word], ...] = (
    ("identity", _("L’identité")),
    ("identity contact", _("L’identité et les coordonnées")),
    ("identity care", _("L’identité et le dossier de soins")),
    ("identity contact care", _("L’identité, les coordonnées et le dossier de soins")),
)

Choices = Callable[[Directory], list[tuple[str, words.Word]]]


def _roles(names: tuple[str, ...]) -> list[tuple[str, words.Word]]:
    return [(name, words.ROLES[name]) for name in names]


def _people(directory: Directory) -> list[tuple[str, words.Word]]:
    return [(str(one.account), f"{one.label}, {one.profession}") for one in directory.members]


def _contained(directory: Directory) -> list[tuple[str, words.Word]]:
    return [(str(one.account), f"{one.label}, {one.profession}") for one in directory.members if one.contained]


def _applications(directory: Directory) -> list[tuple[str, words.Word]]:
    return [(str(one.account), one.label) for one in directory.members if one.role == "application"]


def _units(directory: Directory) -> list[tuple[str, words.Word]]:
    return [(str(one.unit), one.label) for one in directory.units]


def _establishments(directory: Directory) -> list[tuple[str, words.Word]]:
    """By name where the record knows it, else by the units that are there."""
    named = {str(one.id): one.name for one in organisations.establishments()}
    labels: dict[str, list[str]] = {}
    for one in directory.units:
        if one.establishment is not None:
            labels.setdefault(str(one.establishment), []).append(one.label)
    return [(id, named.get(id, ", ".join(labels.get(id, [])[:3]))) for id in dict.fromkeys([*named, *labels])]


def _limits(directory: Directory) -> list[tuple[str, words.Word]]:
    return [(one.name, f"{one.name} = {one.value}") for one in directory.limits]


def text(label: Any, *, required: bool = True) -> forms.Field:
    return forms.CharField(label=label, max_length=100, required=required)


def number(label: Any) -> forms.Field:
    return forms.IntegerField(label=label, min_value=0)


def instant(label: Any) -> forms.Field:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, required=False, widget=widget)


def choice(label: Any, choices: list[tuple[str, words.Word]], *, required: bool = True) -> forms.Field:
    offered = choices if required else [("", "—"), *choices]
    return forms.ChoiceField(label=label, choices=offered, required=required)


def fields(kind: str, directory: Directory) -> dict[str, forms.Field]:
    """The terms of a kind, in the order in which one thinks of them."""
    staff = tuple(role for role in words.ROLES if role not in (*POWERS, *MACHINES))
    person = {"subject": choice(_("Personne"), _people(directory))}
    named = {"label": text(_("Prénom et nom")), "profession": text(_("Profession"))}
    found: dict[str, dict[str, forms.Field]] = {
        "account": {**named, "role": choice(_("Fonction"), _roles(staff)), "rpps": text(_("RPPS, s’il y en a un"), required=False)},
        "role": {**person, "role": choice(_("Fonction"), _roles(staff))},
        "assignment": {
            **person, "unit": choice(_("Unité"), _units(directory)), "since": instant(_("À partir du")), "until": instant(_("Jusqu’au")),
        },
        "administrator": {
            "subject": choice(_("Personne déjà connue"), _people(directory), required=False),
            "label": text(_("Prénom et nom"), required=False), "profession": text(_("Profession"), required=False),
            "role": choice(_("Fonction"), _roles(POWERS)),
        },
        "unit": {
            "label": text(_("Nom de l’unité")), "code": text(_("Code de l’unité dans vos messages"), required=False),
            "unit_kind": choice(_("Activité"), list(officers_words.UNIT_KINDS.items())),
            "establishment": choice(_("Établissement"), _establishments(directory), required=False),
            "establishment_name": text(_("Ou nouvel établissement : son nom"), required=False),
            "finess": text(_("Son numéro FINESS"), required=False),
            "establishment_kind": choice(_("Ce qu’il est"), list(officers_words.ESTABLISHMENT_KINDS.items()), required=False),
        },
        "limits": {"name": choice(_("Limite"), _limits(directory)), "value": number(_("Nouvelle valeur"))},
        "release": {"subject": choice(_("Compte suspendu"), _contained(directory))},
        "client": {
            "subject": choice(_("Application déjà raccordée, pour changer sa clé"), _applications(directory), required=False),
            "label": text(_("Nom de l’application"), required=False),
            "scopes": choice(_("Ce qu’elle lit"), list(SCOPES)),
            "key": forms.CharField(label=_("Clé publique P-256 (PEM ou JWK)"), max_length=1000, widget=forms.Textarea(attrs={"rows": 6})),
        },
        "recovery": person,
        "surge": {"establishment": choice(_("Établissement"), _establishments(directory))},
        "decoys": {"authority": text(_("FINESS de l’établissement")), "count": number(_("Nombre de leurres"))},
        "bulk_export": {**person, "records": number(_("Nombre de dossiers au plus"))},
        "shred": {"patient": text(_("Identifiant du dossier"))},
    }  # fmt: skip
    return found[kind]


def described(one: wire.Proposal, directory: Directory) -> list[tuple[words.Word, words.Word]]:
    """The terms of a proposal in the words of those who decide: names instead of identifiers, dates as people write them."""
    units = {str(unit.unit): unit.label for unit in directory.units}
    places = dict(_establishments(directory))
    of: dict[str, Mapping[str, words.Word]] = {
        "role": words.ROLES, "unit": units, "establishment": places, "unit_kind": officers_words.UNIT_KINDS, "scopes": dict(SCOPES),
        "establishment_kind": officers_words.ESTABLISHMENT_KINDS,
    }  # fmt: skip
    found: list[tuple[words.Word, words.Word]] = []
    for name in (*officers_words.TERMS, *(set(one.terms) - set(officers_words.TERMS))):
        value = one.terms.get(name, "")
        shown = (
            formats.moment(datetime.fromisoformat(value)) if name in ("since", "until") and value else of.get(name, {}).get(value, value)
        )
        # A new unit, or a new establishment, has no name yet but the one beside.
        if value and not (name in ("unit", "establishment") and shown == value):
            found.append((officers_words.TERMS.get(name, name), shown))
    return found


class Proposal(Form):
    """One proposal being written. `terms` and `subject` are what the guard receives."""

    def __init__(self, *arguments: object, kind: str, directory: Directory, **named: object) -> None:
        super().__init__(*arguments, **named)
        self.kind = kind
        self.fields.update(fields(kind, directory))
        self.fields["reason"] = forms.CharField(label=_("Motif, en quelques mots"), max_length=300)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.kind == "unit" and not cleaned.get("establishment"):
            for name in ("establishment_name", "finess"):
                if not cleaned.get(name):
                    self.add_error(name, _("Choisissez un établissement, ou donnez le nom et le FINESS d’un nouveau."))
        return cleaned

    @property
    def subject(self) -> UUID | None:
        typed = self.cleaned_data.get("subject")
        return UUID(typed) if typed else None

    @property
    def terms(self) -> dict[str, str]:
        found = {name: _written(value) for name, value in self.cleaned_data.items() if name not in ("subject", "reason") and value != ""}
        found = {name: value for name, value in found.items() if value}
        if self.kind != "unit":
            return found
        if "establishment" in found:
            found = {name: value for name, value in found.items() if name not in ("establishment_name", "finess", "establishment_kind")}
        # The number identifies an establishment: proposing it twice is proposing one.
        return {"establishment": str(ids.derived("establishment", found.get("finess", ""))), **found, "unit": str(uuid4())}


def _written(value: object) -> str:
    if isinstance(value, datetime):
        return (timezone.make_aware(value) if timezone.is_naive(value) else value).isoformat()
    return "" if value is None else str(value)
