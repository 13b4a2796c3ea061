"""The file of the master key: one generation or two, written whole, read in the words of every version that wrote one."""

from __future__ import annotations

import json
import os
import runpy
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from serment.custody import command, keyfile
from serment.custody.keyfile import Entry
from serment.custody.master import MasterKeyError
from serment.wire.canonical import encode_bytes
from tests.fixtures.custody import PASSPHRASE, Token

NAME = b"patient|1"
KEY = b"k" * 32
OLD = Entry(generation=1, kind=keyfile.FILE, secret=b"1" * 32)
NEW = Entry(generation=2, kind=keyfile.FILE, secret=b"2" * 32)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "master.key"
    keyfile.create(path, PASSPHRASE, entry=OLD)
    return path


def change(path: Path, **more: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **more}))


def test_a_file_of_the_first_version_is_read_and_its_next_writing_is_of_this_one(tmp_path: Path) -> None:
    path, salt, nonce = tmp_path / "master.key", os.urandom(16), os.urandom(12)
    sealed = AESGCM(keyfile._stretch(PASSPHRASE, salt)).encrypt(nonce, OLD.secret, b"serment master key v1")
    body = {"format": "serment master key v1", "salt": encode_bytes(salt), "nonce": encode_bytes(nonce), "sealed": encode_bytes(sealed)}
    path.write_text(json.dumps(body))
    assert keyfile.entries(path, PASSPHRASE) == [OLD]
    assert keyfile.outline(path) == keyfile.Outline(current=1, keys=[Entry(generation=1, kind="file", secret=b"")])
    bare = keyfile.FileMasterKey(OLD.secret).wrap(KEY, name=NAME)
    assert keyfile.unseal(path, PASSPHRASE).unwrap(bare, name=NAME) == KEY
    keyfile.replace_all(path, PASSPHRASE, [OLD, NEW])
    assert json.loads(path.read_text())["format"] == "serment master key v2"
    assert keyfile.entries(path, PASSPHRASE) == [OLD, NEW]
    assert keyfile.unseal(path, PASSPHRASE).unwrap(bare, name=NAME) == KEY


def test_a_guard_that_runs_follows_what_is_put_in_its_place(file: Path) -> None:
    keys = keyfile.unseal(file, PASSPHRASE)
    first = keys.wrap(KEY, name=NAME)
    keyfile.replace_all(file, PASSPHRASE, [OLD, NEW])
    second = keys.wrap(KEY, name=NAME)
    assert (first[:4], second[:4]) == (b"\x00\x00\x00\x01", b"\x00\x00\x00\x02")
    assert keys.unwrap(first, name=NAME) == keys.unwrap(second, name=NAME) == KEY
    keyfile.replace_all(file, PASSPHRASE, [NEW])
    assert keys.unwrap(second, name=NAME) == KEY
    with pytest.raises(InvalidTag):
        keys.unwrap(first, name=NAME)


def test_a_guard_that_runs_needs_its_file_no_more(file: Path) -> None:
    keys = keyfile.unseal(file, PASSPHRASE)
    file.unlink()
    assert keys.unwrap(keys.wrap(KEY, name=NAME), name=NAME) == KEY


def test_the_file_holds_no_key_in_clear_and_is_for_its_owner_alone(file: Path) -> None:
    keyfile.replace_all(file, PASSPHRASE, [OLD, NEW])
    text = file.read_text()
    for secret in (OLD.secret, NEW.secret):
        assert secret.decode() not in text
        assert secret.hex() not in text
        assert encode_bytes(secret) not in text
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["master.key"]
    assert "secret" not in repr(NEW)


@pytest.mark.parametrize("what", [{"generation": 7}, {"kind": "hsm"}, {"token": "autre", "kind": "hsm"}])
def test_what_is_said_of_a_sealed_key_cannot_be_changed(file: Path, what: dict[str, Any]) -> None:
    """Else two generations of the file could be exchanged, or a key be taken for a PIN."""
    (one,) = json.loads(file.read_text())["keys"]
    change(file, keys=[{**one, **what}])
    with pytest.raises(MasterKeyError, match="phrase de passe n'ouvre pas"):
        keyfile.entries(file, PASSPHRASE)


@pytest.mark.parametrize("what", [{"keys": [{}]}, {"keys": None}, {"salt": 3}, {"keys": [{"generation": "x", "kind": "file"}]}])
def test_a_damaged_file_is_told_as_such(file: Path, what: dict[str, Any]) -> None:
    change(file, **what)
    with pytest.raises(MasterKeyError, match="est abîmé"):
        keyfile.entries(file, PASSPHRASE)


def test_a_damaged_outline_is_told_as_such(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(file, current="x")
    assert command.main(["status", str(file)]) == 4
    assert capsys.readouterr().err == f"Le fichier de la clé maîtresse est abîmé : {file}. Restaurez une copie saine.\n"


def test_a_file_of_a_newer_version_is_left_alone(file: Path) -> None:
    change(file, format="serment master key v3")
    with pytest.raises(MasterKeyError, match=r"vient d'une version plus récente : installez-la\. Rien n'a été modifié\."):
        keyfile.entries(file, PASSPHRASE)


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(MasterKeyError, match=r"ne peut pas être lu : .* \(Is a directory\)"):
        keyfile.entries(tmp_path, PASSPHRASE)


def test_too_few_bytes_are_no_wrapped_key() -> None:
    for count in (0, 11, 12, 27):
        with pytest.raises(InvalidTag):
            keyfile.FileMasterKey(b"1" * 32).unwrap(b"w" * count, name=NAME)


def test_a_new_pin_is_tried_before_it_replaces_the_old_one(
    tmp_path: Path, token: Token, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, entry = tmp_path / "master.key", token.entry()
    keyfile.create(path, PASSPHRASE, entry=Entry(**{**vars(entry), "secret": b"an old pin"}))
    keyfile.replace_all(path, PASSPHRASE, [OLD, *keyfile.entries(path, PASSPHRASE)])
    monkeypatch.setenv("SERMENT_MASTER_PASSPHRASE", PASSPHRASE.decode())
    monkeypatch.setenv("SERMENT_HSM_PIN", token.pin)
    assert command.main(["pin", str(path)]) == 0
    assert capsys.readouterr().out == "Le nouveau code PIN ouvre le jeton ; il est scellé avec la clé.\n"
    assert keyfile.entries(path, PASSPHRASE) == [OLD, entry]

    from serment.custody import hsm

    hsm._close(token.module)
    monkeypatch.setenv("SERMENT_HSM_PIN", "000000")
    assert command.main(["pin", str(path)]) == 4
    assert "refuse le code PIN" in capsys.readouterr().err
    assert keyfile.entries(path, PASSPHRASE) == [OLD, entry]


def test_it_is_a_program_of_its_own(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["serment.custody", "status", str(file)])
    with pytest.raises(SystemExit) as ended:
        runpy.run_module("serment.custody", run_name="__main__")
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"Clé maîtresse n° 1, courante : fichier {file}.\n"
