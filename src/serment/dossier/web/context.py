"""What every page knows: who is at the keyboard, where they may go, how they like to look at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from serment import __version__
from serment.dossier.kernel import clock
from serment.dossier.records.results import rules as seeing
from serment.dossier.web import incidents_words, words
from serment.dossier.web.preferences import Preferences
from serment.dossier.web.sign_in import ways
from serment.wire.protocol import Who


@dataclass(frozen=True, kw_only=True)
class Place:
    """One entry of the main menu. `keys` are what the keyboard calls it by."""

    name: str
    word: str | Promise
    icon: str
    address: str
    keys: str = ""


def places(who: Who) -> list[Place]:
    """Where this person may go. A menu only: the guard decides."""
    found = []
    if "identity:line:list" in who.actions and who.assignments:
        found.append(Place(name="unit", word=_("Mon unité"), icon="ward", address=reverse("home"), keys="g u"))
    if seeing.physician_units(who):
        found.append(Place(name="to_see", word=_("À voir"), icon="result", address=reverse("to_see"), keys="g o"))
    if "identity:line:find" in who.actions:
        found.append(Place(name="find", word=_("Chercher un patient"), icon="find", address=reverse("find"), keys="/"))
    if "record:untied:open" in who.actions and who.assignments:
        found.append(Place(name="unlock", word=_("Débloquer"), icon="people", address=reverse("unlock_requests"), keys="g d"))
    # A carer meets requests in the record of the patient; a list of them is office work.
    if "record:request:handle" in who.actions and "record:advice:ask" not in who.actions:
        found.append(Place(name="requests", word=_("Demandes"), icon="mail", address=reverse("register"), keys="g r"))
    if "guard:proposal:decide" in who.actions:
        address = reverse("administration")
        found.append(Place(name="administration", word=_("À deux"), icon="people", address=address, keys="g a"))
    if "guard:incident:handle" in who.actions:
        found.append(Place(name="incidents", word=_("Incidents"), icon="danger", address=reverse("incidents"), keys="g i"))
    if "guard:journal:read" in who.actions:
        found.append(Place(name="security", word=_("Sécurité"), icon="shield", address=reverse("security"), keys="g s"))
    return found


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor."""
    who: Who | None = getattr(request, "who", None)
    preferences: Preferences = getattr(request, "preferences", Preferences())
    code = request.GET.get("done", "")
    done = words.DONE.get(code) or incidents_words.DONE.get(code)
    return {
        "who": who,
        "role_word": words.ROLES.get(who.role, who.role) if who else "",
        "places": places(who) if who else [],
        "preferences": preferences,
        "LANGUAGE_CODE": preferences.language,
        "demonstration": settings.CONFIG.demonstration,
        "version": __version__,
        "printed_at": clock.now(),
        "done": done,
        "idle_minutes": ways.current().idle_minutes if who else 0,
    }
