"""Batches on the disk, for the eyes of whoever prints and posts them: sealed with their public key (age, X25519) before they are written.

A batch is a ZIP of two files, `lettres.pdf` and `adresses.csv`. Neither we nor a thief of the disk can open it again; after a crash it is
made anew. One that the table does not know was never complete.
"""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from pathlib import Path
from uuid import UUID

import pyrage

from serment.dossier.kernel import errors
from serment.dossier.mailing.printing import Batch

LETTERS_FILE, SHEET_FILE = "lettres.pdf", "adresses.csv"
# The same bytes each time; a ZIP knows no earlier day.
_DAY = (1980, 1, 1, 0, 0, 0)


def recipient(typed: str) -> str:
    """The public key of the mailing house, as `age-keygen` shows it. Raises Invalid (`recipient_unreadable`)."""
    key = "".join(typed.split())
    try:
        pyrage.x25519.Recipient.from_str(key)
    except (pyrage.RecipientError, ValueError):
        raise errors.Invalid("recipient_unreadable", field="recipient") from None
    return key


def seal(batch: Batch, to: str) -> bytes:
    """The batch as one file that only the recipient opens: `age -d -i key lot-0001.zip.age`."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(zipfile.ZipInfo(LETTERS_FILE, _DAY), batch.pdf)
        archive.writestr(zipfile.ZipInfo(SHEET_FILE, _DAY), batch.sheet)
    sealed: bytes = pyrage.encrypt(target.getvalue(), [pyrage.x25519.Recipient.from_str(to)])
    return sealed


def write(folder: Path, *, incident: UUID, number: int, sealed: bytes) -> str:
    """Put it on the disk whole, over whatever a crash left there; answers its digest. Raises Unavailable (`disk_full`)."""
    path = place(folder, incident, number)
    unfinished = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError:
        raise errors.Unavailable("disk_full") from None
    return hashlib.sha256(sealed).hexdigest()


def read(folder: Path, *, incident: UUID, number: int, digest: str) -> bytes:
    """What was written. Raises NotFound (`batch_gone`), Fault (`batch_altered`) when it is not what was recorded."""
    try:
        sealed = place(folder, incident, number).read_bytes()
    except OSError:
        raise errors.NotFound("batch_gone") from None
    if hashlib.sha256(sealed).hexdigest() != digest:
        raise errors.Fault("batch_altered")
    return sealed


def remove(folder: Path, *, incident: UUID, number: int) -> None:
    """Delete a batch that was posted. Its digest stays in the table."""
    place(folder, incident, number).unlink(missing_ok=True)


def place(folder: Path, incident: UUID, number: int) -> Path:
    return folder / "letters" / str(incident) / name(number)


def name(number: int) -> str:
    """The name of the file, as the mailing house sees it."""
    return f"lot-{number:05}.zip.age"
