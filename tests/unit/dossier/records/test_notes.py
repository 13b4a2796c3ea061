"""Notes are added to or struck out; nothing else happens to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


@pytest.fixture
def permit(dossier: Dossier) -> Any:
    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        yield permit


def test_a_note_keeps_its_words_as_typed_and_its_addenda_in_order(permit: Any) -> None:
    from serment.dossier.records.notes import queries, services

    note = services.record(permit=permit, token=uuid4(), title=" Transmission ", typed={"text": "TA 12/7 < 14\n<b>calme</b>"}, now=NOW)
    for minutes, text in ((1, "premier"), (2, "second")):
        services.add(permit=permit, token=uuid4(), note=note, text=text, now=NOW + timedelta(minutes=minutes))
    (read,) = queries.page(permit=permit)[0]
    assert (read.title, read.text) == ("Transmission", "TA 12/7 < 14\n<b>calme</b>")
    assert [addendum.text for addendum in read.addenda] == ["premier", "second"]


def test_markup_typed_in_a_note_is_only_text_in_its_fhir_form(permit: Any) -> None:
    from serment.dossier.records.entries import queries
    from serment.dossier.records.notes import services

    services.record(permit=permit, token=uuid4(), title="T", typed={"text": "<script>"}, now=NOW)
    (entry,) = queries.current(permit=permit, kinds=["Composition"])
    assert "&lt;script&gt;" in entry.resource["section"][0]["text"]["div"]


def test_what_was_added_to_a_note_struck_out_stays_readable(permit: Any) -> None:
    from serment.dossier.records.notes import queries, services

    note = services.record(permit=permit, token=uuid4(), title="T", typed={"text": "un"}, now=NOW)
    services.add(permit=permit, token=uuid4(), note=note, text="deux", now=NOW)
    services.strike_out(permit=permit, note=note, version=1, reason="Mauvais patient", now=NOW)
    assert [one.text for one in queries.page(permit=permit)[0]] == ["deux"]
    with pytest.raises(errors.Conflict):
        services.add(permit=permit, token=uuid4(), note=note, text="trois", now=NOW)


def test_nothing_is_added_to_what_is_not_a_note(permit: Any) -> None:
    from serment.dossier.records.allergies import services as allergies
    from serment.dossier.records.allergies.types import Told
    from serment.dossier.records.notes import services

    allergy = allergies.record(permit=permit, token=uuid4(), told=Told(substance="Iode"), now=NOW)
    with pytest.raises(errors.NotFound):
        services.add(permit=permit, token=uuid4(), note=allergy, text="x", now=NOW)
    with pytest.raises(errors.NotFound):
        services.strike_out(permit=permit, note=allergy, version=1, reason="x", now=NOW)


@pytest.mark.parametrize(("field", "value"), [("title", ""), ("title", "x" * 121), ("text", " \n"), ("text", "x" * 20_001)])
def test_a_wrong_field_is_named(permit: Any, field: str, value: str) -> None:
    from serment.dossier.records.notes import services

    with pytest.raises(errors.Invalid) as caught:
        title, text = (value, "x") if field == "title" else ("T", value)
        services.record(permit=permit, token=uuid4(), now=NOW, title=title, typed={"text": text})
    assert caught.value.field == field


def test_a_targeted_transmission_keeps_its_headings_and_stays_open_until_somebody_writes_the_results(permit: Any) -> None:
    from serment.dossier.records.notes import queries, rules, services

    typed = {"data": "EN 7/10 au lever", "actions": "Paracétamol 1 g, prévenu Dr Amrani", "results": " "}
    note = services.record(permit=permit, token=uuid4(), title="Douleur", typed=typed, kind="transmission", now=NOW)
    (opened,), _ = queries.page(permit=permit)
    assert [(one.label, one.text) for one in opened.sections] == [("Données", typed["data"]), ("Actions", typed["actions"])]
    assert rules.is_open_target(opened)
    services.add(permit=permit, token=uuid4(), note=note, text="EN 2/10", now=NOW + timedelta(hours=1), closes=True)
    (closed,), _ = queries.page(permit=permit)
    assert not rules.is_open_target(closed)
    assert closed.addenda[0].sections[0].label == "Résultats"


def test_a_transmission_without_a_word_under_any_heading_is_refused_at_its_first_field(permit: Any) -> None:
    from serment.dossier.records.notes import services

    with pytest.raises(errors.Invalid, match="text_missing") as caught:
        services.record(permit=permit, token=uuid4(), title="Douleur", typed={"data": " "}, kind="transmission", now=NOW)
    assert caught.value.field == "data"


def test_a_note_that_awaits_a_signature_is_signed_by_another_physician_and_by_nobody_else(dossier: Dossier) -> None:
    from serment.dossier.records.notes import queries, services

    patient = dossier.admitted(cast.FARID)
    bruno, amel = dossier.house.browser(cast.BRUNO), dossier.house.browser(cast.AMEL)
    with dossier.opened(bruno, patient) as permit:
        note = services.record(permit=permit, token=uuid4(), title="Bilan", typed={"text": "x"}, awaits=True, now=NOW)
        with pytest.raises(errors.Denied, match="role"):
            services.sign(permit=permit, note=note, version=1, now=NOW)
    with dossier.opened(amel, patient) as permit:
        own = services.record(permit=permit, token=uuid4(), title="À moi", typed={"text": "x"}, awaits=True, now=NOW)
        with pytest.raises(errors.Invalid, match="oneself"):
            services.sign(permit=permit, note=own, version=1, now=NOW)
        services.sign(permit=permit, note=note, version=1, now=NOW)
        with pytest.raises(errors.Conflict, match="entry_changed"):
            services.sign(permit=permit, note=note, version=2, now=NOW)
        signed = {one.written.entry: one for one in queries.page(permit=permit)[0]}[note]
    assert not signed.awaits
    assert [one.label for one in signed.signatures] == [f"{cast.AMEL.label}, {cast.AMEL.profession}"]
    assert signed.written.author_label.startswith(cast.BRUNO.label)


def test_a_page_of_notes_brings_their_addenda_and_decrypts_no_other(permit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.dossier.records.notes import queries, services
    from serment.dossier.vault import sealing

    names = [uuid4() for _ in range(7)]
    for number, name in enumerate(names):
        services.record(permit=permit, token=name, title=f"n{number}", typed={"text": "x"}, now=NOW + timedelta(minutes=number))
    services.add(permit=permit, token=uuid4(), note=names[0], text="tardif", now=NOW + timedelta(days=1))
    opened: list[object] = []
    unseal = sealing.unseal
    monkeypatch.setattr(sealing, "unseal", lambda **named: (opened.append(named["place"].entry), unseal(**named))[1])
    first, more = queries.page(permit=permit, count=3)
    assert ([one.title for one in first], more, len(opened)) == (["n6", "n5", "n4"], True, 3)
    last, more = queries.page(permit=permit, number=3, count=3)
    assert ([(one.title, [added.text for added in one.addenda]) for one in last], more) == ([("n0", ["tardif"])], False)


def test_a_note_of_another_system_is_read_as_text_without_its_markup(permit: Any) -> None:
    from serment.dossier.records.entries import services as entries
    from serment.dossier.records.notes import queries

    div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Apyr&#233;tique</p><p>TA 12/7 &lt; 14</p></div>'
    resource = {"resourceType": "Composition", "title": "Ailleurs", "section": [{"title": "Examen", "text": {"div": div}}]}
    entries.record(permit=permit, entry=uuid4(), kind="Composition", compartment="care", resource=resource, now=NOW)
    (note,), _ = queries.page(permit=permit)
    assert note.text == "Examen : Apyrétique\nTA 12/7 < 14"
