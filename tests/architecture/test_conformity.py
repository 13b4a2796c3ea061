"""The table that auditors read names code and tests: they exist, the tests are run, and no requirement is left out or told twice."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "serment"
PAGE = ROOT / "docs" / "conformity.md"

STATES = {"fait", "documenté", "partiel", "pas encore", "établissement", "sans objet"}
HEADINGS = ("état", "réponse")

# OWASP ASVS 5.0.0: for each section, the level of its requirements in their order (345: 70 of level 1, 183 of level 2, 92 of level 3).
LEVELS = """
V1.1 22 V1.2 1111122223 V1.3 112222222223 V1.4 222 V1.5 123
V2.1 122 V2.2 112 V2.3 12223 V2.4 23
V3.1 3 V3.2 113 V3.3 12223 V3.4 11222233 V3.5 11122333 V3.6 3 V3.7 22333
V4.1 12233 V4.2 23333 V4.3 22 V4.4 1222
V5.1 2 V5.2 112333 V5.3 113 V5.4 222
V6.1 122 V6.2 111111112222 V6.3 11223333 V6.4 112233 V6.5 22222333 V6.6 2223 V6.7 33 V6.8 2222
V7.1 222 V7.2 1111 V7.3 22 V7.4 11222 V7.5 223 V7.6 22
V8.1 1233 V8.2 1123 V8.3 133 V8.4 23
V9.1 111 V9.2 1222
V10.1 22 V10.2 223 V10.3 22223 V10.4 1111122222233333 V10.5 22222 V10.6 22 V10.7 222
V11.1 2233 V11.2 22233 V11.3 11233 V11.4 1222 V11.5 23 V11.6 23 V11.7 33
V12.1 12233 V12.2 11 V12.3 22223
V13.1 2333 V13.2 222223 V13.3 2233 V13.4 1222233
V14.1 22 V14.2 12223333 V14.3 122
V15.1 12233 V15.2 12233 V15.3 1222222 V15.4 3333
V16.1 2 V16.2 22222 V16.3 2222 V16.4 222 V16.5 2223
V17.1 23 V17.2 22223333 V17.3 22
"""
SECTIONS = re.findall(r"(V[\d.]+) (\d+)", LEVELS)
LEVEL = {f"{section}.{number}": int(level) for section, levels in SECTIONS for number, level in enumerate(levels, 1)}
# Of the third level, those this product holds itself to.
BEYOND = {"V2.3.5", "V10.3.5"}

QUOTED = re.compile(r"`([^`\n]+)`")


def rows() -> list[dict[str, str]]:
    """Every row that has a state, by the names of its columns."""
    found, columns = [], []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" |")] if line.startswith("| ") else []
        if line.startswith("|-"):
            continue
        if not cells:
            columns = []
        elif not columns:
            columns = cells
        elif HEADINGS[0] in columns and columns.index(HEADINGS[0]) > 0:
            found.append(dict(zip(columns, [*cells, *[""] * (len(columns) - len(cells))], strict=True)))
    return found


def answer(row: dict[str, str]) -> str:
    return next(value for name, value in row.items() if name.startswith(HEADINGS[1]))


def asvs() -> list[dict[str, str]]:
    return [row for row in rows() if "id" in row]


@lru_cache
def functions_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_every_requirement_of_the_first_two_levels_has_exactly_one_row() -> None:
    assert (len(LEVEL), sorted(LEVEL.values()).count(1), sorted(LEVEL.values()).count(2)) == (345, 70, 183)
    wanted = sorted([id for id, level in LEVEL.items() if level < 3] + list(BEYOND))
    assert sorted(row["id"] for row in asvs()) == wanted


def test_every_row_tells_the_level_that_was_published() -> None:
    assert [row["id"] for row in asvs() if row["N"] != str(LEVEL[row["id"]])] == []


def test_every_row_has_a_state_and_says_something() -> None:
    assert len(rows()) > 300
    assert [row for row in rows() if row["état"] not in STATES] == []
    assert [row["id"] for row in asvs() if len(answer(row)) < 8] == []


def test_what_is_done_names_a_test_and_what_is_partly_done_says_what_is_missing() -> None:
    assert [row for row in rows() if row["état"] == "fait" and "`tests/" not in answer(row) and "voir" not in answer(row)] == []
    assert [row["id"] for row in asvs() if row["état"] in ("partiel", "pas encore") and "Manque" not in answer(row)] == []


def test_the_totals_are_those_of_the_rows() -> None:
    counts = {state: sum(row["état"] == state for row in asvs()) for state in STATES}
    said = re.search(r"Bilan\s:\s([^\n]*(?:\n[^\n]+)*?)\.\n", PAGE.read_text(encoding="utf-8"))
    assert said
    assert {state: int(number) for number, state in re.findall(r"(\d+) ([^,]+)", said[1])} == counts


def named() -> list[str]:
    return sorted({word for row in rows() for word in QUOTED.findall(answer(row)) if re.match(r"[\w.-]+(/[\w.-]+)+(\.\w+)(::\w+)?$", word)})


@pytest.mark.parametrize("name", named())
def test_every_path_named_exists_and_every_test_named_is_run(name: str) -> None:
    path, _, test = name.partition("::")
    found = next((root / path for root in (ROOT, SOURCE) if (root / path).exists()), None)
    assert found is not None
    if test:
        assert test in functions_of(found)
        assert found.is_relative_to(ROOT / "tests")
