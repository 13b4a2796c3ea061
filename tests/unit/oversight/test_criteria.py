"""What exposes somebody, rule by rule, without a database; and sums that no order changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.oversight.incidents.criteria import Body, Leaf, Named, reading_from
from serment.oversight.incidents.reach import CERTAIN, Reaches
from serment.wire.incidents import Criteria

SINCE = datetime(2026, 11, 1, 22, tzinfo=UTC)
UNTIL = SINCE + timedelta(hours=6)
THIEF, OTHER, STOLEN, ELSEWHERE, PATIENT = uuid4(), uuid4(), uuid4(), uuid4(), uuid4()
ACCOUNT = {"accounts": (THIEF,)}
SESSION = {"sessions": (STOLEN,)}
PLACE = {"sources": ("192.0.2.7",)}


def named(*, closed: dict[UUID, datetime] | None = None, **given: Any) -> Named:
    sessions = frozenset(given.get("sessions", ()))
    return Named(
        given=Criteria(since=SINCE, until=UNTIL, **given), sessions=sessions, touched=sessions | {STOLEN}, holders=frozenset({THIEF}),
        closed=closed or {},
    )  # fmt: skip


def leaf(kind: str, hours: float, *, account: UUID = THIEF, session: UUID = STOLEN, **body: Any) -> Leaf:
    at = SINCE + timedelta(hours=hours)
    until = at + timedelta(hours=8) if kind in ("opening", "emergency") else None
    return Leaf(at=at, kind=kind, account=account, patient=PATIENT, body=Body(**{"session": session, "until": until, **body}))


@pytest.mark.parametrize(
    ("given", "what", "expected"),
    [
        (ACCOUNT, leaf("opening", 1), "certain"),
        (ACCOUNT, leaf("emergency", 0), "certain"),
        (ACCOUNT, leaf("lines", 6), "certain"),
        (ACCOUNT, leaf("find", 6.01), ""),
        (ACCOUNT, leaf("opening", -1), "possible"),
        (ACCOUNT, leaf("opening", -8), ""),
        (ACCOUNT, leaf("opening", 1, account=OTHER, session=ELSEWHERE), ""),
        (ACCOUNT, leaf("lines", -7.9), "possible"),
        (ACCOUNT, leaf("lines", -8), ""),
        (ACCOUNT, leaf("registration", 1), "possible"),
        (ACCOUNT, leaf("registration", -1), ""),
        (ACCOUNT, leaf("notification", 1), "certain"),
        (ACCOUNT, leaf("notification", -1), ""),
        (SESSION, leaf("opening", 1), "certain"),
        (SESSION, leaf("opening", 1, session=ELSEWHERE), ""),
        (SESSION, leaf("lines", 1, session=ELSEWHERE), "possible"),
        (SESSION, leaf("lines", 1, account=OTHER, session=ELSEWHERE), ""),
        (SESSION, leaf("registration", 1, session=None), "possible"),
        (PLACE, leaf("opening", 1, places=("establishment:", "source:192.0.2.7")), "certain"),
        (PLACE, leaf("opening", 1, places=("source:192.0.2.8",)), "possible"),
        (PLACE, leaf("opening", -1, session=ELSEWHERE, account=OTHER, places=("source:192.0.2.7",)), "possible"),
        (PLACE, leaf("notification", 1, places=("source:192.0.2.8",)), ""),
        ({"everybody": True}, leaf("opening", 1, account=OTHER, session=ELSEWHERE), "certain"),
    ],
)
def test_a_leaf_exposes_as_the_rules_say(given: dict[str, Any], what: Leaf, expected: str) -> None:
    assert named(**given).certainty(what) == expected


def test_keys_live_until_the_session_ends_or_the_window_does() -> None:
    one = leaf("opening", -1)
    assert named(**ACCOUNT).usable_until(one) == UNTIL
    assert named(**ACCOUNT).usable_until(leaf("opening", -3)) == SINCE + timedelta(hours=5)
    closed = named(**ACCOUNT, closed={STOLEN: SINCE + timedelta(minutes=5)})
    assert closed.usable_until(one) == SINCE + timedelta(minutes=5)
    assert named(**ACCOUNT, closed={STOLEN: SINCE}).certainty(one) == ""


def test_what_had_effect_in_the_window_is_read_from_twelve_hours_before() -> None:
    assert reading_from(Criteria(since=SINCE, until=UNTIL)) == SINCE - timedelta(hours=12)


def test_no_order_of_the_leaves_changes_what_was_reached() -> None:
    given = [
        leaf("opening", 1, compartments=("identity", "care")), leaf("opening", 3, compartments=("identity",)),
        leaf("lines", 2, patients=(PATIENT,)),
    ]  # fmt: skip
    found = set()
    for order in permutations(given):
        reaches = Reaches(named(**ACCOUNT))
        for one in order:
            reaches.add(one, CERTAIN)
        assert len(reaches) == 1
        found.add(b"".join(reaches.taken()))
        assert len(reaches) == 0
    (copied,) = found
    first, last, until = (number(at) for at in (given[0].at, given[1].at, UNTIL))
    expected = [PATIENT.bytes, b"\x01", first, last, bytes([0, 0, 0, 2]), bytes([0, 0, 0, 1]), until, None, until, None]
    assert columns(copied) == expected


def number(at: datetime) -> bytes:
    """An instant as the database keeps it."""
    return ((at - datetime(2000, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)).to_bytes(8)


def columns(copied: bytes) -> list[bytes | None]:
    """The columns of the one row of COPY's binary form."""
    assert (copied[:19], copied[-2:]) == (b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff")
    found: list[bytes | None] = []
    rest = copied[21:-2]
    while rest:
        size = int.from_bytes(rest[:4], signed=True)
        found.append(rest[4 : 4 + size] if size >= 0 else None)
        rest = rest[4 + max(size, 0) :]
    assert len(found) == int.from_bytes(copied[19:21])
    return found
