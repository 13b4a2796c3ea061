"""Sessions: opened by a passkey, bound to a key that cannot leave the browser, closed by hand, by containment or after a working day."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from serment import journal
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, contained
from serment.guard.meters import account as meters
from serment.guard.meters import limits
from serment.guard.presence import foreign_use, idle, replay
from serment.guard.release import openings
from serment.guard.rows import Table
from serment.wire import dpop
from serment.wire.canonical import encode_bytes
from serment.wire.protocol import DENIED, SIGNED_OUT, STEP_UP, SignedIn
from serment.wire.verbs import ACTS
from serment.wire.words import COMPARTMENTS

# The longest shift of a hospital, and nothing renews it: a cookie found tomorrow opens nothing.
SESSION_LIFE = timedelta(hours=12)
HANDLE_BYTES = 32
USER_AGENT_CHARACTERS_MAX = 300

# A passkey with user verification, or a national identity provider at its substantial level. A password with a code is less.
FULL, REDUCED = "full", "reduced"

# Who has sessions, and under which address each reads about a patient: a proof made for the pages of one serves for no other.
PAGES = {"person": "/patients/", "application": "/fhir/Patient/"}


@dataclass(frozen=True, kw_only=True)
class Session:
    """A session as its MAC vouches."""

    id: UUID
    digest: bytes
    account_id: UUID
    passkey_id: UUID | None
    thumbprint: str
    public_jwk: str
    assurance: str
    software: bool
    user_agent: str
    opened_at: datetime
    until: datetime
    closed_at: datetime | None = None
    fresh_until: datetime | None = None
    scopes: tuple[str, ...] = ()


SESSIONS = Table("session", Session)

_BY_DIGEST = (
    f"select {', '.join('s.' + name for name in (*SESSIONS.columns, 'mac'))},"
    " (select max(added_at) from passkey where account_id = a.id and revoked_at is null),"
    f" {', '.join('a.' + name for name in accounts.ACCOUNT_COLUMNS)}, a.mac"
    " from session s join account a on a.id = s.account_id where s.digest = %s"
)
_INTERFACE = (
    f"select k.account_id, k.thumbprint, k.mac, {', '.join('a.' + name for name in accounts.ACCOUNT_COLUMNS)}, a.mac"
    " from interface_key k join account a on a.id = k.account_id where k.thumbprint = %s"
)


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who made a request, proved. `facts` is the account as it stood when the proof was checked."""

    account: UUID
    session: UUID | None
    assurance: str
    kind: str
    software: bool
    until: datetime
    facts: accounts.Account
    # Until then nothing unexplained is trusted to the authenticator of this session: it is newer than a day.
    fresh_until: datetime | None = None
    # A passkey was added to the account after this session was opened: its owner is told.
    new_key_at: datetime | None = None
    # The compartments that an application's token is for; a person's are bounded by the role alone.
    scopes: tuple[str, ...] = COMPARTMENTS


def authenticate(
    guard: Guard,
    tx: Transaction,
    *,
    session: str,
    proof: str,
    verb: str,
    now: datetime,
    patient: UUID | None = None,
    emergency: bool = False,
) -> Caller:
    """Who asks: the session's key made this proof, in this minute, for this verb and patient, for the first time.

    Refuses `signed_out` with the code `bad_proof`, `stale_proof`, `replayed_proof`, `wrong_address`, `wrong_key`, `unknown_session`,
    `session_closed` or `session_over`; `denied` with `contained`; `step_up` with `idle_locked`. Nothing is said of a session before
    its own key has signed.
    """
    try:
        parsed = dpop.parse(proof)
    except dpop.BadProof:
        raise _signed_out("bad_proof") from None
    if not session:
        return _interface(guard, tx, parsed, verb=verb, patient=patient, now=now)
    known, new_key_at, facts = _load(guard, tx, session)
    if known.thumbprint != parsed.public.thumbprint:
        foreign_use.note(guard, session=known.id, account=known.account_id, verb=verb, now=now)
        raise _signed_out("wrong_key")
    _check_address(guard, parsed, verb=verb, patient=patient, emergency=emergency, pages=PAGES.get(facts.kind, ""))
    if parsed.ath != (dpop.token_hash(session) if facts.kind == "application" else ""):
        raise _signed_out("bad_proof")
    _use(guard, parsed, verb=verb, patient=patient, now=now)
    if facts.contained_at is not None or contained.is_contained(guard, tx, facts.id):
        raise Refused(DENIED, "contained")
    if known.closed_at is not None:
        raise _signed_out("session_closed")
    # A software key is a demonstration's toy: no other instance believes one, even if its row stands in the table.
    if known.until <= now or facts.kind not in PAGES or (known.software and not (guard.settings.demonstration and facts.demonstration)):
        raise _signed_out("session_over")
    if known.assurance != FULL and not guard.settings.reduced_assurance:
        raise _signed_out("session_over")
    if verb not in idle.ALLOWED and facts.kind == "person":
        if idle.is_locked(guard, tx, known.id, now):
            raise Refused(STEP_UP, "idle_locked", remedy="touch")
        idle.use(guard, tx, known.id, now)
    return Caller(
        account=facts.id, session=known.id, assurance=known.assurance, kind=facts.kind, software=known.software, until=known.until,
        facts=facts, fresh_until=known.fresh_until, new_key_at=new_key_at if new_key_at and new_key_at > known.opened_at else None,
        scopes=known.scopes if facts.kind == "application" else COMPARTMENTS,
    )  # fmt: skip


def _interface(guard: Guard, tx: Transaction, parsed: dpop.Proof, *, verb: str, patient: UUID | None, now: datetime) -> Caller:
    row = tx.execute(_INTERFACE, (parsed.public.thumbprint,), prepare=True).fetchone()
    if row is None:
        raise _signed_out("unknown_session")
    guard.vault.check("interface_key", {"account_id": row[0], "thumbprint": row[1]}, row[2])
    facts = _account(guard, row[3:])
    if parsed.htm != "POST" or parsed.htu != f"serment:{verb}":
        raise _signed_out("wrong_address")
    _use(guard, parsed, verb=verb, patient=patient, now=now)
    if facts.contained_at is not None or contained.is_contained(guard, tx, facts.id):
        raise Refused(DENIED, "contained")
    if facts.kind != "interface":
        raise _signed_out("unknown_session")
    until = now + timedelta(seconds=replay.PROOF_SECONDS_MAX)
    return Caller(account=facts.id, session=None, assurance=FULL, kind="interface", software=False, until=until, facts=facts)


def _use(guard: Guard, parsed: dpop.Proof, *, verb: str, patient: UUID | None, now: datetime) -> None:
    try:
        dpop.verify(parsed)
    except dpop.BadProof:
        raise _signed_out("bad_proof") from None
    replay.memory(guard).use(parsed, verb=verb, patient=patient, now=now)


def _check_address(guard: Guard, parsed: dpop.Proof, *, verb: str, patient: UUID | None, emergency: bool, pages: str) -> None:
    """The proof was made for this server, and for the pages of the one patient that is asked for."""
    origin, path = guard.settings.origin, parsed.htu[len(guard.settings.origin) :]
    if not parsed.htu.startswith(origin) or not path.startswith("/") or ".." in path:
        raise _signed_out("wrong_address")
    if verb in ACTS and parsed.htm != "POST":
        raise _signed_out("wrong_address")
    if patient is not None and not f"{path}/".startswith(f"{pages}{patient}/"):
        raise _signed_out("wrong_address")
    if emergency and (parsed.htm != "POST" or path != f"/patients/{patient}/break-glass/"):
        raise _signed_out("wrong_address")


def _load(guard: Guard, tx: Transaction, handle: str) -> tuple[Session, datetime | None, accounts.Account]:
    row = tx.execute(_BY_DIGEST, (_digest(handle),), prepare=True).fetchone()
    if row is None:
        raise _signed_out("unknown_session")
    size = len(SESSIONS.columns) + 1
    known = SESSIONS.checked(guard, dict(zip((*SESSIONS.columns, "mac"), row[:size], strict=True)))
    return known, row[size], _account(guard, row[size + 1 :])


def _account(guard: Guard, row: tuple[Any, ...]) -> accounts.Account:
    facts = dict(zip(accounts.ACCOUNT_COLUMNS, row[:-1], strict=True))
    guard.vault.check("account", facts, row[-1])
    return accounts.Account(**facts)


def _signed_out(code: str) -> Refused:
    return Refused(SIGNED_OUT, code, remedy="sign_in")


def _digest(handle: str) -> bytes:
    return hashlib.sha256(handle.encode("utf-8", "surrogatepass")).digest()


# opening and closing ----------------------------------------------------------------------------------------------------------


def open_session(
    guard: Guard,
    tx: Transaction,
    *,
    account: UUID,
    key: dpop.PublicKey,
    way: str,
    now: datetime,
    passkey: UUID | None = None,
    software: bool = False,
    since: datetime | None = None,
    user_agent: str = "",
    replaces: str = "",
    scopes: tuple[str, ...] = (),
    life: timedelta = SESSION_LIFE,
) -> SignedIn:
    """A new session and its handle, which is kept nowhere. Journals `sign_in`.

    `way`: `passkey`, `provider`, `password` or `client`. `since`: when what was shown was enrolled. `replaces`: the handle of a locked
    session of the same account in this browser, which is closed.
    """
    handle = encode_bytes(os.urandom(HANDLE_BYTES))
    fresh_until = since + limits.NEWNESS if since is not None and now - since < limits.NEWNESS else None
    session = Session(
        id=uuid4(), digest=_digest(handle), account_id=account, passkey_id=passkey, thumbprint=key.thumbprint,
        public_jwk=json.dumps(dict(key.jwk), sort_keys=True), assurance=REDUCED if way == "password" else FULL, software=software,
        user_agent="".join(c for c in user_agent if c.isprintable())[:USER_AGENT_CHARACTERS_MAX], opened_at=now, until=now + life,
        fresh_until=fresh_until, scopes=scopes,
    )  # fmt: skip
    SESSIONS.add(guard, tx, session)
    idle.use(guard, tx, session.id, now)
    old = SESSIONS.one(guard, tx, "digest = %s and account_id = %s and closed_at is null", _digest(replaces), account)
    if old is not None:
        close(guard, tx, old, by=account, kind="session_closed", now=now)
    body: dict[str, object] = {"session": session.id, "passkey": passkey, "software": software, "assurance": session.assurance}
    body |= {
        "until": session.until,
        "way": way,
        "granted": limits.current(guard, tx).lease(is_full=session.assurance == FULL),
        "source": guard.source,
    }
    meters.note(guard, tx, account=account, kind="sign_in", body=body, now=now)
    return SignedIn(session=handle, until=session.until)


def live(guard: Guard, tx: Transaction, *, account: UUID, now: datetime) -> list[Session]:
    """The account's open sessions, newest first. A forged row is none: it signs nobody in, and must not keep a genuine one from being
    closed."""
    return SESSIONS.genuine(guard, tx, "account_id = %s and closed_at is null and until > %s order by opened_at desc", account, now)


def live_counts(tx: Transaction, now: datetime) -> dict[UUID, int]:
    """How many sessions each account has open."""
    rows = tx.execute("select account_id, count(*) from session where closed_at is null and until > %s group by account_id", (now,))
    return dict(rows.fetchall())


def close(guard: Guard, tx: Transaction, session: Session, *, by: UUID, kind: str, now: datetime) -> None:
    """Close one session, and take back the rows it was shown. Journals `kind` (`sign_out` or `session_closed`)."""
    SESSIONS.put(guard, tx, replace(session, closed_at=now))
    journal.append(tx, at=now, kind=kind, account=session.account_id, patient=None, body={"session": session.id, "by": by})
    openings.hide_rows(guard, session=session.id)


def close_all(guard: Guard, tx: Transaction, account: UUID, now: datetime, *, by: UUID | None = None) -> int:
    """Close every session of an account, and end what they opened. Returns how many sessions were open."""
    sessions = live(guard, tx, account=account, now=now)
    for session in sessions:
        close(guard, tx, session, by=by or account, kind="session_closed", now=now)
    openings.end(guard, tx, account=account, now=now)
    return len(sessions)
