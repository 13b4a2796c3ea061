"""Words are found in one record without accents, in the middle of a word, with a letter wrong; and nothing is found of another record."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serment.dossier.records.search import rules
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("oedeme", "Oedème des membres inférieurs"), ("INFERIEURS", "Oedème des membres inférieurs"), ("penicilline", "Pénicilline"),
        ("penicilinne", "Pénicilline"), ("pansemnt", "pansement refait"), ("douleur epaule", "épaule, douleur vive"),
        ("paracet", "Paracétamol 1 g"), ("pyelonefrite lombère", "Pyélonéphrite aiguë, douleur lombaire"),
        ("nerf frenique", "nerf phrénique"),
        ("iskemie", "ischémie"), ("sefalées", "Céphalées"), ("rumatisme", "rhumatisme"), ("cardiac", "insuffisance cardiaque"),
    ],
)  # fmt: skip
def test_what_a_tired_hand_types_is_found(query: str, text: str) -> None:
    assert rules.score(text, rules.Matcher(rules.words(query)))[0] > 0


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("sein", "main"),
        ("douleur genou", "douleur de hanche"),
        ("iode", "mode de vie"),
        ("abc", ""),
        ("marche", "mouche"),
        ("scanner", "canule"),
    ],
)
def test_what_is_another_word_is_not(query: str, text: str) -> None:
    assert rules.score(text, rules.Matcher(rules.words(query)))[0] == 0


def test_the_exact_word_comes_before_one_that_resembles_it() -> None:
    matcher = rules.Matcher(["morphine"])
    assert (
        rules.score("morphine", matcher)[0] > rules.score("morphinique", rules.Matcher(["morphin"]))[0] > rules.score("morpine", matcher)[0]
    )


@given(st.text(max_size=200))
def test_folding_keeps_every_letter_at_its_place(text: str) -> None:
    assert len(rules.folded(text)) == len(text)


@given(st.text(max_size=300), st.text(min_size=1, max_size=20))
def test_the_words_around_are_the_words_of_the_text(text: str, query: str) -> None:
    wanted = rules.words(query)
    if not wanted:
        return
    _, places = rules.score(text, rules.Matcher(wanted))
    shown = "".join(part for part, _ in rules.context(text, places)).strip("…")
    assert shown.strip("…") in text or not places


def test_the_whole_record_is_searched_and_only_that_of_the_patient(dossier: Dossier) -> None:
    from serment.dossier.records.allergies import services as allergies
    from serment.dossier.records.allergies.types import Told
    from serment.dossier.records.notes import services as notes
    from serment.dossier.records.search import queries

    farid, other = dossier.admitted(cast.FARID), dossier.admitted(cast.INES)
    bruno = dossier.house.browser(cast.BRUNO)
    with dossier.opened(bruno, other) as permit:
        notes.record(permit=permit, token=uuid4(), title="Pénicilline prévue", typed={"text": "x"}, now=NOW)
    with dossier.opened(bruno, farid) as permit:
        allergies.record(permit=permit, token=uuid4(), told=Told(substance="Pénicilline", reaction="Œdème"), now=NOW)
        notes.record(permit=permit, token=uuid4(), title="Nuit", typed={"text": "A reçu de la pénicilline ?"}, now=NOW)
        struck = notes.record(permit=permit, token=uuid4(), title="Pénicilline", typed={"text": "x"}, now=NOW)
        notes.strike_out(permit=permit, note=struck, version=1, reason="Erreur", now=NOW)
        found = queries.search(permit=permit, query="penicilline")
        assert [one.entry.kind for one in found] == ["AllergyIntolerance", "Composition"]
        assert ("pénicilline", True) in found[1].context
        assert queries.search(permit=permit, query=" , ") == ()
        assert [one.title for one in queries.search(permit=permit, query="nuit recu")] == ["Nuit"]


def test_what_says_where_an_entry_stands_is_not_searched(dossier: Dossier) -> None:
    found = list(
        rules.spoken({"resourceType": "Condition", "id": "toux", "code": {"coding": [{"system": "toux", "code": "R05"}], "text": "Toux"}})
    )
    assert found == ["R05", "Toux"]


def test_a_page_along_time_decrypts_itself_alone(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.dossier.records.entries import queries
    from serment.dossier.records.entries.types import Along
    from serment.dossier.records.notes import services as notes
    from serment.dossier.vault import sealing

    farid = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), farid) as permit:
        for number in range(6):
            notes.record(permit=permit, token=uuid4(), title=f"n{number}", typed={"text": "x"}, now=NOW.replace(hour=number))
        opened: list[Any] = []
        unseal = sealing.unseal
        monkeypatch.setattr(sealing, "unseal", lambda **named: (opened.append(named["place"]), unseal(**named))[1])
        first, more = queries.along(permit=permit, wanted=Along(kinds=("Composition",)), page=1, count=2)
        assert ([one.resource["title"] for one in first], more, len(opened)) == (["n5", "n4"], True, 2)
        last, more = queries.along(permit=permit, wanted=Along(), page=3, count=2)
        assert ([one.resource["title"] for one in last], more) == (["n1", "n0"], False)
        assert queries.along(permit=permit, wanted=Along(since=NOW), page=1, count=2) == ([], False)
        assert len(queries.along(permit=permit, wanted=Along(author=cast.BRUNO.id), page=1, count=9)[0]) == 6
        assert queries.along(permit=permit, wanted=Along(author=cast.AMEL.id), page=1, count=9)[0] == []
