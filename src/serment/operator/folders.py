"""Where instances lie when nobody says otherwise, and the option that says otherwise."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HOME = Path("~/.local/share/serment")
DEMO, UP = HOME / "demo", HOME / "up"

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Dossier des données.")]


def existing(data_dir: Path | None) -> Path:
    """The folder asked for; else the demonstration's if it is there or nothing else is; else the installation's."""
    if data_dir is not None:
        return data_dir
    demo_dir, up_dir = DEMO.expanduser(), UP.expanduser()
    return demo_dir if (demo_dir / "instance.json").exists() or not (up_dir / "instance.json").exists() else up_dir
