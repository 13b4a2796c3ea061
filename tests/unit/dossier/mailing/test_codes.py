"""Codes that are read aloud: a slip is noticed at once, and nothing can be guessed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serment.dossier.mailing import codes

KEY = b"k" * 32
ordinals = st.integers(min_value=0, max_value=2**40)


def code(ordinal: int = 0, *, key: bytes = KEY, incident: int = 1, patient: int = 2) -> str:
    return codes.of(key=key, incident=UUID(int=incident), patient=UUID(int=patient), ordinal=ordinal)


def test_a_code_is_the_same_each_time_and_another_for_everything_else() -> None:
    others = [code(1), code(key=b"x" * 32), code(incident=3), code(patient=3)]
    assert code() == code()
    assert len({code(), *others}) == 5


@given(ordinals)
def test_it_is_sixteen_characters_in_four_groups_and_reads_back(ordinal: int) -> None:
    made = code(ordinal)
    assert codes.grouped(made).count("-") == 3
    assert codes.read(codes.grouped(made)) == made
    assert not set("ILOU") & set(made)


@given(ordinals, st.integers(0, 15), st.sampled_from(codes.ALPHABET))
def test_every_single_mistake_is_noticed(ordinal: int, place: int, letter: str) -> None:
    made = code(ordinal)
    wrong = made[:place] + letter + made[place + 1 :]
    assert (codes.read(wrong) is None) is (wrong != made)


@pytest.mark.parametrize(
    "typed",
    ["", "x", "A" * 16, "7Q4M-K2X9", "A" * 10_000, "é" * 16, "7Q4M K2X9 0ABC DE4!", "²" * 16, "٣" * 16],
)
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert codes.read(typed) is None


def test_letters_heard_for_others_are_understood() -> None:
    made = next(one for one in map(code, range(10_000)) if "0" in one and "1" in one and "V" in one)
    spoken = made.replace("0", "o").replace("1", "l", 1).replace("1", "i").replace("V", "u").lower()
    assert codes.read(f"  {spoken[:4]} – {spoken[4:8]}.{spoken[8:]} ") == made


@given(ordinals, st.integers(0, 12))
def test_every_exchange_of_neighbours_is_noticed(ordinal: int, place: int) -> None:
    made = code(ordinal)
    wrong = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert (codes.read(wrong) is None) is (wrong != made)


def test_a_check_digit_of_the_standard() -> None:
    # The symbols 7 and Z are 07 and 31; ISO/IEC 7064 wants the number with its check digits to leave 1.
    assert (731 * 100 + int(codes.check_digits("7Z"))) % 97 == 1
    assert codes.check_digits("07") == codes.check_digits("7") == "77"


def test_the_proof_binds_incident_and_birth_date() -> None:
    made, born = code(), date(1948, 3, 12)
    proofs = {
        codes.proof(key=KEY, code=made, incident=UUID(int=1), birth_date=born),
        codes.proof(key=KEY, code=made, incident=UUID(int=2), birth_date=born),
        codes.proof(key=KEY, code=made, incident=UUID(int=1), birth_date=date(1948, 12, 3)),
        codes.proof(key=b"x" * 32, code=made, incident=UUID(int=1), birth_date=born),
        codes.locator(key=KEY, code=made),
    }
    assert len(proofs) == 5
