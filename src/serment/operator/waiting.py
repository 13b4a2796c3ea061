"""Waiting, in a process that may be told to stop at any moment.

Signals only leave a note; the main thread reads it wherever it waits. So a step is never torn in the middle, and every wait ends at once.
"""

from __future__ import annotations

import contextlib
import select
import signal
import socket
from collections.abc import Iterator

STOP = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """The operator asked for the end. Not an Exception: nothing but the end of the supervisor handles it."""


class Signals:
    """`pause` waits for a time, for the end of a child, or for the order to stop, whichever comes first."""

    def __init__(self) -> None:
        self.asked_to_stop = False
        self._inbox, self._outbox = socket.socketpair()
        self._inbox.setblocking(False)
        self._outbox.setblocking(False)

    @contextlib.contextmanager
    def installed(self) -> Iterator[Signals]:
        """Handle the signals of the main thread for the time of a block."""
        # Under nohup, the end of the terminal is not the end of the instance.
        heeded = [signum for signum in STOP if signum != signal.SIGHUP or signal.getsignal(signum) != signal.SIG_IGN]
        before = {signum: signal.signal(signum, self._stop) for signum in heeded}
        before[signal.SIGCHLD] = signal.signal(signal.SIGCHLD, self._note)
        wakeup = signal.set_wakeup_fd(self._outbox.fileno(), warn_on_full_buffer=False)
        try:
            yield self
        finally:
            signal.set_wakeup_fd(wakeup)
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def pause(self, seconds: float) -> None:
        """Wait. Raises Stopped when asked to stop, before or meanwhile."""
        self.check()
        self.rest(seconds)
        self.check()

    def rest(self, seconds: float) -> None:
        """Wait without minding the order to stop: for the stopping itself."""
        if select.select([self._inbox], [], [], max(seconds, 0))[0]:
            with contextlib.suppress(BlockingIOError):
                while self._inbox.recv(4096):
                    pass

    def check(self) -> None:
        if self.asked_to_stop:
            raise Stopped

    def _stop(self, *_: object) -> None:
        self.asked_to_stop = True

    def _note(self, *_: object) -> None:
        """Its coming is enough: it wakes the wait."""
