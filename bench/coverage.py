"""Every branch of what decides, counts, signs and keeps keys is tried by a test: `./serment coverage`.

Fails below 100 % of lines and branches of the packages. Tests that start whole instances are left out: what they alone reach is not tried
closely enough to count. More arguments go to pytest.
"""

from __future__ import annotations

import subprocess
import sys

PACKAGES = (
    "serment.guard", "serment.journal", "serment.custody", "serment.credentials", "serment.entrance", "serment.oversight",
    "serment.guardhouse",
)  # fmt: skip
TESTS = (
    "tests/unit/guard", "tests/unit/journal", "tests/unit/custody", "tests/unit/credentials", "tests/unit/entrance", "tests/unit/oversight",
    "tests/properties", "tests/adversary",
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """Run the tests of the packages under measure."""
    measured = [f"--cov={package}" for package in PACKAGES]
    report = ["--cov-branch", "--cov-report=term-missing:skip-covered", "--cov-fail-under=100"]
    chosen = [sys.executable, "-m", "pytest", "-q", "-m", "not slow and not instance", *measured, *report, *TESTS, *arguments]
    return subprocess.run(chosen, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
