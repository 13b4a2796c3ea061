"""What the drill makes of the papers: one person left out, one told twice, a page in the wrong envelope, evidence altered."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from serment.dossier.mailing import printing, specimens
from serment.drill import aftermath, paper
from serment.drill.aftermath import Envelope
from tests.fixtures.letters import EVENT

NAMES = {"a": "Jeanne EXEMPLE", "b": "Élise D’ARTOIS", "c": "Marie-Ange LE GOFF"}
NOBODY: frozenset[str] = frozenset()


def envelope(name: str, code: str, street: str = "4 QUAI DES GABARES") -> Envelope:
    return Envelope(
        text=f"Groupe hospitalier\n{name}\n{street}\n49000 ANGERS\nVotre code : {code}\n", address=(name, street, "49000 ANGERS")
    )


ALL = [
    envelope("Jeanne EXEMPLE", "AAAA-BBBB-CCCC-DDD1"), envelope("Élise D’ARTOIS", "AAAA-BBBB-CCCC-DDD2"),
    envelope("Marie-Ange LE GOFF", "AAAA-BBBB-CCCC-DDD3"),
]  # fmt: skip


def test_everybody_has_one_letter_and_the_code_of_one_is_taken() -> None:
    told = aftermath.compared(ALL, NAMES, held=NOBODY, marked=3)
    assert (told.letters, told.missed, told.twice, told.stray, told.marked) == (3, NOBODY, 0, 0, 3)
    assert NAMES[told.person] in next(one for one in ALL if one.code == told.code).text


@pytest.mark.parametrize("person", NAMES)
def test_one_person_left_out_of_the_letters_is_missed_unless_an_officer_was_named_for_them(person: str) -> None:
    left = [one for one in ALL if NAMES[person] not in one.text]
    assert aftermath.compared(left, NAMES, held=NOBODY).missed == {person}
    assert aftermath.compared(left, NAMES, held=frozenset({person})).missed == NOBODY


def test_a_second_letter_to_the_same_door_is_once_too_often_and_one_to_the_other_parent_is_not() -> None:
    again = replace(ALL[0], text=ALL[0].text.replace("DDD1", "DDD9"))
    assert aftermath.compared([*ALL, again], NAMES, held=NOBODY).twice == 1
    parents = [replace(ALL[0], address=(f"Parent {number}", f"{number} RUE DE L’ÉCOLE")) for number in (1, 2)]
    assert aftermath.compared([*parents, *ALL[1:]], NAMES, held=NOBODY).twice == 0


def test_a_letter_about_a_child_is_not_one_about_the_parent_who_gets_it() -> None:
    child = envelope("Jeanne EXEMPLE", "AAAA-BBBB-CCCC-DDD6")
    child = replace(child, text=f"{child.text}Objet : accès sans droit aux données de Léo EX (réf. INC-1)\n")
    names = {**NAMES, "d": "Léo EX"}
    assert aftermath.compared([*ALL, child], names, held=NOBODY).missed == NOBODY
    assert aftermath.compared([*ALL[1:], child], names, held=frozenset({"a"})).missed == NOBODY
    assert aftermath.compared([*ALL[1:], child], names, held=NOBODY).missed == {"a"}


def test_namesakes_need_a_letter_each() -> None:
    names = {**NAMES, "d": "Jeanne Exemple"}
    assert aftermath.compared(ALL, names, held=NOBODY).missed == {"d"}
    both = [*ALL, envelope("Jeanne EXEMPLE", "AAAA-BBBB-CCCC-DDD4", "9 RUE DU BAC")]
    assert aftermath.compared(both, names, held=NOBODY).missed == NOBODY


def test_a_letter_to_somebody_whom_nobody_saw_is_counted() -> None:
    assert aftermath.compared([*ALL, envelope("Paul DURAND", "AAAA-BBBB-CCCC-DDD5")], NAMES, held=NOBODY).stray == 1


def test_a_page_is_read_as_it_is_printed() -> None:
    letters = list(specimens.written(EVENT))
    pages = paper.pages(printing.batch(event=EVENT, letters=letters).pdf)
    assert len(pages) == len(letters)
    for page, letter in zip(pages, letters, strict=True):
        assert letter.code in page and " ".join(letter.subject.split()) in " ".join(page.split())
        assert all(line in page for line in letter.block.lines)


def test_a_table_of_glyphs_has_single_characters_and_ranges() -> None:
    cmap = b"2 beginbfchar <0001> <00660069> <0002> <00E9> endbfchar 1 beginbfrange <0010> <0012> <0041> endbfrange"
    assert paper.table(cmap) == {1: "fi", 2: "é", 16: "A", 17: "B", 18: "C"}


def test_an_altered_excerpt_is_another_one_in_its_first_leaf_alone() -> None:
    leaf = json.dumps({"at": "2026-11-23T08:00:00Z", "kind": "opening"}, separators=(",", ":"))
    given = "".join(json.dumps(one) + "\n" for one in ({"type": "header"}, {"type": "leaf", "leaf": leaf}, {"type": "end", "leaves": 1}))
    found = [json.loads(line) for line in aftermath.altered(given).splitlines()]
    assert found[1]["leaf"] == leaf.replace("2026", "1026") and (found[0], found[2]) == ({"type": "header"}, {"type": "end", "leaves": 1})
