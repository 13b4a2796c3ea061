"""The code that shows a message is ours: sixteen characters, read aloud in four groups, of which two are check digits. Pure.

Fourteen symbols of Crockford's base 32 (no I, L, O, U: what is heard or written for another is read as the right one) carry 70 bits; two
digits by ISO/IEC 7064 MOD 97-10, over the values of the symbols as two digits each, catch every single mistake and every exchange of two
symbols that stand side by side, before anything is looked up.
"""

from __future__ import annotations

import hmac
from datetime import date
from uuid import UUID

from serment.wire import canonical

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SYMBOLS, GROUP, CHECK_DIGITS = 14, 4, 2
TYPED_CHARACTERS_MAX = 40
# A patient's identifier and an ordinal.
LETTER_BYTES = 18
_HEARD = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})


def of(*, key: bytes, incident: UUID, patient: UUID, ordinal: int) -> str:
    """The code of one letter: the same each time it is made, so that what is printed again after a crash carries the same code.

    `ordinal` tells the letters about one patient apart. Unguessable without `key`."""
    number = int.from_bytes(hmac.digest(key, canonical.encode(["serment letter code v1", incident, patient, ordinal]), "sha256")[:9])
    symbols = "".join(ALPHABET[(number >> (5 * place)) & 31] for place in range(SYMBOLS))
    return symbols + check_digits(symbols)


def check_digits(symbols: str) -> str:
    """ISO/IEC 7064 MOD 97-10 of the symbols' values, `02` to `98`."""
    return f"{98 - _number(symbols) * 100 % 97:02}"


def grouped(code: str) -> str:
    """As it is printed: `7Q4M-K2X9-…`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read(typed: str) -> str | None:
    """The code somebody typed or said, or None when it cannot be one of ours: a slip, found without looking anything up."""
    if len(typed) > TYPED_CHARACTERS_MAX:
        return None
    code = "".join(typed.upper().translate(_HEARD).replace("-", " ").replace("–", " ").replace(".", " ").split())
    if len(code) != SYMBOLS + CHECK_DIGITS or any(letter not in ALPHABET for letter in code):
        return None
    return code if code[SYMBOLS:] == check_digits(code[:SYMBOLS]) else None


def locator(*, key: bytes, code: str) -> bytes:
    """Under what a code is looked up: without the key the table says nothing of its codes."""
    return hmac.digest(key, canonical.encode(["serment letter locator v1", code]), "sha256")


def proof(*, key: bytes, code: str, incident: UUID, birth_date: date) -> bytes:
    """Binds a code to the incident and to the birth date of the person it is about; to the person it is bound by how it was made."""
    return hmac.digest(key, canonical.encode(["serment letter proof v1", code, incident, birth_date.isoformat()]), "sha256")


def _number(symbols: str) -> int:
    return int("".join(f"{ALPHABET.index(symbol):02}" for symbol in symbols))


def back(*, key: bytes, code: str, patient: UUID, ordinal: int) -> bytes:
    """The letter that a code belongs to, for whoever brings the code: a code has one letter, so that the mask is used once."""
    return _masked(key, code, patient.bytes + ordinal.to_bytes(2))


def letter_of(*, key: bytes, code: str, incident: UUID, back: bytes) -> tuple[UUID, int] | None:
    """Patient and ordinal behind a code, or None when the row is not this code's."""
    plain = _masked(key, code, back)
    patient, ordinal = UUID(bytes=plain[:16]), int.from_bytes(plain[16:])
    agrees = hmac.compare_digest(of(key=key, incident=incident, patient=patient, ordinal=ordinal), code)
    return (patient, ordinal) if agrees else None


def _masked(key: bytes, code: str, value: bytes) -> bytes:
    mask = hmac.digest(key, canonical.encode(["serment letter back v1", code]), "sha256")
    return bytes(one ^ other for one, other in zip(value, mask[:LETTER_BYTES], strict=True))
