"""Accounts, assignments and ties as the guard believes them: nothing that is over, unknown or written by somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from serment import journal
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, contained, ties
from serment.wire.protocol import Assignment
from tests import cast
from tests.fixtures.house import House


def assigned(house: House, player: cast.Player, **between: timedelta) -> None:
    """The player on the surgery ward between two moments, counted from now."""
    now = house.clock()
    with house.guard.pool.connection() as tx:
        accounts.assign(
            house.guard, tx, id=uuid4(), account=player.id, unit=cast.SURGERY, role=player.role, since=now + between["since"],
            until=now + between["until"] if "until" in between else None,
        )  # fmt: skip


def units(house: House, player: cast.Player) -> list[Assignment]:
    with house.guard.pool.connection() as tx:
        return list(accounts.read_assignments(house.guard, accounts.ask_assignments(tx, player.id, house.clock())))


def test_who_worked_on_a_ward_until_yesterday_has_no_tie_to_its_patients(house: House) -> None:
    farid = house.admit(cast.FARID)
    assigned(house, cast.NADIA, since=-timedelta(days=2), until=-timedelta(days=1))
    assert [one.unit for one in units(house, cast.NADIA)] == [cast.MEDICINE]
    with pytest.raises(Refused) as refused:
        house.browser(cast.NADIA).open(farid)
    assert refused.value.refusal.code == "no_tie"


def test_who_works_on_two_wards_is_tied_to_the_patients_of_both(house: House) -> None:
    farid = house.admit(cast.FARID)
    assigned(house, cast.NADIA, since=-timedelta(hours=1))
    assert house.browser(cast.NADIA).open(farid).tie == "stay"


def test_an_assignment_counts_from_its_first_moment_until_its_last(house: House) -> None:
    assigned(house, cast.NADIA, since=timedelta(hours=1), until=timedelta(hours=2))
    seen = []
    for _ in range(4):
        seen.append(len(units(house, cast.NADIA)))
        house.clock.pass_by(hours=0.75)
    assert seen == [1, 1, 2, 1]


def test_an_assignment_written_twice_stands_as_it_was_first_written(house: House) -> None:
    now, one = house.clock(), uuid4()
    with house.guard.pool.connection() as tx:
        for role in ("nurse_day", "nurse_night"):
            accounts.assign(house.guard, tx, id=one, account=cast.NADIA.id, unit=cast.SURGERY, role=role, since=now, until=None)
    assert [(each.unit, each.role) for each in units(house, cast.NADIA)] == [(cast.MEDICINE, "nurse_day"), (cast.SURGERY, "nurse_day")]


def test_an_account_that_nobody_has_is_unknown_and_a_changed_one_is_forged(house: House) -> None:
    with house.guard.pool.connection() as tx:
        with pytest.raises(Refused) as unknown:
            accounts.load(house.guard, tx, uuid4())
        assert (unknown.value.refusal.category, unknown.value.refusal.code) == ("not_found", "unknown_account")
        tx.execute("update account set role = 'ward_physician' where id = %s", (cast.BRUNO.id,))
        for read in (
            lambda: accounts.load(house.guard, tx, cast.BRUNO.id),
            lambda: accounts.load_all(house.guard, tx),
            lambda: accounts.labels(house.guard, tx, {cast.BRUNO.id}),
        ):
            with pytest.raises(Refused) as forged:
                read()
            assert (forged.value.refusal.category, forged.value.refusal.code) == ("fault", "forged_row")


def test_accounts_are_read_by_name_by_identifier_and_by_national_number(house: House) -> None:
    with house.guard.pool.connection() as tx:
        everybody = accounts.load_all(house.guard, tx)
        assert [one.label for one in everybody] == sorted(one.label for one in everybody)
        assert set(accounts.labels(house.guard, tx, {cast.BRUNO.id, uuid4()})) == {cast.BRUNO.id}
        amel = accounts.by_rpps(house.guard, tx, cast.AMEL.rpps)
        assert amel is not None
        assert amel.id == cast.AMEL.id
        # Most accounts have no number: an empty one finds none of them.
        assert accounts.by_rpps(house.guard, tx, "") is None
        assert accounts.by_rpps(house.guard, tx, "10000000099") is None


def test_an_account_saved_again_keeps_what_was_saved_last(house: House) -> None:
    with house.guard.pool.connection() as tx:
        bruno = accounts.load(house.guard, tx, cast.BRUNO.id)
        changed = replace(
            bruno, label="Bruno L.", profession="Cadre", role="nurse_night", rpps="1", demonstration=False, contained_at=house.clock(),
            role_since=house.clock(),
        )  # fmt: skip
        accounts.save(house.guard, tx, changed)
        assert accounts.load(house.guard, tx, cast.BRUNO.id) == changed


def test_a_tie_is_found_by_its_reference_and_replaced_under_it(house: House) -> None:
    farid = house.admit(cast.FARID)
    with house.guard.pool.connection() as tx:
        tie = ties.find(house.guard, tx, patient=farid, reference="stay:1")
        assert tie is not None
        assert (tie.kind, tie.holder_unit, tie.holder_account, tie.until) == ("stay", cast.SURGERY, None, None)
        assert ties.find(house.guard, tx, patient=farid, reference="stay:2") is None
        assert ties.find(house.guard, tx, patient=uuid4(), reference="stay:1") is None
        ended = replace(tie, until=house.clock(), holder_unit=None, holder_account=cast.AMEL.id, kind="treating")
        ties.save(house.guard, tx, ended)
        assert ties.find(house.guard, tx, patient=farid, reference="stay:1") == ended


def test_a_tie_one_made_oneself_explains_after_a_day_and_what_one_created_at_once(house: House) -> None:
    farid, now = house.admit(cast.FARID), house.clock()
    with house.guard.pool.connection() as tx:
        tie = ties.find(house.guard, tx, patient=farid, reference="stay:1")
    assert tie is not None
    own = replace(tie, origin_account=cast.BRUNO.id, made_at=now)
    assert not own.explains(cast.BRUNO.id, now)
    assert not own.explains(cast.BRUNO.id, now + timedelta(hours=24) - timedelta(seconds=1))
    assert own.explains(cast.BRUNO.id, now + timedelta(hours=24))
    assert own.explains(cast.AMEL.id, now)
    assert replace(own, reference="creation:1").explains(cast.BRUNO.id, now)
    assert not replace(own, reference="stay:creation:").explains(cast.BRUNO.id, now)


# containment --------------------------------------------------------------------------------------------------------------------


def contained_in_journal(house: House, account: object) -> None:
    with house.guard.pool.connection() as tx:
        journal.append(tx, at=house.clock(), kind="containment", account=None, patient=None, body={"contained": account})


def is_contained(house: House, guard: Guard, account: object) -> bool:
    with house.guard.pool.connection() as tx:
        return contained.is_contained(guard, tx, account)  # type: ignore[arg-type]


def another_process(house: House) -> Guard:
    """The same guard with nothing remembered, as after a restart."""
    return replace(house.guard, settings=replace(house.guard.settings, instance=str(uuid4())))


def test_after_a_restart_the_journal_says_who_is_contained(house: House) -> None:
    contained_in_journal(house, cast.BRUNO.id)
    guard = another_process(house)
    assert is_contained(house, guard, cast.BRUNO.id)
    assert not is_contained(house, guard, cast.AMEL.id)


def test_what_is_noted_holds_at_once_and_for_this_instance_alone(house: House) -> None:
    guard, other = another_process(house), another_process(house)
    assert not is_contained(house, guard, cast.AMEL.id)
    contained.note(guard, cast.AMEL.id)
    assert is_contained(house, guard, cast.AMEL.id)
    assert not is_contained(house, guard, cast.BRUNO.id)
    assert not is_contained(house, other, cast.AMEL.id)


def test_whoever_is_cut_before_the_journal_was_read_does_not_hide_those_it_names(house: House) -> None:
    contained_in_journal(house, cast.BRUNO.id)
    guard = another_process(house)
    contained.note(guard, cast.AMEL.id)
    assert is_contained(house, guard, cast.BRUNO.id)
    assert is_contained(house, guard, cast.AMEL.id)


def test_what_is_opened_in_a_post_ends_with_it(house: House) -> None:
    """Nadia replaces a colleague in surgery until noon: at noon what she opened there is over, its rows as well as its keys."""
    patient = house.admit(cast.FARID)
    assigned(house, cast.NADIA, since=timedelta(), until=timedelta(hours=3))
    nadia = house.browser(cast.NADIA)
    assert nadia.open(patient).until <= house.clock() + timedelta(hours=3)
    own = house.admit(cast.INES, unit=cast.MEDICINE)
    assert nadia.open(own).until > house.clock() + timedelta(hours=7)
