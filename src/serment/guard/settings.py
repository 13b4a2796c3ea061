"""The guard's configuration, read once from the file that SERMENT_CONFIG names."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`demonstration` opens the doors that only fictional people may use: personas, the software authenticator, test INS numbers."""

    instance: str
    demonstration: bool
    origin: str
    rp_id: str
    guard_socket: Path
    guard_dsn: str
    dossier_dsn: str
    master_key_file: Path
    passphrase_file: Path | None


def load(path: str | None = None) -> Settings:
    """Read the settings. Raises KeyError naming the missing setting, OSError when the file cannot be read."""
    raw = json.loads(Path(path or os.environ["SERMENT_CONFIG"]).read_text(encoding="utf-8"))
    passphrase = raw.get("passphrase_file")
    return Settings(
        instance=raw["instance"],
        demonstration=bool(raw.get("demonstration", False)),
        origin=raw["origin"],
        rp_id=raw["rp_id"],
        guard_socket=Path(raw["guard_socket"]),
        guard_dsn=raw["guard_dsn"],
        dossier_dsn=raw["dossier_dsn"],
        master_key_file=Path(raw["master_key_file"]),
        passphrase_file=Path(passphrase) if passphrase else None,
    )
