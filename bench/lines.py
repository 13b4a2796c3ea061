"""How many lines of code there are to read: `./serment lines`. Neither blank lines, nor comments, nor docstrings count (ADR 0009).

The guard is the part that must be right, so it has a ceiling; what it stands on, and what shares its process, are counted too, so that
nothing hides there. Tables of types without a function (`wire`'s requests and replies) are left out of the ceiling of `wire`.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[1] / "src" / "serment"

# The reference monitor, what it stands on, what shares its process, and the two programs that check it from outside.
PACKAGES = ("guard", "journal", "custody", "credentials", "wire", "entrance", "oversight", "guardhouse", "auditor", "witness")
CODE_LINES_MAX = {"guard": 3000, "auditor": 800, "wire": 1000}


def code_lines(path: Path) -> int:
    """The lines of one file that are code."""
    text = path.read_text(encoding="utf-8")
    documented = {
        line
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node) is not None
        for line in range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1)
    }
    lines = enumerate(text.splitlines(), 1)
    return sum(1 for number, line in lines if number not in documented and line.strip() and not line.strip().startswith("#"))


def has_functions(path: Path) -> bool:
    """Whether a module does anything, or only declares types and words."""
    return any(isinstance(node, ast.FunctionDef) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def rooms(package: str) -> dict[str, int]:
    """The lines of each room of a package; its own modules stand under the empty name."""
    counted: dict[str, int] = {}
    for path in sorted((SOURCE / package).rglob("*.py")):
        if package == "wire" and not has_functions(path):
            continue
        inside = path.relative_to(SOURCE / package).parts
        room = inside[0] if len(inside) > 1 else ""
        counted[room] = counted.get(room, 0) + code_lines(path)
    return counted


def total(package: str) -> int:
    return sum(rooms(package).values())


def report() -> tuple[str, bool]:
    """The table, and whether every ceiling holds."""
    said, holds = [f"{'package':<24}{'lines':>7}{'ceiling':>9}"], True
    for package in PACKAGES:
        counted, ceiling = rooms(package), CODE_LINES_MAX.get(package)
        count = sum(counted.values())
        is_over = ceiling is not None and count > ceiling
        holds = holds and not is_over
        said.append(f"{package:<24}{count:>7}{ceiling or '':>9}{'  over' if is_over else ''}")
        if len(counted) > 1:
            said += [f"  {room or 'its own modules':<22}{lines:>7}" for room, lines in sorted(counted.items())]
    return "\n".join(said), holds


def main() -> int:
    """Print the table; 1 when a ceiling is broken."""
    said, holds = report()
    print(said)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
