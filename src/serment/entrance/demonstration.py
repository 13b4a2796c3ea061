"""The codes that enrol the fictional people of a demonstration.

A visitor whose browser has no authenticator enrols a key that the page itself keeps. It protects nobody, so only an instance that says
it is a demonstration believes it, and only for accounts marked as fictional (`passkeys`).
"""

from __future__ import annotations

import base64
import os
from datetime import datetime, timedelta

from serment.entrance import codes
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.wire.protocol import DENIED, Code, PersonaCode

CODE_LIFE = timedelta(minutes=5)
CODE_BYTES = 15  # 24 characters


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
