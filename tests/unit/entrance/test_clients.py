"""Applications: let in by a key that two people registered, bound to a key for every request, held to their scopes and their meters."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from serment.entrance import clients
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guardhouse import housekeeping, provision
from serment.wire import dpop, protocol
from serment.wire.clients import ClientToken
from tests import cast
from tests.fixtures.applications import ask, open_record, registered
from tests.fixtures.house import House
from tests.unit.guard.test_meters import refusal


def causes(house: House) -> list[str]:
    with house.guard.pool.connection() as tx:
        rows = tx.execute("select leaf from journal_entry where kind = 'sign_in_refused' order by id").fetchall()
    return [json.loads(bytes(row[0]))["body"]["cause"] for row in rows]


def test_an_application_reads_a_patient_of_its_unit_for_an_hour(house: House) -> None:
    patient, monitor = house.admit(cast.FARID), registered(house)
    token = ask(house, monitor)
    assert (token.scopes, token.until - house.clock() <= timedelta(hours=1)) == (("identity", "contact", "care"), True)
    opened = open_record(house, monitor, patient)
    assert (opened.tie, opened.explained, set(opened.keys)) == ("stay", True, {"identity", "contact", "care"})
    house.clock.pass_by(minutes=61)
    assert refusal(open_record, house, monitor, patient) == ("session_over", "sign_in")


def test_it_works_through_the_night_without_anybody_at_a_keyboard(house: House) -> None:
    patient, monitor = house.admit(cast.FARID), registered(house)
    ask(house, monitor)
    house.clock.pass_by(minutes=55)
    assert open_record(house, monitor, patient).explained


def test_it_reads_no_patient_of_another_unit_and_breaks_no_glass(house: House) -> None:
    elsewhere, monitor = house.admit(cast.FARID, unit=cast.MEDICINE), registered(house)
    ask(house, monitor)
    assert refusal(open_record, house, monitor, elsewhere) == ("no_tie", "")
    for verb, request in (
        ("open_untied", protocol.OpenUntied(**signed(monitor, elsewhere), patient=elsewhere, compartments=("identity",))),
        ("break_glass", protocol.BreakGlass(**signed(monitor, elsewhere), patient=elsewhere, reason="vital_emergency")),
    ):
        assert refusal(house.call, verb, request)[0] in ("role", "wrong_address")


def signed(monitor: Any, patient: object) -> dict[str, str]:
    return {"session": monitor.token, "proof": monitor.proof("POST", f"/fhir/Patient/{patient}")}


def test_a_token_is_for_what_was_registered_and_may_be_for_less(house: House) -> None:
    patient = house.admit(cast.FARID)
    reception = registered(house, scopes="contact")
    assert ask(house, reception).scopes == ("identity", "contact")
    assert set(open_record(house, reception, patient).keys) == {"identity", "contact"}
    assert refusal(open_record, house, reception, patient, wanted=("care",)) == ("scope", "")
    assert refusal(ask, house, reception, scope="care") == ("scope_unknown", "")
    assert refusal(ask, house, reception, scope="everything") == ("scope_unknown", "")
    assert ask(house, reception, scope="identity").scopes == ("identity",)
    assert set(open_record(house, reception, patient).keys) == {"identity"}


def test_what_is_sealed_is_for_no_application(house: House) -> None:
    patient, monitor = house.admit(cast.FARID), registered(house)
    ask(house, monitor)
    assert refusal(open_record, house, monitor, patient, wanted=("sealed",)) == ("scope", "")


def test_a_shift_is_worth_twenty_five_patients_however_many_tokens_are_asked(house: House) -> None:
    patients, monitor = house.admit_many(27), registered(house)
    ask(house, monitor)
    for patient in patients[:25]:
        open_record(house, monitor, patient)
    assert refusal(open_record, house, monitor, patients[25])[0] in ("lease_spent", "shift_spent")
    ask(house, monitor)
    assert refusal(open_record, house, monitor, patients[25]) == ("shift_spent", "colleague")
    assert open_record(house, monitor, patients[0]).explained


def test_a_stolen_token_without_its_key_is_worth_nothing(house: House) -> None:
    patient, monitor = house.admit(cast.FARID), registered(house)
    ask(house, monitor)
    thief = replace(monitor, bound=dpop.ProofKey())
    assert refusal(open_record, house, thief, patient) == ("wrong_key", "sign_in")


def test_a_proof_names_the_token_it_goes_with(house: House) -> None:
    patient, monitor = house.admit(cast.FARID), registered(house)
    old = ask(house, monitor).token
    ask(house, monitor)
    other = monitor.bound.proof(htm="GET", htu=f"{monitor.origin}/fhir/Patient/{patient}", now=house.clock(), token=old)
    bare = monitor.bound.proof(htm="GET", htu=f"{monitor.origin}/fhir/Patient/{patient}", now=house.clock())
    for proof in (other, bare):
        request = protocol.Open(session=monitor.token, proof=proof, patient=patient, compartments=("identity",))
        assert refusal(house.call, "open", request) == ("bad_proof", "sign_in")


def test_a_persons_proof_names_no_token(house: House) -> None:
    patient = house.admit(cast.FARID)
    bruno = house.browser(cast.BRUNO)
    proof = bruno.key.proof(htm="GET", htu=f"{bruno.origin}/patients/{patient}/", now=house.clock(), token=bruno.session)
    request = protocol.Open(session=bruno.session, proof=proof, patient=patient, compartments=("identity",))
    assert refusal(house.call, "open", request) == ("bad_proof", "sign_in")


def test_a_proof_for_one_patient_opens_no_other(house: House) -> None:
    one, other = house.admit_many(2)
    monitor = registered(house)
    ask(house, monitor)
    for path in (f"/fhir/Patient/{one}", f"/fhir/Patient/{one}/Observation", f"/patients/{other}/", f"/fhir/Patient/{other}0"):
        request = protocol.Open(session=monitor.token, proof=monitor.proof("GET", path), patient=other, compartments=("identity",))
        assert refusal(house.call, "open", request) == ("wrong_address", "sign_in")
    below = monitor.proof("GET", f"/fhir/Patient/{other}/Observation")
    assert house.call("open", protocol.Open(session=monitor.token, proof=below, patient=other, compartments=("identity",))).explained


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": str(uuid4())}, {"sub": str(uuid4())}, {"aud": "https://elsewhere.example/oauth/token"}, {"aud": None}, {"jti": None},
        {"aud": ["http://localhost:8000/oauth/token", "https://elsewhere.example"]}, {"jti": "short"}, {"exp": None}, {"exp": 1},
        {"exp": 99999999999}, {"iss": "not a client"}, {"nbf": 99999999999}, {"exp": "tomorrow"}, {"jti": 16 * "é"},
    ],
)  # fmt: skip
def test_an_assertion_that_does_not_hold_is_refused_in_the_same_words(house: House, changes: dict[str, object]) -> None:
    monitor = registered(house)
    assert refusal(ask, house, monitor, **changes) == ("client_refused", "")
    assert causes(house) == []


def test_our_own_name_as_the_only_audience_serves_too(house: House) -> None:
    monitor = registered(house)
    for audience in (monitor.origin, [monitor.origin]):
        assert ask(house, monitor, aud=audience).token


def test_an_assertion_of_another_key_algorithm_or_nobody_is_refused(house: House) -> None:
    monitor = registered(house)
    thief = replace(monitor, key=dpop.ProofKey())
    assert refusal(ask, house, thief) == ("client_refused", "")
    stranger = replace(monitor, id=uuid4())
    assert refusal(ask, house, stranger) == ("client_refused", "")
    good = monitor.assertion()
    head = good.split(".")[1:]
    for forged in (
        "", "a.b.c", "x" * 5000, ".".join(["eyJhbGciOiJub25lIn0", head[0], ""]), ".".join(["eyJhbGciOiJIUzI1NiJ9", *head]), good + "A",
        ".".join(["eyJhbGciOiJFUzI1NiIsImNyaXQiOlsiZXhwIl19", *head]),
    ):  # fmt: skip
        request = ClientToken(assertion=forged, proof=monitor.token_proof())
        assert refusal(house.call, "client_token", request) == ("client_refused", "")


def test_an_assertion_serves_once_and_its_second_use_is_journaled(house: House) -> None:
    monitor = registered(house)
    caught = monitor.assertion()
    assert house.call("client_token", ClientToken(assertion=caught, proof=monitor.token_proof())).token
    thief = replace(monitor, bound=dpop.ProofKey())
    again = ClientToken(assertion=caught, proof=thief.token_proof())
    assert refusal(house.call, "client_token", again) == ("client_refused", "")
    assert causes(house) == ["replayed"]


def test_assertions_are_forgotten_once_their_date_refuses_them(house: House) -> None:
    monitor = registered(house)
    ask(house, monitor)
    rounds = housekeeping.Housekeeping(house.guard)
    rounds.sweep()
    assert remembered(house) == 1
    house.clock.pass_by(minutes=2)
    rounds.sweep()
    assert remembered(house) == 0


def remembered(house: House) -> int:
    with house.guard.pool.connection() as tx:
        row = tx.execute("select count(*) from client_assertion").fetchone()
    return int(row[0]) if row else 0


def test_a_token_is_asked_with_a_proof_of_its_own_address_once(house: House) -> None:
    monitor = registered(house)
    proof = monitor.token_proof()
    assert ask(house, monitor, proof=proof).token
    assert refusal(ask, house, monitor, proof=proof) == ("replayed_proof", "retry")
    elsewhere = monitor.bound.proof(htm="POST", htu=f"{monitor.origin}/fhir/Patient", now=house.clock())
    assert refusal(ask, house, monitor, proof=elsewhere) == ("wrong_address", "")
    read = monitor.bound.proof(htm="GET", htu=f"{monitor.origin}/oauth/token", now=house.clock())
    assert refusal(ask, house, monitor, proof=read) == ("wrong_address", "")
    assert refusal(ask, house, monitor, proof="nothing") == ("bad_proof", "")
    signed = monitor.token_proof()
    assert refusal(ask, house, monitor, proof=signed[:-4] + "AAAA") == ("bad_proof", "")


def test_a_contained_application_gets_no_token_and_its_token_opens_nothing(house: House) -> None:
    patient, monitor = house.admit(cast.FARID), registered(house)
    ask(house, monitor)
    sonia = house.browser(cast.SONIA)
    house.call("contain", protocol.Contain(**sonia.signed("POST", "/security/"), account=monitor.id))
    assert refusal(open_record, house, monitor, patient)[0] in ("contained", "session_closed")
    assert refusal(ask, house, monitor) == ("client_refused", "")
    assert causes(house) == ["contained"]


def test_only_an_application_gets_tokens_whoever_holds_a_registered_key(house: House) -> None:
    monitor = registered(house)
    with house.guard.pool.connection() as tx:
        facts = accounts.load(house.guard, tx, monitor.id)
        accounts.save(house.guard, tx, replace(facts, kind="person"))
    assert refusal(ask, house, monitor) == ("client_refused", "")
    assert causes(house) == ["not_an_application"]


def test_a_new_key_ends_the_tokens_of_the_old_one(house: House) -> None:
    patient, monitor = house.admit(cast.FARID), registered(house)
    ask(house, monitor)
    new = dpop.ProofKey()
    with house.guard.pool.connection() as tx:
        clients.register(house.guard, tx, account=monitor.id, key=json.dumps(new.jwk), scopes="care", now=house.clock())
    assert refusal(open_record, house, monitor, patient) == ("session_closed", "sign_in")
    assert refusal(ask, house, monitor) == ("client_refused", "")
    renewed = replace(monitor, key=new)
    assert ask(house, renewed).scopes == ("identity", "care")


def test_a_key_is_a_public_p256_key_in_pem_or_jwk(house: House) -> None:
    monitor = registered(house)
    curve = ec.generate_private_key(ec.SECP256R1()).public_key()
    pem = curve.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    other = ec.generate_private_key(ec.SECP384R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    rivest = rsa.generate_private_key(65537, 2048).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    jwk = json.dumps({**dpop.public_jwk(curve), "kid": "1", "use": "sig"})
    with house.guard.pool.connection() as tx:
        for key in (pem, jwk):
            clients.register(house.guard, tx, account=monitor.id, key=key, scopes="", now=house.clock())
            found = clients.CLIENTS.one(house.guard, tx, "account_id = %s", monitor.id)
            assert found is not None
            assert (found.public_jwk, found.scopes) == (json.dumps(dpop.public_jwk(curve), sort_keys=True), ("identity",))
        for bad in ("", "{", "{}", "[]", "PEM", other, rivest, json.dumps({**dpop.public_jwk(curve), "crv": "P-384"})):
            with pytest.raises(Refused) as caught:
                clients.register(house.guard, tx, account=monitor.id, key=bad, scopes="", now=house.clock())
            assert (caught.value.refusal.code, caught.value.refusal.field) == ("client_key", "key")
        with pytest.raises(Refused) as caught:
            clients.register(house.guard, tx, account=monitor.id, key=pem, scopes="identity sealed", now=house.clock())
        assert (caught.value.refusal.code, caught.value.refusal.field) == ("scope_unknown", "scopes")


def test_an_application_of_the_plan_is_registered_with_its_units(house: House) -> None:
    key, id = dpop.ProofKey(), uuid4()
    person = provision.Person(
        id=id, label="Moniteur", profession="", role="application", units=[cast.SURGERY], interface_key=json.dumps(key.jwk), scopes="care"
    )
    assert provision.apply(house.guard, provision.Plan(accounts=[person]), house.clock()) == 1
    monitor = replace(registered(house), id=id, key=key)
    assert ask(house, monitor).scopes == ("identity", "care")
    assert open_record(house, monitor, house.admit(cast.FARID)).explained
