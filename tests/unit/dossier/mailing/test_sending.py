"""Everybody on the list, each letter once, by a way that suits them; what came back goes another way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pyrage
import pytest

from serment.dossier.kernel import errors
from serment.dossier.mailing import codes, electronic
from serment.dossier.mailing.types import EMAIL, HAND, HELD, INTENDED, PAPER, PLANNED, PORTAL, PRINTED, READ, RETURNED, SENT, STORED
from tests.fixtures.dossier import Dossier
from tests.fixtures.letters import EVENT
from tests.fixtures.mailing import APPROVAL, HOUSE, INCIDENT, KEY, NOW, OFFICER, Mailbox, Register, job, mail_server, opened, person


def declare() -> None:
    from serment.dossier.mailing import services

    services.declare(incident=INCIDENT, event=EVENT, by=OFFICER, now=NOW)
    services.start(incident=INCIDENT, approval=APPROVAL, recipient=str(HOUSE.to_public()), by=OFFICER, now=NOW)


def send(folder: Path, register: Register, post: electronic.Post | None = None, **changes: Any) -> None:
    from serment.dossier.mailing import sending

    sending.run(job(folder, register, post, **changes))


def steps(patient: UUID) -> set[tuple[int, str, str]]:
    from serment.dossier.mailing.models import Step

    return set(Step.objects.filter(patient_id=patient).values_list("ordinal", "channel", "step"))


def printed(folder: Path) -> Counter[str]:
    """How often each name stands on an envelope."""
    return Counter(row["ligne1"] for _, sheet in opened(folder).values() for row in sheet)


@pytest.fixture
def relay() -> Iterator[tuple[Mailbox, electronic.Session]]:
    box = Mailbox()
    with mail_server(box) as server:
        session = electronic.Session(server)
        yield box, session
        session.close()


def test_everybody_gets_each_letter_once_by_the_way_that_suits_them(dossier: Dossier, relay: Any, tmp_path: Path) -> None:
    from serment.dossier.mailing import queries

    box, session = relay
    declare()
    send(tmp_path, Register([person(number) for number in range(1, 36)]), session)
    mailed = {message["To"] for message in box.taken}
    assert mailed == {f"p{number}@example.org" for number in (5, 10, 15, 20, 25, 30)}
    # 7, 14, 21, 28 and 35 are minors with two homes each; 11, 22 and 33 have a guardianship and nobody known to hold it.
    expected = {f"Nom {number}": 1 for number in range(1, 36) if number % 5 and number % 7 and number % 11}
    expected |= {f"Parent {place} de {number}": 1 for number in (7, 14, 21, 28, 35) for place in (1, 2)}
    assert printed(tmp_path) == expected
    seen = queries.progress(incident=INCIDENT)
    assert (seen.listed, seen.held, seen.doubtful) == (35, 3, 0)
    assert seen.count(PAPER, PRINTED) == len(expected) - 0 == sum(expected.values())
    assert seen.count(EMAIL, SENT) == 6
    assert {one.reason for one in queries.held(incident=INCIDENT)} == {"representatives_missing"}


def test_the_dead_the_protected_and_those_with_a_safe_contact_are_counted_once(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import queries

    others = [person(number) for number in (3, 11, 22)]
    register = Register([person(1, is_deceased=True), person(2, has_safe_contact=True), *others])
    declare()
    for _ in range(2):
        send(tmp_path, register)
        found = queries.set_apart(incident=INCIDENT)
        assert (found.deceased, found.safe_contacts, found.protected_adults) == (1, 1, 2)


def test_a_second_run_adds_nothing(dossier: Dossier, relay: Any, tmp_path: Path) -> None:
    box, session = relay
    register = Register([person(number) for number in range(1, 30)])
    declare()
    send(tmp_path, register, session)
    before, mails = printed(tmp_path), len(box.taken)
    register.asked.clear()
    send(tmp_path, register, session)
    assert (printed(tmp_path), len(box.taken), register.asked) == (before, mails, [])


def test_batches_are_for_the_mailing_house_alone_and_sorted_for_the_post(dossier: Dossier, tmp_path: Path) -> None:
    declare()
    send(tmp_path, Register([person(number) for number in range(1, 26)]))
    (path,) = tmp_path.glob("letters/*/*.age")
    kept = path.read_bytes()
    assert b"Nom " not in kept and b"PDF" not in kept and b"Angers" not in kept
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(kept, [pyrage.x25519.Identity.generate()])
    assert path.stat().st_mode & 0o077 == 0
    _, sheet = opened(tmp_path)[1]
    assert [row["tri"] for row in sheet] == sorted(row["tri"] for row in sheet)


def test_a_batch_on_the_disk_is_read_as_it_was_recorded_or_not_at_all(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import batches, queries

    declare()
    send(tmp_path, Register([person(1)]))
    (seen,) = queries.batches_of(incident=INCIDENT)
    asked = {"incident": INCIDENT, "number": seen.number, "digest": seen.digest}
    path = batches.place(tmp_path, INCIDENT, 1)
    assert batches.read(tmp_path, **asked) == path.read_bytes()
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    with pytest.raises(errors.Fault):
        batches.read(tmp_path, **asked)
    path.unlink()
    with pytest.raises(errors.NotFound):
        batches.read(tmp_path, **asked)


def test_a_person_added_by_a_second_approval_is_told_and_nobody_twice(dossier: Dossier, tmp_path: Path) -> None:
    declare()
    people = [person(number) for number in (1, 2, 3)]
    send(tmp_path, Register(people))
    again = [replace(one, place=one.place + 1) for one in people]
    send(tmp_path, Register([replace(person(4), place=1), *again]), approval=UUID(int=0xBB))
    assert printed(tmp_path) == {f"Nom {number}": 1 for number in (1, 2, 3, 4)}


def test_what_the_relay_refuses_for_good_goes_on_paper(dossier: Dossier, relay: Any, tmp_path: Path) -> None:
    box, session = relay
    box.refuses["p5@example.org"] = "550 no such user"
    declare()
    register = Register([person(number) for number in (5, 10)])
    send(tmp_path, register, session)
    assert steps(person(5).patient) == {(0, EMAIL, PLANNED), (0, EMAIL, RETURNED)}
    send(tmp_path, register, session)
    assert printed(tmp_path) == {"Nom 5": 1}
    assert [message["To"] for message in box.taken] == ["p10@example.org"]


def test_a_relay_that_is_away_is_asked_again_and_nothing_is_in_doubt(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import queries

    box, register = Mailbox(), Register([person(number) for number in (5, 10)])
    declare()
    away = electronic.Session(electronic.Relay(host="127.0.0.1", port=1, sender="a@b.example", tls="none"))
    send(tmp_path, register, away)
    assert queries.progress(incident=INCIDENT).doubtful == 0
    with mail_server(box) as server:
        send(tmp_path, register, electronic.Session(server))
    assert sorted(message["To"] for message in box.taken) == ["p10@example.org", "p5@example.org"]


def test_a_relay_that_is_busy_has_taken_nothing(dossier: Dossier, relay: Any, tmp_path: Path) -> None:
    box, session = relay
    box.refuses["p5@example.org"] = "451 later"
    declare()
    register = Register([person(5)])
    send(tmp_path, register, session)
    del box.refuses["p5@example.org"]
    send(tmp_path, register, session)
    assert steps(person(5).patient) == {(0, EMAIL, PLANNED), (0, EMAIL, INTENDED), (0, EMAIL, SENT)}


def test_a_relay_that_dies_over_a_message_leaves_it_in_doubt_until_somebody_reads_its_log(
    dossier: Dossier, relay: Any, tmp_path: Path
) -> None:
    from serment.dossier.mailing import queries, services

    box, session = relay
    box.forgets.add("p5@example.org")
    declare()
    register = Register([person(5), person(10)])
    for _ in range(3):
        send(tmp_path, register, session)
    assert [message["To"] for message in box.taken] == ["p5@example.org", "p10@example.org"]
    (doubt,) = queries.doubtful(incident=INCIDENT)
    assert doubt.patient == person(5).patient
    asked = {"incident": INCIDENT, "patient": doubt.patient, "ordinal": 0, "by": OFFICER, "now": NOW}
    with pytest.raises(errors.Conflict) as refused:
        services.settle(**asked, left=False)
    assert refused.value.code == "still_leaving"
    asked["now"] = NOW + services.LEAVING_FOR
    services.settle(**asked, left=False)
    with pytest.raises(errors.Conflict):
        services.settle(**asked, left=True)
    send(tmp_path, register, session)
    assert printed(tmp_path) == {"Nom 5": 1}
    assert queries.doubtful(incident=INCIDENT) == []


def test_without_a_relay_everybody_gets_paper_also_who_was_planned_otherwise(dossier: Dossier, tmp_path: Path) -> None:
    declare()
    register = Register([person(5)])
    away = electronic.Session(electronic.Relay(host="127.0.0.1", port=1, sender="a@b.example", tls="none"))
    send(tmp_path, register, away)
    send(tmp_path, register)
    assert printed(tmp_path) == {"Nom 5": 1}
    send(tmp_path, register)
    assert printed(tmp_path) == {"Nom 5": 1}


def test_a_letter_that_comes_back_goes_the_other_way_once_and_then_waits_for_somebody(dossier: Dossier, relay: Any, tmp_path: Path) -> None:
    from serment.dossier.mailing import queries, services

    box, session = relay
    declare()
    register = Register([person(5)])
    send(tmp_path, register, session)
    code = codes.grouped(codes.of(key=KEY, incident=INCIDENT, patient=person(5).patient, ordinal=0))
    assert services.returned(key=KEY, code=code, by=OFFICER, now=NOW) == EMAIL
    send(tmp_path, register, session)
    assert printed(tmp_path) == {"Nom 5": 1}
    assert services.returned(key=KEY, code=code.lower(), by=OFFICER, now=NOW) == PAPER
    with pytest.raises(errors.Conflict):
        services.returned(key=KEY, code=code, by=OFFICER, now=NOW)
    send(tmp_path, register, session)
    assert len(box.taken) == 1
    assert [(one.patient, one.reason) for one in queries.held(incident=INCIDENT)] == [(person(5).patient, "returned")]
    services.tell_by_hand(incident=INCIDENT, patient=person(5).patient, ordinal=0, how="telephone", by=OFFICER, now=NOW)
    assert queries.held(incident=INCIDENT) == []
    assert (0, HAND, SENT) in steps(person(5).patient)
    assert queries.progress(incident=INCIDENT).told == 1


@pytest.mark.parametrize("typed", ["", "7Q4M-K2X9-0ABC-DE42", "somebody"])
def test_what_is_no_code_returns_nothing(dossier: Dossier, typed: str) -> None:
    from serment.dossier.mailing import services

    with pytest.raises(errors.Refused):
        services.returned(key=KEY, code=typed, by=OFFICER, now=NOW)


def test_a_letter_that_was_not_sent_does_not_come_back(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import services

    declare()
    away = electronic.Session(electronic.Relay(host="127.0.0.1", port=1, sender="a@b.example", tls="none"))
    send(tmp_path, Register([person(5)]), away)
    code = codes.of(key=KEY, incident=INCIDENT, patient=person(5).patient, ordinal=0)
    with pytest.raises(errors.Conflict):
        services.returned(key=KEY, code=code, by=OFFICER, now=NOW)


def test_a_person_is_told_on_paper_when_the_batch_was_posted(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import queries, services

    declare()
    send(tmp_path, Register([person(1)]))
    assert queries.progress(incident=INCIDENT).told == 0
    services.mark_batch(incident=INCIDENT, number=1, step=services.POSTED, by=OFFICER, now=NOW)
    seen = queries.progress(incident=INCIDENT)
    assert (seen.told, seen.told_from) == (1, NOW)
    with pytest.raises(errors.NotFound):
        services.mark_batch(incident=INCIDENT, number=2, step=services.POSTED, by=OFFICER, now=NOW)


def test_whoever_checks_their_code_has_read_their_letter(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import checking, queries
    from serment.dossier.mailing.attempts import Attempts

    declare()
    send(tmp_path, Register([person(1)]))
    code = codes.grouped(codes.of(key=KEY, incident=INCIDENT, patient=person(1).patient, ordinal=0))
    for born in ("1/1/1950", "12/03/1948", "12/03/1948"):
        checking.check(key=KEY, code=code, born=born, source="192.0.2.1", attempts=Attempts(), now=NOW)
    assert queries.progress(incident=INCIDENT).count("code", READ) == 1


def test_one_address_that_cannot_be_printed_holds_the_whole_person(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import queries

    declare()
    minor = person(7)
    assert minor.subject is not None
    first, second = minor.subject.person.representatives
    parents = (first, replace(second, address="somewhere"))
    wrong = replace(minor, subject=replace(minor.subject, person=replace(minor.subject.person, representatives=parents)))
    send(tmp_path, Register([wrong]))
    assert printed(tmp_path) == {}
    assert [one.reason for one in queries.held(incident=INCIDENT)] == ["address_unreadable"]


def test_whoever_the_guard_names_no_more_is_listed(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import queries

    declare()
    send(tmp_path, Register([replace(person(1), subject=None, hold="identity_gone")]))
    assert [one.reason for one in queries.held(incident=INCIDENT)] == ["identity_gone"]


def test_the_message_of_the_portal_is_sealed_and_for_oneself_alone(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing.models import PortalMessage

    declare()
    sealed = [
        replace(one, subject=replace(one.subject, seal=lambda text: b"sealed " + str(len(text)).encode())) for one in (person(1), person(7))
    ]  # type: ignore[type-var]
    send(tmp_path, Register(sealed))
    (message,) = PortalMessage.objects.all()
    assert message.patient_id == person(1).patient and bytes(message.sealed).startswith(b"sealed ")
    assert (0, PORTAL, STORED) in steps(person(1).patient)


def test_an_e_mail_says_what_the_letter_says_without_a_link(dossier: Dossier, relay: Any, tmp_path: Path) -> None:
    box, session = relay
    declare()
    send(tmp_path, Register([person(5)]), session)
    (message,) = box.taken
    said = message.get_payload(decode=True)
    assert isinstance(said, bytes)
    text = said.decode()
    code = codes.grouped(codes.of(key=KEY, incident=INCIDENT, patient=person(5).patient, ordinal=0))
    assert code in text and "allergies" in text and EVENT.sender.telephone in text
    assert "http" not in text and "www." not in text
    assert str(message["Message-ID"]).endswith(".serment@clinique.example>")
    assert code.replace("-", "")[:8] not in str(message["Message-ID"]).upper()


def test_what_is_held_by_the_list_of_the_guard_is_said(dossier: Dossier, tmp_path: Path) -> None:
    declare()
    send(tmp_path, Register([replace(person(1), hold="sealed")]))
    assert steps(person(1).patient) == {(0, "", HELD)}


def test_nothing_starts_before_its_words_are_kept_nor_for_a_key_that_is_none(dossier: Dossier) -> None:
    from serment.dossier.mailing import services

    with pytest.raises(errors.NotFound):
        services.start(incident=INCIDENT, approval=APPROVAL, recipient=str(HOUSE.to_public()), by=OFFICER, now=NOW)
    with pytest.raises(errors.Invalid):
        services.start(incident=INCIDENT, approval=APPROVAL, recipient="age1no", by=OFFICER, now=NOW)


def test_the_relay_is_read_from_a_file_or_refused(tmp_path: Path) -> None:
    from serment.dossier.kernel.config import ConfigurationError

    file = tmp_path / "letters.json"
    assert electronic.configured(file) is None
    file.write_text('{"host": "mail.example", "from": "a@b.example"}')
    found = electronic.configured(file)
    assert found == electronic.Relay(host="mail.example", port=587, sender="a@b.example")
    for wrong in (
        '{"host": "mail.example"}',
        '{"host": "h", "from": "f", "tls": "maybe"}',
        '{"host": "h", "from": "f", "to": "x"}',
        "[]",
        "{",
    ):
        file.write_text(wrong)
        with pytest.raises(ConfigurationError):
            electronic.configured(file)
