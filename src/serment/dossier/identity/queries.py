"""Asking the guard who people are. Every line it gives is counted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from serment.dossier.kernel import errors
from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.wire.protocol import Find, Line, Lines, LineSet

LINES_MAX = 200


def find_by_traits(*, signed: SignedRequest, birth_name: str, first_given_name: str, birth_date: date, sex: str) -> tuple[Line, ...]:
    """The people of exactly these traits, names heard with a phonetic tolerance; five at most. Raises Invalid, Denied, Exhausted."""
    request = Find(
        session=signed.session, proof=signed.proof, birth_name=birth_name.strip(), first_given_name=first_given_name.strip(),
        birth_date=birth_date, sex=sex,
    )  # fmt: skip
    return _found(request)


def find_by_ins(*, signed: SignedRequest, matricule: str) -> tuple[Line, ...]:
    """Whoever has this INS matricule. Raises like `find_by_traits`."""
    return _found(Find(session=signed.session, proof=signed.proof, ins="".join(matricule.split())))


def find_by_number(*, signed: SignedRequest, number: str) -> tuple[Line, ...]:
    """Whoever has this local number (IPP). Raises like `find_by_traits`."""
    return _found(Find(session=signed.session, proof=signed.proof, number=number.strip()))


@dataclass(frozen=True, kw_only=True)
class Listed:
    """Identity lines by patient, and how many more a touch of the passkey would show."""

    lines: dict[UUID, Line]
    withheld: int = 0


def lines(*, signed: SignedRequest, patients: Iterable[UUID]) -> dict[UUID, Line]:
    """The identity lines of those patients that are tied to the caller, as far as the lease goes. Raises Invalid (`too_many`)."""
    return listed(signed=signed, patients=patients).lines


def listed(*, signed: SignedRequest, patients: Iterable[UUID]) -> Listed:
    """The same, with what is withheld until the next touch."""
    wanted = tuple(dict.fromkeys(patients))
    if not wanted:
        return Listed(lines={})
    if len(wanted) > LINES_MAX:
        raise errors.Invalid("too_many", field="patients")
    answer: LineSet = client.guard().call("lines", Lines(session=signed.session, proof=signed.proof, patients=wanted))
    return Listed(lines={line.patient: line for line in answer.lines}, withheld=answer.withheld)


def _found(request: Find) -> tuple[Line, ...]:
    answer: LineSet = client.guard().call("find", request)
    return answer.lines
