"""What the patient had masked: read by the treating physician, hidden from everybody else, shown again when the patient wishes."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SECRET = "Consommation de cocaïne"


class Ward:
    """Bruno is nurse of the ward; Amel, once an admission says so, is the treating physician."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier, self.patient = dossier, dossier.admitted(cast.FARID)
        self.bruno = dossier.house.browser(cast.BRUNO)
        reference = f"treating:{cast.AMEL.id}"
        dossier.house.tie(self.patient, kind="treating", reference=reference, holder_account=cast.AMEL.id)
        self.amel = dossier.house.browser(cast.AMEL)

    def opened(self, browser: Any) -> Any:
        return self.dossier.opened(browser, self.patient)

    def note(self, *, protected: bool = False) -> UUID:
        from serment.dossier.records.notes import services

        with self.opened(self.bruno) as permit:
            return services.record(permit=permit, token=uuid4(), title="Entretien", typed={"text": SECRET}, now=NOW, protected=protected)

    def mask(self, entry: UUID, *, version: int = 1, by: Any = None) -> None:
        from serment.dossier.records.entries import masking

        with self.opened(by or self.bruno) as permit:
            masking.mask(permit=permit, entry=entry, version=version, reason="À sa demande", now=NOW)

    def unmask(self, entry: UUID, *, version: int = 2, by: Any = None) -> None:
        from serment.dossier.records.entries import masking

        with self.opened(by or self.amel) as permit:
            masking.unmask(permit=permit, entry=entry, version=version, reason="Ne le souhaite plus", now=NOW)

    def notes(self, browser: Any) -> list[Any]:
        from serment.dossier.records.notes import queries

        with self.opened(browser) as permit:
            return list(queries.page(permit=permit)[0])


@pytest.fixture
def ward(dossier: Dossier) -> Ward:
    return Ward(dossier)


def test_a_masked_note_is_nothing_to_the_ward_and_is_read_by_the_treating_physician(ward: Ward) -> None:
    note = ward.note()
    ward.mask(note)
    assert ward.notes(ward.bruno) == []
    (read,) = ward.notes(ward.amel)
    assert (read.text, read.written.is_masked, read.written.version) == (SECRET, True, 2)


def test_not_even_that_it_exists_is_told_by_any_query(ward: Ward) -> None:
    from serment.dossier.records.entries import queries
    from serment.dossier.records.entries.models import EntryRow
    from serment.dossier.records.entries.types import Along
    from serment.dossier.records.search import queries as search

    note = ward.note()
    ward.mask(note)
    with ward.opened(ward.bruno) as permit:
        assert queries.every(permit=permit) == []
        assert queries.counts(permit=permit) == {}
        assert queries.along(permit=permit, wanted=Along(), page=1, count=9)[0] == []
        assert queries.changed(permit=permit, since=NOW.replace(year=2020), apart_from=[], count=9) == ([], 0)
        assert not queries.exists(permit=permit, entry=note)
        for ask in (queries.latest, queries.history, queries.versions):
            with pytest.raises(errors.NotFound):
                ask(permit=permit, entry=note)
        assert not any(search.search(permit=permit, query="cocaine")[:1])
        # Not a row, whatever is asked of the database itself.
        assert EntryRow.objects.count() == 0


def test_shown_again_it_is_the_same_note_with_its_whole_history(ward: Ward) -> None:
    from serment.dossier.records.entries import queries

    note = ward.note()
    ward.mask(note)
    ward.unmask(note)
    (read,) = ward.notes(ward.bruno)
    assert (read.text, read.written.is_masked, read.written.version) == (SECRET, False, 3)
    with ward.opened(ward.amel) as permit:
        told = queries.versions(permit=permit, entry=note)
    assert [(one.version, one.is_masked, one.reason) for one in told] == [
        (3, False, "Ne le souhaite plus"), (2, True, "À sa demande"), (1, False, ""),
    ]  # fmt: skip
    ward.mask(note, version=3)
    assert ward.notes(ward.bruno) == []


def test_what_was_added_to_a_note_is_masked_and_shown_again_with_it(ward: Ward) -> None:
    from serment.dossier.records.notes import services

    note = ward.note()
    with ward.opened(ward.bruno) as permit:
        services.add(permit=permit, token=uuid4(), note=note, text="Suite", now=NOW)
    ward.mask(note)
    assert ward.notes(ward.bruno) == []
    (read,) = ward.notes(ward.amel)
    assert [one.text for one in read.addenda] == ["Suite"]
    ward.unmask(note)
    assert [one.text for one in ward.notes(ward.bruno)[0].addenda] == ["Suite"]


def test_a_protected_note_is_written_by_who_will_not_read_it_back(ward: Ward) -> None:
    note = ward.note(protected=True)
    assert ward.notes(ward.bruno) == []
    (read,) = ward.notes(ward.amel)
    assert (read.text, read.written.author) == (SECRET, cast.BRUNO.id)
    ward.unmask(note, version=1)
    assert [one.text for one in ward.notes(ward.bruno)] == [SECRET]


def test_the_treating_physician_masks_and_writes_what_she_reads_herself(ward: Ward) -> None:
    from serment.dossier.records.notes import services

    ward.mask(ward.note(), by=ward.amel)
    with ward.opened(ward.amel) as permit:
        services.record(permit=permit, token=uuid4(), title="Seule", typed={"text": "x"}, now=NOW, protected=True)
    assert ward.notes(ward.bruno) == []
    assert {one.title for one in ward.notes(ward.amel)} == {"Entretien", "Seule"}


def test_a_masked_document_keeps_its_file_for_who_may_read_it(ward: Ward) -> None:
    from serment.dossier.records.documents import queries, services
    from serment.dossier.records.documents.models import DocumentRow

    token = uuid4()
    with ward.opened(ward.bruno) as permit:
        services.store(permit=permit, token=token, source=io.BytesIO(b"%PDF-1.7"), title="Lettre", category="Lettre", now=NOW)
    ward.mask(token)
    with ward.opened(ward.amel) as permit:
        document, content = queries.open_content(permit=permit, document=token)
        assert (document.title, b"".join(content)) == ("Lettre", b"%PDF-1.7")
    with ward.opened(ward.bruno) as permit:
        assert queries.active_for(permit=permit) == ()
        assert DocumentRow.objects.count() == 0
        with pytest.raises(errors.NotFound):
            queries.open_content(permit=permit, document=token)


def test_an_allergy_is_never_masked(ward: Ward) -> None:
    from serment.dossier.records.allergies import services
    from serment.dossier.records.allergies.types import Told

    with ward.opened(ward.bruno) as permit:
        token = services.record(permit=permit, token=uuid4(), told=Told(substance="Pénicilline"), now=NOW)
    with pytest.raises(errors.Invalid, match="not_maskable"):
        ward.mask(token)


def test_who_was_slower_is_told_and_what_is_not_masked_is_not_unmasked(ward: Ward) -> None:
    note = ward.note()
    with pytest.raises(errors.Conflict, match="entry_changed"):
        ward.mask(note, version=7)
    with pytest.raises(errors.Invalid, match="not_masked"):
        ward.unmask(note, version=1)
    with pytest.raises(errors.NotFound):
        ward.mask(uuid4())
    ward.mask(note)
    with pytest.raises(errors.NotFound):
        ward.unmask(note, by=ward.bruno)
    with pytest.raises(errors.Invalid, match="not_maskable"):
        ward.mask(note, version=2, by=ward.amel)


def test_who_may_file_nothing_there_masks_nothing(ward: Ward) -> None:
    """In an emergency a nurse reads care and seals nothing away."""
    note = ward.note()
    nadia = ward.dossier.house.browser(cast.NADIA)
    nadia.break_glass(ward.patient)
    with pytest.raises(errors.Denied, match="compartment_closed"):
        ward.mask(note, by=nadia)
    assert len(ward.notes(ward.bruno)) == 1


def test_a_physician_who_breaks_the_glass_reads_it_and_a_nurse_does_not(ward: Ward) -> None:
    ward.mask(ward.note())
    nadia, chloe = ward.dossier.house.browser(cast.NADIA), ward.dossier.house.browser(cast.CHLOE)
    nadia.break_glass(ward.patient)
    chloe.break_glass(ward.patient)
    assert ward.notes(nadia) == []
    assert [one.text for one in ward.notes(chloe)] == [SECRET]
