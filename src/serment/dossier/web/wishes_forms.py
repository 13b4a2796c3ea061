"""The form of a consent or a wish: one answer of one topic, so that none can be given to another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from serment.dossier.records.consents.types import Told, Topic
from serment.dossier.records.documents.types import Document
from serment.dossier.web import chart_words
from serment.dossier.web.fields import PartialDate
from serment.dossier.web.forms import Tokened


class Wish(Tokened):
    """`topics` are those that the person may write; `papers` the documents that may hold what was wished."""

    answer = forms.ChoiceField(label=_("Ce que dit le patient"))
    text = forms.CharField(
        label=_("Dans ses mots, ou précisions"), max_length=4_000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    since = PartialDate(label=_("Dit ou écrit le"), required=False)
    kept_at = forms.CharField(label=_("Où le papier est gardé"), max_length=200, required=False)
    document = forms.ChoiceField(label=_("Document du dossier"), required=False)

    def __init__(self, *arguments: Any, topics: Iterable[Topic], papers: Iterable[Document] = (), **named: Any) -> None:
        super().__init__(*arguments, **named)
        # Each answer bears its topic: closed, the field shows the answer alone. None stands there by itself.
        answers = [
            (f"{topic.code}:{one}", format_lazy("{} · {}", chart_words.CONSENTS[topic.code], chart_words.DECISIONS[one]))
            for topic in topics
            for one in topic.decisions
        ]
        self.offer("answer", [("", _("à choisir")), *answers])
        known = [(str(one.written.entry), one.title) for one in papers]
        self.offer("document", [("", _("aucun")), *known])
        self.has_papers = bool(known)

    def told(self) -> Told:
        """What was typed, for the service."""
        typed = self.cleaned_data
        topic, _colon, decision = typed["answer"].partition(":")
        return Told(
            topic=topic, decision=decision, text=typed["text"], since=typed["since"], kept_at=typed["kept_at"],
            document=UUID(typed["document"]) if typed["document"] else None,
        )  # fmt: skip
