"""The command lines of the processes, as their packages offer them. The operator knows these words, and nothing behind them."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path

from serment.operator.children import Program, environment

# `-P`: nothing is imported from the current folder.
PYTHON = (sys.executable, "-P", "-m")

GUARD = ("serment.guardhouse",)
WITNESS = ("serment.witness",)
RECORD = ("serment.dossier.config.manage",)
SERVE = {
    "guard": (*GUARD, "serve"),
    "web": ("serment.operator.serving",),
    "worker": (*RECORD, "procrastinate", "worker"),
    "listener": ("serment.dossier.interop.hl7v2",),
}
# Without a database these two would wait for it rather than end; what they were doing is in the database, and starts again.
ENDED_AT_ONCE = ("worker", "listener")


def server(name: str, *, config: Path, passphrase: str = "") -> Program:
    """A long-lived process of SERVE."""
    return replace(
        program(SERVE[name], config=config, passphrase=passphrase), orphaned_by=signal.SIGKILL if name in ENDED_AT_ONCE else None
    )


def witness(*arguments: str, config: Path) -> Program:
    """A command of the witness that a demonstration shows."""
    return program(WITNESS, *arguments, config=config)


def program(module: tuple[str, ...], *arguments: str, config: Path, passphrase: str = "") -> Program:
    """A command of ours under one configuration file. The passphrase goes only to a guard that has no file to read it from."""
    secret = {"SERMENT_MASTER_PASSPHRASE": passphrase} if passphrase else {}
    return Program(command=[*PYTHON, *module, *arguments], environment=environment(SERMENT_CONFIG=str(config), **secret))
