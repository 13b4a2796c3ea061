"""What time takes back by itself: permits that are over leave the record's database, and ceremonies nobody finished leave the guard's;
reviews that nobody answered are escalated; what two persons decided is done when its delay has passed."""

from __future__ import annotations

import threading

import psycopg
import structlog
from psycopg_pool import PoolTimeout

from serment.entrance import clients
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.release import openings
from serment.guard.review import queue
from serment.oversight.four_eyes import proposals

# Row-level security refuses a permit the second it is over; removing the row can wait.
PAUSE_SECONDS = 60

log = structlog.get_logger()


class Housekeeping:
    """A thread of the guard. `sweep` does one round."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="housekeeping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=10)

    def sweep(self) -> None:
        now = self._guard.clock()
        openings.sweep(self._guard, now)
        with self._guard.pool.connection() as tx:
            tx.execute("delete from ceremony where until <= %s", (now,))
            clients.forget_assertions(tx, now)
            queue.escalate(self._guard, tx, now)
        proposals.execute_due(self._guard, now)

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE_SECONDS):
            try:
                self.sweep()
            except (psycopg.Error, PoolTimeout, Refused) as error:
                log.warning("housekeeping", error=type(error).__name__)
