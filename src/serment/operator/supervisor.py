"""Starts one instance, watches it, repairs it, stops it.

One thread, no locks: it sleeps until a child ends or a second has passed, looks at everything, and acts. PostgreSQL comes first and goes
last; the others start side by side, each waiting by itself for what it needs.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from serment.operator import commands, configuration, digest, family, health, showing, stamps, steps
from serment.operator.children import Child, Program
from serment.operator.configuration import Addresses
from serment.operator.errors import BROKEN, RESOURCE, OperatorError
from serment.operator.instance import Instance, read_json
from serment.operator.places import write_json
from serment.operator.postgres import START_SECONDS_MAX as POSTGRES_SECONDS_MAX
from serment.operator.preparing import Preparation
from serment.operator.repairing import Repairs
from serment.operator.servers import Bundled, External
from serment.operator.telling import Teller
from serment.operator.waiting import Signals

TITLES = {
    "postgres": "PostgreSQL", "guard": "Gardien", "web": "Serveur web", "worker": "Tâches de fond", "listener": "Écoute HL7",
    "witness": "Témoin",
}  # fmt: skip
READY_SECONDS_MAX = 40
LOOK_SECONDS = 1.0
STOP_SECONDS_MAX = 20.0
# A first start writes about 120 MB; below this, a ward's day of documents would not fit either.
DISK_BYTES_MIN = 300 * 1024 * 1024


@dataclass(kw_only=True)
class Supervisor:
    """Runs one instance; the caller holds its folder. `patients` is the size of a demonstration."""

    instance: Instance
    server: Bundled | External
    addresses: Addresses
    patients: int
    signals: Signals
    teller: Teller
    children: dict[str, Child] = field(default_factory=dict)

    def run(self, *, when_ready: Callable[[], None]) -> None:
        """From nothing to ready, then on until asked to stop. Raises OperatorError when the start fails; nothing is left running."""
        family.adopt_orphans()
        self._end_remains()
        try:
            self._start()
            self._pin_journal_key()
            if self.addresses.witness_port:
                showing.watch_journal(self.instance, self.signals)
            self._write_state()
            when_ready()
            self._watch()
        finally:
            self._stop()

    # --- starting -------------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        check_disk(self.instance.data_dir)
        self._start_server()
        if self.addresses.witness_port:
            showing.make_witness(self.instance, self.signals)
        configuration.write(self.instance, self.server, self.addresses)
        preparation = Preparation(instance=self.instance, server=self.server, signals=self.signals, teller=self.teller)
        preparation.prepare_schemas()
        preparation.prepare_keys()
        preparation.prepare_people()
        self.teller.step("Démarrage du gardien, du web, des tâches de fond et de l'écoute HL7")
        self._start_child("guard")
        if not preparation.is_loaded(self.patients):
            self._wait_for_guard(preparation)
            preparation.load_demonstration(self.patients)
        for name in ("web", "worker", "listener", *(["witness"] if self.addresses.witness_port else [])):
            self._start_child(name)
        self._wait_for_guard(preparation)
        self._wait("web", lambda: health.web_answer(self.addresses.port) == 200)
        self._wait("listener", lambda: health.port_answers(self.addresses.mllp_port))

    def _start_server(self) -> None:
        if isinstance(self.server, External):
            self.server.check()
            return
        cluster = self.server.cluster
        self.teller.step("PostgreSQL")
        cluster.create(run=self._run_to_end)
        check_disk(cluster.folder)
        child = Child(
            name="postgres", title=TITLES["postgres"], program=cluster.server(), log=self.instance.log("postgres"),
            stop_seconds_max=STOP_SECONDS_MAX,
        )  # fmt: skip
        self.children["postgres"] = child
        child.start()
        self._wait("postgres", cluster.answers, seconds_max=POSTGRES_SECONDS_MAX)

    def _run_to_end(self, program: Program) -> tuple[int, str]:
        log = self.instance.log("initdb")
        child = Child(name="initdb", title="initdb", program=program, log=log)
        child.start()
        try:
            while not child.has_ended():
                self.signals.pause(LOOK_SECONDS)
        finally:
            child.kill()
        return (child.process.returncode if child.process else 1), steps.last_words(log)

    def _start_child(self, name: str) -> None:
        if name not in self.children:
            # Only a guard without a passphrase file is given the passphrase.
            secret = self.instance.passphrase if name == "guard" else ""
            config = self.instance.config / f"{name}.json"
            program = (
                showing.witness(self.instance, self.addresses.witness_port)
                if name == "witness"
                else commands.server(name, config=config, passphrase=secret)
            )
            self.children[name] = Child(name=name, title=TITLES[name], program=program, log=self.instance.log(name))
        if name == "guard":
            self.instance.guard_socket.unlink(missing_ok=True)
        self.children[name].start()

    def _wait_for_guard(self, preparation: Preparation) -> None:
        try:
            self._wait("guard", lambda: health.guard_status(self.instance.guard_socket) is not None)
        except OperatorError:
            # The commonest reason has a message of its own.
            preparation.check_passphrase()
            raise

    def _wait(self, name: str, is_ready: Callable[[], bool], *, seconds_max: float = READY_SECONDS_MAX) -> None:
        deadline = time.monotonic() + seconds_max
        while not is_ready():
            child = self.children[name]
            if child.has_ended():
                code = child.process.returncode if child.process else 1
                raise OperatorError(f"{child.title} : arrêt pendant le démarrage (code {code}). Lisez {child.log}.", code=BROKEN)
            if time.monotonic() > deadline:
                raise OperatorError(f"{child.title} : pas de réponse après {seconds_max:.0f} s. Lisez {child.log}.", code=BROKEN)
            self.signals.pause(0.05)

    # --- running --------------------------------------------------------------------------------------------------------------

    def _watch(self) -> None:
        repairs = Repairs(
            children=self.children, teller=self.teller, start=self._start_child, server=self.server, addresses=self.addresses,
            guard_socket=self.instance.guard_socket, data_dir=self.instance.data_dir,
        )  # fmt: skip
        morning = digest.Morning(self.instance, self.server.dsn(database="serment_guard", role="serment_auditor"), self.teller)
        while True:
            self.signals.pause(LOOK_SECONDS)
            morning.look(datetime.now(UTC))
            if repairs.look():
                self._write_state()

    def _pin_journal_key(self) -> None:
        """The journal's public key is kept at the first start, outside the guard; another one later is an alarm."""
        status = health.guard_status(self.instance.guard_socket)
        if status is None:
            return
        known = self.instance.facts.get("journal_key")
        if known is None:
            self.instance.remember(journal_key=status.journal_key)
        elif known != status.journal_key:
            self.teller.trouble(
                "La clé du journal n'est plus celle du premier démarrage : le journal d'avant n'est plus vérifiable. Enquêtez."
            )

    def _write_state(self) -> None:
        processes = {
            name: {"pid": child.pid, "born": family.identity(child.pid or 0), "restarts": child.restarts, "log": str(child.log)}
            for name, child in self.children.items()
        }
        database = self.server.cluster.port if isinstance(self.server, Bundled) else None
        state = {
            "pid": os.getpid(), "born": family.identity(os.getpid()), "version": stamps.version(), "url": self.addresses.url,
            "ports": {"web": self.addresses.port, "mllp": self.addresses.mllp_port, "postgres": database},
            "guard_socket": str(self.instance.guard_socket), "processes": processes,
        }  # fmt: skip
        write_json(self.instance.data_dir / "run.json", state)

    # --- stopping -------------------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """End every child in good order, PostgreSQL last; whatever is left after its time is ended at once."""
        self._stop_all([child for name, child in self.children.items() if name != "postgres"])
        if "postgres" in self.children:
            self._stop_all([self.children["postgres"]])
        while family.end_orphans(()):
            pass
        (self.instance.data_dir / "run.json").unlink(missing_ok=True)
        self.instance.guard_socket.unlink(missing_ok=True)

    def _stop_all(self, children: list[Child]) -> None:
        for child in children:
            child.ask_to_stop()
        began = time.monotonic()
        while alive := [child for child in children if not child.has_ended()]:
            for child in alive:
                if time.monotonic() - began > child.stop_seconds_max:
                    child.kill()
            self.signals.rest(0.05)

    def _end_remains(self) -> None:
        """A supervisor that was killed leaves children that are stopping: wait for them before touching their files."""
        path = self.instance.data_dir / "run.json"
        if path.exists():
            processes = read_json(path).get("processes", {}).values()
            family.end_remains((entry["pid"], entry["born"]) for entry in processes)
            path.unlink()


def check_disk(folder: Path) -> None:
    """Raises OperatorError when the disk is too full to start without risk."""
    free = shutil.disk_usage(folder).free
    if free < DISK_BYTES_MIN:
        raise OperatorError(
            f"Il ne reste que {free // 1024**2} Mo sur le disque de {folder} ; il en faut {DISK_BYTES_MIN // 1024**2} pour démarrer.",
            code=RESOURCE,
        )
