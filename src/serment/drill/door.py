"""The guard's own door, for a thief who has come so far as to reach its socket."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path


class Door(http.client.HTTPConnection):
    """The guard's Unix socket, as the processes beside it reach it."""

    def __init__(self, path: Path) -> None:
        super().__init__("guard", timeout=10)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(str(self._path))

    def ask(self, verb: str, body: bytes) -> tuple[int, bytes]:
        """The status and the bytes of one verb."""
        self.request("POST", f"/v1/{verb}", body, {"Content-Type": "application/msgpack"})
        answer = self.getresponse()
        return answer.status, answer.read()


def settings(data_dir: Path, process: str) -> dict[str, str]:
    """The configuration file of a process, as whoever runs as its account reads it."""
    found: dict[str, str] = json.loads((data_dir / "config" / f"{process}.json").read_text(encoding="utf-8"))
    return found
