"""Decoys (*dossiers leurres*): records of nobody, among the others. Who opens one has come by no legitimate path (ADR 0016).

Which patients they are is written in one place only: a list sealed under a key of its own and padded to one size. Everything else of a
decoy is made by the doors that make a patient, by the interface that makes them, in the order of the day.
"""

from __future__ import annotations

import hmac
import os
import secrets
import threading
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.find import identities, rules
from serment.guard.release import cutting
from serment.wire.canonical import decode_bytes, encode_bytes
from serment.wire.protocol import DENIED, FAULT, INVALID, Identity, Ins, LocalNumber, Lure

KEY = "decoys"

# The sealed list always has this size, however many there are: about 1,500 fit.
LIST_BYTES = 64 * 1024

# One real registration in so many brings a decoy with it, so that those of one order lie apart.
ONE_IN = 12

# A lure that its interface did not bring in within this time was lost, and goes to another.
OFFERED_FOR = timedelta(days=1)

# Out of how many recent people of the establishment the traits are drawn, and how often before giving up until the next registration.
POOL, POOL_MIN, TRIES = 60, 5, 40

# A decoy seen in a list may be chance; two within a day are somebody turning pages.
SEEN_WITHIN, SEEN_MAX = timedelta(hours=24), 2

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Decoy:
    """An identifier that is reserved for nobody; `authority` gives the local numbers among which it hides."""

    patient: UUID
    authority: str


@dataclass(kw_only=True)
class Known:
    """What the process remembers: marks, from which no identifier can be had; where some are to be brought in, and when one was offered."""

    marks: frozenset[bytes]
    waiting: set[str]
    offered: dict[bytes, datetime]


_lock = threading.Lock()
_known: dict[str, Known] = {}


def plant(guard: Guard, tx: Transaction, *, authority: str, count: int, by: UUID | None, now: datetime) -> None:
    """Reserve `count` more decoys among the patients numbered by an authority. They come in with the next registrations there.

    Executes a proposal of two persons. Refuses `too_many_decoys`.
    """
    tx.execute("lock table sealed_list in share row exclusive mode")
    listed = (*_read(guard, tx), *(Decoy(patient=uuid4(), authority=authority) for _ in range(count)))
    plain = msgspec.json.encode(listed)
    if count < 1 or len(plain) > LIST_BYTES:
        raise Refused(INVALID, "too_many_decoys", field="count")
    sealed = _seal(guard, plain.ljust(LIST_BYTES), b"list")
    tx.execute(
        "insert into sealed_list (name, sealed) values (%s, %s) on conflict (name) do update set sealed = excluded.sealed", (KEY, sealed)
    )
    body = {"authority": authority, "count": count, "mark": _mark(guard, plain)}
    journal.append(tx, at=now, kind="decoys", account=by, patient=None, body=body)
    with _lock:
        _remember(guard, tx, listed)


def counts(guard: Guard, tx: Transaction) -> tuple[int, int]:
    """How many there are, and how many of them still wait to be brought in."""
    listed = _read(guard, tx)
    return len(listed), len(listed) - len(_planted(tx, listed))


# bringing them in -------------------------------------------------------------------------------------------------------------


def draw(guard: Guard, tx: Transaction, *, interface: UUID, given: Identity, now: datetime) -> Lure | None:
    """Now and then, after a person was registered for the first time: somebody who does not exist, to register likewise."""
    known = _load(guard, tx)
    authority = next((number.authority for number in given.numbers if number.authority in known.waiting), "")
    if not authority or secrets.randbelow(ONE_IN):
        return None
    listed = tuple(one for one in _read(guard, tx) if one.authority == authority)
    planted = _planted(tx, listed)
    absent = {_mark(guard, one.patient.bytes): one.patient for one in listed if one.patient not in planted}
    if not absent:
        known.waiting.discard(authority)
    free = [mark for mark in absent if mark not in known.offered or now - known.offered[mark] > OFFERED_FOR]
    identity = _nobody(guard, tx, interface=interface, authority=authority) if free else None
    if identity is None:
        return None
    known.offered[free[0]] = now
    return Lure(identity=identity, token=encode_bytes(_seal(guard, absent[free[0]].bytes, b"lure")))


def reserved(guard: Guard, token: str) -> UUID:
    """The identifier of a decoy that is being registered, or a new one for a real person. Refuses a token of another's making."""
    try:
        return UUID(bytes=_unseal(guard, decode_bytes(token), b"lure")) if token else uuid4()
    except (InvalidTag, ValueError):
        raise Refused(INVALID, "malformed", field="lure") from None


def make_way(guard: Guard, tx: Transaction, *, patient: UUID, given: Identity, now: datetime) -> bool:
    """A real person has come with the number or the INS of a decoy: it gives them up. False for anybody else, and for itself."""
    if not is_decoy(guard, tx, patient):
        return False
    known = identities.read(guard, identities.ask(tx, [patient]))[patient]
    if rules.is_same_person(known.sheet.identity, given):
        return False
    stripped = replace(known.sheet, identity=replace(known.sheet.identity, numbers=(), ins=None))
    identities.save(guard, tx, patient=patient, wrapped=known.wrapped, sheet=stripped, now=now)
    return True


def _nobody(guard: Guard, tx: Transaction, *, interface: UUID, authority: str) -> Identity | None:
    """Traits of several people of the establishment put together: the distributions are theirs, the whole is nobody's."""
    rows = tx.execute(
        "select patient_id from journal_entry where account_id = %s and kind = 'registration' order by account_seq desc limit %s",
        (interface, POOL),
    ).fetchall()
    known = identities.read(guard, identities.ask(tx, [row[0] for row in rows])).values()
    # Nothing of a protected name is made into somebody else's.
    people = [one.sheet.identity for one in known if one.sheet.protection is None]
    numbered = [(one, number.value) for one in people for number in one.numbers if number.authority == authority]
    rng, highest = secrets.SystemRandom(), max((value for _, value in numbered), default="")
    for tried in range(TRIES if len(numbered) >= POOL_MIN else 0):
        (named, _), (called, _), (born, _), (_, value) = (rng.choice(numbered) for _ in range(4))
        number = value[:-3] + "".join(str(rng.randrange(10)) if letter.isdigit() else letter for letter in value[-3:])
        identity = _together(rng, named, called, born, LocalNumber(authority=authority, value=number))
        # Below the highest number known while there is room, since those above will be given to real people.
        if (number < highest or tried > TRIES // 2) and not any(
            identities.having(tx, token) for token in rules.tokens(guard.vault, identity)
        ):
            return identity
    return None


def _together(rng: secrets.SystemRandom, named: Identity, called: Identity, born: Identity, number: LocalNumber) -> Identity:
    day = date(called.birth_date.year + rng.randint(-2, -1), born.birth_date.month, min(born.birth_date.day, 28))
    place = born.birth_place or "99999"
    # Order numbers above 950 in a month are given by no registry: an INS that is nobody's, and never leaves the guard without an opening.
    digits = f"{1 if called.sex == 'M' else 2}{day:%y%m}{place}{rng.randint(951, 998)}"
    key = 97 - int(digits.replace("2A", "19").replace("2B", "18")) % 97
    identity = replace(
        called, birth_name=named.birth_name, used_name=named.used_name and born.birth_name, birth_date=day, birth_place=born.birth_place,
        ins=Ins(matricule=f"{digits}{key:02}", oid=called.ins.oid) if called.ins else None, attributes=(), numbers=(number,),
    )  # fmt: skip
    return replace(identity, status=rules.status(identity))


# what happens when one is touched ---------------------------------------------------------------------------------------------


def opened(guard: Guard, *, account: UUID, patient: UUID, now: datetime) -> None:
    """Called at each attempt to open a record, before anything is locked and whatever the answer would be. Somebody who opens a decoy is
    contained at once, and refused (`contained`) like anybody contained; nothing of the decoy is named in clear."""
    if is_decoy(guard, None, patient):
        _touched(guard, account=account, marks={_mark(guard, patient.bytes)}, how="opening", now=now)


def seen(guard: Guard, *, account: UUID, patients: Iterable[UUID], now: datetime) -> None:
    """Called with the people a search has found, before they are shown, and with those a list was asked for. The first decoy alerts; the
    second within a day, for the same account or from the same workstation, contains, and refuses (`contained`)."""
    marks = {_mark(guard, patient.bytes) for patient in patients if is_decoy(guard, None, patient)}
    if marks:
        _touched(guard, account=account, marks=marks, how="line", now=now)


def is_decoy(guard: Guard, tx: Transaction | None, patient: UUID) -> bool:
    """Whether nobody is behind this identifier. Refuses `forged_row` when the sealed list is not the one last decided."""
    known = _known.get(guard.settings.instance)
    if known is None:
        with nullcontext(tx) if tx else guard.pool.connection() as own:
            known = _load(guard, own)
    return _mark(guard, patient.bytes) in known.marks


def _touched(guard: Guard, *, account: UUID, marks: set[bytes], how: str, now: datetime) -> None:
    """In a transaction of its own: what the caller was doing is undone, this is not."""
    with guard.pool.connection() as tx:
        before = {
            decode_bytes(leaf["body"]["decoy"])
            for leaf in journal.reading.of_kind(tx, "decoy", since=now - SEEN_WITHIN)
            if leaf["account"] == str(account) or (guard.source and leaf["body"]["source"] == guard.source)
        }
        contains = how == "opening" or len(before | marks) >= SEEN_MAX
        for mark in marks:
            body = {"decoy": mark, "how": how, "contained": contains, "source": guard.source}
            journal.append(tx, at=now, kind="decoy", account=account, patient=None, body=body)
        if contains:
            cutting.cut(guard, tx, account=account, by=None, why="decoy", now=now)
    log.error("decoy", account=str(account), how=how, contained=contains)
    if contains:
        raise Refused(DENIED, "contained")


# the sealed list --------------------------------------------------------------------------------------------------------------


def _load(guard: Guard, tx: Transaction) -> Known:
    with _lock:
        return _known.get(guard.settings.instance) or _remember(guard, tx, _read(guard, tx))


def _remember(guard: Guard, tx: Transaction, listed: tuple[Decoy, ...]) -> Known:
    """Also before the transaction commits that decides them: a decoy that never came to be does no harm."""
    planted = _planted(tx, listed)
    marks = frozenset(_mark(guard, one.patient.bytes) for one in listed)
    known = Known(marks=marks, waiting={one.authority for one in listed if one.patient not in planted}, offered={})
    _known[guard.settings.instance] = known
    return known


def _planted(tx: Transaction, listed: tuple[Decoy, ...]) -> set[UUID]:
    rows = tx.execute("select patient_id from patient_key where patient_id = any(%s)", ([one.patient for one in listed],)).fetchall()
    return {row[0] for row in rows}


def _read(guard: Guard, tx: Transaction) -> tuple[Decoy, ...]:
    """The list. Refuses (`forged_row`) one that is not what the journal was last told, or that is gone."""
    row = tx.execute("select sealed from sealed_list where name = %s", (KEY,)).fetchone()
    told = journal.reading.of_kind(tx, "decoys")
    plain = _unseal(guard, bytes(row[0]), b"list").rstrip() if row else b""
    if (told or row) and not (told and hmac.compare_digest(decode_bytes(told[0]["body"]["mark"]), _mark(guard, plain))):
        raise Refused(FAULT, "forged_row")
    return msgspec.json.decode(plain, type=tuple[Decoy, ...]) if plain else ()


def _seal(guard: Guard, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(guard.vault.named_key(KEY)).encrypt(nonce, plain, b"serment decoys v1|" + about)


def _unseal(guard: Guard, sealed: bytes, about: bytes) -> bytes:
    return AESGCM(guard.vault.named_key(KEY)).decrypt(sealed[:12], sealed[12:], b"serment decoys v1|" + about)


def _mark(guard: Guard, data: bytes) -> bytes:
    return hmac.digest(guard.vault.named_key(KEY), b"mark|" + data, "sha256")
