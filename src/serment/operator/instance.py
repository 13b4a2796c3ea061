"""One instance of Serment on this machine: its folder, its secrets, and the configuration file of each process.

<data directory>/
  instance.json        what it is, and what was done to it
  lock                 held by the supervisor while it runs
  run.json             processes and ports of the running instance
  config/              one file per process, the master key, interface keys; 700, files 600
  objects/  log/  run/ sealed documents; logs; sockets
  postgresql/          the cluster, unless it had to go elsewhere (postgresql.location)
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from serment.operator import accounts, keys, stamps
from serment.operator.errors import BROKEN, BUSY, RESOURCE, USAGE, OperatorError
from serment.operator.places import private_folder, socket_folder, write_json, write_secret
from serment.operator.roles import ROLES

FORMAT = 1
FOLDERS = ("config", "log", "objects", "run")
# What an interrupted first start may leave before instance.json stands.
OURS = {*FOLDERS, "lock", "instance.json.new", accounts.POINTER}


@dataclass(kw_only=True)
class Instance:
    """What the operator knows of one instance. `create` makes it or reads it; `facts` is the content of instance.json."""

    data_dir: Path
    facts: dict[str, Any]
    secrets: dict[str, str] = field(repr=False)
    passphrase: str = field(default="", repr=False)

    @classmethod
    def create(cls, data_dir: Path, *, demonstration: bool) -> Instance:
        """Make the folder and its secrets, or read what stands; the caller holds the folder.

        Raises OperatorError when it is not ours to use.
        """
        data_dir = data_dir.expanduser().absolute()
        _make_data_dir(data_dir)
        facts_file = data_dir / "instance.json"
        if not facts_file.exists():
            facts = {"format": FORMAT, "version": stamps.version(), "instance": str(uuid.uuid4()), "demonstration": demonstration}
            write_json(facts_file, facts)
        instance = cls.read(data_dir)
        if instance.facts["demonstration"] != demonstration:
            what = "une démonstration" if instance.facts["demonstration"] else "une installation réelle"
            raise OperatorError(f"Le dossier {data_dir} porte {what} : choisissez un autre dossier avec --data-dir.", code=USAGE)
        for name in FOLDERS:
            if name != "run":
                private_folder(data_dir / name)
        instance._make_secrets()
        return instance

    @classmethod
    def read(cls, data_dir: Path) -> Instance:
        """The instance of a folder. Raises OperatorError when there is none, or when a newer Serment made it."""
        data_dir = data_dir.expanduser().absolute()
        facts = read_json(data_dir / "instance.json", missing=f"Aucune instance de Serment dans {data_dir}.")
        newer = facts.get("format", 0) > FORMAT or stamps.is_newer(str(facts.get("version", "0")))
        if newer:
            raise OperatorError(
                f"Les données de {data_dir} viennent d'une version plus récente ({facts.get('version')}) que ce programme "
                f"({stamps.version()}) : installez au moins cette version. Rien n'a été modifié.",
                code=USAGE,
            )
        stored = read_json(data_dir / "config" / "secrets.json") if (data_dir / "config" / "secrets.json").exists() else {}
        return cls(data_dir=data_dir, facts=facts, secrets=stored)

    @property
    def is_demonstration(self) -> bool:
        return bool(self.facts["demonstration"])

    @property
    def config(self) -> Path:
        return self.data_dir / "config"

    @property
    def master_key_file(self) -> Path:
        return self.config / "master.key"

    @property
    def guard_socket(self) -> Path:
        return socket_folder(self.data_dir / "run") / "guard.sock"

    def log(self, name: str) -> Path:
        return self.data_dir / "log" / f"{name}.log"

    def remember(self, **facts: object) -> None:
        """Write down what was done to the instance."""
        self.facts.update(facts)
        write_json(self.data_dir / "instance.json", self.facts)

    def running(self) -> dict[str, Any]:
        """What the supervisor wrote of the running instance. Raises OperatorError when it does not run."""
        missing = f"Serment ne tourne pas sur {self.data_dir}. Démarrez-le avec ./serment demo ou ./serment up."
        if not is_locked(self.data_dir):
            raise OperatorError(missing)
        return read_json(self.data_dir / "run.json", missing=missing)

    def _make_secrets(self) -> None:
        path = self.config / "secrets.json"
        if not path.exists():
            made = {role: secrets.token_urlsafe(24) for role in (*ROLES, "superuser")}
            write_json(path, {**made, "secret_key": secrets.token_urlsafe(48)})
        self.secrets = read_json(path)
        if "letters_key" not in self.secrets:
            # Later than the others: an instance of before gets one, and keeps it, or its letters could not be verified.
            write_json(path, {**self.secrets, "letters_key": secrets.token_urlsafe(48)})
            self.secrets = read_json(path)
        for name in ("listener", "loader", "mailer", "application") if self.is_demonstration else ("listener", "mailer"):
            keys.make(self.config / f"{name}.pem")
        if self.is_demonstration and not (self.config / "passphrase").exists():
            write_secret(self.config / "passphrase", secrets.token_urlsafe(24) + "\n")


@contextlib.contextmanager
def hold(data_dir: Path) -> Iterator[Callable[[str], None]]:
    """Hold a data directory alone, made if needed; gives the function that notes the address for who comes second.

    Raises OperatorError (code 3) saying who holds it, or why the folder cannot be used.
    """
    data_dir = data_dir.expanduser().absolute()
    _make_data_dir(data_dir)
    descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise OperatorError(_who_holds(data_dir, file.read()), code=BUSY) from None

        def note(address: str) -> None:
            file.seek(0)
            file.truncate()
            json.dump({"pid": os.getpid(), "address": address}, file)
            file.flush()

        note("")
        yield note


def is_locked(data_dir: Path) -> bool:
    """Whether a supervisor holds this folder."""
    try:
        with open(data_dir / "lock", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def read_json(path: Path, *, missing: str = "") -> dict[str, Any]:
    """A JSON object. Raises OperatorError in the words of an operator."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OperatorError(missing or f"Le fichier {path} manque : restaurez-le avant de démarrer.", code=BROKEN) from None
    except PermissionError:
        raise OperatorError(
            f"Le fichier {path} ne peut pas être lu : lancez Serment avec le compte qui l'a installé.", code=RESOURCE
        ) from None
    except (OSError, ValueError):
        raise OperatorError(f"Le fichier {path} est abîmé : restaurez-en une copie saine.", code=BROKEN) from None
    if not isinstance(content, dict):
        raise OperatorError(f"Le fichier {path} est abîmé : restaurez-en une copie saine.", code=BROKEN)
    return content


def _who_holds(data_dir: Path, note: str) -> str:
    try:
        holder = json.loads(note)
        who = f"processus {int(holder['pid'])}, {holder['address']}"
    except (ValueError, KeyError, TypeError):
        who = "un autre processus"
    return f"Serment tourne déjà sur {data_dir} ({who}). Utilisez-le, arrêtez-le, ou choisissez un autre dossier avec --data-dir."


def _make_data_dir(data_dir: Path) -> None:
    try:
        data_dir.parent.mkdir(parents=True, exist_ok=True)
        # As root, PostgreSQL's account has to pass through it; everything inside is closed.
        data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700)
        data_dir.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except FileExistsError:
        pass
    except OSError as error:
        raise OperatorError(f"Le dossier {data_dir} ne peut pas être créé : {error.strerror}.", code=RESOURCE) from None
    _check_data_dir(data_dir)


def _check_data_dir(data_dir: Path) -> None:
    if not data_dir.is_dir() or not os.access(data_dir, os.R_OK | os.W_OK | os.X_OK):
        raise OperatorError(f"Le dossier {data_dir} ne peut pas être lu et écrit par ce compte : corrigez ses droits.", code=RESOURCE)
    if data_dir.stat().st_uid != os.geteuid():
        raise OperatorError(f"Le dossier {data_dir} appartient à un autre compte : utilisez ce compte, ou un autre dossier.", code=RESOURCE)
    names = {path.name for path in data_dir.iterdir()}
    if "instance.json" not in names and (unknown := sorted(names - OURS)):
        raise OperatorError(f"Le dossier {data_dir} contient autre chose que Serment ({unknown[0]}) : choisissez-en un autre.", code=USAGE)
