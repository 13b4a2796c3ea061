"""What an instance needs before its processes can run: roles, schemas, keys, people.

Each step is done again only when what it depends on changed.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serment.operator import commands, configuration, roles, stamps, steps
from serment.operator.children import Program
from serment.operator.errors import BROKEN, OperatorError
from serment.operator.instance import Instance, read_json
from serment.operator.places import write_json
from serment.operator.servers import Server
from serment.operator.steps import Step
from serment.operator.telling import Teller
from serment.operator.waiting import Signals

# No letter or digit that a reader takes for another. Fifteen characters of thirty are 73 bits.
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
CODE_GROUPS, CODE_GROUP_LETTERS = 3, 5
ADMINISTRATORS = 2


@dataclass(kw_only=True)
class Preparation:
    """Prepares one instance, on a server that answers."""

    instance: Instance
    server: Server
    signals: Signals
    teller: Teller

    def prepare_schemas(self) -> None:
        """Roles, databases and both schemas. Old data is migrated; nothing is done when the code did not change."""
        if self.instance.facts.get("schema") == stamps.schema():
            return
        self.teller.step("Rôles et bases de données")
        roles.apply(self.server.administrator_dsn(), self.instance.secrets)
        self.teller.step("Schémas du gardien et du dossier")
        owner = self._config("owner")
        steps.run(
            self.signals,
            self._step("préparer la base du gardien", "guard-migrate", commands.program(commands.GUARD, "migrate", config=owner)),
            self._step("préparer la base du dossier", "record-migrate", commands.program(commands.RECORD, "migrate", config=owner)),
        )
        self.instance.remember(schema=stamps.schema(), version=stamps.version())

    def prepare_keys(self) -> None:
        """The master key, made once. Raises OperatorError (code 4) for a wrong passphrase."""
        if not self.instance.facts.get("keys"):
            self.teller.step("Clé maîtresse et clés du gardien")
            self.check_passphrase(first=True)
            self.instance.remember(keys=True)

    def check_passphrase(self, *, first: bool = False) -> None:
        """Open the master key with the passphrase. Raises OperatorError (code 4)."""
        if not first and not self.instance.master_key_file.exists():
            raise OperatorError(
                f"La clé maîtresse {self.instance.master_key_file} a disparu : restaurez-la, sans elle aucun dossier ne s'ouvre.",
                code=BROKEN,
            )
        steps.run(self.signals, self._step("ouvrir la clé maîtresse", "guard-keys", self._guard("keys", "init")))

    def prepare_people(self) -> None:
        """Units, accounts and interface keys, told to the guard."""
        if self.instance.is_demonstration:
            self._prepare_demonstration_people()
        elif not self.instance.facts.get("people"):
            self.teller.step("Deux administrateurs, et l'interface d'admission")
            self._provision(self._administrators())
            self.instance.remember(people=True)
        if not self.instance.is_demonstration and not self.instance.facts.get("mailer"):
            self._provision(self._mailer())
            self.instance.remember(mailer=True)

    def _prepare_demonstration_people(self) -> None:
        if self.instance.facts.get("population") == stamps.population():
            return
        self.teller.step("Établissements, services et comptes de la démonstration")
        plan = self.instance.config / "provision.json"
        given = [
            f"--interface-key={name}={configuration.interface_public_key(self.instance, name)}"
            for name in ("listener", "loader", "mailer", "application")
        ]
        command = commands.program(commands.RECORD, "demonstration_provision", *given, config=self._config("owner"))
        steps.run(self.signals, self._step("décrire la démonstration", "demonstration-provision", command, output=plan))
        self._provision(plan)
        self.instance.remember(population=stamps.population())

    def is_loaded(self, patients: int) -> bool:
        return not self.instance.is_demonstration or int(self.instance.facts.get("patients", -1)) >= patients

    def load_demonstration(self, patients: int) -> None:
        """The fictional patients, through the same doors as real ones; a load cut short goes on. The guard must answer."""
        text = "Patients de la démonstration"
        self.teller.step(f"{text} ({patients})")
        command = commands.program(commands.RECORD, "load_demonstration", "--patients", str(patients), config=self._config("owner"))
        progress: Callable[[int, int], None] = lambda done, total: self.teller.progress(text, done, total)  # noqa: E731
        step = self._step("charger la démonstration", "demonstration-load", command, on_progress=progress)
        try:
            steps.run(self.signals, step)
        finally:
            self.teller.end_progress()
        self.instance.remember(patients=patients)

    def _provision(self, plan: Path) -> None:
        steps.run(self.signals, self._step("inscrire les comptes", "guard-provision", self._guard("provision", str(plan))))

    def _administrators(self) -> Path:
        path = administrators_file(self.instance)
        if not path.exists():
            write_json(path, _first_accounts(configuration.interface_public_key(self.instance, "listener")))
        return path

    def _mailer(self) -> Path:
        """The program that writes to people, also for an instance that had none."""
        path = self.instance.config / "mailer.json"
        key = Path(configuration.interface_public_key(self.instance, "mailer")).read_text(encoding="ascii")
        account = _account(label="Envoi des courriers", profession="Courriers", role="mailer", interface_key=key)
        write_json(path, {"units": [], "accounts": [account]})
        return path

    def _guard(self, *arguments: str) -> Program:
        return commands.program(commands.GUARD, *arguments, config=self._config("guard"), passphrase=self.instance.passphrase)

    def _config(self, name: str) -> Path:
        return self.instance.config / f"{name}.json"

    def _step(
        self, title: str, log: str, program: Program, *, output: Path | None = None, on_progress: Callable[[int, int], None] | None = None
    ) -> Step:
        return Step(title=title, program=program, log=self.instance.log(log), output=output, on_progress=on_progress)


def administrators_file(instance: Instance) -> Path:
    """The first accounts with their codes; removed once the codes were shown."""
    return instance.config / "administrators.json"


def enrolment_codes(instance: Instance) -> list[tuple[str, str]]:
    """Label and code of the administrators whose codes were not shown yet."""
    path = administrators_file(instance)
    if not path.exists():
        return []
    return [(account["label"], account["enrolment_code"]) for account in read_json(path)["accounts"] if account["enrolment_code"]]


def _first_accounts(listener_key_file: str) -> dict[str, Any]:
    people = [
        _account(label=f"Administrateur {number}", profession="Administrateur", role="administrator", enrolment_code=_code())
        for number in range(1, ADMINISTRATORS + 1)
    ]
    key = Path(listener_key_file).read_text(encoding="ascii")
    return {
        "units": [],
        "accounts": [*people, _account(label="Interface HL7", profession="Interface", role="interface", interface_key=key)],
    }


def _account(*, label: str, profession: str, role: str, enrolment_code: str = "", interface_key: str = "") -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()), "label": label, "profession": profession, "role": role, "rpps": "", "demonstration": False, "units": [],
        "enrolment_code": enrolment_code, "interface_key": interface_key,
    }  # fmt: skip


def _code() -> str:
    groups = ("".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_GROUP_LETTERS)) for _ in range(CODE_GROUPS))
    return "-".join(groups)
