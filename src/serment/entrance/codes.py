"""Enrolment codes: given in person, kept as a keyed digest, good once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.rows import Table
from serment.wire.protocol import DENIED

# Fifty bits when drawn at random from 32 characters: out of reach of guesses, short enough to be read out.
CODE_CHARACTERS_MIN = 10
CODE_CHARACTERS_MAX = 100


@dataclass(frozen=True, kw_only=True)
class EnrolmentCode:
    code_digest: bytes
    account_id: UUID
    until: datetime
    used_at: datetime | None = None


CODES = Table("enrolment_code", EnrolmentCode, key=("code_digest",))


def issue(guard: Guard, tx: Transaction, *, account: UUID, code: str, until: datetime) -> None:
    """Make a code good for one enrolment of this account until then. A code issued before is left as it stands.

    Raises ValueError when the code is too short to resist guessing.
    """
    if not CODE_CHARACTERS_MIN <= len(_plain(code)) <= CODE_CHARACTERS_MAX:
        raise ValueError(f"an enrolment code has {CODE_CHARACTERS_MIN} to {CODE_CHARACTERS_MAX} letters and digits")
    CODES.keep(guard, tx, EnrolmentCode(code_digest=digest(guard, code), account_id=account, until=until))


def digest(guard: Guard, code: str) -> bytes:
    """The code's digest under the guard's key: a stolen table lets nobody try codes."""
    return guard.vault.token("enrolment_code", _plain(code)[: CODE_CHARACTERS_MAX + 1])


def find(guard: Guard, tx: Transaction, code_digest: bytes, *, now: datetime) -> EnrolmentCode:
    """The live code with this digest, locked. Refuses `bad_code`, in the same words whether it is unknown, used or over."""
    code = CODES.one(guard, tx, "code_digest = %s for update", code_digest)
    if code is None or code.used_at is not None or code.until <= now:
        raise Refused(DENIED, "bad_code", field="code")
    return code


def use(guard: Guard, tx: Transaction, code: EnrolmentCode, *, now: datetime) -> None:
    """Use a code up."""
    CODES.put(guard, tx, replace(code, used_at=now))


def _plain(code: str) -> str:
    """People add hyphens and spaces, and mix capitals."""
    return "".join(c for c in code.upper() if c.isalnum())
