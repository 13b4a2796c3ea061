"""Bringing a decoy in as its interface would: two messages like the one that has just admitted somebody, of a stay that is long over.

Nothing here is kept or logged; what goes on is what any message goes through (ADR 0016). Of the real person nothing is taken over but the
unit, the town and the shape of the message.
"""

from __future__ import annotations

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
    return (
        _message(segments, person, visit=visit, event="A01", at=came, now=now, rng=rng),
        _message(segments, person, visit=visit, event="A03", at=left, now=now, rng=rng),
    )


def _message(segments: list[list[str]], person: list[str], *, visit: str, event: str, at: datetime, now: datetime, rng: Random) -> str:
    told = []
    for segment in segments:
        name = segment[0]
        # MSH-1 is the separator itself, so that its fields stand one place further left.
        changes = {
            "MSH": {6: f"{now:%Y%m%d%H%M%S}", 8: f"ADT^{event}^ADT_{event}", 9: _like(_field(segment, 9), rng)},
            "EVN": {2: f"{now:%Y%m%d%H%M%S}", 6: f"{at:%Y%m%d%H%M%S}"},
            "PV1": {19: visit},
            "ZBE": {1: _like(_field(segment, 1), rng), 2: f"{at:%Y%m%d%H%M%S}", 4: "INSERT"},
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
        11: address if any(home) else "", 13: phone, 14: "", 18: "^".join([visit.split("^")[0], *_field(pid, 18).split("^")[1:]]),
    }  # fmt: skip
    return _changed(pid, changes)


def _changed(segment: list[str], changes: dict[int, str]) -> list[str]:
    fields = [*segment, *[""] * (max(changes, default=0) + 1 - len(segment))]
    return [changes.get(number, value) for number, value in enumerate(fields)]


def _field(segment: list[str], number: int) -> str:
    return segment[number] if number < len(segment) else ""


def _like(value: str, rng: Random) -> str:
    """A number of the sender's own make: the same form, other digits at its end."""
    head, caret, rest = value.partition("^")
    digits = [index for index, letter in enumerate(head) if letter.isdigit()][-4:]
    letters = [str(rng.randrange(10)) if index in digits else letter for index, letter in enumerate(head)]
    return "".join(letters) + caret + rest
