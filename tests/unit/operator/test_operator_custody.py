"""What an operator asks of the master key, and what is refused before anything is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from serment.operator import commands, custody, starting
from serment.operator.cli import application
from serment.operator.errors import PASSPHRASE, USAGE, OperatorError
from serment.operator.stamps import version
from tests.fixtures.custody import Token

SECRET = "une phrase que personne ne devine"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that does not run, without its master key; the passphrase comes from a file."""
    folder = tmp_path / "data"
    (folder / "config").mkdir(parents=True)
    facts = {"format": 1, "version": version(), "instance": "00000000-0000-4000-8000-000000000000", "demonstration": False}
    (folder / "instance.json").write_text(json.dumps(facts))
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(SECRET)
    passphrase.chmod(0o600)
    monkeypatch.setenv(starting.PASSPHRASE_VARIABLE, str(passphrase))
    return folder


def run(*arguments: str) -> int:
    """The exit code of `./serment keys …`."""
    with pytest.raises(SystemExit) as ended:
        application(["keys", *arguments], prog_name="serment", standalone_mode=True)
    return int(ended.value.code or 0)


def refused(*arguments: str) -> OperatorError:
    with pytest.raises(OperatorError) as error:
        application(["keys", *arguments], prog_name="serment", standalone_mode=True)
    return error.value


def sheets(folder: Path, out: Path) -> list[str]:
    assert run("share", "--threshold", "2", "--shares", "3", "--out", str(out), "--data-dir", str(folder)) == 0
    return [path.read_text() for path in sorted(out.iterdir())]


def test_shares_are_written_where_asked_and_give_the_key_back_under_a_new_passphrase(
    folder: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from serment.custody import keyfile

    key = folder / "config" / "master.key"
    keyfile.create(key, SECRET.encode())
    before = keyfile.entries(key, SECRET.encode())
    pages = sheets(folder, tmp_path / "parts")
    assert (tmp_path / "parts").stat().st_mode & 0o777 == 0o700
    assert len(pages) == 3

    assert refused("restore", "--data-dir", str(folder)).code == PASSPHRASE
    key.unlink()
    (tmp_path / "passphrase").write_text("une autre phrase, toute neuve")
    words = tmp_path / "words"
    words.write_text("".join(_words(page) + "\n" for page in pages[1:]))
    with words.open() as given:
        monkeypatch.setattr("serment.operator.custody.subprocess.run", _with_input(given))
        assert run("restore", "--data-dir", str(folder)) == 0
    assert "est rétablie dans" in capfd.readouterr().out
    assert keyfile.entries(key, b"une autre phrase, toute neuve") == before


def _words(page: str) -> str:
    words = {int(at[:-1]): word for at, word in zip(page.split(), page.split()[1:], strict=False) if at.endswith(".") and at[:-1].isdigit()}
    return " ".join(words[number] for number in range(1, 37))


def _with_input(given: object):  # type: ignore[no-untyped-def]
    import subprocess

    real = subprocess.run
    return lambda command, **more: real(command, stdin=given, **more)


def test_the_state_of_a_missing_key_is_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("status", "--data-dir", str(folder)) == PASSPHRASE
    assert "est introuvable" in capfd.readouterr().err


def test_a_rotation_needs_the_instance_to_run(folder: Path) -> None:
    assert "ne tourne pas" in str(refused("rotate", "--data-dir", str(folder)))


@pytest.mark.parametrize(
    "options",
    [["--hsm-module", "m.so"], ["--hsm-token", "coffre"], ["--to-file", "--hsm-module", "m.so", "--hsm-token", "coffre"]],
)
def test_a_holder_half_named_or_named_twice_is_refused(folder: Path, options: list[str]) -> None:
    error = refused("rotate", *options, "--data-dir", str(folder))
    assert error.code == USAGE
    assert "--hsm-module et --hsm-token ensemble" in str(error)


def test_the_pin_comes_from_a_private_file_or_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    with pytest.raises(OperatorError, match="nommez un fichier dans SERMENT_HSM_PIN_FILE") as error:
        custody._pin()
    assert error.value.code == PASSPHRASE
    path = tmp_path / "pin"
    path.write_text("1234\n")
    path.chmod(0o644)
    monkeypatch.setenv("SERMENT_HSM_PIN_FILE", str(path))
    with pytest.raises(OperatorError, match="chmod 600"):
        custody._pin()
    path.chmod(0o600)
    assert custody._pin() == "1234"
    path.unlink()
    with pytest.raises(OperatorError, match=r"Le fichier du code PIN .* ne peut pas être lu"):
        custody._pin()


def test_a_new_pin_is_noted_with_the_key(
    folder: Path, token: Token, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from serment.custody import keyfile

    key = folder / "config" / "master.key"
    entry = token.entry()
    keyfile.create(key, SECRET.encode(), entry=keyfile.with_pin(entry, "an old pin"))
    pin = tmp_path / "pin"
    pin.write_text(token.pin)
    pin.chmod(0o600)
    monkeypatch.setenv("SERMENT_HSM_PIN_FILE", str(pin))
    assert run("pin", "--data-dir", str(folder)) == 0
    assert "Le nouveau code PIN ouvre le jeton" in capfd.readouterr().out
    assert keyfile.entries(key, SECRET.encode()) == [entry]


def test_the_library_of_a_module_finds_its_configuration_in_the_guards_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTHSM2_CONF", "/etc/softhsm2.conf")
    monkeypatch.setenv("SERMENT_SECRET_OF_THE_OPERATOR", "x")
    guard = commands.server("guard", config=Path("guard.json"))
    assert guard.environment["SOFTHSM2_CONF"] == "/etc/softhsm2.conf"
    assert "SERMENT_SECRET_OF_THE_OPERATOR" not in guard.environment
