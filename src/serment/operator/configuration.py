"""The configuration file of each process: the secrets it needs and no others, written anew at each start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from serment.operator import keys
from serment.operator.errors import USAGE, OperatorError
from serment.operator.instance import Instance, read_json
from serment.operator.places import write_json
from serment.operator.servers import Server

PROCESSES = ("guard", "web", "worker", "listener", "owner", "auditor")
LOOPBACK = "127.0.0.1"
OUTSIDE = ("timestamp_authority", "witnesses")
WAYS_IN = ("allow_reduced_assurance", "idle_minutes", "oidc")
PROVIDER = ("issuer", "discovery", "client_id", "secret_file", "key_file", "acr", "scope", "ca_file")


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where the instance answers. The name is `localhost` because passkeys are bound to a name, never to an address."""

    port: int
    mllp_port: int
    origin: str = ""
    # A witness on the same machine, which a demonstration may show; 0 without one.
    witness_port: int = 0

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
    letters = {"letters_key": instance.secrets["letters_key"]}
    record = {
        role: server.dsn(database="serment", role=role, local=True)
        for role in ("serment_app", "serment_guard", "serment_interface", "serment_owner")
    }
    guard = {
        role: server.dsn(database="serment_guard", role=role, local=True) for role in ("serment_guard", "serment_owner", "serment_auditor")
    }
    passphrase = passphrase_file(instance)
    clock = str(instance.config / "clock") if (instance.config / "clock").exists() else None
    return {
        "guard": {
            "guard_dsn": guard["serment_guard"], "dossier_dsn": record["serment_guard"], "master_key_file": str(instance.master_key_file),
            "passphrase_file": passphrase, "log": str(instance.log("guard")),
            "clock_file": clock, **ways_in(instance), **outside(instance, addresses),
        },
        "web": {
            "dossier_dsn": record["serment_app"], **secret, **letters, "host": LOOPBACK, "port": addresses.port, "workers": 2, "threads": 4,
        },
        "worker": {
            "dossier_dsn": record["serment_app"], **secret, **letters, "interface_key_file": str(config / "mailer.pem"),
            "clock_file": clock,
        },
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

    Raises OperatorError for a name we do not know: a misspelt choice would be no choice; and for an identity provider without its keys.
    """
    file = instance.config / "ways-in.json"
    chosen = read_json(file) if file.exists() else {}
    provider = chosen.get("oidc") or {}
    unknown = sorted({*chosen} - {*WAYS_IN} | {*provider} - {*PROVIDER})
    if unknown:
        raise OperatorError(f"Le fichier {file} contient un réglage inconnu : {unknown[0]}.", code=USAGE)
    missing = [name for name in ("issuer", "client_id") if provider and not provider.get(name)]
    if missing or (provider and not (provider.get("secret_file") or provider.get("key_file"))):
        raise OperatorError(f"Le fichier {file} ne dit pas tout du fournisseur d'identité : {(*missing, 'secret_file')[0]}.", code=USAGE)
    return {"allow_reduced_assurance": instance.is_demonstration, **chosen}


def outside(instance: Instance, addresses: Addresses) -> dict[str, Any]:
    """Who vouches for the journal elsewhere, as the administrator wrote it in `config/witnesses.json`, and the witness that is shown here.

    Raises OperatorError for a name we do not know.
    """
    file = instance.config / "witnesses.json"
    chosen = read_json(file) if file.exists() else {}
    if unknown := sorted({*chosen} - {*OUTSIDE}):
        words = f"Le fichier {file} contient un réglage inconnu ({unknown[0]}). Réglages possibles : {', '.join(OUTSIDE)}."
        raise OperatorError(words, code=USAGE)
    if addresses.witness_port:
        shown = {"url": f"http://{LOOPBACK}:{addresses.witness_port}", "key": instance.facts["witness_key"]}
        chosen["witnesses"] = [*chosen.get("witnesses", []), shown]
    return chosen


def passphrase_file(instance: Instance) -> str | None:
    """Where the guard reads the passphrase: kept with a demonstration; never kept by us in a real installation."""
    return str(instance.config / "passphrase") if instance.is_demonstration else None


def interface_public_key(instance: Instance, name: str) -> str:
    return str(keys.public_file(instance.config / f"{name}.pem"))
