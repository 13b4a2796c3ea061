"""The export: one text file, one JSON object a line, in the order of the tree, so that it is written and verified in one pass.

    {"type":"header","format":"serment-journal-export","version":1,"origin":"<name of the journal>","key":"<verifier key>"}
    {"type":"entry","index":0,"leaf_hash":"<base64url>","id":1,"entry":"<uuid>","at":"...","kind":"...","account":"<uuid>"|null,
     "account_seq":1,"patient":null,"patient_seq":null,"leaf":"<the leaf's bytes, as text>"}
    {"type":"tile","level":1,"index":0,"hash":"<base64url>"}       after the last of its 256**level leaves
    {"type":"checkpoint","size":1,"root":"<base64url>","note":"<C2SP signed note>"}      after the entry that makes its size
    {"type":"cosignature","size":1,"witness":"<verifier key>","line":"<C2SP cosignature>"}   after the checkpoint that it cosigns
    {"type":"timestamp","size":1,"token":"<base64url>"}            after the checkpoint whose note it stamps (RFC 3161, the whole response)
    {"type":"entry","index":null,"leaf_hash":null,...}             those that had no place yet when the export was made
    {"type":"counter","scope":"account","id":"<uuid>","last":1}
    {"type":"end","lines":5}                                       the lines between the header and this one

`origin` and `key` may be empty: they are what the exporter was told, and prove nothing. A leaf that is not UTF-8 text, which the guard
never writes, is given in base64url as `leaf_bytes`. Nothing in an export is trusted.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from serment.wire.canonical import decode_bytes, encode_bytes

FORMAT, VERSION = "serment-journal-export", 1
# A tile of level L covers 256**L leaves.
TILE_BITS = 8
TILE_LEVEL_MAX = 7
INTEGER_MAX = 2**63 - 1

# A leaf is under a kilobyte, but for a search that showed many lines; anything of this size is not an export of ours.
LINE_CHARACTERS_MAX = 4 * 1024 * 1024


class BadExport(Exception):
    """The file is not a whole export. The message, in French, says where it stops making sense."""


@dataclass(frozen=True, kw_only=True)
class Header:
    origin: str
    key: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row, its place beside it. `leaf` is None when only the place is left; `index` is None for an entry that has no place yet."""

    index: int | None
    leaf_hash: bytes | None
    id: int | None
    columns: dict[str, Any]
    leaf: bytes | None


@dataclass(frozen=True, kw_only=True)
class Tile:
    level: int
    index: int
    hash: bytes


@dataclass(frozen=True, kw_only=True)
class SignedCheckpoint:
    size: int
    root: bytes
    note: str


@dataclass(frozen=True, kw_only=True)
class Cosignature:
    size: int
    witness: str
    line: str


@dataclass(frozen=True, kw_only=True)
class TimeStamp:
    size: int
    token: bytes


@dataclass(frozen=True, kw_only=True)
class Counter:
    scope: str
    id: str
    last: int


Line = Entry | Tile | SignedCheckpoint | Cosignature | TimeStamp | Counter

COLUMNS = ("entry", "at", "kind", "account", "account_seq", "patient", "patient_seq")


def write(file: IO[str], header: Header, lines: Iterable[Line]) -> None:
    """Write a whole export."""
    file.write(_text({"type": "header", "format": FORMAT, "version": VERSION, "origin": header.origin, "key": header.key}))
    count = 0
    for line in lines:
        file.write(_text(_object(line)))
        count += 1
    file.write(_text({"type": "end", "lines": count}))


def header(file: IO[str]) -> Header:
    """The first line. Raises BadExport."""
    value = _parsed(file.readline(LINE_CHARACTERS_MAX), 1)
    if (value.get("type"), value.get("format"), value.get("version")) != ("header", FORMAT, VERSION):
        raise BadExport("ce fichier n'est pas un export du journal de Serment, ou d'une version que ce programme ne connaît pas")
    try:
        return Header(origin=_words(value["origin"]), key=_words(value["key"]))
    except (KeyError, TypeError, ValueError):
        raise BadExport("la ligne 1 n'a pas la forme attendue") from None


def lines(file: IO[str]) -> Iterator[Line]:
    """The lines after the header, one at a time. Raises BadExport for a line out of form, or a file that is not whole."""
    number = 1
    while text := file.readline(LINE_CHARACTERS_MAX):
        number += 1
        value = _parsed(text, number)
        if value.get("type") == "end":
            if value.get("lines") != number - 2 or file.read(1):
                raise BadExport("le nombre de lignes n'est pas celui que dit la fin : l'export a été coupé ou complété")
            return
        try:
            line = _line(value)
        except (KeyError, TypeError, ValueError):
            raise BadExport(f"la ligne {number} n'a pas la forme attendue") from None
        yield line
    raise BadExport("la fin manque : l'export a été coupé")


def _parsed(text: str, number: int) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict) or not text.endswith("\n"):
        raise BadExport(f"la ligne {number} n'est pas du JSON lisible")
    return value


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"


def _object(line: Line) -> dict[str, Any]:
    match line:
        case Entry():
            place = {"index": line.index, "leaf_hash": None if line.leaf_hash is None else encode_bytes(line.leaf_hash), "id": line.id}
            return {"type": "entry", **place, **line.columns, **_leaf_members(line.leaf)}
        case Tile():
            return {"type": "tile", "level": line.level, "index": line.index, "hash": encode_bytes(line.hash)}
        case SignedCheckpoint():
            return {"type": "checkpoint", "size": line.size, "root": encode_bytes(line.root), "note": line.note}
        case Cosignature():
            return {"type": "cosignature", "size": line.size, "witness": line.witness, "line": line.line}
        case TimeStamp():
            return {"type": "timestamp", "size": line.size, "token": encode_bytes(line.token)}
        case Counter():
            return {"type": "counter", "scope": line.scope, "id": line.id, "last": line.last}


def _leaf_members(leaf: bytes | None) -> dict[str, str | None]:
    if leaf is None:
        return {"leaf": None}
    try:
        return {"leaf": leaf.decode()}
    except UnicodeDecodeError:
        return {"leaf_bytes": encode_bytes(leaf)}


def _line(value: dict[str, Any]) -> Line:
    match value["type"]:
        case "entry":
            return Entry(
                index=None if value["index"] is None else _whole(value["index"]),
                leaf_hash=None if value["leaf_hash"] is None else decode_bytes(value["leaf_hash"]),
                id=None if value["id"] is None else _whole(value["id"]),
                columns={name: _column(name, value[name]) for name in COLUMNS},
                leaf=_leaf(value),
            )
        case "tile":
            if not 0 < value["level"] <= TILE_LEVEL_MAX:
                raise ValueError("no such level")
            return Tile(level=_whole(value["level"]), index=_whole(value["index"]), hash=decode_bytes(value["hash"]))
        case "checkpoint":
            return SignedCheckpoint(size=_whole(value["size"]), root=decode_bytes(value["root"]), note=_words(value["note"]))
        case "cosignature":
            return Cosignature(size=_whole(value["size"]), witness=_words(value["witness"]), line=_words(value["line"]))
        case "timestamp":
            return TimeStamp(size=_whole(value["size"]), token=decode_bytes(value["token"]))
        case "counter":
            return Counter(scope=_words(value["scope"]), id=_words(value["id"]), last=_whole(value["last"]))
    raise ValueError("unknown line")


def _leaf(value: dict[str, Any]) -> bytes | None:
    if "leaf_bytes" in value:
        return decode_bytes(value["leaf_bytes"])
    return None if value["leaf"] is None else _words(value["leaf"]).encode()


def _column(name: str, value: object) -> str | int | None:
    if value is None:
        return None
    return _whole(value) if name.endswith("_seq") else _words(value)


def _whole(value: object) -> int:
    # JSON's true would pass for 1, and a number without bound would have the verifier compute without end.
    if type(value) is not int or not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise TypeError("not a whole number of the database")
    return value


def _words(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    # Raises UnicodeEncodeError, a ValueError, for half a surrogate pair.
    value.encode()
    return value
