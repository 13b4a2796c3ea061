"""The guard's configuration, read once from the file that SERMENT_CONFIG names."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from serment.credentials.provider import Provider
from serment.journal.outside import Authority, Witness

# An hour is the longest a ward's workstation stays open on a record without its owner.
IDLE_MINUTES_MAX = 60


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
    clock_file: Path | None = None
    # A session that nobody uses for so long is locked; one touch of the passkey goes on.
    idle: timedelta = timedelta(minutes=10)
    # Whether a password with a time-based code lets anybody in, with less than a passkey does.
    reduced_assurance: bool = False
    provider: Provider | None = None
    witnesses: tuple[Witness, ...] = ()
    timestamp_authority: Authority | None = None


def load(path: str | None = None) -> Settings:
    """Read the settings. Raises KeyError naming the missing setting, OSError when the file cannot be read."""
    raw = json.loads(Path(path or os.environ["SERMENT_CONFIG"]).read_text(encoding="utf-8"))
    passphrase, clock = raw.get("passphrase_file"), raw.get("clock_file")
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
        clock_file=Path(clock) if clock else None,
        idle=timedelta(minutes=max(1, min(int(raw.get("idle_minutes", 10)), IDLE_MINUTES_MAX))),
        reduced_assurance=bool(raw.get("allow_reduced_assurance", False)),
        provider=Provider(**raw["oidc"]) if raw.get("oidc") else None,
        witnesses=tuple(Witness.configured(**one) for one in raw.get("witnesses", ())),
        timestamp_authority=Authority.configured(**raw["timestamp_authority"]) if raw.get("timestamp_authority") else None,
    )
