"""S10: whoever runs the guard's machine has its disk; the key's shares are with custodians. One of them, or all but one, collude."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target

ID, BOUND = "S10", "0 alone; unbounded if m collude, and said so"
THRESHOLD, SHARES = 3, 5


def run(target: Target) -> Outcome:
    """Every number of sheets below the threshold gives no key; the threshold gives it, or the shares would be worth nothing."""
    if target.data_dir is None:
        raise NoTarget("this scenario needs the data directory of the instance")
    folder = Path(tempfile.mkdtemp(prefix="serment-drill-shares-"))
    try:
        sheets = folder / "sheets"
        target.operator("keys", "share", "--threshold", str(THRESHOLD), "--shares", str(SHARES), "--out", str(sheets))
        shares = [_words(file.read_text(encoding="utf-8")) for file in sorted(sheets.iterdir())]
        if len(shares) != SHARES:
            raise NoTarget("the shares were not made")
        opened = [_restores(folder / f"key{count}", shares[:count]) for count in range(1, THRESHOLD + 1)]
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    alone = sum(opened[:-1])
    return Outcome(
        records=alone, identity_lines=0, seconds=0.0, stopped_by="master key shared among custodians", held=not alone and opened[-1],
        details={"threshold": THRESHOLD, "shares": SHARES, "opened_with": dict(zip(range(1, THRESHOLD + 1), opened, strict=True))},
    )  # fmt: skip


def _words(sheet: str) -> str:
    """The words of a share in the order of their numbers, as its custodian reads them from the sheet."""
    numbered = re.findall(r"\b(\d{1,2})\. ([a-z]+)", sheet)
    return " ".join(word for _, word in sorted(numbered, key=lambda one: int(one[0])))


def _restores(path: Path, shares: list[str]) -> bool:
    environment = {**os.environ, "SERMENT_MASTER_PASSPHRASE": "une phrase de passe de voleur"}
    command = [sys.executable, "-m", "serment.custody", "restore", str(path)]
    given = "".join(f"{share}\n" for share in shares)
    subprocess.run(command, input=given, capture_output=True, text=True, env=environment, check=False, timeout=60)
    return path.exists()
