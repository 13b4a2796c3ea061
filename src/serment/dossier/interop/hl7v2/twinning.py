"""Bringing a decoy in as its interface would: two messages like the one that has just admitted somebody, of a stay that is long over.

Nothing here is kept or logged; what goes on is what any message goes through (ADR 0016). Of the real person nothing is taken over but the
unit, the town and the shape of the message.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom

from serment.dossier.interop.hl7v2 import receiving
from serment.dossier.vault.types import Signer
from serment.wire.protocol import Identity, Lure

# Long enough over for no unit to have a tie left (thirty days after leaving), not so long that it would stand out.
LEFT_DAYS, STAYED_DAYS = (40, 400), (1, 6)

# How long after the real admission, on average, so that the two do not come in pairs.
DELAY_SECONDS = 900.0

# Numbers that ARCEP keeps for works of fiction.
PHONE = "06 39 98 {:02} {:02}"
STREETS = ("rue des Tilleuls", "rue du Moulin", "avenue de la Gare", "rue Pasteur", "impasse des Lilas", "place du Marché")
# A sender that numbers with one digit has ten numbers: trying a hundred times finds two others.
TRIES_MAX = 100
KEPT = ("MSH", "EVN", "PID", "PV1", "ZBE", "ZFM", "ZFA")


def delay_seconds(rng: Random | None = None) -> float:
    return (rng or SystemRandom()).expovariate(1 / DELAY_SECONDS)


def bring_in(text: str, codec: str, lure: Lure, *, signer: Signer, now: datetime) -> bool:
    """Take the two messages as if they had come by the wire. False, with nothing done, when the real one is of another shape."""
    try:
        came, left = (message.encode(codec) for message in messages(text, lure, now=now))
    except (ValueError, IndexError):
        return False
    receiving.receive(came, signer=signer, now=now, lure=lure.token)
    receiving.receive(left, signer=signer, now=now)
    return True


def messages(text: str, lure: Lure, *, now: datetime, rng: Random | None = None) -> tuple[str, str]:
    """The admission and the discharge of somebody who does not exist, after the decoded text of a real admission.

    Raises ValueError when the real one is not of a shape to follow.
    """
    rng = rng or SystemRandom()
    left = now - timedelta(days=rng.uniform(*LEFT_DAYS))
    came = left - timedelta(days=rng.uniform(*STAYED_DAYS))
    segments = [line.split("|") for line in text.split("\r") if line[:3] in KEPT]
    kinds = {segment[0]: segment for segment in segments}
    if not {"MSH", "PID", "PV1", "ZBE"} <= kinds.keys():
        raise ValueError("not an admission to follow")
    visit = _like(_field(kinds["PV1"], 19), rng)
    person = _person(kinds["PID"], lure.identity, visit=visit, rng=rng)
    # Two messages, two movements: their numbers differ from one another, and from those of the real one.
    control, movement = _field(kinds["MSH"], 9), _field(kinds["ZBE"], 1)
    controls, movements = _two_like(control, rng), _two_like(movement, rng)
    arrival = _Event(code="A01", at=came, control=controls[0], movement=movements[0])
    departure = _Event(code="A03", at=left, control=controls[1], movement=movements[1])
    return (
        _message(segments, person, visit=visit, event=arrival, now=now),
        _message(segments, person, visit=visit, event=departure, now=now),
    )


@dataclass(frozen=True, kw_only=True)
class _Event:
    """What one of the two messages says: its event, when it was, its own number and that of the movement."""

    code: str
    at: datetime
    control: str
    movement: str


def _message(segments: list[list[str]], person: list[str], *, visit: str, event: _Event, now: datetime) -> str:
    told = []
    for segment in segments:
        name = segment[0]
        # MSH-1 is the separator itself, so that its fields stand one place further left.
        changes = {
            "MSH": {6: f"{now:%Y%m%d%H%M%S}", 8: f"ADT^{event.code}^ADT_{event.code}", 9: event.control},
            "EVN": {2: f"{now:%Y%m%d%H%M%S}", 6: f"{event.at:%Y%m%d%H%M%S}"},
            "PV1": {19: visit},
            "ZBE": {1: event.movement, 2: f"{event.at:%Y%m%d%H%M%S}", 4: "INSERT"},
        }.get(name, {})
        told.append("|".join(person if name == "PID" else _changed(segment, changes)))
    return "\r".join(told) + "\r"


def _person(pid: list[str], identity: Identity, *, visit: str, rng: Random) -> list[str]:
    """PID with other traits: names, birth, sex, numbers, a street of its own in the same town."""
    numbers = []
    for repetition in _field(pid, 3).split("~"):
        parts = repetition.split("^")
        is_ins = len(parts) > 4 and parts[4] == "INS"
        value = (identity.ins.matricule if identity.ins else "") if is_ins else identity.numbers[0].value
        numbers += ["^".join([value, *parts[1:]])] if value else []
    names = f"{identity.birth_name}^{identity.first_given_name}^{identity.given_names}^^^^L"
    used = f"~{identity.used_name}^{identity.first_given_name}^^^^^D" if identity.used_name else ""
    home = (_field(pid, 11).split("~")[0] + "^^^^^^^").split("^")
    address = f"{rng.randint(1, 90)} {rng.choice(STREETS)}^^{home[2]}^^{home[4]}^FRA^H~^^^^^^BDL^^{identity.birth_place}"
    phone = PHONE.format(rng.randrange(100), rng.randrange(100)) if _field(pid, 13) else ""
    changes = {
        3: "~".join(numbers), 5: names + used, 7: f"{identity.birth_date:%Y%m%d}", 8: identity.sex,
        11: address if any(home) else "", 13: phone, 14: "", 29: "",
        30: "N" if _field(pid, 30) else "", 18: "^".join([visit.split("^")[0], *_field(pid, 18).split("^")[1:]]),
    }  # fmt: skip
    return _changed(pid, changes)


def _changed(segment: list[str], changes: dict[int, str]) -> list[str]:
    fields = [*segment, *[""] * (max(changes, default=0) + 1 - len(segment))]
    return [changes.get(number, value) for number, value in enumerate(fields)]


def _field(segment: list[str], number: int) -> str:
    return segment[number] if number < len(segment) else ""


def _two_like(value: str, rng: Random) -> tuple[str, str]:
    """Two numbers of that form, neither of them the other nor the given one, as far as the form has three."""
    found = {value: None}
    for _ in range(TRIES_MAX):
        found[_like(value, rng)] = None
        if len(found) == len(("given", "first", "second")):
            break
    others = [*list(found)[1:], value, value]
    return others[0], others[1]


def _like(value: str, rng: Random) -> str:
    """A number of the sender's own make: the same form, other digits at its end."""
    head, caret, rest = value.partition("^")
    digits = [index for index, letter in enumerate(head) if letter.isdigit()][-4:]
    letters = [str(rng.randrange(10)) if index in digits else letter for index, letter in enumerate(head)]
    return "".join(letters) + caret + rest
