"""The worker asks the guard for the persons two officers decided to tell, and writes to whom the record says."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from serment.dossier.kernel import clock, config, errors
from tests import cast
from tests.fixtures.dossier import Dossier, write_config
from tests.fixtures.incidents import Mailer, approved, computed, declare, hold, leaves, window
from tests.fixtures.letters import EVENT
from tests.fixtures.mailing import HOUSE, OFFICER, opened

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def worker(dossier: Dossier) -> None:
    """The worker's own configuration: the key of the program that writes letters."""
    mailer = Mailer.at_work(dossier.house)
    key = dossier.folder / "mailer.pem"
    key.write_bytes(mailer.key._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    write_config(dossier.folder, dsn=dossier.databases.dsn("serment_app", "serment"), interface_key_file=str(key))
    config.current.cache_clear()


def told(patient: UUID, dossier: Dossier, *, contact: Any = None, others: tuple[Any, ...] = ()) -> None:
    """What Bruno writes down of how to reach somebody: the opening is what exposes them, too."""
    from serment.dossier.records.correspondents import services

    with dossier.opened(dossier.house.browser(cast.BRUNO), patient, path="correspondents/") as permit:
        if contact is not None:
            services.tell_contact(permit=permit, token=uuid4(), seen=None, told=contact, now=NOW)
        for one in others:
            services.record(permit=permit, token=uuid4(), told=one, now=NOW)


def living_at(street: str, **more: Any) -> Any:
    from serment.dossier.records.correspondents.types import Address, ContactTold

    return ContactTold(address=Address(lines=(street,), postcode="49000", city="Angers"), **more)


def other(role: str, name: str, street: str, **more: Any) -> Any:
    from serment.dossier.records.correspondents.types import Address, Told

    return Told(role=role, name=name, address=Address(lines=(street,), postcode="44000", city="Nantes"), **more)


def let_go(dossier: Dossier) -> UUID:
    """Bruno's account is declared, the scope computed, the letters worded and let go by two officers. Answers the incident."""
    from serment.dossier.mailing import services

    sonia = dossier.house.browser(cast.SONIA)
    incident = declare(sonia, window(dossier.house)).id
    line = computed(dossier.house, sonia, incident)
    approval = approved(dossier.house, line, incident, recipient=str(HOUSE.to_public()))
    services.declare(incident=incident, event=dataclasses.replace(EVENT, written_on=TODAY), by=OFFICER, now=NOW)
    services.start(incident=incident, approval=approval, recipient=str(HOUSE.to_public()), by=OFFICER, now=NOW)
    return UUID(str(incident))


def advance(dossier: Dossier) -> int:
    from serment.dossier.jobs import letters

    return letters.advance(now=dossier.house.clock, processes=1, rests=letters.Rests(until={}, spans={}))


def envelopes(folder: Path) -> set[tuple[str, ...]]:
    rows = (row for _, sheet in opened(folder).values() for row in sheet)
    return {tuple(row[f"ligne{number}"] for number in range(1, 8) if row[f"ligne{number}"]) for row in rows}


def test_each_exposed_person_is_written_to_where_the_record_says(dossier: Dossier) -> None:
    from serment.dossier.mailing import queries

    adult, minor, dead, safe, nowhere = (
        dossier.admitted(cast.person(name, number=name, born=born))
        for name, born in (
            ("ADULTE", date(1970, 1, 2)), ("ENFANT", date(2020, 1, 2)), ("DEFUNTE", date(1940, 1, 2)), ("CACHEE", date(1990, 1, 2)),
            ("SANSRIEN", date(1980, 1, 2)),
        )
    )  # fmt: skip
    told(adult, dossier, contact=living_at("4 quai des Gabares"))
    told(minor, dossier, contact=living_at("8 rue X"), others=(other("guardian", "Claire MARTIN", "2 rue Crébillon", measure="parent"),))
    told(dead, dossier, contact=living_at("9 rue Y", deceased="2025"), others=(other("heir", "Sylvie GIRARD", "3 rue Z"),))
    told(safe, dossier, contact=living_at("1 rue dangereuse"), others=(other("safe_contact", "Association Soleil", "5 rue sûre"),))
    told(nowhere, dossier)
    incident = let_go(dossier)
    assert advance(dossier) == 1
    assert envelopes(dossier.objects) == {
        ("Farid ADULTE", "4 QUAI DES GABARES", "49000 ANGERS"),
        ("Claire MARTIN", "2 RUE CREBILLON", "44000 NANTES"),
        ("Sylvie GIRARD", "3 RUE Z", "44000 NANTES"),
        ("Association Soleil", "5 RUE SURE", "44000 NANTES"),
    }
    assert [(one.patient, one.reason) for one in queries.held(incident=incident)] == [(nowhere, "address_missing")]
    assert queries.progress(incident=incident).listed == 5
    assert not any(b"DANGEREUSE" in letters for letters, _ in opened(dossier.objects).values())


def test_somebody_with_protected_data_and_no_safe_contact_waits_for_a_human_being(dossier: Dossier) -> None:
    from serment.dossier.mailing import queries

    patient = dossier.admitted(cast.person("PROTEGEE", number="P"))
    told(patient, dossier, contact=living_at("4 quai des Gabares"))
    hold(dossier.databases, patient, "Condition", compartment="sealed", at=NOW - timedelta(days=9))
    incident = let_go(dossier)
    advance(dossier)
    assert envelopes(dossier.objects) == set()
    assert [one.reason for one in queries.held(incident=incident)] == ["sealed"]


def test_the_message_for_the_portal_opens_with_the_persons_own_key_alone(dossier: Dossier) -> None:
    from serment.dossier.kernel import ids
    from serment.dossier.mailing.models import PortalMessage
    from serment.dossier.vault import sealing

    patient = dossier.admitted(cast.person("PORTAIL", number="P"))
    told(patient, dossier, contact=living_at("4 quai des Gabares"))
    incident = let_go(dossier)
    advance(dossier)
    (kept,) = PortalMessage.objects.all()
    with dossier.opened(dossier.house.browser(cast.AMEL), patient, path="correspondents/") as permit:
        place = sealing.Place(
            patient=patient, entry=ids.derived("portal", incident, patient), version=1, compartment="contact", kind="Communication"
        )
        message = sealing.unseal_deposit(key=permit.key("contact"), place=place, sealed=bytes(kept.sealed))
    assert EVENT.reference in message["payload"][0]["contentString"] or "Madame, Monsieur" in message["payload"][0]["contentString"]


def test_another_run_asks_the_guard_for_nobody(dossier: Dossier) -> None:
    patient = dossier.admitted(cast.person("UNEFOIS", number="U"))
    told(patient, dossier, contact=living_at("4 quai des Gabares"))
    let_go(dossier)
    advance(dossier)
    before = len(leaves(dossier.house, "notification"))
    advance(dossier)
    assert len(leaves(dossier.house, "notification")) == before == 1


def test_a_list_that_changed_since_the_decision_tells_nobody(dossier: Dossier) -> None:
    from serment.dossier.mailing import queries

    patients = [dossier.admitted(cast.person(name, number=name)) for name in ("PREMIER", "SECOND")]
    told(patients[0], dossier, contact=living_at("4 quai des Gabares"))
    incident = let_go(dossier)
    told(patients[1], dossier, contact=living_at("5 quai des Gabares"))
    computed(dossier.house, dossier.house.browser(cast.SONIA), incident)
    assert advance(dossier) == 1
    assert envelopes(dossier.objects) == set()
    assert queries.progress(incident=incident).listed == 0


def test_without_a_key_of_its_own_the_worker_sends_nothing(dossier: Dossier) -> None:
    from serment.dossier.jobs import letters
    from serment.dossier.mailing import queries

    write_config(dossier.folder, dsn=dossier.databases.dsn("serment_app", "serment"))
    config.current.cache_clear()
    patient = dossier.admitted(cast.person("SANSCLE", number="S"))
    told(patient, dossier, contact=living_at("4 quai des Gabares"))
    incident = let_go(dossier)
    (one,) = queries.begun(incident=incident)
    with pytest.raises(errors.Fault):
        letters.send(one, now=clock.now, processes=1)
    assert advance(dossier) == 1
    assert [code for code, _ in queries.stops(incident=incident)] == ["mailer_not_configured"]


def test_what_is_left_is_looked_at_later_and_later() -> None:
    from serment.dossier.jobs.letters import DONE_FOR, LEFT_FOR, LEFT_FOR_MAX, Rests

    one, rests = uuid4(), Rests(until={}, spans={})
    assert rests.is_due(one, NOW)
    spans = []
    for _ in range(9):
        rests.rest(one, NOW, is_left=True)
        spans.append(rests.until[one] - NOW)
    assert spans[:2] == [LEFT_FOR, 2 * LEFT_FOR] and spans[-1] == LEFT_FOR_MAX
    rests.rest(one, NOW, is_left=False)
    assert rests.until[one] - NOW == DONE_FOR
    assert not rests.is_due(one, NOW)
