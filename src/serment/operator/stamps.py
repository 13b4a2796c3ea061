"""What the code is, in short: so that a start after the first does again only what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

import serment

PACKAGE = Path(serment.__file__).parent


def version() -> str:
    return metadata.version("serment")


def is_newer(other: str) -> bool:
    """Whether a version is later than ours."""
    return _numbers(other) > _numbers(version())


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in text.split("."))


@cache
def _migration_files() -> tuple[Path, ...]:
    guard = (PACKAGE / "guard" / "migrations").glob("[0-9]*.sql")
    record = (PACKAGE / "dossier").rglob("migrations/[0-9]*.py")
    return tuple(sorted([*guard, *record]))


def schema() -> str:
    """Changes when a migration does, ours or the queue's."""
    return _digest(_migration_files(), version(), metadata.version("procrastinate"), metadata.version("django"))


def population() -> str:
    """Changes when the people or the units of the demonstration do."""
    folder = PACKAGE / "dossier" / "demonstration"
    return _digest(sorted(path for path in folder.glob("*.py")))


def _digest(files: Iterable[Path], *words: str) -> str:
    total = hashlib.sha256("\0".join(words).encode())
    for path in files:
        total.update(b"\0" + str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:32]
