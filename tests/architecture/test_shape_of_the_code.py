"""The ceilings of the house: one idea a function, one subject a file; nothing that only looks finished."""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

import serment
from bench import lines

PACKAGE = Path(serment.__file__).parent
SOURCES = sorted(path for path in PACKAGE.rglob("*.py"))
FUNCTION_LINES_MAX = 50
FILE_LINES_MAX = 400
# One protocol, declared in one place: a table of types, without a function.
DECLARATIONS = {"wire/incidents.py", "wire/protocol.py"}
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK|NotImplementedError)\b")
NOWHERE = {"utils", "helpers", "common", "manager", "misc"}


@lru_cache(maxsize=1)
def trees() -> list[tuple[str, ast.Module]]:
    return [(str(path.relative_to(PACKAGE)), ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES]


def test_no_function_is_longer_than_a_page() -> None:
    too_long = [
        f"{name}:{node.lineno} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for name, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert too_long == []


def test_no_file_holds_too_much() -> None:
    lengths = {str(path.relative_to(PACKAGE)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: length for name, length in lengths.items() if length > FILE_LINES_MAX and name not in DECLARATIONS} == {}


@pytest.mark.parametrize("name", sorted(DECLARATIONS))
def test_a_file_of_declarations_does_nothing(name: str) -> None:
    tree = ast.parse((PACKAGE / name).read_text(encoding="utf-8"))
    assert [node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)] == []


def test_nothing_waits_to_be_finished() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_no_assert_guards_anything() -> None:
    """`python -O` removes them."""
    assert [f"{name}:{node.lineno}" for name, tree in trees() for node in ast.walk(tree) if isinstance(node, ast.Assert)] == []


def test_every_module_says_what_it_is_for() -> None:
    generated = re.compile(r"/migrations/|/management/|__init__\.py$")
    assert [name for name, tree in trees() if ast.get_docstring(tree) is None and not generated.search("/" + name) and tree.body] == []


def test_no_drawer_for_odds_and_ends() -> None:
    assert [str(path.relative_to(PACKAGE)) for path in SOURCES if path.stem in NOWHERE or NOWHERE & set(path.parent.parts)] == []


@pytest.mark.parametrize("package", sorted(lines.CODE_LINES_MAX))
def test_what_must_be_read_in_a_day_stays_small(package: str) -> None:
    """The figures that `./serment lines` prints (docs/adr/0009)."""
    assert lines.total(package) <= lines.CODE_LINES_MAX[package]


def test_blank_lines_comments_and_docstrings_are_not_code(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text('"""Two\nlines."""\n\n# why\ndef one() -> int:\n    """Says so."""\n    return 1  # counted\n', encoding="utf-8")
    assert lines.code_lines(module) == 2


def test_the_count_is_printed_and_tells_when_a_ceiling_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    for ceiling, said_of_guard, expected in ((100_000, r"^guard +\d+ +100000$", True), (1, r"^guard +\d+ +1  over$", False)):
        for package in lines.CODE_LINES_MAX:
            monkeypatch.setitem(lines.CODE_LINES_MAX, package, ceiling)
        said, holds = lines.report()
        assert re.search(said_of_guard, said, flags=re.MULTILINE)
        assert holds is expected
