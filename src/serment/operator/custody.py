"""`keys …`: the master key's shares, restoration, rotation and state. What touches the key runs in custody's or the guard's own process."""

from __future__ import annotations

import getpass
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from serment.operator import commands, starting
from serment.operator.children import environment
from serment.operator.errors import BROKEN, PASSPHRASE, USAGE, OperatorError
from serment.operator.folders import DataDir, existing
from serment.operator.instance import Instance
from serment.operator.telling import Teller

CUSTODY = ("serment.custody",)
PROGRESS = re.compile(r"progress (\d+)/(\d+)")
PIN_VARIABLE = "SERMENT_HSM_PIN_FILE"

group = typer.Typer(no_args_is_help=True, help="La clé maîtresse : parts de secours, restauration, rotation, état.")


@group.command()
def status(data_dir: DataDir = None) -> None:
    """Dire où est la clé maîtresse, et si une rotation attend d'être finie."""
    raise typer.Exit(_custody(Instance.read(existing(data_dir)), "status"))


@group.command()
def share(
    threshold: Annotated[int, typer.Option(help="Nombre de parts qui suffisent à reconstituer la clé.", min=2)] = 3,
    shares: Annotated[int, typer.Option(help="Nombre de parts à remettre.", min=2, max=16)] = 5,
    out: Annotated[Path | None, typer.Option(help="Dossier où écrire les feuilles ; sinon l'écran, ou l'imprimante : … | lp.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Imprimer les parts de secours de la clé maîtresse, une feuille par dépositaire."""
    instance = _with_passphrase(data_dir)
    if out is not None:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    where = ["--out", str(out.absolute())] if out else []
    raise typer.Exit(_custody(instance, "share", "--threshold", str(threshold), "--shares", str(shares), *where))


@group.command()
def restore(data_dir: DataDir = None) -> None:
    """Rétablir la clé maîtresse à partir des parts, sous une nouvelle phrase de passe."""
    instance = Instance.read(existing(data_dir))
    if instance.master_key_file.exists():
        raise OperatorError(
            f"Une clé maîtresse existe déjà ({instance.master_key_file}) : mettez-la d'abord de côté, rien ne la remplace.", code=PASSPHRASE
        )
    instance.passphrase = _kept(instance) or starting.passphrase(is_new=True)
    raise typer.Exit(_custody(instance, "restore"))


@group.command()
def pin(data_dir: DataDir = None) -> None:
    """Noter le nouveau code PIN du module matériel, après l'avoir changé avec l'outil du fabricant."""
    raise typer.Exit(_custody(_with_passphrase(data_dir), "pin", SERMENT_HSM_PIN=_pin()))


@group.command()
def rotate(
    hsm_module: Annotated[str, typer.Option(help="Bibliothèque PKCS#11 du module où créer la nouvelle clé.")] = "",
    hsm_token: Annotated[str, typer.Option(help="Nom du jeton dans ce module.")] = "",
    to_file: Annotated[bool, typer.Option("--to-file", help="Créer la nouvelle clé dans le fichier, hors de tout module.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Remplacer la clé maîtresse pendant que l'instance tourne ; relancée après un arrêt, la commande reprend où elle en était."""
    if bool(hsm_module) != bool(hsm_token) or (to_file and hsm_module):
        raise OperatorError("Donnez --hsm-module et --hsm-token ensemble, ou --to-file, ou rien pour garder le même porteur.", code=USAGE)
    instance = Instance.read(existing(data_dir))
    instance.running()
    instance.passphrase = _secret(instance)
    where = ["file"] if to_file else [hsm_module, hsm_token] if hsm_module else []
    secret = {"SERMENT_HSM_PIN": _pin()} if hsm_module else {}
    code = _rotate(instance, where, secret)
    if code:
        raise OperatorError("La rotation n'est pas finie, et rien n'est perdu : corrigez, puis relancez ./serment keys rotate.", code=code)
    print(
        "Refaites maintenant la copie de config/master.key et les parts (./serment keys share) : les anciennes n'ouvrent plus l'instance."
    )


def _rotate(instance: Instance, where: list[str], secret: dict[str, str]) -> int:
    teller, text = Teller(), "Rotation de la clé maîtresse"
    program = commands.program(
        commands.GUARD, "keys", "rotate", *where, config=instance.config / "guard.json", passphrase=instance.passphrase
    )
    teller.step(text)
    with subprocess.Popen(program.command, env={**program.environment, **secret}, stdout=subprocess.PIPE, text=True) as process:
        done = 0
        for line in process.stdout or ():
            if found := PROGRESS.match(line):
                done = int(found[1])
                teller.progress(text, done, int(found[2]))
    teller.end_progress()
    if process.returncode == 0:
        teller.step(f"Clé maîtresse remplacée ; {done} clés enveloppées à nouveau, l'ancienne est détruite")
    return process.returncode if process.returncode in (0, PASSPHRASE) else BROKEN


def _custody(instance: Instance, verb: str, *arguments: str, **secret: str) -> int:
    """Run custody on this terminal: what it shows of the key passes through no pipe and no log of ours."""
    if instance.passphrase:
        secret["SERMENT_MASTER_PASSPHRASE"] = instance.passphrase
    command = [*commands.PYTHON, *CUSTODY, verb, str(instance.master_key_file), *arguments]
    return subprocess.run(command, env=environment(**secret), check=False).returncode


def _with_passphrase(data_dir: Path | None) -> Instance:
    instance = Instance.read(existing(data_dir))
    instance.passphrase = _secret(instance)
    return instance


def _secret(instance: Instance) -> str:
    return _kept(instance) or starting.passphrase(is_new=False)


def _kept(instance: Instance) -> str:
    """The passphrase that a demonstration keeps beside its key."""
    return (instance.config / "passphrase").read_text(encoding="utf-8").strip() if instance.is_demonstration else ""


def _pin() -> str:
    """The PIN of the token: from the file that the environment names, else asked on the terminal. Raises OperatorError (code 4)."""
    if named := os.environ.get(PIN_VARIABLE):
        return starting.from_private_file(Path(named), what="du code PIN").strip()
    if not sys.stdin.isatty():
        raise OperatorError(f"Le module a besoin d'un code PIN : nommez un fichier dans {PIN_VARIABLE}.", code=PASSPHRASE)
    return getpass.getpass("Code PIN du jeton : ").strip()
