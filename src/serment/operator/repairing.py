"""What is done when a process of the running instance ends or stops answering: one line, and another in its place."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from serment.operator import family, health
from serment.operator.children import Child, grandchildren
from serment.operator.configuration import Addresses
from serment.operator.servers import Bundled, External
from serment.operator.telling import Teller

PROBE_SECONDS = 5.0
# Twenty seconds of silence: longer than any page, shorter than a nurse's patience.
UNWELL_PROBES_MAX = 4
STABLE_SECONDS = 20.0
DELAY_SECONDS_MAX = 15.0
DISK_SECONDS = 30.0
DISK_BYTES_LOW = 200 * 1024 * 1024


@dataclass(kw_only=True)
class Repairs:
    """The memory of one supervisor about its children's troubles."""

    children: dict[str, Child]
    teller: Teller
    start: Callable[[str], None]
    server: Bundled | External
    addresses: Addresses
    guard_socket: Path
    data_dir: Path
    quick_ends: dict[str, int] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)
    unwell: dict[str, int] = field(default_factory=dict)
    workers: set[int] = field(default_factory=set)
    leaving: set[int] = field(default_factory=set)
    checkpointer: int = 0
    expected: set[str] = field(default_factory=set)
    probed_at: float = field(default_factory=time.monotonic)
    disk_at: float = 0.0
    is_disk_low: bool = False
    database_restarted: bool = False

    def look(self) -> bool:
        """One look at everything; says whether a process was replaced."""
        changed = False
        for name, child in self.children.items():
            if name not in self.due and child.has_ended():
                self._ended(name, child)
        for name in self._startable():
            changed = self._replace(name) or changed
        self._settle_database()
        self._look_inside()
        self._probe()
        self._look_at_disk()
        return changed

    def _ended(self, name: str, child: Child) -> None:
        if name in self.expected:
            self.expected.discard(name)
            self.due[name] = time.monotonic()
            return
        lived = time.monotonic() - child.started_at
        self.quick_ends[name] = self.quick_ends.get(name, 0) + 1 if lived < STABLE_SECONDS else 0
        tries = self.quick_ends[name]
        delay = min(0.25 * 2**tries, DELAY_SECONDS_MAX) if tries > 1 else 0.0
        self.due[name] = time.monotonic() + delay
        code = child.process.returncode if child.process else None
        how = signal.Signals(-code).name if code is not None and code < 0 else f"code {code}"
        again = f" (essai {tries}, voir {child.log})" if tries > 1 else ""
        self.teller.trouble(f"{child.title} ({name}) : arrêt inattendu ({how}), relance en cours{again}.")

    def _startable(self) -> list[str]:
        """Those whose time has come; without a database only PostgreSQL, since the others would end at once."""
        due = [name for name, at in self.due.items() if time.monotonic() >= at]
        if due and "postgres" not in due and isinstance(self.server, Bundled) and not self.server.cluster.answers():
            return []
        return [name for name in due if name == "postgres"] or due

    def _replace(self, name: str) -> bool:
        if name == "postgres":
            # Sessions of a dead postmaster may still hold its memory, and would keep a new one from starting.
            family.end_orphans(child.pid for child in self.children.values() if child.pid and not child.has_ended())
            self.database_restarted = True
            self.checkpointer = 0
        del self.due[name]
        self.start(name) if name != "postgres" else self.children[name].start()
        self.children[name].restarts += 1
        self.unwell[name] = 0
        if name == "web":
            self.workers = set()
        return True

    def _settle_database(self) -> None:
        """After PostgreSQL came back, whoever may hold a dead connection gets new ones: the web's workers by turns, the others whole."""
        if not self.database_restarted or not isinstance(self.server, Bundled) or "postgres" in self.due:
            return
        if self.children["postgres"].has_ended() or not self.server.cluster.answers():
            return
        self.database_restarted = False
        for name in ("worker", "listener"):
            if name in self.children and name not in self.due and not self.children[name].has_ended():
                self.expected.add(name)
                self.children[name].ask_to_stop()
        web = self.children.get("web")
        if web is not None and web.process is not None and not web.has_ended():
            self.leaving |= grandchildren(web.process.pid)
            web.process.send_signal(signal.SIGHUP)

    def _look_inside(self) -> None:
        """A worker of the web server, or a process of PostgreSQL, that its own parent replaces: told."""
        web = self.children.get("web")
        if web is not None and web.pid and not web.has_ended():
            now = grandchildren(web.pid)
            if lost := self.workers - now - self.leaving:
                self.teller.trouble(
                    f"Serveur web (web) : arrêt inattendu du processus {', '.join(map(str, sorted(lost)))}, remplacement en cours."
                )
            self.workers = now
            self.leaving &= now
        postgres = self.children.get("postgres")
        if postgres is not None and postgres.pid and not postgres.has_ended() and not self.database_restarted:
            self._look_inside_postgres(postgres.pid)

    def _look_inside_postgres(self, pid: int) -> None:
        if self.checkpointer and self.checkpointer in grandchildren(pid):
            return
        found = next((child for child in grandchildren(pid) if b"checkpointer" in _title(child)), 0)
        if found and self.checkpointer:
            # The server ends all its sessions when one is killed, and starts its own processes again.
            self.teller.trouble("PostgreSQL (postgres) : arrêt inattendu d'une de ses sessions, il s'est rétabli.")
            self.database_restarted = True
        self.checkpointer = found or self.checkpointer

    def _probe(self) -> None:
        if time.monotonic() - self.probed_at < PROBE_SECONDS:
            return
        self.probed_at = time.monotonic()
        guard = health.guard_status(self.guard_socket) is not None
        answer = health.web_answer(self.addresses.port)
        # The web server that says "the guard is down" is well itself.
        self._count("guard", is_well=guard)
        self._count("web", is_well=answer == 200 or (answer == 503 and not guard))

    def _count(self, name: str, *, is_well: bool) -> None:
        child = self.children[name]
        is_young = time.monotonic() - child.started_at < STABLE_SECONDS
        self.unwell[name] = 0 if is_well or is_young or isinstance(self.server, External) else self.unwell.get(name, 0) + 1
        if self.unwell[name] >= UNWELL_PROBES_MAX and name not in self.due and not child.has_ended():
            self.teller.trouble(f"{child.title} ({name}) : pas de réponse, relance en cours.")
            self.expected.add(name)
            child.kill()

    def _look_at_disk(self) -> None:
        if time.monotonic() - self.disk_at < DISK_SECONDS:
            return
        self.disk_at = time.monotonic()
        free = shutil.disk_usage(self.data_dir).free
        if free < DISK_BYTES_LOW and not self.is_disk_low:
            self.teller.trouble(f"Il ne reste que {free // 1024**2} Mo sur le disque de {self.data_dir} : libérez de la place.")
        self.is_disk_low = free < DISK_BYTES_LOW


def _title(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
