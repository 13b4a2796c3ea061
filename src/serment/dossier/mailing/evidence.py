"""The evidence pack: what the police and the regulator need to check an incident without us. Pure, but for reading our own sources.

One ZIP, the same bytes for the same content: the excerpt of the journal that proves itself, the list of persons by identifier, the
checkpoint with what witnesses and the time-stamping authority said of it, and the verifier as one file that Python runs. Nothing in it is
trusted but what the key of the journal has signed; that key is to be had from elsewhere, and the pack says so.
"""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import serment
from serment.dossier.kernel import errors
from serment.wire import excerpt
from serment.wire.incidents import Exposure, Incident, ProvedLeaf, Sealed

# A pack is made in memory and within the minute that a proof of a browser lives. A larger incident takes the whole journal's export.
PERSONS_MAX, LEAVES_MAX = 20_000, 30_000
EXCERPT, PERSONS, CHECKPOINT, STAMP, VERIFIER, KEY = (
    "extrait.jsonl", "personnes.csv", "point-de-controle.txt", "horodatage.tsr", "verificateur.pyz", "cle-annoncee.txt",
)  # fmt: skip
MANIFEST = "SHA256SUMS"
COLUMNS = (
    "rang",
    "dossier",
    "exposition",
    "donnees",
    "donnees_possibles",
    "premiere_fois",
    "derniere_fois",
    "ouvertures",
    "lignes",
    "a_part",
)
# A ZIP knows no earlier day, and no file in it has a date of its own.
_DAY = (1980, 1, 1, 0, 0, 0)
_MAIN = "import sys\n\nfrom serment.auditor import main\n\nsys.exit(main(sys.argv[1:]))\n"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What goes in. `key` is what the guard says its journal's key is."""

    incident: Incident
    persons: tuple[Exposure, ...] = field(repr=False)
    leaves: tuple[ProvedLeaf, ...] = field(repr=False)
    sealed: Sealed
    key: str


def pack(found: Evidence) -> bytes:
    """The archive. Raises Exhausted (`pack_too_large`)."""
    if len(found.persons) > PERSONS_MAX or len(found.leaves) > LEAVES_MAX:
        raise errors.Exhausted("pack_too_large")
    files = dict(_files(found))
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return _zipped({**files, MANIFEST: sums.encode()})


def _files(found: Evidence) -> Iterator[tuple[str, bytes]]:
    about = f"incident {found.incident.reference}"
    yield EXCERPT, "".join(excerpt.lines(found.sealed, found.leaves, about=about)).encode()
    yield PERSONS, _listed(found.persons)
    yield CHECKPOINT, "".join([found.sealed.note, *(f"{line}\n" for line in found.sealed.cosignatures)]).encode()
    if found.sealed.timestamp:
        yield STAMP, found.sealed.timestamp
    yield KEY, f"{found.key}\n".encode()
    yield VERIFIER, verifier()
    for name in ("LISEZMOI.txt", "README.txt"):
        template = Path(__file__).with_name("evidence_texts").joinpath(name).read_text(encoding="utf-8")
        yield name, _filled(template, found).encode()


def verifier() -> bytes:
    """Our offline verifier with what it stands on, as one file: `python3 verificateur.pyz`. It needs Python and `cryptography`."""
    root = Path(serment.__file__).parent
    sources = [root / "__init__.py", *sorted((root / "wire").glob("*.py")), *sorted((root / "auditor").glob("*.py"))]
    return _zipped(
        {"__main__.py": _MAIN.encode(), **{f"serment/{path.relative_to(root).as_posix()}": path.read_bytes() for path in sources}}
    )


def _listed(persons: Iterable[Exposure]) -> bytes:
    target = io.StringIO(newline="")
    rows = csv.writer(target, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for one in persons:
        rows.writerow(
            [
                one.place, one.patient, one.certainty, " ".join(one.kinds), " ".join(one.possible_kinds), one.first_at.isoformat(),
                one.last_at.isoformat(), one.openings, one.lines, " ".join(one.flags),
            ]
        )  # fmt: skip
    return target.getvalue().encode("utf-8-sig")


def _filled(template: str, found: Evidence) -> str:
    scope, criteria = found.incident.scope, found.incident.statements[0].criteria
    return template.format(
        reference=found.incident.reference, since=criteria.since.isoformat(), until=criteria.until.isoformat(), persons=scope.persons,
        certain=scope.certain, leaves=len(found.leaves), size=scope.size, digest=scope.digest,
    )  # fmt: skip


def _zipped(files: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def name_of(incident: UUID) -> str:
    """The file's name: the identifier, and nothing that says what it is about."""
    return f"preuves-{incident}.zip"
