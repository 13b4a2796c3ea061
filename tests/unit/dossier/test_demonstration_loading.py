"""The demonstration goes in by the doors: once, whatever interrupts it, and the ward then sees its patients."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import psycopg
import pytest

from serment.dossier.demonstration.organisation import UNIT
from serment.dossier.demonstration.provisioning import provisioning
from serment.dossier.demonstration.staff import MEMBER
from serment.dossier.kernel import errors
from serment.guardhouse import provision
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.dossier import Dossier

PATIENTS = 12


class StoppedError(Exception):
    """The operator pressed Ctrl-C."""


@pytest.fixture
def loader(dossier: Dossier) -> Dossier:
    """The record as its owner, with the fictional staff provisioned."""
    plan = msgspec.convert(provisioning(), provision.Plan)
    provision.apply(dossier.house.guard, plan, dossier.house.clock())
    dossier.as_role("serment_owner")
    return dossier


def load(dossier: Dossier, count: int = PATIENTS, *, stop_after: int = 10_000) -> list[tuple[int, int]]:
    from serment.dossier.demonstration import loading

    told: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        told.append((done, total))
        if len(told) >= stop_after:
            raise StoppedError

    loading.load(count=count, signer=dossier.interface, now=datetime.now(UTC), tell=tell)
    return told


def counts(dossier: Dossier) -> dict[str, int]:
    tables = ("patient", "stay", "movement", "entry", "document", "demonstration_loaded")
    with (
        psycopg.connect(dossier.databases.dsn("superuser", "serment")) as record,
        psycopg.connect(dossier.databases.dsn("superuser", "serment_guard")) as guard,
    ):
        found = {table: record.execute(f"select count(*) from {table}").fetchone()[0] for table in tables}  # type: ignore[index]
        return {**found, "tie": guard.execute("select count(*) from tie").fetchone()[0]}  # type: ignore[index]


def in_bed(unit: str, bed: str) -> UUID:
    from serment.dossier.encounters import queries

    return next(presence.patient for presence in queries.on_ward([UNIT[unit].id]) if presence.bed == bed)


def browser(dossier: Dossier, key: str) -> Browser:
    member = MEMBER[key]
    player = cast.Player(id=member.id, label=member.label, profession=member.profession, role=member.role, rpps=member.rpps)
    return dossier.house.browser(player)


def test_everybody_is_loaded_and_told_of(loader: Dossier) -> None:
    told = load(loader)
    assert [done for done, _ in told] == list(range(1, PATIENTS + 1))
    found = counts(loader)
    assert found["patient"] == found["demonstration_loaded"] == PATIENTS
    assert found["entry"] > PATIENTS * 10


def test_loading_again_changes_nothing(loader: Dossier) -> None:
    load(loader)
    before = counts(loader)
    assert load(loader) == []
    assert counts(loader) == before


def test_a_load_that_was_cut_short_goes_on_and_ends_as_one_that_was_not(loader: Dossier) -> None:
    with pytest.raises(StoppedError):
        load(loader, stop_after=3)
    assert counts(loader)["demonstration_loaded"] < PATIENTS
    load(loader)
    found = counts(loader)
    assert found["patient"] == found["demonstration_loaded"] == PATIENTS


def test_a_patient_registered_but_not_yet_filed_is_completed(loader: Dossier) -> None:
    from serment.dossier.demonstration.population import patient
    from serment.dossier.identity import services as identity

    now = datetime.now(UTC)
    identity.register(signer=loader.interface, identity=patient(0, now).identity, origin="demonstration:0", now=now)
    load(loader)
    assert counts(loader)["patient"] == PATIENTS


def test_more_patients_are_added_to_those_who_are_there(loader: Dossier) -> None:
    load(loader, 4)
    load(loader, 7)
    assert counts(loader)["patient"] == 7


def test_the_surgeon_who_treats_farid_reads_his_allergy(loader: Dossier) -> None:
    from serment.dossier.records.allergies import queries as allergies
    from serment.dossier.records.documents import queries as documents
    from serment.dossier.records.notes import queries as notes

    load(loader, 2)
    farid = in_bed("surgery", "207")
    amel = browser(loader, "amel")
    loader.as_role("serment_app")
    with loader.opened(amel, farid) as permit:
        assert (permit.identity.birth_name, permit.identity.status) == ("BELKACEM", "qualifiee")
        assert permit.explained
        assert permit.alerts[0] == "allergy"
        assert [one.substance for one in allergies.active_for(permit=permit).allergies] == ["Pénicillines", "Fruits à coque"]
        assert notes.page(permit=permit)[0]
        found = documents.active_for(permit=permit)
        _, content = documents.open_content(permit=permit, document=found[0].written.entry)
        assert b"".join(content).startswith(b"%PDF")


def test_every_kind_of_entry_reads_back(loader: Dossier) -> None:
    from serment.dossier.records.conditions import queries as conditions
    from serment.dossier.records.correspondents import queries as correspondents
    from serment.dossier.records.medications import queries as medications
    from serment.dossier.records.observations import queries as observations
    from serment.dossier.records.reasons import queries as reasons

    load(loader, 1)
    farid = in_bed("surgery", "207")
    bruno = browser(loader, "bruno")
    loader.as_role("serment_app")
    with loader.opened(bruno, farid) as permit:
        assert [one.code for one in conditions.active_for(permit=permit)] == ["C18.7"]
        assert "Énoxaparine" in [one.substance for one in medications.active_for(permit=permit)]
        assert {one.code for one in observations.active_for(permit=permit)} >= {"8480-6", "8462-4", "8867-4", "29463-7"}
        assert [one.role for one in correspondents.active_for(permit=permit)] == [
            "treating_physician",
            "trusted_person",
            "specialist",
            "pharmacy",
        ]
        assert correspondents.contact_of(permit=permit) is not None
        assert list(reasons.by_stay(permit=permit).values()) == ["Colectomie gauche programmée pour adénocarcinome du sigmoïde"]


def test_a_colleague_elsewhere_has_no_tie_to_farid(loader: Dossier) -> None:
    load(loader, 1)
    farid = in_bed("surgery", "207")
    chloe = browser(loader, "chloe")
    loader.as_role("serment_app")
    with pytest.raises(errors.Denied), loader.opened(chloe, farid):
        pass


def test_the_surgeon_has_no_tie_to_somebody_who_left_long_ago(loader: Dossier) -> None:
    load(loader, 4)
    from serment.dossier.encounters.models import Stay

    ines = Stay.objects.filter(external_id="3-1").get().patient_id
    amel = browser(loader, "amel")
    loader.as_role("serment_app")
    with pytest.raises(errors.Denied), loader.opened(amel, ines):
        pass


def test_nothing_of_a_patient_is_readable_in_the_database(loader: Dossier) -> None:
    load(loader, 4)
    with psycopg.connect(loader.databases.dsn("superuser", "serment")) as record:
        rows = record.execute("select string_agg(entry::text, '') from entry").fetchone()
    assert rows is not None
    for word in ("BELKACEM", "Pénicillines", "Énoxaparine", "sigmoïde", "06 39 98"):
        assert word not in rows[0]
        assert word.encode().hex() not in rows[0]
