"""An export, line by line: a header, the entries in the order of the tree, then what is not sequenced yet, then the checkpoints.

The format is NDJSON. Nothing in it is trusted: what is not in its form is a finding, never a crash.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from serment.wire.canonical import decode_bytes

FORMAT = "serment journal export v1"

# A leaf is a few hundred bytes; a list of 200 patients some 10,000. What is longer is not one of ours.
LINE_CHARACTERS_MAX = 1_000_000


class BadExport(Exception):
    """The file is not an export; the message says where."""


@dataclass(frozen=True, kw_only=True)
class Header:
    origin: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row as exported. `index` is None for an entry that has no place in the tree yet."""

    line: int
    id: int
    index: int | None
    entry: str
    kind: str
    at: str
    account: str | None
    account_seq: int | None
    patient: str | None
    patient_seq: int | None
    leaf: bytes
    hash: str | None


@dataclass(frozen=True, kw_only=True)
class Note:
    line: int
    note: str


def header(path: Path) -> Header:
    """The first line. Raises BadExport, OSError."""
    with path.open(encoding="utf-8") as file:
        body = _object(file.readline(LINE_CHARACTERS_MAX), 1)
    if body.get("format") != FORMAT:
        raise BadExport("ligne 1 : ce fichier n'est pas un export du journal de Serment")
    return Header(origin=_text(body, "origin", 1), key=_text(body, "key", 1))


def lines(path: Path) -> Iterator[Entry | Note]:
    """Every entry and checkpoint, streamed. Raises BadExport at the first line out of form."""
    with path.open(encoding="utf-8", errors="surrogateescape") as file:
        file.readline(LINE_CHARACTERS_MAX)
        for number, text in enumerate(file, start=2):
            body = _object(text, number)
            if "note" in body:
                yield Note(line=number, note=_text(body, "note", number))
            else:
                yield _entry(body, number)


def _entry(body: dict[str, Any], number: int) -> Entry:
    try:
        return Entry(
            line=number,
            id=_integer(body["id"]),
            index=None if body["index"] is None else _integer(body["index"]),
            entry=str(UUID(body["entry"])),
            kind=_text(body, "kind", number),
            at=_text(body, "at", number),
            account=_optional(body["account"], str),
            account_seq=_optional(body["account_seq"], int),
            patient=_optional(body["patient"], str),
            patient_seq=_optional(body["patient_seq"], int),
            leaf=decode_bytes(body["leaf"]),
            hash=_optional(body["hash"], str),
        )
    except (KeyError, ValueError, TypeError, AttributeError):
        raise BadExport(f"ligne {number} : entrée illisible") from None


def _object(text: str, number: int) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        raise BadExport(f"ligne {number} : ce n'est pas du JSON") from None
    if not isinstance(body, dict):
        raise BadExport(f"ligne {number} : ce n'est pas un objet JSON")
    return body


def _text(body: dict[str, Any], name: str, number: int) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise BadExport(f"ligne {number} : « {name} » manque")
    return value


def _integer(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("not an integer")
    return value


def _optional(value: object, kind: type) -> Any:
    if value is not None and (not isinstance(value, kind) or isinstance(value, bool)):
        raise ValueError("of another type")
    return value
