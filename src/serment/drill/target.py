"""The instance under attack, and what the drill itself may do to it: start it, move its clock, ask its operator's commands.

Attackers use the doors (HTTP, MLLP, SQL with the role they hold, files they stole); the drill sets the stage through the operator's
commands, and knows the truth: who the patients are, and who works where.
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import psycopg

from serment.drill.browser import HttpBrowser
from serment.drill.passkey import SoftPasskey

READY = re.compile(r"^Serment is ready: (http\S+?)/?$")
LISTENER = re.compile(r"^HL7 listener: (\S+):(\d+)$")
PERSONA = re.compile(r'data-account="([0-9a-f-]{36})"\s*data-role="(\w+)"><span class="persona-name">([^<]+)</span>', re.S)
GROUP = re.compile(r'class="persona-group.*?<h\d[^>]*>(.*?)</h\d>(.*?)</section>', re.S)
START_SECONDS_MAX = 180
# From then on an authenticator is no longer new.
SETTLED = timedelta(hours=25)


class NoTarget(Exception):
    """The instance does not start, or does not answer. The message says what was tried."""


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody who works there."""

    account: str
    role: str
    label: str
    unit: str


@dataclass
class Target:
    """A running instance. `data_dir` is None when it is somebody's staging system: then only its doors are known."""

    url: str
    data_dir: Path | None = None
    mllp: tuple[str, int] = ("127.0.0.1", 0)
    ahead: timedelta = timedelta()
    _process: subprocess.Popen[str] | None = field(default=None, repr=False)
    _personas: list[Persona] = field(default_factory=list, repr=False)
    _patients: list[str] = field(default_factory=list, repr=False)
    _hired: set[str] = field(default_factory=set, repr=False)

    # time -----------------------------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        """The instant at which the instance lives."""
        return datetime.now(UTC) + self.ahead

    def pass_by(self, duration: timedelta) -> None:
        """Let time pass for the guard. Raises NoTarget where the clock is not ours."""
        if self.data_dir is None:
            raise NoTarget("the clock of a foreign instance cannot be moved: this scenario needs an instance of its own")
        self.ahead += duration
        # Written beside and renamed: the guard reads it at any moment.
        file = self.data_dir / "config" / "clock"
        new = file.with_suffix(".new")
        new.write_text(str(int(self.ahead.total_seconds())), encoding="ascii")
        new.replace(file)

    # people ---------------------------------------------------------------------------------------------------------------------

    def personas(self, *roles: str) -> list[Persona]:
        """The fictional staff that the sign-in page of a demonstration offers, of some roles or all."""
        if not self._personas:
            page = HttpBrowser(self.url, clock=self.now).request("GET", "/sign-in/", signed=False).text
            for unit, people in GROUP.findall(page):
                for account, role, label in PERSONA.findall(people):
                    name = re.sub(r"<[^>]+>", "", unit).strip()
                    self._personas.append(Persona(account=account, role=role, label=label, unit=name))
        found = [one for one in self._personas if not roles or one.role in roles]
        if not found:
            raise NoTarget(f"nobody of the roles {', '.join(roles)} works on this instance")
        return found

    def hire(self, count: int, *roles: str) -> list[Persona]:
        """So many people of some roles whom no scenario has taken yet. Raises NoTarget when there are not enough."""
        free = [one for one in self.personas(*roles) if one.account not in self._hired][:count]
        if len(free) < count:
            raise NoTarget(f"not enough people of the roles {', '.join(roles)} work on this instance")
        self._hired |= {one.account for one in free}
        return free

    def at_work(self, persona: Persona, *, settled: bool = True) -> HttpBrowser:
        """The person at a workstation, signed in, with a passkey of more than a day unless it is new."""
        browser = HttpBrowser(self.url, authenticator=SoftPasskey(origin=self.url, rp_id="localhost"), clock=self.now)
        browser.become(persona.account)
        if settled:
            self.pass_by(SETTLED)
            browser.sign_in()
        return browser

    def all_at_work(self, personas: list[Persona]) -> list[HttpBrowser]:
        """Several people, whose passkeys grow old together."""
        browsers = [self.at_work(persona, settled=False) for persona in personas]
        self.pass_by(SETTLED)
        for browser in browsers:
            browser.sign_in()
        return browsers

    # the truth ------------------------------------------------------------------------------------------------------------------

    def patients(self) -> list[str]:
        """Patients who are in care now, whom no decoy can be. The drill gives the attacker all of their identifiers, since the bounds must
        hold without anybody noticing anything."""
        if not self._patients:
            with psycopg.connect(self.dsn("owner")) as tx:
                query = "select distinct patient_id from stay where ended_at is null order by patient_id"
                self._patients = [str(row[0]) for row in tx.execute(query).fetchall()]
        return self._patients

    def decoy(self, opened: Callable[[str], bool]) -> bool:
        """Open one former patient after the other until one of them was a decoy. Whether there was one."""
        return any(opened(one) for one in self.former())

    def former(self, most: int = 100_000) -> list[str]:
        """Patients known and not in care, decoys among them."""
        here = set(self.patients())
        with psycopg.connect(self.dsn("owner")) as tx:
            known = [str(row[0]) for row in tx.execute("select id from patient order by id").fetchall()]
        return [one for one in known if one not in here][:most]

    def dsn(self, role: str, database: str = "") -> str:
        """The address of a database for a role: `app`, `owner`, `auditor`, `guard`."""
        more = ["--database", database] if database else []
        return self.operator("db", "url", "--role", role, *more).stdout.strip()

    def superuser(self, database: str) -> str:
        """The address of a database for its administrator, who may do everything there. Raises NoTarget when the data are not ours."""
        if self.data_dir is None:
            raise NoTarget("this scenario needs the data directory of the instance")
        secret = json.loads((self.data_dir / "config" / "secrets.json").read_text(encoding="utf-8"))["superuser"]
        port = json.loads((self.data_dir / "run.json").read_text(encoding="utf-8"))["ports"]["postgres"]
        return f"postgresql://serment_superuser:{quote(secret, safe='')}@127.0.0.1:{port}/{database}"

    def operator(self, *arguments: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """One of the operator's commands on this instance. Raises NoTarget when the data are not ours."""
        if self.data_dir is None:
            raise NoTarget("this scenario needs the data directory of the instance")
        command = [sys.executable, "-m", "serment.operator", *arguments, "--data-dir", str(self.data_dir)]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, input=given)

    # life -----------------------------------------------------------------------------------------------------------------------

    def start(self, *, patients: int) -> None:
        """Start the instance, and wait until it answers. Raises NoTarget."""
        command = [sys.executable, "-m", "serment.operator", "demo", "--port", "0", "--mllp-port", "0"]
        command += ["--patients", str(patients), "--data-dir", str(self.data_dir)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        timer = threading.Timer(START_SECONDS_MAX, self._process.kill)
        timer.start()
        url = ""
        try:
            for line in self._process.stdout or ():
                if found := READY.match(line.strip()):
                    url = found[1]
                if found := LISTENER.match(line.strip()):
                    self.mllp = (found[1], int(found[2]))
                if url and self.mllp[1]:
                    break
        finally:
            timer.cancel()
        if not url:
            raise NoTarget("the instance did not start")
        self.url = url
        threading.Thread(target=lambda: list((self._process and self._process.stdout) or ()), daemon=True).start()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=60)


@contextlib.contextmanager
def own(*, patients: int) -> Iterator[Target]:
    """An instance of the drill's own, whose clock it moves; stopped and deleted at the end."""
    folder = Path(tempfile.mkdtemp(prefix="serment-drill-"))
    folder.chmod(0o711)
    target = Target(url="", data_dir=folder / "data")
    try:
        target.start(patients=patients)
        target.stop()
        # Started once more, with a clock of its own.
        target.pass_by(timedelta())
        target.mllp = ("127.0.0.1", 0)
        target.start(patients=patients)
        yield target
    finally:
        target.stop()
        shutil.rmtree(folder, ignore_errors=True)
