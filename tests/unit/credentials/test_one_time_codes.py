"""One-time codes of RFC 6238, against the vectors of the RFC and their replay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from serment.credentials import totp

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 23, 8, 0, 10, tzinfo=UTC)
STEP = int(NOW.timestamp()) // 30


@pytest.mark.parametrize(
    ("instant", "digits"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_codes_of_the_rfc(instant: int, digits: str) -> None:
    """RFC 6238, appendix B: the last six of its eight digits."""
    assert totp.code(SECRET, instant // 30) == digits


@pytest.mark.parametrize("around", [-1, 0, 1])
def test_a_telephone_may_be_half_a_minute_off(around: int) -> None:
    assert totp.matching_step(SECRET, totp.code(SECRET, STEP + around), now=NOW, after=0) == STEP + around


@pytest.mark.parametrize("around", [-2, 2])
def test_and_no_more(around: int) -> None:
    assert totp.matching_step(SECRET, totp.code(SECRET, STEP + around), now=NOW, after=0) is None


def test_a_code_serves_once_and_so_do_those_before_it() -> None:
    given = totp.code(SECRET, STEP)
    assert totp.matching_step(SECRET, given, now=NOW, after=STEP - 1) == STEP
    assert totp.matching_step(SECRET, given, now=NOW, after=STEP) is None
    assert totp.matching_step(SECRET, totp.code(SECRET, STEP - 1), now=NOW, after=STEP) is None
    assert totp.matching_step(SECRET, given, now=NOW + timedelta(seconds=30), after=STEP) is None


def test_spaces_are_how_people_read_codes() -> None:
    given = totp.code(SECRET, STEP)
    assert totp.matching_step(SECRET, f" {given[:3]} {given[3:]} ", now=NOW, after=0) == STEP


@pytest.mark.parametrize("given", ["", "12345", "1234567", "abcdef", "é" * 6])
def test_anything_else_is_no_code(given: str) -> None:
    assert totp.matching_step(SECRET, given, now=NOW, after=0) is None


def test_what_an_application_reads() -> None:
    parts = urlsplit(totp.uri(SECRET, label="bruno@unité", issuer="Serment"))
    assert (parts.scheme, parts.netloc, parts.path) == ("otpauth", "totp", "/Serment%3Abruno%40unit%C3%A9")
    assert parse_qs(parts.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"], "issuer": ["Serment"], "algorithm": ["SHA1"], "digits": ["6"], "period": ["30"],
    }  # fmt: skip
