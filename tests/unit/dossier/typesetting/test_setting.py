"""Pages set in memory: the same bytes each time, no file opened, and no message that quotes a person."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from serment.dossier.kernel import errors
from serment.dossier.typesetting import setting

TEMPLATE = b"#let data = json(bytes(sys.inputs.data))\n#set document(title: data.title)\n= #data.title\n#data.text"
DAY = date(2026, 11, 24)


def page(text: str = "Une lettre", template: bytes = TEMPLATE, **changes: object) -> bytes:
    return setting.typeset(template=template, data={"title": "Lettre", "text": text}, on=DAY, **changes)  # type: ignore[arg-type]


def test_the_same_data_make_the_same_bytes() -> None:
    assert page() == page()
    assert page().startswith(b"%PDF-")


def test_an_archive_of_pages_says_so() -> None:
    assert b"pdfaid" in page()
    assert b"pdfaid" not in page(standard=None)


def test_data_are_text_and_never_a_command() -> None:
    assert page('#panic("x") $ \\ " */ @here #read("/etc/passwd")').startswith(b"%PDF-")


def test_a_template_reads_no_file() -> None:
    with pytest.raises(errors.Fault):
        page(template=b'#read("/etc/passwd")')
    with pytest.raises(errors.Fault):
        page(template=b'#read("../../../../../../../../etc/passwd")')


def test_what_cannot_be_set_is_refused_without_quoting_it() -> None:
    with pytest.raises(errors.Fault) as refused:
        page("Farid HADDAD", template=TEMPLATE + b"\n#assert(false, message: data.text)")
    assert refused.value.code == "not_set"
    assert "HADDAD" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_nothing_is_written_to_a_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" and "w" in str(given[1]) else None)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    page("Farid HADDAD")
    assert opened == []
    assert not list(tmp_path.iterdir())
