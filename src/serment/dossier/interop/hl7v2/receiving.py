"""One message in, one acknowledgement out. Stored before it is answered; the answer is AA only when everything stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import structlog
from django.db import DatabaseError

from serment.dossier.interop.hl7v2 import acknowledgement, admitting, charset, depositing, refusing, storing
from serment.dossier.interop.hl7v2.charset import UnknownCharset, field
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.interop.hl7v2.refusing import (
    OUR_FAULT,
    REJECTED,
    REQUIRED,
    TABLE,
    TRY_AGAIN,
    UNSUPPORTED_PROCESSING,
    UNSUPPORTED_TYPE,
    UNSUPPORTED_VERSION,
    Refusal,
)  # fmt: skip
from serment.dossier.kernel import config, errors, ids
from serment.dossier.vault.types import Signer
from serment.wire.protocol import Lure

DOCUMENTS = ("ORU", "MDM")
VERSIONS = ("2.3", "2.4", "2.5", "2.6")

log = structlog.get_logger()


Offered = Callable[[str, str, Lure], None]


def receive(raw: bytes, *, signer: Signer, now: datetime, lure: str = "", offered: Offered | None = None) -> bytes:
    """The acknowledgement of one message, in the message's own encoding. Raises nothing: what goes wrong is an answer too.

    `offered` is told (text, codec, lure) when the guard wants somebody who does not exist to come in likewise; `lure` is their token.
    """
    fields = charset.header_fields(raw)
    codec = "ascii"
    try:
        codec = charset.codec(fields) if fields else "ascii"
        refusal = _receive(raw, fields, codec, signer=signer, now=now, lure=lure, offered=offered)
    except UnknownCharset:
        message = "L’encodage de MSH-18 est inconnu, ou le message n’est pas dans cet encodage."
        refusal = _refused(raw, fields, Refusal(message=message, location="MSH^1^18", code=TABLE, acknowledgement=REJECTED), now=now)
    log.info(
        "message", control=field(fields, 10)[:60], message_type=_event(fields), answer=refusal.acknowledgement if refusal else "AA",
        code=refusal.code if refusal else "", at=refusal.location if refusal else "",
    )  # fmt: skip
    control = ids.new().hex[:20]
    return _encoded(acknowledgement.build(fields, refusal=refusal, control=control, now=now), codec)


def _encoded(text: str, codec: str) -> bytes:
    """In the sender's encoding; where it has no accents, without them rather than with question marks."""
    try:
        return text.encode(codec)
    except UnicodeEncodeError:
        plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
        return plain.encode(codec, "ignore")


def _refused(raw: bytes, fields: list[str], refusal: Refusal, *, now: datetime) -> Refusal:
    """Keep a message that cannot even be read, so that nothing is lost, and answer why."""
    try:
        message = _keep(raw, fields, storing.letterbox().digest(raw), now=now)
        storing.answered(message, refusal=refusal, now=now)
    except DatabaseError:
        return Refusal(message=TRY_AGAIN)
    return refusal


def _receive(
    raw: bytes, fields: list[str], codec: str, *, signer: Signer, now: datetime, lure: str, offered: Offered | None
) -> Refusal | None:
    if not fields:
        message = "Le message ne commence pas par un segment MSH."
        return _refused(raw, fields, Refusal(message=message, code=REQUIRED, acknowledgement=REJECTED), now=now)
    digest = storing.letterbox().digest(raw)
    text = charset.decoded(raw, codec)
    try:
        kept = _keep(raw, fields, digest, now=now)
        refusal, found = (None, None) if storing.was_accepted(digest) else _carry(text, fields, signer=signer, now=now, lure=lure)
        if not (refusal and refusal.message == TRY_AGAIN):
            storing.answered(kept, refusal=refusal, now=now)
    except DatabaseError as error:
        log.error("database", error=type(error).__name__)
        return Refusal(message=TRY_AGAIN)
    if found is not None and offered is not None:
        offered(text, codec, found)
    return refusal


def _keep(raw: bytes, fields: list[str], digest: bytes, *, now: datetime) -> UUID:
    sender = f"{field(fields, 3)}|{field(fields, 4)}"
    printable = "".join(letter for letter in sender if letter.isprintable())
    return storing.keep(raw=raw, digest=digest, sender=printable, control_id=field(fields, 10), event=_event(fields), now=now)


def _carry(text: str, fields: list[str], *, signer: Signer, now: datetime, lure: str) -> tuple[Refusal | None, Lure | None]:
    try:
        _check_header(fields)
        family, _, event = _event(fields).partition("^")
        if family in DOCUMENTS:
            depositing.carry(Message(text), event=event, signer=signer, digest=storing.letterbox().digest, now=now)
            return None, None
        done = admitting.carry(Message(text), event=event, signer=signer, digest=storing.letterbox().digest, now=now, lure=lure)
    except Refusal as refusal:
        return refusal, None
    except errors.Refused as error:
        return refusing.from_error(error), None
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the sender gets an answer
        # The type only: a message may carry a value.
        log.error("fault", error=type(error).__name__)
        return Refusal(message=OUR_FAULT), None
    return None, done.lure


def _check_header(fields: list[str]) -> None:
    """MSH-9, 10, 11 and 12. A test message has no business in production."""
    if not field(fields, 10):
        raise Refusal(message="MSH-10 est obligatoire et manque.", location="MSH^1^10", code=REQUIRED, acknowledgement=REJECTED)
    if _event(fields).partition("^")[0] not in ("ADT", *DOCUMENTS):
        message = "Cette interface prend les messages ADT, ORU et MDM."
        raise Refusal(message=message, location="MSH^1^9", code=UNSUPPORTED_TYPE, acknowledgement=REJECTED)
    if field(fields, 11)[:1] not in (("P", "D", "T") if config.current().demonstration else ("P",)):
        message = "MSH-11 : cette instance ne prend que les messages de production."
        raise Refusal(message=message, location="MSH^1^11", code=UNSUPPORTED_PROCESSING, acknowledgement=REJECTED)
    if not field(fields, 12).startswith(VERSIONS):
        message = "MSH-12 : cette version de HL7 n’est pas prise en charge."
        raise Refusal(message=message, location="MSH^1^12", code=UNSUPPORTED_VERSION, acknowledgement=REJECTED)


def _event(fields: list[str]) -> str:
    return "^".join(field(fields, 9).split("^")[:2])[:20]
