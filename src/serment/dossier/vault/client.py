"""The connection to the guard: MessagePack over HTTP on a Unix socket."""

from __future__ import annotations

import http.client
import queue
import socket
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import msgspec

from serment.dossier.kernel import config, errors
from serment.wire.protocol import Refusal
from serment.wire.verbs import VERBS

DEADLINE_SECONDS = 3.0
IDLE_CONNECTIONS_MAX = 16
REPLY_BYTES_MAX = 16 * 1024 * 1024


class Guard(Protocol):
    """Whatever answers the guard's verbs."""

    def call(self, verb: str, request: object) -> Any: ...


class _SocketConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout: float) -> None:
        super().__init__("guard", timeout=timeout)
        self._path = path
        self.used = False

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


# Where the request that is being served came from: the address of a workstation. The guard counts by source too.
SOURCE: ContextVar[str] = ContextVar("serment_source", default="")


# Whether the page asked by itself: such a request does not keep the session awake.
QUIET: ContextVar[bool] = ContextVar("serment_quiet", default=False)

# Verbs for which the guard asks somebody outside, or reads much of its journal.
PATIENT = {
    "begin_oidc": 12.0, "finish_oidc": 20.0, "suggest_window": 30.0, "prove_exposure": 20.0, "prove_absence": 20.0,
    "incident_excerpt": 60.0, "match_sample": 60.0, "attribute_sample": 120.0,
}  # fmt: skip


class GuardClient:
    """Speaks to the guard; safe to share among threads."""

    def __init__(self, path: Path, *, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._path = path
        self._deadline = deadline_seconds
        self._idle: queue.LifoQueue[_SocketConnection] = queue.LifoQueue(maxsize=IDLE_CONNECTIONS_MAX)

    def call(self, verb: str, request: object) -> Any:
        """The reply to one verb. Raises the `kernel.errors.Refused` of the guard's category; `Unavailable` when it does not answer."""
        status, body = self._send(f"/v1/{verb}", msgspec.msgpack.encode(request))
        try:
            if status == http.client.OK:
                return msgspec.msgpack.decode(body, type=VERBS[verb][1])
            refusal = msgspec.msgpack.decode(body, type=Refusal)
        except msgspec.MsgspecError:
            raise errors.Fault("guard_reply_unreadable") from None
        raise errors.from_refusal(refusal)

    def _send(self, address: str, body: bytes) -> tuple[int, bytes]:
        connection = self._take()
        try:
            return self._exchange(connection, address, body)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # A kept connection that the guard had closed meanwhile: once more on a new one. A connection of our own making that
            # dies is the guard dying, and a verb is not sent twice for that.
            if not connection.used:
                raise errors.Unavailable("guard_down") from None
        except (OSError, http.client.HTTPException):
            raise errors.Unavailable("guard_down") from None
        try:
            return self._exchange(self._new(), address, body)
        except (OSError, http.client.HTTPException):
            raise errors.Unavailable("guard_down") from None

    def _exchange(self, connection: _SocketConnection, address: str, body: bytes) -> tuple[int, bytes]:
        try:
            connection.timeout = PATIENT.get(address.removeprefix("/v1/"), self._deadline)
            if connection.sock is not None:
                connection.sock.settimeout(connection.timeout)
            quiet = {"Serment-Quiet": "yes"} if QUIET.get() else {}
            connection.request("POST", address, body, {"Content-Type": "application/msgpack", "Serment-Source": SOURCE.get(), **quiet})
            response = connection.getresponse()
            answer = response.read(REPLY_BYTES_MAX + 1)
        except BaseException:
            connection.close()
            raise
        if len(answer) > REPLY_BYTES_MAX:
            connection.close()
            raise errors.Fault("guard_reply_too_long")
        self._keep(connection)
        return response.status, answer

    def _new(self) -> _SocketConnection:
        return _SocketConnection(self._path, self._deadline)

    def _take(self) -> _SocketConnection:
        try:
            return self._idle.get_nowait()
        except queue.Empty:
            return self._new()

    def _keep(self, connection: _SocketConnection) -> None:
        connection.used = True
        try:
            self._idle.put_nowait(connection)
        except queue.Full:
            connection.close()


_chosen: list[Guard] = []


@lru_cache(maxsize=1)
def _configured() -> GuardClient:
    return GuardClient(config.current().guard_socket)


def guard() -> Guard:
    """The guard of this process."""
    return _chosen[-1] if _chosen else _configured()


class instead:  # noqa: N801 - reads as a sentence: `with client.instead(loopback):`
    """While it lasts, `guard()` answers with another implementation: one in this process, for tests and for measurements."""

    def __init__(self, other: Guard) -> None:
        self._other = other

    def __enter__(self) -> Guard:
        _chosen.append(self._other)
        return self._other

    def __exit__(self, *_: object) -> None:
        _chosen.remove(self._other)
