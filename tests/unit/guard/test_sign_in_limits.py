"""What signing in withstands: a flood, a full memory, a contained account, a key moved to another kind of account."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from serment.entrance import ceremonies
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.presence import foreign_use
from serment.wire import dpop, protocol
from serment.wire.protocol import Refusal
from tests.fixtures.staff import Desk


def refused(call: Callable[[], object]) -> Refusal:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.refusal


def contain(desk: Desk, account: UUID) -> None:
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, account), contained_at=desk.now))


def test_a_flood_of_ceremonies_is_refused_and_is_over_when_they_are(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ceremonies, "UNDER_WAY_MAX", 2)

    def begin() -> object:
        return desk.call("begin_sign_in", protocol.BeginSignIn(session_key=dpop.ProofKey().jwk))

    assert begin()
    assert begin()
    flooded = refused(begin)
    assert (flooded.category, flooded.code) == ("unavailable", "too_many_ceremonies")
    desk.pass_time(ceremonies.CEREMONY_LIFE)
    assert begin()


def test_whoever_is_contained_meanwhile_is_enrolled_with_nothing(desk: Desk) -> None:
    begun = desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.bruno)))
    contain(desk, desk.bruno)
    answer = desk.passkey().create(begun.options)
    said = refused(lambda: desk.call("finish_enrolment", protocol.FinishEnrolment(ceremony=begun.ceremony, credential=answer, label="")))
    assert (said.category, said.code) == ("denied", "enrolment_refused")


def test_an_interface_gets_no_passkey(desk: Desk) -> None:
    begun = desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.letterbox)))
    answer = desk.passkey().create(begun.options)
    said = refused(lambda: desk.call("finish_enrolment", protocol.FinishEnrolment(ceremony=begun.ceremony, credential=answer, label="")))
    assert (said.category, said.code) == ("denied", "enrolment_refused")


def by(desk: Desk, key: dpop.ProofKey, *, verb: str = "practitioner_account", htm: str = "POST", htu: str = "") -> object:
    proof = key.proof(htm=htm, htu=htu or f"serment:{verb}", now=desk.now)
    return desk.call(verb, protocol.PractitionerAccount(session="", proof=proof, rpps="1"))


def test_a_contained_interface_is_refused_everything(desk: Desk) -> None:
    key = desk.interface_key()
    assert by(desk, key)
    contain(desk, desk.letterbox)
    said = refused(lambda: by(desk, key))
    assert (said.category, said.code) == ("denied", "contained")


def test_the_key_of_an_interface_does_not_serve_a_persons_account(desk: Desk) -> None:
    key = dpop.ProofKey()
    row = {"thumbprint": key.thumbprint, "account_id": desk.bruno}
    with desk.guard.pool.connection() as tx:
        tx.execute(
            "insert into interface_key (thumbprint, account_id, mac) values (%s, %s, %s)",
            (key.thumbprint, desk.bruno, desk.guard.vault.mac("interface_key", row)),
        )
    said = refused(lambda: by(desk, key))
    assert (said.category, said.code, said.remedy) == ("signed_out", "unknown_session", "sign_in")


@pytest.mark.parametrize(
    ("htm", "htu"), [("GET", "serment:practitioner_account"), ("POST", "serment:register"), ("POST", "http://localhost:8000/")]
)
def test_a_proof_of_an_interface_is_of_this_verb_and_a_post(desk: Desk, htm: str, htu: str) -> None:
    key = desk.interface_key()
    assert refused(lambda: by(desk, key, htm=htm, htu=htu)).code == "wrong_address"


def test_a_key_nobody_provisioned_is_nobodys(desk: Desk) -> None:
    said = refused(lambda: by(desk, dpop.ProofKey()))
    assert (said.category, said.code, said.remedy) == ("signed_out", "unknown_session", "sign_in")


def test_a_session_that_the_guard_never_opened_is_unknown(desk: Desk) -> None:
    browser = desk.signed_in(desk.bruno)
    browser.session = "somebody's else"
    said = refused(browser.attend)
    assert (said.category, said.code, said.remedy) == ("signed_out", "unknown_session", "sign_in")


def test_a_passkey_that_says_it_is_of_somebody_else_signs_nobody_in(desk: Desk) -> None:
    browser = desk.enrolled(desk.bruno)
    browser.authenticator.user_handle = desk.eve.bytes
    said = refused(browser.sign_in)
    assert (said.category, said.code, said.remedy) == ("denied", "sign_in_refused", "retry")
    with desk.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry where kind = 'sign_in_refused' and account_id = %s", (desk.bruno,)).fetchall()
    assert [json.loads(bytes(row[0]))["body"]["cause"] for row in rows] == ["user_handle"]


# a copied cookie ----------------------------------------------------------------------------------------------------------------


def told(desk: Desk) -> int:
    with desk.guard.pool.connection() as tx:
        row = tx.execute("select count(*) from journal_entry where kind = 'refusal' and account_id = %s", (desk.bruno,)).fetchone()
    return row[0] if row else 0


def test_a_copied_cookie_is_told_once_a_quarter_of_an_hour_for_each_session(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_use, "_told", {})

    def note(session: UUID, now: datetime) -> int:
        foreign_use.note(desk.guard, session=session, account=desk.bruno, verb="open", now=now)
        return told(desk)

    one, other, start = uuid4(), uuid4(), desk.now
    assert note(one, start) == 1
    assert note(one, start + foreign_use.TOLD_AGAIN_AFTER * 0.99) == 1
    assert note(other, start) == 2
    assert note(one, start + foreign_use.TOLD_AGAIN_AFTER) == 3


def test_a_memory_full_of_copied_cookies_forgets_and_tells_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    memory: dict[UUID, datetime] = {}
    monkeypatch.setattr(foreign_use, "_told", memory)
    monkeypatch.setattr(foreign_use, "REMEMBERED_MAX", 2)
    sessions = [uuid4() for _ in range(3)]
    for session in sessions:
        foreign_use.note(desk.guard, session=session, account=desk.bruno, verb="open", now=desk.now)
    assert list(memory) == sessions[2:]
    foreign_use.note(desk.guard, session=sessions[0], account=desk.bruno, verb="open", now=desk.now)
    assert told(desk) == 4
