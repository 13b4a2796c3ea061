"""The archive is made while it goes out: its memory is that of a chunk, however long the record."""

from __future__ import annotations

import io
import os
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pikepdf
import pytest

from serment.dossier.copies import password, sealing
from tests.fixtures.archives import unzipped

AT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CHUNK, CHUNKS = os.urandom(64 * 1024), 400


def noise() -> Iterator[bytes]:
    """A scan of 25 MB, which does not compress."""
    yield from (CHUNK for _ in range(CHUNKS))


def test_a_scan_of_25_megabytes_goes_into_the_archive_a_chunk_at_a_time() -> None:
    tracemalloc.start()
    try:
        length = sum(len(piece) for piece in sealing.archive([sealing.File(name="1.pdf", chunks=noise())], password="x", at=AT))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert length > CHUNKS * len(CHUNK)
    assert peak < 4 * 1024 * 1024


def test_the_archive_opens_for_another_program_and_tells_when_a_byte_was_changed() -> None:
    made = b"".join(sealing.archive([sealing.File(name="a.txt", chunks=[b"un", b"deux"])], password="clef", at=AT))
    assert unzipped(made, "clef") == {"a.txt": b"undeux"}
    place = made.index(b"a.txt") + 60
    with pytest.raises(ValueError, match=r"changed|password"):
        unzipped(made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :], "clef")


def test_a_password_is_read_aloud_without_a_doubt_and_never_made_twice() -> None:
    made = {password.new() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        groups = one.split("-")
        assert [len(group) for group in groups] == [4] * 5
        assert not set("01ILOUV") & set(one)


def test_a_document_that_is_not_what_it_says_costs_no_copy_and_what_runs_stays_out() -> None:
    whole, scripted = io.BytesIO(), io.BytesIO()
    with pikepdf.new() as pdf:
        with pdf.open_metadata() as told:
            told["dc:title"] = "Copie"
        pdf.add_blank_page()
        pdf.save(whole)
        pdf.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)"))
        pdf.save(scripted)
    papers = [
        sealing.Paper(media_type="application/pdf", size=1, read=lambda: b"%PDF-1.7\nbroken"),
        sealing.Paper(media_type="image/png", size=1, read=lambda: b"\x89PNG\r\n\x1a\nbroken"),
        sealing.Paper(media_type="application/pdf", size=1, read=scripted.getvalue),
    ]
    sealed = sealing.protected(whole.getvalue(), papers, password="clef")
    with pikepdf.open(io.BytesIO(sealed), password="clef") as opened:
        assert len(opened.pages) == 2
        assert all("/AA" not in page.obj for page in opened.pages)


def test_documents_are_joined_as_long_as_they_fit() -> None:
    def paper(media_type: str, megabytes: int) -> sealing.Paper:
        return sealing.Paper(media_type=media_type, size=megabytes * 1024 * 1024, read=lambda: b"")

    papers = [paper("application/pdf", 25), paper("image/tiff", 1), paper("image/jpeg", 20), paper("image/png", 10)]
    assert sealing.joined(papers) == (True, False, False, True)
