"""Signing in, against a real PostgreSQL and a virtual authenticator."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from serment.entrance import enrolment
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.presence import sessions
from serment.wire import dpop, protocol
from serment.wire.canonical import decode_bytes
from tests.authenticator import SoftPasskey
from tests.fixtures.staff import Desk

CODE = "BRUNO-2026-ENROLS"


def refused(call: Callable[[], object]) -> protocol.Refusal:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal


def kinds(desk: Desk) -> list[str]:
    with desk.guard.pool.connection() as tx:
        return [row[0] for row in tx.execute("select kind from journal_entry where account_id = %s order by account_seq", (desk.bruno,))]


# enrolling --------------------------------------------------------------------------------------------------------------------


def test_a_code_enrols_one_passkey_and_the_passkey_signs_in(desk: Desk) -> None:
    browser = desk.browser()
    enrolled = browser.enrol(desk.code(desk.bruno))
    assert enrolled == protocol.Enrolled(account=desk.bruno, label="Bruno")
    signed_in = browser.sign_in()
    assert signed_in.until == desk.now + sessions.SESSION_LIFE
    assert browser.attend().account == desk.bruno
    assert kinds(desk)[-2:] == ["enrolment", "sign_in"]


def test_a_code_serves_once(desk: Desk) -> None:
    code = desk.code(desk.bruno)
    desk.browser().enrol(code)
    assert refused(lambda: desk.browser().enrol(code)).code == "bad_code"


def test_two_ceremonies_begun_with_one_code_end_in_one_passkey(desk: Desk) -> None:
    code, call = desk.code(desk.bruno), desk.call
    begun = [call("begin_enrolment", protocol.BeginEnrolment(code=code)) for _ in range(2)]
    answers = [desk.passkey().create(one.options) for one in begun]
    finishes = [protocol.FinishEnrolment(ceremony=b.ceremony, credential=a, label="") for b, a in zip(begun, answers, strict=True)]
    call("finish_enrolment", finishes[0])
    assert refused(lambda: call("finish_enrolment", finishes[1])).code == "bad_code"


def test_a_code_is_read_whatever_its_hyphens_and_capitals(desk: Desk) -> None:
    desk.code(desk.bruno, code=CODE)
    assert desk.browser().enrol(" bruno 2026 enrols ").account == desk.bruno


def test_an_unknown_a_used_and_an_old_code_are_refused_alike(desk: Desk) -> None:
    used, old = desk.code(desk.bruno), desk.code(desk.bruno, life=timedelta(hours=1))
    desk.browser().enrol(used)
    desk.pass_time(timedelta(hours=2))
    said = {refused(lambda code=code: desk.browser().enrol(code)) for code in (used, old, "NOSUCHCODE234")}
    assert said == {protocol.Refusal(category="denied", code="bad_code", field="code")}


def test_a_code_that_could_be_guessed_is_not_issued(desk: Desk) -> None:
    with pytest.raises(ValueError, match="10"), desk.guard.pool.connection() as tx:
        enrolment.issue(desk.guard, tx, account=desk.bruno, code="1234-5678", until=desk.now + timedelta(days=1))


def test_the_table_of_codes_does_not_hold_them(desk: Desk) -> None:
    desk.code(desk.bruno, code=CODE)
    with desk.guard.pool.connection() as tx:
        rows = tx.execute("select enrolment_code::text from enrolment_code").fetchall()
    assert not any("BRUNO2026ENROLS" in row[0] or b"BRUNO2026ENROLS".hex() in row[0] for row in rows)


@pytest.mark.parametrize(
    "misbehave",
    [
        lambda passkey: setattr(passkey, "verifies_user", False),
        lambda passkey: setattr(passkey, "cross_origin", True),
        lambda passkey: setattr(passkey, "origin", "http://localhost.evil.example"),
        lambda passkey: setattr(passkey, "rp_id", "evil.example"),
    ],
)
def test_a_passkey_that_does_not_verify_its_user_or_answers_for_another_site_is_not_enrolled(
    desk: Desk, misbehave: Callable[[SoftPasskey], None]
) -> None:
    browser = desk.browser()
    browser.authenticator = desk.passkey()
    misbehave(browser.authenticator)
    assert refused(lambda: browser.enrol(desk.code(desk.bruno))).code == "enrolment_refused"


def test_one_passkey_is_not_enrolled_twice(desk: Desk) -> None:
    browser = desk.enrolled(desk.bruno)
    assert refused(lambda: browser.enrol(desk.code(desk.amel))).code == "passkey_known"


# signing in -------------------------------------------------------------------------------------------------------------------


def test_the_challenge_names_the_session_key(desk: Desk) -> None:
    browser = desk.enrolled(desk.bruno)
    mine, theirs = dpop.ProofKey(), dpop.ProofKey()
    first = desk.call("begin_sign_in", protocol.BeginSignIn(session_key=mine.jwk))
    second = desk.call("begin_sign_in", protocol.BeginSignIn(session_key=theirs.jwk))
    answer = browser.authenticator.get(first.options)
    finish = protocol.FinishSignIn(ceremony=second.ceremony, credential=answer)
    assert refused(lambda: desk.call("finish_sign_in", finish)).code == "sign_in_refused"


def test_a_ceremony_serves_once_even_when_it_fails(desk: Desk) -> None:
    browser = desk.enrolled(desk.bruno)
    begun = desk.call("begin_sign_in", protocol.BeginSignIn(session_key=browser.key.jwk))
    answer = browser.authenticator.get(begun.options)
    wrong = json.dumps({**json.loads(answer), "type": "other"})

    def finish(credential: str) -> str:
        request = protocol.FinishSignIn(ceremony=begun.ceremony, credential=credential)
        return refused(lambda: desk.call("finish_sign_in", request)).code

    assert finish(wrong) == "sign_in_refused"
    assert finish(answer) == "ceremony_over"


def test_a_ceremony_lasts_five_minutes_and_is_of_one_kind(desk: Desk) -> None:
    browser = desk.enrolled(desk.bruno)
    begun = desk.call("begin_sign_in", protocol.BeginSignIn(session_key=browser.key.jwk))
    desk.pass_time(timedelta(minutes=5))
    finish = protocol.FinishSignIn(ceremony=begun.ceremony, credential=browser.authenticator.get(begun.options))
    assert refused(lambda: desk.call("finish_sign_in", finish)).code == "ceremony_over"
    enrolling = desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.bruno)))
    other = replace(finish, ceremony=enrolling.ceremony)
    assert refused(lambda: desk.call("finish_sign_in", other)).code == "ceremony_over"
    assert refused(lambda: desk.call("finish_sign_in", replace(finish, ceremony="not-a-ceremony"))).code == "ceremony_over"


def test_whoever_is_refused_learns_nothing(desk: Desk) -> None:
    """Unknown passkey, contained account, revoked passkey, no user verification, counter gone back: one answer."""
    unknown = desk.browser()
    unknown.authenticator = desk.passkey()
    contained, careless, cloned = desk.enrolled(desk.bruno), desk.enrolled(desk.amel), desk.enrolled(desk.chloe)
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, desk.bruno), contained_at=desk.now))
    careless.authenticator.verifies_user = False
    cloned.sign_in()
    cloned.authenticator.count_step = -1
    said = {refused(one.sign_in) for one in (unknown, contained, careless, cloned)}
    assert said == {protocol.Refusal(category="denied", code="sign_in_refused", remedy="retry")}
    assert kinds(desk)[-1] == "sign_in_refused"


@pytest.mark.parametrize("credential", ["", "null", "[]", "{}", '{"id":1}', '{"id":"!"}', '{"id":"AAAA"}', "[" * 9000, "x" * 20_000])
def test_garbage_for_a_credential_is_only_refused(desk: Desk, credential: str) -> None:
    begun = desk.call("begin_sign_in", protocol.BeginSignIn(session_key=dpop.ProofKey().jwk))
    finish = protocol.FinishSignIn(ceremony=begun.ceremony, credential=credential)
    assert refused(lambda: desk.call("finish_sign_in", finish)).code == "sign_in_refused"


@pytest.mark.parametrize("key", [{}, {"kty": "EC"}, {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}])
def test_a_session_key_that_is_none_is_refused(desk: Desk, key: dict[str, str]) -> None:
    assert refused(lambda: desk.call("begin_sign_in", protocol.BeginSignIn(session_key=key))).code == "bad_session_key"


def test_options_ask_for_any_passkey_of_the_instance_with_its_user_verified(desk: Desk) -> None:
    options = json.loads(desk.call("begin_sign_in", protocol.BeginSignIn(session_key=dpop.ProofKey().jwk)).options)
    assert (options["rpId"], options["userVerification"], options.get("allowCredentials", [])) == ("localhost", "required", [])
    assert len(decode_bytes(options["challenge"])) == 32
    creation = json.loads(desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.bruno))).options)
    assert creation["authenticatorSelection"]["residentKey"] == "required"
    assert creation["authenticatorSelection"]["userVerification"] == "required"


# sessions ---------------------------------------------------------------------------------------------------------------------


def test_the_table_of_sessions_does_not_hold_the_handle(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    with desk.guard.pool.connection() as tx:
        rows = tx.execute("select session::text from session").fetchall()
    assert not any(browser.session in row[0] or browser.session.encode().hex() in row[0] for row in rows)


def test_a_session_ends_after_twelve_hours_whatever_it_did(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    for _ in range(11):
        desk.pass_time(timedelta(hours=1))
        browser.attend()
    desk.pass_time(timedelta(hours=1))
    assert refused(browser.attend) == protocol.Refusal(category="signed_out", code="session_over", remedy="sign_in")


def test_signing_out_ends_this_session_only(desk: Desk) -> None:
    here = desk.signed_in(desk.bruno)
    there = desk.browser()
    there.authenticator = here.authenticator
    there.sign_in()
    desk.call("sign_out", protocol.Signed(**here.signed("POST", "/session/end")))
    assert refused(here.attend).code == "session_closed"
    assert there.attend().account == desk.bruno
    assert kinds(desk)[-1] == "sign_out"


def test_one_closes_ones_own_sessions_and_nobody_elses(desk: Desk) -> None:
    bruno, eve = desk.signed_in(desk.bruno), desk.signed_in(desk.eve)
    mine = desk.call("account", protocol.Signed(**bruno.signed("GET", "/account/"))).sessions
    assert [session.current for session in mine] == [True]
    steal = protocol.CloseSession(**eve.signed("POST", "/account/"), id=mine[0].id)
    assert refused(lambda: desk.call("close_session", steal)).code == "unknown_session"
    desk.call("close_session", protocol.CloseSession(**bruno.signed("POST", "/account/"), id=mine[0].id))
    assert refused(bruno.attend).code == "session_closed"


def test_revoking_a_passkey_ends_its_sessions_and_the_last_one_stays(desk: Desk) -> None:
    phone, desktop = desk.signed_in(desk.bruno), desk.signed_in(desk.bruno)
    keys = desk.call("account", protocol.Signed(**desktop.signed("GET", "/account/"))).passkeys
    first = desk.passkey_of(phone)
    desk.call("revoke_passkey", protocol.RevokePasskey(**desktop.signed("POST", "/account/"), id=first))
    assert len(keys) == 2
    assert refused(phone.attend).code == "session_closed"
    assert refused(phone.sign_in).code == "sign_in_refused"
    last = protocol.RevokePasskey(**desktop.signed("POST", "/account/"), id=desk.passkey_of(desktop))
    assert refused(lambda: desk.call("revoke_passkey", last)).code == "last_passkey"
    other = protocol.RevokePasskey(**desktop.signed("POST", "/account/"), id=uuid4())
    assert refused(lambda: desk.call("revoke_passkey", other)).code == "unknown_passkey"


def test_a_contained_account_is_told_so_in_every_session(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, desk.bruno), contained_at=desk.now))
        assert sessions.close_all(desk.guard, tx, desk.bruno, desk.now) == 1
    assert refused(browser.attend) == protocol.Refusal(category="denied", code="contained")


def test_a_session_row_that_the_guard_did_not_write_is_refused(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    desk.as_owner("update session set until = until + interval '1 day'")
    assert refused(browser.attend).code == "forged_row"
    desk.as_owner("update session set until = until - interval '1 day', account_id = %s", desk.amel)
    assert refused(browser.attend).code == "forged_row"


@pytest.mark.parametrize("table", ["passkey", "enrolment_code"])
def test_a_passkey_or_a_code_moved_to_another_account_is_refused(desk: Desk, table: str) -> None:
    browser = desk.enrolled(desk.eve)
    code = desk.code(desk.eve)
    desk.as_owner(f"update {table} set account_id = %s", desk.amel)
    assert refused(browser.sign_in if table == "passkey" else lambda: desk.browser().enrol(code)).code == "forged_row"


# touching ---------------------------------------------------------------------------------------------------------------------


def test_a_touch_fills_the_lease_and_is_journaled(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    assert browser.touch().lease_left == 25
    assert kinds(desk)[-1] == "touch"


def test_a_touch_of_somebody_elses_passkey_or_in_another_session_fills_nothing(desk: Desk) -> None:
    bruno, eve = desk.signed_in(desk.bruno), desk.signed_in(desk.eve)
    bruno.authenticator, own = eve.authenticator, bruno.authenticator
    assert refused(bruno.touch).code == "touch_refused"
    bruno.authenticator = own
    begun = desk.call("begin_touch", protocol.Signed(**bruno.signed("POST", "/touch/begin")))
    answer = own.get(begun.options)
    bruno.sign_in()
    finish = protocol.FinishTouch(**bruno.signed("POST", "/touch/finish"), ceremony=begun.ceremony, credential=answer)
    assert refused(lambda: desk.call("finish_touch", finish)).code == "touch_refused"


# proofs -----------------------------------------------------------------------------------------------------------------------


def test_a_proof_is_of_this_minute(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    old, early = browser.signed(), browser.key.proof(htm="GET", htu=browser.origin + "/", now=desk.now + timedelta(seconds=30))
    desk.pass_time(timedelta(seconds=61))
    assert refused(lambda: desk.call("attend", protocol.Signed(**old))).code == "stale_proof"
    desk.pass_time(timedelta(seconds=-61))
    assert refused(lambda: desk.call("attend", protocol.Signed(session=browser.session, proof=early))).code == "stale_proof"


def test_a_proof_serves_each_verb_once_for_each_patient(desk: Desk) -> None:
    browser, patient = desk.signed_in(desk.bruno), uuid4()
    signed = browser.signed("GET", f"/patients/{patient}/")

    def ask(verb: str, **more: object) -> sessions.Caller:
        with desk.guard.pool.connection() as tx:
            return sessions.authenticate(desk.guard, tx, **signed, verb=verb, now=desk.now, **more)

    assert ask("attend").account == ask("open", patient=patient).account == desk.bruno
    for again in (lambda: ask("attend"), lambda: ask("open", patient=patient)):
        assert refused(again).code == "replayed_proof"


def test_a_proof_of_one_patients_page_opens_no_other_record(desk: Desk) -> None:
    browser, patient, other = desk.signed_in(desk.bruno), uuid4(), uuid4()

    def ask(path: str, *, method: str = "GET", emergency: bool = False) -> None:
        with desk.guard.pool.connection() as tx:
            signed = browser.signed(method, path)
            sessions.authenticate(desk.guard, tx, **signed, verb="open", now=desk.now, patient=patient, emergency=emergency)

    ask(f"/patients/{patient}/allergies/")
    ask(f"/patients/{patient}/break-glass/", method="POST", emergency=True)
    wrong = [f"/patients/{other}/", "/", f"/patients/{patient}0/", f"/patients/{other}/../{patient}/", f"/x/patients/{patient}/"]
    for path in wrong:
        assert refused(lambda path=path: ask(path)).code == "wrong_address"
    assert refused(lambda: ask(f"/patients/{patient}/break-glass/", emergency=True)).code == "wrong_address"
    assert refused(lambda: ask(f"/patients/{patient}/", method="POST", emergency=True)).code == "wrong_address"


def test_a_proof_made_to_read_a_page_changes_nothing(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    assert refused(lambda: desk.call("sign_out", protocol.Signed(**browser.signed("GET", "/session/end")))).code == "wrong_address"
    assert browser.attend().account == desk.bruno


def test_an_interface_is_known_by_its_key_and_signs_each_verb(desk: Desk) -> None:
    key = desk.interface_key()

    def ask(verb: str, htu: str, *, htm: str = "POST", with_key: dpop.ProofKey = key) -> sessions.Caller:
        with desk.guard.pool.connection() as tx:
            proof = with_key.proof(htm=htm, htu=htu, now=desk.now)
            return sessions.authenticate(desk.guard, tx, session="", proof=proof, verb=verb, now=desk.now)

    caller = ask("register", "serment:register")
    assert (caller.account, caller.kind, caller.session) == (desk.letterbox, "interface", None)
    assert refused(lambda: ask("tie", "serment:register")).code == "wrong_address"
    assert refused(lambda: ask("register", "serment:register", htm="GET")).code == "wrong_address"
    assert refused(lambda: ask("register", "serment:register", with_key=dpop.ProofKey())).code == "unknown_session"
    person = desk.signed_in(desk.bruno)
    assert refused(lambda: ask("register", "serment:register", with_key=person.key)).code == "unknown_session"
