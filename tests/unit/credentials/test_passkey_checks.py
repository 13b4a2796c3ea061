"""What a passkey proves: only its own site, its own challenge, its user verified, its counter going on, its own account."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.credentials import passkeys
from serment.credentials.passkeys import Asked, Credential, NotProved
from serment.wire.canonical import encode_bytes
from tests.authenticator import SoftPasskey, SoftwareKey

ORIGIN, SITE = "https://serment.example", "serment.example"
ACCOUNT = uuid4()


@pytest.fixture
def asked() -> Asked:
    return Asked(rp_id=SITE, origin=ORIGIN, challenge=os.urandom(32), is_software_allowed=False)


def options(asked: Asked, account: UUID = ACCOUNT) -> str:
    return json.dumps({"challenge": encode_bytes(asked.challenge), "user": {"id": encode_bytes(account.bytes)}})


def passkey() -> SoftPasskey:
    return SoftPasskey(origin=ORIGIN, rp_id=SITE)


def created(key: SoftPasskey | SoftwareKey, asked: Asked) -> Credential:
    return passkeys.verify_new(passkeys.read(key.create(options(asked))), asked)


def used(key: SoftPasskey | SoftwareKey, asked: Asked, known: Credential, *, account: UUID = ACCOUNT, **changes: Any) -> int:
    value = {**passkeys.read(key.get(options(asked))), **changes}
    return passkeys.verify_use(value, asked, known=known, account=account)


def cause(call: Callable[[], object]) -> str:
    with pytest.raises(NotProved) as caught:
        call()
    return str(caught.value)


def test_a_new_passkey_and_its_use(asked: Asked) -> None:
    key = passkey()
    known = created(key, asked)
    assert (known.credential_id, known.sign_count, known.software) == (key.id, 0, False)
    assert [used(key, asked, replace(known, sign_count=count)) for count in (0, 1)] == [1, 2]


MISBEHAVIOURS: list[tuple[str, Any, str]] = [
    ("verifies_user", False, ""),
    ("origin", "https://evil.example", ""),
    ("rp_id", "evil.example", ""),
    ("cross_origin", True, "cross_origin"),
]


@pytest.mark.parametrize(("name", "value", "said"), MISBEHAVIOURS)
def test_an_authenticator_that_misbehaves_proves_nothing(asked: Asked, name: str, value: Any, said: str) -> None:
    key = passkey()
    known = created(key, asked)
    setattr(key, name, value)
    for call in (lambda: created(key, asked), lambda: used(key, asked, known)):
        found = cause(call)
        assert found == said or (not said and found.startswith("Invalid"))


def test_another_challenge_another_account_and_a_counter_that_goes_back(asked: Asked) -> None:
    key = passkey()
    known = created(key, asked)
    other = replace(asked, challenge=os.urandom(32))
    value = passkeys.read(key.get(options(asked)))
    assert cause(lambda: passkeys.verify_use(value, other, known=known, account=ACCOUNT)).startswith("Invalid")
    assert cause(lambda: used(key, asked, known, account=uuid4())) == "user_handle"
    assert cause(lambda: used(key, asked, replace(known, sign_count=99))).startswith("Invalid")
    assert cause(lambda: used(passkey(), asked, known)).startswith("Invalid")


def test_an_authenticator_without_a_user_handle_is_believed(asked: Asked) -> None:
    """Security keys that hold no discoverable credential answer without one; the credential's id says whose it is."""
    key = passkey()
    known = created(key, asked)
    value = passkeys.read(key.get(options(asked)))
    value["response"]["userHandle"] = None
    assert passkeys.verify_use(value, asked, known=known, account=ACCOUNT) == 1


def test_a_software_key_counts_only_where_it_is_allowed(asked: Asked) -> None:
    key, demonstration = SoftwareKey(), replace(asked, is_software_allowed=True)
    known = created(key, demonstration)
    assert (known.credential_id, known.sign_count, known.software) == (key.id, 0, True)
    assert used(key, demonstration, known) == 0
    assert cause(lambda: created(key, asked)) == "software"
    assert cause(lambda: used(key, asked, known)) == "software"


def test_a_software_answer_never_stands_for_a_real_passkey(asked: Asked) -> None:
    real, software = passkey(), SoftwareKey()
    demonstration = replace(asked, is_software_allowed=True)
    assert cause(lambda: used(software, demonstration, created(real, asked))) == "software"


@pytest.mark.parametrize("signature", [None, "", "!", "AAAA", 7])
def test_a_software_key_signs(asked: Asked, signature: object) -> None:
    key, demonstration = SoftwareKey(), replace(asked, is_software_allowed=True)
    known = created(key, demonstration)
    assert cause(lambda: used(key, demonstration, known, signature=signature)) == "signature"
    assert cause(lambda: used(SoftwareKey(), demonstration, known)) == "signature"


def test_a_new_software_key_without_its_public_key_is_none(asked: Asked) -> None:
    value = passkeys.read(SoftwareKey().get(options(asked)))
    assert cause(lambda: passkeys.verify_new(value, replace(asked, is_software_allowed=True))) == "signature"


@pytest.mark.parametrize("text", ["", "null", "[]", "{}", '{"id": 1}', "[" * 9000, '{"id": "x", "y": "' + "x" * 16_384 + '"}'])
def test_what_is_no_credential_is_not_read(text: str) -> None:
    assert cause(lambda: passkeys.read(text)) == "malformed"


@pytest.mark.parametrize(("size", "is_read"), [(15, False), (16, True), (1023, True), (1024, False)])
def test_a_credentials_id_has_sixteen_bytes_to_a_thousand(size: int, is_read: bool) -> None:
    value = {"id": encode_bytes(b"x" * size)}
    if is_read:
        assert passkeys.credential_id(value) == b"x" * size
    else:
        assert cause(lambda: passkeys.credential_id(value)) == "malformed"


def test_an_id_that_is_no_base64_is_refused() -> None:
    assert cause(lambda: passkeys.credential_id({"id": "!"})) == "malformed"
