"""The witness's door: what comes over the network is small, whole and in time, or it goes nowhere."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from serment.wire.note import cosigned_at
from serment.witness import serving
from serment.witness.serving import Door
from serment.witness.submission import BODY_BYTES_MAX, FAULT, MALFORMED, UNKNOWN, Answer, conflict
from serment.witness.witness import Witness
from tests.fixtures.witnesses import ForeignLog, door, sent, witness_of


@pytest.fixture
def log() -> ForeignLog:
    return ForeignLog.of(20)


@pytest.fixture
def opened(tmp_path: Path, log: ForeignLog) -> Iterator[Door]:
    with door(witness_of(tmp_path / "w", log)) as listening:
        yield listening


def raw(opened: Door, content: bytes) -> bytes:
    """What comes back for bytes of our own, until the witness closes."""
    with socket.create_connection(("127.0.0.1", int(opened.server_address[1])), timeout=5) as connection:
        connection.sendall(content)
        received = b""
        while more := connection.recv(4096):
            received += more
        return received


def test_a_checkpoint_is_cosigned_over_http(opened: Door, log: ForeignLog) -> None:
    answer = sent(opened, log.submission(0, 7))
    assert answer.status == 200
    assert cosigned_at(log.note(7) + answer.body, opened.witness.key) > 0


def test_the_known_size_comes_back_under_its_own_type(opened: Door, log: ForeignLog) -> None:
    sent(opened, log.submission(0, 7))
    assert sent(opened, log.submission(0, 9)) == conflict(7)


def test_every_refusal_has_its_status(opened: Door) -> None:
    assert sent(opened, b"nonsense") == MALFORMED
    assert sent(opened, ForeignLog.of(3).submission(0, 3).replace(b"serment.journal", b"someone.else")) == UNKNOWN


def test_one_connection_serves_many_submissions(opened: Door, log: ForeignLog) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(opened.server_address[1]), timeout=5)
    for old, new in ((0, 3), (3, 9), (9, 20)):
        connection.request("POST", "/add-checkpoint", log.submission(old, new))
        answer = connection.getresponse()
        assert (answer.status, answer.will_close) == (200, False)
        answer.read()
    connection.close()


def test_nothing_else_is_here(opened: Door, log: ForeignLog) -> None:
    assert sent(opened, log.submission(0, 7), path="/").status == 404
    assert sent(opened, log.submission(0, 7), path="/add-checkpoint/more").status == 404
    assert raw(opened, b"GET /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n").startswith(b"HTTP/1.1 404 ")
    assert raw(opened, b"DELETE / HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 501 ")
    assert opened.witness.logs()[0].size == 0


@pytest.mark.parametrize(
    "header",
    [
        b"", b"Content-Length: \r\n", b"Content-Length: -1\r\n", b"Content-Length: 1e3\r\n", b"Content-Length: " + b"9" * 30 + b"\r\n",
        b"Content-Length: " + str(BODY_BYTES_MAX + 1).encode() + b"\r\n", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: chunked\r\n",
    ],
)  # fmt: skip
def test_a_body_of_no_known_or_too_large_a_size_is_not_read(opened: Door, header: bytes) -> None:
    answer = raw(opened, b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n" + header + b"\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(MALFORMED.body.encode())


def test_a_body_of_the_largest_size_is_read(opened: Door) -> None:
    assert sent(opened, b"x" * BODY_BYTES_MAX) == MALFORMED


def test_who_does_not_go_on_is_sent_away(opened: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving._Visitor, "timeout", 0.2)
    began = time.monotonic()
    assert raw(opened, b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 50\r\n\r\nold") == b""
    assert raw(opened, b"POST /add-check") == b""
    assert time.monotonic() - began < 3
    assert sent(opened, b"nonsense") == MALFORMED


def test_no_more_than_a_few_are_let_in_and_room_is_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "CONNECTIONS_MAX", 2)
    with door(witness_of(tmp_path / "w", ForeignLog.of(1))) as opened:
        where = ("127.0.0.1", int(opened.server_address[1]))
        first, second = socket.create_connection(where, timeout=5), socket.create_connection(where, timeout=5)
        assert raw(opened, b"") == b"", "closed at once"
        first.close()
        second.close()
        deadline = time.monotonic() + 10
        while True:
            try:
                assert sent(opened, b"nonsense") == MALFORMED
                break
            except (ConnectionError, http.client.HTTPException):
                assert time.monotonic() < deadline, "the room was not given back"
                time.sleep(0.05)


def test_a_record_that_cannot_be_kept_is_no_cosignature(
    opened: Door, log: ForeignLog, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    next((tmp_path / "w" / "logs").glob("*.json")).write_text("{")
    assert sent(opened, log.submission(0, 7)) == FAULT
    assert {"event": "record", "error": "JSONDecodeError"} in [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_full_disk_is_no_cosignature(opened: Door, log: ForeignLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("serment.witness.witness.os.fsync", full)
    assert sent(opened, log.submission(0, 7)) == FAULT
    monkeypatch.undo()
    assert opened.witness.logs()[0].size == 0
    assert sent(opened, log.submission(0, 7)).status == 200


def test_an_unforeseen_failure_is_said_by_its_kind_alone(
    opened: Door, log: ForeignLog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(self: Witness, body: bytes) -> Answer:
        raise RuntimeError("secret")

    monkeypatch.setattr(Witness, "add_checkpoint", broken)
    with pytest.raises(http.client.RemoteDisconnected):
        sent(opened, log.submission(0, 7))
    time.sleep(0.1)
    assert capsys.readouterr().out == '{"event": "fault", "error": "RuntimeError"}\n'


def test_the_log_has_one_line_a_request_and_nothing_of_its_content(
    opened: Door, log: ForeignLog, capsys: pytest.CaptureFixture[str]
) -> None:
    sent(opened, log.submission(0, 7))
    assert capsys.readouterr() == ('{"event": "answer", "status": 200}\n', "")
