"""The demonstration's authenticator made of software, and the codes that enrol its fictional people.

For a visitor whose browser has no authenticator: a key that the page itself keeps. It protects nobody, so only an instance that says
it is a demonstration believes it, and only for accounts marked as fictional.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.sign_in import codes
from serment.wire import dpop
from serment.wire.canonical import decode_bytes
from serment.wire.protocol import DENIED, Code, PersonaCode

CREDENTIAL_TYPE = "serment-demonstration"
SIGNED_PREFIX = b"serment demonstration authenticator v1\0"
CODE_LIFE = timedelta(minutes=5)
CODE_BYTES = 15  # 24 characters


def is_software(credential: Mapping[str, Any]) -> bool:
    return credential.get("type") == CREDENTIAL_TYPE


def is_allowed(guard: Guard, account: accounts.Account) -> bool:
    """Whether a software key counts: a demonstration, and a fictional person."""
    return guard.settings.demonstration and account.demonstration


def holds(credential: Mapping[str, Any], *, jwk: object, challenge: bytes) -> bool:
    """Whether the software key signed this challenge."""
    try:
        signature = decode_bytes(str(credential.get("signature", "")))
        dpop.verify_signature(dpop.public_key(jwk).key, signature, SIGNED_PREFIX + challenge)
    except (dpop.BadProof, ValueError):
        return False
    return True


def persona_code(guard: Guard, request: PersonaCode, now: datetime) -> Code:
    """A fresh enrolment code for a fictional person. Refuses `not_a_demonstration` for anybody else, and everywhere else."""
    if not guard.settings.demonstration:
        raise Refused(DENIED, "not_a_demonstration")
    with guard.pool.connection() as tx:
        try:
            account = accounts.load(guard, tx, request.account)
        except Refused:
            raise Refused(DENIED, "not_a_demonstration") from None
        if not account.demonstration or account.kind != "person" or account.contained_at is not None:
            raise Refused(DENIED, "not_a_demonstration")
        code = base64.b32encode(os.urandom(CODE_BYTES)).decode()
        codes.issue(guard, tx, account=account.id, code=code, until=now + CODE_LIFE)
    return Code(code=code)
