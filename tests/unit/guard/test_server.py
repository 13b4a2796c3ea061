"""The guard's door: what is malformed, unknown, too large or broken is a refusal in the protocol's own form, and says nothing more."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest

from serment.guard.context import Guard
from serment.guardhouse import server
from serment.guardhouse.housekeeping import Housekeeping
from serment.wire import protocol
from serment.wire.protocol import Empty, Open, Refusal, Signed
from serment.wire.verbs import VERBS
from tests import cast
from tests.fixtures.house import House


def ask(guard: Guard, verb: str, request: object = None, *, raw: bytes | None = None, method: str = "POST") -> tuple[int, Any]:
    """One HTTP exchange with the application."""
    body = msgspec.msgpack.encode(request) if raw is None else raw
    said: list[str] = []
    environ = {"PATH_INFO": f"/v1/{verb}", "REQUEST_METHOD": method, "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body)}
    payload = b"".join(server.Application(guard)(environ, lambda status, headers: said.append(status)))
    status = int(said[0].split()[0])
    return status, msgspec.msgpack.decode(payload, type=VERBS[verb][1] if status == 200 else Refusal)


def test_every_verb_of_the_protocol_has_its_handler_and_no_other() -> None:
    assert set(server.HANDLERS) == set(VERBS)


def test_anybody_may_know_that_the_guard_is_there(guard: Guard) -> None:
    status, answer = ask(guard, "status", Empty())
    assert (status, answer.entries, answer.demonstration) == (200, 0, True)
    assert answer.journal_key.startswith(f"serment.journal/{guard.settings.instance}+")
    assert ask(guard, "checkpoint", Empty()) == (200, protocol.Checkpoint(note=""))


@pytest.mark.parametrize("raw", [b"", b"\xc1", b"\x80", msgspec.msgpack.encode({"session": 1, "proof": []})])
def test_a_malformed_request_is_refused(guard: Guard, raw: bytes) -> None:
    assert ask(guard, "attend", raw=raw) == (400, Refusal(category="invalid", code="malformed"))


def test_an_unknown_verb_and_another_method_are_refused(guard: Guard) -> None:
    unknown = (404, Refusal(category="not_found", code="unknown_verb"))
    assert ask(guard, "export_everything", Empty()) == unknown
    assert ask(guard, "status", Empty(), method="GET") == unknown


def test_a_request_that_is_too_large_is_not_read(guard: Guard) -> None:
    assert ask(guard, "attend", raw=b"x" * (server.REQUEST_BYTES_MAX + 1))[1].code == "too_large"


def test_a_refusal_is_journaled_with_its_code_and_without_the_patients_number(house: House) -> None:
    patient = house.admit(cast.FARID)
    nadia = house.browser(cast.NADIA)
    status, refusal = ask(
        house.guard, "open", Open(**nadia.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=("care",))
    )
    assert (status, refusal.code, refusal.remedy) == (403, "no_tie", "break_glass")
    with house.guard.pool.connection() as tx:
        rows = tx.execute(
            "select patient_id, leaf from journal_entry where kind = 'refusal' and account_id = %s", (cast.NADIA.id,)
        ).fetchall()
    assert [row[0] for row in rows] == [None]
    assert json.loads(bytes(rows[0][1]))["body"] == {"verb": "open", "code": "no_tie", "patient": str(patient)}


def test_an_unforeseen_failure_is_a_refusal_that_tells_nothing(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> object:
        raise ZeroDivisionError("PAT-TROIS")

    logged: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(server.log, "error", lambda event, **fields: logged.append((event, fields)))
    monkeypatch.setitem(server.HANDLERS, "status", broken)
    assert ask(guard, "status", Empty()) == (500, Refusal(category="fault", code="fault"))
    ((event, fields),) = logged
    assert (event, fields["verb"], fields["error"]) == ("fault", "status", "ZeroDivisionError")
    assert fields["at"].startswith("test_server.py:")
    assert "PAT" not in str(logged)


def test_the_door_tells_the_guard_where_a_request_came_from_and_whether_anybody_asked(
    guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, bool]] = []
    monkeypatch.setitem(
        server.HANDLERS, "checkpoint", lambda guard, *_: (seen.append((guard.source, guard.quiet)), protocol.Checkpoint(note=""))[1]
    )
    headers: list[dict[str, str]] = []
    for more in ({}, {"HTTP_SERMENT_SOURCE": "10.0.0.7"}, {"HTTP_SERMENT_SOURCE": "x" * 200, "HTTP_SERMENT_QUIET": "yes"}):
        body = msgspec.msgpack.encode(Empty())
        environ = {
            "PATH_INFO": "/v1/checkpoint", "REQUEST_METHOD": "POST", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
            **more,
        }  # fmt: skip
        payload = server.Application(guard)(environ, lambda status, said: headers.append(dict(said)))
        assert headers[-1] == {"Content-Type": "application/msgpack", "Content-Length": str(len(b"".join(payload)))}
    assert seen == [("", False), ("10.0.0.7", False), ("x" * 80, True)]


def test_a_lost_database_is_said_to_be_unavailable(guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object) -> object:
        raise psycopg.OperationalError

    monkeypatch.setitem(server.HANDLERS, "status", lost)
    assert ask(guard, "status", Empty()) == (503, Refusal(category="unavailable", code="database"))


def test_an_identity_altered_in_the_database_does_not_open(house: House) -> None:
    patient = house.admit(cast.FARID)
    with house.guard.pool.connection() as tx:
        tx.execute("update identity set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)")
    bruno = house.browser(cast.BRUNO)
    request = Open(**bruno.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=("identity",))
    assert ask(house.guard, "open", request) == (500, Refusal(category="fault", code="altered_row"))


def test_a_signed_request_is_answered_over_the_door_as_in_the_process(house: House) -> None:
    bruno = house.browser(cast.BRUNO)
    status, who = ask(house.guard, "attend", Signed(**bruno.signed()))
    assert (status, who.account, who.role) == (200, cast.BRUNO.id, "nurse_day")


def test_permits_and_ceremonies_that_are_over_are_swept(house: House) -> None:
    patient = house.admit(cast.FARID)
    house.browser(cast.BRUNO).open(patient)
    house.call("begin_enrolment", protocol.BeginEnrolment(code=house.call("persona_code", protocol.PersonaCode(account=cast.AMEL.id)).code))
    house.clock.pass_by(hours=9)
    Housekeeping(house.guard).sweep()
    with house.guard.dossier_pool.connection() as tx:
        assert tx.execute("select count(*) from opening").fetchone() == (0,)
    with house.guard.pool.connection() as tx:
        assert tx.execute("select count(*) from ceremony").fetchone() == (0,)


def test_housekeeping_starts_and_stops(guard: Guard) -> None:
    keeper = Housekeeping(guard)
    keeper.start()
    keeper.stop()


def test_an_opening_in_the_records_database_ends_with_the_guards(house: House) -> None:
    patient = house.admit(cast.FARID)
    opening = house.browser(cast.BRUNO).open(patient)
    with house.guard.dossier_pool.connection() as tx:
        row = tx.execute("select until from opening where id = %s", (opening.id,)).fetchone()
    assert row == (opening.until,)
    assert opening.until - house.clock() < timedelta(hours=8)


def test_a_statement_that_fails_unread_fails_the_whole_transaction(guard: Guard) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation), guard.transaction() as tx:
        tx.execute("select 1").fetchone()
        for _ in range(2):
            tx.execute("insert into unit (id, label, mac) values ('11111111-1111-4111-8111-111111111111', 'x', '')")
    with guard.pool.connection() as tx:
        assert tx.execute("select count(*) from unit").fetchone() == (0,)


def test_a_row_that_somebody_wrote_behind_the_guards_back_is_told_in_the_log(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    logged: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(server.log, "error", lambda event, **fields: logged.append((event, fields)))
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    with house.guard.pool.connection() as tx:
        tx.execute("update tie set kind = 'treating' where patient_id = %s and kind = 'stay'", (patient,))
    said = ask(house.guard, "open", Open(**bruno.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=("care",)))
    assert said == (500, Refusal(category="fault", code="forged_row"))
    assert logged == [("forged_row", {"verb": "open"})]


def refusals(house: House) -> list[tuple[str, Any]]:
    with house.guard.pool.connection() as tx:
        return tx.execute("select kind, account_id from journal_entry where kind in ('refusal', 'step_up')").fetchall()


def test_a_refusal_of_nobody_we_know_or_of_a_mistyped_word_leaves_no_line(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    bruno.session, known = "nobody's", bruno.session
    assert ask(house.guard, "attend", Signed(**bruno.signed()))[1].code == "unknown_session"
    bruno.session = known
    mistyped = protocol.Open(**bruno.signed("GET", f"/patients/{patient}/"), patient=patient, compartments=())
    assert ask(house.guard, "open", mistyped)[1].code == "no_compartment"
    assert refusals(house) == []


def test_a_touch_that_was_asked_for_leaves_a_line_of_its_own_kind(house: House) -> None:
    patients = house.admit_many(26)
    bruno = house.browser(cast.BRUNO)
    for patient in patients[:25]:
        bruno.open(patient)
    last = Open(**bruno.signed("GET", f"/patients/{patients[25]}/"), patient=patients[25], compartments=("care",))
    assert ask(house.guard, "open", last)[1].code == "lease_spent"
    assert refusals(house) == [("step_up", cast.BRUNO.id)]
