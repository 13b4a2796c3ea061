"""Load the fictional group and its patients."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from serment.dossier.demonstration import loading
from serment.dossier.kernel import clock, config
from serment.dossier.kernel.errors import Refused
from serment.dossier.vault.interface import InterfaceSigner

PATIENTS = 400
PATIENTS_MAX = 1_000_000
TOLD_EVERY_SECONDS = 0.5


class Command(BaseCommand):
    help = "Loads the demonstration; what is loaded already stays, and a load that was cut short goes on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--patients", type=int, default=PATIENTS, help=f"how many patients (default {PATIENTS})")

    def handle(self, *_: Any, **options: Any) -> None:
        count = options["patients"]
        if not 0 <= count <= PATIENTS_MAX:
            raise CommandError(f"--patients: between 0 and {PATIENTS_MAX}")
        key_file = config.current().interface_key_file
        if key_file is None or not config.current().demonstration:
            raise CommandError("this instance is not a demonstration, or has no key for the loader")
        try:
            loading.load(count=count, signer=InterfaceSigner(key_file), now=clock.now(), tell=self._tell())
        except Refused as error:
            raise CommandError(f"the load stopped: {error}; run it again and it goes on from here") from None

    def _tell(self) -> loading.Progress:
        """Prints `progress i/n` twice a second at most, and the last one always."""
        said = [0.0]

        def tell(done: int, total: int) -> None:
            if done == total or time.monotonic() - said[0] >= TOLD_EVERY_SECONDS:
                said[0] = time.monotonic()
                self.stdout.write(f"progress {done}/{total}")
                self.stdout.flush()

        return tell
