"""The witness that a demonstration shows, on the same machine: it proves nothing to anybody, and works like the real one elsewhere."""

from __future__ import annotations

from pathlib import Path

from serment.operator import commands, steps
from serment.operator.children import Program
from serment.operator.instance import Instance, read_json
from serment.operator.steps import Step
from serment.operator.waiting import Signals

NAME = "temoin.demonstration"


def make_witness(instance: Instance, signals: Signals) -> None:
    """Make it unless it stands, and remember its key. Raises OperatorError."""
    if instance.facts.get("witness_key"):
        return
    if not (_folder(instance) / "witness.json").exists():
        _run(instance, signals, "init", "--name", NAME)
    told = _folder(instance) / "made.json"
    _run(instance, signals, "status", "--json", output=told)
    instance.remember(witness_key=read_json(told)["key"])


def watch_journal(instance: Instance, signals: Signals) -> None:
    """Tell it of our journal, whose key is known once the guard has answered. Raises OperatorError."""
    _run(instance, signals, "add-log", "--key", instance.facts["journal_key"])


def witness(instance: Instance, port: int) -> Program:
    """What serves it."""
    return _command(instance, "serve", "--listen", f"127.0.0.1:{port}")


def _folder(instance: Instance) -> Path:
    return instance.data_dir / "witness"


def _command(instance: Instance, command: str, *more: str) -> Program:
    return commands.witness(command, "--data-dir", str(_folder(instance)), *more, config=instance.config / "witness.json")


def _run(instance: Instance, signals: Signals, command: str, *more: str, output: Path | None = None) -> None:
    program = _command(instance, command, *more)
    steps.run(signals, Step(title="préparer le témoin", program=program, log=instance.log("witness-preparation"), output=output))
