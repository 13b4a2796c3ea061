"""A drill that cannot fail proves nothing: each control is broken on purpose, with the rights of whoever runs the instance, and the drill
says so. `./serment test -m slow tests/drill`."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import psycopg
import pytest

from serment import journal
from serment.drill import target as targets
from serment.drill.__main__ import play
from serment.drill.target import Target
from serment.drill.truth import known_people
from serment.guard import settings
from serment.guard.context import Guard, Transaction
from serment.guard.evidence import accounts, ties
from serment.guard.meters import limits
from serment.guard.review import decoys
from serment.guardhouse import start
from serment.wire import dpop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with targets.own(patients=240) as running:
        yield running


@pytest.fixture(scope="module")
def guard(target: Target) -> Iterator[Guard]:
    """The keys of the instance, in the hands of whoever breaks it."""
    assert target.data_dir
    made = start.guard(settings.load(str(target.data_dir / "config" / "guard.json")))
    yield made
    made.pool.close()
    made.dossier_pool.close()


def held(name: str, target: Target) -> bool:
    module = importlib.import_module(f"serment.drill.scenarios.{name}")
    played = play(module, target)
    assert not played["stopped_by"].startswith("not played"), played["stopped_by"]
    return bool(played["held"])


@contextmanager
def limits_of(guard: Guard, **decided: int) -> Iterator[None]:
    """Limits as no two persons could set them, and back."""
    by = _anybody(guard)

    def put(values: dict[str, int]) -> None:
        with guard.pool.connection() as tx:
            for name, value in values.items():
                row = limits.Setting(name=name, value=value, decided_by=by, made_at=guard.clock())
                limits.SETTINGS.put(guard, tx, row)
        # The guard follows within a second.
        time.sleep(1.3)

    named = {name.replace("__", "."): value for name, value in decided.items()}
    put(named)
    try:
        yield
    finally:
        put({name: limits.DEFAULTS[name] for name in named})


def _anybody(guard: Guard) -> UUID:
    with guard.pool.connection() as tx:
        row = tx.execute("select id from account limit 1").fetchone()
    assert row
    return UUID(str(row[0]))


@contextmanager
def rows_changed(guard: Guard, change: Callable[[Transaction], None], back: Callable[[Transaction], None]) -> Iterator[None]:
    with guard.pool.connection() as tx:
        change(tx)
    try:
        yield
    finally:
        with guard.pool.connection() as tx:
            back(tx)


@contextmanager
def owner(target: Target, change: str, back: str, *values: object) -> Iterator[None]:
    with psycopg.connect(target.dsn("owner"), autocommit=True) as tx:
        tx.execute(change.encode(), values)
        try:
            yield
        finally:
            tx.execute(back.encode())


def test_without_the_lease_an_unlocked_session_takes_more_than_twenty_five(target: Target, guard: Guard) -> None:
    most = {"unexplained__most": 500, "nurse_day__step_up": 400, "nurse_day__hard_stop": 400}
    with limits_of(guard, lease__patients=500, nurse_day__patients=500, **most):
        assert not held("s01_unlocked_session", target)


def test_without_the_unexplained_budget_a_doctor_takes_more_than_twenty(target: Target, guard: Guard) -> None:
    with limits_of(guard, unexplained__most=500, ward_physician__step_up=400, ward_physician__hard_stop=400):
        assert not held("s03_account_with_authenticator", target)


def test_an_administrator_who_is_a_doctor_in_secret_reads(target: Target, guard: Guard) -> None:
    """With the role and a post: the role alone opens nothing, since who works nowhere is in care with nobody."""
    with guard.pool.connection() as tx:
        chosen = [one for one in accounts.load_all(guard, tx) if one.role == "administrator"]
        unit = accounts.UNITS.all(guard, tx, "true limit 1")[0]
    since = guard.clock() - timedelta(days=30)
    posts = [
        accounts.Post(
            id=uuid4(), account_id=one.id, unit_id=unit.id, role="ward_physician", since=since, until=None,
            establishment_id=unit.establishment_id,
        )
        for one in chosen
    ]  # fmt: skip

    def change(tx: Transaction) -> None:
        for one, post in zip(chosen, posts, strict=True):
            accounts.save(guard, tx, replace(one, role="ward_physician"))
            accounts.POSTS.add(guard, tx, post)

    def back(tx: Transaction) -> None:
        for one, post in zip(chosen, posts, strict=True):
            accounts.save(guard, tx, one)
            accounts.POSTS.put(guard, tx, replace(post, until=guard.clock()))

    # The sign-in page said who is an administrator before the role was changed.
    target.personas("administrator")
    with rows_changed(guard, change, back):
        assert not held("s04_administrator", target)


def test_if_the_key_could_leave_the_browser_a_copied_cookie_would_read(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.drill import browser

    one = dpop.ProofKey()

    class Leaking:
        """The key of every browser, in whoever's hands."""

        def __call__(self) -> dpop.ProofKey:
            return one

    monkeypatch.setattr(browser, "dpop", SimpleNamespace(ProofKey=Leaking()))
    assert not held("s02_copied_cookie", target)


def test_a_database_administrator_with_the_guards_own_mac_takes_more_than_twenty(
    target: Target, guard: Guard, monkeypatch: pytest.MonkeyPatch
) -> None:
    from serment.drill.scenarios import s09_database_administrator as s09

    def genuine(tx: object, account: str, strangers: list[str], before: object) -> None:
        with guard.pool.connection() as own:
            now = guard.clock()
            origin = _anybody(guard)
            for patient in strangers[:40]:
                tie = ties.Tie(
                    patient_id=UUID(patient), reference="forged", kind="treating", holder_unit=None, holder_account=UUID(account),
                    since=now - timedelta(days=3), until=None, origin_account=origin, made_at=now - timedelta(days=3),
                )  # fmt: skip
                ties.save(guard, own, tie)
                body = {"reference": "forged", "until": None}
                journal.append(own, at=now, kind="tie", account=origin, patient=UUID(patient), body=body)

    monkeypatch.setitem(s09.TRICKS, "forged ties", genuine)
    assert not held("s09_database_administrator", target)


def test_a_journal_that_anybody_may_rewrite_is_noticed(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.drill.scenarios import s09_database_administrator as s09

    monkeypatch.setattr(s09, "_verified", lambda target: True)
    assert not held("s09_database_administrator", target)


def test_a_master_key_that_two_custodians_suffice_for_is_noticed(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Target.operator

    def careless(self: Target, *arguments: str, given: str = "") -> object:
        given_words = ["2" if before == "--threshold" else one for before, one in zip(("", *arguments), arguments, strict=False)]
        return asked(self, *given_words, given=given)

    monkeypatch.setattr(Target, "operator", careless)
    assert not held("s10_operator_of_the_guard", target)


def test_an_interface_that_may_read_is_noticed(target: Target, guard: Guard) -> None:
    with guard.pool.connection() as tx:
        chosen = [one for one in accounts.load_all(guard, tx) if one.kind == "interface"]

    def change(tx: Transaction) -> None:
        for one in chosen:
            accounts.save(guard, tx, replace(one, role="nurse_day"))

    def back(tx: Transaction) -> None:
        for one in chosen:
            accounts.save(guard, tx, one)

    with rows_changed(guard, change, back):
        assert not held("s05_api_key", target)


def test_an_application_without_a_ceiling_takes_more_than_twenty_five(target: Target, guard: Guard) -> None:
    with limits_of(guard, lease__patients=500, application__patients=500):
        assert not held("s05_api_key", target)


def test_without_row_level_security_the_web_process_sees_rows_of_nobody_it_serves(target: Target) -> None:
    with owner(target, "alter table entry disable row level security", "alter table entry enable row level security"):
        assert not held("s06_code_on_the_web_server", target)


@pytest.mark.parametrize("name", ["s07_application_database_role", "s08_stolen_dump"])
def test_an_identity_written_in_clear_is_found(target: Target, name: str) -> None:
    surname, born = next((name, born) for name, born in known_people(target).values() if len(name) > 4)
    with psycopg.connect(target.dsn("owner"), autocommit=True) as tx:
        tx.execute("create table if not exists leak (words text)")
        tx.execute("grant select on leak to serment_app")
        tx.execute("insert into leak (words) values (%s)", (f"{surname} {born}",))
    try:
        assert not held(name, target)
    finally:
        with psycopg.connect(target.dsn("owner"), autocommit=True) as tx:
            tx.execute("drop table leak")


def test_without_reviews_who_takes_his_time_takes_everything(target: Target, guard: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.drill.scenarios import s11_low_and_slow

    monkeypatch.setattr(s11_low_and_slow, "THIEVES", 2)
    # Doctors: two a day for three weeks would be too few to show anything.
    monkeypatch.setattr(s11_low_and_slow, "PACES", {"ward_physician": s11_low_and_slow.PACES["ward_physician"]})
    # The thirty-day counter would have every further opening reviewed: it is broken with the rest.
    with limits_of(guard, review__share_percent=0, ward_physician__month=100_000):
        # Features that are always reviewed would betray them; nobody looks.
        monkeypatch.setattr(s11_low_and_slow, "_drawn", lambda target, accounts: set())
        assert not held("s11_low_and_slow", target)


def test_without_the_lease_of_names_several_accounts_take_more_than_sixty_each(target: Target, guard: Guard) -> None:
    roles = ("nurse_day", "nurse_night", "secretary", "care_assistant", "technician", "triage_nurse", "ward_physician")
    unlimited = {f"{role}__{word}": 5000 for role in roles for word in ("patients", "step_up", "hard_stop")}
    with limits_of(guard, lease__lines=5000, lease__patients=500, unexplained__most=500, source__unexplained=5000, **unlimited):
        assert not held("s12_many_accounts", target)


def test_refusals_that_tell_who_is_a_patient_are_noticed(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.drill import moves

    taken = moves.Thief.get
    former = set(target.former())

    def telling(self: moves.Thief, path: str, *, patient: str | None = None) -> moves.Answer:
        answer = taken(self, path, patient=patient)
        # As if one word more were said of somebody who is known here.
        return replace(answer, body=answer.body + b"<p>ancien</p>") if patient in former and answer.status == 403 else answer

    monkeypatch.setattr(moves.Thief, "get", telling)
    assert not held("s12_many_accounts", target)


def test_decoys_that_nobody_planted_catch_nobody(target: Target, guard: Guard) -> None:
    with guard.pool.connection() as tx:
        assert decoys.counts(guard, tx) != (0, 0)
    from serment.drill.scenarios import s12_many_accounts

    real = target.patients()
    everybody = Target.decoy
    try:
        # An attacker who never meets one.
        Target.decoy = lambda self, opened: any(opened(one) for one in real[:5])  # type: ignore[method-assign,assignment]
        assert not s12_many_accounts._decoy(target)
    finally:
        Target.decoy = everybody  # type: ignore[method-assign]
