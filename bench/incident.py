"""`./serment bench incident`: whom an incident exposed and where a list came from, on a large journal. Prints one JSON object.

A throw-away PostgreSQL is filled with a journal of so many entries over a year (ten million unless asked otherwise), 750,000 patients with
sealed identities, and the kinds of their entries; then the same functions run that a guard runs. The leaves have the form of real ones; the
tree above them is not built, since nothing here climbs it. The cost of the index over lists is measured on appends, as a ratio.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import psutil
import psycopg
from psycopg_pool import ConnectionPool

from serment import journal
from serment.custody import keyfile
from serment.guard.context import Guard
from serment.guard.evidence import accounts
from serment.guard.find import rules
from serment.guard.find.identities import Sheet
from serment.guard.settings import Settings
from serment.guard.vault import store
from serment.guardhouse import migrate
from serment.operator import roles
from serment.operator.postgres import Cluster
from serment.oversight.incidents import attributing, computing, scopes, statements
from serment.wire.protocol import Identity
from serment.wire.samples import MatchSample, SampleRow
from tests.fixtures import dossier
from tests.fixtures.postgres import free_port

PASSWORD = "only for this measurement"
ENTRIES, PATIENTS, ACCOUNTS, DAYS, POOL, SHOWN = 10_000_000, 750_000, 2000, 365, 2000, 20
KINDS = ("AllergyIntolerance", "Condition", "Observation", "Composition")
UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
SURNAMES, GIVEN = 8000, 400

# Each account works with the patients of a few wards; three quarters of what is written are openings, a fifth are lists of twenty lines.
_LEAVES = """
insert into journal_entry (entry, at, kind, account_id, account_seq, patient_id, patient_seq, leaf)
select e, at, kind, a, n / {accounts} + 1, case when kind = 'opening' then p end, case when kind = 'opening' then n end,
  convert_to('{{"account":"' || a || '","account_seq":' || n / {accounts} + 1 || ',"at":"' || z || '","body":' ||
    case kind when 'opening' then '{{"compartments":["identity","contact","care"],"explained":true,"opening":"' || e ||
        '","places":["establishment:11111111-1111-4111-8111-111111111111","source:10.0.0.' || n % 250 ||
        '"],"role":"nurse_day","session":"' || s || '","shift":"' || z || '","spent":{{"patients":1}},"tie":"stay","until":"' || z8 || '"}}'
      when 'lines' then '{{"patients":[' || shown || '],"places":["establishment:11111111-1111-4111-8111-111111111111","source:10.0.0.' ||
        n % 250 || '"],"role":"nurse_day","session":"' || s || '","shift":"' || z || '","spent":{{"lines":20}}}}'
      else '{{"passkey":"' || s || '","session":"' || s || '"}}' end ||
    ',"entry":"' || e || '","kind":"' || kind || '","patient":' || case when kind = 'opening' then '"' || p || '"' else 'null' end ||
    ',"patient_seq":' || case when kind = 'opening' then n::text else 'null' end || ',"v":1}}', 'UTF8')
from (
  select n, gen_random_uuid() e, md5('account' || n % {accounts})::uuid a, at, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') z,
    to_char(at + interval '8 hours', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') z8, md5('session' || n % {accounts} || at::date)::uuid s,
    case when d < 15 then 'opening' when d < 19 then 'lines' else 'touch' end kind,
    md5('patient' || ((n % {accounts}) * 373 + hashint8(n) % {pool} + {pool}) % {patients})::uuid p,
    case when d between 15 and 18 then (
      select string_agg('"' || md5('patient' || ((n % {accounts}) * 373 + hashint8(n * 31 + k) % {pool} + {pool}) % {patients})::uuid
        || '"', ',') from generate_series(1, {shown}) k) end shown
  from (select n, (n + n / {accounts}) % 20 d, timestamptz '{since}' + n * interval '{step} microseconds' as at
    from generate_series({first}, {last}) n) numbered
) written
"""


@contextlib.contextmanager
def cluster(kept: Path | None) -> Iterator[Cluster]:
    """A server of its own, in a folder that is kept for the next run or thrown away."""
    folder = kept or Path(tempfile.mkdtemp(prefix="serment-bench-"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    server = Cluster(folder=folder / "pg", port=free_port(), password=PASSWORD, durable=False)
    server.create()
    server.start(log=folder / "postgresql.log")
    try:
        roles.apply(server.dsn(), dict.fromkeys(roles.ROLES, PASSWORD))
        migrate.migrate(server.dsn(database="serment_guard", user="serment_owner", password=PASSWORD))
        dossier.migrate(server.dsn(database="serment", user="serment_owner", password=PASSWORD))
        yield server
    finally:
        server.stop()
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def guard(server: Cluster) -> Iterator[Guard]:
    key, dsn = keyfile.FileMasterKey(b"k" * 32), server.dsn(database="serment_guard", user="serment_guard", password=PASSWORD)
    with psycopg.connect(dsn) as tx:
        store.create_named_keys(tx, key)
        vault = store.load(tx, key)
    record = server.dsn(database="serment", user="serment_guard", password=PASSWORD)
    nowhere = Path("/nowhere")
    settings = Settings(
        instance=str(uuid4()), demonstration=True, origin="http://localhost", rp_id="localhost", guard_socket=nowhere, guard_dsn=dsn,
        dossier_dsn=record, master_key_file=nowhere, passphrase_file=None,
    )  # fmt: skip
    with ConnectionPool(dsn, open=True) as pool, ConnectionPool(record, open=True) as dossier_pool:
        yield Guard(settings=settings, pool=pool, dossier_pool=dossier_pool, vault=vault, clock=lambda: UNTIL)


@dataclass(frozen=True, kw_only=True)
class Size:
    entries: int
    patients: int


def fill(server: Cluster, guard: Guard, size: Size) -> None:
    """The journal, the people, and the kinds of their entries. The server writes the journal while this process seals people."""
    with ThreadPoolExecutor(1) as beside:
        people = beside.submit(_people, server, guard, size)
        _journal(server, size)
        people.result()
    _kinds(server, size)
    for database in ("serment", "serment_guard"):
        with psycopg.connect(server.dsn(database=database), autocommit=True) as tx:
            tx.execute("vacuum analyze")


def _journal(server: Cluster, size: Size) -> None:
    with psycopg.connect(server.dsn(database="serment_guard")) as tx:
        tx.execute("set session_replication_role = replica")
        tx.execute("set maintenance_work_mem = '1GB'")
        query = "select indexdef from pg_indexes where tablename = 'journal_entry' and not indexname = any(%s)"
        kept = ["journal_entry_pkey", "journal_entry_entry_key"]
        dropped = [row[0] for row in tx.execute(query, (kept,)).fetchall()]
        for definition in dropped:
            tx.execute(f"drop index {definition.split(' INDEX ')[1].split(' ')[0]}")
        for first in range(0, size.entries, 500_000):
            tx.execute(_LEAVES.format(
                accounts=ACCOUNTS, patients=size.patients, pool=POOL, shown=SHOWN, since=(UNTIL - timedelta(days=DAYS)).isoformat(),
                step=DAYS * 86_400_000_000 // size.entries, first=first, last=min(first + 500_000, size.entries) - 1,
            ))  # fmt: skip
            _say(f"{min(first + 500_000, size.entries)} leaves")
        for definition in dropped:
            tx.execute(definition)
            _say(definition.split(" ON ")[0].lower())
        tx.execute(
            "insert into journal_sequence (leaf_index, entry_id, leaf_hash)"
            " select row_number() over (order by id) - 1, id, sha256('\\x00'::bytea || leaf) from journal_entry"
        )
        tx.execute("insert into journal_checkpoint (size, root, note, at) values (%s, '', '', %s)", (size.entries, UNTIL))


def _kinds(server: Cluster, size: Size) -> None:
    with psycopg.connect(server.dsn(database="serment")) as tx:
        tx.execute("set session_replication_role = replica")
        for kind in KINDS:
            tx.execute(
                """insert into entry (patient_id, id, version, kind, compartment, recorded_at, effective_at, status, deposit, sealed)
                   select md5('patient' || n)::uuid, gen_random_uuid(), 1, %s, 'care', %s, %s, 'active', true, '\\x00'
                   from generate_series(0, %s) n""",
                (kind, UNTIL - timedelta(days=400), UNTIL - timedelta(days=400), size.patients - 1),
            )


def identity(number: int) -> Identity:
    rng = random.Random(number)
    surname, given = name(rng.randrange(SURNAMES)), name(rng.randrange(GIVEN) + SURNAMES)
    born = date(1925, 1, 1) + timedelta(days=rng.randrange(36_000))
    return Identity(birth_name=surname, first_given_name=given, birth_date=born, sex=rng.choice("FM"))


def name(number: int) -> str:
    """A name that sounds like few others."""
    rng = random.Random(number)
    return "".join(rng.choice("BCDFGLMNPRSTV") + rng.choice("AEIOU") for _ in range(4))


def _people(server: Cluster, guard: Guard, size: Size) -> None:
    owner = server.dsn(database="serment_guard")
    with psycopg.connect(owner) as keys, psycopg.connect(owner) as sheets, psycopg.connect(owner) as tokens:
        sheets.execute("set session_replication_role = replica")
        tokens.execute("set session_replication_role = replica")
        with (
            keys.cursor().copy("copy patient_key (patient_id, wrapped) from stdin") as to_keys,
            sheets.cursor().copy("copy identity (patient_id, sealed, updated_at) from stdin") as to_sheets,
            tokens.cursor().copy("copy find_token (token, patient_id, kind) from stdin") as to_tokens,
        ):
            for number in range(size.patients):
                patient = _patient(number)
                wrapped, person = guard.vault.new_patient_key(patient), identity(number)
                to_keys.write_row((patient, wrapped))
                sealed = guard.vault.seal_identity(patient, wrapped, msgspec.json.encode(Sheet(identity=person)))
                to_sheets.write_row((patient, sealed, UNTIL))
                for token, kind in rules.tokens(guard.vault, person).items():
                    to_tokens.write_row((token, patient, kind))
                if number % 50_000 == 0:
                    _say(f"{number} people")


def scope(guard: Guard, criteria: dict[str, Any], officer: UUID) -> dict[str, float]:
    """One incident, computed as a guard does."""
    id = uuid4()
    declared = statements.Declared(id=id, reference=str(id), declared_at=UNTIL, declared_by=officer)
    fields = {"accounts": (), "sessions": (), "sources": (), "passkeys": (), "establishments": (), "everybody": False, **criteria}
    stated = statements.Stated(
        incident_id=id, number=1, at=UNTIL, by_account=officer, phase="initial", aware_at=UNTIL, until=UNTIL, known="", **fields
    )
    asked = scopes.Scope(id=uuid4(), incident_id=id, statement=1, asked_by=officer, asked_at=UNTIL)
    with guard.pool.connection() as tx:
        statements.DECLARED.add(guard, tx, declared)
        statements.state(guard, tx, declared, stated)
        scopes.SCOPES.add(guard, tx, asked)
        size = tx.execute("select max(size) from journal_checkpoint").fetchone()
    clock = Clock(guard)
    computing._Computation(guard=guard, scope=asked, size=int(size[0]) if size else 0, signed_at=UNTIL).run()
    taken = clock.taken()
    with guard.pool.connection() as tx:
        done = scopes.required(guard, tx, id)
    figures = json.loads(done.figures)
    leaves = figures["openings"] + figures["lines"]
    return {**taken, "leaves": leaves, "persons": done.persons, "certain": done.certain, "digest": done.digest.hex()}


class Clock:
    """Seconds that went by, and seconds of a processor: of this process, and of the servers that answered it."""

    def __init__(self, guard: Guard) -> None:
        self._guard = guard
        self._began, self._mine, self._servers = time.perf_counter(), time.process_time(), _of_servers()

    def taken(self) -> dict[str, float]:
        return {
            "seconds": round(time.perf_counter() - self._began, 1), "processor_seconds": round(time.process_time() - self._mine, 1),
            "server_processor_seconds": round(_of_servers() - self._servers, 1), "load": round(os.getloadavg()[0], 1),
        }  # fmt: skip


def _of_servers() -> float:
    """Of all processes that this one started, and those of the past."""
    found = 0.0
    for one in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            times = one.cpu_times()
            found += times.user + times.system + times.children_user + times.children_system
    return found


def _say(what: str) -> None:
    """Where it is, beside the figures."""
    print(f"{datetime.now(UTC):%H:%M:%S} {what}", file=sys.stderr, flush=True)


def attribution(guard: Guard, size: Size) -> dict[str, float]:
    """A thousand rows: people whose records one account opened, seven hundred at most, and invented ones."""
    thief, rng = 7, random.Random(1)
    query = "select distinct patient_id from journal_entry where account_id = %s and kind = 'opening' and at >= %s"
    with guard.pool.connection() as tx:
        seen = {row[0] for row in tx.execute(query, (_account(thief), UNTIL - timedelta(days=90))).fetchall()}
    near = (number % size.patients for number in range(thief * 373, thief * 373 + 2 * POOL))
    opened = [number for number in dict.fromkeys(near) if _patient(number) in seen]
    rows = [_row(number, identity(one)) for number, one in enumerate(rng.sample(opened, min(700, len(opened))))]
    rows += [_row(number, identity(10**9 + number)) for number in range(len(rows), 1000)]
    approval = uuid4()
    with guard.pool.connection() as tx:
        began = time.perf_counter()
        found = attributing._found(guard, tx, MatchSample(session="", proof="", approval=approval, rows=tuple(rows)))
        matched = time.perf_counter() - began
        began = time.perf_counter()
        verdict = attributing._judge(guard, tx, found, since=UNTIL - timedelta(days=90), until=UNTIL, digest="")
        judged = time.perf_counter() - began
    first = verdict.suspects[0] if verdict.suspects else None
    return {
        "match_seconds": round(matched, 1),
        "judge_seconds": round(judged, 1),
        "found": verdict.found,
        "explained": first.explained if first else 0,
        "right_account": bool(first and first.account == _account(thief)),
    }


def _row(number: int, one: Identity) -> SampleRow:
    return SampleRow(number=number, birth_name=one.birth_name, given_name=one.first_given_name, birth_date=one.birth_date, sex=one.sex)


def _account(number: int) -> UUID:
    return UUID(bytes=hashlib.md5(f"account{number}".encode(), usedforsecurity=False).digest())


def _patient(number: int) -> UUID:
    return UUID(bytes=hashlib.md5(f"patient{number}".encode(), usedforsecurity=False).digest())


def appending(server: Cluster, rounds: int, count: int) -> dict[str, float]:
    """Appends of lists and of openings with the index over lists and without, by turns; the ratio is what the index costs.

    What is without drops the index in its transaction and takes everything back, so that both meet the same table. Times are those of the
    append alone, without the commit, which is the same for both and makes the ratio smaller.
    """
    taken: dict[tuple[str, bool], list[float]] = defaultdict(list)
    patients = [uuid4() for _ in range(SHOWN)]
    bodies: dict[str, dict[str, object]] = {"lines": {"patients": patients}, "opening": {"until": UNTIL}}
    with psycopg.connect(server.dsn(database="serment_guard")) as tx:
        for turn in range(2 * rounds):
            if turn % 2:
                tx.execute("drop index journal_entry_shown")
            for kind, body in bodies.items():
                for _ in range(count):
                    began = time.perf_counter()
                    journal.append(tx, at=UNTIL, kind=kind, account=_account(1_000_000), patient=None, body=body)
                    taken[kind, turn % 2 == 0].append(time.perf_counter() - began)
            tx.rollback()
    found = {"appends_of_each": rounds * count}
    for kind in bodies:
        for name, of in (("median", statistics.median), ("mean", statistics.fmean)):
            found[f"append_{kind}_{name}_ms"] = round(1000 * of(taken[kind, True]), 3)
            found[f"append_{kind}_{name}_ratio"] = round(of(taken[kind, True]) / of(taken[kind, False]), 2)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="serment bench incident", description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--keep", type=Path, help="a folder where the journal is kept, and found again by the next run of the same size")
    parser.add_argument("--only", choices=tuple(PARTS), nargs="*", default=tuple(PARTS))
    options = parser.parse_args()
    size = Size(entries=options.entries, patients=options.patients)
    with cluster(options.keep) as server, guard(server) as keeper:
        found: dict[str, Any] = {"entries": size.entries, "patients": size.patients}
        if not _is_filled(server, size):
            clock = Clock(keeper)
            _staff(keeper)
            fill(server, keeper, size)
            found["fill"] = clock.taken()
        for part in options.only:
            found[part] = PARTS[part](server, keeper, size)
            _say(f"{part} {found[part]}")
        found["memory_mib"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10)
    print(json.dumps(found, ensure_ascii=False))


PARTS: dict[str, Callable[[Cluster, Guard, Size], dict[str, Any]]] = {
    "one_account_90_days": lambda server, guard, size: scope(
        guard, {"accounts": (_account(7),), "since": UNTIL - timedelta(days=90)}, _account(ACCOUNTS)
    ),
    "all_accounts_30_days": lambda server, guard, size: scope(
        guard, {"everybody": True, "since": UNTIL - timedelta(days=30)}, _account(ACCOUNTS)
    ),
    "attribution_of_1000": lambda server, guard, size: attribution(guard, size),
    "appends": lambda server, guard, size: appending(server, 20, 1000),
}  # fmt: skip


def _is_filled(server: Cluster, size: Size) -> bool:
    """Whether the folder holds a journal already. Raises SystemExit when it is one of another size."""
    with psycopg.connect(server.dsn(database="serment_guard")) as tx:
        row = tx.execute("select max(size) from journal_checkpoint").fetchone()
    if row and row[0] not in (None, size.entries):
        raise SystemExit(f"The folder holds a journal of {row[0]} entries.")
    return bool(row and row[0])


def _staff(guard: Guard) -> None:
    """The accounts of the journal, and an officer."""
    with guard.pool.connection() as tx:
        for number in range(ACCOUNTS + 1):
            accounts.save(guard, tx, accounts.Account(
                id=_account(number), label=f"Compte {number}", profession="", role="nurse_day", rpps="", kind="person", demonstration=True,
                contained_at=None, role_since=UNTIL,
            ))  # fmt: skip


if __name__ == "__main__":
    main()
