"""A list that somebody published, read as rows of persons: CSV, XLSX, JSON or pasted text. In memory only, and pure.

What the columns mean is guessed from their names, and can be told. Nothing of a row is kept here: the rows go to the guard, which compares
and forgets them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import python_calamine

from serment.dossier.kernel import errors
from serment.wire.samples import ROWS_MAX, RowMatch, SampleRow

BYTES_MAX, READ_ROWS_MAX, COLUMNS_MAX = 20 * 1024 * 1024, 100_000, 100
# A workbook is a ZIP: what it would unpack to is looked at before it is unpacked.
UNPACKED_BYTES_MAX = 200 * 1024 * 1024

REACH = ("address", "postcode", "city", "telephone", "email")
MEMBERS = ("birth_name", "used_name", "given_name", "birth_date", "sex", "ins", "local_number", *REACH)
# What columns are called, folded: the longest word that fits decides.
_NAMES: dict[str, str] = {
    "nom": "birth_name", "nom de naissance": "birth_name", "nom naissance": "birth_name", "nom patronymique": "birth_name",
    "nom de famille": "birth_name", "birth name": "birth_name", "last name": "birth_name", "lastname": "birth_name", "name": "birth_name",
    "surname": "birth_name", "family": "birth_name", "nom usuel": "used_name", "nom d usage": "used_name", "nom utilise": "used_name",
    "nom marital": "used_name", "used name": "used_name", "prenom": "given_name", "prenoms": "given_name", "premier prenom": "given_name",
    "given name": "given_name", "first name": "given_name", "firstname": "given_name", "given": "given_name",
    "date de naissance": "birth_date", "naissance": "birth_date", "ddn": "birth_date", "dob": "birth_date", "birth date": "birth_date",
    "birthdate": "birth_date",
    "date naissance": "birth_date", "ne le": "birth_date", "sexe": "sex", "sex": "sex", "gender": "sex", "genre": "sex", "ins": "ins",
    "nir": "ins", "numero de securite sociale": "ins", "securite sociale": "ins", "nss": "ins", "ssn": "ins", "ipp": "local_number",
    "numero patient": "local_number", "patient id": "local_number", "nip": "local_number", "id patient": "local_number",
    "adresse": "address", "adresse postale": "address", "rue": "address", "voie": "address", "address": "address", "street": "address",
    "code postal": "postcode", "cp": "postcode", "postcode": "postcode", "zip": "postcode", "ville": "city", "commune": "city",
    "city": "city", "telephone": "telephone", "tel": "telephone", "portable": "telephone", "mobile": "telephone", "phone": "telephone",
    "numero de telephone": "telephone", "telephone portable": "telephone", "email": "email", "e mail": "email", "mail": "email",
    "courriel": "email", "adresse electronique": "email", "adresse email": "email", "adresse mail": "email",
}  # fmt: skip
_SEXES = {"f": "F", "femme": "F", "female": "F", "2": "F", "m": "M", "h": "M", "homme": "M", "male": "M", "1": "M"}
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%Y/%m/%d", "%d/%m/%y")


@dataclass(frozen=True, kw_only=True)
class Table:
    """What was read: the names of the columns, and the cells as text. `digest` is of the bytes as they came."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    digest: str


Mapping = dict[str, int]


def read(content: bytes) -> Table:
    """A file or a pasted text, whatever it is called. Raises Invalid (`file_unreadable`, `no_rows`, `too_many_rows`)."""
    if not content.strip() or len(content) > BYTES_MAX:
        raise errors.Invalid("file_unreadable", field="file")
    digest = hashlib.sha256(content).hexdigest()
    try:
        cells = _cells(content)
    except (ValueError, RecursionError, csv.Error, zipfile.BadZipFile, python_calamine.CalamineError):
        raise errors.Invalid("file_unreadable", field="file") from None
    cells = [row for row in cells if any(row)]
    if len(cells) < 2:
        raise errors.Invalid("no_rows", field="file")
    if len(cells) - 1 > READ_ROWS_MAX or len(cells[0]) > COLUMNS_MAX:
        raise errors.Invalid("too_many_rows", field="file")
    return Table(columns=tuple(cells[0]), rows=tuple(tuple(row) for row in cells[1:]), digest=digest)


def guess(columns: Sequence[str]) -> Mapping:
    """Which column is which, by their names; the first of two that are called alike."""
    found: Mapping = {}
    for place, name in enumerate(columns):
        member = _NAMES.get(folded(name))
        if member and member not in found:
            found[member] = place
    return found


def rows_of(table: Table, mapping: Mapping) -> tuple[SampleRow, ...]:
    """At most ROWS_MAX rows, spread evenly over the list. Raises Invalid (`no_traits`) without a name and something that tells who."""
    tells = {"birth_date", "ins", "local_number"} & mapping.keys()
    if not tells or not ({"birth_name", "used_name", "ins", "local_number"} & mapping.keys()):
        raise errors.Invalid("no_traits", field="mapping")
    others = tuple(name for place, name in enumerate(table.columns) if place not in mapping.values())
    count = len(table.rows)
    chosen = range(count) if count <= ROWS_MAX else (number * count // ROWS_MAX for number in range(ROWS_MAX))
    return tuple(_row(table.rows[number], number + 1, mapping, others) for number in chosen)


def written(mapping: Mapping) -> str:
    """A mapping as a person reads and corrects it: `birth_name=1 given_name=2`, columns counted from 1."""
    return " ".join(f"{member}={place + 1}" for member, place in mapping.items())


def told(text: str, columns: int) -> Mapping:
    """The reverse of `written`. Raises Invalid (`no_traits`)."""
    found: Mapping = {}
    for word in text.split():
        member, _, place = word.partition("=")
        if member not in MEMBERS or not place.isdecimal() or not 0 < int(place) <= columns:
            raise errors.Invalid("no_traits", field="mapping")
        found[member] = int(place) - 1
    return found


def copied_between(matched: Iterable[RowMatch]) -> tuple[datetime | None, datetime | None]:
    """When all that the rows say of contacts was recorded at once: the copy was made after the first instant, before the second. Members
    that held twice, or over which rows disagree, date nothing: then (None, None)."""
    since, until = list[datetime](), list[datetime]()
    for row in matched:
        for member, count in Counter(one.member for one in row.dated).items():
            (period, *_) = [one for one in row.dated if one.member == member]
            if count == 1:
                since.append(period.since)
                until += [period.until] if period.until else []
    first, last = max(since, default=None), min(until, default=None)
    return (None, None) if first and last and last <= first else (first, last)


def folded(text: str) -> str:
    """Without accents, case, underscores or punctuation."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain.casefold()).split())


def _row(cells: Sequence[str], number: int, mapping: Mapping, others: tuple[str, ...]) -> SampleRow:
    def cell(member: str) -> str:
        place = mapping.get(member, -1)
        return cells[place].strip() if 0 <= place < len(cells) else ""

    return SampleRow(
        number=number, birth_name=cell("birth_name"), used_name=cell("used_name"), given_name=cell("given_name"),
        birth_date=_day(cell("birth_date")), sex=_SEXES.get(folded(cell("sex")), ""), ins="".join(cell("ins").split()),
        local_number=cell("local_number"), other=others, **{member: cell(member) for member in REACH},
    )  # fmt: skip


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day, not an instant
        except ValueError:
            continue
    return None


def _cells(content: bytes) -> list[list[str]]:
    if content.startswith(b"PK\x03\x04"):
        return _workbook(content)
    text = _text(content)
    if text.lstrip()[:1] in ("[", "{"):
        return _objects(text)
    return _lines(text)


def _workbook(content: bytes) -> list[list[str]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(one.file_size for one in archive.infolist()) > UNPACKED_BYTES_MAX:
            raise ValueError("too large once unpacked")
    sheet = python_calamine.load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
    return [[_cell(value) for value in row] for row in sheet.to_python()]


def _objects(text: str) -> list[list[str]]:
    """A list of objects, or an object that holds one, or one object a line."""
    try:
        value = json.loads(text)
    except ValueError:
        value = [json.loads(line) for line in text.splitlines() if line.strip()]
    if isinstance(value, dict):
        value = next((one for one in value.values() if isinstance(one, list)), [value])
    objects = [one for one in value if isinstance(one, dict)]
    columns = list(dict.fromkeys(name for one in objects for name in one))
    return [columns, *([_cell(one.get(name)) for name in columns] for one in objects)]


def _lines(text: str) -> list[list[str]]:
    head = text.split("\n", 1)[0]
    separator = max(";,\t|", key=head.count)
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=separator)]


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def shown(columns: Iterable[str]) -> list[tuple[int, str]]:
    """The columns with their numbers, for whoever corrects the mapping."""
    return list(enumerate(columns, 1))
