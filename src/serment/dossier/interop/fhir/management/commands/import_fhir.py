"""Import FHIR R4 files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from serment.dossier.interop.fhir import importing
from serment.dossier.kernel import clock, config
from serment.dossier.kernel.errors import Refused
from serment.dossier.vault.interface import InterfaceSigner


class Command(BaseCommand):
    help = "Imports FHIR R4 bundles (.json, .json.gz); the same file again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *_: Any, **options: Any) -> None:
        key_file = config.current().interface_key_file
        if key_file is None:
            raise CommandError("this process has no interface key")
        try:
            report = importing.run(options["files"], signer=InterfaceSigner(key_file), now=clock.now())
        except Refused as error:
            raise CommandError(f"the import stopped: {error}; what was kept stays, and the same files go on from here") from None
        self.stdout.write(json.dumps(report.as_dict(), ensure_ascii=False))
