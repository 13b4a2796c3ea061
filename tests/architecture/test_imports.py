"""Imports go down, never up or sideways; the guard can be read without Django."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import serment

PACKAGE = Path(serment.__file__).parent
ROOT = PACKAGE.parents[1]
ALLOWED = {"wire": set(), "guard": {"wire"}, "auditor": {"wire"}, "operator": {"wire"}, "dossier": {"wire"}}


def imported(path: Path) -> set[str]:
    """The modules that a file names in its imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_programs_share_the_agreed_bytes_only(package: str) -> None:
    strangers = set(ALLOWED) - ALLOWED[package] - {package}
    found = [
        f"{path.relative_to(PACKAGE)} imports {name}"
        for path in (PACKAGE / package).rglob("*.py")
        for name in imported(path)
        if name.split(".")[0] == "serment" and len(name.split(".")) > 1 and name.split(".")[1] in strangers
    ]
    assert found == []


@pytest.mark.parametrize("package", ["wire", "guard", "auditor", "operator"])
def test_django_stays_in_the_record(package: str) -> None:
    assert [str(path) for path in (PACKAGE / package).rglob("*.py") if any(name.split(".")[0] == "django" for name in imported(path))] == []


def test_the_agreed_bytes_need_the_standard_library_and_cryptography() -> None:
    known = set(sys.stdlib_module_names) | {"cryptography", "serment", "__future__"}
    found = {name.split(".")[0] for path in (PACKAGE / "wire").rglob("*.py") for name in imported(path)}
    assert found - known == set()


def test_the_contracts_of_the_floors_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]
