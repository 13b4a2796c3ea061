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

    note = services.record(permit=permit, token=uuid4(), title=" Transmission ", text="TA 12/7 < 14\n<b>calme</b>", now=NOW)
    for minutes, text in ((1, "premier"), (2, "second")):
        services.add(permit=permit, token=uuid4(), note=note, text=text, now=NOW + timedelta(minutes=minutes))
    (read,) = queries.active_for(permit=permit)
    assert (read.title, read.text) == ("Transmission", "TA 12/7 < 14\n<b>calme</b>")
    assert [addendum.text for addendum in read.addenda] == ["premier", "second"]


def test_markup_typed_in_a_note_is_only_text_in_its_fhir_form(permit: Any) -> None:
    from serment.dossier.records.entries import queries
    from serment.dossier.records.notes import services

    services.record(permit=permit, token=uuid4(), title="T", text="<script>", now=NOW)
    (entry,) = queries.current(permit=permit, kinds=["Composition"])
    assert "&lt;script&gt;" in entry.resource["section"][0]["text"]["div"]


def test_what_was_added_to_a_note_struck_out_stays_readable(permit: Any) -> None:
    from serment.dossier.records.notes import queries, services

    note = services.record(permit=permit, token=uuid4(), title="T", text="un", now=NOW)
    services.add(permit=permit, token=uuid4(), note=note, text="deux", now=NOW)
    services.strike_out(permit=permit, note=note, version=1, reason="Mauvais patient", now=NOW)
    assert [one.text for one in queries.active_for(permit=permit)] == ["deux"]
    with pytest.raises(errors.Conflict):
        services.add(permit=permit, token=uuid4(), note=note, text="trois", now=NOW)


def test_nothing_is_added_to_what_is_not_a_note(permit: Any) -> None:
    from serment.dossier.records.allergies import services as allergies
    from serment.dossier.records.notes import services

    allergy = allergies.record(permit=permit, token=uuid4(), substance="Iode", now=NOW)
    with pytest.raises(errors.NotFound):
        services.add(permit=permit, token=uuid4(), note=allergy, text="x", now=NOW)
    with pytest.raises(errors.NotFound):
        services.strike_out(permit=permit, note=allergy, version=1, reason="x", now=NOW)


@pytest.mark.parametrize(("field", "value"), [("title", ""), ("title", "x" * 121), ("text", " \n"), ("text", "x" * 20_001)])
def test_a_wrong_field_is_named(permit: Any, field: str, value: str) -> None:
    from serment.dossier.records.notes import services

    with pytest.raises(errors.Invalid) as caught:
        services.record(permit=permit, token=uuid4(), now=NOW, **{"title": "T", "text": "x", field: value})
    assert caught.value.field == field
