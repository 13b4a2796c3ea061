"""Recomputing everything: leaf hashes, root, signatures, counters. The first thing that does not hold is named."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from serment.auditor import reading
from serment.wire import canonical, merkle
from serment.wire.note import BadNote, Checkpoint, Verifier, open_note


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What does not hold, and where: the place in the tree, the entry's identifier, and a sentence in French."""

    what: str
    index: int | None = None
    entry: str = ""

    def __str__(self) -> str:
        place = "" if self.index is None else f"entrée n° {self.index}"
        return " ".join(part for part in (place, self.entry, self.what) if part)


@dataclass(kw_only=True)
class Report:
    """`size` entries stand under the last checkpoint, `pending` wait for a place; `finding` is the first broken one, if any."""

    size: int = 0
    pending: int = 0
    checkpoints: int = 0
    accounts: int = 0
    patients: int = 0
    root: str = ""
    finding: Finding | None = None

    @property
    def holds(self) -> bool:
        return self.finding is None


class _Broken(Exception):
    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.what)
        self.finding = finding


@dataclass
class _State:
    frontier: merkle.Frontier = field(default_factory=merkle.Frontier)
    roots: dict[int, bytes] = field(default_factory=dict)
    account_seqs: dict[str, int] = field(default_factory=dict)
    patient_seqs: dict[str, int] = field(default_factory=dict)
    last_pending_id: int = -1
    sound: int = 0  # entries under the last checkpoint that held


def verify(path: Path, *, key: str = "", previous: str = "") -> Report:
    """Check an export against the journal's key, and against an older checkpoint kept elsewhere.

    Without `key` the export's own is used, which shows accidents and not a forger. Memory grows with the number of accounts and
    patients, not with the journal. Raises BadExport, BadNote for a key or a previous checkpoint out of form, OSError.
    """
    head = reading.header(path)
    verifier = Verifier.parse(key or head.key)
    report, state = Report(), _State()
    older = Checkpoint.parse(open_note(previous, verifier)) if previous else None
    sizes = _checkpoint_sizes(path) | ({older.size} if older else set())
    if 0 in sizes:
        state.roots[0] = merkle.EMPTY_ROOT
    try:
        for line in reading.lines(path):
            if isinstance(line, reading.Entry):
                _entry(line, state, report, sizes)
            else:
                _checkpoint(line, state, report, verifier, head.origin)
        _end(state, report, older)
    except _Broken as broken:
        report.finding = broken.finding
    report.size, report.root = state.frontier.size, state.frontier.root().hex()
    report.accounts, report.patients = len(state.account_seqs), len(state.patient_seqs)
    return report


def _checkpoint_sizes(path: Path) -> set[int]:
    """The sizes at which a root is needed. What cannot be read here is found again, and told, in its place."""
    sizes = set()
    for line in reading.lines(path):
        if isinstance(line, reading.Note):
            parts = line.note.split("\n", 2)
            if len(parts) > 1 and parts[1].isdigit():
                sizes.add(int(parts[1]))
    return sizes


def _entry(line: reading.Entry, state: _State, report: Report, sizes: set[int]) -> None:
    if line.index is None:
        report.pending += 1
        if line.id <= state.last_pending_id:
            raise _Broken(Finding(what="n'est pas à sa place parmi les entrées en attente", entry=line.entry))
        state.last_pending_id = line.id
    elif report.pending or line.index != state.frontier.size:
        what = f"manque : l'export passe à l'entrée n° {line.index}"
        raise _Broken(Finding(what=what, index=state.frontier.size))
    _leaf(line)
    _count(line, state.account_seqs, line.account, line.account_seq, "du compte")
    _count(line, state.patient_seqs, line.patient, line.patient_seq, "du patient")
    if line.index is not None:
        hashed = merkle.leaf_hash(line.leaf)
        if hashed.hex() != line.hash:
            raise _Broken(Finding(what="n'a plus l'empreinte prise le jour où elle a été scellée", index=line.index, entry=line.entry))
        state.frontier.append(hashed)
        if state.frontier.size in sizes:
            state.roots[state.frontier.size] = state.frontier.root()


def _leaf(line: reading.Entry) -> None:
    """The leaf says what the columns say, in its one canonical form."""
    try:
        leaf = json.loads(line.leaf)
        is_canonical = canonical.encode(leaf) == line.leaf
    except (ValueError, TypeError):
        leaf, is_canonical = {}, False
    if not is_canonical or not isinstance(leaf, dict):
        raise _Broken(Finding(what="n'est plus le texte que le gardien a écrit", index=line.index, entry=line.entry))
    for name in ("entry", "kind", "at", "account", "account_seq", "patient", "patient_seq"):
        if leaf.get(name) != getattr(line, name):
            raise _Broken(Finding(what=f"ne dit plus la même chose que sa colonne « {name} »", index=line.index, entry=line.entry))


def _count(line: reading.Entry, last: dict[str, int], id: str | None, seq: int | None, of: str) -> None:
    if id is None:
        return
    expected = last.get(id, 0) + 1
    if seq != expected:
        what = f"porte le numéro {seq} {of} {id} au lieu du numéro {expected} : une entrée manque ou a changé de place"
        raise _Broken(Finding(what=what, index=line.index, entry=line.entry))
    last[id] = expected


def _checkpoint(line: reading.Note, state: _State, report: Report, verifier: Verifier, origin: str) -> None:
    try:
        checkpoint = Checkpoint.parse(open_note(line.note, verifier))
    except BadNote:
        raise _Broken(Finding(what=f"le point de contrôle de la ligne {line.line} n'est pas signé par la clé du journal")) from None
    if checkpoint.origin != origin:
        raise _Broken(Finding(what=f"le point de contrôle de la ligne {line.line} est celui d'un autre journal"))
    if checkpoint.size > state.frontier.size:
        what = f"manque : un point de contrôle signé compte {checkpoint.size} entrées"
        raise _Broken(Finding(what=what, index=state.frontier.size))
    if state.roots.get(checkpoint.size) != checkpoint.root:
        what = f"ou l'une de celles qui la suivent avant le n° {checkpoint.size} a changé, empreinte comprise : la racine signée l'atteste"
        raise _Broken(Finding(what=what, index=state.sound))
    report.checkpoints += 1
    state.sound = max(state.sound, checkpoint.size)


def _end(state: _State, report: Report, older: Checkpoint | None) -> None:
    if state.frontier.size and not report.checkpoints:
        raise _Broken(Finding(what="aucun point de contrôle signé n'accompagne les entrées"))
    if older is None:
        return
    if older.size > state.frontier.size:
        what = f"manque : le point de contrôle gardé ailleurs compte {older.size} entrées"
        raise _Broken(Finding(what=what, index=state.frontier.size))
    if state.roots.get(older.size) != older.root:
        raise _Broken(Finding(what="le journal n'est pas la suite de celui dont le point de contrôle a été gardé ailleurs"))
