"""The command line: `init`, `add-log`, `serve`, `status`, `checkpoint`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from serment.wire.note import BadNote, Verifier
from serment.witness.serving import Door
from serment.witness.witness import Log, Witness

DONE, SUSPECT, USAGE, RESOURCE = 0, 1, 2, 5


def main(argv: Sequence[str]) -> int:
    """Run one command, answering in French. Returns 0; 1 when a log has signed two sides; 2 for bad use; 5 when a file or an address
    cannot be used."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return int(options.run(options))
    except BadNote:
        return _complain("Le nom ou la clé n'a pas la forme attendue (clé : nom+empreinte+clé, nom sans espace ni +).", USAGE)
    except OSError as error:
        return _complain(f"{error.filename or options.data_dir} : {error.strerror or 'inutilisable'}.", RESOURCE)
    except ValueError:
        return _complain(f"{options.data_dir} est abîmé : un témoin ne recommence jamais de lui-même, rétablissez-le.", RESOURCE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="serment witness", description="Le témoin : il contresigne les points de contrôle d'un journal.")
    commands = parser.add_subparsers(dest="command", required=True)
    made = {}
    for name, run, told in (
        ("init", _init, "créer le témoin et sa clé"), ("add-log", _add_log, "suivre un journal"), ("serve", _serve, "répondre"),
        ("status", _status, "dire ce que le témoin sait"), ("checkpoint", _checkpoint, "imprimer le dernier point de contrôle contresigné"),
    ):  # fmt: skip
        made[name] = commands.add_parser(name, help=told)
        made[name].add_argument("--data-dir", required=True, type=Path, help="le dossier du témoin")
        made[name].set_defaults(run=run)
    made["init"].add_argument("--name", required=True, help="son nom, par exemple temoin.example.fr/1")
    made["add-log"].add_argument("--key", required=True, help="la clé de vérification du journal, ou un fichier qui la contient")
    made["serve"].add_argument("--listen", default="127.0.0.1:7380", help="adresse:port")
    made["status"].add_argument("--json", action="store_true", help="répondre par un objet JSON")
    made["checkpoint"].add_argument("--log", default="", help="le nom du journal, quand le témoin en suit plusieurs")
    return parser


def _init(options: argparse.Namespace) -> int:
    print(Witness.create(options.data_dir, options.name).key)
    return DONE


def _add_log(options: argparse.Namespace) -> int:
    given = options.key
    if Path(given).is_file():
        given = Path(given).read_text(encoding="utf-8")
    key, witness = Verifier.parse(given), Witness(options.data_dir)
    try:
        is_new = witness.add(key)
    except ValueError:
        return _complain(f"Le journal {key.name} est déjà suivi sous une autre clé : une clé de journal ne change pas. Enquêtez.", USAGE)
    print(f"Journal {key.name} : {'suivi à partir de maintenant' if is_new else 'déjà suivi'}.")
    return DONE


def _serve(options: argparse.Namespace) -> int:
    host, _, port = options.listen.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        return _complain("--listen attend adresse:port.", USAGE)
    witness = Witness(options.data_dir)
    witness.logs()
    with Door((host, int(port)), witness) as door:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: threading.Thread(target=door.shutdown).start())
        print(json.dumps({"event": "listening", "port": door.server_address[1], "key": str(witness.key)}), flush=True)
        door.serve_forever()
    return DONE


def _status(options: argparse.Namespace) -> int:
    witness = Witness(options.data_dir)
    logs = witness.logs()
    if options.json:
        told = [{"origin": log.verifier.name, **asdict(log)} for log in logs]
        print(json.dumps({"name": witness.key.name, "key": str(witness.key), "logs": told}, ensure_ascii=False, indent=1))
    else:
        print(f"Témoin {witness.key.name}\nClé : {witness.key}")
        for log in logs:
            _tell(log)
    return SUSPECT if any(log.suspect for log in logs) else DONE


def _tell(log: Log) -> None:
    print(f"\nJournal {log.verifier.name}")
    if not log.note:
        print("Aucun point de contrôle encore.")
    else:
        when = datetime.fromtimestamp(log.at, UTC)
        print(f"{log.size} entrées contresignées, la dernière fois le {when:%d/%m/%Y} à {when:%H:%M:%S} (UTC).")
    if log.suspect:
        print("ALERTE : la clé de ce journal a signé un point de contrôle qui ne prolonge pas ce que ce témoin a contresigné.")
        print(f"Contresigné :\n\n{log.note}\nRefusé :\n\n{log.suspect}", end="")


def _checkpoint(options: argparse.Namespace) -> int:
    logs = [log for log in Witness(options.data_dir).logs() if options.log in ("", log.verifier.name)]
    if len(logs) != 1 or not logs[0].note:
        return _complain("Aucun point de contrôle de ce journal, ou plusieurs journaux : nommez-en un avec --log.", USAGE)
    print(logs[0].note, end="")
    return DONE


def _complain(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
