"""`python -m serment.custody`: share, restore, status, pin. It needs the file of the master key, and neither a database nor the guard."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from serment.custody import keyfile, shares, sheets
from serment.custody.master import MasterKeyError

PASSPHRASE_EXIT = 4


def main(arguments: list[str]) -> int:
    """Exit codes: 0 done, 4 the key cannot be had; the sentence is on standard error."""
    parser = argparse.ArgumentParser(prog="serment.custody")
    verbs = parser.add_subparsers(dest="verb", required=True)
    for verb in ("share", "restore", "status", "pin"):
        verbs.add_parser(verb).add_argument("file", type=Path)
    sharing = verbs.choices["share"]
    sharing.add_argument("--threshold", type=int, required=True)
    sharing.add_argument("--shares", type=int, required=True)
    sharing.add_argument("--out", type=Path)
    given = parser.parse_args(arguments)
    try:
        if given.verb == "share":
            share(given.file, threshold=given.threshold, count=given.shares, out=given.out)
        elif given.verb == "restore":
            restore(given.file, ask=input)
        elif given.verb == "pin":
            change_pin(given.file)
        else:
            status(given.file)
    except (MasterKeyError, shares.ShareError) as error:
        print(error, file=sys.stderr)
        return PASSPHRASE_EXIT
    except (EOFError, KeyboardInterrupt):
        print("Interrompu : rien n'a été écrit.", file=sys.stderr)
        return PASSPHRASE_EXIT
    return 0


def share(path: Path, *, threshold: int, count: int, out: Path | None) -> None:
    """Print the shares of the current key, a page each; or write each to a file of its own in `out`, which must not hold one yet."""
    current = keyfile.entries(path, _passphrase())[-1]
    texts = shares.split(current, threshold=threshold, shares=count)
    on = f"{date.today():%d/%m/%Y}"  # noqa: DTZ011 - the day as the people in the room write it
    pages = [
        sheets.sheet(text, number=number, count=count, threshold=threshold, generation=current.generation, on=on)
        for number, text in enumerate(texts, 1)
    ]
    for number, page in enumerate(pages, 1):
        if out is not None:
            _write(out / f"part-{number}.txt", page)
        elif sys.stdout.isatty():
            _show(page, number, count)
        else:
            print(page, end=sheets.NEW_PAGE if number < count else "")
    if out is not None:
        print(f"{count} feuilles écrites dans {out} : imprimez-les, remettez-les, puis effacez ce dossier.")


def restore(path: Path, *, ask: Callable[[str], str]) -> None:
    """Take shares until there are enough, and write the key under the new passphrase. Never replaces a file that stands."""
    if path.exists():
        raise MasterKeyError(f"Une clé maîtresse existe déjà ({path}) : mettez-la d'abord de côté, une restauration n'en remplace aucune.")
    passphrase, collected = _passphrase(), shares.Collected()
    while not collected.is_enough:
        wanted = f" sur {collected.threshold}" if collected.threshold else ""
        try:
            number = collected.add(ask(f"Part à lire ({len(collected) + 1}{wanted}) : "))
        except shares.ShareError as error:
            print(f"{error} Rien n'est perdu : redonnez cette part.", file=sys.stderr)
            continue
        print(f"La part {number} est juste.", flush=True)
    entry = collected.entry()
    keyfile.create(path, passphrase, entry=entry)
    print(f"La clé maîtresse n° {entry.generation} est rétablie dans {path}, sous la nouvelle phrase de passe.")


def change_pin(path: Path) -> None:
    """Seal the token's new PIN in the place of the old one, once it was tried."""
    passphrase, pin = _passphrase(), os.environ.get("SERMENT_HSM_PIN", "")
    changed = [keyfile.with_pin(one, pin) for one in keyfile.entries(path, passphrase)]
    if all(one.kind == keyfile.FILE for one in changed):
        raise MasterKeyError("La clé maîtresse n'est dans aucun module : il n'y a pas de code PIN à changer.")
    for one in changed:
        one.holder()
    keyfile.replace_all(path, passphrase, changed)
    print("Le nouveau code PIN ouvre le jeton ; il est scellé avec la clé.")


def status(path: Path) -> None:
    """What can be said without the passphrase."""
    known = keyfile.outline(path)
    for one in known.keys:
        where = f"jeton « {one.token} » ({one.module}), clé « {one.label} »" if one.kind == keyfile.HSM else f"fichier {path}"
        said = "courante" if one.generation == known.current else "retirée, à détruire" if one.retired else "ancienne"
        print(f"Clé maîtresse n° {one.generation}, {said} : {where}.")
    if len(known.keys) > 1:
        print("Une rotation n'est pas finie : relancez ./serment keys rotate pour la terminer.")


def _passphrase() -> bytes:
    given = os.environ.get("SERMENT_MASTER_PASSPHRASE", "")
    if not given:
        raise MasterKeyError("Aucune phrase de passe n'a été donnée pour la clé maîtresse.")
    return given.encode()


def _write(path: Path, page: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise MasterKeyError(f"La feuille {path} ne peut pas être écrite : {error.strerror}.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(page)


def _show(page: str, number: int, count: int) -> None:
    """One page on a terminal that is wiped before the next custodian looks: the text, and what scrolled away."""
    clear = "\x1b[2J\x1b[3J\x1b[H"
    print(clear + page, flush=True)
    input("Recopiez, relisez, puis Entrée pour effacer l'écran" + (" et appeler la personne suivante. " if number < count else ". "))
    print(clear, end="", flush=True)
