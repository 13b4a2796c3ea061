"""Which passwords resist guessing, and how they are kept."""

from __future__ import annotations

import pytest

from serment.credentials import passwords

ABOUT = ("bruno.ward", "Bruno Martinez")


@pytest.mark.parametrize(
    "password",
    ["k8#Vq2!mZp7w", "gT7kPw9zLq2xVb", "cheval soleil bateau crayon montagne fenetre tambour", "Tr0ub4dor&3xyz"],
)
def test_twelve_of_all_kinds_fourteen_of_three_or_seven_words_are_enough(password: str) -> None:
    assert passwords.is_strong(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        "k8#Vq2!mZp7",  # eleven
        "gT7kPw9zLq2xV",  # thirteen without punctuation
        "aaaaaaaaaaaaaaaaaaaaaaaa",
        "Azertyuiop123456!",
        "Motdepasse2026!!",
        "M0tdep@sse2026!!",
        "Bruno.Martinez.2026",
        "bruno.wardbruno.ward",
        "Bonjour-Bonjour-1",
        "123456789012345678901234",
        "20262025202420232022",
        "x9#Qx9#Q" * 20,  # longer than anything we hash
    ],
)
def test_what_a_thief_tries_first_is_refused(password: str) -> None:
    assert not passwords.is_strong(password, about=ABOUT)


def test_the_name_counts_as_a_word_only_for_its_owner() -> None:
    own, other = passwords.bits("Szczepanik#4kZq", about=["Anna Szczepanik"]), passwords.bits("Szczepanik#4kZq")
    assert (round(own, 1), round(other, 1)) == (round(passwords.WORD_BITS + 5 * 6.5699, 1), round(15 * 6.5699, 1))


def test_the_commonest_words_are_there_and_written_as_they_are_looked_up() -> None:
    found = passwords.commonest()
    assert {"azerty", "motdepasse", "password", "123456", "hopital", "infirmiere"} <= found
    assert len(found) > 3000
    assert all(word == word.lower() and len(word) >= passwords.WORD_CHARACTERS_MIN for word in found)


def test_a_password_is_kept_as_argon2id_and_never_twice_alike() -> None:
    first, second = passwords.hashed(b"secret"), passwords.hashed(b"secret")
    assert first.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second
    assert passwords.is_right(b"secret", first)
    assert not passwords.is_right(b"Secret", first)


def test_nobodys_password_is_checked_at_the_same_price() -> None:
    assert passwords.nobodys().startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.nobodys() == passwords.nobodys()
    assert not passwords.is_right(b"", passwords.nobodys())


def test_guesses_never_take_the_whole_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "WAIT_SECONDS", 0.01)
    kept = passwords.hashed(b"secret")
    for _ in range(passwords.AT_ONCE_MAX):
        passwords._turns.acquire()
    try:
        with pytest.raises(passwords.Busy):
            passwords.is_right(b"secret", kept)
        with pytest.raises(passwords.Busy):
            passwords.hashed(b"secret")
    finally:
        passwords._turns.release(passwords.AT_ONCE_MAX)
    assert passwords.is_right(b"secret", kept)
