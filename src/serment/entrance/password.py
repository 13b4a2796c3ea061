"""A password with a time-based code: reduced assurance, where the instance allows it. Attempts slow down and lock nobody out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from uuid import UUID, uuid4

from psycopg.errors import UniqueViolation

from serment import journal
from serment.credentials import attempts, passwords, totp
from serment.entrance import ceremonies, codes, sign_in
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.meters import account as meters
from serment.guard.presence import sessions
from serment.guard.rows import Table
from serment.wire.protocol import CONFLICT, DENIED, INVALID, UNAVAILABLE, Empty, Enrolled, SignedIn
from serment.wire.ways_in import BeginSecret, FinishSecret, PasswordSignIn, SecretBegun, Ways

LOGIN_CHARACTERS = range(3, 41)
LOGIN_PUNCTUATION = frozenset("._-@")
NAME_SHOWN = "Serment"

# Every refusal takes as long: what was looked up, compared or written on the way cannot be told from outside.
ANSWER_SECONDS = 0.15
NOBODY = UUID(int=0)
Checked = TypeVar("Checked")


@dataclass(frozen=True, kw_only=True)
class Secret:
    """What one account signs in with. The secret of its codes is derived from `seed`; `step` is the last code used."""

    account_id: UUID
    login: str
    hash: str
    seed: UUID
    step: int
    since: datetime


SECRETS = Table("secret", Secret, key=("account_id",))


def ways(guard: Guard, request: Empty, now: datetime) -> Ways:
    """Which ways in this instance offers beside the passkey."""
    settings = guard.settings
    minutes = int(settings.idle.total_seconds() // 60)
    return Ways(provider=settings.provider is not None, password=settings.reduced_assurance, idle_minutes=minutes)


def begin_secret(guard: Guard, request: BeginSecret, now: datetime) -> SecretBegun:
    """Take a login and a password from whoever holds a code given in person. Refuses `way_closed`, `bad_code`, `login`, `weak_password`."""
    _check_allowed(guard)
    login = request.login.strip().lower()
    with guard.pool.connection() as tx:
        code = codes.find(guard, tx, codes.digest(guard, request.code), now=now)
        account = accounts.load(guard, tx, code.account_id)
    if len(login) not in LOGIN_CHARACTERS or not all(c.isalnum() or c in LOGIN_PUNCTUATION for c in login):
        raise Refused(INVALID, "login", field="login")
    if not passwords.is_strong(request.password, about=(login, account.label)):
        raise Refused(INVALID, "weak_password", field="password")
    seed = uuid4()
    kept = json.dumps({"login": login, "hash": _turn(lambda: passwords.hashed(_pepper(guard, request.password))), "seed": str(seed)})
    pending = ceremonies.new("secret", challenge=b"", now=now, account_id=account.id, code_digest=code.code_digest, act=kept)
    with guard.pool.connection() as tx:
        ceremonies.begin(guard, tx, pending, now=now)
    return SecretBegun(ceremony=str(pending.id), uri=totp.uri(_seeded(guard, account.id, seed), label=login, issuer=NAME_SHOWN))


def finish_secret(guard: Guard, request: FinishSecret, now: datetime) -> Enrolled:
    """Keep the password once a first code shows that the application has the secret. Refuses `bad_code`, `login_taken`, `wrong_totp`."""
    _check_allowed(guard)
    pending = ceremonies.take(guard, id=request.ceremony, kind="secret", now=now)
    kept = json.loads(pending.act)
    with guard.pool.connection() as tx:
        code = codes.find(guard, tx, pending.code_digest, now=now)
        account = accounts.load(guard, tx, code.account_id)
        if account.contained_at is not None or account.kind != "person":
            raise Refused(DENIED, "enrolment_refused")
        seed = UUID(kept["seed"])
        step = totp.matching_step(_seeded(guard, account.id, seed), request.totp, now=now, after=0)
        if step is None:
            raise Refused(DENIED, "wrong_totp", remedy="retry", field="totp")
        try:
            SECRETS.put(guard, tx, Secret(account_id=account.id, login=kept["login"], hash=kept["hash"], seed=seed, step=step, since=now))
        except UniqueViolation:
            raise Refused(CONFLICT, "login_taken", field="login") from None
        codes.use(guard, tx, code, now=now)
        journal.append(tx, at=now, kind="password_set", account=account.id, patient=None, body={})
    return Enrolled(account=account.id, label=account.label)


def password_sign_in(guard: Guard, request: PasswordSignIn, now: datetime) -> SignedIn:
    """Open a session of reduced assurance. For every cause `sign_in_refused`, in the same words and after the same work.

    Nobody learns whether an account exists, whether the password alone was right, nor whether an attempt counted.
    """
    _check_allowed(guard)
    key, started = sign_in.session_key(request.session_key), time.monotonic()
    with guard.pool.connection() as tx:
        found = SECRETS.one(guard, tx, "login = %s", request.login.strip().lower()[: LOGIN_CHARACTERS.stop])
    kept = found.hash if found else passwords.nobodys()
    is_right = _turn(lambda: passwords.is_right(_pepper(guard, request.password), kept))
    with guard.pool.connection() as tx:
        cause, secret, account = _judge(guard, tx, found, request, is_right=is_right, now=now)
        if not cause and secret is not None:
            SECRETS.put(guard, tx, secret)
            return sessions.open_session(
                guard, tx, account=secret.account_id, key=key, way="password", since=secret.since, user_agent=request.user_agent,
                replaces=request.replaces, now=now,
            )  # fmt: skip
        # An attempt that did not count, or on nobody, is not written: anybody could fill the journal.
        if account is not None:
            body = {"cause": cause, "way": "password", "source": guard.source}
            journal.append(tx, at=now, kind="sign_in_refused", account=account, patient=None, body=body)
    time.sleep(max(0.0, ANSWER_SECONDS - (time.monotonic() - started)))
    raise Refused(DENIED, "sign_in_refused", remedy="retry")


def forget(guard: Guard, tx: Transaction, account: UUID) -> None:
    """End the account's password, if it has one: no code fits any more."""
    secret = SECRETS.one(guard, tx, "account_id = %s", account)
    if secret is not None:
        SECRETS.put(guard, tx, replace(secret, hash=passwords.nobodys(), seed=uuid4()))


def _judge(
    guard: Guard, tx: Transaction, found: Secret | None, request: PasswordSignIn, *, is_right: bool, now: datetime
) -> tuple[str, Secret | None, UUID | None]:
    """Why this attempt fails, or nothing and the secret with its code used up."""
    id = found.account_id if found else NOBODY
    meters.lock(tx, id)
    if not attempts.may_try(_history(tx, id, now), source=guard.source, now=now):
        return "too_soon", None, None
    secret = SECRETS.one(guard, tx, "account_id = %s", id)
    if secret is None:
        return "unknown", None, None
    step = totp.matching_step(_seeded(guard, id, secret.seed), request.totp, now=now, after=secret.step)
    account = accounts.load(guard, tx, id)
    if account.contained_at is not None:
        return "contained", None, id
    if not is_right or step is None:
        return "password" if not is_right else "code", None, id
    return "", replace(secret, step=step), id


def _history(tx: Transaction, account: UUID, now: datetime) -> list[attempts.Attempt]:
    rows = tx.execute(
        """select at, kind, leaf from journal_entry where account_id = %s and kind in ('sign_in', 'sign_in_refused') and at > %s
           order by account_seq""",
        (account, now - attempts.KNOWN_FOR),
    ).fetchall()
    read = [(at, kind, json.loads(bytes(leaf))["body"]) for at, kind, leaf in rows]
    return [
        attempts.Attempt(at=at, source=body.get("source", ""), succeeded=kind == "sign_in")
        for at, kind, body in read
        if kind == "sign_in" or body.get("way") == "password"
    ]


def _check_allowed(guard: Guard) -> None:
    if not guard.settings.reduced_assurance:
        raise Refused(DENIED, "way_closed")


def _turn(check: Callable[[], Checked]) -> Checked:
    try:
        return check()
    except passwords.Busy:
        raise Refused(UNAVAILABLE, "busy", remedy="retry") from None


def _pepper(guard: Guard, password: str) -> bytes:
    """The password under the guard's key: a stolen table lets nobody try passwords."""
    return guard.vault.token("password", password[: passwords.CHARACTERS_MAX + 1])


def _seeded(guard: Guard, account: UUID, seed: UUID) -> bytes:
    return guard.vault.token("totp", account, seed)[: totp.SECRET_BYTES]
