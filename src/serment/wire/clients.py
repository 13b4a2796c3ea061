"""API clients: the tokens that let an application in, each bound to a key that the application holds (RFC 9449)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class ClientToken:
    """`assertion`: a JWT signed by the application's registered key (RFC 7523, private_key_jwt). `proof`: a DPoP proof of the key that the
    token will be bound to, for the token endpoint. `scope`: the words wanted, apart by spaces; empty for all that are registered."""

    assertion: str
    proof: str
    scope: str = ""


@dataclass(frozen=True, kw_only=True)
class Token:
    """An access token: the handle of a session that answers to one key only."""

    token: str
    until: datetime
    scopes: tuple[str, ...]


VERBS: dict[str, tuple[type, type]] = {"client_token": (ClientToken, Token)}

# Those that change something: a proof made to read a page does not serve for them. A token is asked with a proof of its own address.
ACTS: frozenset[str] = frozenset()
