"""Verifying an export in one pass: leaves, columns, counters, tree, checkpoints, and what others said of these.

The order of the tree is also the order of every account's and every patient's own numbers: an append takes its number under a lock that
it keeps until it is durable, so the next one sees it. A hole or a step back in these numbers is therefore an omission or a reordering,
even among entries that have no place in the tree yet.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from serment.auditor import document
from serment.auditor.document import COLUMNS, TILE_BITS, Cosignature, Counter, Entry, Line, SignedCheckpoint, Tile, TimeStamp
from serment.auditor.vouching import NOBODY, Trusted, Unvouched, Vouchers
from serment.wire import canonical
from serment.wire.merkle import Frontier, leaf_hash
from serment.wire.note import BadNote, Checkpoint, Verifier, open_note

LEAF_VERSION = 1


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What does not hold, in French, and where: the place in the tree, the entry's identifier, where they are known."""

    what: str
    index: int | None = None
    entry: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What was found up to the end, or up to the first thing that does not hold. `size` entries have their place under a checkpoint,
    `pending` wait for one. `signed`: whether there was a key to check the signatures with. `note`: the last checkpoint that held.
    `cosigned` says up to which size each witness asked for vouches, `stamped` up to which size and when the time-stamping authority does,
    `unread` how many such lines were not verified for want of a key. `missing` names, in French, what was asked for and is not there."""

    size: int
    pending: int
    checkpoints: int
    accounts: int
    patients: int
    root: str
    since: str
    until: str
    signed: bool
    note: str
    finding: Finding | None
    cosigned: dict[str, int]
    stamped: tuple[int, str] | None
    unread: int
    missing: tuple[str, ...]

    @property
    def holds(self) -> bool:
        return self.finding is None and not self.missing


class _Broken(Exception):
    def __init__(self, what: str, *, index: int | None = None, entry: str = "") -> None:
        super().__init__(what)
        self.finding = Finding(what=what, index=index, entry=entry)


def verify(path: Path, *, key: str = "", previous: str = "", trusted: Trusted = NOBODY) -> Report:
    """Recompute everything in an export, in one pass; memory grows with the number of accounts and patients, not with the journal.

    `previous` is the note of a checkpoint kept elsewhere: the journal must begin with exactly the tree that it signed. Without `key` the
    export's own is used, which shows accidents and not a forger; without either, signatures are not checked. `trusted` are the witnesses
    and the time-stamping authority whose word is asked for.
    Raises BadExport, BadNote for a key or a previous checkpoint out of form, OSError.
    """
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        head = document.header(file)
        verifier = Verifier.parse(key or head.key) if key or head.key else None
        known = Checkpoint.parse(_text_of(previous, verifier)) if previous else None
        audit = _Audit(key=verifier, previous=known, vouchers=Vouchers(trusted))
        try:
            for line in document.lines(file):
                audit.take(line)
            audit.end()
        except _Broken as broken:
            return audit.report(broken.finding)
    return audit.report(None)


def _text_of(note: str, key: Verifier | None) -> str:
    return open_note(note, key) if key else note.rpartition("\n\n")[0] + "\n"


class _Audit:
    def __init__(self, *, key: Verifier | None, previous: Checkpoint | None, vouchers: Vouchers) -> None:
        self.key, self.previous, self.vouchers = key, previous, vouchers
        self.tree = Frontier()
        self.last: SignedCheckpoint | None = None
        self.checkpoints = self.pending = 0
        self.since = self.until = ""
        # Hashes of finished subtrees whose line must come before the next entry.
        self.tiles: dict[tuple[int, int], bytes] = {}
        # The last number seen of each account and each patient, and those whose counter agreed.
        self.numbers: dict[tuple[str, str], int] = {}
        self.counted: set[tuple[str, str]] = set()

    def take(self, line: Line) -> None:
        match line:
            case Entry():
                self._entry(line)
            case Tile():
                self._tile(line)
            case SignedCheckpoint():
                self._checkpoint(line)
            case Cosignature() | TimeStamp():
                self._vouched(line)
            case Counter():
                self._counter(line)

    def report(self, finding: Finding | None) -> Report:
        scopes = [scope for scope, _ in self.numbers]
        return Report(
            size=self.tree.size, pending=self.pending, checkpoints=self.checkpoints, accounts=scopes.count("account"),
            patients=scopes.count("patient"), root=self.tree.root().hex(), since=self.since, until=self.until,
            signed=self.key is not None, note=self.last.note if self.last else "", finding=finding,
            cosigned=self.vouchers.cosigned, stamped=self.vouchers.stamped, unread=self.vouchers.unread,
            missing=() if finding else tuple(self.vouchers.missing(since=self.since, until=self.until)),
        )  # fmt: skip

    # --- entries ---

    def _entry(self, entry: Entry) -> None:
        self._no_tile_due()
        known = str(entry.columns["entry"] or "")
        if entry.index is None:
            self._covered()
            self.pending += 1
        elif entry.index != self.tree.size or self.pending:
            what = "l'entrée de cette place manque" if entry.index > self.tree.size else "une entrée porte une place déjà prise"
            raise _Broken(what, index=min(self.tree.size, entry.index))
        if entry.leaf is None:
            raise _Broken("l'entrée de cette place manque", index=entry.index, entry=known)
        hashed = leaf_hash(entry.leaf)
        if entry.index is not None and hashed != entry.leaf_hash:
            raise _Broken("le contenu de l'entrée a été modifié : son empreinte ne correspond plus", index=entry.index, entry=known)
        try:
            self._columns(entry, _decoded(entry.leaf))
        except _Wrong as wrong:
            raise _Broken(str(wrong), index=entry.index, entry=known) from None
        if entry.index is not None:
            for level, index, top in self.tree.append(hashed):
                if level % TILE_BITS == 0:
                    self.tiles[level // TILE_BITS, index] = top
            self._compare_previous()

    def _columns(self, entry: Entry, leaf: dict[str, Any]) -> None:
        for column in COLUMNS:
            # Python takes true for 1.
            if leaf[column] != entry.columns[column] or type(leaf[column]) is not type(entry.columns[column]):
                raise _Wrong(f"la colonne « {column} » ne dit pas ce que dit l'entrée scellée")
        for scope in ("account", "patient"):
            self._number(scope, leaf[scope], leaf[f"{scope}_seq"])
        self.since = min(self.since or leaf["at"], leaf["at"])
        self.until = max(self.until, leaf["at"])

    def _number(self, scope: str, id: str | None, number: int | None) -> None:
        if (id is None) != (number is None):
            raise _Wrong(f"le numéro de l'entrée ne va pas avec son {_FRENCH[scope]}")
        if id is None or number is None:
            return
        expected = self.numbers.get((scope, id), 0) + 1
        if number > expected:
            raise _Wrong(f"une entrée manque avant celle-ci : le {_FRENCH[scope]} {id} passe du numéro {expected - 1} au {number}")
        if number < expected:
            raise _Wrong(f"l'ordre des entrées a été changé : le {_FRENCH[scope]} {id} revient du numéro {expected - 1} au {number}")
        self.numbers[scope, id] = number

    def _counter(self, counter: Counter) -> None:
        seen = self.numbers.get((counter.scope, counter.id), 0)
        name = f"{_FRENCH.get(counter.scope, 'compteur')} {counter.id}"
        if counter.last > seen:
            raise _Broken(f"une entrée manque à la fin : le {name} en a compté {counter.last}, il en reste {seen}")
        if counter.last < seen:
            raise _Broken(f"un compteur a été reculé : le {name} a {seen} entrées, son compteur en dit {counter.last}")
        if (counter.scope, counter.id) in self.counted:
            raise _Broken(f"un compteur est en double : celui du {name}")
        self.counted.add((counter.scope, counter.id))

    # --- tree ---

    def _tile(self, tile: Tile) -> None:
        if self.tiles.pop((tile.level, tile.index), None) != tile.hash:
            raise _Broken(
                f"l'empreinte d'un groupe d'entrées a été modifiée (niveau {tile.level}, rang {tile.index})",
                index=tile.index << (TILE_BITS * tile.level),
            )

    def _no_tile_due(self) -> None:
        for level, index in self.tiles:
            what = f"l'empreinte d'un groupe d'entrées a été effacée (niveau {level}, rang {index})"
            raise _Broken(what, index=index << (TILE_BITS * level))

    def _checkpoint(self, checkpoint: SignedCheckpoint) -> None:
        self._no_tile_due()
        size = self.tree.size
        if checkpoint.size > size:
            raise _Broken(f"la suite manque : un point de contrôle couvre {checkpoint.size} entrées, il en reste {size}", index=size)
        if checkpoint.size < size or (self.last and checkpoint.size == self.last.size):
            raise _Broken(f"le point de contrôle de taille {checkpoint.size} n'est pas à sa place", index=checkpoint.size)
        self._signed(checkpoint)
        if checkpoint.root != self.tree.root():
            what = f"une entrée au moins a été modifiée ou déplacée, empreinte comprise, avant la place {size} : la racine signée l'atteste"
            raise _Broken(what, index=self.last.size if self.last else 0)
        self.last = checkpoint
        self.checkpoints += 1

    def _signed(self, checkpoint: SignedCheckpoint) -> None:
        forged = _Broken(f"le point de contrôle de taille {checkpoint.size} est faux : la clé du journal ne l'a pas signé tel quel")
        try:
            said = Checkpoint.parse(_text_of(checkpoint.note, self.key))
        except BadNote:
            raise forged from None
        if (said.size, said.root) != (checkpoint.size, checkpoint.root) or (self.key and said.origin != self.key.name):
            raise forged
        if self.previous and said.origin != self.previous.origin:
            raise _Broken(f"ce journal ({said.origin}) n'est pas celui du point de contrôle conservé ({self.previous.origin})")

    def _vouched(self, line: Cosignature | TimeStamp) -> None:
        last = self.last
        if last is None or line.size != last.size:
            what = f"le point de contrôle de taille {line.size} manque : un témoin ou une autorité d'horodatage l'avait vu"
            raise _Broken(what, index=min(line.size, self.tree.size))
        try:
            self.vouchers.take(line, last.note)
        except Unvouched as wrong:
            raise _Broken(str(wrong), index=line.size) from None

    def _covered(self) -> None:
        """Every entry that has a place is under a checkpoint, since both are written in one transaction."""
        signed = self.last.size if self.last else 0
        if signed < self.tree.size:
            raise _Broken(
                f"le dernier point de contrôle a été effacé : rien ne signe les entrées à partir de la place {signed}", index=signed
            )

    def _compare_previous(self) -> None:
        if self.previous is None or self.previous.size != self.tree.size:
            return
        if self.tree.root() != self.previous.root:
            what = (
                f"le journal a été réécrit : ses {self.previous.size} premières entrées ne sont plus celles du point de contrôle conservé"
            )
            raise _Broken(what, index=None)

    def end(self) -> None:
        self._no_tile_due()
        self._covered()
        if self.previous and self.previous.size > self.tree.size:
            what = f"la suite manque : le point de contrôle conservé couvre {self.previous.size} entrées, il en reste {self.tree.size}"
            raise _Broken(what, index=self.tree.size)
        for scope, id in sorted(self.numbers.keys() - self.counted):
            raise _Broken(f"un compteur a été effacé : celui du {_FRENCH[scope]} {id}")


class _Wrong(Exception):
    """Something in one leaf, said in French; the caller knows which."""


_FRENCH = {"account": "compte", "patient": "patient"}
_MEMBERS = {"v", "body", *COLUMNS}


def _decoded(leaf: bytes) -> dict[str, Any]:
    """The leaf's members. Two readings of the same bytes must be impossible: only the canonical form passes."""
    try:
        value = json.loads(leaf)
        whole = canonical.encode(value) == leaf
    except (ValueError, TypeError, RecursionError):
        whole = False
    if not whole or not isinstance(value, dict) or value.keys() != _MEMBERS or value["v"] != LEAF_VERSION:
        raise _Wrong("le contenu de l'entrée n'a pas la forme d'une entrée du journal")
    return value
