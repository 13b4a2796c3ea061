"""`demo` and `up`: hold the folder, find where to listen, ask for the passphrase, run the supervisor."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path

from serment.operator import accounts, health, preparing
from serment.operator import instance as instances
from serment.operator.configuration import Addresses
from serment.operator.errors import PASSPHRASE, RESOURCE, OperatorError
from serment.operator.instance import Instance
from serment.operator.postgres import Cluster
from serment.operator.servers import Bundled, External, external_url
from serment.operator.supervisor import Supervisor, check_disk
from serment.operator.telling import Teller
from serment.operator.waiting import Signals, Stopped

PATIENTS = 400
PASSPHRASE_CHARACTERS_MIN = 12
PASSPHRASE_VARIABLE = "SERMENT_MASTER_PASSPHRASE_FILE"  # noqa: S105 - the name of a variable


def start(
    *, data_dir: Path, demonstration: bool, port: int, mllp_port: int, patients: int | None = None, origin: str = "", witness: bool = False
) -> None:
    """Run an instance until it is asked to stop. Raises OperatorError when it cannot start."""
    teller = Teller()
    signals = Signals()
    with signals.installed(), instances.hold(data_dir) as note:
        try:
            addresses = _addresses(port, mllp_port, origin, witness=witness)
            note(addresses.url)
            check_disk(data_dir.expanduser())
            instance = Instance.create(data_dir, demonstration=demonstration)
            if not demonstration:
                instance.passphrase = passphrase(is_new=not instance.master_key_file.exists())
            wanted = patients if patients is not None else int(instance.facts.get("patients", PATIENTS))
            supervisor = Supervisor(
                instance=instance, server=server(instance), addresses=addresses, patients=wanted, signals=signals, teller=teller
            )
            supervisor.run(when_ready=lambda: _announce(instance, addresses, teller))
        except Stopped:
            teller.step("Serment est arrêté.")


def running_server(instance: Instance) -> Bundled | External:
    """The database server of an instance that runs. Raises OperatorError when it does not."""
    port = instance.running()["ports"]["postgres"]
    if port is None:
        web = instances.read_json(instance.config / "web.json")
        return External(url=web["dossier_dsn"], passwords=instance.secrets)
    return _bundled(instance, port=int(port))


def server(instance: Instance) -> Bundled | External:
    """The database server to start an instance with: the one that the environment names, else ours on a free port."""
    if url := external_url():
        return External(url=url, passwords=instance.secrets)
    return _bundled(instance, port=health.take_port(0, use="PostgreSQL", option=""))


def _bundled(instance: Instance, *, port: int) -> Bundled:
    try:
        folder = accounts.home(instance.data_dir, accounts.system_account(), name=instance.facts["instance"])
        cluster = Cluster(folder=folder, port=port, password=instance.secrets["superuser"])
    except OSError as error:
        raise OperatorError(f"PostgreSQL ne peut pas être préparé : {error.strerror} ({error.filename}).", code=RESOURCE) from None
    return Bundled(cluster=cluster, passwords=instance.secrets)


def _addresses(port: int, mllp_port: int, origin: str, *, witness: bool) -> Addresses:
    return Addresses(
        port=health.take_port(port, use="web", option="--port"),
        mllp_port=health.take_port(mllp_port, use="HL7", option="--mllp-port"),
        origin=origin.rstrip("/"),
        witness_port=health.take_port(0, use="témoin", option="") if witness else 0,
    )


def _announce(instance: Instance, addresses: Addresses, teller: Teller) -> None:
    codes = preparing.enrolment_codes(instance)
    if codes:
        teller.exactly(_guide(codes, addresses.url))
    teller.exactly(f"HL7 listener: 127.0.0.1:{addresses.mllp_port}")
    teller.exactly(f"Serment is ready: {addresses.url}")
    if codes:
        preparing.administrators_file(instance).unlink(missing_ok=True)


def _guide(codes: list[tuple[str, str]], url: str) -> str:
    lines = [f"  {label} : {code}" for label, code in codes]
    return "\n".join(
        [
            "",
            "Deux administrateurs sont nécessaires : aucun ne peut rien accorder seul.",
            f"Chacun ouvre {url}/enrolment/ sur son propre poste, donne son code et crée sa clé d'accès (passkey).",
            *lines,
            "Chaque code sert une fois, pendant sept jours. Il n'est affiché qu'ici : remettez-le en main propre, puis effacez cet écran.",
            "",
        ]
    )


def passphrase(*, is_new: bool) -> str:
    """The passphrase of the master key: from the file that the environment names, else asked on the terminal, twice when it is new.

    Raises OperatorError (code 4).
    """
    if named := os.environ.get(PASSPHRASE_VARIABLE):
        return _checked(from_private_file(Path(named), what="de la phrase de passe"), is_new=is_new)
    if not sys.stdin.isatty():
        raise OperatorError(
            f"La clé maîtresse a besoin d'une phrase de passe : nommez un fichier dans {PASSPHRASE_VARIABLE}, "
            "ou lancez Serment d'un terminal.",
            code=PASSPHRASE,
        )
    if is_new:
        print(
            "Choisissez la phrase de passe de la clé maîtresse. Perdue, plus aucun dossier ne s'ouvre : gardez-la en lieu sûr.", flush=True
        )
    try:
        given = _checked(getpass.getpass("Phrase de passe : "), is_new=is_new)
        if is_new and getpass.getpass("La même, encore une fois : ").strip() != given:
            raise OperatorError("Les deux phrases diffèrent. Rien n'a été fait ; recommencez.", code=PASSPHRASE)
    except EOFError:
        raise OperatorError("Aucune phrase de passe n'a été donnée.", code=PASSPHRASE) from None
    return given


def from_private_file(path: Path, *, what: str) -> str:
    """The content of a file that only its owner reads. Raises OperatorError (code 4)."""
    try:
        if path.stat().st_mode & 0o077:
            raise OperatorError(f"Le fichier {path} peut être lu par d'autres : chmod 600 {path}.", code=PASSPHRASE)
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"Le fichier {what} {path} ne peut pas être lu : {error.strerror}.", code=PASSPHRASE) from None


def _checked(given: str, *, is_new: bool) -> str:
    given = given.strip()
    if not given or (is_new and len(given) < PASSPHRASE_CHARACTERS_MIN):
        raise OperatorError(f"Une phrase de passe a au moins {PASSPHRASE_CHARACTERS_MIN} caractères.", code=PASSPHRASE)
    return given
