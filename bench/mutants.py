"""Are the tests any good? `./serment mutants [MODULES]` damages a copy of the code, a place at a time, and counts what no test sees.

    ./serment mutants                                everything: hours
    ./serment mutants guard/find/rules.py journal    some modules, by their path under src/serment
    ./serment mutants --sample 20                    at most twenty mutants of each module, drawn at random (--seed 1)
    ./serment mutants --folder F --again journal     those alone that lived in the run kept in F, with the tests of today

mutmut makes the mutants: of the bodies of functions without decorators, so of no constant and no property. One PostgreSQL serves the whole
run; each mutant meets the tests that reach its function, the fastest first. Ends with 1 below 90 % killed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from serment.operator import roles
from serment.operator.postgres import Cluster

ROOT = Path(__file__).parents[1]
SOURCE = Path("src") / "serment"
PACKAGES = ("guard", "journal", "custody", "credentials", "entrance", "oversight", "guardhouse")
COPIED = ("src", "tests", "bench", "docs", "pyproject.toml", "uv.lock", "serment", "README.md", "CHANGELOG.md")
# Where the tests of a package are; `tests/unit/<package>` always counts.
MORE_TESTS = {
    "guard": ("tests/properties/test_meters.py", "tests/unit/custody"),
    "custody": ("tests/unit/guard",),
    "credentials": ("tests/unit/guard", "tests/unit/entrance"),
    "entrance": ("tests/unit/guard",),
    "oversight": ("tests/unit/guard",),
    "guardhouse": ("tests/unit/guard", "tests/unit/custody"),
}
KILLED_MIN = 0.9

# What mutmut calls the end of a run of pytest, by its exit code. A mutant that hangs is seen as well as one that fails.
KILLED = frozenset({1, 3, 36, -24, 24, 152, 255})
SURVIVED, WITHOUT_TEST = frozenset({0}), frozenset({5, 33})


# A mutant that does the same is no failing of the tests. These are the same for whoever looks, and nothing else is taken out: SQL in other
# letters' case, an encoding that is read the same, the name of a thread, a line of the technical log, a default where the key always is.
SAME = (
    (re.compile(r"(?i)\b(select|insert into|update|delete from|from|where|order by)\b"), "case"),
    (re.compile(r'encoding="(?:utf-8|ascii)"|\.encode\(|\.decode\('), "encoding"),
    (re.compile(r"threading\.Thread\("), "thread"),
    (re.compile(r"\blog\.(?:info|warning|error|debug)\("), "log"),
)


@dataclass
class Score:
    killed: int = 0
    same: int = 0
    survived: int = 0
    untested: int = 0
    odd: int = 0
    unchecked: int = 0

    @property
    def tried(self) -> int:
        return self.killed + self.survived + self.untested + self.odd - self.same


def modules(wanted: list[str]) -> list[str]:
    """The files to damage, from paths under src/serment; all of the packages' own without any. Raises SystemExit for a path of nothing."""
    found = []
    for one in wanted or PACKAGES:
        path = ROOT / SOURCE / one.removeprefix("src/serment/")
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path]
        if not all(file.is_file() for file in files) or not files:
            raise SystemExit(f"no module at {path}")
        found += [str(file.relative_to(ROOT)) for file in files if file.name != "__init__.py" or file.stat().st_size > 500]
    return found


def tests(chosen: list[str]) -> list[str]:
    """The folders of tests that may kill."""
    packages = dict.fromkeys(Path(one).relative_to(SOURCE).parts[0] for one in chosen)
    wanted = [folder for package in packages for folder in (f"tests/unit/{package}", *MORE_TESTS.get(package, ()))]
    return [folder for folder in dict.fromkeys(wanted) if (ROOT / folder).exists()]


def prepare(folder: Path, chosen: list[str], selection: list[str]) -> None:
    """A copy of the sources to damage, and mutmut's settings in it."""
    for name in COPIED:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"), dirs_exist_ok=True)
        else:
            shutil.copy2(origin, folder / name)
    settings = (folder / "pyproject.toml").read_text(encoding="utf-8")
    settings = re.sub(r"^only_mutate = .*$", f"only_mutate = {json.dumps(chosen)}", settings, flags=re.MULTILINE)
    settings = re.sub(
        r"^pytest_add_cli_args_test_selection = .*$", f"pytest_add_cli_args_test_selection = {json.dumps(selection)}", settings,
        flags=re.MULTILINE,
    )  # fmt: skip
    (folder / "pyproject.toml").write_text(settings, encoding="utf-8")


@contextmanager
def server() -> Iterator[str]:
    """A PostgreSQL for all mutants, and how the tests find it (`tests/fixtures/postgres.py`)."""
    from tests.fixtures.postgres import free_port, migrated

    password = secrets.token_urlsafe(16)
    folder = Path(tempfile.mkdtemp(prefix="serment-mutants-"))
    folder.chmod(0o711)
    cluster = Cluster(folder=folder / "pg", port=free_port(), password=password, durable=False)
    cluster.create()
    cluster.start(log=folder / "postgresql.log")
    try:
        roles.apply(cluster.dsn(), dict.fromkeys(roles.ROLES, password))
        migrated(cluster, password)
        yield json.dumps({"folder": str(cluster.folder), "port": cluster.port, "password": password})
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


def exit_codes(folder: Path, module: str) -> dict[str, int | None]:
    path = folder / "mutants" / f"{module}.meta"
    found: dict[str, int | None] = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"] if path.exists() else {}
    return found


def score(codes: dict[str, int | None]) -> Score:
    """How the mutants of one module fared."""
    counted = Score()
    for code in codes.values():
        if code is None:
            counted.unchecked += 1
        elif code in KILLED:
            counted.killed += 1
        elif code in SURVIVED:
            counted.survived += 1
        elif code in WITHOUT_TEST:
            counted.untested += 1
        else:
            counted.odd += 1
    return counted


def report(folder: Path, chosen: list[str]) -> float:
    """Print what was killed, module by module, and the survivors; answer the share killed of what was tried."""
    whole = Score()
    survivors: list[str] = []
    print(f"{'module':<44}{'tried':>7}{'killed':>8}{'lived':>7}{'untested':>9}{'odd':>5}{'same':>6}{'  killed %'}")
    for module in chosen:
        codes = exit_codes(folder, module)
        one = score(codes)
        for name in ("killed", "survived", "untested", "odd", "unchecked"):
            setattr(whole, name, getattr(whole, name) + getattr(one, name))
        alive = [name for name in lived(folder, module) if not is_same(folder, name)]
        one.same = one.survived + one.untested + one.odd - len(alive)
        whole.same += one.same
        survivors += alive
        if one.tried:
            print(_row(module.removeprefix("src/serment/"), one))
    print(_row("together", whole))
    print("\nnot killed (python -m mutmut show NAME, in the copy):", *survivors, sep="\n  ")
    return whole.killed / whole.tried if whole.tried else 0.0


def lived(folder: Path, module: str) -> list[str]:
    return [name for name, code in exit_codes(folder, module).items() if code is not None and code not in KILLED]


def is_same(folder: Path, name: str) -> bool:
    """Whether a mutant does what the code does: its one changed line, before and after."""
    shown = subprocess.run([sys.executable, "-m", "mutmut", "show", name], cwd=folder, capture_output=True, text=True, check=False).stdout
    lines = [line for line in shown.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    before = " ".join(line[1:] for line in lines if line.startswith("-"))
    after = " ".join(line[1:] for line in lines if line.startswith("+"))
    for pattern, why in SAME:
        if not pattern.search(before):
            continue
        if why == "case":
            return before.lower() == after.lower() and "%(" not in before
        if why == "encoding":
            return _without_encoding(before) == _without_encoding(after)
        if why == "thread":
            return _without_name(before) == _without_name(after)
        return after.strip().startswith("log.")
    return False


def _without_encoding(line: str) -> str:
    return re.sub(r'(encoding=|encode\(|decode\()(?:"[A-Za-z0-9-]*"|None)?', r"\1", line)


def _without_name(line: str) -> str:
    return re.sub(r'name="[^"]*"', 'name=""', line)


def _row(name: str, one: Score) -> str:
    share = 100 * one.killed / max(one.tried, 1)
    return f"{name:<44}{one.tried:>7}{one.killed:>8}{one.survived:>7}{one.untested:>9}{one.odd:>5}{one.same:>6}{share:>9.1f}"


def run(folder: Path, names: list[str], environment: dict[str, str]) -> int:
    """mutmut in the copy, one process: two of them would share databases."""
    command = [sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names]
    return subprocess.run(command, cwd=folder, env=environment, check=False, preexec_fn=lambda: os.nice(19)).returncode


def drawn(folder: Path, chosen: list[str], *, sample: int, seed: int) -> list[str]:
    """At most `sample` mutants of each module, the same for the same seed."""
    draw = random.Random(seed)
    names = []
    for module in chosen:
        known = sorted(exit_codes(folder, module))
        names += draw.sample(known, min(sample, len(known)))
    return names


def main(arguments: list[str]) -> int:
    """Damage, test, count; 1 below nine tenths killed."""
    parser = argparse.ArgumentParser(prog="./serment mutants", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", help="paths under src/serment")
    parser.add_argument("--tests", nargs="+", help="the tests that may kill, instead of the packages' own")
    parser.add_argument("--sample", type=int, default=0, help="at most so many mutants of each module")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--again", action="store_true", help="try those alone that lived in the run of --folder")
    parser.add_argument("--folder", type=Path, help="keep the copy and its results here, and go on from them")
    wanted = parser.parse_args(arguments)
    chosen = modules(wanted.modules)
    folder = wanted.folder or Path(tempfile.mkdtemp(prefix="serment-mutants-"))
    folder.mkdir(parents=True, exist_ok=True)
    prepare(folder, chosen, wanted.tests or tests(chosen))
    with server() as where:
        environment = {**os.environ, "TEST_POSTGRESQL": where, "PYTHONPATH": ""}
        names: list[str] = []
        if wanted.sample:
            # A name that is no mutant's: the mutants are made and counted, and none is tried.
            run(folder, ["none"], environment)
            names = drawn(folder, chosen, sample=wanted.sample, seed=wanted.seed)
        if wanted.again:
            names = [name for module in chosen for name in lived(folder, module)]
        run(folder, names, environment)
    killed = report(folder, chosen)
    print(f"\n{folder}")
    return 0 if killed >= KILLED_MIN else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
