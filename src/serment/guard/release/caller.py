"""Who asks, and what they are now: the first line of every verb."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol
from uuid import UUID

from serment.guard import policies, rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.meters import limits, windows
from serment.guard.presence import sessions
from serment.wire.protocol import DENIED, Assignment
from serment.wire.words import REDUCED


class Asked(Protocol):
    """Any request that says who asks."""

    @property
    def session(self) -> str: ...

    @property
    def proof(self) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Present:
    """A caller whose proof holds, with the account and the assignments of this moment."""

    guard: Guard = field(repr=False)
    caller: sessions.Caller
    asked: rows.Asked = field(repr=False)

    @property
    def account(self) -> accounts.Account:
        return self.caller.facts

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        return accounts.read_assignments(self.guard, self.asked)

    @property
    def id(self) -> UUID:
        return self.account.id

    @property
    def session(self) -> UUID:
        """The session, or the account itself for an interface, which has none."""
        return self.caller.session or self.account.id

    @property
    def units(self) -> list[UUID]:
        return [assignment.unit for assignment in self.assignments]

    def works_until(self, unit: UUID | None) -> datetime | None:
        """When the posts end that an opening rests on: those in the unit of its tie, or all of them without one; None for no end."""
        ends = [assignment.until for assignment in self.assignments if unit in (None, assignment.unit)]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    @property
    def establishment(self) -> UUID | None:
        """Where the caller works, for the breaker; nowhere for who has no unit."""
        return next((assignment.establishment for assignment in self.assignments), None)

    @property
    def places(self) -> tuple[str, ...]:
        """What the windows count by: the establishment, then the workstation."""
        establishment = f"{windows.ESTABLISHMENT}{self.establishment or ''}"
        return (establishment, f"{windows.SOURCE}{self.guard.source}") if self.guard.source else (establishment,)

    def new_until(self, now: datetime) -> datetime | None:
        """Until when the authenticator or the role is younger than a day: nothing unexplained is trusted to it yet."""
        ends = [self.account.role_since + limits.NEWNESS, *([self.caller.fresh_until] if self.caller.fresh_until else [])]
        return max(ends) if now < max(ends) else None

    def is_new(self, now: datetime) -> bool:
        """Whether it is still so."""
        return self.new_until(now) is not None

    def allowance(self, rules: limits.Limits, now: datetime) -> limits.Allowance:
        """What the caller may spend now."""
        factor = rules.factor(self.establishment, now)
        return rules.allowance(self.account.role, is_full=self.caller.assurance != REDUCED, is_new=self.is_new(now), factor=factor)

    def within(self, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """The compartments, of those wanted, that the token is for; a person's session is for all. Refuses `scope`."""
        found = tuple(name for name in wanted if name in self.caller.scopes)
        if not found:
            raise Refused(DENIED, "scope")
        return found

    def require_post(self) -> None:
        """Refuses (`no_post`) staff who work in no unit any more: ties in their own name and emergencies end with the last assignment."""
        if self.account.kind == "person" and policies.is_staff(self.account.role) and not self.assignments:
            raise Refused(DENIED, "no_post")

    def require(self, action: str) -> None:
        """Refuses (`role`) what the role may never do."""
        if not policies.is_allowed(role=self.account.role, action=action, assurance=self.caller.assurance):
            raise Refused(DENIED, "role")


def present(
    guard: Guard, tx: Transaction, request: Asked, *, verb: str, now: datetime, patient: UUID | None = None, emergency: bool = False
) -> Present:
    """Verify the proof of a request and load who made it. Refuses like `sessions.authenticate`."""
    caller = sessions.authenticate(
        guard, tx, session=request.session, proof=request.proof, verb=verb, now=now, patient=patient, emergency=emergency
    )
    return Present(guard=guard, caller=caller, asked=accounts.ask_assignments(tx, caller.account, now))


@contextmanager
def refusals_of(who: Present, patient: UUID | None = None) -> Iterator[None]:
    """Name who was refused, and for whom, so that the server writes it in the journal once the transaction is undone."""
    try:
        yield
    except Refused as refused:
        refused.account, refused.patient = who.id, patient
        raise
