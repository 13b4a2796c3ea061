"""`python -m serment.auditor`: export a journal, verify an export."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from serment.auditor import reading, verifying
from serment.wire.note import BadNote


def main(arguments: list[str]) -> int:
    """0: everything holds. 1: something does not, and its first place is printed. 2: the files cannot be read."""
    parser = argparse.ArgumentParser(prog="serment.auditor", description="Vérifie hors ligne un journal de Serment.")
    commands = parser.add_subparsers(dest="command", required=True)
    exporter = commands.add_parser("export", help="écrire le journal dans un fichier")
    exporter.add_argument("--dsn", required=True)
    exporter.add_argument("--out", required=True, type=Path)
    exporter.add_argument("--origin", required=True)
    exporter.add_argument("--key", required=True)
    verifier = commands.add_parser("verify", help="tout recalculer à partir d'un export")
    verifier.add_argument("export", type=Path)
    verifier.add_argument("--key", default="", help="clé publique du journal, gardée ailleurs")
    verifier.add_argument("--previous", type=Path, help="point de contrôle plus ancien, gardé ailleurs")
    verifier.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    if asked.command == "export":
        from serment.auditor import exporting

        print(exporting.export(asked.dsn, asked.out, origin=asked.origin, key=asked.key))
        return 0
    return _verify(asked)


def _verify(asked: argparse.Namespace) -> int:
    try:
        previous = asked.previous.read_text(encoding="utf-8") if asked.previous else ""
        report = verifying.verify(asked.export, key=asked.key, previous=previous)
    except (reading.BadExport, BadNote, OSError) as error:
        print(f"Export illisible. {error}", file=sys.stderr)
        return 2
    if asked.json:
        body = {**vars(report), "finding": str(report.finding) if report.finding else None, "holds": report.holds}
        print(json.dumps(body, ensure_ascii=False))
    elif report.holds:
        print(
            f"Le journal est intact : {report.size} entrées scellées, {report.pending} en attente, {report.checkpoints} points de contrôle,"
            f" {report.accounts} comptes et {report.patients} patients sans lacune."
        )
        print(f"Racine : {report.root}")
    else:
        print(f"Le journal a été altéré. Premier défaut : {report.finding}.")
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
