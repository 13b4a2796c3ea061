"""Ways to sign in beside the passkey, further passkeys, and coming back to a locked session."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from serment.wire.protocol import BeginSignIn, Ceremony, Empty, Enrolled, Signed, SignedIn

# --- an identity provider (Pro Santé Connect) ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Ways:
    """Which ways in this instance offers beside the passkey, and after how many minutes without use a session is locked."""

    provider: bool
    password: bool
    idle_minutes: int


@dataclass(frozen=True, kw_only=True)
class OidcBegun:
    """Where to send the browser, what to bring back with its answer, and where to go after signing out of the session."""

    ceremony: str
    url: str
    logout: str


@dataclass(frozen=True, kw_only=True)
class FinishOidc:
    """`issuer` is the `iss` of the provider's answer (RFC 9207), empty where it gives none."""

    ceremony: str
    code: str
    state: str
    issuer: str = ""
    user_agent: str = ""
    replaces: str = ""


# --- a password and a time-based code -----------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class BeginSecret:
    """`code`: a one-time enrolment code given in person. `login` is chosen by the person; `password` must resist guessing."""

    code: str
    login: str
    password: str


@dataclass(frozen=True, kw_only=True)
class SecretBegun:
    """`uri` (otpauth) goes into an application that makes the codes, once."""

    ceremony: str
    uri: str


@dataclass(frozen=True, kw_only=True)
class FinishSecret:
    """`totp`: the first code, which shows that the application has the secret."""

    ceremony: str
    totp: str


@dataclass(frozen=True, kw_only=True)
class PasswordSignIn:
    session_key: dict[str, str]
    login: str
    password: str
    totp: str
    user_agent: str = ""
    replaces: str = ""


# --- passkeys of one's own ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AddPasskey:
    """Begin to add a passkey, after a touch of one that stands: `ceremony` and `credential` answer `begin_act("add_passkey", account)`."""

    session: str
    proof: str
    ceremony: str
    credential: str


@dataclass(frozen=True, kw_only=True)
class FinishPasskey:
    session: str
    proof: str
    ceremony: str
    credential: str
    label: str


@dataclass(frozen=True, kw_only=True)
class RenamePasskey:
    session: str
    proof: str
    id: UUID
    label: str


VERBS: dict[str, tuple[type, type]] = {
    "ways": (Empty, Ways),
    "begin_oidc": (BeginSignIn, OidcBegun),
    "finish_oidc": (FinishOidc, SignedIn),
    "begin_secret": (BeginSecret, SecretBegun),
    "finish_secret": (FinishSecret, Enrolled),
    "password_sign_in": (PasswordSignIn, SignedIn),
    "lock": (Signed, Empty),
    "add_passkey": (AddPasskey, Ceremony),
    "finish_passkey": (FinishPasskey, Enrolled),
    "rename_passkey": (RenamePasskey, Empty),
}

# Those that change something: a proof made to read a page does not serve for them.
ACTS: frozenset[str] = frozenset({"add_passkey", "finish_passkey", "lock", "rename_passkey"})
