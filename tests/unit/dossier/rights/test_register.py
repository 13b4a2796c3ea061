"""The register keeps what was asked sealed, its deadline in clear, and who did what without a line ever changing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import cast
from tests.fixtures.dossier import Dossier

SECRET = "Monsieur MYSTERE réclame le séjour de novembre"


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


def asked(**more: Any) -> Any:
    from serment.dossier.rights.types import Asked

    facts = {
        "kind": "access", "quality": "patient", "requester": SECRET, "channel": "desk", "is_old": False,
        "received_at": datetime.now(UTC) - timedelta(hours=1), "reply_to": "12 rue du Port",
    }  # fmt: skip
    return Asked(**{**facts, **more})


def registered(dossier: Dossier, patient: UUID, *, player: cast.Player = cast.ODILE, token: UUID | None = None, **more: Any) -> UUID:
    from serment.dossier.rights import services

    made: UUID = token or uuid4()
    with dossier.opened(dossier.house.browser(player), patient) as permit:
        services.register(permit=permit, token=made, asked=asked(**more), label="Accès au dossier", now=datetime.now(UTC))
    return made


def taken(
    dossier: Dossier, patient: UUID, request: UUID, step: str, *, version: int, player: cast.Player = cast.ODILE, **more: Any
) -> None:
    from serment.dossier.rights import services

    with dossier.opened(dossier.house.browser(player), patient) as permit:
        services.take(permit=permit, request=request, version=version, step=step, now=datetime.now(UTC), **more)


def read(dossier: Dossier, patient: UUID, request: UUID) -> Any:
    from serment.dossier.rights import queries

    with dossier.opened(dossier.house.browser(cast.ODILE), patient) as permit:
        return queries.one(permit=permit, request=request)


def test_what_was_asked_is_read_back_as_it_was_told(dossier: Dossier, farid: UUID) -> None:
    told = asked(
        quality="heir", motive="memory", scope="parts", parts=("notes", "documents"), words="Pour son fils", is_old=True,
        since=datetime(2026, 1, 2, tzinfo=UTC).date(),
    )  # fmt: skip
    from serment.dossier.rights import services

    token = uuid4()
    with dossier.opened(dossier.house.browser(cast.ODILE), farid) as permit:
        services.register(permit=permit, token=token, asked=told, label="Accès au dossier", now=datetime.now(UTC))
    found = read(dossier, farid, token)
    assert found.asked == told
    assert [(one.number, one.step, one.account) for one in found.line.steps] == [(1, "received", cast.ODILE.id)]


def test_the_tables_in_clear_say_neither_who_asks_nor_for_what(dossier: Dossier, farid: UUID) -> None:
    request = registered(dossier, farid)
    taken(dossier, farid, request, "refused", version=1, words=f"{SECRET} : sans qualité")
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as connection:
        for table in ("right_request", "right_step", "entry"):
            rows = connection.execute(f"select t::text from {table} t").fetchall()
            assert rows
            assert "MYSTERE" not in str(rows)


def test_the_same_form_twice_registers_once(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.rights import queries

    token = registered(dossier, farid)
    registered(dossier, farid, token=token)
    assert [one.id for one in queries.pending()] == [token]
    assert len(queries.pending()[0].steps) == 1


def test_steps_are_taken_by_several_people_and_keep_their_words(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.kernel import errors

    request = registered(dossier, farid)
    taken(dossier, farid, request, "identity", version=1, words="Carte demandée")
    taken(dossier, farid, request, "preparing", version=2, means="document", player=cast.CLERK)
    found = read(dossier, farid, request)
    assert [(one.step, one.account) for one in found.line.steps] == [
        ("received", cast.ODILE.id), ("identity", cast.ODILE.id), ("preparing", cast.CLERK.id),
    ]  # fmt: skip
    assert (found.means, found.version) == ("document", 3)
    assert [(one.label, one.text) for one in found.remarks] == [(f"{cast.ODILE.label}, {cast.ODILE.profession}", "Carte demandée")]
    with pytest.raises(errors.Conflict, match="entry_changed"):
        taken(dossier, farid, request, "ready", version=2)
    assert read(dossier, farid, request).line.state == "preparing"


def test_the_list_is_by_deadline_and_an_answer_leaves_it(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.rights import queries

    now = datetime.now(UTC)
    late = registered(dossier, farid, received_at=now - timedelta(days=10))
    fresh = registered(dossier, farid)
    old = registered(dossier, farid, is_old=True, received_at=now - timedelta(days=9))
    assert [one.id for one in queries.pending()] == [late, fresh, old]
    assert [one.is_late(now) for one in queries.pending()] == [True, False, False]
    reminder = queries.reminder(now=now)
    assert (reminder.late, reminder.soon) == (1, 0)
    taken(dossier, farid, late, "refused", version=1, words="Sans qualité")
    assert [one.id for one in queries.pending()] == [fresh, old]
    assert [one.id for one in queries.answered_since(now - timedelta(days=30))] == [late]
    assert queries.answered_since(datetime.now(UTC) + timedelta(minutes=1)) == ()


def test_nobody_writes_in_the_register_of_a_record_that_is_not_open(dossier: Dossier, farid: UUID) -> None:
    from django.db import ProgrammingError, connection, transaction

    statement = "insert into right_request values (%s, %s, 'access', now(), false, now(), %s)"
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, [farid, uuid4(), cast.ODILE.id])
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        dossier.opened(dossier.house.browser(cast.ODILE), farid),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, [farid, uuid4(), cast.AMEL.id])


def test_a_line_of_the_register_is_never_changed_nor_deleted(dossier: Dossier, farid: UUID) -> None:
    from django.db import ProgrammingError, connection, transaction

    registered(dossier, farid)
    for statement in ("update right_step set step = 'closed'", "delete from right_step", "update right_request set is_old = true"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
