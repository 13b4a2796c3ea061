"""Steps: programs run to their end, one after the other or side by side, that can be interrupted at any moment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from serment.operator.children import Child, Program
from serment.operator.errors import BROKEN, PASSPHRASE, OperatorError
from serment.operator.waiting import Signals

WORDS_MAX = 300
PROGRESS = re.compile(rb"^progress (\d+)/(\d+)\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Step:
    """`output` keeps what the program writes on standard output, `log` the rest; both are made anew. `title` completes "impossible de"."""

    title: str
    program: Program
    log: Path
    output: Path | None = None
    on_progress: Callable[[int, int], None] | None = None


def run(signals: Signals, *steps: Step) -> None:
    """Run steps side by side until all have ended. Raises OperatorError for the first that fails; the others are then ended."""
    children = [(step, _start(step)) for step in steps]
    try:
        while waiting := [pair for pair in children if not pair[1].has_ended()]:
            for step, child in children:
                if child.has_ended():
                    _check(step, child)
            for step, _ in waiting:
                _tell_progress(step)
            signals.pause(0.2)
        for step, child in children:
            _check(step, child)
    finally:
        for _, child in children:
            child.kill()


def _start(step: Step) -> Child:
    child = Child(name=step.title, title=step.title, program=step.program, log=step.log)
    errors = _new(step.log)
    output = _new(step.output) if step.output else os.dup(errors)
    try:
        child.process = step.program.start(output=output, errors=errors)
    finally:
        os.close(errors)
        os.close(output)
    return child


def _new(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _check(step: Step, child: Child) -> None:
    code = child.process.returncode if child.process else 1
    if code == 0:
        return
    words = last_words(step.log)
    if code == PASSPHRASE:
        raise OperatorError(words, code=PASSPHRASE)
    raise OperatorError(f"Impossible de {step.title} : {words or f'code {code}'} (détail dans {step.log}).", code=BROKEN)


def last_words(log: Path) -> str:
    """The last line that a program wrote, cut short."""
    try:
        lines = log.read_bytes()[-8192:].decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1].strip()[:WORDS_MAX] if lines else ""


def _tell_progress(step: Step) -> None:
    if step.on_progress is None:
        return
    found = PROGRESS.findall((step.output or step.log).read_bytes()[-4096:])
    if found:
        step.on_progress(int(found[-1][0]), int(found[-1][1]))
