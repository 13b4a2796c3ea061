"""Applications: a program that reads for the units it serves, known by a key, let in by tokens that are bound to a key (RFC 9449).

A token is a session: the same proofs, the same containment, the same meters; shorter, and without a person at the keyboard.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.hazmat.primitives.serialization import load_pem_public_key

from serment import journal
from serment.credentials import assertion
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts, contained
from serment.guard.presence import replay, sessions
from serment.guard.rows import Table
from serment.wire import dpop
from serment.wire.clients import ClientToken, Token
from serment.wire.protocol import INVALID, SIGNED_OUT
from serment.wire.words import SCOPES

TOKEN_ADDRESS = "/oauth/token"  # noqa: S105 - an address, not a secret

# An application asks again by itself; a stolen token is worth an hour, and only with the key it is bound to.
TOKEN_LIFE = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Client:
    """The key that signs for an application, and the compartments it was registered for. `identity` is always one of them."""

    account_id: UUID
    public_jwk: str
    scopes: tuple[str, ...]
    since: datetime


CLIENTS = Table("client", Client, key=("account_id",))


def register(guard: Guard, tx: Transaction, *, account: UUID, key: str, scopes: str, now: datetime) -> None:
    """Write an application's key (a public JWK or PEM, P-256) and what it may read; a new key ends the sessions of the old one.

    Refuses `client_key` and `scope_unknown`.
    """
    public_jwk, words = read(key=key, scopes=scopes)
    CLIENTS.put(guard, tx, Client(account_id=account, public_jwk=public_jwk, scopes=words, since=now))
    sessions.close_all(guard, tx, account, now)


def read(*, key: str, scopes: str) -> tuple[str, tuple[str, ...]]:
    """A key as a JWK, and the scopes in their order. Refuses `client_key` and `scope_unknown`."""
    return _jwk(key), _scopes(scopes or "identity")


def client_token(guard: Guard, request: ClientToken, now: datetime) -> Token:
    """Open a session for an application. Refuses `bad_proof` and its likes for the proof, `scope_unknown`, and `client_refused` for every
    other cause: who is not the application learns nothing of it."""
    proof = _proof(guard, request.proof, now)
    try:
        with guard.pool.connection() as tx:
            return _token(guard, tx, request, proof=proof, now=now)
    except assertion.NotAsserted:
        raise Refused(SIGNED_OUT, "client_refused") from None


def _token(guard: Guard, tx: Transaction, request: ClientToken, *, proof: dpop.Proof, now: datetime) -> Token:
    account = assertion.client_of(request.assertion)
    client = CLIENTS.one(guard, tx, "account_id = %s", account)
    if client is None:
        raise assertion.NotAsserted("unknown")
    origin = guard.settings.origin
    asserted = assertion.verify(
        request.assertion, jwk=json.loads(client.public_jwk), client=account, audiences=frozenset({origin, origin + TOKEN_ADDRESS}), now=now
    )
    facts = accounts.load(guard, tx, account)
    cause = "contained" if facts.contained_at is not None or contained.is_contained(guard, tx, account) else ""
    if facts.kind != "application":
        cause = "not_an_application"
    if not _first_use(tx, account, asserted):
        cause = "replayed"
    if cause:
        # Only the holder of the key, or of what it signed, comes this far: the line cannot be used to fill the journal.
        body = {"cause": cause, "way": "client", "source": guard.source}
        journal.append(tx, at=now, kind="sign_in_refused", account=account, patient=None, body=body)
        tx.commit()
        raise assertion.NotAsserted(cause)
    scopes = _narrowed(client.scopes, request.scope)
    opened = sessions.open_session(
        guard, tx, account=account, key=proof.public, way="client", scopes=scopes, life=TOKEN_LIFE, user_agent=facts.label, now=now
    )
    return Token(token=opened.session, until=opened.until, scopes=scopes)


def _proof(guard: Guard, proof: str, now: datetime) -> dpop.Proof:
    """The key that the token is to be bound to, shown for the token endpoint, once."""
    try:
        parsed = dpop.parse(proof)
        if (parsed.htm, parsed.htu, parsed.ath) != ("POST", guard.settings.origin + TOKEN_ADDRESS, ""):
            raise Refused(SIGNED_OUT, "wrong_address")
        dpop.verify(parsed)
    except dpop.BadProof:
        raise Refused(SIGNED_OUT, "bad_proof") from None
    replay.memory(guard).use(parsed, verb="client_token", patient=None, now=now)
    return parsed


def _first_use(tx: Transaction, account: UUID, asserted: assertion.Asserted) -> bool:
    digest = hashlib.sha256(f"{account}|{asserted.jti}".encode()).digest()
    query = "insert into client_assertion (digest, until) values (%s, %s) on conflict do nothing"
    return tx.execute(query, (digest, asserted.until)).rowcount == 1


def forget_assertions(tx: Transaction, now: datetime) -> None:
    """Those that are over cannot serve again: their own date refuses them."""
    tx.execute("delete from client_assertion where until <= %s", (now,))


def _jwk(key: str) -> str:
    try:
        if key.lstrip().startswith("{"):
            given = json.loads(key)
            found: Mapping[str, str] = dpop.public_key({name: given.get(name) for name in ("crv", "kty", "x", "y")}).jwk
        else:
            found = dpop.public_jwk(load_pem_public_key(key.encode()))
    except (ValueError, TypeError, RecursionError, dpop.BadProof):
        raise Refused(INVALID, "client_key", field="key") from None
    return json.dumps(dict(found), sort_keys=True)


def _scopes(words: str) -> tuple[str, ...]:
    wanted = set(words.split())
    if wanted - set(SCOPES):
        raise Refused(INVALID, "scope_unknown", field="scopes")
    return tuple(word for word in SCOPES if word in wanted | {"identity"})


def _narrowed(registered: tuple[str, ...], wanted: str) -> tuple[str, ...]:
    """What a token says of those registered: all of them, or the ones asked for. Refuses `scope_unknown` for any other."""
    scopes = _scopes(wanted) if wanted.strip() else registered
    if set(scopes) - set(registered):
        raise Refused(INVALID, "scope_unknown", field="scope")
    return scopes
