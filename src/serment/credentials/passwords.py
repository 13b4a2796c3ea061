"""Passwords: which ones resist guessing, and how they are kept (CNIL, délibération 2022-100 du 21 juillet 2022; OWASP ASVS 5.0, 6.2).

The CNIL's first case is asked for, eighty bits, although a second factor and slowed attempts stand beside: twelve characters of all four
kinds, fourteen of letters and digits, or seven words. A word that everybody uses counts as one of a few thousand, not as its letters.
"""

from __future__ import annotations

import math
import os
import re
import threading
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

CHARACTERS_MIN, CHARACTERS_MAX = 12, 128

# Twelve characters among 95 are 78.8 bits, which the CNIL rounds to eighty.
BITS_MIN = 78.0
WORD_BITS = 11.0

# OWASP, Password Storage: 19 MiB, two passes, one lane. About 30 ms here; two at once, so that guesses never take the whole machine.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
SALT_BYTES, HASH_BYTES = 16, 32
AT_ONCE_MAX = 2
WAIT_SECONDS = 0.25

_turns = threading.BoundedSemaphore(AT_ONCE_MAX)

KINDS = ((re.compile("[a-z]"), 26), (re.compile("[A-Z]"), 26), (re.compile("[0-9]"), 10), (re.compile("[^a-zA-Z0-9]"), 33))
LOOKALIKES = str.maketrans("013457@$!|", "oieastasii")
WORD_CHARACTERS_MIN = 4
YEAR = re.compile(r"(?:19|20)\d\d")
REPEATED = re.compile(r"(.)\1{2,}")


class Busy(Exception):
    """Too many passwords are being checked at once."""


def is_strong(password: str, *, about: Iterable[str] = ()) -> bool:
    """Whether it resists guessing by somebody who knows what is written `about` the person: their name, their login."""
    if not CHARACTERS_MIN <= len(password) <= CHARACTERS_MAX:
        return False
    return bits(password, about=about) >= BITS_MIN


def bits(password: str, *, about: Iterable[str] = ()) -> float:
    """How many guesses, as a power of two, against somebody who tries words before letters."""
    alphabet = sum(size for kind, size in KINDS if kind.search(password))
    left = REPEATED.sub(r"\1\1", password)
    words = 0
    plain = left.lower()
    personal = {part for text in about for part in re.split(r"\W+", text.lower()) if len(part) >= WORD_CHARACTERS_MIN}
    for reading in (plain, plain.translate(LOOKALIKES)):
        spans = _known(reading, frozenset(personal))
        if len(spans) > words:
            words = len(spans)
            left = _without(REPEATED.sub(r"\1\1", password), spans)
    years = len(YEAR.findall(left))
    left = YEAR.sub("", left)
    return (words + years) * WORD_BITS + len(left) * math.log2(max(alphabet, 2))


def _known(text: str, personal: frozenset[str]) -> list[tuple[int, int]]:
    """Where known words stand in the text, longest first from each place."""
    known, longest = commonest() | personal, 20
    spans, at = [], 0
    while at < len(text):
        found = next((end for end in range(min(len(text), at + longest), at + WORD_CHARACTERS_MIN - 1, -1) if text[at:end] in known), None)
        if found is not None:
            spans.append((at, found))
        at = found or at + 1
    return spans


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    kept, at = [], 0
    for start, end in spans:
        kept.append(text[at:start])
        at = end
    return "".join(kept) + text[at:]


@lru_cache(maxsize=1)
def commonest() -> frozenset[str]:
    """Words and runs of keys that stolen lists of passwords are made of, in lower case, four characters or more."""
    return frozenset(resources.files("serment.credentials").joinpath("commonest.txt").read_text(encoding="utf-8").split())


def hashed(password: bytes) -> str:
    """Argon2id, in its usual notation. Raises Busy."""
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        kdf = Argon2id(salt=os.urandom(SALT_BYTES), length=HASH_BYTES, iterations=PASSES, lanes=LANES, memory_cost=MEMORY_KIB)
        return kdf.derive_phc_encoded(password)
    finally:
        _turns.release()


@lru_cache(maxsize=1)
def nobodys() -> str:
    """The hash of a password nobody has, to be checked where there is no account: the answer takes as long."""
    return hashed(os.urandom(SALT_BYTES))


def is_right(password: bytes, kept: str) -> bool:
    """Whether this is the password that was kept. Raises Busy."""
    if not _turns.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        Argon2id.verify_phc_encoded(password, kept)
    except InvalidKey:
        return False
    finally:
        _turns.release()
    return True
