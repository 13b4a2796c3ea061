"""Decoys cannot be told from real people by whoever administers the databases.

Path: the superuser of both databases reads every column, counts rows, compares sizes, times and orders. Control: a decoy is made by the
doors and by the interface that make a patient, among the others; which ones they are is in one sealed list. Bound: no single measure and
no classifier over all of them tells better than chance.
"""

from __future__ import annotations

import json
import math
import random
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import fmean
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from psycopg.rows import dict_row

from serment.dossier.demonstration.provisioning import provisioning
from serment.guard.review import decoys
from serment.guardhouse import provision
from tests.adversary.test_s08_stolen_dump import PG_DUMP
from tests.fixtures.dossier import Dossier, dossier

__all__ = ["dossier"]

PATIENTS = 140
PERMUTATIONS = 2999
ALPHA = 0.001


@pytest.fixture
def loaded(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> Dossier:
    """A demonstration with more decoys than usual, so that chance has something to work on."""
    from serment.dossier.demonstration import loading, situations

    record = dossier
    monkeypatch.setattr(decoys, "ONE_IN", 2)
    monkeypatch.setattr(situations, "SPARE_ONE_IN", 2)
    plan = msgspec.convert({**provisioning(), "decoys": [{"authority": "000897406", "count": 20}]}, provision.Plan)
    provision.apply(record.house.guard, plan, record.house.clock())
    record.as_role("serment_owner")
    loading.load(count=PATIENTS, signer=record.interface, now=datetime.now(UTC), tell=lambda done, total: None)
    return record


def rows(record: Dossier, database: str, query: str) -> list[dict[str, Any]]:
    with psycopg.connect(record.databases.dsn("superuser", database), row_factory=dict_row) as superuser:
        return superuser.execute(query).fetchall()  # type: ignore[call-overload, no-any-return]


def the_decoys(record: Dossier) -> set[UUID]:
    """Only the guard can say this."""
    guard = record.house.guard
    with guard.pool.connection() as tx:
        return {row["id"] for row in rows(record, "serment", "select id from patient") if decoys.is_decoy(guard, tx, row["id"])}


PATIENT_MEASURES = """
select p.id, extract(epoch from p.created_at) as created, p.xmin::text::bigint as written, p.state = 'active' as active,
  ('x' || substr(md5(p.id::text), 1, 8))::bit(32)::bigint as id_as_number,
  get_byte(uuid_send(p.id), 6) >> 4 as id_version,
  (select count(*) from stay s where s.patient_id = p.id) as stays,
  (select min(extract(epoch from s.started_at)) from stay s where s.patient_id = p.id) as first_stay,
  (select max(extract(epoch from s.ended_at - s.started_at)) from stay s where s.patient_id = p.id) as longest_stay,
  (select count(distinct s.source) from stay s where s.patient_id = p.id) as sources,
  (select min(length(s.external_id)) from stay s where s.patient_id = p.id) as external_length,
  (select count(*) from movement m where m.patient_id = p.id) as movements,
  (select max(extract(epoch from m.recorded_at)) from movement m where m.patient_id = p.id) as movement_recorded,
  (select count(*) from entry e where e.patient_id = p.id) as entries,
  (select count(distinct e.kind) from entry e where e.patient_id = p.id) as kinds,
  (select sum(length(e.sealed)) from entry e where e.patient_id = p.id) as entry_bytes,
  (select max(length(e.sealed)) from entry e where e.patient_id = p.id) as longest_entry,
  (select max(extract(epoch from e.recorded_at)) from entry e where e.patient_id = p.id) as entry_recorded,
  (select count(*) from entry e where e.patient_id = p.id and e.compartment = 'contact') as contacts,
  (select count(*) from entry e where e.patient_id = p.id and not e.deposit) as authored,
  (select count(*) from document d where d.patient_id = p.id) as documents,
  (select coalesce(sum(d.size), 0) from document d where d.patient_id = p.id) as document_bytes
from patient p where not exists (select from stay s where s.patient_id = p.id and s.state = 'current')
"""

GUARD_MEASURES = """
select k.patient_id as id, length(k.wrapped) as wrapped, extract(epoch from k.created_at) as key_created,
  k.xmin::text::bigint as key_written,
  extract(epoch from i.updated_at) as updated, length(i.sealed) as identity_bytes,
  (select count(*) from find_token t where t.patient_id = k.patient_id) as tokens,
  (select count(*) from find_token t where t.patient_id = k.patient_id and t.kind = 'ins') as ins_tokens,
  (select count(*) from tie t where t.patient_id = k.patient_id) as ties,
  (select count(distinct t.holder_unit) from tie t where t.patient_id = k.patient_id) as units,
  (select count(*) from tie t where t.patient_id = k.patient_id and (t.until is null or t.until > now())) as live_ties,
  (select max(extract(epoch from t.made_at)) from tie t where t.patient_id = k.patient_id) as tied,
  (select count(*) from journal_entry j where j.patient_id = k.patient_id) as leaves,
  (select sum(length(j.leaf)) from journal_entry j where j.patient_id = k.patient_id) as leaf_bytes,
  (select min(j.id) from journal_entry j where j.patient_id = k.patient_id) as first_leaf,
  (select count(distinct j.account_id) from journal_entry j where j.patient_id = k.patient_id) as authors,
  (select c.last from journal_counter c where c.scope = 'patient' and c.id = k.patient_id) as counter
from patient_key k join identity i using (patient_id)
"""


def measured(record: Dossier) -> tuple[list[str], dict[UUID, list[float]]]:
    """Everything a database administrator can put a number on, for each former patient."""
    guard = {row["id"]: row for row in rows(record, "serment_guard", GUARD_MEASURES)}
    found: dict[UUID, list[float]] = {}
    names: list[str] = []
    for row in rows(record, "serment", PATIENT_MEASURES):
        both = {**guard[row["id"]], **row}
        names = [name for name in both if name != "id"]
        # Somebody who is only expected has an appointment, which no decoy has: their live tie tells them from former patients.
        if both["live_ties"] <= 1 and both["stays"]:
            found[row["id"]] = [float(both[name] or 0) for name in names]
    return names, found


Statistic = Callable[[list[bool]], float]


def separation(points: list[list[float]]) -> Statistic:
    """The widest gap, over all measures, between the mean rank of decoys and that of real people."""
    columns = [ranks(values) for values in zip(*points, strict=True)]

    def widest(dealt: list[bool]) -> float:
        ones = [index for index, label in enumerate(dealt) if label]
        return max(abs(fmean(column[index] for index in ones) - 0.5) for column in columns)

    return widest


def ranks(values: tuple[float, ...]) -> list[float]:
    """Each value as the share of the others below it, ties counting half: 0.5 on average."""
    return [(sum(other < value for other in values) + 0.5 * sum(other == value for other in values)) / len(values) for value in values]


def neighbours(points: list[list[float]]) -> Statistic:
    """How much more decoys there are among the five nearest of decoys than of real people, over all measures together."""
    places = list(zip(*[ranks(values) for values in zip(*points, strict=True)], strict=True))
    near = [[j for _, j in sorted((math.dist(a, b), j) for j, b in enumerate(places) if j != i)[:5]] for i, a in enumerate(places)]

    def guessed(dealt: list[bool]) -> float:
        around = [fmean(dealt[j] for j in ones) for ones in near]
        return fmean(a for a, d in zip(around, dealt, strict=True) if d) - fmean(a for a, d in zip(around, dealt, strict=True) if not d)

    return guessed


def chance(statistic: Statistic, labels: list[bool], *, seed: int) -> float:
    """How often labels dealt at random give a statistic as large: a permutation test."""
    rng, seen, observed = random.Random(seed), 0, statistic(labels)
    dealt = list(labels)
    for _ in range(PERMUTATIONS):
        rng.shuffle(dealt)
        seen += statistic(dealt) >= observed
    return (seen + 1) / (PERMUTATIONS + 1)


def test_no_measure_and_no_classifier_tells_a_decoy_better_than_chance(loaded: Dossier) -> None:
    names, found = measured(loaded)
    hidden = the_decoys(loaded)
    labels = [patient in hidden for patient in found]
    points = list(found.values())
    assert sum(labels) >= 8
    assert len(labels) - sum(labels) >= 12
    assert chance(separation(points), labels, seed=7) > ALPHA
    assert chance(neighbours(points), labels, seed=11) > ALPHA
    # Were they all written at the end, tied differently or longer, the same tests would say so.
    for name, worse in (("written", 10_000_000.0), ("ties", 3.0), ("entry_bytes", 50_000.0)):
        index = names.index(name)
        told = [[*row[:index], row[index] + worse * decoy, *row[index + 1 :]] for row, decoy in zip(points, labels, strict=True)]
        assert chance(separation(told), labels, seed=3) < ALPHA, name


def test_the_list_is_in_no_column_of_any_table(loaded: Dossier) -> None:
    """Whole dumps of both databases: a decoy is named there as often as anybody else, and nothing calls it what it is."""
    hidden = the_decoys(loaded)
    _, found = measured(loaded)
    dumps = "".join(dump(loaded, database) for database in ("serment", "serment_guard"))
    for word in ("decoy_id", "leurre", "is_decoy"):
        assert word not in dumps
    mentioned = {patient: dumps.count(str(patient)) for patient in found}
    labels = [patient in hidden for patient in mentioned]
    assert chance(separation([[float(count)] for count in mentioned.values()]), labels, seed=5) > ALPHA
    # In backups too: a dump holds them among the others, with their entries.
    assert all(mentioned[patient] > 10 for patient in hidden & set(found))


def dump(record: Dossier, database: str) -> str:

    command = [str(PG_DUMP), record.databases.dsn("superuser", database)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_no_list_and_no_tie_leads_to_a_decoy_and_the_journal_tells_of_it_as_of_anybody(loaded: Dossier) -> None:
    from serment.dossier.demonstration.organisation import UNITS
    from serment.dossier.encounters import queries

    hidden = the_decoys(loaded)
    listed = {presence.patient for presence in queries.on_ward([unit.id for unit in UNITS])}
    assert not listed & hidden
    live = rows(loaded, "serment_guard", "select patient_id, kind from tie where until is null or until > now()")
    assert {row["kind"] for row in live if row["patient_id"] in hidden} == {"source"}
    leaves = rows(loaded, "serment_guard", "select patient_id, kind, leaf from journal_entry where patient_id is not null")
    shapes: dict[bool, set[tuple[str, tuple[str, ...]]]] = {True: set(), False: set()}
    for row in leaves:
        shapes[row["patient_id"] in hidden].add((row["kind"], tuple(sorted(json.loads(bytes(row["leaf"]))["body"]))))
    assert shapes[True] <= shapes[False]
    assert {kind for kind, _ in shapes[True]} == {"registration", "tie"}
