"""Only the latest version of an entry stands, and it alone is asked who wrote it, when, and in which compartment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime.now(UTC)


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


def written(dossier: Dossier, patient: UUID, by: cast.Player, *, at: datetime = NOW) -> UUID:
    from serment.dossier.records.entries import services

    entry = uuid4()
    with dossier.opened(dossier.house.browser(by), patient) as permit:
        resource = {"resourceType": "Condition", "code": {"text": "Asthme"}}
        services.record(permit=permit, entry=entry, kind="Condition", compartment="care", resource=resource, now=NOW, effective_at=at)
    return entry


def along(dossier: Dossier, patient: UUID, **wanted: Any) -> list[tuple[UUID, int]]:
    from serment.dossier.records.entries import queries
    from serment.dossier.records.entries.types import Along

    with dossier.opened(dossier.house.browser(cast.BRUNO), patient) as permit:
        found, _more = queries.along(permit=permit, wanted=Along(**wanted), page=1, count=10)
        assert sum(queries.counts(permit=permit).values()) == len(queries.every(permit=permit))
        return [(one.id, one.version) for one in found]


def test_what_another_corrected_is_theirs_and_no_longer_the_first_authors(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.records.entries import services

    entry = written(dossier, farid, cast.BRUNO)
    assert along(dossier, farid, author=cast.BRUNO.id) == [(entry, 1)]
    with dossier.opened(dossier.house.browser(cast.AMEL), farid) as permit:
        services.supersede(permit=permit, entry=entry, version=1, resource={"resourceType": "Condition"}, now=NOW)
    assert along(dossier, farid, author=cast.BRUNO.id) == []
    assert along(dossier, farid, author=cast.AMEL.id) == along(dossier, farid) == [(entry, 2)]


def test_what_another_struck_out_comes_back_under_no_filter(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.records.entries import queries, services

    entry = written(dossier, farid, cast.BRUNO, at=NOW - timedelta(days=3))
    with dossier.opened(dossier.house.browser(cast.AMEL), farid) as permit:
        services.strike_out(permit=permit, entry=entry, version=1, reason="Autre patient", now=NOW + timedelta(minutes=1))
        assert queries.newest(permit=permit, kind="Condition", page=1, count=5) == ([], False)
        assert queries.page(permit=permit, kinds=["Condition"], count=5) == ([], False)
        assert (queries.every(permit=permit), queries.counts(permit=permit)) == ([], {})
        changed, count = queries.changed(permit=permit, since=NOW, apart_from=[], count=5)
        assert ([one.version for one in changed], count) == ([2], 1)
    for wanted in ({"author": cast.BRUNO.id}, {"since": NOW - timedelta(days=9)}, {"kinds": ("Condition",)}):
        assert along(dossier, farid, **wanted) == []


def test_more_changes_than_are_shown_are_counted(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.records.entries import queries

    for _ in range(4):
        written(dossier, farid, cast.BRUNO)
    with dossier.opened(dossier.house.browser(cast.AMEL), farid) as permit:
        changed, count = queries.changed(permit=permit, since=NOW - timedelta(hours=1), apart_from=[], count=2)
        assert (len(changed), count) == (2, 4)
