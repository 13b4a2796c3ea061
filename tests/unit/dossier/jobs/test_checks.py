"""What the worker looks at, as the role that it has."""

from __future__ import annotations

import io
import os
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from serment.dossier.vault import objects
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime.now(UTC)


def test_files_that_no_document_refers_to_go_after_a_day_and_no_others(dossier: Dossier) -> None:
    from serment.dossier.jobs import checks
    from serment.dossier.jobs.models import Finding
    from serment.dossier.records.documents import services

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        services.store(permit=permit, token=uuid4(), source=io.BytesIO(b"%PDF-1.7"), title="T", category="C", now=NOW)
    store = objects.Store(folder=dossier.objects)
    (kept,) = [name for name, _ in store.names()]
    orphan = store.write(io.BytesIO(b"%PDF-1.7"), patient=patient, document=uuid4(), compartment="care")
    unfinished = store.path(uuid4().hex).with_suffix(objects.UNFINISHED)
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    unfinished.write_bytes(b"x")
    assert checks.sweep_orphans(store=store, now=NOW) == 0
    old = (NOW - timedelta(days=2)).timestamp()
    for path in (store.path(kept), store.path(orphan.name), unfinished):
        os.utime(path, (old, old))
    assert checks.sweep_orphans(store=store, now=NOW) == 2
    assert [name for name, _ in store.names()] == [kept]
    assert Finding.objects.get(name="orphan_files_removed").count == 2


def test_a_heartbeat_replaces_the_one_before(dossier: Dossier) -> None:
    from serment.dossier.jobs import checks
    from serment.dossier.jobs.models import Heartbeat

    for minutes in (0, 1):
        checks.beat(process="worker", now=NOW + timedelta(minutes=minutes))
    assert [beat.beat_at for beat in Heartbeat.objects.all()] == [NOW + timedelta(minutes=1)]


def test_messages_that_nobody_answered_are_counted(dossier: Dossier) -> None:
    import psycopg

    from serment.dossier.jobs import checks
    from serment.dossier.jobs.models import Finding

    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as tx:
        for minutes, state in ((10, "received"), (10, "accepted"), (1, "received")):
            tx.execute(
                """insert into interop_message (id, received_at, sender, control_id, event, state, error_code, error_location, digest,
                                                sealed)
                   values (gen_random_uuid(), %s, '', '', '', %s, '', '', '', '')""",
                (NOW - timedelta(minutes=minutes), state),
            )
    assert checks.count_unanswered(now=NOW) == 1
    assert Finding.objects.get(name="messages_unanswered").count == 1
