"""The master key in a hardware module, played by SoftHSM2: it works inside the token, cannot be taken out, and its loss is told plainly."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pkcs11
import pytest
from cryptography.exceptions import InvalidTag
from pkcs11 import Attribute

from serment.custody import hsm, keyfile
from serment.custody.master import MasterKeyError
from serment.guard.vault import store
from serment.guardhouse.__main__ import tell_rotation
from tests.fixtures.custody import PASSPHRASE, Held, Token

NAME = b"patient|1"
KEY = b"k" * 32


@pytest.fixture
def key(token: Token) -> Iterator[hsm.HsmMasterKey]:
    """A master key made in the token for this test."""
    label = hsm.make(module=token.module, token=token.label, pin=token.pin, generation=7)
    yield hsm.HsmMasterKey(module=token.module, token=token.label, label=label, pin=token.pin)
    hsm.destroy(module=token.module, token=token.label, pin=token.pin, label=label)


def refusal(**given: str) -> str:
    with pytest.raises(MasterKeyError) as refused:
        hsm.HsmMasterKey(**given)
    return str(refused.value)


def labels(token: Token) -> set[str]:
    with hsm._LOCK:
        session = hsm._session(token.module, token.label, token.pin)
        return {found[Attribute.LABEL] for found in session.get_objects({Attribute.CLASS: pkcs11.ObjectClass.SECRET_KEY})}


def test_what_it_wraps_it_alone_unwraps_under_the_same_name(key: hsm.HsmMasterKey) -> None:
    wrapped = key.wrap(KEY, name=NAME)
    assert len(wrapped) == 12 + 32 + 16
    assert KEY not in wrapped
    assert key.unwrap(wrapped, name=NAME) == KEY
    assert key.wrap(KEY, name=NAME) != wrapped
    with pytest.raises(InvalidTag):
        key.unwrap(wrapped, name=b"patient|2")


@pytest.mark.parametrize("cut", [0, 11, 27, 28, 59])
def test_a_wrapped_key_that_was_cut_or_altered_does_not_open(key: hsm.HsmMasterKey, cut: int) -> None:
    wrapped = key.wrap(KEY, name=NAME)
    for altered in (wrapped[:cut], wrapped[:cut] + bytes([wrapped[cut] ^ 1]) + wrapped[cut + 1 :]):
        with pytest.raises(InvalidTag):
            key.unwrap(altered, name=NAME)
    assert key.unwrap(wrapped, name=NAME) == KEY


def test_the_key_cannot_be_taken_out_of_the_token_in_any_way(token: Token, key: hsm.HsmMasterKey) -> None:
    inside = key._found()
    with pytest.raises(pkcs11.AttributeSensitive):
        inside[Attribute.VALUE]
    for attribute in (Attribute.EXTRACTABLE, Attribute.WRAP, Attribute.UNWRAP, Attribute.SIGN, Attribute.DERIVE, Attribute.MODIFIABLE):
        assert inside[attribute] is False, attribute
    for attribute in (
        Attribute.SENSITIVE,
        Attribute.ALWAYS_SENSITIVE,
        Attribute.NEVER_EXTRACTABLE,
        Attribute.LOCAL,
        Attribute.PRIVATE,
        Attribute.TOKEN,
    ):
        assert inside[attribute] is True, attribute
    assert inside.key_length == 256


def test_six_threads_of_the_guard_use_it_at_once(key: hsm.HsmMasterKey) -> None:
    wrapped = key.wrap(KEY, name=NAME)
    answers: list[bytes] = []

    def work() -> None:
        answers.extend(key.unwrap(wrapped, name=NAME) for _ in range(300))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [KEY] * 1800


def test_it_goes_on_after_the_token_was_lost_and_came_back(token: Token, key: hsm.HsmMasterKey) -> None:
    wrapped = key.wrap(KEY, name=NAME)
    # What a network module does when its line breaks: every session and handle is gone.
    pkcs11.lib(token.module).reinitialize()
    assert key.unwrap(wrapped, name=NAME) == KEY
    pkcs11.lib(token.module).reinitialize()
    assert key.unwrap(key.wrap(KEY, name=NAME), name=NAME) == KEY


def test_two_keys_of_one_token_work_side_by_side(token: Token, key: hsm.HsmMasterKey) -> None:
    other = token.entry(2).holder()
    wrapped = key.wrap(KEY, name=NAME)
    again = other.wrap(key.unwrap(wrapped, name=NAME), name=NAME)
    assert other.unwrap(again, name=NAME) == key.unwrap(wrapped, name=NAME) == KEY
    with pytest.raises(InvalidTag):
        other.unwrap(wrapped, name=NAME)
    assert key.unwrap(wrapped, name=NAME) == KEY


def test_a_key_that_is_gone_is_told_with_the_name_of_the_token(token: Token) -> None:
    entry = token.entry()
    holder = entry.holder()
    wrapped = holder.wrap(KEY, name=NAME)
    hsm.destroy(module=token.module, token=token.label, pin=token.pin, label=entry.label)
    for lost in (lambda: holder.unwrap(wrapped, name=NAME), lambda: holder.wrap(KEY, name=NAME), entry.holder):
        with pytest.raises(MasterKeyError, match=rf"« {token.label} » ne porte pas la clé maîtresse « {entry.label} » : restaurez-le"):
            lost()
    # Destroyed is destroyed: once more is not an error.
    hsm.destroy(module=token.module, token=token.label, pin=token.pin, label=entry.label)


def test_what_is_missing_is_told_with_what_to_do(token: Token) -> None:
    good = {"module": token.module, "token": token.label, "label": "serment-1-x", "pin": token.pin}
    assert refusal(**{**good, "module": "/nowhere.so"}) == (
        "La bibliothèque PKCS#11 /nowhere.so ne peut pas être chargée : installez-la, ou corrigez son chemin."
    )
    assert "ne montre pas un jeton « absent » : branchez-le" in refusal(**{**good, "token": "absent"})
    assert "ne porte pas la clé maîtresse « serment-1-x »" in refusal(**good)


def test_a_wrong_pin_is_tried_once_and_told(token: Token, monkeypatch: pytest.MonkeyPatch) -> None:
    hsm._close(token.module)
    tries: list[str] = []
    opened = hsm._opened

    def counted(module: str, label: str, pin: str, **more: bool) -> object:
        tries.append(pin)
        return opened(module, label, pin, **more)

    monkeypatch.setattr(hsm, "_opened", counted)
    wrong = {"module": token.module, "token": token.label, "pin": "000000"}
    said = f"Le jeton « {token.label} » refuse le code PIN : vérifiez-le avant que le jeton ne se verrouille."
    assert refusal(**wrong, label="serment-1-x") == said
    assert tries == ["000000"]
    for act in (lambda: hsm.make(**wrong, generation=1), lambda: hsm.destroy(**wrong, label="serment-1-x")):
        with pytest.raises(MasterKeyError, match="refuse le code PIN"):
            act()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (pkcs11.PinLocked(), "Le code PIN du jeton « j » est verrouillé ou périmé : débloquez-le avec l'outil du fabricant."),
        (pkcs11.PinExpired(), "Le code PIN du jeton « j » est verrouillé ou périmé : débloquez-le avec l'outil du fabricant."),
        (pkcs11.TokenNotPresent(), "Le module m.so ne montre pas un jeton « j » : branchez-le, ou vérifiez son nom."),
        (pkcs11.MechanismInvalid(), "Le jeton « j » ne sait pas AES-GCM (CKM_AES_GCM) : prenez un autre module."),
        (pkcs11.DeviceError(), "Le jeton « j » ne répond pas (DeviceError) : vérifiez le module m.so, puis relancez."),
    ],
)
def test_each_failure_of_a_module_has_its_sentence(error: pkcs11.PKCS11Error, said: str) -> None:
    assert str(hsm.told(error, module="m.so", token="j")) == said


class Broken:
    """A key handle of a module that fails in one way."""

    def __init__(self, error: pkcs11.PKCS11Error) -> None:
        self.error = error

    def encrypt(self, *given: object, **more: object) -> bytes:
        raise self.error

    decrypt = encrypt


@pytest.mark.parametrize("error", [pkcs11.EncryptedDataInvalid(), pkcs11.EncryptedDataLenRange()])
def test_a_module_that_says_itself_that_the_bytes_are_altered_is_believed(
    key: hsm.HsmMasterKey, error: pkcs11.PKCS11Error, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key, "_found", lambda: Broken(error))
    with pytest.raises(InvalidTag):
        key.unwrap(b"w" * 60, name=NAME)


def test_a_module_that_stays_broken_is_told_and_is_found_again_later(
    token: Token, key: hsm.HsmMasterKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrapped = key.wrap(KEY, name=NAME)
    broken = Broken(pkcs11.DeviceError())

    with monkeypatch.context() as patch:
        patch.setattr(key, "_found", lambda: broken)
        with pytest.raises(MasterKeyError, match=r"ne répond pas \(DeviceError\)"):
            key.unwrap(wrapped, name=NAME)
    assert key.unwrap(wrapped, name=NAME) == KEY


def test_a_module_that_cannot_even_be_begun_anew_says_why_at_the_next_call(
    token: Token, key: hsm.HsmMasterKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Dead:
        def reinitialize(self) -> None:
            raise pkcs11.GeneralError

    with monkeypatch.context() as patch:
        patch.setattr(pkcs11, "lib", lambda module: Dead())
        hsm._close(token.module)
    assert not hsm._SESSIONS
    assert key.unwrap(key.wrap(KEY, name=NAME), name=NAME) == KEY


def test_a_guard_moves_into_a_module_and_out_of_it_while_it_works(held: Held, token: Token) -> None:
    patients = held.add_patients(5)

    def rotate(holder: keyfile.Entry | None) -> None:
        turning = replace(held.rotation, holder=holder)
        turning.run(held.guard.settings.guard_dsn, tell=tell_rotation, on_progress=lambda done, total: None, grace=0)
        assert {patient: held.read(patient) for patient in patients} == patients
        patients.update(held.add_patients(1))

    rotate(token.holder())
    first = keyfile.entries(held.path, PASSPHRASE)[0]
    assert (first.generation, first.kind, first.token, first.secret) == (2, "hsm", token.label, token.pin.encode())
    assert token.pin not in held.path.read_text()
    assert first.label in labels(token)

    # Like the present one: a new key in the same token, and the old one destroyed there.
    rotate(None)
    second = keyfile.entries(held.path, PASSPHRASE)[0]
    assert (second.generation, second.kind, second.token) == (3, "hsm", token.label)
    assert labels(token) & {first.label, second.label} == {second.label}

    rotate(keyfile.new_entry(1))
    assert [(one.generation, one.kind) for one in keyfile.entries(held.path, PASSPHRASE)] == [(4, "file")]
    assert second.label not in labels(token)
    assert held.counts() == {4: 8 + len(store.NAMED_KEYS)}
    again = replace(held, guard=held.restarted())
    assert {patient: again.read(patient) for patient in patients} == patients


def test_an_old_key_that_was_not_destroyed_before_a_kill_is_destroyed_by_the_next_run(held: Held, token: Token) -> None:
    old = keyfile.entries(held.path, PASSPHRASE)[0]
    current = token.entry(2)
    gone = replace(token.entry(1), retired=True)
    keyfile.replace_all(held.path, PASSPHRASE, [old, current])
    held.rotation.rewrap(held.connection, on_progress=lambda done, total: None)
    keyfile.replace_all(held.path, PASSPHRASE, [gone, current])
    # A guard that starts at this moment does not ask for the key that is going.
    assert set(keyfile.generations(held.path, PASSPHRASE).keys) == {2}
    held.rotation.run(held.guard.settings.guard_dsn, tell=tell_rotation, on_progress=lambda done, total: None, grace=0)
    assert labels(token) & {gone.label, current.label} == {current.label}
    assert [one.generation for one in keyfile.entries(held.path, PASSPHRASE)] == [2]


def test_the_file_of_a_key_in_a_module_opens_with_the_passphrase_alone(token: Token, tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    keyfile.create(path, PASSPHRASE, entry=token.entry())
    wrapped = keyfile.unseal(path, PASSPHRASE).wrap(KEY, name=NAME)
    assert keyfile.unseal(path, PASSPHRASE).unwrap(wrapped, name=NAME) == KEY
    with pytest.raises(MasterKeyError, match="phrase de passe n'ouvre pas"):
        keyfile.unseal(path, b"autre chose")
