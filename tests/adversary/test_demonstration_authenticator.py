"""The demonstration's software key, tried everywhere else: no other instance believes it, even when its rows stand in the table."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.wire import protocol
from tests.authenticator import SoftwareKey
from tests.fixtures.staff import Desk


@contextmanager
def refusal_of(code: str) -> Iterator[None]:
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.refusal.code == code


def in_earnest(desk: Desk) -> None:
    """The same databases, read by a guard that is no demonstration."""
    desk.guard = replace(desk.guard, settings=replace(desk.guard.settings, demonstration=False))


def as_real_person(desk: Desk) -> None:
    """The account is no longer marked as fictional."""
    with desk.guard.pool.connection() as tx:
        accounts.save(desk.guard, tx, replace(accounts.load(desk.guard, tx, desk.bruno), demonstration=False))


def test_in_a_demonstration_it_enrols_signs_in_and_touches(desk: Desk) -> None:
    browser = desk.browser(SoftwareKey())
    browser.become(desk.bruno)
    assert browser.attend().account == desk.bruno
    assert browser.touch().lease_left == 25
    view = desk.call("account", protocol.Signed(**browser.signed("GET", "/account/")))
    assert [key.software for key in view.passkeys] == [True]


@pytest.mark.parametrize("change", [in_earnest, as_real_person])
def test_elsewhere_it_is_not_enrolled(desk: Desk, change: object) -> None:
    code = desk.code(desk.bruno)
    change(desk)  # type: ignore[operator]
    with refusal_of("enrolment_refused"):
        desk.browser(SoftwareKey()).enrol(code)


@pytest.mark.parametrize("change", [in_earnest, as_real_person])
def test_elsewhere_its_row_does_not_sign_in(desk: Desk, change: object) -> None:
    browser = desk.browser(SoftwareKey())
    browser.enrol(desk.code(desk.bruno))
    change(desk)  # type: ignore[operator]
    browser.call = desk.call
    with refusal_of("sign_in_refused"):
        browser.sign_in()


@pytest.mark.parametrize("change", [in_earnest, as_real_person])
def test_elsewhere_its_sessions_are_over(desk: Desk, change: object) -> None:
    browser = desk.browser(SoftwareKey())
    browser.become(desk.bruno)
    change(desk)  # type: ignore[operator]
    browser.call = desk.call
    with refusal_of("session_over"):
        browser.attend()
    with refusal_of("session_over"):
        browser.touch()


def test_a_software_answer_does_not_pass_for_a_passkey(desk: Desk) -> None:
    """Eve knows the id of a real passkey and signs with a software key of her own."""
    real = desk.enrolled(desk.bruno)
    forged = SoftwareKey()
    forged.id = real.authenticator.id
    with refusal_of("sign_in_refused"):
        desk.browser(forged).sign_in()
    real.sign_in()


def test_a_passkeys_answer_does_not_pass_for_a_software_one(desk: Desk) -> None:
    """Nor can a row marked as software be signed for with anything but its own key."""
    browser = desk.browser(SoftwareKey())
    browser.enrol(desk.code(desk.bruno))
    other = SoftwareKey()
    other.id = browser.authenticator.id
    passkey = desk.passkey()
    passkey.id = browser.authenticator.id
    for wrong in (other, passkey):
        with refusal_of("sign_in_refused"):
            desk.browser(wrong).sign_in()


def test_a_row_marked_as_no_software_by_the_databases_owner_is_refused(desk: Desk) -> None:
    browser = desk.browser(SoftwareKey())
    browser.enrol(desk.code(desk.bruno))
    desk.as_owner("update passkey set software = false where account_id = %s", desk.bruno)
    with refusal_of("forged_row"):
        browser.sign_in()


@pytest.mark.parametrize("signature", ["", "AAAA", "é", "A" * 86])
def test_a_wrong_signature_enrols_nothing(desk: Desk, signature: str) -> None:
    begun = desk.call("begin_enrolment", protocol.BeginEnrolment(code=desk.code(desk.bruno)))
    credential = json.dumps({**json.loads(SoftwareKey().create(begun.options)), "signature": signature})
    with refusal_of("enrolment_refused"):
        desk.call("finish_enrolment", protocol.FinishEnrolment(ceremony=begun.ceremony, credential=credential, label=""))


def test_codes_of_personas_are_given_for_fictional_people_of_a_demonstration_only(desk: Desk) -> None:
    for account in (desk.letterbox, uuid4()):
        with refusal_of("not_a_demonstration"):
            desk.call("persona_code", protocol.PersonaCode(account=account))
    as_real_person(desk)
    with refusal_of("not_a_demonstration"):
        desk.call("persona_code", protocol.PersonaCode(account=desk.bruno))
    in_earnest(desk)
    with refusal_of("not_a_demonstration"):
        desk.call("persona_code", protocol.PersonaCode(account=desk.amel))
