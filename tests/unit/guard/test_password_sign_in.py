"""A password with a time-based code: less than a passkey, where an instance allows it at all."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import pytest

from serment.credentials import passwords, totp
from serment.entrance import account as own
from serment.entrance import password
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.wire import dpop, protocol
from serment.wire.ways_in import BeginSecret, FinishSecret, PasswordSignIn, SecretBegun
from tests.authenticator import Browser
from tests.fixtures.staff import Desk

WORD = "k8#Vq2!mZp7w"
REFUSED = protocol.Refusal(category="denied", code="sign_in_refused", remedy="retry")
WARD, HOME = "10.0.0.7", "192.0.2.9"


@pytest.fixture(autouse=True)
def allowed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.guard = replace(desk.guard, settings=replace(desk.guard.settings, reduced_assurance=True), source=WARD)
    monkeypatch.setattr(password, "ANSWER_SECONDS", 0.0)


def refused(call: Callable[[], object]) -> protocol.Refusal:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal


def begin(desk: Desk, account: UUID, login: str, *, word: str = WORD) -> SecretBegun:
    begun: SecretBegun = desk.call("begin_secret", BeginSecret(code=desk.code(account), login=login, password=word))
    return begun


def secret_of(begun: SecretBegun) -> bytes:
    return base64.b32decode(parse_qs(urlsplit(begun.uri).query)["secret"][0])


def step(desk: Desk) -> int:
    return int(desk.now.timestamp()) // totp.SECONDS


class Telephone:
    """The application on somebody's telephone, and what they remember."""

    def __init__(self, desk: Desk, account: UUID, login: str = "bruno.ward") -> None:
        self.desk, self.login = desk, login
        begun = begin(desk, account, login)
        self.secret = secret_of(begun)
        desk.call("finish_secret", FinishSecret(ceremony=begun.ceremony, totp=self.code()))
        desk.pass_time(timedelta(seconds=totp.SECONDS))

    def code(self) -> str:
        return totp.code(self.secret, step(self.desk))

    def sign_in(self, *, source: str = WARD, **changes: Any) -> Browser:
        browser: Browser = self.desk.browser()
        asked = PasswordSignIn(session_key=browser.key.jwk, login=self.login, password=WORD, totp=self.code())
        self.desk.guard = replace(self.desk.guard, source=source)
        browser.session = self.desk.call("password_sign_in", replace(asked, **changes)).session
        return browser

    def fails(self, *, source: str = HOME, **changes: Any) -> protocol.Refusal:
        return refused(lambda: self.sign_in(source=source, **{"password": "wrong", **changes}))


@pytest.fixture
def bruno(desk: Desk) -> Telephone:
    return Telephone(desk, desk.bruno)


def leaves(desk: Desk, account: UUID, kind: str) -> list[Any]:
    with desk.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry where account_id = %s and kind = %s order by account_seq", (account, kind))
        return [json.loads(bytes(row[0]))["body"] for row in rows]


# choosing them ------------------------------------------------------------------------------------------------------------------


def test_a_code_given_in_person_becomes_a_password_and_serves_once(desk: Desk) -> None:
    code = desk.code(desk.bruno)
    begun = desk.call("begin_secret", BeginSecret(code=code, login=" Bruno.Ward ", password=WORD))
    enrolled = desk.call("finish_secret", FinishSecret(ceremony=begun.ceremony, totp=totp.code(secret_of(begun), step(desk))))
    assert enrolled == protocol.Enrolled(account=desk.bruno, label="Bruno")
    assert refused(lambda: desk.call("begin_secret", BeginSecret(code=code, login="other", password=WORD))).code == "bad_code"
    assert len(leaves(desk, desk.bruno, "password_set")) == 1
    with desk.guard.pool.connection() as tx:
        row = tx.execute("select login, secret::text from secret").fetchone()
    assert row is not None
    assert row[0] == "bruno.ward"
    assert WORD not in row[1]
    assert secret_of(begun).hex() not in row[1]


@pytest.mark.parametrize("login", ["ab", "x" * 41, "bruno ward", "bruno/ward", ""])
def test_a_login_is_short_and_plain(desk: Desk, login: str) -> None:
    said = refused(lambda: begin(desk, desk.bruno, login))
    assert said == protocol.Refusal(category="invalid", code="login", field="login")


@pytest.mark.parametrize("word", ["k8#Vq2!mZp7", "Bruno.Ward.2026!", "Motdepasse2026!!"])
def test_a_password_that_can_be_guessed_is_refused_before_anything_is_kept(desk: Desk, word: str) -> None:
    said = refused(lambda: begin(desk, desk.bruno, "bruno.ward", word=word))
    assert said == protocol.Refusal(category="invalid", code="weak_password", field="password")


def test_the_application_shows_a_first_code_before_the_code_is_used_up(desk: Desk) -> None:
    code = desk.code(desk.bruno)
    begun = desk.call("begin_secret", BeginSecret(code=code, login="bruno.ward", password=WORD))
    said = refused(lambda: desk.call("finish_secret", FinishSecret(ceremony=begun.ceremony, totp="000000")))
    assert said == protocol.Refusal(category="denied", code="wrong_totp", remedy="retry", field="totp")
    again = desk.call("begin_secret", BeginSecret(code=code, login="bruno.ward", password=WORD))
    assert (
        desk.call("finish_secret", FinishSecret(ceremony=again.ceremony, totp=totp.code(secret_of(again), step(desk)))).account
        == desk.bruno
    )


def test_two_people_have_two_logins(desk: Desk, bruno: Telephone) -> None:
    begun = begin(desk, desk.amel, bruno.login)
    said = refused(lambda: desk.call("finish_secret", FinishSecret(ceremony=begun.ceremony, totp=totp.code(secret_of(begun), step(desk)))))
    assert said == protocol.Refusal(category="conflict", code="login_taken", field="login")


def test_a_contained_account_chooses_no_password(desk: Desk) -> None:
    begun = begin(desk, desk.bruno, "bruno.ward")
    contain(desk, desk.bruno)
    said = refused(lambda: desk.call("finish_secret", FinishSecret(ceremony=begun.ceremony, totp=totp.code(secret_of(begun), step(desk)))))
    assert said.code == "enrolment_refused"


def contain(desk: Desk, account: UUID) -> None:
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, account), contained_at=desk.now))


# signing in ---------------------------------------------------------------------------------------------------------------------


def test_it_lets_in_with_reduced_assurance_and_what_is_new_is_not_trusted(desk: Desk, bruno: Telephone) -> None:
    enrolled = desk.now - timedelta(seconds=totp.SECONDS)
    who = bruno.sign_in().attend()
    assert (who.account, who.assurance, who.lease_left) == (desk.bruno, "reduced", 8)
    assert who.fresh_until == enrolled + timedelta(hours=24)
    assert {name: leaves(desk, desk.bruno, "sign_in")[-1][name] for name in ("way", "assurance", "source", "passkey")} == {
        "way": "password",
        "assurance": "reduced",
        "source": WARD,
        "passkey": None,
    }


def test_reduced_assurance_breaks_no_glass_and_confirms_no_act(desk: Desk, bruno: Telephone) -> None:
    browser = bruno.sign_in()
    assert refused(lambda: desk.call("begin_touch", protocol.Signed(**browser.signed("POST", "/touch/begin")))).code == "assurance"
    begin_act = protocol.BeginAct(**browser.signed("POST", "/touch/act"), act="unlock", subject=uuid4())
    assert refused(lambda: desk.call("begin_act", begin_act)).code == "assurance"


def test_a_code_serves_once_whoever_read_it_over_the_shoulder(desk: Desk, bruno: Telephone) -> None:
    bruno.sign_in()
    assert refused(bruno.sign_in) == REFUSED
    assert leaves(desk, desk.bruno, "sign_in_refused")[-1] == {"cause": "code", "way": "password", "source": WARD}
    desk.pass_time(timedelta(seconds=totp.SECONDS))
    assert bruno.sign_in().attend().account == desk.bruno


def test_wrong_password_wrong_code_unknown_and_contained_are_refused_alike(desk: Desk, bruno: Telephone) -> None:
    Telephone(desk, desk.eve, "eve")
    said = {bruno.fails(), bruno.fails(password=WORD, totp="000000"), bruno.fails(login="nobody", password=WORD)}
    contain(desk, desk.bruno)
    said.add(refused(bruno.sign_in))
    assert said == {REFUSED}
    assert [leaf["cause"] for leaf in leaves(desk, desk.bruno, "sign_in_refused")] == ["password", "code", "contained"]
    assert leaves(desk, desk.eve, "sign_in_refused") == []


def test_a_password_is_checked_for_nobody_too(desk: Desk, bruno: Telephone, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    right = passwords.is_right
    monkeypatch.setattr(passwords, "is_right", lambda word, kept: checked.append(kept) or right(word, kept))
    bruno.fails()
    bruno.fails(login="nobody")
    assert (checked[1], len(checked)) == (passwords.nobodys(), 2)
    assert checked[0] != checked[1]


def test_every_refusal_takes_as_long(desk: Desk, bruno: Telephone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(password, "ANSWER_SECONDS", 3.0)
    slept: list[float] = []
    monkeypatch.setattr(password.time, "sleep", slept.append)
    bruno.fails()
    bruno.fails(login="nobody")
    assert all(2.0 < one < 3.0 for one in slept)
    assert len(slept) == 2


def test_an_instance_that_does_not_allow_it_knows_no_password_nor_its_sessions(desk: Desk, bruno: Telephone) -> None:
    browser = bruno.sign_in()
    desk.guard = replace(desk.guard, settings=replace(desk.guard.settings, reduced_assurance=False))
    browser.call = desk.call
    closed = protocol.Refusal(category="denied", code="way_closed")
    assert refused(browser.attend) == protocol.Refusal(category="signed_out", code="session_over", remedy="sign_in")
    assert refused(bruno.sign_in) == closed
    assert refused(lambda: begin(desk, desk.amel, "amel")) == closed
    assert refused(lambda: desk.call("finish_secret", FinishSecret(ceremony="", totp=""))) == closed
    assert desk.call("ways", protocol.Empty()).password is False


def test_the_ways_of_an_instance_are_said(desk: Desk) -> None:
    ways = desk.call("ways", protocol.Empty())
    assert (ways.provider, ways.password, ways.idle_minutes) == (False, True, 24 * 60)


def test_too_many_at_once_is_no_answer_about_anybody(desk: Desk, bruno: Telephone, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(word: bytes, kept: str = "") -> bool:
        raise passwords.Busy

    monkeypatch.setattr(passwords, "is_right", busy)
    assert refused(bruno.sign_in) == protocol.Refusal(category="unavailable", code="busy", remedy="retry")


def test_a_session_key_that_is_none_is_refused(desk: Desk, bruno: Telephone) -> None:
    assert refused(lambda: bruno.sign_in(session_key={})).code == "bad_session_key"


def test_a_password_row_moved_to_another_account_is_found_out(desk: Desk, bruno: Telephone) -> None:
    desk.as_owner("update secret set account_id = %s", desk.amel)
    assert refused(bruno.sign_in).code == "forged_row"


# recovery -----------------------------------------------------------------------------------------------------------------------


def test_recovery_ends_passkeys_sessions_and_password_and_gives_a_code_for_an_hour(desk: Desk, bruno: Telephone) -> None:
    phone, desktop, reduced = desk.signed_in(desk.bruno), desk.signed_in(desk.bruno), bruno.sign_in()
    colleague = desk.signed_in(desk.amel)
    with desk.guard.pool.connection() as tx:
        assert own.recover(desk.guard, tx, account=desk.bruno, by=desk.amel, code="RECOVERY-2026", now=desk.now) == 2
    assert {refused(one.attend).code for one in (phone, desktop, reduced)} == {"session_closed"}
    assert refused(phone.sign_in) == REFUSED
    desk.pass_time(timedelta(seconds=totp.SECONDS))
    assert refused(bruno.sign_in) == REFUSED
    assert colleague.attend().account == desk.amel
    assert len(leaves(desk, desk.bruno, "passkey_revoked")) == 2
    again = desk.browser()
    again.enrol("RECOVERY-2026")
    again.sign_in()
    assert again.attend().account == desk.bruno


def test_a_recovery_code_not_used_within_the_hour_is_over(desk: Desk) -> None:
    with desk.guard.pool.connection() as tx:
        assert own.recover(desk.guard, tx, account=desk.bruno, by=desk.amel, code="RECOVERY-2026", now=desk.now) == 0
    desk.pass_time(timedelta(hours=1))
    assert refused(lambda: desk.browser().enrol("RECOVERY-2026")).code == "bad_code"


def test_whoever_signs_in_leaves_no_second_session_behind(desk: Desk, bruno: Telephone) -> None:
    first = bruno.sign_in()
    desk.pass_time(timedelta(seconds=totp.SECONDS))
    bruno.sign_in(replaces=first.session)
    assert refused(first.attend).code == "session_closed"


def test_the_proof_of_a_key_is_asked_for_as_ever(desk: Desk, bruno: Telephone) -> None:
    browser = bruno.sign_in()
    browser.key = dpop.ProofKey()
    assert refused(browser.attend).code == "wrong_key"
