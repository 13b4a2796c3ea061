"""An entry is written, corrected, struck out; never changed, never lost, and never written twice by one form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def write(permit: Any, entry: UUID, text: str = "un", **more: Any) -> Any:
    from serment.dossier.records.entries import services

    fields = {"kind": "Composition", "compartment": "care", "resource": {"text": text}, "now": NOW, **more}
    return services.record(permit=permit, entry=entry, **fields)


@pytest.fixture
def permit(dossier: Dossier) -> Any:
    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        yield permit


def test_an_entry_is_read_as_it_was_written(permit: Any) -> None:
    from serment.dossier.records.entries import queries

    token = uuid4()
    write(permit, token)
    (entry,) = queries.current(permit=permit, kinds=["Composition"])
    assert (entry.id, entry.version, entry.author, entry.resource) == (token, 1, cast.BRUNO.id, {"text": "un", "id": str(token)})


def test_the_same_form_sent_twice_writes_once(permit: Any) -> None:
    from serment.dossier.records.entries import queries

    token = uuid4()
    assert write(permit, token) == write(permit, token, text="deux")
    assert len(queries.history(permit=permit, entry=token)) == 1


def test_a_token_that_is_another_acts_is_refused(permit: Any) -> None:
    token = uuid4()
    write(permit, token)
    with pytest.raises(errors.Conflict, match="entry_exists"):
        write(permit, token, kind="Condition")


def test_a_correction_is_a_new_version_and_the_old_one_stays(permit: Any) -> None:
    from serment.dossier.records.entries import queries, services

    token = uuid4()
    write(permit, token)
    services.supersede(permit=permit, entry=token, version=1, resource={"text": "deux"}, now=NOW + timedelta(minutes=1))
    assert [entry.resource["text"] for entry in queries.current(permit=permit, kinds=["Composition"])] == ["deux"]
    assert [(e.version, e.supersedes, e.resource["text"]) for e in queries.history(permit=permit, entry=token)] == [
        (2, 1, "deux"),
        (1, None, "un"),
    ]


def test_a_correction_of_a_page_grown_old_is_refused(permit: Any) -> None:
    from serment.dossier.records.entries import services

    token = uuid4()
    write(permit, token)
    services.supersede(permit=permit, entry=token, version=1, resource={"text": "deux"}, now=NOW)
    with pytest.raises(errors.Conflict, match="entry_changed"):
        services.supersede(permit=permit, entry=token, version=1, resource={"text": "trois"}, now=NOW)


def test_an_error_struck_out_leaves_the_list_and_stays_in_the_history_with_its_reason(permit: Any) -> None:
    from serment.dossier.records.entries import queries, rules, services

    token = uuid4()
    write(permit, token)
    services.strike_out(permit=permit, entry=token, version=1, reason="Mauvais patient", now=NOW)
    assert queries.current(permit=permit, kinds=["Composition"]) == []
    newest, first = queries.history(permit=permit, entry=token)
    assert (newest.status, rules.struck_out_reason(newest.resource)) == ("entered-in-error", "Mauvais patient")
    assert first.resource["text"] == "un"


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_an_error_is_struck_out_with_a_reason_or_not_at_all(permit: Any, reason: str) -> None:
    from serment.dossier.records.entries import services

    token = uuid4()
    write(permit, token)
    with pytest.raises(errors.Invalid) as caught:
        services.strike_out(permit=permit, entry=token, version=1, reason=reason, now=NOW)
    assert caught.value.field == "reason"


def test_what_was_struck_out_is_not_corrected_any_more(permit: Any) -> None:
    from serment.dossier.records.entries import services

    token = uuid4()
    write(permit, token)
    services.strike_out(permit=permit, entry=token, version=1, reason="Erreur", now=NOW)
    with pytest.raises(errors.Conflict, match="entry_struck_out"):
        services.supersede(permit=permit, entry=token, version=2, resource={}, now=NOW)


def test_an_entry_nobody_wrote_is_not_found(permit: Any) -> None:
    from serment.dossier.records.entries import queries

    with pytest.raises(errors.NotFound):
        queries.history(permit=permit, entry=uuid4())


def test_a_permit_without_care_neither_reads_nor_writes_care(dossier: Dossier) -> None:
    from serment.dossier.records.entries import queries

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        write(permit, uuid4())
    with dossier.opened(dossier.house.browser(cast.ODILE), patient) as permit:
        assert queries.current(permit=permit, kinds=["Composition"]) == []
        with pytest.raises(errors.Denied, match="compartment_closed"):
            write(permit, uuid4())


def test_a_damaged_entry_stops_the_page_rather_than_be_left_out(dossier: Dossier) -> None:
    import psycopg

    from serment.dossier.records.entries import queries

    patient, token = dossier.admitted(cast.FARID), uuid4()
    browser = dossier.house.browser(cast.BRUNO)
    with dossier.opened(browser, patient) as permit:
        write(permit, token)
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as tx:
        tx.execute("update entry set sealed = set_byte(sealed, 20, get_byte(sealed, 20) # 1) where id = %s", (token,))
    with dossier.opened(browser, patient) as permit, pytest.raises(errors.Fault, match="seal_broken"):
        queries.current(permit=permit, kinds=["Composition"])


def test_an_interface_writes_and_a_person_reads(dossier: Dossier) -> None:
    from django.db import transaction

    from serment.dossier.records.entries import queries, services

    registered, entry = dossier.registered(cast.FARID), uuid4()
    dossier.house.tie(registered.patient, holder_unit=cast.SURGERY)
    dossier.as_role("serment_interface")
    deposit: dict[str, Any] = {
        "patient": registered.patient, "keys": registered.deposit_keys, "entry": entry, "kind": "Condition", "compartment": "care",
        "resource": {"code": {"text": "Appendicite"}}, "now": NOW,
    }  # fmt: skip
    with transaction.atomic():
        assert services.deposit(**deposit) is True
        assert services.deposit(**deposit) is False
    dossier.as_role("serment_app")
    with dossier.opened(dossier.house.browser(cast.BRUNO), registered.patient) as permit:
        (read,) = queries.current(permit=permit, kinds=["Condition"])
    assert (read.deposit, read.author, read.resource["code"]["text"]) == (True, None, "Appendicite")
