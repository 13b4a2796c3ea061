"""A signed-in browser before the whole web server of this process."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse
from django.test import Client
from django.test.client import ClientHandler

from serment.dossier.web.sign_in import cookie
from tests import cast
from tests.authenticator import Browser
from tests.cast import Player
from tests.fixtures.dossier import Dossier

HERE = {"HTTP_HOST": "localhost:8000", "REMOTE_ADDR": "127.0.0.1"}


@lru_cache(maxsize=1)
def web() -> ClientHandler:
    """The web server of this process, as a request finds it: made once, as in production, since it looks at every static file first."""
    return ClientHandler(enforce_csrf_checks=True)


def browser_of(**place: str) -> Client:
    """A browser without a session; `place` says where it is."""
    made = Client(enforce_csrf_checks=True, **{**HERE, **place})
    made.handler = web()
    return made


@dataclass
class Visitor:
    """`get` and `post` are signed as the service worker signs; a form carries the token of the page read last."""

    browser: Browser
    client: Client = field(default_factory=browser_of)
    token: str = ""

    def get(self, path: str, **query: str) -> HttpResponse:
        response: Any = self.client.get(path, query, headers={"DPoP": self.browser.proof("GET", path)})
        found = None if response.streaming else re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', response.content)
        self.token = found[1].decode() if found else self.token
        return response

    def post(self, path: str, form: dict[str, Any] | None = None, *, htmx: bool = False) -> HttpResponse:
        if not self.token:
            self.get("/help/")
        headers = {"DPoP": self.browser.proof("POST", path), "Origin": "http://localhost:8000", **({"HX-Request": "true"} if htmx else {})}
        response: Any = self.client.post(path, {"csrfmiddlewaretoken": self.token, **(form or {})}, headers=headers)
        return response


def visitor(dossier: Dossier, player: Player) -> Visitor:
    """The player at a workstation."""
    browser = dossier.house.browser(player)
    made = Visitor(browser)
    made.client.cookies[cookie.NAME] = browser.session
    return made


def chart(patient: UUID, page: str = "") -> str:
    return f"/patients/{patient}/{page}"


def text(response: HttpResponse) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def admit_to_a_bed(dossier: Dossier, patient: UUID, bed: str) -> None:
    """A patient in a bed of the surgical unit, beside one that stays free."""
    from django.db import transaction

    from serment.dossier.encounters import services
    from serment.dossier.encounters.types import Event
    from serment.dossier.organisations import services as organisations

    dossier.as_role("serment_owner")
    with transaction.atomic():
        home, now = uuid4(), datetime.now(UTC)
        organisations.declare_establishment(id=home, group="G", name="Clinique", kind="clinic", finess=str(home)[:9], authority=str(home))
        organisations.declare_unit(id=cast.SURGERY, establishment=home, code="6268", name="Chir V", kind="surgery")
        organisations.declare_bed(unit=cast.SURGERY, label="208")
        place = organisations.declare_bed(unit=cast.SURGERY, label=bed)
        services.admit(
            signer=dossier.interface, patient=patient, event=Event(source="test", stay=f"stay {bed}", movement=f"move {bed}"),
            unit=cast.SURGERY, bed=place, at=now - timedelta(days=3), now=now, expected_end=now + timedelta(days=2),
        )  # fmt: skip
    dossier.as_role("serment_app")
