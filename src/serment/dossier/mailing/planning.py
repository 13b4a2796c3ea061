"""Which letters a person gets and by which way. Pure.

One way at a time: an e-mail to a verified address for an adult who is written to in person, else paper. When it comes back, the other one;
when both did, or no rule finds an addressee, a human being decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from serment.dossier.mailing import addressees, letters
from serment.dossier.mailing.types import (
    EMAIL,
    HELD,
    INTENDED,
    NO_CHANNEL,
    ONESELF,
    PAPER,
    PLANNED,
    PRINTED,
    RETURNED,
    SENT,
    Addressee,
    Event,
    Held,
    Letter,
    Placed,
    Subject,
)

# What was written down of the letters of one person: the steps of each letter by each way.
History = Mapping[tuple[int, str], frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Planned:
    """One letter about one person, and the way it goes."""

    ordinal: int
    channel: str
    addressee: Addressee = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What is to be done about one person now: letters to plan and send, letters planned before a crash, and letters (by ordinal, with
    the reason) that wait for a human being."""

    planned: tuple[Planned, ...] = ()
    again: tuple[Planned, ...] = ()
    held: tuple[tuple[int, str], ...] = ()


def turn(placed: Placed, history: History, *, today: date, mails: bool) -> Turn:
    """What is to be done, given what was done already. `mails`: whether there is a relay for e-mail."""
    found = of(placed.subject, today=today, mails=mails) if placed.subject and not placed.hold else None
    if not history:
        if found is None or isinstance(found, Held):
            return Turn(held=((0, found.reason if found else placed.hold),))
        return Turn(planned=found)
    letters_now = {one.ordinal: one for one in found} if isinstance(found, tuple) else {}
    return _further(placed.subject, letters_now, history, mails=mails)


def _further(subject: Subject | None, now: Mapping[int, Planned], history: History, *, mails: bool) -> Turn:
    planned, again, held = [], [], []
    for ordinal, tried in _open(history):
        letter = now.get(ordinal)
        # A way that was chosen before a crash is kept, unless there is no relay any more.
        live = [way for way in tried if not history[ordinal, way] & {PRINTED, INTENDED, SENT, RETURNED}]
        if subject is None or letter is None:
            held.append((ordinal, "addressee_changed"))
        elif live and (mails or live[0] != EMAIL):
            again.append(replace(letter, channel=live[0]))
        elif way := _other_way(subject, letter.addressee, tried, mails=mails):
            planned.append(replace(letter, channel=way))
        else:
            held.append((ordinal, "returned"))
    return Turn(planned=tuple(planned), again=tuple(again), held=tuple(held))


def _open(history: History) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The letters that something is to be done about, with the ways they were given: none of these is under way or has arrived."""
    for ordinal in sorted({ordinal for ordinal, _ in history}):
        steps = {way: found for (one, way), found in history.items() if one == ordinal}
        tried = tuple(way for way, found in steps.items() if PLANNED in found)
        waits = all(RETURNED in steps[way] or not steps[way] & {PRINTED, INTENDED, SENT} for way in tried)
        if tried and waits and HELD not in steps.get(NO_CHANNEL, ()):
            yield ordinal, tried


def of(subject: Subject, *, today: date, mails: bool) -> tuple[Planned, ...] | Held:
    """The letters about a person, as if none had left yet."""
    found = addressees.of(subject.person, today=today)
    if isinstance(found, Held):
        # Whoever has no address and verified an e-mail is told by it. What keeps a letter from somebody keeps an e-mail too.
        if found.reason == "address_missing" and mails and _writes_alone(subject, today):
            oneself = Addressee(names=(subject.person.name,), address="", quality=ONESELF)
            return (Planned(ordinal=0, channel=EMAIL, addressee=oneself),)
        return found
    return tuple(
        Planned(ordinal=ordinal, channel=EMAIL if mails and _may_mail(subject, one) else PAPER, addressee=one)
        for ordinal, one in enumerate(found)
    )


def write(subject: Subject, planned: Planned, *, event: Event, code: str) -> Letter:
    """The letter. Raises Invalid (`address_...`) for an address that cannot be printed; an e-mail has none."""
    return letters.write(
        event=event, exposed=subject.exposed, person=subject.person, addressee=planned.addressee, code=code,
        is_posted=planned.channel == PAPER,
    )  # fmt: skip


def _other_way(subject: Subject, addressee: Addressee, tried: Iterable[str], *, mails: bool) -> str:
    ways = [PAPER] if addressee.address.strip() else []
    if mails and _may_mail(subject, addressee):
        ways.append(EMAIL)
    return next((way for way in ways if way not in set(tried)), "")


def _writes_alone(subject: Subject, today: date) -> bool:
    person = subject.person
    return bool(subject.email) and not (person.is_deceased or person.protection or addressees.is_minor(person.birth_date, today))


def _may_mail(subject: Subject, addressee: Addressee) -> bool:
    """Only the person has verified the address: representatives, heirs and safe contacts get paper."""
    return bool(subject.email) and addressee.quality == ONESELF
