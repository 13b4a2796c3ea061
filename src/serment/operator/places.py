"""Where things may lie: sockets that fit their 107 bytes, files that others cannot read."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

from serment.operator.errors import RESOURCE, OperatorError

# unix(7): 108 bytes with the final zero; the longest name we put in a folder is 20 long.
SOCKET_FOLDER_BYTES_MAX = 80


def digest(path: Path) -> str:
    """A short stable name for a folder."""
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:16]


def private_folder(path: Path, *, uid: int | None = None) -> Path:
    """A folder that only its owner enters, made if needed. Raises OperatorError when somebody else made it."""
    owner = os.geteuid() if uid is None else uid
    try:
        path.mkdir(mode=0o700)
        if owner != os.geteuid():
            os.chown(path, owner, -1)
    except FileExistsError:
        pass
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner or found.st_mode & 0o077:
        raise OperatorError(f"Le dossier {path} n'est pas privé ou n'est pas à nous : supprimez-le ou corrigez ses droits.", code=RESOURCE)
    return path


def socket_folder(preferred: Path, *, uid: int | None = None) -> Path:
    """The folder for sockets: the preferred one when its path is short enough, else one of the system's run-time folders."""
    if len(os.fsencode(preferred)) <= SOCKET_FOLDER_BYTES_MAX:
        return private_folder(preferred, uid=uid)
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(runtime) if uid is None and runtime and os.access(runtime, os.W_OK) else Path("/tmp")  # noqa: S108 - checked below
    return private_folder(base / f"serment-{digest(preferred)}", uid=uid)


def write_json(path: Path, content: Any) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def write_secret(path: Path, content: str) -> None:
    """Write a new secret that only its owner reads. Raises FileExistsError: a secret is never replaced."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
