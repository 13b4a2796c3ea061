"""The forms of letters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from serment.dossier.records.correspondents.types import Correspondent
from serment.dossier.records.letters.kinds import Kind
from serment.dossier.web import letters_words, words
from serment.dossier.web.forms import Form, Tokened, Version

OTHER, PATIENT = "other", "patient"


class Letter(Tokened):
    """A letter of one kind: whom it is for, its subject, its fields. `saved_at` is when what it begins with was kept."""

    title = forms.CharField(label=_("Objet"), max_length=160)

    def __init__(
        self, kind: Kind, addressees: Iterable[Correspondent], *arguments: Any, saved_at: datetime | None = None, **named: Any
    ) -> None:
        super().__init__(*arguments, **named)
        self.kind, self.saved_at = kind, saved_at
        self.fields["title"].initial = kind.title
        if kind.has_addressee:
            self.fields["addressee"] = forms.ChoiceField(label=_("Destinataire"), choices=_addressees(addressees))
            self.fields["other"] = forms.CharField(
                label=_("Autre destinataire : nom, puis adresse"), max_length=630, required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )  # fmt: skip
        for field in kind.fields:
            widget = forms.TextInput() if field.rows == 1 else forms.Textarea(attrs={"rows": field.rows})
            self.fields[field.code] = forms.CharField(
                label=field.label, help_text=field.hint, max_length=20_000, required=field.is_required, widget=widget,
                error_messages={"required": str(words.FIELD_ERRORS["text_missing"])},
            )  # fmt: skip

    @property
    def written(self) -> list[forms.BoundField]:
        return [self[field.code] for field in self.kind.fields]

    @property
    def given(self) -> dict[str, str]:
        return {field.code: self.cleaned_data.get(field.code, "") for field in self.kind.fields}

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Every field as it came, for the page that asks for the signature."""
        return [(name, str(self.data.get(name, ""))) for name in self.fields]


def _addressees(found: Iterable[Correspondent]) -> list[tuple[str, words.Word]]:
    known: list[tuple[str, words.Word]] = [
        (str(one.written.entry), f"{one.name} · {words.CORRESPONDENTS.get(one.role, one.role)}") for one in found
    ]
    return [*known, (PATIENT, _("Le patient lui-même")), (OTHER, _("Quelqu’un d’autre…"))]


class Touch(Form):
    """What the page that was looked at sends with the letter: what the passkey was asked for, and its answer."""

    salt = forms.RegexField(r"\A[0-9a-f]{32}\Z")
    subject = forms.UUIDField()
    ceremony = forms.CharField(max_length=100, required=False)
    credential = forms.CharField(max_length=16_000, required=False)


class Delivery(Version):
    """To whom a signed letter went, and how."""

    to = forms.CharField(label=_("À qui"), max_length=120)
    how = forms.ChoiceField(label=_("Comment"), choices=lambda: list(letters_words.HOW.items()))
