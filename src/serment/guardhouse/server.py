"""The guard's door: WSGI over a Unix socket, one typed message in, one out, or a refusal.

Granian carries the bytes. What arrives is decoded into the request type of its verb before any code of ours sees it; whatever goes
wrong inside is a refusal too, and never says more than its code.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import structlog
from cryptography.exceptions import InvalidTag
from psycopg_pool import PoolTimeout

from serment import journal
from serment.custody.master import MasterKeyError
from serment.entrance import account, acts, clients, enrolment, password, provider, sign_in, signing, touch
from serment.guard import settings
from serment.guard.context import Guard
from serment.guard.errors import Refused
from serment.guard.release import attend, copying, disclosures, lasting, lines, open, protecting, register
from serment.guard.release.status import checkpoint, status, witnesses
from serment.guardhouse import housekeeping, start
from serment.journal import sequencer, stamping, witnessing
from serment.oversight import containment, overview, reviewing, unlocking
from serment.oversight.four_eyes import verbs as four_eyes
from serment.oversight.incidents import attributing, calling, computing, declaring, proving, scoping, suggesting, telling
from serment.wire.protocol import DENIED, EXHAUSTED, FAULT, HTTP_STATUS, INVALID, NOT_FOUND, STEP_UP, UNAVAILABLE, Refusal
from serment.wire.verbs import VERBS

Verb = Callable[[Guard, Any, datetime], object]

HANDLERS: dict[str, Verb] = {
    "status": status,
    "checkpoint": checkpoint,
    "witnesses": witnesses,
    "begin_sign_in": sign_in.begin_sign_in,
    "finish_sign_in": sign_in.finish_sign_in,
    "begin_enrolment": enrolment.begin_enrolment,
    "finish_enrolment": enrolment.finish_enrolment,
    "persona_code": enrolment.persona_code,
    "personas": attend.personas,
    "begin_touch": touch.begin_touch,
    "finish_touch": touch.finish_touch,
    "attend": attend.attend,
    "account": account.account,
    "sign_out": account.sign_out,
    "close_session": account.close_session,
    "revoke_passkey": account.revoke_passkey,
    "rename_passkey": account.rename_passkey,
    "lock": account.lock,
    "add_passkey": enrolment.add_passkey,
    "finish_passkey": enrolment.finish_passkey,
    "ways": password.ways,
    "begin_secret": password.begin_secret,
    "finish_secret": password.finish_secret,
    "password_sign_in": password.password_sign_in,
    "begin_oidc": provider.begin_oidc,
    "finish_oidc": provider.finish_oidc,
    "client_token": clients.client_token,
    "open": open.open_record,
    "break_glass": open.break_glass,
    "open_untied": open.open_untied,
    "begin_act": acts.begin_act,
    "ask_unlock": unlocking.ask_unlock,
    "unlock_requests": unlocking.unlock_requests,
    "unlock": unlocking.unlock,
    "lines": lines.lines,
    "find": lines.find,
    "flag": register.flag,
    "protect": protecting.protect,
    "authored": lasting.authored,
    "ask_advice": lasting.ask_advice,
    "treating": lasting.treating,
    "copy": copying.copy,
    "sign_papers": signing.sign_papers,
    "disclosures": disclosures.disclosures,
    "register": register.register,
    "tie": register.tie,
    "untie": register.untie,
    "practitioner_account": register.practitioner_account,
    "contain": containment.contain,
    "propose": four_eyes.propose,
    "proposals": four_eyes.proposals,
    "decide": four_eyes.decide,
    "withdraw": four_eyes.withdraw,
    "end_assignment": four_eyes.end_assignment,
    "directory": four_eyes.directory,
    "staff": containment.staff,
    "notices": disclosures.notices,
    "overview": overview.overview,
    "reviews": reviewing.reviews,
    "review": reviewing.review,
    "answer_review": reviewing.answer_review,
    "acknowledge": reviewing.acknowledge,
    "declare_incident": declaring.declare,
    "amend_incident": declaring.amend,
    "incidents": declaring.incidents,
    "incident": declaring.incident,
    "suggest_window": suggesting.suggest,
    "match_sample": attributing.match,
    "attribute_sample": attributing.attribute,
    "compute_scope": scoping.compute,
    "scope_progress": scoping.progress,
    "scope_figures": scoping.figures,
    "exposed": scoping.exposed,
    "prove_exposure": proving.exposure,
    "find_caller": calling.find,
    "prove_absence": proving.absence,
    "incident_excerpt": proving.excerpt,
    "exposed_people": telling.exposed_people,
}

# The largest request is a list of 200 patients; the largest text a passkey's attestation.
REQUEST_BYTES_MAX = 256 * 1024

# An IPv6 address with its zone.
SOURCE_CHARACTERS_MAX = 80

DECODERS: dict[str, msgspec.msgpack.Decoder[Any]] = {verb: msgspec.msgpack.Decoder(request) for verb, (request, _) in VERBS.items()}
ENCODER = msgspec.msgpack.Encoder()

log = structlog.get_logger()


def answer(guard: Guard, verb: str, body: bytes) -> object:
    """One verb. Raises Refused, and nothing else: an unforeseen failure is a refusal that is logged."""
    try:
        request = DECODERS[verb].decode(body)
    except (msgspec.ValidationError, msgspec.DecodeError):
        raise Refused(INVALID, "malformed") from None
    now = guard.clock()
    try:
        return _handle(guard, verb, request, now)
    except Refused:
        raise
    except (psycopg.OperationalError, PoolTimeout) as error:
        log.error("database", verb=verb, error=type(error).__name__)
        # The server may have been restarted: forget the connections that died with it.
        guard.pool.check()
        guard.dossier_pool.check()
        raise Refused(UNAVAILABLE, "database") from None
    except MasterKeyError as error:
        log.error("master_key", verb=verb, error=str(error))
        raise Refused(UNAVAILABLE, "master_key") from None
    except InvalidTag:
        log.error("altered_row", verb=verb)
        raise Refused(FAULT, "altered_row") from None
    except Exception as error:  # noqa: BLE001 - an unforeseen failure is a refusal, and is logged
        if journal.is_counter_put_back(error):
            log.error("journal_altered", verb=verb)
            raise Refused(FAULT, "altered_row") from None
        # The type and the place, never the message: a message may carry a value.
        log.error("fault", verb=verb, error=type(error).__name__, at=_place(error))
        raise Refused(FAULT, "fault") from None


def _handle(guard: Guard, verb: str, request: Any, now: datetime) -> object:
    try:
        return HANDLERS[verb](guard, request, now)
    except Refused as refused:
        _journal_refusal(guard, verb, refused, now)
        raise


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def _journal_refusal(guard: Guard, verb: str, refused: Refused, now: datetime) -> None:
    """A refusal of a known account leaves one line, and so does a touch that was asked for: it is how misuse first shows."""
    refusal = refused.refusal
    if refusal.code == "forged_row":
        log.error("forged_row", verb=verb)
    if refused.account is None or refusal.category not in (DENIED, EXHAUSTED, FAULT, STEP_UP):
        return
    body = {"verb": verb, "code": refusal.code, "patient": refused.patient}
    with guard.pool.connection() as tx:
        # Not counted among the patient's own entries: nothing of theirs was disclosed, and the patient may not even exist.
        kind = "step_up" if refusal.category == STEP_UP else "refusal"
        journal.append(tx, at=now, kind=kind, account=refused.account, patient=None, body=body)


class Application:
    """The WSGI application of one guard."""

    def __init__(self, guard: Guard) -> None:
        self.guard = guard

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        started = time.perf_counter()
        verb = environ["PATH_INFO"].removeprefix("/v1/")
        refusal: Refusal | None = None
        try:
            source, quiet = environ.get("HTTP_SERMENT_SOURCE", "")[:SOURCE_CHARACTERS_MAX], "HTTP_SERMENT_QUIET" in environ
            guard = replace(self.guard, source=source, quiet=quiet)
            reply = answer(guard, verb, self._body(environ, verb))
        except Refused as refused:
            reply = refusal = refused.refusal
        payload = ENCODER.encode(reply)
        code = HTTP_STATUS[refusal.category] if refusal else 200
        start_response(
            f"{code} {HTTPStatus(code).phrase}", [("Content-Type", "application/msgpack"), ("Content-Length", str(len(payload)))]
        )
        milliseconds = round((time.perf_counter() - started) * 1000, 2)
        if refusal:
            log.info("refused", verb=verb, category=refusal.category, code=refusal.code, ms=milliseconds)
        return [payload]

    @staticmethod
    def _body(environ: dict[str, Any], verb: str) -> bytes:
        if verb not in HANDLERS or environ["REQUEST_METHOD"] != "POST":
            raise Refused(NOT_FOUND, "unknown_verb")
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > REQUEST_BYTES_MAX:
            raise Refused(INVALID, "too_large")
        body: bytes = environ["wsgi.input"].read(length)
        return body


def application() -> Application:
    """Build the guard of SERMENT_CONFIG, with its sequencer running. Called once, in granian's worker."""
    start.configure_logs()
    guard = start.guard(settings.load())
    sequencer.Sequencer(guard).start()
    witnessing.start(guard)
    stamping.start(guard)
    housekeeping.Housekeeping(guard).start()
    computing.Computing(guard).start()
    return Application(guard)
