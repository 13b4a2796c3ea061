"""Who to write to and who to call: written, corrected, ended; who treats the patient may open the record; whom a letter may go to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def told(role: str = "relative", name: str = "Lina", **fields: Any) -> Any:
    from serment.dossier.records.correspondents.types import Told

    return Told(role=role, name=name, **fields)


def address(*lines: str, **parts: str) -> Any:
    from serment.dossier.records.correspondents.types import Address

    return Address(lines=lines, **parts)


HOME = {"postcode": "49000", "city": "Angers"}


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.FARID)


@pytest.fixture
def permit(dossier: Dossier, farid: UUID) -> Iterator[Any]:
    with dossier.opened(dossier.house.browser(cast.BRUNO), farid, path="correspondents/") as permit:
        yield permit


def deposit(permit: Any, resource: dict[str, Any], *, at: datetime = NOW) -> None:
    from serment.dossier.records.entries import services

    kind = resource["resourceType"]
    services.record(permit=permit, entry=uuid4(), kind=kind, compartment="contact", resource=resource, now=NOW, effective_at=at)


def test_the_treating_physician_comes_first_and_the_last_telling_wins(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, resources, services

    services.record(permit=permit, token=uuid4(), told=told(relation="fille", phone="06 12 34 56 78"), now=NOW)
    for hours, phone in ((2, "02 00"), (1, "02 11")):
        somebody = told("treating_physician", "Dr Morel", relation="médecin généraliste", phone=phone, rpps="10001")
        resource = resources.correspondent(patient=permit.patient, told=somebody)
        deposit(permit, resource, at=NOW - timedelta(hours=hours))
    physician, daughter = queries.active_for(permit=permit)
    assert (physician.role, physician.phone, physician.rpps) == ("treating_physician", "02 11", "10001")
    assert (daughter.name, daughter.relation, daughter.phone) == ("Lina", "fille", "06 12 34 56 78")


def test_one_physician_treats_and_the_one_before_is_a_former_one(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, resources

    for hours, name in ((2, "Dr Morel"), (1, "Dr Kerbrat")):
        resource = resources.correspondent(patient=permit.patient, told=told("treating_physician", name))
        deposit(permit, resource, at=NOW - timedelta(hours=hours))
    assert [one.name for one in queries.active_for(permit=permit)] == ["Dr Kerbrat"]
    assert [one.name for one in queries.former_for(permit=permit)] == ["Dr Morel"]


def test_everything_told_comes_back(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, services

    full = told(
        "guardian", "Association des Levées", relation="mandataire", measure="curatorship", phone="02 41 00 00 00 poste 12",
        email="a@exemple.fr", address=address("Bât B", " 3  place du Bac", **HOME), receives=("appointments", "news"), rpps="10000023084",
    )  # fmt: skip
    services.record(permit=permit, token=uuid4(), told=full, now=NOW)
    (one,) = queries.active_for(permit=permit)
    assert (one.role, one.measure, one.relation, one.receives) == ("guardian", "curatorship", "mandataire", ("appointments", "news"))
    assert (one.phone, one.email, one.rpps) == ("02 41 00 00 00 poste 12", "a@exemple.fr", "")
    assert (one.postal.lines, one.address) == (("Bât B", "3 place du Bac"), "Bât B, 3 place du Bac, 49000 Angers")


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"role": "spy"}, "role", "choice_unknown"),
        ({"name": " "}, "name", "text_missing"),
        ({"phone": "12345"}, "phone", "phone_wrong"),
        ({"phone": "l’après-midi"}, "phone", "phone_wrong"),
        ({"email": "a@b"}, "email", "email_wrong"),
        ({"role": "specialist", "rpps": "10000023085"}, "rpps", "rpps_wrong"),
        ({"role": "guardian"}, "measure", "measure_missing"),
        ({"measure": "x"}, "measure", "choice_unknown"),
        ({"role": "safe_contact"}, "lines", "address_missing"),
        ({"receives": ("nothing", "news")}, "receives", "choice_unknown"),
        ({"receives": ("everything",)}, "receives", "choice_unknown"),
    ],
)
def test_a_wrong_field_is_named(permit: Any, fields: dict[str, Any], field: str, code: str) -> None:
    from serment.dossier.records.correspondents import queries, services

    with pytest.raises(errors.Invalid) as caught:
        services.record(permit=permit, token=uuid4(), told=told(**fields), now=NOW)
    assert (caught.value.field, caught.value.code) == (field, code)
    assert queries.active_for(permit=permit) == ()


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"city": "Angers"}, "postcode"), ({"postcode": "4900", "city": "Angers"}, "postcode"), ({"postcode": "x" * 61}, "postcode"),
        ({"country": "Québec", "city": "x" * 61}, "city"),
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_posted_is_told(parts: dict[str, str], field: str) -> None:
    from serment.dossier.records.correspondents import rules

    with pytest.raises(errors.Invalid) as caught:
        rules.address(address("1 rue", **parts))
    assert caught.value.field == field
    with pytest.raises(errors.Invalid):
        rules.address(address("a", "b", "c", "d", "e"))
    with pytest.raises(errors.Invalid):
        rules.address(address("x" * 121))


def test_an_address_abroad_keeps_its_own_postcode(permit: Any) -> None:
    from serment.dossier.records.correspondents import rules

    found = rules.address(address("12 High Street", postcode="SW1A 1AA", city="London", country="Royaume-Uni"))
    assert found.whole == "12 High Street, SW1A 1AA London, Royaume-Uni"
    assert rules.address(address("1 rue", postcode="49 000", city="Angers", country="France")).whole == "1 rue, 49000 Angers"


@pytest.mark.parametrize("number", ["0241000000", "02.41.00.00.00", "+32 2 555 12 12", "0033 2 41 00 00 00", "15", "+33 (0)2 41 00 00 00"])
def test_a_number_is_taken_as_people_write_it(number: str) -> None:
    from serment.dossier.records.correspondents import rules

    assert rules.phone(number, field="phone") == number


@given(st.integers(min_value=0, max_value=10**10 - 1))
def test_of_the_ten_last_digits_one_makes_an_rpps(body: int) -> None:
    from serment.dossier.records.correspondents import rules

    good = [f"{body:010}{digit}" for digit in range(10) if rules.is_rpps(f"{body:010}{digit}")]
    assert len(good) == 1
    assert rules.rpps(f"8{good[0][:5]} {good[0][5:]}") == good[0]


@pytest.mark.parametrize("number", ["", "1" * 10, "١" * 11, "1000002308x"])
def test_what_is_no_number_of_eleven_digits_is_no_rpps(number: str) -> None:
    from serment.dossier.records.correspondents import rules

    assert not rules.is_rpps(number)


def test_a_correction_is_a_version_and_who_was_slower_overwrites_nothing(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, services

    token = services.record(permit=permit, token=uuid4(), told=told(), now=NOW)
    changed = told(phone="0241000000")
    for _ in range(2):
        services.correct(permit=permit, correspondent=token, version=1, told=changed, now=NOW)
    with pytest.raises(errors.Conflict, match="entry_changed"):
        services.correct(permit=permit, correspondent=token, version=1, told=told(phone="0241111111"), now=NOW)
    assert queries.one(permit=permit, entry=token).phone == "0241000000"
    with pytest.raises(errors.Invalid, match="kind_changed"):
        services.correct(permit=permit, correspondent=token, version=2, told=told("pharmacy"), now=NOW)


def test_somebody_who_is_so_no_more_leaves_the_list_and_stays_among_the_former(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, services

    for role in ("relative", "pharmacy"):
        token = services.record(permit=permit, token=uuid4(), told=told(role), now=NOW)
        with pytest.raises(errors.Invalid, match="date_future"):
            services.end(permit=permit, correspondent=token, version=1, on=TODAY + timedelta(days=1), now=NOW)
        services.end(permit=permit, correspondent=token, version=1, on=TODAY, now=NOW)
        # Correcting a former one does not bring them back.
        services.correct(permit=permit, correspondent=token, version=2, told=told(role, phone="0241000000"), now=NOW)
    assert queries.active_for(permit=permit) == ()
    assert [one.until for one in queries.former_for(permit=permit)] == [TODAY, TODAY]


def test_what_is_no_correspondent_is_not_ended(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, services
    from serment.dossier.records.notes import services as notes

    note = notes.record(permit=permit, token=uuid4(), title="x", typed={"text": "x"}, now=NOW)
    with pytest.raises(errors.NotFound):
        services.end(permit=permit, correspondent=note, version=1, on=TODAY, now=NOW)
    with pytest.raises(errors.NotFound):
        services.strike_out(permit=permit, correspondent=note, version=1, reason="x", now=NOW)
    with pytest.raises(errors.NotFound):
        queries.one(permit=permit, entry=note)


# the tie of who treats --------------------------------------------------------------------------------------------------------------


def declare(dossier: Dossier, player: cast.Player, patient: UUID, rpps: str, *, name: str = "Dr Bensaid") -> UUID:
    from serment.dossier.records.correspondents import services

    somebody = told("treating_physician", name, rpps=rpps)
    with dossier.opened(dossier.house.browser(player), patient, path="correspondents/") as permit:
        return services.record(permit=permit, token=uuid4(), told=somebody, now=NOW)


def may_open(dossier: Dossier, player: cast.Player, patient: UUID) -> bool:
    from serment.guard.errors import Refused

    try:
        dossier.house.browser(player).open(patient)
    except Refused:
        return False
    return True


@pytest.fixture
def elsewhere(dossier: Dossier) -> UUID:
    return dossier.admitted(cast.person("AILLEURS"), unit=cast.MEDICINE)


def test_who_is_declared_and_works_here_opens_the_record_until_struck_out(dossier: Dossier, elsewhere: UUID) -> None:
    from serment.dossier.records.correspondents import services

    assert not may_open(dossier, cast.AMEL, elsewhere)
    token = declare(dossier, cast.NADIA, elsewhere, cast.AMEL.rpps)
    assert may_open(dossier, cast.AMEL, elsewhere)
    with dossier.opened(dossier.house.browser(cast.NADIA), elsewhere, path="correspondents/") as permit:
        services.strike_out(permit=permit, correspondent=token, version=1, reason="Erreur", now=NOW)
    dossier.house.clock.pass_by(hours=9)
    assert not may_open(dossier, cast.AMEL, elsewhere)


@pytest.mark.parametrize("how", ["another", "corrected", "ended"])
def test_the_tie_follows_what_the_record_says(dossier: Dossier, elsewhere: UUID, how: str) -> None:
    from serment.dossier.records.correspondents import services

    token = declare(dossier, cast.NADIA, elsewhere, cast.AMEL.rpps)
    with dossier.opened(dossier.house.browser(cast.NADIA), elsewhere, path="correspondents/") as permit:
        other = told("treating_physician", "Dr Agnes", rpps="10000023084")
        if how == "another":
            services.record(permit=permit, token=uuid4(), told=other, now=NOW)
        elif how == "corrected":
            services.correct(permit=permit, correspondent=token, version=1, told=other, now=NOW)
        else:
            services.end(permit=permit, correspondent=token, version=1, on=TODAY, now=NOW)
    dossier.house.clock.pass_by(hours=9)
    assert not may_open(dossier, cast.AMEL, elsewhere)


def test_who_writes_themselves_is_written_and_gets_no_tie(dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.records.correspondents import queries
    from serment.wire.protocol import Untie

    declare(dossier, cast.AMEL, farid, cast.AMEL.rpps)
    with dossier.opened(dossier.house.browser(cast.BRUNO), farid) as permit:
        assert [one.rpps for one in queries.active_for(permit=permit)] == [cast.AMEL.rpps]
    dossier.house.by_interface("untie", Untie, patient=farid, reference="stay:1", at=dossier.house.clock())
    dossier.house.clock.pass_by(hours=9)
    opened = dossier.house.browser(cast.AMEL).open(farid, ("identity", "contact", "care", "sealed"))
    # What is left is having written there, which explains nothing for a day.
    assert (opened.tie, opened.explained, "sealed" in opened.keys) == ("authored", False, False)


# how to reach the patient -----------------------------------------------------------------------------------------------------------


def reach(**fields: Any) -> Any:
    from serment.dossier.records.correspondents.types import Channel, ContactTold

    channels = {name: tuple(Channel(value=one) for one in fields.pop(name, ())) for name in ("phones", "emails")}
    return ContactTold(**{**channels, **fields})


def test_each_part_is_as_whoever_spoke_of_it_last_told_it(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, resources, services
    from serment.dossier.records.correspondents.types import Channel, ContactTold

    assert queries.contact_of(permit=permit) is None
    first = ContactTold(
        address=address("1 rue", **HOME), phones=(Channel(value="0241000000", verified_on=TODAY),), emails=(Channel(value="a@exemple.fr"),),
        language="pt", deceased="2026-11",
    )  # fmt: skip
    token = services.tell_contact(permit=permit, token=uuid4(), seen=None, told=first, now=NOW)
    later = resources.contact(reach(address=address("2 rue", **HOME), phones=("0241000000", "0241111111")))
    deposit(permit, later, at=NOW + timedelta(hours=1))
    read = queries.contact_of(permit=permit)
    assert read is not None
    assert (read.address, read.language, read.deceased, read.emails) == ("2 rue, 49000 Angers", "pt", "2026-11", ("a@exemple.fr",))
    assert [(one.value, one.verified_on) for one in read.telephones] == [("0241000000", TODAY), ("0241111111", None)]
    assert token != read.written.entry


def test_two_people_tell_at_once_and_the_slower_is_told(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, services

    token = uuid4()
    for _ in range(2):
        services.tell_contact(permit=permit, token=token, seen=None, told=reach(phones=("0241000000",)), now=NOW)
    with pytest.raises(errors.Conflict, match="entry_changed"):
        services.tell_contact(permit=permit, token=uuid4(), seen=None, told=reach(phones=("0241111111",)), now=NOW)
    read = queries.contact_of(permit=permit)
    assert read is not None
    assert read.phones == ("0241000000",)


def test_a_death_told_by_error_is_taken_back(permit: Any) -> None:
    from serment.dossier.records.correspondents import queries, services

    token = services.tell_contact(permit=permit, token=uuid4(), seen=None, told=reach(deceased="yes"), now=NOW)
    assert queries.contact_of(permit=permit).deceased == "yes"  # type: ignore[union-attr]
    services.tell_contact(permit=permit, token=uuid4(), seen=token, told=reach(), now=NOW + timedelta(minutes=1))
    assert queries.contact_of(permit=permit).deceased == ""  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "fields",
    [{"phones": ("12345",)}, {"emails": ("a",)}, {"deceased": "2027"}, {"deceased": "x"}, {"phones": ("15",) * 5}, {"language": "x" * 36}],
)
def test_what_cannot_be_is_refused(permit: Any, fields: dict[str, Any]) -> None:
    from serment.dossier.records.correspondents import services

    with pytest.raises(errors.Invalid):
        services.tell_contact(permit=permit, token=uuid4(), seen=None, told=reach(**fields), now=NOW)


# whom a letter may go to ------------------------------------------------------------------------------------------------------------


def test_whom_to_write_to_is_read_from_the_resources_alone() -> None:
    from serment.dossier.records.correspondents import resources

    patient = uuid4()

    def one(role: str, name: str, **fields: Any) -> Any:
        until = fields.pop("until", None)
        return resources.correspondent(patient=patient, told=told(role, name, address=address("1 rue", **HOME), **fields), until=until)

    everybody = [
        {"resourceType": "Consent"},
        one("guardian", "Mère", measure="parent"), one("guardian", "Tutrice", measure="guardianship"),
        one("guardian", "Ancien tuteur", measure="guardianship", until=TODAY), one("heir", "Fils"), one("safe_contact", "Association"),
        one("relative", "Voisin"), resources.contact(reach(address=address("9 quai", **HOME), language="en", deceased="2026-11-01")),
    ]  # fmt: skip
    found = resources.reach(everybody, today=TODAY)
    assert (found.address, found.language, found.is_deceased, found.measure) == ("9 quai, 49000 Angers", "en", True, "guardianship")
    assert [one.name for one in found.representatives] == ["Mère", "Tutrice"]
    assert [one.name for one in found.heirs] == ["Fils"]
    assert found.has_safe_contact
    assert found.safe_contact is not None
    assert (found.safe_contact.name, found.safe_contact.address) == ("Association", "1 rue, 49000 Angers")


def test_of_somebody_of_whom_nothing_was_told_nothing_is_known() -> None:
    from serment.dossier.records.correspondents import resources
    from serment.dossier.records.correspondents.types import Reach

    assert resources.reach([], today=TODAY) == Reach()


def test_an_address_of_ours_fits_on_an_envelope() -> None:
    from serment.dossier.mailing import postal
    from serment.dossier.records.correspondents import resources

    contact = resources.contact(reach(address=address("Bât B, 2e étage", "4 quai des Gabares", **HOME)))
    found = resources.reach([contact], today=TODAY)
    assert postal.block(("Farid BELKACEM",), found.address).lines[-1] == "49000 ANGERS"
