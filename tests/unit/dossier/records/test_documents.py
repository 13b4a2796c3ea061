"""Files are sealed as they come in and opened as they go out."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from serment.dossier.kernel import errors
from serment.dossier.vault import objects
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
LETTER = b"%PDF-1.7\n" + Random(1).randbytes(150_000)


class Desk:
    def __init__(self, dossier: Dossier) -> None:
        self.dossier, self.patient = dossier, dossier.admitted(cast.FARID)
        self.browser = dossier.house.browser(cast.BRUNO)

    def store(self, content: bytes = LETTER, **fields: Any) -> Any:
        from serment.dossier.records.documents import services

        with self.dossier.opened(self.browser, self.patient) as permit:
            given = {"token": uuid4(), "title": "Lettre de sortie", "category": "Lettre", "now": NOW, **fields}
            return services.store(permit=permit, source=io.BytesIO(content), **given)

    def content(self, document: Any) -> bytes:
        from serment.dossier.records.documents import queries

        with self.dossier.opened(self.browser, self.patient) as permit:
            return b"".join(queries.open_content(permit=permit, document=document)[1])

    @property
    def files(self) -> list[str]:
        return [name for name, _ in objects.Store(folder=self.dossier.objects).names()]


@pytest.fixture
def desk(dossier: Dossier) -> Desk:
    return Desk(dossier)


def test_a_file_comes_out_as_it_came_in(desk: Desk) -> None:
    document = desk.store()
    assert (document.title, document.media_type, document.size) == ("Lettre de sortie", "application/pdf", len(LETTER))
    assert desk.content(document.written.entry) == LETTER


def test_the_same_form_sent_twice_stores_one_file(desk: Desk) -> None:
    token = uuid4()
    assert desk.store(token=token) == desk.store(token=token)
    assert len(desk.files) == 1


def test_a_refused_file_leaves_nothing(desk: Desk) -> None:
    from serment.dossier.records.documents import queries

    for content, code in ((b"MZ\x90\x00", "media_type_refused"), (b"", "document_empty")):
        with pytest.raises(errors.Invalid, match=code):
            desk.store(content)
    with desk.dossier.opened(desk.browser, desk.patient) as permit:
        assert queries.active_for(permit=permit) == ()
    assert desk.files == []


def test_a_file_that_disappeared_is_said_to_be_missing(desk: Desk) -> None:
    document = desk.store()
    objects.Store(folder=desk.dossier.objects).remove(desk.files[0])
    with pytest.raises(errors.NotFound, match="document_missing"):
        desk.content(document.written.entry)


def test_a_full_disk_is_said_and_nothing_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(objects.os, "fsync", full)
    with pytest.raises(errors.Unavailable, match="disk_full"):
        desk.store()
    assert desk.files == []


def test_a_document_struck_out_is_not_served_any_more(desk: Desk) -> None:
    from serment.dossier.records.documents import services

    document = desk.store().written.entry
    with desk.dossier.opened(desk.browser, desk.patient) as permit:
        services.strike_out(permit=permit, document=document, version=1, reason="Mauvais patient", now=NOW)
    with pytest.raises(errors.NotFound):
        desk.content(document)


def test_a_document_of_another_record_is_not_found(desk: Desk) -> None:
    from serment.dossier.records.documents import queries

    document = desk.store().written.entry
    other = desk.dossier.admitted(cast.INES)
    with desk.dossier.opened(desk.browser, other) as permit, pytest.raises(errors.NotFound):
        queries.open_content(permit=permit, document=document)


def test_an_interface_files_a_letter_that_it_cannot_read(desk: Desk) -> None:
    from django.db import transaction

    from serment.dossier.records.documents import services

    registered, document = desk.dossier.registered(cast.FARID), uuid4()
    desk.dossier.as_role("serment_interface")
    deposit: dict[str, Any] = {
        "patient": registered.patient, "keys": registered.deposit_keys, "document": document, "title": "CR", "category": "Compte rendu",
        "now": NOW, "author_label": "Laboratoire",
    }  # fmt: skip
    with transaction.atomic():
        assert services.deposit(source=io.BytesIO(LETTER), **deposit) is True
    with transaction.atomic():
        assert services.deposit(source=io.BytesIO(LETTER), **deposit) is False
    assert len(desk.files) == 1
    desk.dossier.as_role("serment_app")
    assert desk.content(document) == LETTER


def test_the_sheets_of_a_scan_are_shown_one_by_one_and_a_trap_for_memory_is_refused() -> None:
    from PIL import Image

    from serment.dossier.records.documents import rules, sheets

    target = io.BytesIO()
    drawn = [Image.new("1", (1654, 2339), shade) for shade in (0, 1)]
    drawn[0].save(target, "TIFF", save_all=True, append_images=drawn[1:], compression="group4")
    content = target.getvalue()
    assert rules.media_type(content[:64]) == "image/tiff"
    assert sheets.count([content]) == 2
    assert sheets.sheet([content], 1).startswith(b"\x89PNG")
    with pytest.raises(errors.NotFound):
        sheets.sheet([content], 2)
    vast = io.BytesIO()
    Image.new("1", (30_000, 3_000)).save(vast, "TIFF", compression="group4")
    for broken in (vast.getvalue(), content[:200], b"II*\x00garbage"):
        with pytest.raises(errors.Invalid, match="media_type_refused"):
            sheets.sheet([broken], 0)
