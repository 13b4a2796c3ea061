"""What an operator, an integrator or an auditor may meet is written down, and what is written down exists."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from serment.wire import verbs, words

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "serment"
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *DOCS.rglob("*.md")])

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
QUOTED = re.compile(r"`([^`\n]+)`")


def text(path: str) -> str:
    return (DOCS / path).read_text(encoding="utf-8")


def quoted(path: str) -> set[str]:
    return set(QUOTED.findall(text(path)))


def first_cells(path: str) -> set[str]:
    """The quoted words in the first cell of each table row."""
    rows = re.findall(r"^\| ([^|]+) \|", text(path), flags=re.MULTILINE)
    return {word for row in rows for word in QUOTED.findall(row)}


def calls(folder: Path) -> Iterator[ast.Call]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield node


def name_of(call: ast.Call) -> str:
    target = call.func
    return target.attr if isinstance(target, ast.Attribute) else target.id if isinstance(target, ast.Name) else ""


def results(node: ast.expr) -> set[str]:
    """The strings an expression may be: a constant, or either side of a conditional."""
    if isinstance(node, ast.IfExp):
        return results(node.body) | results(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def guards_calls() -> Iterator[ast.Call]:
    """Every call in the packages that share the guard's process."""
    for package in ("guard", "entrance", "oversight", "guardhouse"):
        yield from calls(SOURCE / package)


def refusal_codes() -> set[str]:
    place = {"Refused": 1, "_signed_out": 0}
    found: set[str] = set()
    for call in guards_calls():
        at = place.get(name_of(call))
        if at is not None and len(call.args) > at:
            found |= results(call.args[at])
    return found


def leaf_kinds() -> set[str]:
    found: set[str] = set()
    for call in guards_calls():
        if name_of(call) in ("append", "close", "_journal", "note"):
            found |= {kind for keyword in call.keywords if keyword.arg == "kind" for kind in results(keyword.value)}
    return found


def commands() -> Iterator[str]:
    """Every command of `./serment`, with its groups: `journal verify`."""
    from serment.operator.cli import application

    def walk(command: Any, path: tuple[str, ...]) -> Iterator[str]:
        # By its members: typer's groups may be of click's own class or of its vendored one.
        if hasattr(command, "commands"):
            for name, child in command.commands.items():
                yield from walk(child, (*path, name))
        elif not command.hidden:
            yield " ".join(path)

    return walk(typer.main.get_command(application), ())


def settings() -> set[str]:
    """The keys that processes read from their configuration files."""
    found: set[str] = set()
    for path in (SOURCE / "guard" / "settings.py", SOURCE / "guardhouse" / "__main__.py", SOURCE / "dossier" / "kernel" / "config.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id in ("raw", "owner"):
                found |= results(node.slice)
            if isinstance(node, ast.Call) and name_of(node) == "get" and ast.unparse(node.func).startswith("raw."):
                found |= results(node.args[0])
            if isinstance(node, ast.Call) and name_of(node) == "_file":
                found |= results(node.args[-1])
    return found


def test_every_refusal_of_the_guard_is_explained() -> None:
    assert refusal_codes() - first_cells("subsystems/guard-protocol.md") == set()


def test_no_refusal_is_explained_that_the_guard_never_gives() -> None:
    table = text("subsystems/guard-protocol.md").split("| code | category |", 1)[1].split("\n\n", 1)[0]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", table, flags=re.MULTILINE)) - refusal_codes() == set()


def test_every_verb_is_explained() -> None:
    assert set(verbs.VERBS) - first_cells("subsystems/guard-protocol.md") == set()


def test_every_kind_of_journal_entry_is_explained() -> None:
    kinds = leaf_kinds()
    assert len(kinds) > 10
    assert kinds - first_cells("subsystems/journal.md") == set()


def test_every_command_is_explained() -> None:
    known, offered = quoted("operators.md"), list(commands())
    assert {"demo", "journal verify"} <= set(offered)
    missing = [command for command in offered if not any(word.startswith(f"./serment {command}") for word in known)]
    assert missing == []


def test_every_configuration_key_is_explained() -> None:
    keys = settings()
    assert len(keys) > 10
    assert keys - first_cells("operators.md") == set()


def test_every_environment_variable_is_explained() -> None:
    sources = [*SOURCE.rglob("*.py"), ROOT / "serment"]
    named = {name for path in sources for name in re.findall(r"\bSERMENT_[A-Z_]+\b", path.read_text(encoding="utf-8"))}
    assert named - quoted("operators.md") == set()


def test_every_exit_code_is_explained() -> None:
    from serment.operator import errors

    codes = {str(value) for name, value in vars(errors).items() if name.isupper() and isinstance(value, int)}
    assert codes - first_cells("operators.md") == set()


@pytest.mark.parametrize("vocabulary", [words.ROLES, words.TIES, words.COMPARTMENTS], ids=["roles", "ties", "compartments"])
def test_the_closed_vocabularies_are_in_the_glossary(vocabulary: tuple[str, ...]) -> None:
    assert set(vocabulary) - quoted("glossary.md") == set()


def test_every_decision_is_listed_in_the_architecture() -> None:
    numbers = {path.name[:4] for path in (DOCS / "adr").glob("[0-9][0-9][0-9][0-9]-*.md")}
    assert numbers - set(re.findall(r"^\| \[(\d{4})\]", text("architecture.md"), flags=re.MULTILINE)) == set()


def test_every_attack_has_a_page_and_every_drill_is_named_on_one() -> None:
    pages = {path.name[:3] for path in (DOCS / "threat-model").glob("S*.md")}
    assert pages == {f"S{number:02}" for number in range(1, 13)}
    named = " ".join(page.read_text(encoding="utf-8") for page in PAGES)
    drills = [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "tests" / "adversary").glob("test_*.py"))]
    assert [drill for drill in drills if drill not in named] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_relative_links_lead_somewhere(page: Path) -> None:
    targets = [target.split("#", 1)[0] for target in LINK.findall(page.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if target and not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_named_in_a_page_exist(page: Path) -> None:
    """A name such as `tests/unit/guard/test_open.py`, or `guard/release/open.py` of the sources."""
    named = {
        word
        for word in QUOTED.findall(page.read_text(encoding="utf-8"))
        if re.fullmatch(r"[\w./-]+/[\w.-]*\.(py|js|yaml|cedar|html|sql|css)", word)
    }
    roots = (ROOT, ROOT / "src", SOURCE, SOURCE / "dossier")
    assert sorted(word for word in named if not any((root / word).exists() for root in roots)) == []
