"""The pages of signing in, and the JSON of its ceremonies. No rule lives here: the guard decides, these carry.

None of them touches the record's database, hence no transaction.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET, require_POST

from serment.dossier.kernel import errors, ids
from serment.dossier.vault import client
from serment.dossier.web.sign_in import addresses, cookie, ways, words
from serment.dossier.web.sign_in.exchange import (
    CEREMONY_CHARACTERS_MAX,
    Json,
    ceremony,
    credential,
    json_view,
    replaced,
    session_key,
    signed,
    signed_in,
    text,
    user_agent,
)
from serment.wire import protocol
from serment.wire.ways_in import AddPasskey, FinishPasskey

SCRIPTS = Path(__file__).parent.parent / "static" / "serment" / "js"
CODE_CHARACTERS_MAX = 100
ACT_CHARACTERS_MAX = 40
LABEL_CHARACTERS_MAX = 200
ID_CHARACTERS_MAX = 40


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
        "ways": ways.current(),
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
    return render(request, "sign_in/enrolment.html", {"messages": words.messages(), "next": "/", "ways": ways.current()})


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
    return ceremony(client.guard().call("begin_sign_in", protocol.BeginSignIn(session_key=session_key(body))))


@json_view
def session_finish(request: HttpRequest, body: Json) -> HttpResponse:
    slot, handle = replaced(request, body)
    finish = protocol.FinishSignIn(
        ceremony=text(body, "ceremony", CEREMONY_CHARACTERS_MAX),
        credential=credential(body),
        user_agent=user_agent(request),
        replaces=handle,
    )
    answer: protocol.SignedIn = client.guard().call("finish_sign_in", finish)
    return signed_in(answer, slot=slot)


@require_POST
@transaction.non_atomic_requests
def session_end(request: HttpRequest) -> HttpResponse:
    """Close the session. Whatever the guard answers, this browser forgets it."""
    try:
        who = signed(request)
        client.guard().call("sign_out", protocol.Signed(session=who.session, proof=who.proof))
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
    return ceremony(client.guard().call("begin_enrolment", protocol.BeginEnrolment(code=text(body, "code", CODE_CHARACTERS_MAX))))


@json_view
def enrolment_persona(request: HttpRequest, body: Json) -> Json:
    """Begin an enrolment as a fictional person: in a demonstration, at this machine."""
    account = ids.parsed(text(body, "account", ID_CHARACTERS_MAX))
    if account is None or not addresses.has_personas(request):
        raise errors.Denied("not_a_demonstration")
    code: protocol.Code = client.guard().call("persona_code", protocol.PersonaCode(account=account))
    return ceremony(client.guard().call("begin_enrolment", protocol.BeginEnrolment(code=code.code)))


@json_view
def enrolment_finish(request: HttpRequest, body: Json) -> Json:
    finish = protocol.FinishEnrolment(
        ceremony=text(body, "ceremony", CEREMONY_CHARACTERS_MAX),
        credential=credential(body),
        label=text(body, "label", LABEL_CHARACTERS_MAX),
    )
    enrolled: protocol.Enrolled = client.guard().call("finish_enrolment", finish)
    return {"account": str(enrolled.account), "label": enrolled.label}


# touching ---------------------------------------------------------------------------------------------------------------------


@json_view
def touch_begin(request: HttpRequest, body: Json) -> Json:
    who = signed(request)
    return ceremony(client.guard().call("begin_touch", protocol.Signed(session=who.session, proof=who.proof)))


@json_view
def touch_act(request: HttpRequest, body: Json) -> Json:
    """Begin the ceremony of one act on one thing; its answer travels with the act's own form."""
    subject = ids.parsed(text(body, "subject", ID_CHARACTERS_MAX))
    if subject is None:
        raise errors.Invalid("malformed", field="subject")
    who = signed(request)
    begin = protocol.BeginAct(session=who.session, proof=who.proof, act=text(body, "act", ACT_CHARACTERS_MAX), subject=subject)
    return ceremony(client.guard().call("begin_act", begin))


@json_view
def touch_finish(request: HttpRequest, body: Json) -> Json:
    asked = signed(request)
    finish = protocol.FinishTouch(
        session=asked.session, proof=asked.proof, ceremony=text(body, "ceremony", CEREMONY_CHARACTERS_MAX), credential=credential(body)
    )
    who: protocol.Who = client.guard().call("finish_touch", finish)
    return {"lease_left": who.lease_left}


# further passkeys ---------------------------------------------------------------------------------------------------------------


@json_view
def passkey_begin(request: HttpRequest, body: Json) -> Json:
    """Begin to add a passkey, with the answer to the touch that this very act asked for."""
    who = signed(request)
    begin = AddPasskey(
        session=who.session, proof=who.proof, ceremony=text(body, "ceremony", CEREMONY_CHARACTERS_MAX), credential=credential(body)
    )
    return ceremony(client.guard().call("add_passkey", begin))


@json_view
def passkey_finish(request: HttpRequest, body: Json) -> Json:
    """Keep the new passkey."""
    who = signed(request)
    finish = FinishPasskey(
        session=who.session, proof=who.proof, ceremony=text(body, "ceremony", CEREMONY_CHARACTERS_MAX), credential=credential(body),
        label=text(body, "label", LABEL_CHARACTERS_MAX),
    )  # fmt: skip
    client.guard().call("finish_passkey", finish)
    return {}
