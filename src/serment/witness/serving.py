"""The witness's door: HTTP/1.1, one path, small bodies, short patience."""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any

from serment.witness.submission import BODY_BYTES_MAX, FAULT, MALFORMED, Answer
from serment.witness.witness import Witness

PATH = "/add-checkpoint"
# A hospital's guard keeps one or two.
CONNECTIONS_MAX = 32
PATIENCE_SECONDS = 10.0

NOT_HERE = Answer(status=404, body="POST /add-checkpoint\n")


class Door(ThreadingHTTPServer):
    """Listens until `shutdown`."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], witness: Witness) -> None:
        """Raises OSError when the address cannot be listened to."""
        self.witness = witness
        self._room = threading.BoundedSemaphore(CONNECTIONS_MAX)
        super().__init__(address, _Visitor)

    def process_request(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: socket | tuple[bytes, socket], client_address: Any) -> None:
        """A visitor who went away in the middle is no event; anything else is said by its kind."""
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError)):
            _say(event="fault", error=type(error).__name__)


class _Visitor(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "serment-witness", ""
    timeout = PATIENCE_SECONDS
    server: Door

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        # What is not read would be taken for the next request.
        if not (length.isascii() and length.isdigit()) or int(length[:10]) > BODY_BYTES_MAX or "Transfer-Encoding" in self.headers:
            self._answer(MALFORMED, then_close=True)
            return
        body = self.rfile.read(int(length))
        self._answer(self._judged(body) if self.path == PATH else NOT_HERE)

    def do_GET(self) -> None:
        self._answer(NOT_HERE, then_close=True)

    def _judged(self, body: bytes) -> Answer:
        try:
            return self.server.witness.add_checkpoint(body)
        except (OSError, ValueError) as error:
            _say(event="record", error=type(error).__name__)
            return FAULT

    def _answer(self, answer: Answer, *, then_close: bool = False) -> None:
        _say(event="answer", status=answer.status)
        content = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(content)))
        if then_close:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """One line a request is enough, and it is ours."""


def _say(**what: object) -> None:
    print(json.dumps(what), flush=True)
