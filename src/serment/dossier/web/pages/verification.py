"""Is this letter from us? For whoever holds one, without signing in; and the same for whoever answers the telephone, with what to say."""

from __future__ import annotations

from functools import lru_cache

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from serment.dossier.kernel import clock, config, errors
from serment.dossier.mailing import checking
from serment.dossier.mailing.attempts import Attempts
from serment.dossier.web.forms import Form
from serment.dossier.web.http import SignedIn
from serment.dossier.web.sign_in.middleware import source

TOO_MANY = 429


class Check(Form):
    """As it is read from the letter. The page itself says nothing of a slip that a wrong code would not be told."""

    code = forms.CharField(
        label=_("Code de vérification"), help_text=_("Seize caractères, en quatre groupes"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}),
    )  # fmt: skip
    born = forms.CharField(
        label=_("Date de naissance de la personne concernée"), help_text=_("Par exemple 12/03/1948"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


@lru_cache(maxsize=1)
def attempts() -> Attempts:
    """Those of this process."""
    return Attempts()


@require_http_methods(["GET", "POST"])
def public(request: HttpRequest) -> HttpResponse:
    """For everybody. The code travels in the body, never in an address."""
    return _answer(request, "letters/check.html", source(request))


@require_http_methods(["GET", "POST"])
def telephone(request: SignedIn) -> HttpResponse:
    """For the switchboard: every caller comes from the same place, so that wrong answers are counted by who types."""
    return _answer(request, "letters/telephone.html", f"account {request.who.account}")


def _answer(request: HttpRequest, template: str, of: str) -> HttpResponse:
    form = Check(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form, "is_answered": False, "place": "telephone"}
    status = 200
    if form.is_bound and form.is_valid():
        context["is_answered"] = True
        try:
            context["ours"] = checking.check(
                key=config.current().letters_key.encode(), code=form.cleaned_data["code"], born=form.cleaned_data["born"], source=of,
                attempts=attempts(), now=clock.now(),
            )  # fmt: skip
        except errors.Exhausted:
            context["is_flooded"], status = True, TOO_MANY
        # What was typed is not shown again: somebody else may use this screen next.
        context["form"] = Check()
    return render(request, template, context, status=status)
