"""The pages of signing in, and the JSON of its ceremonies. No rule lives here: the guard decides, these carry.

None of them touches the record's database, hence no transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from itertools import groupby
from pathlib import Path
from typing import Any, cast

import orjson
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.kernel import errors, ids
from serment.dossier.vault import client
from serment.dossier.vault.types import SignedRequest
from serment.dossier.web.sign_in import addresses, cookie, middleware, words
from serment.wire import protocol

SCRIPTS = Path(__file__).parent.parent / "static" / "serment" / "js"
BODY_BYTES_MAX = 64 * 1024
CODE_CHARACTERS_MAX = 100
ACT_CHARACTERS_MAX = 40

# JSON of a ceremony under way: options for the browser, kept as the guard wrote them.
Json = dict[str, Any]
View = Callable[..., HttpResponse]


def json_view(view: Callable[..., Json | HttpResponse]) -> View:
    """A POST of JSON, answered in JSON; a refusal becomes its status with one sentence."""

    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        try:
            reply = view(request, _body(request))
        except errors.Refused as refused:
            return middleware.json_refusal(refused)
        return reply if isinstance(reply, HttpResponse) else JsonResponse(reply)

    return require_POST(transaction.non_atomic_requests(answer))


def _body(request: HttpRequest) -> Json:
    if request.content_type != "application/json" or len(request.body) > BODY_BYTES_MAX:
        raise errors.Invalid("malformed")
    try:
        value = orjson.loads(request.body)
    except orjson.JSONDecodeError:
        raise errors.Invalid("malformed") from None
    if not isinstance(value, dict):
        raise errors.Invalid("malformed")
    return value


def _text(body: Json, name: str, characters_max: int) -> str:
    value = body.get(name)
    if not isinstance(value, str) or len(value) > characters_max:
        raise errors.Invalid("malformed", field=name)
    return value


def _ceremony(ceremony: protocol.Ceremony) -> Json:
    return {
        "ceremony": ceremony.ceremony,
        "options": orjson.loads(ceremony.options),
        "demonstration": settings.CONFIG.demonstration,
        "messages": words.messages(),
    }


def _credential(body: Json) -> str:
    if not isinstance(body.get("credential"), dict):
        raise errors.Invalid("malformed", field="credential")
    return orjson.dumps(body["credential"]).decode()


# pages ------------------------------------------------------------------------------------------------------------------------


@require_GET
@transaction.non_atomic_requests
@ensure_csrf_cookie
def sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; in a demonstration, for a visitor at this machine, with its fictional staff."""
    context = {
        "next": addresses.next_path(request.GET.get("next", "/")),
        "messages": words.messages(),
        "demonstration": settings.CONFIG.demonstration,
        "personas": _personas(request),
    }
    return render(request, "sign_in/sign_in.html", context)


def _personas(request: HttpRequest) -> list[tuple[str, list[protocol.Persona]]]:
    """The fictional staff by unit, those of no unit last; nobody where the guard does not answer."""
    if not addresses.has_personas(request):
        return []
    try:
        personas = client.guard().call("personas", protocol.Empty()).personas
    except errors.Refused:
        return []

    def unit(persona: protocol.Persona) -> str:
        return persona.units[0] if persona.units else ""

    ordered = sorted(personas, key=lambda persona: (not persona.units, unit(persona), persona.profession, persona.label))
    return [(name, list(group)) for name, group in groupby(ordered, key=unit)]


@require_GET
@transaction.non_atomic_requests
@ensure_csrf_cookie
def enrolment(request: HttpRequest) -> HttpResponse:
    """The page where a code received in person becomes a passkey."""
    return render(request, "sign_in/enrolment.html", {"messages": words.messages(), "next": "/"})


@require_GET
@transaction.non_atomic_requests
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, from the root so that it may sign every page."""
    script = (SCRIPTS / "sw.js").read_bytes()
    headers = {"Service-Worker-Allowed": "/", "Cache-Control": "no-cache"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


# signing in and out -----------------------------------------------------------------------------------------------------------


@json_view
def session_begin(request: HttpRequest, body: Json) -> Json:
    key = body.get("session_key")
    if not isinstance(key, dict) or not all(isinstance(value, str) for value in key.values()):
        raise errors.Invalid("malformed", field="session_key")
    return _ceremony(client.guard().call("begin_sign_in", protocol.BeginSignIn(session_key=key)))


@json_view
def session_finish(request: HttpRequest, body: Json) -> HttpResponse:
    finish = protocol.FinishSignIn(
        ceremony=_text(body, "ceremony", 100), credential=_credential(body), user_agent=request.headers.get("User-Agent", "")[:300]
    )
    signed_in: protocol.SignedIn = client.guard().call("finish_sign_in", finish)
    response = JsonResponse({"until": signed_in.until.isoformat()})
    cookie.write(response, signed_in.session)
    return response


@require_POST
@transaction.non_atomic_requests
def session_end(request: HttpRequest) -> HttpResponse:
    """Close the session. Whatever the guard answers, this browser forgets it."""
    signed = cast(SignedRequest | None, request.signed)  # type: ignore[attr-defined]
    if signed is not None:
        try:
            middleware.check_address(request, signed.proof)
            client.guard().call("sign_out", protocol.Signed(session=signed.session, proof=signed.proof))
        except errors.Refused:
            pass
    if request.headers.get("HX-Request") == "true":
        response = HttpResponse(status=204, headers={"HX-Redirect": "/sign-in/"})
    elif request.content_type == "application/json":
        response = JsonResponse({})
    else:
        response = HttpResponse(status=303, headers={"Location": "/sign-in/"})
    cookie.clear(response)
    return response


# enrolling --------------------------------------------------------------------------------------------------------------------


@json_view
def enrolment_begin(request: HttpRequest, body: Json) -> Json:
    return _ceremony(client.guard().call("begin_enrolment", protocol.BeginEnrolment(code=_text(body, "code", CODE_CHARACTERS_MAX))))


@json_view
def enrolment_persona(request: HttpRequest, body: Json) -> Json:
    """Begin an enrolment as a fictional person: in a demonstration, at this machine."""
    account = ids.parsed(_text(body, "account", 40))
    if account is None or not addresses.has_personas(request):
        raise errors.Denied("not_a_demonstration")
    code: protocol.Code = client.guard().call("persona_code", protocol.PersonaCode(account=account))
    return _ceremony(client.guard().call("begin_enrolment", protocol.BeginEnrolment(code=code.code)))


@json_view
def enrolment_finish(request: HttpRequest, body: Json) -> Json:
    finish = protocol.FinishEnrolment(ceremony=_text(body, "ceremony", 100), credential=_credential(body), label=_text(body, "label", 200))
    enrolled: protocol.Enrolled = client.guard().call("finish_enrolment", finish)
    return {"account": str(enrolled.account), "label": enrolled.label}


# touching ---------------------------------------------------------------------------------------------------------------------


@json_view
def touch_begin(request: HttpRequest, body: Json) -> Json:
    signed: SignedRequest = request.signed  # type: ignore[attr-defined]
    return _ceremony(client.guard().call("begin_touch", protocol.Signed(session=signed.session, proof=signed.proof)))


@json_view
def touch_act(request: HttpRequest, body: Json) -> Json:
    """Begin the ceremony of one act on one thing; its answer travels with the act's own form."""
    subject = ids.parsed(_text(body, "subject", 40))
    if subject is None:
        raise errors.Invalid("malformed", field="subject")
    signed: SignedRequest = request.signed  # type: ignore[attr-defined]
    begin = protocol.BeginAct(session=signed.session, proof=signed.proof, act=_text(body, "act", ACT_CHARACTERS_MAX), subject=subject)
    return _ceremony(client.guard().call("begin_act", begin))


@json_view
def touch_finish(request: HttpRequest, body: Json) -> Json:
    signed: SignedRequest = request.signed  # type: ignore[attr-defined]
    finish = protocol.FinishTouch(
        session=signed.session, proof=signed.proof, ceremony=_text(body, "ceremony", 100), credential=_credential(body)
    )
    who: protocol.Who = client.guard().call("finish_touch", finish)
    return {"lease_left": who.lease_left}
