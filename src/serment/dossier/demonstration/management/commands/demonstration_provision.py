"""Print the guard's provision file for the demonstration. Asks no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from serment.dossier.demonstration.provisioning import provisioning


class Command(BaseCommand):
    help = "Prints the units, accounts and interfaces of the demonstration as JSON."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--interface-key", action="append", default=[], metavar="NAME=PEMFILE",
            help="public key (PEM) of NAME: listener, loader or application; may be given several times",
        )  # fmt: skip

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            keys = dict(_key(given) for given in options["interface_key"])
            plan = provisioning(interface_keys=keys)
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(json.dumps(plan, ensure_ascii=False, indent=1))


def _key(given: str) -> tuple[str, str]:
    name, equals, path = given.partition("=")
    if not equals:
        raise ValueError("write --interface-key NAME=PEMFILE")
    return name, Path(path).read_text(encoding="ascii")
