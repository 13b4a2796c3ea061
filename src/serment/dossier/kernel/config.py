"""The configuration of this process, read once from the JSON file that SERMENT_CONFIG names.

Each process has a file of its own that holds the secrets it needs and no others.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path


class ConfigurationError(Exception):
    """The configuration is missing or wrong; the message names the setting and the file, never a value."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a process of the record may know. Settings that its file does not hold are empty."""

    instance: str
    demonstration: bool
    origin: str
    rp_id: str
    guard_socket: Path
    data_dir: Path
    objects_dir: Path
    dossier_dsn: str = field(repr=False)
    secret_key: str = field(repr=False, default="")
    letters_key: str = field(repr=False, default="")
    interface_key_file: Path | None = None
    letterbox_file: Path | None = None
    # Of a demonstration alone.
    clock_file: Path | None = None
    mllp_host: str = "127.0.0.1"
    mllp_port: int = 2575


def load(path: Path) -> Config:
    """Read one file. Raises ConfigurationError naming what is missing."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"the configuration {path} cannot be read: {type(error).__name__}") from None
    try:
        return Config(
            instance=str(raw["instance"]),
            demonstration=raw["demonstration"] is True,
            origin=str(raw["origin"]).rstrip("/"),
            rp_id=str(raw["rp_id"]),
            guard_socket=Path(raw["guard_socket"]),
            data_dir=Path(raw["data_dir"]),
            objects_dir=Path(raw["objects_dir"]),
            dossier_dsn=str(raw["dossier_dsn"]),
            secret_key=str(raw.get("secret_key", "")),
            letters_key=str(raw.get("letters_key", "")),
            interface_key_file=_file(raw, "interface_key_file"),
            letterbox_file=_file(raw, "letterbox_file"),
            clock_file=_file(raw, "clock_file") if raw["demonstration"] is True else None,
            mllp_host=str(raw.get("mllp_host", "127.0.0.1")),
            mllp_port=int(raw.get("mllp_port", 2575)),
        )
    except KeyError as error:
        raise ConfigurationError(f"the configuration {path} lacks {error.args[0]}") from None


def _file(raw: dict[str, object], name: str) -> Path | None:
    return Path(str(raw[name])) if raw.get(name) else None


@lru_cache(maxsize=1)
def current() -> Config:
    """The configuration of this process. Raises ConfigurationError."""
    path = os.environ.get("SERMENT_CONFIG", "")
    if not path:
        raise ConfigurationError("SERMENT_CONFIG does not name a configuration file")
    return load(Path(path))
