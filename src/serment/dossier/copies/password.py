"""The password of a copy: told by telephone or by letter, apart from the file, and kept nowhere."""

from __future__ import annotations

import secrets

# Nothing that is read or heard for something else: neither 0 and O, nor 1, I and L, nor U and V.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
GROUPS, LETTERS = 5, 4  # 97 bits: nobody tries them, however fast the archive lets them


def new() -> str:
    """`7KQM-2XWB-…`: read aloud group by group. The hyphens are part of it."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(GROUPS))
