"""What the worker looks at. Each check answers with a number and leaves it for the operators."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from serment.dossier.jobs.models import Finding, Heartbeat
from serment.dossier.records.drafts import services as drafts
from serment.dossier.vault.objects import UNFINISHED, Store

# A file without a document may be one that is being stored: a day is longer than any upload.
ORPHAN_AFTER = timedelta(days=1)
NAMES_ASKED_MAX = 500
# A sender that got no answer sends again within seconds; a message still unanswered after this is one that the listener died on.
UNANSWERED_AFTER = timedelta(minutes=5)


def beat(*, process: str, now: datetime) -> None:
    """Say that a process lives."""
    Heartbeat.objects.update_or_create(process=process, defaults={"beat_at": now})


def sweep_orphans(*, store: Store, now: datetime) -> int:
    """Remove sealed files that no document refers to: left by a transaction that failed after the file was written. Answers how many."""
    before = (now - ORPHAN_AFTER).timestamp()
    old = [name for name, written_at in store.names() if written_at < before]
    removed = 0
    for start in range(0, len(old), NAMES_ASKED_MAX):
        names = old[start : start + NAMES_ASKED_MAX]
        known = _known({name for name in names if not name.endswith(UNFINISHED)})
        for name in names:
            if name not in known:
                store.remove(name)
                removed += 1
    _found("orphan_files_removed", removed, now)
    return removed


def forget_drafts(*, now: datetime) -> int:
    """Remove the drafts that nobody came back to within a week. Answers how many."""
    removed = drafts.forget_old(now=now)
    _found("drafts_forgotten", removed, now)
    return removed


def count_unanswered(*, now: datetime) -> int:
    """Count the messages of interfaces that were received and never answered, and leave the number for the operators."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from interop_message where state = 'received' and received_at < %s", [now - UNANSWERED_AFTER])
        row = cursor.fetchone()
    count = int(row[0]) if row else 0
    _found("messages_unanswered", count, now)
    return count


def _known(names: set[str]) -> set[str]:
    """Those of these names that a document refers to. Row-level security hides the documents themselves from the worker."""
    if not names:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("select name from known_objects(%s) as name", [sorted(names)])
        return {row[0] for row in cursor.fetchall()}


def _found(name: str, count: int, now: datetime) -> None:
    Finding.objects.update_or_create(name=name, defaults={"count": count, "found_at": now})
