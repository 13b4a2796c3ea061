"""Words not signed yet are kept for who types them, sealed, and for nobody else; and they do not stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
SECRET = "se dit battue par son mari"


def stored(dossier: Dossier) -> list[tuple[Any, ...]]:
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        return superuser.execute("select author, form, sealed from draft order by form").fetchall()


def test_a_draft_comes_back_word_for_word_to_who_typed_it_and_to_no_colleague(dossier: Dossier) -> None:
    from serment.dossier.records.drafts import queries, services

    patient = dossier.admitted(cast.FARID)
    bruno, amel = dossier.house.browser(cast.BRUNO), dossier.house.browser(cast.AMEL)
    with dossier.opened(bruno, patient) as permit:
        for text in ("se", SECRET):
            services.keep(permit=permit, form="note-note", typed={"title": "Confidence", "text": f" {text}\n", "awaits": ""}, now=NOW)
    with dossier.opened(amel, patient) as permit:
        assert queries.one(permit=permit, form="note-note") is None
        assert queries.left(permit=permit) == []
        from serment.dossier.records.drafts.models import DraftRow

        assert DraftRow.objects.count() == 0
        assert DraftRow.objects.filter(patient_id=patient).delete()[0] == 0
    with dossier.opened(bruno, patient) as permit:
        (found,) = [queries.one(permit=permit, form="note-note")]
        assert found is not None
        assert (found.typed, found.saved_at) == ({"title": "Confidence", "text": f" {SECRET}\n"}, NOW)


def test_nothing_of_a_draft_is_readable_in_the_database(dossier: Dossier) -> None:
    from serment.dossier.records.drafts import services

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        services.keep(permit=permit, form="note-note", typed={"text": SECRET}, now=NOW)
    ((_, _, sealed),) = stored(dossier)
    assert b"battue" not in bytes(sealed)
    assert len(sealed) < 400


def test_without_an_opening_the_application_sees_and_changes_no_draft(dossier: Dossier) -> None:
    from serment.dossier.kernel import clock
    from serment.dossier.records.drafts import services

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        services.keep(permit=permit, form="note-note", typed={"text": SECRET}, now=clock.now())
    with psycopg.connect(dossier.databases.dsn("serment_app", "serment"), autocommit=True) as eve:
        assert eve.execute("select count(*) from draft").fetchone() == (0,)
        assert eve.execute("delete from draft").rowcount == 0
        assert eve.execute("update draft set sealed = ''").rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            eve.execute("insert into draft values (%s, %s, 'note-note', 'care', now(), '')", [patient, cast.BRUNO.id])
        # The worker's own function takes only what is old, whatever it is asked.
        assert eve.execute("select forget_drafts('infinity')").fetchone() == (0,)
    assert len(stored(dossier)) == 1


def test_a_form_that_is_emptied_or_signed_leaves_no_draft(dossier: Dossier) -> None:
    from serment.dossier.records.drafts import services

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        assert services.keep(permit=permit, form="note-note", typed={"text": "x"}, now=NOW)
        assert not services.keep(permit=permit, form="note-note", typed={"text": "  "}, now=NOW)
        services.keep(permit=permit, form="note-transmission", typed={"data": "x"}, now=NOW)
        services.drop(permit=permit, form="note-transmission")
    assert stored(dossier) == []


def test_what_nobody_came_back_to_is_forgotten_after_a_week(dossier: Dossier) -> None:
    from serment.dossier.kernel import clock
    from serment.dossier.records.drafts import services

    patient, now = dossier.admitted(cast.FARID), clock.now()
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        services.keep(permit=permit, form="note-note", typed={"text": "vieux"}, now=now - timedelta(days=8))
        services.keep(permit=permit, form="note-observation", typed={"text": "récent"}, now=now - timedelta(days=6))
    assert services.forget_old(now=now) == 1
    assert [form for _, form, _ in stored(dossier)] == ["note-observation"]
    # Nobody makes it forget what was typed today.
    assert services.forget_old(now=now + timedelta(days=300)) == 1


@pytest.mark.parametrize(
    ("form", "typed"),
    [("Note", {}), ("note-" + "x" * 80, {}), ("note-note", {"text": 3}), ("note-note", {str(n): "x" for n in range(41)})],
)
def test_what_is_no_form_of_ours_is_refused(dossier: Dossier, form: str, typed: dict[str, Any]) -> None:
    from serment.dossier.records.drafts import services

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit, pytest.raises(errors.Invalid, match="malformed"):
        services.keep(permit=permit, form=form, typed=typed, now=NOW)


def test_a_draft_put_under_another_form_does_not_open(dossier: Dossier) -> None:
    from serment.dossier.records.drafts import queries, services

    patient = dossier.admitted(cast.FARID)
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        services.keep(permit=permit, form="note-note", typed={"text": "x"}, now=NOW)
    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as superuser:
        superuser.execute("update draft set form = %s", [f"addendum-{uuid4()}"])
        ((form,),) = superuser.execute("select form from draft").fetchall()
    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit, pytest.raises(errors.Fault, match="seal_broken"):
        queries.one(permit=permit, form=form)
