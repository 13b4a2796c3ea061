"""The command line: `./serment …`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from serment.operator import commands, custody, digest, doctor, importing, starting
from serment.operator import journal as journals
from serment.operator import status as statuses
from serment.operator.errors import USAGE, OperatorError
from serment.operator.folders import DEMO, UP, DataDir, existing
from serment.operator.instance import Instance

ROLES = {"app": "serment_app", "owner": "serment_owner", "auditor": "serment_auditor", "guard": "serment_guard"}
GUARD_DATABASE_ROLES = ("auditor", "guard")
DATABASES = ("serment", "serment_guard")

application = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
db = typer.Typer(no_args_is_help=True, help="Adresses de connexion à la base de l'instance en cours.")
journal = typer.Typer(no_args_is_help=True, help="Exporter et vérifier le journal.")
bench = typer.Typer(no_args_is_help=True, help="Mesurer.")
imports = typer.Typer(no_args_is_help=True, help="Reprendre des dossiers d'un autre logiciel.")
for name, group in (("db", db), ("journal", journal), ("keys", custody.group), ("import", imports), ("bench", bench)):
    application.add_typer(group, name=name)

Port = Annotated[int, typer.Option("--port", help="Port web sur cette machine ; 0 en choisit un libre.")]
MllpPort = Annotated[int, typer.Option("--mllp-port", help="Port HL7 (MLLP) ; 0 en choisit un libre.")]


@application.callback()
def callback() -> None:
    """Serment, le dossier patient qui tient parole."""


@application.command()
def demo(
    data_dir: DataDir = None,
    port: Port = 8000,
    mllp_port: MllpPort = 2575,
    patients: Annotated[int | None, typer.Option(help="Nombre de patients fictifs (400 à la première fois).", min=0)] = None,
    witness: Annotated[bool, typer.Option("--witness", help="Montrer aussi un témoin du journal, sur cette machine.")] = False,
) -> None:
    """Démarrer une démonstration, avec un groupe de cliniques et des patients fictifs."""
    starting.start(data_dir=data_dir or DEMO, demonstration=True, port=port, mllp_port=mllp_port, patients=patients, witness=witness)


@application.command()
def up(
    data_dir: DataDir = None,
    port: Port = 8000,
    mllp_port: MllpPort = 2575,
    origin: Annotated[str, typer.Option(help="Adresse publique, https://…, quand un proxy la porte.")] = "",
) -> None:
    """Démarrer une installation réelle, sans données de démonstration."""
    starting.start(data_dir=data_dir or UP, demonstration=False, port=port, mllp_port=mllp_port, origin=origin)


@application.command()
def status(data_dir: DataDir = None) -> None:
    """Dire en JSON ce qui tourne : processus, ports, versions, dernier point de contrôle du journal."""
    found = statuses.status(existing(data_dir))
    print(json.dumps(found, ensure_ascii=False, indent=1))
    raise typer.Exit(0 if found["running"] else 1)


@application.command("doctor")
def examine(data_dir: DataDir = None) -> None:
    """Vérifier l'installation, et dire quoi faire."""
    marks = {"ok": "[ok]     ", "info": "[info]   ", "wrong": "[erreur] "}
    is_wrong = False
    for finding in doctor.examine(existing(data_dir)):
        print(f"{marks[finding.level]}{finding.text}")
        is_wrong = is_wrong or finding.level == "wrong"
    raise typer.Exit(1 if is_wrong else 0)


@db.command("url")
def db_url(
    role: Annotated[str, typer.Option(help="app, owner, auditor ou guard.")],
    database: Annotated[str, typer.Option(help="serment ou serment_guard ; par défaut, celle du rôle.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Imprimer l'adresse de connexion d'un rôle. Elle contient son mot de passe."""
    if role not in ROLES or database not in ("", *DATABASES):
        raise OperatorError(f"Donnez un rôle ({', '.join(ROLES)}) et une base ({', '.join(DATABASES)}).", code=USAGE)
    instance = Instance.read(existing(data_dir))
    wanted = database or ("serment_guard" if role in GUARD_DATABASE_ROLES else "serment")
    print(starting.running_server(instance).dsn(database=wanted, role=ROLES[role]))


@journal.command("export")
def journal_export(
    out: Annotated[Path | None, typer.Argument(help="Fichier à écrire ; par défaut serment-journal-<date>.jsonl ici.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Écrire tout le journal dans un fichier, pour le vérifier ailleurs."""
    raise typer.Exit(journals.export(Instance.read(existing(data_dir)), out))


@journal.command("verify")
def journal_verify(
    export: Annotated[Path | None, typer.Argument(help="Un export ; sinon, le journal de l'instance en cours.")] = None,
    key: Annotated[str, typer.Option(help="Clé du journal gardée ailleurs, ou un fichier qui la contient.")] = "",
    previous: Annotated[Path | None, typer.Option(help="Point de contrôle gardé ailleurs, que le journal doit prolonger.")] = None,
    witness: Annotated[list[str] | None, typer.Option(help="Clé d'un témoin, ou son fichier ; répétable.")] = None,
    tsa_cert: Annotated[Path | None, typer.Option("--tsa-cert", help="Certificats de l'autorité d'horodatage (PEM).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Répondre par un objet JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Tout recalculer à partir d'un export, hors ligne, et nommer la première entrée fautive."""
    more = [*(["--key", key] if key else []), *(["--previous", str(previous)] if previous else []), *(["--json"] if as_json else [])]
    more += [word for one in witness or [] for word in ("--witness", one)] + (["--tsa-cert", str(tsa_cert)] if tsa_cert else [])
    raise typer.Exit(journals.verify(None if export else Instance.read(existing(data_dir)), export, more))


@imports.command("fhir")
def import_fhir(
    files: Annotated[list[Path], typer.Argument(help="Fichiers FHIR R4 (.json, .json.gz).")],
    as_json: Annotated[bool, typer.Option("--json", help="Répondre par un objet JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Importer des dossiers en FHIR R4. Le même fichier une seconde fois ne change rien."""
    raise typer.Exit(importing.fhir(Instance.read(existing(data_dir)), files, as_json=as_json))


@application.command("digest")
def daily_digest(
    day: Annotated[str, typer.Option(help="AAAA-MM-JJ ; par défaut, hier.")] = "",
    send: Annotated[bool, typer.Option("--send", help="L'envoyer par config/mail.json au lieu de l'imprimer.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Ce qui s'est décidé en un jour, pour le délégué à la protection des données."""
    instance = Instance.read(existing(data_dir))
    dsn = starting.running_server(instance).dsn(database="serment_guard", role="serment_auditor")
    raise typer.Exit(digest.run(dsn, day=day, mail=digest.relay(instance) if send else None))


@application.command("witness", add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def witness_elsewhere(context: typer.Context) -> None:
    """Le témoin du journal d'une autre machine : init, add-log, serve, status, checkpoint."""
    command = [*commands.PYTHON, *commands.WITNESS, *context.args]
    os.execve(command[0], command, os.environ)  # noqa: S606


@bench.command("first-light", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench_first_light(context: typer.Context) -> None:
    """Mesurer la première tranche : connexion, ouverture, service, recherche, garde, journal, mémoire."""
    root = Path(os.environ.get("SERMENT_ROOT") or Path.cwd())
    raise typer.Exit(subprocess.run([sys.executable, "-m", "bench.first_light", *context.args], check=False, cwd=root).returncode)


@bench.command("chart", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench_chart(context: typer.Context) -> None:
    """Mesurer un long dossier : synthèse, onglets, recherche, numérisation de 20 Mo."""
    root = Path(os.environ.get("SERMENT_ROOT") or Path.cwd())
    raise typer.Exit(subprocess.run([sys.executable, "-m", "bench.chart", *context.args], check=False, cwd=root).returncode)


@bench.command("rotation", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench_rotation(context: typer.Context) -> None:
    """Mesurer la rotation de la clé maîtresse sur un million de clés, pendant que d'autres lisent."""
    root = Path(os.environ.get("SERMENT_ROOT") or Path.cwd())
    raise typer.Exit(subprocess.run([sys.executable, "-m", "bench.rotation", *context.args], check=False, cwd=root).returncode)


@bench.command("letters", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench_letters(context: typer.Context) -> None:
    """Mesurer la composition des lettres d'information : débit, mémoire, taille."""
    root = Path(os.environ.get("SERMENT_ROOT") or Path.cwd())
    raise typer.Exit(subprocess.run([sys.executable, "-m", "bench.letters", *context.args], check=False, cwd=root).returncode)


@bench.command("incident", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench_incident(context: typer.Context) -> None:
    """Calculer qui un incident a exposé et d'où vient une liste, sur un grand journal, dans une base jetable."""
    root = Path(os.environ.get("SERMENT_ROOT") or Path.cwd())
    raise typer.Exit(subprocess.run([sys.executable, "-m", "bench.incident", *context.args], check=False, cwd=root).returncode)


@application.command("drill", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def drill(context: typer.Context) -> None:
    """Jouer les attaques S1 à S12 du modèle de menaces ; `drill friction` : une année sans faute ; `drill 2024` : l'événement de 2024."""
    root = Path(os.environ.get("SERMENT_ROOT") or Path.cwd())
    friction = context.args[:1] == ["friction"]
    command = [sys.executable, "-m", "bench.friction" if friction else "serment.drill", *context.args[1 if friction else 0 :]]
    raise typer.Exit(subprocess.run(command, check=False, cwd=root if friction else None).returncode)


def _alone(name: str) -> None:
    @application.command(name, help=f"Lancer un seul processus ({name}), configuré par un fichier JSON.")
    def alone(config: Annotated[Path, typer.Option(help="Fichier de configuration du processus.", envvar="SERMENT_CONFIG")]) -> None:
        command = [*commands.PYTHON, *commands.SERVE[name]]
        os.execve(command[0], command, {**os.environ, "SERMENT_CONFIG": str(config.absolute())})  # noqa: S606


for process in commands.SERVE:
    _alone(process)


def main() -> int:
    """Run one command; the exit code is 0, the command's own, or the one of an OperatorError."""
    try:
        application(prog_name="serment", standalone_mode=True)
    except OperatorError as error:
        sys.stdout.flush()
        print(f"Serment : {error}", file=sys.stderr, flush=True)
        return error.code
    return 0
