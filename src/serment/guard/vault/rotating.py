"""A rotation of the master key as the guard does it: journaled when it begins and when it has ended, counts only."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime

import psycopg

from serment import journal
from serment.custody import rotation


def rotate(
    dsn: str,
    turning: rotation.Rotation,
    *,
    clock: Callable[[], datetime],
    on_progress: Callable[[int, int], None],
    grace: float = rotation.GRACE_SECONDS,
) -> int:
    """Run a rotation to its end, or finish the one that was cut short; answers how many keys were wrapped anew.

    Raises MasterKeyError in the words of an operator.
    """
    with contextlib.closing(psycopg.connect(dsn, autocommit=True)) as connection, rotation.turn(connection):
        with connection.transaction():
            rotation.close_fence(connection)
            resumed = turning.is_under_way()
            generation = turning.current() if resumed else turning.begin()
            body: dict[str, object] = {"step": "resumed" if resumed else "begun", "generation": generation}
            journal.append(connection, at=clock(), kind="key_rotation", account=None, patient=None, body=body)
        count = turning.rewrap(connection, on_progress=on_progress)
        turning.end(connection, grace=grace)
        with connection.transaction():
            body = {"step": "ended", "generation": generation, "keys": count}
            journal.append(connection, at=clock(), kind="key_rotation", account=None, patient=None, body=body)
    return count
