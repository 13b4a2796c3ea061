"""The page where anybody asks whether a letter is ours, and the switchboard's."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from serment.dossier.mailing.attempts import BY_SOURCE, Attempts
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.mailing.test_checking import TYPED, declared
from tests.unit.dossier.web.visitor import HERE, text, visitor

WRONG = "0000-0000-0000-0001"


@pytest.fixture(autouse=True)
def fresh_attempts(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.dossier.web.pages import verification

    counted = Attempts()
    monkeypatch.setattr(verification, "attempts", lambda: counted)


def anybody(code: str, born: str = TYPED, *, source: str = "198.51.100.9", language: str = "fr") -> Any:
    client = Client(enforce_csrf_checks=True, **{**HERE, "REMOTE_ADDR": source})
    client.cookies["serment_language"] = language
    page: Any = client.get("/verifier/")
    found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page.content)
    assert found
    form = {"csrfmiddlewaretoken": found[1].decode(), "code": code, "born": born}
    return client.post("/verifier/", form, headers={"Origin": "http://localhost:8000"})


def test_whoever_holds_a_letter_is_answered_without_signing_in(dossier: Dossier) -> None:
    answer = anybody(declared(uuid4(), reference="INC-2026-7"))
    assert answer.status_code == 200
    said = text(answer)
    assert "Oui, ce message vient de nous" in said
    assert "Groupe hospitalier des Deux Rives" in said and "05/05/2026" in said and "INC-2026-7" in said
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_answers_in_english_too(dossier: Dossier) -> None:
    assert "Yes, this message is from us" in text(anybody(declared(uuid4()), language="en"))


def test_every_no_is_the_same_page_to_the_letter_and_repeats_nothing(dossier: Dossier) -> None:
    code = declared(uuid4())
    pages = []
    for asked, born in ((code, "1/1/1950"), (WRONG, TYPED), ("something else", TYPED), (code, "not a date")):
        answer = anybody(asked, born)
        assert answer.status_code == 200
        page = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]+"', b"", answer.content)
        assert asked.encode() not in page and born.encode() not in page.replace(b"12/03/1948", b"" if born == TYPED else b"12/03/1948")
        pages.append(page)
    assert len(set(pages)) == 1
    assert "ne dit pas si quelqu’un est patient" in text(anybody(WRONG))


def test_an_empty_form_is_asked_again(dossier: Dossier) -> None:
    assert "À remplir" in text(anybody("", "")) or "field-wrong" in anybody("", "").content.decode()


def test_a_flood_waits_and_the_right_code_does_not(dossier: Dossier) -> None:
    code = declared(uuid4())
    for _ in range(BY_SOURCE.most):
        anybody(WRONG)
    assert anybody(WRONG).status_code == 429
    assert anybody(WRONG, source="198.51.100.10").status_code == 200
    assert "Oui, ce message vient de nous" in text(anybody(code))


def test_the_switchboard_has_its_words_and_the_same_answer(dossier: Dossier) -> None:
    code, odile = declared(uuid4()), visitor(dossier, cast.ODILE)
    page = odile.get("/telephone/")
    assert "groupe par groupe" in text(page)
    assert "Oui, ce message vient de nous" in text(odile.post("/telephone/", {"code": code, "born": TYPED}))
    assert "Non, ce code" in text(odile.post("/telephone/", {"code": WRONG, "born": TYPED}))


def test_the_switchboards_page_is_for_who_is_signed_in(dossier: Dossier) -> None:
    assert Client(**HERE).get("/telephone/").status_code == 303


def test_nothing_that_is_typed_reaches_a_log(dossier: Dossier, caplog: pytest.LogCaptureFixture) -> None:
    code = declared(uuid4())
    anybody(code, "13/04/1951")
    assert code not in caplog.text and "1951" not in caplog.text
