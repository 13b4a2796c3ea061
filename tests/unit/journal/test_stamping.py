"""The last checkpoint of each day is stamped by somebody else's clock, verified, and kept; nothing waits for it."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from serment.auditor import exporting, verifying
from serment.auditor.vouching import Trusted, stamped_at
from serment.guard.context import Guard
from serment.guard.release.status import witnesses
from serment.journal import outside, signing, stamping
from serment.journal.sequencer import Sequencer
from serment.journal.stamping import BadStamp, Stamper
from serment.wire.protocol import Empty
from tests.fixtures import timestamps
from tests.fixtures.journal import append, asked
from tests.fixtures.postgres import Databases
from tests.fixtures.timestamps import Stamping

MONDAY = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def authority(tmp_path: Path) -> Iterator[Stamping]:
    with timestamps.stamping(tmp_path / "tsa") as here:
        yield here


def at(guard: Guard, when: datetime) -> Guard:
    return dataclasses.replace(guard, clock=lambda: when)


def sequenced(guard: Guard, when: datetime, count: int = 1) -> None:
    for _ in range(count):
        append(guard, account=uuid4(), at=when)
    Sequencer(at(guard, when)).step()


def step(guard: Guard, authority: Stamping, when: datetime) -> Guard:
    known = at(guard, when)
    Stamper(known, authority.authority).step()
    return known


def kept(guard: Guard) -> list[int]:
    return asked(guard, "select size from journal_timestamp order by size")


def test_a_day_that_is_not_over_is_not_stamped(guard: Guard, authority: Stamping) -> None:
    sequenced(guard, MONDAY)
    for when in (MONDAY, MIDNIGHT - timedelta(microseconds=1)):
        step(guard, authority, when)
    assert (kept(guard), authority.asked) == ([], [])


def test_the_last_checkpoint_of_a_day_is_stamped_once_the_day_is_over(guard: Guard, authority: Stamping) -> None:
    sequenced(guard, MONDAY)
    sequenced(guard, MIDNIGHT - timedelta(seconds=1), 2)
    sequenced(guard, MIDNIGHT, 4)
    with capture_logs() as logs:
        step(guard, authority, MIDNIGHT)
        step(guard, authority, MIDNIGHT + timedelta(hours=23))
    assert kept(guard) == [3]
    assert len(authority.asked) == 1
    assert logs == [{"event": "time_stamp", "log_level": "info", "size": 3, "trouble": ""}]
    note = asked(guard, "select note from journal_checkpoint where size = 3")[0]
    token = bytes(asked(guard, "select token from journal_timestamp")[0])
    trusted = Trusted.read(witnesses=[], certificates=(authority.folder / "root.pem").read_bytes()).authority
    assert stamped_at(token, note.encode(), trusted) == asked(guard, "select at from journal_timestamp")[0]


def test_a_stamp_is_in_the_export_and_holds_for_the_auditor(
    guard: Guard, authority: Stamping, databases: Databases, tmp_path: Path
) -> None:
    sequenced(guard, MONDAY, 3)
    step(guard, authority, MIDNIGHT)
    exporting.export(databases.dsn("serment_auditor", "serment_guard"), tmp_path / "journal.jsonl")
    trusted = Trusted.read(witnesses=[], certificates=(authority.folder / "root.pem").read_bytes())
    report = verifying.verify(tmp_path / "journal.jsonl", key=signing.verifier_key(guard), trusted=trusted)
    assert report.finding is None
    assert report.stamped is not None
    assert (report.stamped[0], report.unread) == (3, 0)


def test_the_day_ends_at_midnight_to_the_microsecond(guard: Guard, authority: Stamping) -> None:
    sequenced(guard, MIDNIGHT + timedelta(microseconds=3))
    step(guard, authority, MIDNIGHT + timedelta(hours=14, minutes=5, seconds=6, microseconds=7))
    assert kept(guard) == []
    step(guard, authority, MIDNIGHT + timedelta(days=1))
    assert kept(guard) == [1]


def test_days_without_a_guard_are_made_good_by_one_stamp(guard: Guard, authority: Stamping) -> None:
    sequenced(guard, MONDAY)
    sequenced(guard, MONDAY + timedelta(days=3), 2)
    step(guard, authority, MONDAY + timedelta(days=9))
    assert kept(guard) == [3]


def test_each_day_has_its_own(guard: Guard, authority: Stamping) -> None:
    for day in range(3):
        sequenced(guard, MONDAY + timedelta(days=day))
        step(guard, authority, MIDNIGHT + timedelta(days=day))
    assert kept(guard) == [1, 2, 3]


@pytest.mark.parametrize("reply", [b"", b"nonsense", b"\x30\x00", b"\x30\x03\x02\x01\x00"])
def test_what_is_not_a_stamp_is_refused_told_and_asked_for_again(guard: Guard, authority: Stamping, reply: bytes) -> None:
    sequenced(guard, MONDAY)
    authority.reply = reply
    with capture_logs() as logs:
        known = step(guard, authority, MIDNIGHT)
    assert logs == [{"event": "time_stamp", "log_level": "error", "size": 1, "trouble": "refused"}]
    assert (kept(guard), known.outlook.stamp_trouble) == ([], "refused")
    authority.reply = None
    Stamper(known, authority.authority).step()
    assert (kept(guard), known.outlook.stamp_trouble) == ([1], "")


def test_a_stamp_of_something_else_is_refused(guard: Guard, authority: Stamping) -> None:
    stamp = stamping.stamp(authority.authority, b"something else")[0]
    authority.reply = stamp
    with pytest.raises(BadStamp):
        stamping.stamp(authority.authority, b"the checkpoint")


def test_a_stamp_played_again_is_refused(guard: Guard, authority: Stamping) -> None:
    """Its number is that of another request."""
    authority.reply = stamping.stamp(authority.authority, b"the checkpoint")[0]
    with pytest.raises(BadStamp):
        stamping.stamp(authority.authority, b"the checkpoint")


def test_a_stamp_by_another_authority_is_refused(authority: Stamping, tmp_path: Path) -> None:
    timestamps.certificates(tmp_path / "other", name="Autre")
    with pytest.raises(BadStamp):
        stamping.stamp(dataclasses.replace(authority.authority, certificates=tmp_path / "other" / "root.pem"), b"text")


def test_an_answer_of_another_status_is_refused(authority: Stamping) -> None:
    authority.status = 503
    with pytest.raises(BadStamp):
        stamping.stamp(authority.authority, b"text")


@pytest.mark.parametrize("content", [None, b"", b"nonsense"])
def test_certificates_that_cannot_be_read_are_trouble_and_no_more(guard: Guard, authority: Stamping, content: bytes | None) -> None:
    sequenced(guard, MONDAY)
    (authority.folder / "root.pem").unlink()
    if content is not None:
        (authority.folder / "root.pem").write_bytes(content)
    assert step(guard, authority, MIDNIGHT).outlook.stamp_trouble == "refused"
    assert authority.asked == []


def test_an_authority_that_does_not_answer_is_trouble_and_no_more(guard: Guard, authority: Stamping) -> None:
    sequenced(guard, MONDAY)
    authority.url = "http://127.0.0.1:1/"
    assert step(guard, authority, MIDNIGHT).outlook.stamp_trouble == "unreachable"
    assert kept(guard) == []


def test_two_guards_keep_one_stamp(guard: Guard, authority: Stamping) -> None:
    sequenced(guard, MONDAY)
    known = at(guard, MIDNIGHT)

    def answer_late(query: bytes) -> bytes:
        with guard.pool.connection() as tx:
            tx.execute("insert into journal_timestamp (size, at, token) values (1, now(), 'the other guard')")
        return Stamping.answer(authority, query)

    authority.answer = answer_late  # type: ignore[method-assign]
    Stamper(known, authority.authority).step()
    assert [bytes(one) for one in asked(guard, "select token from journal_timestamp")] == [b"the other guard"]


def test_the_last_stamp_is_told(guard: Guard, authority: Stamping) -> None:
    configured = dataclasses.replace(guard, settings=dataclasses.replace(guard.settings, timestamp_authority=authority.authority))
    told = witnesses(configured, Empty(), MONDAY)
    assert (told.stamped, told.stamped_size, told.stamped_at, told.stamp_trouble) == (True, 0, None, "")
    sequenced(guard, MONDAY, 5)
    step(configured, authority, MIDNIGHT)
    told = witnesses(configured, Empty(), MONDAY)
    assert (told.stamped, told.stamped_size) == (True, 5)
    assert told.stamped_at is not None
    assert abs(datetime.now(UTC) - told.stamped_at) < timedelta(minutes=1)
    assert witnesses(guard, Empty(), MONDAY).stamped is False


def test_the_thread_stamps_and_survives_a_database_that_went_away(
    guard: Guard, authority: Stamping, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamping, "PAUSE_SECONDS", 0.01)
    steps, twice = [], threading.Event()

    def fail(self: Stamper) -> None:
        steps.append(self)
        if len(steps) == 2:
            twice.set()
        raise psycopg.OperationalError("secret")

    monkeypatch.setattr(Stamper, "step", fail)
    configured = dataclasses.replace(guard, settings=dataclasses.replace(guard.settings, timestamp_authority=authority.authority))
    with capture_logs() as logs:
        stamper = stamping.start(configured)
        assert stamper is not None
        assert stamper._thread.daemon, "a guard that ends does not wait for an authority"
        assert twice.wait(5)
        stamper.stop()
    assert logs[0] == {"event": "time_stamp", "log_level": "warning", "error": "OperationalError"}
    assert not stamper._thread.is_alive()


def test_without_an_authority_nothing_is_started(guard: Guard) -> None:
    assert stamping.start(guard) is None


def test_an_address_out_of_form_is_no_configuration() -> None:
    for url in ("", "tsa.example", "ftp://tsa.example/", "https://", "file:///etc/passwd", "http://tsa.example:70000/"):
        with pytest.raises(ValueError):
            outside.Authority.configured(url=url, certificates="x.pem")
    made = outside.Authority.configured(url="https://tsa.example/a", certificates="x.pem")
    assert made == outside.Authority(url="https://tsa.example/a", certificates=Path("x.pem"))
