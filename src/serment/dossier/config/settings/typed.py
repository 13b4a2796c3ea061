"""What the type checker reads models under: no secrets, no server. It never runs."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

_FOLDER = Path(tempfile.gettempdir())
_FILE = _FOLDER / f"serment-types-{os.getpid()}.json"
_FILE.write_text(
    json.dumps(
        {
            "instance": "00000000-0000-4000-8000-000000000000", "demonstration": True, "origin": "http://localhost:8000",
            "rp_id": "localhost", "guard_socket": "guard.sock", "data_dir": str(_FOLDER), "objects_dir": str(_FOLDER),
            "dossier_dsn": "postgresql:///serment", "secret_key": "types",
        }
    ),
    encoding="utf-8",
)  # fmt: skip
os.environ["SERMENT_CONFIG"] = str(_FILE)

from serment.dossier.config.settings.web import *  # noqa: E402, F403
from serment.dossier.config.settings.web import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS += ["procrastinate.contrib.django", "serment.dossier.demonstration"]

_FILE.unlink()
