"""The client of the guard, against a small server that answers as the guard does, or dies as it may."""

from __future__ import annotations

import http.server
import socketserver
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from serment.dossier.kernel import errors
from serment.dossier.vault import client
from serment.wire.protocol import Empty, Refusal, Status

STATUS = Status(version="1", demonstration=True, entries=3, checkpoint_size=3, checkpoint_at=None, journal_key="k")


class Door(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    answer: Callable[[str], tuple[int, bytes]]
    connections = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Door

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, body = self.server.answer(self.path)
        if status == 0:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = status == 299 or self.close_connection

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    server = Door(str(tmp_path / "guard.sock"), Handler)
    server.answer = lambda _: (200, msgspec.msgpack.encode(STATUS))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def speak(door: Door) -> client.GuardClient:
    return client.GuardClient(Path(str(door.server_address)), deadline_seconds=0.5)


def test_an_answer_is_of_the_verbs_type_and_the_connection_is_kept(door: Door) -> None:
    guard = speak(door)
    assert [guard.call("status", Empty()) for _ in range(3)] == [STATUS] * 3
    assert door.connections == 1


def test_a_refusal_is_raised_as_its_category(door: Door) -> None:
    refusal = Refusal(category="denied", code="no_tie", remedy="break_glass")
    door.answer = lambda _: (403, msgspec.msgpack.encode(refusal))
    with pytest.raises(errors.Denied) as caught:
        speak(door).call("status", Empty())
    assert (caught.value.code, caught.value.remedy) == ("no_tie", "break_glass")


def test_no_guard_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(errors.Unavailable):
        client.GuardClient(tmp_path / "nobody.sock").call("status", Empty())


def test_a_guard_that_dies_in_the_act_is_unavailable_and_not_asked_twice(door: Door) -> None:
    asked: list[str] = []

    def die(path: str) -> tuple[int, bytes]:
        asked.append(path)
        return 0, b""

    door.answer = die
    with pytest.raises(errors.Unavailable):
        speak(door).call("status", Empty())
    assert asked == ["/v1/status"]


def test_a_kept_connection_that_the_guard_closed_is_replaced(door: Door) -> None:
    guard = speak(door)
    door.answer = lambda _: (200, msgspec.msgpack.encode(STATUS))
    guard.call("status", Empty())
    kept = guard._idle.get_nowait()
    kept.sock.shutdown(2)
    guard._idle.put_nowait(kept)
    assert guard.call("status", Empty()) == STATUS
    assert door.connections == 2


def test_a_guard_too_slow_is_unavailable(door: Door) -> None:
    waiting = threading.Event()

    def sleep(_: str) -> tuple[int, bytes]:
        waiting.wait(2)
        return 200, b""

    door.answer = sleep
    with pytest.raises(errors.Unavailable):
        speak(door).call("status", Empty())
    waiting.set()


@pytest.mark.parametrize("answer", [(200, b"\xc1"), (200, b""), (500, b"not a refusal"), (200, msgspec.msgpack.encode({"lines": 3}))])
def test_an_unreadable_answer_is_a_fault(door: Door, answer: tuple[int, bytes]) -> None:
    door.answer = lambda _: answer
    with pytest.raises(errors.Fault):
        speak(door).call("status", Empty())


def test_another_guard_may_stand_in_for_a_while() -> None:
    class Loopback:
        def call(self, verb: str, request: object) -> str:
            return verb

    with client.instead(Loopback()):
        assert client.guard().call("status", Empty()) == "status"
