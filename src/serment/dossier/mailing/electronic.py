"""Letters by e-mail: the same words as on paper, plain text, through the establishment's relay.

No mail server can promise that a message left exactly once: it may take a message and die before it says so. What is written down before
and after, and an identifier that a second sending would share, make the doubt visible instead (ADR 0030).
"""

from __future__ import annotations

import hmac
import json
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from uuid import UUID

from serment.dossier.kernel import errors
from serment.dossier.kernel.config import ConfigurationError
from serment.dossier.mailing.types import Letter
from serment.wire import canonical

SECONDS_MAX = 30
# RFC 5321, 4.2.1: 4xx is for now, 5xx for good.
REFUSED_FROM, FOR_GOOD_FROM, TAKEN = 400, 500, 250
_TLS = ("starttls", "tls", "none")
_MEMBERS = {"host", "port", "from", "tls", "user", "password"}


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The mail server. `tls` is `starttls`, `tls`, or `none` for a relay on this machine."""

    host: str
    port: int
    sender: str
    tls: str = "starttls"
    user: str = ""
    password: str = field(repr=False, default="")


def configured(file: Path) -> Relay | None:
    """Read the file, of the same form as the daily digest's; None when there is none: every letter goes on paper then.

    Raises ConfigurationError naming the file for one that lacks a member or has another."""
    if not file.exists():
        return None
    try:
        raw = json.loads(file.read_text(encoding="utf-8"))
        tls = raw.get("tls", "starttls")
        if set(raw) - _MEMBERS or tls not in _TLS:
            raise ValueError
        return Relay(
            host=str(raw["host"]), port=int(raw.get("port", 587)), sender=str(raw["from"]), tls=tls, user=str(raw.get("user", "")),
            password=str(raw.get("password", "")),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise ConfigurationError(f"{file} is not a relay: host, from, and perhaps port, tls, user and password") from None


def domain(origin: str) -> str:
    """Where the identifiers of messages say they come from: the name that the pages are known by."""
    return urlsplit(origin).hostname or "localhost"


def message_id(*, key: bytes, incident: UUID, patient: UUID, ordinal: int, domain: str) -> str:
    """The same each time for one letter; without the key nobody tells whose it is."""
    mark = hmac.digest(key, canonical.encode(["serment letter message v1", incident, patient, ordinal]), "sha256")[:12].hex()
    return f"<{mark}.serment@{domain}>"


def compose(letter: Letter, *, sender: str, to: str, identifier: str, now: datetime) -> EmailMessage:
    """The letter as a message: no picture, no link, no attachment, and nothing in its subject but what is in the letter's."""
    message = EmailMessage()
    message["From"], message["To"], message["Date"] = sender, to, format_datetime(now)
    message["Message-ID"], message["Auto-Submitted"] = identifier, "auto-generated"
    message["Subject"] = letter.subject.partition(":")[2].strip().replace("\u00a0", " ")
    message["Content-Language"] = letter.language
    message.set_content(text(letter))
    return message


def text(letter: Letter) -> str:
    """Its words, a blank line between its parts."""
    parts = ["\n".join([part.title, *part.lines, *(f"- {item}" for item in part.items)]).strip() for part in letter.parts]
    return "\n\n".join([letter.place, *parts, f"{letter.check_before}\n{letter.code}\n{letter.check_after}", letter.signature]) + "\n"


class Doubtful(Exception):
    """The relay was given the message, and the connection ended before it answered."""


class Post(Protocol):
    """Whoever takes messages."""

    @property
    def sender(self) -> str: ...

    def deliver(self, message: EmailMessage, *, to: str, before: Callable[[], None]) -> str: ...


class Session:
    """One connection to the relay, made when it is needed and again after it was lost."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay
        self._server: smtplib.SMTP | None = None

    @property
    def sender(self) -> str:
        return self._relay.sender

    def deliver(self, message: EmailMessage, *, to: str, before: Callable[[], None]) -> str:
        """Give one message to the relay; `before` is called when everything but the message itself was said and accepted.

        Answers nothing when it was taken, or the relay's code when it will never be (`550`). Raises Unavailable (`relay_down`) as long as
        the relay has not been given it, Doubtful after."""
        try:
            server = self._server = self._server or self._connected()
            for code, _ in (server.mail(self._relay.sender), server.rcpt(to)):
                if code >= REFUSED_FROM:
                    return self._refused(code)
        except (OSError, smtplib.SMTPException):
            self.close()
            raise errors.Unavailable("relay_down") from None
        before()
        try:
            code, _ = server.data(message.as_bytes(policy=policy.SMTP))
        except smtplib.SMTPDataError as refused:
            # The command itself was refused: nothing was given.
            code = refused.smtp_code
        except (OSError, smtplib.SMTPException):
            self.close()
            raise Doubtful from None
        return "" if code == TAKEN else str(code)

    def close(self) -> None:
        """End the connection without waiting for it."""
        if self._server is not None:
            self._server.close()
        self._server = None

    def _refused(self, code: int) -> str:
        """For good, or for now: then the relay is asked again later."""
        self.close()
        if code < FOR_GOOD_FROM:
            raise errors.Unavailable("relay_busy")
        return str(code)

    def _connected(self) -> smtplib.SMTP:
        relay = self._relay
        connect = smtplib.SMTP_SSL if relay.tls == "tls" else smtplib.SMTP
        server = connect(relay.host, relay.port, timeout=SECONDS_MAX)
        if relay.tls == "starttls":
            server.starttls(context=ssl.create_default_context())
        if relay.user:
            server.login(relay.user, relay.password)
        server.ehlo_or_helo_if_needed()
        return server
