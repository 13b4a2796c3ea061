"""Ten fictional people, as varied as the real ones: each letter is one page, whatever the officers wrote."""

from __future__ import annotations

import re
from dataclasses import replace
from uuid import UUID

from serment.dossier.mailing import codes, printing, specimens
from serment.dossier.mailing.types import Part
from tests.fixtures.letters import EVENT
from tests.unit.dossier.mailing.test_printing import longest, program


def test_each_addressee_of_each_specimen_gets_one_page() -> None:
    letters = list(specimens.written(EVENT))
    assert len({one.patient for one in letters}) == 10
    assert len(letters) == 12, "two parents, and a curator beside the person"
    made = printing.batch(event=EVENT, letters=letters)
    assert re.search(r"^Pages: +12$", program("pdfinfo", "-", given=made.pdf), flags=re.MULTILINE)


def test_overseas_and_foreign_addresses_and_protected_people_are_written_as_they_must() -> None:
    blocks = [one.block for one in specimens.written(EVENT)]
    last = {block.lines[-1] for block in blocks}
    assert {"97400 SAINT-DENIS", "98713 PAPEETE", "IRELAND"} <= last
    assert all(len(line) <= 38 for block in blocks for line in block.lines)
    assert not any("servir" in line.casefold() for block in blocks for line in block.lines)


def test_the_codes_of_specimens_are_codes_and_belong_to_nobody() -> None:
    for one in specimens.written(EVENT):
        assert codes.read(one.code) is not None
        assert one.code != codes.grouped(codes.of(key=b"another", incident=UUID(int=0), patient=one.patient, ordinal=0))


def test_a_letter_set_with_air_still_has_one_page_at_its_longest() -> None:
    """The most lines that are set with air: were they too many for the page, the batch would refuse them."""
    (first, *_) = specimens.written(EVENT)
    left = printing.ROOMY_LINES_MAX - printing.lines(first)
    more = Part(title="", lines=tuple("mot " * 20 + "fin" for _ in range(left)))
    full = replace(first, parts=(*first.parts, more))
    assert printing.lines(full) == printing.ROOMY_LINES_MAX
    made = printing.batch(event=EVENT, letters=[full])
    assert re.search(r"^Pages: +1$", program("pdfinfo", "-", given=made.pdf), flags=re.MULTILINE)


def test_what_is_longer_is_set_tighter() -> None:
    assert printing.lines(longest("fr")) > printing.ROOMY_LINES_MAX
    assert printing.batch(event=EVENT, letters=[longest("fr")]).letters == 1
