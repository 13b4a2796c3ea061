"""A child that decodes what a stranger made can neither exhaust this machine nor reach beyond its pipes."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from serment.dossier.confinement import running
from serment.dossier.confinement.working import DAMAGED
from serment.dossier.copies import paging
from serment.dossier.kernel import errors
from serment.dossier.records.documents import sheets
from tests.fixtures import papers

# A task of one line, in a process confined as the real ones are.
CHILD = """
import socket, os
from serment.dossier.confinement import working
from serment.dossier.confinement.working import Said
{before}
def task(content, arguments):
    {what}
    return Said(verdict="done")
working.work(task{more})
"""


def child(what: str, *, before: str = "", more: str = "") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", "-c", CHILD.format(what=what, before=before, more=more)]
    return subprocess.run(command, input=b"", capture_output=True, env={}, check=False)


def tiff(size: tuple[int, int], **options: str) -> bytes:
    target = io.BytesIO()
    Image.new("1", size).save(target, "TIFF", **options)
    return target.getvalue()


def test_a_child_that_keeps_to_its_task_answers() -> None:
    assert child("pass").stdout == b'{"verdict": "done", "found": [], "size": 0}\n'


@pytest.mark.parametrize(
    "what",
    [
        "bytes(2 * 1024**3)", "open('/etc/hostname')", "open('/tmp/serment-leak', 'w')", "socket.socket()", "os.pipe()",
"os.memfd_create('x')", "raise RecursionError",
        "(lambda f: f(f))(lambda f: f(f))",
    ],
)  # fmt: skip
def test_memory_files_and_sockets_are_out_of_its_reach(what: str) -> None:
    assert b'"damaged"' in child(what).stdout


def test_it_writes_no_file_even_where_it_may_open_one(tmp_path: Path) -> None:
    target = tmp_path / "leak"
    done = child(f"os.write(os.open({str(target)!r}, os.O_CREAT | os.O_WRONLY), b'x')", more=", opens_more=True")
    assert b'"done"' not in done.stdout
    assert target.stat().st_size == 0


def test_one_that_never_ends_is_killed_by_the_system() -> None:
    done = child("exec('while True: pass')", before="working.CPU_SECONDS_MAX = 1")
    assert done.returncode in (-signal.SIGKILL, -signal.SIGXCPU)
    assert done.stdout == b""


def test_one_that_never_answers_is_killed_by_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "SECONDS_MAX", 0.5)
    with running.task("timeit", "while True: pass", chunks=()) as answer:
        assert (answer.verdict, answer.content.read()) == (DAMAGED, b"")


def test_too_many_children_at_once_are_refused_and_each_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "WAITS_SECONDS_MAX", 0)

    def nested(left: int) -> None:
        with running.task("this", chunks=()):
            if left:
                nested(left - 1)

    with pytest.raises(errors.Unavailable, match="readers_busy"):
        nested(running.CHILDREN_MAX)
    nested(running.CHILDREN_MAX - 1)


def test_what_a_child_says_is_not_believed_beyond_its_limits() -> None:
    for size, bytes_max in ((5, 4), (-1, 4), (3, 9)):
        said = running.Answer(verdict="made", found=(), size=size, content=io.BytesIO(b"ab"))
        assert said.whole(bytes_max=bytes_max) is None
    assert running.Answer(verdict="made", found=(), size=2, content=io.BytesIO(b"ab")).whole(bytes_max=2) == b"ab"


def bombs() -> Iterator[tuple[str, bytes]]:
    """A small file that says it is vast, one that inflates without an end, one that was cut, one that is none."""
    yield "vast", tiff((60_000, 60_000), compression="group4")
    whole = tiff((1654, 2339), compression="tiff_adobe_deflate")
    yield "cut", whole[: len(whole) // 2]
    yield "none", b"II*\x00garbage"
    strip = zlib.compress(bytes(64 * 1024 * 1024), 9)
    head = bytearray(whole[:8])
    yield "inflating", bytes(head) + strip


@pytest.mark.parametrize(("content"), [one for _, one in bombs()], ids=[name for name, _ in bombs()])
def test_a_hostile_scan_is_refused_and_never_decoded_here(content: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "open", lambda *_a, **_k: pytest.fail("decoded in this process"))
    with pytest.raises(errors.Invalid, match="media_type_refused"):
        sheets.sheet([content], 0)


def test_a_sheet_beyond_what_is_shown_starts_no_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", lambda *_a, **_k: pytest.fail("a child was started"))
    with pytest.raises(errors.NotFound):
        sheets.sheet([b""], 10_000)


def test_a_picture_and_a_pdf_become_pages_and_a_vast_one_does_not() -> None:
    for media_type, content in (
        ("image/jpeg", papers.image("JPEG")),
        ("image/png", papers.image("PNG")),
        ("application/pdf", papers.active_pdf()),
    ):
        made = paging.pages(media_type, content)
        assert made is not None
        assert made.startswith(b"%PDF-")
        assert b"alert" not in made
    target = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(target, "PNG")
    assert paging.pages("image/png", target.getvalue()) is None
    assert paging.pages("image/gif", b"GIF89a") is None


def test_what_cannot_be_joined_is_our_fault() -> None:
    with pytest.raises(errors.Fault, match="not_set"):
        paging.joined([b"%PDF-1.7 broken"], password="clef")
