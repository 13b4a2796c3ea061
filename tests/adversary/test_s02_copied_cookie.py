"""S2: the cookie of a session is copied to another machine. R = 0, I = 0: it opens nothing there, and its use is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from serment.guard.errors import Refused
from serment.guard.presence import sessions
from serment.wire import dpop, protocol, verbs
from serment.wire.incidents import Criteria
from serment.wire.signing import Paper
from tests.authenticator import Browser
from tests.fixtures.staff import Desk

PATIENT = uuid4()

# Every verb that a signed-in person may ask, as Eve would ask it with Bruno's cookie.
NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
WINDOW = Criteria(since=NOW, until=NOW)
ASKED: dict[str, tuple[str, str, dict[str, object]]] = {
    "attend": ("GET", "/", {}),
    "account": ("GET", "/account/", {}),
    "begin_touch": ("POST", "/touch/begin", {}),
    "sign_out": ("POST", "/session/end", {}),
    "close_session": ("POST", "/account/", {"id": uuid4()}),
    "revoke_passkey": ("POST", "/account/", {"id": uuid4()}),
    "rename_passkey": ("POST", "/account/", {"id": uuid4(), "label": ""}),
    "lock": ("POST", "/session/lock", {}),
    "add_passkey": ("POST", "/account/passkeys/begin", {"ceremony": "", "credential": ""}),
    "finish_passkey": ("POST", "/account/passkeys/finish", {"ceremony": "", "credential": "", "label": ""}),
    "open": ("GET", f"/patients/{PATIENT}/", {"patient": PATIENT, "compartments": ("care",)}),
    "break_glass": ("POST", f"/patients/{PATIENT}/break-glass/", {"patient": PATIENT, "reason": "vital_emergency"}),
    "open_untied": ("POST", f"/patients/{PATIENT}/open-untied/", {"patient": PATIENT, "compartments": ("care",)}),
    "begin_act": ("POST", "/touch/act", {"act": "unlock", "subject": uuid4()}),
    "ask_unlock": ("POST", "/unlock/ask/", {}),
    "unlock_requests": ("GET", "/unlock/", {}),
    "unlock": ("POST", "/unlock/", {"id": uuid4(), "ceremony": "", "credential": ""}),
    "lines": ("GET", "/", {"patients": (PATIENT,)}),
    "find": ("POST", "/patients/find/", {"ins": "1" * 15}),
    "flag": ("POST", f"/patients/{PATIENT}/allergies/", {"patient": PATIENT, "alerts": ()}),
    "authored": ("POST", f"/patients/{PATIENT}/notes/", {"patient": PATIENT}),
    "ask_advice": ("POST", f"/patients/{PATIENT}/advice/", {"patient": PATIENT, "rpps": "10000000017"}),
    "protect": ("POST", f"/patients/{PATIENT}/protection/", {"patient": PATIENT, "kind": "staff", "text": "x"}),
    "treating": ("POST", f"/patients/{PATIENT}/correspondents/", {"patient": PATIENT, "rpps": "10000000017"}),
    "disclosures": ("GET", f"/patients/{PATIENT}/openings/", {"patient": PATIENT}),
    "contain": ("POST", "/security/accounts/", {"account": uuid4()}),
    "staff": ("GET", "/security/accounts/", {}),
    "notices": ("GET", "/security/emergencies/", {}),
    "propose": ("POST", "/administration/propose/role/", {"kind": "role", "terms": {}, "reason": "x"}),
    "proposals": ("GET", "/administration/", {}),
    "decide": ("POST", "/administration/proposals/", {"id": uuid4(), "approve": True, "ceremony": "", "credential": ""}),
    "withdraw": ("POST", "/administration/proposals/", {"id": uuid4()}),
    "end_assignment": ("POST", "/administration/assignments/", {"id": uuid4()}),
    "directory": ("GET", "/administration/people/", {}),
    "overview": ("GET", "/security/", {}),
    "reviews": ("GET", "/security/reviews/", {}),
    "review": ("GET", "/security/reviews/", {"id": uuid4()}),
    "answer_review": ("POST", "/security/reviews/", {"id": uuid4(), "answer": "legitimate"}),
    "acknowledge": ("POST", "/security/emergencies/", {"id": uuid4()}),
    "declare_incident": ("POST", "/incidents/", {"reference": "1", "aware_at": NOW, "criteria": WINDOW, "known": ""}),
    "amend_incident": (
        "POST", "/incidents/",
        {"incident": uuid4(), "number": 1, "phase": "", "aware_at": NOW, "criteria": WINDOW, "known": ""},
    ),
    "incidents": ("GET", "/incidents/", {}),
    "suggest_window": ("POST", "/incidents/", {"criteria": WINDOW}),
    **{
        verb: ("POST", "/incidents/", {"incident": uuid4()})
        for verb in ("incident", "compute_scope", "scope_progress", "scope_figures", "exposed", "incident_excerpt")
    },
    "exposed_people": ("POST", "/incidents/", {"incident": uuid4(), "approval": uuid4()}),
    "prove_exposure": ("POST", "/incidents/", {"incident": uuid4(), "patient": PATIENT}),
    "find_caller": ("POST", "/incidents/", {"number": "000003"}),
    "prove_absence": ("POST", "/incidents/", {"patient": PATIENT, "since": NOW - timedelta(days=1), "until": NOW}),
    "match_sample": ("POST", "/incidents/", {"approval": uuid4(), "rows": ()}),
    "attribute_sample": ("POST", "/incidents/", {"approval": uuid4()}),
    "copy": (
        "POST", f"/patients/{PATIENT}/requests/",
        {"patient": PATIENT, "request": uuid4(), "entries": 0, "documents": 0, "withheld": 0},
    ),
    "sign_papers": (
        "POST", f"/patients/{PATIENT}/letters/discharge/", {"patient": PATIENT, "papers": (Paper(document=uuid4(), digest=bytes(32)),)},
    ),
}  # fmt: skip


def eve_with(cookie: str, desk: Desk) -> Browser:
    """Eve's machine: the stolen cookie, and a key of her own, since Bruno's cannot leave his browser."""
    return replace(desk.browser(), session=cookie)


@pytest.mark.parametrize("verb", ASKED)
def test_a_copied_cookie_opens_nothing_on_another_machine(desk: Desk, verb: str) -> None:
    eve = eve_with(desk.signed_in(desk.bruno).session, desk)
    method, path, arguments = ASKED[verb]
    request = verbs.VERBS[verb][0](**eve.signed(method, path), **arguments)
    with pytest.raises(Refused) as caught:
        desk.call(verb, request)
    assert caught.value.refusal == protocol.Refusal(category="signed_out", code="wrong_key", remedy="sign_in")


def test_every_verb_of_a_signed_in_person_is_tried_above() -> None:
    signed = {verb for verb, (request, _) in verbs.VERBS.items() if "session" in request.__dataclass_fields__}
    # Touching is tried by its first half; the other verbs are for interfaces and registration desks, with the same first line.
    assert signed - set(ASKED) == {"finish_touch", "register", "tie", "untie", "practitioner_account"}


def test_the_theft_is_journaled_once_and_the_owner_works_on(desk: Desk) -> None:
    bruno = desk.signed_in(desk.bruno)
    eve = eve_with(bruno.session, desk)
    for _ in range(5):
        with pytest.raises(Refused):
            eve.attend()
    assert bruno.attend().account == desk.bruno
    with desk.guard.pool.connection() as tx:
        told = tx.execute("select count(*) from journal_entry where account_id = %s and kind = 'refusal'", (desk.bruno,)).fetchone()
    assert told == (1,)


def test_a_cookie_alone_or_with_garbage_is_refused(desk: Desk) -> None:
    cookie = desk.signed_in(desk.bruno).session
    for proof in ("", "x", "a.b.c", "é" * 10, "." * 5000):
        with pytest.raises(Refused) as caught:
            desk.call("attend", protocol.Signed(session=cookie, proof=proof))
        assert caught.value.refusal.code == "bad_proof"


def test_a_proof_that_names_the_owners_key_without_holding_it_is_refused(desk: Desk) -> None:
    bruno, forger = desk.signed_in(desk.bruno), dpop.ProofKey()
    head = bruno.proof("GET", "/").split(".")[0]
    claims, signature = forger.proof(htm="GET", htu=bruno.origin + "/", now=desk.now).split(".")[1:]
    with pytest.raises(Refused) as caught:
        desk.call("attend", protocol.Signed(session=bruno.session, proof=f"{head}.{claims}.{signature}"))
    assert caught.value.refusal.code == "bad_proof"


def test_a_request_overheard_with_its_proof_serves_nobody_again(desk: Desk) -> None:
    bruno = desk.signed_in(desk.bruno)
    overheard = protocol.Signed(**bruno.signed())
    desk.call("attend", overheard)
    with pytest.raises(Refused) as caught:
        desk.call("attend", overheard)
    assert caught.value.refusal.code == "replayed_proof"
    desk.pass_time(timedelta(minutes=2))
    with pytest.raises(Refused) as caught:
        desk.call("attend", overheard)
    assert caught.value.refusal.code == "stale_proof"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000.evil.example/",
        "http://localhost:8001/",
        "https://localhost:8000/",
        "http://evil.example/",
        "http://localhost:8000@evil.example/",
        "http://localhost:8000",
        "serment:attend",
    ],
)
def test_a_proof_made_for_another_site_is_refused(desk: Desk, address: str) -> None:
    bruno = desk.signed_in(desk.bruno)
    proof = bruno.key.proof(htm="GET", htu=address, now=desk.now)
    with pytest.raises(Refused) as caught:
        desk.call("attend", protocol.Signed(session=bruno.session, proof=proof))
    assert caught.value.refusal.code == "wrong_address"


def test_a_proof_made_for_another_patient_is_refused(desk: Desk) -> None:
    bruno = desk.signed_in(desk.bruno)
    signed = bruno.signed("GET", f"/patients/{uuid4()}/")
    with pytest.raises(Refused) as caught:
        desk.call("open", protocol.Open(**signed, patient=PATIENT, compartments=("care",)))
    assert caught.value.refusal.code == "wrong_address"


def test_a_persons_proof_does_not_pass_for_an_interfaces(desk: Desk) -> None:
    bruno = desk.signed_in(desk.bruno)
    proof = bruno.key.proof(htm="POST", htu="serment:register", now=desk.now)
    with desk.guard.pool.connection() as tx, pytest.raises(Refused) as caught:
        sessions.authenticate(desk.guard, tx, session="", proof=proof, verb="register", now=desk.now)
    assert caught.value.refusal.code == "unknown_session"


def test_bruno_s_cookie_with_eves_own_session_key_is_refused(desk: Desk) -> None:
    bruno, eve = desk.signed_in(desk.bruno), desk.signed_in(desk.eve)
    with pytest.raises(Refused) as caught:
        desk.call("attend", protocol.Signed(session=bruno.session, proof=eve.proof("GET", "/")))
    assert caught.value.refusal.code == "wrong_key"
