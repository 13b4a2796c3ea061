"""Yes to whoever has code and birth date; one same no to everybody else."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import errors
from serment.dossier.mailing import codes
from serment.dossier.mailing.attempts import BY_CODE, BY_SOURCE, Attempts
from tests.fixtures.dossier import Dossier
from tests.fixtures.letters import EVENT

KEY, NOW, SOURCE = b"only for letters of tests", datetime(2026, 11, 24, 9, tzinfo=UTC), "192.0.2.1"
BORN, TYPED = date(1948, 3, 12), "12/03/1948"


def declared(incident: UUID, *, reference: str = EVENT.reference) -> str:
    """An incident with one letter; answers its code, grouped."""
    from serment.dossier.mailing import services

    code = codes.of(key=KEY, incident=incident, patient=UUID(int=5), ordinal=0)
    services.declare(incident=incident, event=replace(EVENT, reference=reference), by=UUID(int=1), now=NOW)
    services.give_codes(key=KEY, incident=incident, given=[services.Given(code=code, born=BORN, patient=UUID(int=5))])
    return codes.grouped(code)


def check(code: str, born: str = TYPED, *, attempts: Attempts | None = None, now: datetime = NOW, key: bytes = KEY) -> object:
    from serment.dossier.mailing import checking

    return checking.check(key=key, code=code, born=born, source=SOURCE, attempts=attempts or Attempts(), now=now)


def test_code_and_birth_date_tell_who_wrote_when_and_about_what(dossier: Dossier) -> None:
    from serment.dossier.mailing.checking import Ours

    code = declared(uuid4(), reference="INC-2026-1")
    told = Ours(sender=EVENT.sender.name, reference="INC-2026-1", written_on=EVENT.written_on, telephone=EVENT.sender.telephone)
    assert check(code) == check(code.lower().replace("-", " "), "12-3-1948") == told


def test_every_other_question_has_the_same_answer(dossier: Dossier) -> None:
    mine, other = declared(uuid4()), declared(uuid4(), reference="INC-2")
    never = codes.grouped(codes.of(key=KEY, incident=uuid4(), patient=uuid4(), ordinal=0))
    slip = ("1" if mine[0] != "1" else "2") + mine[1:]
    for code, born in ((mine, "13/03/1948"), (mine, ""), (mine, "31/02/1948"), (mine, "1948"), (never, TYPED), (slip, TYPED), ("", TYPED)):
        assert check(code, born) is None, (code == mine, born)
    assert check(other) is not None
    assert check(mine, key=b"another key") is None


def test_a_row_moved_to_another_incident_proves_nothing(dossier: Dossier) -> None:
    """Whoever may write in the database has not the key: a proof holds for one incident."""
    import psycopg

    one, two = uuid4(), uuid4()
    code = declared(one)
    declared(two, reference="INC-2")
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        superuser.execute("update letter_code set mailing_id = %s where mailing_id = %s", (two, one))
    assert check(code) is None


def test_the_application_changes_no_row_and_the_table_tells_no_code(dossier: Dossier) -> None:
    import psycopg

    code = declared(uuid4())
    with psycopg.connect(dossier.databases.dsn("serment_app", "serment"), autocommit=True) as eve:
        for table in ("mailing", "telling", "telling_step", "letter_batch", "letter_code"):
            for statement in (f"delete from {table}", f"truncate {table}", f"update {table} set mailing_id = mailing_id"):
                with pytest.raises(psycopg.errors.Error):
                    eve.execute(statement)
        kept = eve.execute("select locator, proof from letter_code").fetchall()
    plain = code.replace("-", "").encode()
    assert len(kept) == 1
    assert all(plain not in bytes(value) and b"1948" not in bytes(value) for row in kept for value in row)


def test_wrong_answers_wait_and_a_right_one_never_does(dossier: Dossier) -> None:
    code, counted = declared(uuid4()), Attempts()
    for _ in range(BY_SOURCE.most):
        assert check("0" * 16, attempts=counted) is None
    with pytest.raises(errors.Exhausted):
        check("0" * 16, attempts=counted)
    assert check(code, attempts=counted) is not None


def test_whoever_found_a_letter_tries_ten_dates_and_then_not_even_the_right_one(dossier: Dossier) -> None:
    code, counted = declared(uuid4()), Attempts()
    for day in range(1, BY_CODE.most + 1):
        assert check(code, f"{day}/01/1950", attempts=counted) is None
    with pytest.raises(errors.Exhausted):
        check(code, attempts=counted)
    assert check(code, attempts=counted, now=NOW + BY_CODE.window) is not None


def test_the_words_of_an_incident_do_not_change_once_they_are_kept(dossier: Dossier) -> None:
    from serment.dossier.mailing import services

    incident = uuid4()
    declared(incident)
    services.declare(incident=incident, event=EVENT, by=UUID(int=1), now=NOW)
    with pytest.raises(errors.Conflict):
        services.declare(incident=incident, event=replace(EVENT, reference="other"), by=UUID(int=1), now=NOW)


def test_an_answer_takes_less_than_twenty_milliseconds_and_yes_no_longer_than_no(dossier: Dossier) -> None:
    code = declared(uuid4())
    wrong = codes.grouped(codes.of(key=KEY, incident=uuid4(), patient=uuid4(), ordinal=0))

    def median(asked: str, born: str) -> float:
        seconds = []
        for _ in range(60):
            counted, started = Attempts(), time.perf_counter()
            check(asked, born, attempts=counted)
            seconds.append(time.perf_counter() - started)
        return sorted(seconds)[30]

    times = [median(code, TYPED), median(code, "1/1/1950"), median(wrong, TYPED), median("not a code", TYPED)]
    assert max(times) < 0.020
    # What tells the cases apart would be a query more or less, not a few microseconds: all do the same one.
    assert max(times[1:]) - min(times[1:]) < 0.003
