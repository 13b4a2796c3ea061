"""A file that comes in stays in memory, and a file too large is told apart from no file."""

from __future__ import annotations

import pytest

from serment.dossier.vault.objects import OBJECT_BYTES_MAX
from tests.fixtures.dossier import set_up_django

LIMIT = OBJECT_BYTES_MAX


@pytest.mark.parametrize(("sent", "kept"), [(10, 10), (LIMIT, LIMIT), (LIMIT + 100_000, LIMIT + 1)])
def test_at_most_one_byte_more_than_a_document_may_have_is_kept(sent: int, kept: int) -> None:
    set_up_django()
    from django.core.files.uploadedfile import InMemoryUploadedFile
    from django.test import RequestFactory
    from django.test.client import BOUNDARY, MULTIPART_CONTENT

    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
    after = f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="title"\r\n\r\nLettre\r\n--{BOUNDARY}--\r\n'
    body = head.encode() + bytes(sent) + after.encode()
    request = RequestFactory().generic("POST", "/", body, content_type=MULTIPART_CONTENT)
    file = request.FILES["file"]
    assert isinstance(file, InMemoryUploadedFile)
    assert len(file.read()) == file.size == kept
    assert request.POST["title"] == "Lettre"
