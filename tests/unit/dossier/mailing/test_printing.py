"""Batches: one page each, in the window, PDF/A, the same bytes each time, and nothing on a disk."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from dataclasses import replace
from uuid import UUID

import pytest

from serment.dossier.kernel import errors
from serment.dossier.mailing import letters, printing, words
from serment.dossier.mailing.types import HEIR, ONESELF, POSSIBLE, Addressee, Letter
from tests.fixtures.letters import CODE, EVENT, EXPOSED, FARID, HOME

POINTS_PER_MM = 72 / 25.4


def letter(name: str = "Farid HADDAD", address: str = HOME, **changes: object) -> Letter:
    given = {"event": EVENT, "exposed": EXPOSED, "person": FARID, "code": CODE} | changes
    quality = str(given.pop("quality", ONESELF))
    return letters.write(**given, addressee=Addressee(names=(name,), address=address, quality=quality))  # type: ignore[arg-type]


def program(name: str, *arguments: str, given: bytes) -> str:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not here")
    return subprocess.run([name, *arguments], input=given, capture_output=True, check=True).stdout.decode()


def longest(language: str) -> Letter:
    """Everything at its longest at once."""
    event = replace(EVENT, happened="mot " * 87, happened_en="word " * 70, measures="mot " * 87, measures_en="word " * 70)
    person = replace(FARID, language=language, name="X" * 90)
    exposed = replace(EXPOSED, certainty=POSSIBLE, kinds=(*words.KINDS, "more"))
    far = "Résidence les Jardins du Roi, bâtiment C, 12 rue X, BP 4, 97400 Saint-Denis"
    return letter(event=event, person=person, exposed=exposed, quality=HEIR, address=far)


def test_each_letter_has_one_page_and_its_row_in_the_sheet() -> None:
    several = [letter(), longest("fr"), longest("en"), letter(name="Mary O’CONNOR", address="1 Main Street, Dublin, Ireland")]
    made = printing.batch(event=EVENT, letters=several)
    assert re.search(r"^Pages: +4$", program("pdfinfo", "-", given=made.pdf), flags=re.MULTILINE)
    rows = list(csv.DictReader(io.StringIO(made.sheet.decode("utf-8-sig")), delimiter=";"))
    assert [row["ligne1"] for row in rows] == ["Farid HADDAD", "Farid HADDAD", "Farid HADDAD", "Mary O’CONNOR"]
    assert [row["tri"] for row in rows] == ["49000", "97400", "97400", "99999"]


def test_the_address_lies_in_the_window_wherever_the_sheet_slides() -> None:
    made = printing.batch(event=EVENT, letters=[longest("fr")])
    boxes = program("pdftotext", "-bbox", "-", "-", given=made.pdf)
    found = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)<', boxes)
    places = {word: [float(edge) / POINTS_PER_MM for edge in edges] for *edges, word in found}
    first, last = places["HADDAD"], places["SAINT-DENIS"]
    assert places["Farid"][0] >= 100
    assert first[1] >= 54.5
    assert last[3] <= 79.5
    assert max(places[word][2] for word in ("HADDAD", "JARDINS", "SAINT-DENIS")) <= 190


def test_a_batch_is_pdf_a_2b_with_its_fonts_and_the_same_bytes_each_time() -> None:
    once, again = (printing.batch(event=EVENT, letters=[letter()]) for _ in range(2))
    assert once == again
    assert b"<pdfaid:part>2</pdfaid:part>" in once.pdf
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in once.pdf
    fonts = program("pdffonts", "-", given=once.pdf).splitlines()[2:]
    assert fonts
    assert all(re.search(r"\byes yes yes\b", font) for font in fonts)


def test_what_is_read_aloud_says_what_is_printed_and_its_lists_are_lists() -> None:
    printed, read = (printing.batch(event=EVENT, letters=[longest("fr"), letter()], is_tagged=is_tagged) for is_tagged in (False, True))
    words_of_both = [program("pdftotext", "-", "-", given=one.pdf).split() for one in (printed, read)]
    assert sorted(words_of_both[0]) == sorted(words_of_both[1])
    assert [len(re.findall(rb"/S\s*/LI\b", one.pdf)) > 0 for one in (printed, read)] == [False, True]


def test_a_letter_that_runs_over_its_page_stops_the_batch() -> None:
    too_long = replace(letter(), check_after="mot " * 2000)
    with pytest.raises(errors.Fault) as refused:
        printing.batch(event=EVENT, letters=[letter(), too_long])
    assert refused.value.code == "letter_too_long"
    assert "HADDAD" not in repr(refused.value) + repr(refused.value.__cause__)


@pytest.mark.parametrize("count", [0, printing.LETTERS_MAX + 1])
def test_a_batch_has_a_size(count: int) -> None:
    with pytest.raises(errors.Fault):
        printing.batch(event=EVENT, letters=[letter()] * count)


def test_letters_are_sorted_for_the_post() -> None:
    towns = ["97400 Saint-Denis", "01000 Bourg", "75011 Paris", "Dublin, Ireland"]
    made = printing.sorted_for_post(letter(address=f"1 rue X, {town}") for town in towns)
    assert [one.block.postcode for one in made] == ["01000", "75011", "97400", "99999"]


@pytest.mark.parametrize("processes", [1, 2])
def test_batches_keep_the_order_with_one_process_or_two(processes: int) -> None:
    many = [letter(person=replace(FARID, patient=UUID(int=number)), name=f"Nom {number}") for number in range(printing.LETTERS_MAX + 3)]
    made = list(printing.batches(event=EVENT, letters=iter(many), processes=processes))
    assert [one.letters for one in made] == [printing.LETTERS_MAX, 3]
    assert "Nom 202" in made[1].sheet.decode()


def test_a_spreadsheet_calculates_nothing_of_a_name() -> None:
    sheet = printing.sheet([letter(name="=1+1")]).decode("utf-8-sig")
    assert ";'=1+1;" in sheet


def test_text_of_a_person_is_text_and_never_a_command_of_the_typesetter() -> None:
    made = printing.batch(event=EVENT, letters=[letter(name='#panic("x") $a$')])
    assert '#panic("x") $a$' in program("pdftotext", "-", "-", given=made.pdf)
