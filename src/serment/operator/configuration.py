"""The configuration file of each process: the secrets it needs and no others, written anew at each start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serment.operator import keys
from serment.operator.errors import OperatorError
from serment.operator.instance import Instance, read_json
from serment.operator.places import write_json
from serment.operator.servers import Server

PROCESSES = ("guard", "web", "worker", "listener", "owner", "auditor")
LOOPBACK = "127.0.0.1"
OUTSIDE = ("timestamp_authority", "witnesses")
WAYS_IN = ("allow_reduced_assurance", "idle_minutes", "oidc")


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the instance answers. The name is `localhost` because passkeys are bound to a name, never to an address."""

    port: int
    mllp_port: int
    origin: str = ""

    @property
    def url(self) -> str:
        return self.origin or f"http://localhost:{self.port}"


def write(instance: Instance, server: Server, addresses: Addresses) -> None:
    """Write all the files."""
    for name, own in _files(instance, server, addresses).items():
        write_json(instance.config / f"{name}.json", {**_common(instance, addresses), **own})


def _common(instance: Instance, addresses: Addresses) -> dict[str, Any]:
    return {
        "instance": instance.facts["instance"],
        "demonstration": instance.is_demonstration,
        "origin": addresses.url,
        "rp_id": addresses.url.partition("://")[2].partition(":")[0].partition("/")[0],
        "guard_socket": str(instance.guard_socket),
        "data_dir": str(instance.data_dir),
        "objects_dir": str(instance.data_dir / "objects"),
    }


def _files(instance: Instance, server: Server, addresses: Addresses) -> dict[str, dict[str, Any]]:
    config = instance.config
    secret = {"secret_key": instance.secrets["secret_key"]}
    record = {
        role: server.dsn(database="serment", role=role, local=True)
        for role in ("serment_app", "serment_guard", "serment_interface", "serment_owner")
    }
    guard = {
        role: server.dsn(database="serment_guard", role=role, local=True) for role in ("serment_guard", "serment_owner", "serment_auditor")
    }
    passphrase = passphrase_file(instance)
    return {
        "guard": {
            "guard_dsn": guard["serment_guard"], "dossier_dsn": record["serment_guard"], "master_key_file": str(instance.master_key_file),
            "passphrase_file": passphrase, "log": str(instance.log("guard")),
            "clock_file": str(instance.config / "clock") if (instance.config / "clock").exists() else None, **ways_in(instance),
            **outside(instance),
        },
        "web": {"dossier_dsn": record["serment_app"], **secret, "host": LOOPBACK, "port": addresses.port, "workers": 2, "threads": 4},
        "worker": {"dossier_dsn": record["serment_app"], **secret},
        "listener": {
            "dossier_dsn": record["serment_interface"], **secret, "mllp_host": LOOPBACK, "mllp_port": addresses.mllp_port,
            "interface_key_file": str(config / "listener.pem"), "letterbox_file": str(config / "letterbox.pub"),
        },
        "owner": {
            "dossier_dsn": record["serment_owner"], "guard_dsn": guard["serment_owner"], **secret,
            "interface_key_file": str(config / ("loader.pem" if instance.is_demonstration else "listener.pem")),
        },
        "auditor": {"guard_dsn": guard["serment_auditor"]},
    }  # fmt: skip


def ways_in(instance: Instance) -> dict[str, Any]:
    """What the administrator chose for signing in, in `config/ways-in.json`; a demonstration shows the password with a code too.

    Raises OperatorError for a name we do not know: a misspelt choice would be no choice.
    """
    return {"allow_reduced_assurance": instance.is_demonstration, **_chosen(instance.config / "ways-in.json", WAYS_IN)}


def outside(instance: Instance) -> dict[str, Any]:
    """Who vouches for the journal elsewhere, as the administrator wrote it in `config/witnesses.json`. Raises OperatorError as above."""
    return _chosen(instance.config / "witnesses.json", OUTSIDE)


def _chosen(file: Path, names: tuple[str, ...]) -> dict[str, Any]:
    chosen = read_json(file) if file.exists() else {}
    unknown = sorted(set(chosen) - set(names))
    if unknown:
        raise OperatorError(f"Le fichier {file} contient un réglage inconnu ({unknown[0]}). Réglages possibles : {', '.join(names)}.")
    return chosen


def passphrase_file(instance: Instance) -> str | None:
    """Where the guard reads the passphrase: kept with a demonstration; never kept by us in a real installation."""
    return str(instance.config / "passphrase") if instance.is_demonstration else None


def interface_public_key(instance: Instance, name: str) -> str:
    return str(keys.public_file(instance.config / f"{name}.pem"))
