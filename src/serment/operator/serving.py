"""The web server alone: granian, a few worker processes with a few threads each, in front of the record's application."""

from __future__ import annotations

import json
import os
from pathlib import Path

from granian.constants import Interfaces
from granian.server import Server

APPLICATION = "serment.dossier.config.wsgi:application"


def main() -> None:
    """Serve as the file that SERMENT_CONFIG names says."""
    settings = json.loads(Path(os.environ["SERMENT_CONFIG"]).read_text(encoding="utf-8"))
    Server(
        APPLICATION,
        address=settings["host"],
        port=settings["port"],
        interface=Interfaces.WSGI,
        workers=settings["workers"],
        blocking_threads=settings["threads"],
        websockets=False,
        log_access=False,
        # One dead worker does not take the other's visitors with it.
        respawn_failed_workers=True,
        respawn_interval=0.1,
        # A page takes five seconds of the database at most; a worker that stays longer is ended.
        workers_kill_timeout=6,
    ).serve()


if __name__ == "__main__":
    main()
