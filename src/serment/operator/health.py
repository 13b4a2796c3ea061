"""Whether a process answers: the guard by its protocol, the web server by its readiness page, the listener by its port."""

from __future__ import annotations

import errno
import http.client
import socket
from pathlib import Path
from typing import TypeVar

import msgspec

from serment.operator.errors import RESOURCE, USAGE, OperatorError
from serment.wire.protocol import Checkpoint, Empty, Status
from serment.wire.witnessing import Witnesses

DEADLINE_SECONDS = 3.0
REPLY_BYTES_MAX = 64 * 1024

Reply = TypeVar("Reply")


class _Socket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("guard", timeout=DEADLINE_SECONDS)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def guard_status(path: Path) -> Status | None:
    """What the guard says of itself, or None when it does not answer."""
    return _ask(path, "status", Status)


def guard_checkpoint(path: Path) -> Checkpoint | None:
    """The last signed checkpoint, or None when the guard does not answer."""
    return _ask(path, "checkpoint", Checkpoint)


def guard_witnesses(path: Path) -> Witnesses | None:
    """Where the witnesses of the journal stand, or None when the guard does not answer."""
    return _ask(path, "witnesses", Witnesses)


def _ask(path: Path, verb: str, reply: type[Reply]) -> Reply | None:
    connection = _Socket(path)
    try:
        connection.request("POST", f"/v1/{verb}", msgspec.msgpack.encode(Empty()), {"Content-Type": "application/msgpack"})
        response = connection.getresponse()
        if response.status != http.client.OK:
            return None
        return msgspec.msgpack.decode(response.read(REPLY_BYTES_MAX), type=reply)
    except (OSError, http.client.HTTPException, msgspec.MsgspecError):
        return None
    finally:
        connection.close()


def web_answer(port: int) -> int:
    """The status of the readiness page: 200 when the database and the guard answer it; 0 when nothing answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE_SECONDS)
    try:
        connection.request("GET", "/-/ready", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def port_answers(port: int) -> bool:
    """Whether something accepts connections on a loopback port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def take_port(port: int, *, use: str, option: str) -> int:
    """A loopback port that is free now; 0 picks one. Raises OperatorError when the one asked for is taken or forbidden."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError:
            raise OperatorError(f"{port} n'est pas un port : donnez un nombre de 0 à 65535 ({option}).", code=USAGE) from None
        except OSError as error:
            why = "est réservé à l'administrateur" if error.errno == errno.EACCES else "est déjà pris par un autre programme"
            raise OperatorError(
                f"Le port {port} ({use}) {why} : donnez-en un autre avec {option}, ou 0 pour un port libre.", code=RESOURCE
            ) from None
        return int(probe.getsockname()[1])
