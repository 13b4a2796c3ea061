"""What runs in a file, and what hangs behind one, never reaches a reader."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pikepdf
import pytest

from serment.dossier.kernel import errors
from serment.dossier.records.documents import cleaning, screening, trimming
from tests import cast
from tests.fixtures import papers
from tests.fixtures.dossier import Dossier

NOW = datetime.now(UTC)
BEHIND = b"PK\x03\x04<script>alert(1)</script>MZ" + bytes(300)
EVIL = (b"JavaScript", b"alert", b"Launch", b"cmd.exe", b"prime.exe", b"MZ this", b"XFA", b"xdp", b"RichMedia", b"OpenAction", b"/AA")


class Slowly:
    """A source that gives a few bytes at a time, whatever is asked."""

    def __init__(self, content: bytes, count: int) -> None:
        self._source, self._count = io.BytesIO(content), count

    def read(self, size: int = -1, /) -> bytes:
        return self._source.read(self._count)


@pytest.mark.parametrize("hidden", [False, True], ids=["in the open", "in object streams"])
def test_what_runs_in_a_pdf_is_taken_out_and_its_page_stays(hidden: bool) -> None:
    mode = pikepdf.ObjectStreamMode.generate if hidden else pikepdf.ObjectStreamMode.disable
    verdict, found, content = cleaning.cleaned(papers.active_pdf(object_stream_mode=mode))
    assert verdict == cleaning.CLEANED
    assert found == {"files", "form", "launch", "media", "opening"}
    for words in EVIL:
        assert words not in content, words
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 1
        assert list(pdf.attachments) == []
        assert len(pdf.pages[0].obj.Annots) == 1


def test_a_page_that_does_nothing_is_left_as_it_is() -> None:
    assert cleaning.cleaned(papers.pdf()) == (cleaning.CLEAN, set(), b"")


def test_what_cannot_be_looked_into_is_refused() -> None:
    assert cleaning.cleaned(papers.locked_pdf())[0] == cleaning.LOCKED
    assert cleaning.cleaned(b"%PDF-1.7\n/JavaScript" + b"x" * 400)[0] == cleaning.DAMAGED


@pytest.mark.parametrize("count", [1, 7, 1000])
@pytest.mark.parametrize(
    ("content", "may_run"),
    [
        (papers.pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable), False),
        (papers.active_pdf(object_stream_mode=pikepdf.ObjectStreamMode.disable), True),
        (papers.pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate), True),
        (b"%PDF-1.7\n<< /J#61vaScript 1 >>", True),
    ],
    ids=["plain", "active", "hidden", "escaped"],
)
def test_whether_something_may_run_is_seen_however_the_file_comes(content: bytes, may_run: bool, count: int) -> None:
    seen = screening.Screened(Slowly(content[8:], count), head=content[:8], is_pdf=True)
    while seen.read(64):
        pass
    assert seen.may_run is may_run


def test_the_child_that_reads_a_hostile_file_answers_with_a_clean_one() -> None:
    content = papers.active_pdf(metadata=True)
    with screening.without_what_runs([content[:100], content[100:]]) as verdict:
        assert verdict is not None
        clean = verdict.content.read()
    assert len(clean) == verdict.size
    assert cleaning.cleaned(clean)[0] == cleaning.CLEAN


def test_a_child_that_dies_is_a_refusal() -> None:
    with pytest.raises(errors.Invalid, match="pdf_damaged"), screening.without_what_runs([b"%PDF-1.7 /JS"]):
        pass
    with pytest.raises(errors.Invalid, match="pdf_locked"), screening.without_what_runs([papers.locked_pdf()]):
        pass


@pytest.mark.parametrize("count", [1, 3, 64, 100_000])
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_an_image_ends_where_it_says_it_ends(form: str, count: int) -> None:
    image = papers.image(form)
    trimmed = trimming.Trimmed(image[:20], Slowly(image[20:] + BEHIND, count), f"image/{form.lower()}")
    kept = trimmed.head
    while piece := trimmed.read(4096):
        kept += piece
    assert kept == image


def test_an_image_that_follows_no_format_goes_through_untouched() -> None:
    broken = b"\x89PNG\r\n\x1a\n\xff\xff\xff\xff1234" + BEHIND
    trimmed = trimming.Trimmed(broken, io.BytesIO(b"more"), "image/png")
    assert trimmed.head + trimmed.read(10) == broken + b"more"


def test_a_head_that_holds_the_whole_image_is_cut_too() -> None:
    image = papers.image("PNG")
    trimmed = trimming.Trimmed(image + BEHIND, io.BytesIO(BEHIND), "image/png")
    assert (trimmed.head, trimmed.read(100)) == (image, b"")


def stored(dossier: Dossier, patient: UUID, content: bytes) -> tuple[tuple[str, ...], list[bytes]]:
    """What a page says of a file that was stored: what was taken out, and each file that is kept."""
    from serment.dossier.records.documents import queries, services

    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        found = services.store(permit=permit, token=uuid4(), source=io.BytesIO(content), title="T", category="Courrier", now=NOW)
        entry = found.written.entry
        files = [b"".join(queries.open_content(permit=permit, document=entry, rank=rank)[1]) for rank in range(found.files)]
    return found.removed, files


def test_the_clean_copy_is_shown_and_the_original_is_kept_sealed(dossier: Dossier) -> None:
    original = papers.active_pdf()
    removed, files = stored(dossier, dossier.admitted(cast.FARID), original)
    assert "launch" in removed
    assert files[1] == original
    assert b"alert" not in files[0]


def test_an_image_is_kept_without_what_hangs_behind_it(dossier: Dossier) -> None:
    image = papers.image("JPEG")
    assert stored(dossier, dossier.admitted(cast.FARID), image + BEHIND) == ((), [image])


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (papers.locked_pdf(), "pdf_locked"),
        (b"%PDF-1.7\n/OpenAction " + b"x" * 4000, "pdf_damaged"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "media_type_refused"),
        (b"\xef\xbb\xbf<!doctype html><script>alert(1)</script>", "media_type_refused"),
    ],
    ids=["locked", "damaged", "svg", "html"],
)
def test_a_refused_file_leaves_nothing_behind(dossier: Dossier, content: bytes, code: str) -> None:
    patient = dossier.admitted(cast.FARID)
    with pytest.raises(errors.Invalid, match=code):
        stored(dossier, patient, content)
    assert [path for path in dossier.objects.rglob("*") if path.is_file()] == []
