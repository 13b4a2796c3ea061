"""The permit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from serment.dossier.kernel import errors
from serment.dossier.vault.types import SignedRequest, Signer
from serment.wire.protocol import Identity, Opening, Who

__all__ = ["Permit", "SignedRequest", "Signer"]


@dataclass(frozen=True, kw_only=True)
class Permit:
    """The guard's opening, held while one request is served. Courtesy, not lock: without the keys it carries there is nothing to
    read. Its repr says whose opening it is and nothing of the person."""

    opening: Opening = field(repr=False)
    who: Who = field(repr=False)
    signed: SignedRequest = field(repr=False)
    # Sealed rows that this request fetched together; see `records.entries.queries.fetch`.
    shelf: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    # What this request has told the guard of its writing already.
    told: list[str] = field(default_factory=list, repr=False, compare=False)

    @property
    def id(self) -> UUID:
        return self.opening.id

    @property
    def patient(self) -> UUID:
        return self.opening.patient

    @property
    def until(self) -> datetime:
        return self.opening.until

    @property
    def tie(self) -> str:
        return self.opening.tie

    @property
    def explained(self) -> bool:
        return self.opening.explained

    @property
    def emergency(self) -> bool:
        return self.opening.emergency

    @property
    def identity(self) -> Identity:
        return self.opening.identity

    @property
    def alerts(self) -> tuple[str, ...]:
        return self.opening.alerts

    @property
    def protection(self) -> str:
        """Why the name is under its own rule, `hidden` to who is not shown it, empty when it is not."""
        return self.opening.protection

    @property
    def lease_left(self) -> int:
        return self.opening.lease_left

    @property
    def compartments(self) -> tuple[str, ...]:
        return tuple(self.opening.keys)

    def has(self, compartment: str) -> bool:
        """Whether the opening holds the key of a compartment."""
        return compartment in self.opening.keys

    def may_file(self, compartment: str) -> bool:
        """Whether the holder may put documents into a compartment without reading it."""
        return compartment in self.opening.deposits

    @property
    def deposits(self) -> dict[str, bytes]:
        return self.opening.deposits

    def key(self, compartment: str) -> bytes:
        """The key of a compartment. Raises Denied (`compartment_closed`) when the opening does not hold it."""
        try:
            return self.opening.keys[compartment]
        except KeyError:
            raise errors.Denied("compartment_closed", field=compartment) from None

    def __repr__(self) -> str:
        return f"<Permit {self.id} patient={self.patient} compartments={','.join(self.compartments)}>"
