"""The command line: `export` reads the database, `verify` needs nothing but the file."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

from serment.auditor import verifying, vouching
from serment.auditor.document import BadExport
from serment.wire import excerpt
from serment.wire.note import BadNote, Verifier

HOLDS, ALTERED, USAGE, RESOURCE = 0, 1, 2, 5


def main(argv: Sequence[str]) -> int:
    """Run one command, answering in French. Returns 0 when all holds, 1 when something does not, 2 for bad use or a file that is not an
    export, 5 when a file or the database cannot be read or written."""
    try:
        options = _parser().parse_args(argv)
    except SystemExit as end:
        return int(end.code or 0)
    try:
        return {"export": _export, "verify": _verify, "digest": _digest, "excerpt": _excerpt}[options.command](options)
    except BadExport as error:
        return _complain(f"Export illisible : {error}.", USAGE)
    except excerpt.BadExcerpt as error:
        return _complain(f"EXTRAIT ALTÉRÉ, {error}.", ALTERED)
    except vouching.BadCertificates:
        return _complain("Le fichier de --tsa-cert ne contient pas de certificat lisible.", USAGE)
    except BadNote:
        return _complain(
            "La clé n'est pas une clé de vérification, ou le point de contrôle conservé n'en est pas un qu'elle ait signé.", USAGE
        )
    except OSError as error:
        return _complain(f"{error.filename or 'Le fichier'} : {error.strerror or 'ne peut être lu ou écrit'}.", RESOURCE)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="serment.auditor", description="Exporter et vérifier le journal de Serment.")
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="lire le journal dans la base et l'écrire dans un nouveau fichier")
    # An address given as an argument shows in the list of processes, with its password.
    export.add_argument("--dsn", default=os.environ.get("SERMENT_AUDITOR_DSN", ""), help="la base du gardien ; sinon SERMENT_AUDITOR_DSN")
    export.add_argument("--out", required=True, type=Path, help="le fichier à créer")
    export.add_argument("--origin", default="", help="le nom du journal, écrit en tête de l'export")
    export.add_argument("--key", default="", help="la clé de vérification, écrite en tête de l'export")
    daily = commands.add_parser("digest", help="dire ce qui s'est décidé en un jour, pour le délégué à la protection des données")
    daily.add_argument("--dsn", default=os.environ.get("SERMENT_AUDITOR_DSN", ""), help="la base du gardien ; sinon SERMENT_AUDITOR_DSN")
    daily.add_argument("--day", type=date.fromisoformat, help="AAAA-MM-JJ ; par défaut, hier")
    daily.add_argument("--mail", type=Path, help="envoyer par le relais que ce fichier JSON décrit, au lieu d'imprimer")
    some = commands.add_parser("excerpt", help="vérifier un extrait du journal, sans base ni réseau")
    some.add_argument("excerpt", type=Path)
    some.add_argument("--key", required=True, help="la clé de vérification gardée ailleurs, ou un fichier qui la contient")
    check = commands.add_parser("verify", help="tout recalculer à partir d'un export, sans base ni réseau")
    check.add_argument("export", type=Path)
    check.add_argument(
        "--key", default="", help="la clé de vérification (nom+empreinte+clé) gardée ailleurs, ou un fichier qui la contient"
    )
    check.add_argument("--previous", type=Path, help="un point de contrôle gardé ailleurs, que le journal doit prolonger")
    check.add_argument(
        "--witness", action="append", default=[], help="la clé d'un témoin, ou un fichier qui la contient ; autant de fois qu'il y en a"
    )
    check.add_argument("--tsa-cert", type=Path, help="les certificats de l'autorité d'horodatage (PEM)")
    check.add_argument("--json", action="store_true", help="répondre par un objet JSON")
    return parser


def _export(options: argparse.Namespace) -> int:
    import psycopg

    from serment.auditor import exporting

    if not options.dsn:
        return _complain("Donnez la base du gardien avec --dsn ou SERMENT_AUDITOR_DSN.", USAGE)
    try:
        count = exporting.export(options.dsn, options.out, origin=options.origin, key=options.key)
    except psycopg.Error as error:
        # Only the kind of error: the message of a failed connection may repeat the address it was given.
        return _complain(f"La base du gardien ne peut être lue ({type(error).__name__}).", RESOURCE)
    print(f"Journal exporté : {options.out}, {_number(count)} entrées.")
    return HOLDS


def _digest(options: argparse.Namespace) -> int:
    import smtplib

    import psycopg

    from serment.auditor import digest

    if not options.dsn:
        return _complain("Donnez la base du gardien avec --dsn ou SERMENT_AUDITOR_DSN.", USAGE)
    now = datetime.now(digest.PARIS)
    try:
        found = digest.read(options.dsn, options.day or now.date() - timedelta(days=1))
        if options.mail is None:
            print(digest.text(found), end="")
            return HOLDS
        digest.send(digest.Relay.configured(options.mail), found, now=now)
    except psycopg.Error as error:
        return _complain(f"La base du gardien ne peut être lue ({type(error).__name__}).", RESOURCE)
    except ValueError as error:
        return _complain(f"{options.mail} : {error}.", USAGE)
    except smtplib.SMTPException as error:
        return _complain(f"Le relais n'a pas pris le message ({type(error).__name__}). Il sera renvoyé au prochain essai.", RESOURCE)
    print(f"Envoyé : {len(found.lines)} lignes du {found.day:%d/%m/%Y}.")
    return HOLDS


def _excerpt(options: argparse.Namespace) -> int:
    with options.excerpt.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        found = excerpt.check(file, Verifier.parse(_written(options.key)))
    print(f"Extrait intact : {_number(found.leaves)} entrées d'un journal de {_number(found.size)}, du {found.since} au {found.until}.")
    print("".join(f"  {kind} : {_number(count)}\n" for kind, count in sorted(found.kinds.items())), end="")
    print(f"Les entrées du patient {found.patient} se suivent sans lacune." if found.patient else "Aucun patient en particulier.")
    return HOLDS


def _verify(options: argparse.Namespace) -> int:
    previous = options.previous.read_text(encoding="utf-8") if options.previous else ""
    key, witnesses = _written(options.key), [_written(one) for one in options.witness]
    trusted = vouching.Trusted.read(witnesses=witnesses, certificates=options.tsa_cert.read_bytes() if options.tsa_cert else b"")
    report = verifying.verify(options.export, key=key, previous=previous, trusted=trusted)
    if options.json:
        print(json.dumps({**dataclasses.asdict(report), "holds": report.holds}, ensure_ascii=False))
    elif report.finding:
        _tell_altered(report.finding)
    else:
        _tell(report, key_given=bool(key), previous=bool(previous))
    return HOLDS if report.holds else ALTERED


def _written(given: str) -> str:
    """A key as it was given, or as the file holds it."""
    return Path(given).read_text(encoding="utf-8") if given and Path(given).is_file() else given


def _tell_altered(finding: verifying.Finding) -> None:
    print("JOURNAL ALTÉRÉ. Premier défaut :")
    print(f"  place   : {'sans' if finding.index is None else finding.index}")
    print(f"  entrée  : {finding.entry or 'inconnue'}")
    print(f"  constat : {finding.what}.")


def _tell(report: verifying.Report, *, key_given: bool, previous: bool) -> None:
    print(f"Journal intact : {_number(report.size)} entrées dans l'arbre, {_number(report.pending)} en attente de leur place.")
    print(f"{_number(report.accounts)} comptes et {_number(report.patients)} patients, numéros sans lacune.")
    if report.since:
        print(f"Du {report.since} au {report.until}.")
    print(f"Points de contrôle : {_number(report.checkpoints)}. Racine : {report.root}")
    if previous:
        print("Le journal prolonge le point de contrôle conservé.")
    for name, size in report.cosigned.items():
        print(f"Témoin {name} : contresigné jusqu'à {_number(size)} entrées.")
    if report.stamped:
        print(f"Horodaté jusqu'à {_number(report.stamped[0])} entrées, le {report.stamped[1]}.")
    for what in report.missing:
        print(f"MANQUE : {what}.")
    if report.note:
        print(f"Dernier point de contrôle, à garder hors de l'établissement :\n\n{report.note}", end="")
    if report.unread:
        words = "contresignatures ou horodatages n'ont pas été vérifiés. Donnez --witness et --tsa-cert"
        print(f"\nAttention : {_number(report.unread)} {words}.", file=sys.stderr)
    if not report.signed:
        print("\nAttention : sans clé, les signatures n'ont pas été vérifiées. Donnez --key.", file=sys.stderr)
    elif not key_given:
        print("\nAttention : la clé vient de l'export lui-même. Donnez avec --key celle que vous avez gardée ailleurs.", file=sys.stderr)


def _number(count: int) -> str:
    return f"{count:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _complain(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code
