"""The guard's one exception. Everything that is not an answer is a refusal."""

from __future__ import annotations

from uuid import UUID

from serment.wire.protocol import Refusal


class Refused(Exception):
    """A verb said no. Carries the closed category, a stable code, the way on if there is one, and the field at fault."""

    def __init__(self, category: str, code: str, remedy: str = "", field: str = "") -> None:
        super().__init__(f"{category}: {code}")
        self.account: UUID | None = None
        self.patient: UUID | None = None
        self.refusal = Refusal(category=category, code=code, remedy=remedy, field=field)
