"""Several passkeys: one more after a touch of one that stands, named, renamed, and told to their owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.entrance import passkeys
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.wire import protocol
from serment.wire.ways_in import AddPasskey, FinishPasskey, RenamePasskey
from tests.authenticator import Browser, SoftPasskey
from tests.fixtures.staff import Desk


def refused(call: Callable[[], object]) -> protocol.Refusal:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal


def begin(desk: Desk, browser: Browser, *, act: str = "add_passkey", subject: UUID | None = None, shown: Any = None) -> protocol.Ceremony:
    """Touch the passkey that stands, for this very act."""
    asked = protocol.BeginAct(**browser.signed("POST", "/touch/act"), act=act, subject=subject or browser.attend().account)
    touched = desk.call("begin_act", asked)
    credential = (shown or browser.authenticator).get(touched.options)
    add = AddPasskey(**browser.signed("POST", "/account/passkeys/begin"), ceremony=touched.ceremony, credential=credential)
    begun: protocol.Ceremony = desk.call("add_passkey", add)
    return begun


def finish(desk: Desk, browser: Browser, begun: protocol.Ceremony, new: SoftPasskey, *, label: str = "Clé bleue") -> protocol.Enrolled:
    signed = browser.signed("POST", "/account/passkeys/finish")
    request = FinishPasskey(**signed, ceremony=begun.ceremony, credential=new.create(begun.options), label=label)
    enrolled: protocol.Enrolled = desk.call("finish_passkey", request)
    return enrolled


def shown(desk: Desk, browser: Browser) -> tuple[protocol.PasskeyView, ...]:
    view: protocol.AccountView = desk.call("account", protocol.Signed(**browser.signed("GET", "/account/")))
    return view.passkeys


def kinds(desk: Desk) -> list[str]:
    with desk.guard.pool.connection() as tx:
        return [row[0] for row in tx.execute("select kind from journal_entry where account_id = %s order by account_seq", (desk.bruno,))]


def test_a_further_passkey_signs_in_and_is_named(desk: Desk) -> None:
    browser, new = desk.signed_in(desk.bruno), desk.passkey()
    desk.pass_time(timedelta(seconds=1))
    enrolled = finish(desk, browser, begin(desk, browser), new)
    assert enrolled == protocol.Enrolled(account=desk.bruno, label="Bruno")
    assert [one.label for one in shown(desk, browser)] == ["Poste de test", "Clé bleue"]
    assert kinds(desk)[-1] == "passkey_added"
    other = desk.browser(new)
    other.sign_in()
    assert other.attend().account == desk.bruno


def test_the_sessions_of_a_new_passkey_say_until_when_it_is_new(desk: Desk) -> None:
    browser = desk.enrolled(desk.bruno)
    enrolled_at = desk.now
    desk.pass_time(timedelta(hours=23))
    browser.sign_in()
    assert browser.attend().fresh_until == enrolled_at + timedelta(hours=24)
    desk.pass_time(timedelta(hours=1))
    browser.sign_in()
    assert browser.attend().fresh_until is None


def test_the_owner_is_told_in_every_session_open_before(desk: Desk) -> None:
    here = desk.signed_in(desk.bruno)
    there = desk.browser(here.authenticator)
    there.sign_in()
    colleague = desk.signed_in(desk.amel)
    desk.pass_time(timedelta(minutes=1))
    finish(desk, here, begin(desk, here), desk.passkey())
    assert {one.attend().new_key_at for one in (here, there)} == {desk.now}
    assert colleague.attend().new_key_at is None
    desk.pass_time(timedelta(seconds=1))
    here.sign_in()
    assert here.attend().new_key_at is None


def test_the_touch_is_of_this_very_act_and_of_ones_own_passkey(desk: Desk) -> None:
    browser, eve = desk.signed_in(desk.bruno), desk.signed_in(desk.eve)
    assert refused(lambda: begin(desk, browser, act="unlock")).code == "touch_refused"
    assert refused(lambda: begin(desk, browser, subject=desk.amel)).code == "touch_refused"
    assert refused(lambda: begin(desk, browser, shown=eve.authenticator)).code == "touch_refused"
    assert len(shown(desk, browser)) == 1


def test_a_stolen_unlocked_session_adds_no_passkey_without_the_owners(desk: Desk) -> None:
    """The thief has the workstation and a passkey of his own, not the owner's."""
    browser = desk.signed_in(desk.bruno)
    thief = desk.passkey()
    begun = desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.eve)))
    thief.create(begun.options)
    assert refused(lambda: begin(desk, browser, shown=thief)).code == "touch_refused"


def test_a_ceremony_is_finished_in_the_session_that_began_it(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    other = desk.browser(browser.authenticator)
    other.sign_in()
    begun = begin(desk, browser)
    assert refused(lambda: finish(desk, other, begun, desk.passkey())).code == "ceremony_over"
    assert refused(lambda: finish(desk, browser, begun, desk.passkey())).code == "ceremony_over"
    enrolment = desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.bruno)))
    assert refused(lambda: finish(desk, browser, enrolment, desk.passkey())).code == "ceremony_over"


def test_a_contained_account_enrols_nothing_with_the_code_it_had(desk: Desk) -> None:
    begun = desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.bruno)))
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, desk.bruno), contained_at=desk.now))
    request = protocol.FinishEnrolment(ceremony=begun.ceremony, credential=desk.passkey().create(begun.options), label="")
    assert refused(lambda: desk.call("finish_enrolment", request)) == protocol.Refusal(category="denied", code="enrolment_refused")


def test_a_passkey_that_verifies_nobody_is_not_added(desk: Desk) -> None:
    browser, new = desk.signed_in(desk.bruno), desk.passkey()
    new.verifies_user = False
    begun = begin(desk, browser)
    assert refused(lambda: finish(desk, browser, begun, new)) == protocol.Refusal(
        category="denied", code="enrolment_refused", remedy="retry"
    )


def test_the_passkeys_one_has_are_named_to_the_browser_so_that_none_is_added_twice(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    begun = begin(desk, browser)
    assert refused(lambda: finish(desk, browser, begun, browser.authenticator)).code == "passkey_known"


def test_an_account_has_twenty_passkeys_at_most(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, desk.bruno), demonstration=False))
    monkeypatch.setattr(passkeys, "PASSKEYS_MAX", 2)
    browser = desk.signed_in(desk.bruno)
    finish(desk, browser, begin(desk, browser), desk.passkey())
    begun = begin(desk, browser)
    assert refused(lambda: finish(desk, browser, begun, desk.passkey())).code == "too_many_passkeys"


# names --------------------------------------------------------------------------------------------------------------------------


def rename(desk: Desk, browser: Browser, id: UUID, label: str) -> None:
    desk.call("rename_passkey", RenamePasskey(**browser.signed("POST", "/account/"), id=id, label=label))


def test_one_renames_ones_own_passkeys_and_nobody_elses(desk: Desk) -> None:
    bruno, eve = desk.signed_in(desk.bruno), desk.signed_in(desk.eve)
    mine = desk.passkey_of(bruno)
    rename(desk, bruno, mine, f"  Téléphone\x00\n{'x' * 100}")
    assert [one.label for one in shown(desk, bruno)] == [f"Téléphone{'x' * 51}"]
    assert kinds(desk)[-1] == "passkey_renamed"
    for id in (mine, uuid4()):
        said = refused(lambda id=id: rename(desk, eve, id, "Mine"))
        assert said == protocol.Refusal(category="not_found", code="unknown_passkey", field="id")


def test_a_renamed_passkey_goes_on_as_before(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    rename(desk, browser, desk.passkey_of(browser), "Clé")
    assert browser.touch().account == desk.bruno
    browser.sign_in()
    assert browser.attend().account == desk.bruno
