"""A file is what its first bytes say, and no file that could run anything is taken."""

from __future__ import annotations

import pytest

from serment.dossier.kernel import errors
from serment.dossier.records.documents import rules


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        ("Compte rendu\tdu 12/03\r\nTempérature 38,5 °C".encode(), "text/plain"),
        (("é" * 512).encode()[:1023], "text/plain"),
    ],
)
def test_the_files_of_a_hospital_are_taken(head: bytes, kind: str) -> None:
    assert rules.media_type(head) == kind


@pytest.mark.parametrize(
    "head",
    [b"", b"MZ\x90\x00", b"PK\x03\x04", b"\x7fELF", b"<html><script>", b"  <svg onload=", b"GIF89a\x00", b"a\x00b", b"caf\xe9 au lait"],
)
def test_anything_else_is_refused_by_name(head: bytes) -> None:
    with pytest.raises(errors.Invalid, match="media_type_refused"):
        rules.media_type(head)
