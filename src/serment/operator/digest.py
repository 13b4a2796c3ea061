"""The daily digest for the data-protection officer: the auditor's, printed on demand, sent each morning where a relay is configured."""

from __future__ import annotations

import subprocess
import threading
from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from serment.operator import commands
from serment.operator.children import environment
from serment.operator.instance import Instance
from serment.operator.telling import Teller

PARIS = ZoneInfo("Europe/Paris")
# Before the officer's morning, after the night's batches. What could not be sent is tried again an hour later.
SENT_AT = time(6, 0)
TRIED_AGAIN_AFTER = timedelta(hours=1)
SECONDS_MAX = 60


def run(dsn: str, *, day: str = "", mail: Path | None = None) -> int:
    """Print the digest of a day, or send it. Answers the auditor's exit code."""
    more = [*(["--day", day] if day else []), *(["--mail", str(mail)] if mail else [])]
    arguments = [*commands.PYTHON, "serment.auditor", "digest", *more]
    # In the environment: an argument shows in the list of processes, with its password.
    done = subprocess.run(arguments, env=environment(SERMENT_AUDITOR_DSN=dsn), check=False, timeout=SECONDS_MAX)
    return done.returncode


def relay(instance: Instance) -> Path:
    """The file that describes the mail relay."""
    return instance.config / "mail.json"


class Morning:
    """Looked at every second by the supervisor; sends yesterday's digest once, in a thread of its own."""

    def __init__(self, instance: Instance, dsn: str, teller: Teller) -> None:
        self._instance, self._dsn, self._teller = instance, dsn, teller
        self._tried: datetime | None = None
        self._thread: threading.Thread | None = None

    def look(self, now: datetime) -> bool:
        """Whether a sending was begun."""
        local = now.astimezone(PARIS)
        day = (local.date() - timedelta(days=1)).isoformat()
        is_due = local.time() >= SENT_AT and self._instance.facts.get("digest_sent") != day
        waits = self._tried is not None and now - self._tried < TRIED_AGAIN_AFTER
        if not is_due or waits or not relay(self._instance).exists() or (self._thread and self._thread.is_alive()):
            return False
        self._tried = now
        self._thread = threading.Thread(target=self._send, args=(day,), name="digest", daemon=True)
        self._thread.start()
        return True

    def wait(self) -> None:
        """Until what was begun has ended."""
        if self._thread:
            self._thread.join(SECONDS_MAX)

    def _send(self, day: str) -> None:
        try:
            code = run(self._dsn, day=day, mail=relay(self._instance))
        except subprocess.TimeoutExpired:
            code = 1
        if code == 0:
            self._instance.remember(digest_sent=day)
        else:
            self._teller.trouble("Le résumé quotidien n'a pas pu être envoyé. Vérifiez config/mail.json ; nouvel essai dans une heure.")
