"""What the operator reads while an instance starts and runs: short French lines on standard output, written at once."""

from __future__ import annotations

import contextlib
import sys
import time
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

QUARTERS = 4


@dataclass(kw_only=True)
class Teller:
    """Colour and a progress bar on a terminal; the same lines, bare, in a pipe. A reader that went away is no reason to stop."""

    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    began: float = field(default_factory=time.monotonic)
    _bar: Progress | None = None
    _told: int = 0

    def step(self, text: str) -> None:
        """What is being done now."""
        self._write(f"[dim]{time.monotonic() - self.began:5.1f} s[/dim]  {text}")

    def trouble(self, text: str) -> None:
        """Something ended, and is being repaired."""
        self._write(f"[yellow]{text}[/yellow]")

    def exactly(self, text: str) -> None:
        """One line as it stands, for programs that read it."""
        with contextlib.suppress(OSError, ValueError):
            print(text, flush=True)

    def progress(self, text: str, done: int, total: int) -> None:
        """How far a long step is: a bar on a terminal, else a line at each quarter."""
        if not self.console.is_terminal:
            quarter = QUARTERS * done // max(total, 1)
            if quarter > self._told:
                self._told = quarter
                self.step(f"{text} : {done}/{total}")
            return
        if self._bar is None:
            columns = (TextColumn("          {task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
            self._bar = Progress(*columns, console=self.console, transient=True, auto_refresh=False)
            self._bar.start()
            self._bar.add_task(text, total=total)
        self._bar.update(self._bar.task_ids[0], completed=done)
        self._bar.refresh()

    def end_progress(self) -> None:
        self._told = 0
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self.console.print(text)
            sys.stdout.flush()
