"""An excerpt of the journal: some leaves, each with its path to one signed checkpoint, in a file that proves itself.

    {"type":"header","format":"serment-journal-excerpt","version":1,"about":"<in words>","patient":"<uuid, or empty>"}
    {"type":"checkpoint","note":"<C2SP signed note>","cosignatures":["<line>",...],"timestamp":"<base64url, RFC 3161, or empty>"}
    {"type":"leaf","index":12,"leaf":"<the leaf's bytes, as text>","path":["<base64url>",...]}
    {"type":"end","leaves":1}

With a patient, the leaves about them alone must be numbered without a gap: what stands between two of them is then nothing. Nothing in an
excerpt is trusted but what the key of the journal, noted elsewhere, has signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from serment.wire import merkle
from serment.wire.canonical import decode_bytes, encode_bytes
from serment.wire.incidents import ProvedLeaf, Sealed
from serment.wire.note import Checkpoint, Verifier, open_note

FORMAT, VERSION = "serment-journal-excerpt", 1


class BadExcerpt(ValueError):
    """The excerpt does not hold. The message, in French, says where."""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What holds: how many leaves, of which kinds, from when to when, in a tree of which size; and the note with what others said of it."""

    size: int
    leaves: int
    kinds: dict[str, int]
    since: str
    until: str
    patient: str
    sealed: Sealed


def lines(sealed: Sealed, leaves: Iterable[ProvedLeaf], *, about: str, patient: str = "") -> Iterator[str]:
    """The lines of an excerpt, to be written one after the other."""
    count = 0
    yield _text({"type": "header", "format": FORMAT, "version": VERSION, "about": about, "patient": patient})
    others = {"cosignatures": list(sealed.cosignatures), "timestamp": encode_bytes(sealed.timestamp)}
    yield _text({"type": "checkpoint", "note": sealed.note, **others})
    for one in leaves:
        count += 1
        yield _text({"type": "leaf", "index": one.index, "leaf": one.leaf.decode(), "path": [encode_bytes(node) for node in one.path]})
    yield _text({"type": "end", "leaves": count})


def check(given: Iterable[str], key: Verifier) -> Checked:
    """Verify an excerpt, line by line. Raises BadExcerpt, and BadNote for a checkpoint that the key did not sign."""
    reader = enumerate(given, 1)
    head, sealed = _next(reader, "header"), _next(reader, "checkpoint")
    if (head.get("format"), head.get("version")) != (FORMAT, VERSION):
        raise BadExcerpt("ce fichier n'est pas un extrait du journal de Serment")
    tree = Checkpoint.parse(open_note(str(sealed.get("note")), key))
    patient, kinds, instants, numbers = str(head.get("patient", "")), dict[str, int](), list[str](), list[int]()
    for number, line in reader:
        value = _parsed(number, line)
        if value.get("type") == "end":
            _ended(value, sum(kinds.values()), number, reader)
            return Checked(
                size=tree.size, leaves=sum(kinds.values()), kinds=kinds, since=min(instants, default=""), until=max(instants, default=""),
                patient=patient, sealed=_sealed(sealed),
            )  # fmt: skip
        leaf = _leaf(value, number, tree)
        kinds[leaf["kind"]] = kinds.get(leaf["kind"], 0) + 1
        instants.append(leaf["at"])
        if patient and leaf["patient"] == patient:
            numbers.append(leaf["patient_seq"])
            if numbers[-1] - numbers[0] != len(numbers) - 1:
                raise BadExcerpt(f"ligne {number} : une entrée du patient manque avant celle-ci")
    raise BadExcerpt("la fin manque : l'extrait a été coupé")


def _leaf(value: dict[str, Any], number: int, tree: Checkpoint) -> dict[str, Any]:
    try:
        raw, path = value["leaf"].encode(), [decode_bytes(node) for node in value["path"]]
        leaf: dict[str, Any] = json.loads(raw)
        held = merkle.is_included(merkle.leaf_hash(raw), index=int(value["index"]), size=tree.size, proof=path, root=tree.root)
        known = isinstance(leaf["kind"], str) and isinstance(leaf["at"], str) and "patient" in leaf
    except (KeyError, TypeError, ValueError, AttributeError):
        raise BadExcerpt(f"ligne {number} : ce n'est pas une entrée avec son chemin") from None
    if not held or not known:
        raise BadExcerpt(f"ligne {number} : cette entrée n'est pas dans l'arbre que le point de contrôle signe")
    return leaf


def _ended(value: dict[str, Any], count: int, number: int, reader: Iterator[tuple[int, str]]) -> None:
    if value.get("leaves") != count or next(reader, None) is not None:
        raise BadExcerpt(f"ligne {number} : le nombre d'entrées n'est pas celui que dit la fin")


def _sealed(value: dict[str, Any]) -> Sealed:
    try:
        told = tuple(str(line) for line in value.get("cosignatures", ()))
        return Sealed(note=str(value["note"]), cosignatures=told, timestamp=decode_bytes(value.get("timestamp", "")))
    except (TypeError, ValueError, AttributeError):
        raise BadExcerpt("les contresignatures ou l'horodatage ne sont pas lisibles") from None


def _next(reader: Iterator[tuple[int, str]], kind: str) -> dict[str, Any]:
    number, line = next(reader, (0, ""))
    value = _parsed(number, line)
    if value.get("type") != kind:
        raise BadExcerpt("ce fichier n'est pas un extrait du journal de Serment")
    return value


def _parsed(number: int, line: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise BadExcerpt(f"ligne {number} : ce n'est pas du JSON lisible")
    return value


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n"
