"""A letter as it crosses the door."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from serment.dossier.kernel import clock


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """Whom a letter is for: the lines of the address block, the first being the name; `rpps` of a professional, or empty."""

    lines: tuple[str, ...] = field(repr=False)
    rpps: str = field(repr=False, default="")

    @property
    def name(self) -> str:
        return self.lines[0] if self.lines else ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a letter: the words of its heading, empty in running text, and what it says."""

    code: str
    label: str
    text: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who signs, and where they work: `address` in lines."""

    label: str
    profession: str
    rpps: str
    establishment: str
    unit: str = ""
    finess: str = ""
    address: tuple[str, ...] = ()
    telephone: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """The patient as each page of a letter names them: one line in full, a short one for the foot of the page."""

    full: str = field(repr=False)
    short: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A letter ready to be signed: nothing in it is asked again."""

    kind: str
    title: str = field(repr=False)
    addressee: Addressee = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    sender: Sender
    subject: Subject = field(repr=False)
    at: datetime
    stay: UUID | None = None

    @property
    def day(self) -> date:
        return clock.today(self.at)


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """To whom a signed letter went, how, when, and who says so."""

    to: str = field(repr=False)
    how: str
    at: datetime
    by: str


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a document that is a letter says of itself. `appends` is the letter that this one completes; `holds` whether its words are those
    that a passkey signed, None for one of before passkeys signed letters."""

    entry: UUID
    version: int
    kind: str
    title: str = field(repr=False)
    author: str
    rpps: str
    at: datetime
    addressee: str = field(repr=False)
    deliveries: tuple[Delivery, ...] = ()
    appends: UUID | None = None
    holds: bool | None = None
