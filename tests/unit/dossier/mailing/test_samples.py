"""A leaked list, in whatever form it comes: read in memory, its columns guessed, and refused when it cannot be one."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date

import pytest

from serment.dossier.kernel import errors
from serment.dossier.mailing import samples
from serment.wire.samples import ROWS_MAX

HEAD = "Nom de naissance;Prénom;Date de naissance;Sexe;INS;Adresse"
LINE = "HADDAD;Farid;12/03/1948;M;1 48 03 75 123 456 34;4 quai des Gabares"


def rows(content: bytes) -> tuple[samples.SampleRow, ...]:
    table = samples.read(content)
    return samples.rows_of(table, samples.guess(table.columns))


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def related(kind: str, target: str) -> str:
    one = f'<Relationship Id="r1" Type="{OFFICE}/{kind}" Target="{target}"/>'
    return f'<Relationships xmlns="{PACKAGE}/relationships">{one}</Relationships>'


def workbook(cells: list[list[str]]) -> bytes:
    """The smallest workbook that a spreadsheet would open."""
    texts = [[f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row] for row in cells]
    lines = "".join(f"<row>{''.join(row)}</row>" for row in texts)
    types = "".join(
        f'<Override PartName="/xl/{part}" ContentType="{SHEETS}.{kind}+xml"/>'
        for part, kind in (("workbook.xml", "sheet.main"), ("worksheets/sheet1.xml", "worksheet"))
    )
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    sheet = '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">{relations}{types}</Types>',
        "_rels/.rels": related("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheet}</workbook>',
        "xl/_rels/workbook.xml.rels": related("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{lines}</sheetData></worksheet>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>{text}')
    return target.getvalue()


OBJECT = {"last_name": "HADDAD", "firstname": "Farid", "dob": "1948-03-12", "gender": "male", "city": "Angers"}


@pytest.mark.parametrize(
    "content",
    [
        f"{HEAD}\n{LINE}\n".encode(),
        f"{HEAD}\r\n{LINE}\r\n".encode("utf-8-sig"),
        f"{HEAD}\n{LINE}\n".encode("cp1252"),
        f"{HEAD}\n{LINE}\n".replace(";", "\t").encode(),
        workbook([HEAD.split(";"), LINE.split(";")]),
        json.dumps([OBJECT]).encode(),
        json.dumps({"data": [OBJECT]}).encode(),
        f"{json.dumps(OBJECT)}\n{json.dumps(OBJECT)}".encode(),
    ],
    ids=["csv", "bom", "cp1252", "tabs", "xlsx", "json", "wrapped", "lines of json"],
)
def test_each_form_gives_the_same_person(content: bytes) -> None:
    one = rows(content)[0]
    assert (one.birth_name, one.given_name, one.birth_date, one.sex) == ("HADDAD", "Farid", date(1948, 3, 12), "M")
    assert one.number == 1
    assert one.ins in ("", "148037512345634")
    assert (one.address or one.city) in ("4 quai des Gabares", "Angers") and "HADDAD" not in repr(one)


@pytest.mark.parametrize("content", [b"", b"   ", b"PK\x03\x04nothing", b"[1", b"{", b"\x00" * 50, b"x" * (samples.BYTES_MAX + 1)])
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(errors.Invalid):
        rows(content)


def test_a_list_without_a_name_or_without_anything_that_tells_who_is_refused() -> None:
    for head in ("Prénom;Ville", "Nom;Ville", "Prénom;Date de naissance"):
        with pytest.raises(errors.Invalid) as refused:
            rows(f"{head}\na;b\n".encode())
        assert refused.value.code == "no_traits"


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "UNPACKED_BYTES_MAX", 100)
    with pytest.raises(errors.Invalid):
        samples.read(workbook([["a"], ["b"]]))


def test_a_long_list_is_compared_by_rows_spread_over_it() -> None:
    lines = "\n".join(f"NOM{number};A;01/01/1950" for number in range(3 * ROWS_MAX))
    found = rows(f"Nom;Prénom;DDN\n{lines}".encode())
    assert len(found) == ROWS_MAX
    assert [one.number for one in found[:3]] == [1, 4, 7]
    assert found[-1].birth_name == f"NOM{3 * ROWS_MAX - 3}"


def test_the_mapping_is_written_read_and_corrected() -> None:
    table = samples.read(f"{HEAD}\n{LINE}\n".encode())
    guessed = samples.guess(table.columns)
    assert samples.told(samples.written(guessed), len(table.columns)) == guessed
    assert samples.told("used_name=1 birth_date=3", 6) == {"used_name": 0, "birth_date": 2}
    for wrong in ("name=1", "birth_name=7", "birth_name=0", "birth_name"):
        with pytest.raises(errors.Invalid):
            samples.told(wrong, 6)
