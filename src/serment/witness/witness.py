"""A witness: for each log it was told of, the last checkpoint it cosigned, and nothing else. It never goes back and never sees two sides.

<folder>/
  witness.json           its name and its key; 600
  lock                   held while a log's record is compared and replaced, by one thread of one process
  logs/<hash>.json       one log: its key, the last checkpoint cosigned, the first one refused that the log had signed
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from serment.wire.merkle import EMPTY_ROOT, is_consistent
from serment.wire.note import COSIGNATURE, BadNote, Signer, Verifier, open_note
from serment.witness.submission import FORBIDDEN, INCONSISTENT, MALFORMED, UNKNOWN, Answer, Malformed, Submission, conflict


@dataclass(frozen=True, kw_only=True)
class Log:
    """What is known of one log. `note` is its last cosigned checkpoint under its own signature, `at` when (POSIX seconds).

    `suspect` is the first checkpoint that the log's key signed and that does not extend what was cosigned: with `note`, it is proof."""

    key: str
    size: int = 0
    root: str = base64.b64encode(EMPTY_ROOT).decode()
    note: str = ""
    at: int = 0
    suspect: str = ""

    @property
    def verifier(self) -> Verifier:
        return Verifier.parse(self.key)


class Witness:
    """One witness's folder. Any number of threads and processes may share it."""

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.time) -> None:
        """Raises OSError or ValueError when the folder holds no witness."""
        self._folder, self._clock = folder, clock
        kept = json.loads((folder / "witness.json").read_text(encoding="utf-8"))
        try:
            self._signer = Signer(kept["name"], base64.b64decode(kept["seed"], validate=True), kind=COSIGNATURE)
        except (KeyError, TypeError):
            raise ValueError("witness.json") from None

    @classmethod
    def create(cls, folder: Path, name: str) -> Witness:
        """Make the key. Raises FileExistsError rather than replace one, BadNote for a name that cannot be one."""
        seed = secrets.token_bytes(32)
        Signer(name, seed)
        for made in (folder, folder / "logs"):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / "witness.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"name": name, "seed": base64.b64encode(seed).decode()}, file)
            file.flush()
            os.fsync(file.fileno())
        _settle(folder)
        return cls(folder)

    @property
    def key(self) -> Verifier:
        return self._signer.verifier

    def add(self, key: Verifier) -> bool:
        """Begin to watch the log that a key signs for; False when it was watched already. Raises ValueError under another key."""
        with self._alone():
            known = self._read(key.name)
            if known is not None and known.verifier != key:
                raise ValueError(key.name)
            if known is None:
                self._write(key.name, Log(key=str(key)))
            return known is None

    def logs(self) -> list[Log]:
        """All of them. Raises OSError, ValueError."""
        return [_parsed(path) for path in sorted((self._folder / "logs").glob("*.json"))]

    def add_checkpoint(self, body: bytes) -> Answer:
        """Cosign a checkpoint that extends the last one cosigned. Raises OSError, ValueError when the record cannot be kept or read."""
        try:
            submission = Submission.parse(body)
        except Malformed:
            return MALFORMED
        with self._alone():
            known = self._read(submission.checkpoint.origin)
            if known is None:
                return UNKNOWN
            try:
                text = open_note(submission.note, known.verifier)
            except BadNote:
                return FORBIDDEN
            refusal = self._judge(submission, known)
            # Compared, kept, and only then signed, with nobody in between: of two checkpoints at once the smaller one is not cosigned.
            return refusal or Answer(status=200, body=self._signer.cosign(text, timestamp=int(self._clock())))

    def _judge(self, submission: Submission, known: Log) -> Answer | None:
        new = submission.checkpoint
        if submission.old > new.size:
            return MALFORMED
        if submission.old != known.size:
            return conflict(known.size)
        old_root = base64.b64decode(known.root)
        if new.size == known.size and new.root != old_root:
            self._suspect(submission, known)
            return conflict(known.size)
        if known.size == 0 and new.size > 0:
            # Every tree extends the empty one: there is nothing to prove.
            follows = not submission.proof
        else:
            follows = is_consistent(old=known.size, old_root=old_root, new=new.size, new_root=new.root, proof=submission.proof)
        if not follows:
            self._suspect(submission, known)
            return INCONSISTENT
        if new.size > known.size:
            root = base64.b64encode(new.root).decode()
            self._write(new.origin, replace(known, size=new.size, root=root, note=submission.note, at=int(self._clock())))
        return None

    def _suspect(self, submission: Submission, known: Log) -> None:
        if not known.suspect:
            self._write(submission.checkpoint.origin, replace(known, suspect=submission.note))

    # --- files ---

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _path(self, origin: str) -> Path:
        return self._folder / "logs" / f"{hashlib.sha256(origin.encode()).hexdigest()}.json"

    def _read(self, origin: str) -> Log | None:
        """Only a log never told of is unknown; a record that cannot be read is an error, never a beginning."""
        try:
            return _parsed(self._path(origin))
        except FileNotFoundError:
            return None

    def _write(self, origin: str, log: Log) -> None:
        """Durable when this returns, and whole at every moment."""
        path = self._path(origin)
        unfinished = path.with_suffix(".new")
        descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(log), file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
        _settle(path.parent)


def _parsed(path: Path) -> Log:
    kept = json.loads(path.read_text(encoding="utf-8"))
    try:
        return Log(**kept)
    except TypeError:
        raise ValueError(path.name) from None


def _settle(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
