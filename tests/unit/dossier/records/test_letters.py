"""What a letter begins with, and what makes it ready to be signed. Pure."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest

from tests.fixtures.dossier import set_up_django

set_up_django()

from serment.dossier.encounters.types import StayView  # noqa: E402 - models need Django set up
from serment.dossier.identity import rules as identity  # noqa: E402
from serment.dossier.kernel import errors  # noqa: E402
from serment.dossier.records.entries.types import Written  # noqa: E402
from serment.dossier.records.letters import assembling, kinds, printing, rules  # noqa: E402
from serment.dossier.records.letters.assembling import Sources  # noqa: E402
from serment.dossier.records.letters.types import Addressee, Letter, Part, Sender  # noqa: E402
from serment.dossier.records.medications.types import Medication  # noqa: E402
from serment.dossier.records.notes.types import Note, Section  # noqa: E402
from serment.dossier.records.observations.types import Observation  # noqa: E402
from tests import cast  # noqa: E402

DAY = date(2026, 11, 24)
AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
WRITTEN = Written(entry=uuid4(), version=1, author=None, author_label="", recorded_at=AT, effective_at=AT, deposit=False)
STAY = StayView(
    patient=uuid4(), id=uuid4(), kind="inpatient", state="current", unit=None, bed="", started_at=AT, expected_end=None, ended_at=None
)


def drug(substance: str, since: str) -> Medication:
    return Medication(
        written=WRITTEN, substance=substance, brand="", strength="", form="", dose="5 mg", route="voie orale", rhythm="le matin",
        since=since, code="",
    )  # fmt: skip


def note(at: datetime, **sections: str) -> Note:
    written = Written(entry=uuid4(), version=1, author=None, author_label="", recorded_at=at, effective_at=at, deposit=False)
    return Note(
        written=written, kind="observation", title="Visite",
        sections=tuple(Section(code=code, label=code, text=text) for code, text in sections.items()),
    )  # fmt: skip


def sources(**more: object) -> Sources:
    return Sources(person=identity.shown(cast.FARID, on=DAY), today=DAY, **more)  # type: ignore[arg-type]


def letter(*texts: str) -> Letter:
    return Letter(
        kind="free", title="Objet", addressee=Addressee(lines=("Dr Martin",)),
        parts=tuple(Part(code="text", label="", text=text) for text in texts),
        sender=Sender(label="Dr Amel", profession="Chirurgienne", rpps="10000000011", establishment="Clinique"),
        subject=assembling.subject(cast.FARID, on=DAY), at=AT,
    )  # fmt: skip


def test_treatments_are_told_apart_by_when_they_began() -> None:
    found = assembling.prefilled(
        kinds.DISCHARGE,
        sources(stay=STAY, medications=(drug("Amoxicilline", "2026-11-21"), drug("Bisoprolol", "2019"), drug("Furosémide", "2026-10-01"))),
    )
    assert found["started"] == "Amoxicilline 5 mg voie orale le matin"
    assert [line.split()[0] for line in found["continued"].splitlines()] == ["Bisoprolol", "Furosémide"]


def test_a_synthesis_begins_with_the_conclusions_of_the_notes_oldest_first() -> None:
    later = datetime(2026, 11, 22, 9, tzinfo=UTC)
    notes = (note(later, conclusion="Apyrétique.", plan="Sortie"), note(AT, examination="x", conclusion="Cholécystite."))
    assert assembling.prefilled(kinds.DISCHARGE, sources(stay=STAY, notes=notes))["course"] == (
        "20/11/2026 : Cholécystite.\n22/11/2026 : Apyrétique."
    )


def test_not_knowing_of_allergies_is_never_told_as_having_none() -> None:
    assert assembling.prefilled(kinds.DISCHARGE, sources())["allergies"] == "Allergies non renseignées."


def test_a_result_is_told_with_its_range_and_flag() -> None:
    one = Observation(
        written=WRITTEN, code="718-7", label="Hémoglobine", value="7.90", unit="g/dL", at=AT, low="13.0", high="17.0", flag="low"
    )
    assert assembling.prefilled(kinds.DISCHARGE, sources(results=(one,)))["results"] == (
        "Hémoglobine : 7,90 g/dL (N 13,0–17,0), bas, le 20/11/2026"
    )


def test_a_range_open_on_one_side_is_told_as_a_limit_and_one_instant_by_name() -> None:
    told = (("CRP", "", "5"), ("Clairance", "60", ""), ("Albumine", "", ""))
    found = [Observation(written=WRITTEN, code="x", label=name, value="7", unit="", at=AT, low=low, high=high) for name, low, high in told]
    assert assembling.prefilled(kinds.DISCHARGE, sources(results=tuple(found)))["results"].splitlines() == [
        "Albumine : 7, le 20/11/2026", "CRP : 7 (N ≤ 5), le 20/11/2026", "Clairance : 7 (N ≥ 60), le 20/11/2026",
    ]  # fmt: skip


def test_the_ins_is_printed_only_of_a_qualified_identity() -> None:
    assert "INS" not in assembling.subject(cast.FARID, on=DAY).full
    assert assembling.subject(cast.FARID, on=DAY).full == "M. PAT-TROIS Farid, né le 28/03/1979 (47 ans)"


@pytest.mark.parametrize("text", ["", "\n\n", "x" * 91, "\n".join("abcdefgh")])
def test_an_address_that_does_not_fit_its_window_is_refused(text: str) -> None:
    with pytest.raises(errors.Invalid):
        rules.addressee(text)


def test_a_field_left_empty_has_no_heading_on_the_page() -> None:
    given = rules.typed(kinds.KINDS[kinds.DISCHARGE], {"reason": "Chute", "course": "Bien.", "follow": "Rien.", "germs": "  "})
    assert [part.code for part in rules.parts(kinds.KINDS[kinds.DISCHARGE], given)] == ["reason", "course", "follow"]


def test_a_letter_has_as_many_pages_as_it_needs_and_its_words_are_no_commands() -> None:
    assert len(printing.preview(letter("#panic() $x$ \\ @here"))) == 1
    assert len(printing.preview(letter(*["Une ligne.\n" * 20] * 6))) > 1
    assert printing.pdf(letter("Bonjour")) == printing.pdf(letter("Bonjour"))


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not here")
@pytest.mark.parametrize("lines", range(26, 34))
def test_a_signature_never_stands_alone_on_a_page(lines: int) -> None:
    pdf = printing.pdf(letter(*(f"Paragraphe {number} du séjour." for number in range(lines)), "Consultation de contrôle dans un mois."))
    said = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    last = [page for page in said.split("\f") if page.strip()][-1]
    assert "Dr Amel" in last
    assert "Consultation de contrôle" in last
