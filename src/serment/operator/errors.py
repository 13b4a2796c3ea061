"""What an operator is told when something cannot be done: one sentence in French, and an exit code."""

from __future__ import annotations

USAGE, BUSY, PASSPHRASE, RESOURCE, BROKEN = 2, 3, 4, 5, 6


class OperatorError(Exception):
    """`code` is the exit code: 2 bad use, 3 already running, 4 passphrase, 5 a port, the disk or a right is missing, 6 a part is broken."""

    def __init__(self, message: str, *, code: int = BROKEN) -> None:
        super().__init__(message)
        self.code = code
