"""Finding the unit that a message means."""

from __future__ import annotations

import pytest

from serment.dossier.kernel import errors, ids
from tests import cast
from tests.fixtures.dossier import Dossier

CLINIC = ids.derived("establishment", "CHU-X")


@pytest.fixture
def group(dossier: Dossier) -> Dossier:
    from serment.dossier.organisations import services

    dossier.as_role("serment_owner")
    for _ in range(2):  # declared again at every start
        services.declare_establishment(
            id=CLINIC, group="Groupe Serment-sur-Loire", name="Clinique X", kind="clinic", finess=cast.AUTHORITY, authority="CHU-X"
        )
        services.declare_unit(id=cast.SURGERY, establishment=CLINIC, code="6268", name="Chir V", kind="surgery")
    dossier.as_role("serment_interface")
    return dossier


@pytest.mark.parametrize("establishment", ["CHU-X", cast.AUTHORITY])
def test_a_unit_is_found_by_its_code_and_either_name_of_its_establishment(group: Dossier, establishment: str) -> None:
    from serment.dossier.organisations import queries

    unit = queries.unit_by_code(establishment=establishment, code="6268")
    assert (unit.id, unit.name, unit.establishment_name) == (cast.SURGERY, "Chir V", "Clinique X")


def test_an_unknown_unit_is_named_and_not_created(group: Dossier) -> None:
    from serment.dossier.organisations import queries

    with pytest.raises(errors.NotFound, match="unknown_unit"):
        queries.unit_by_code(establishment="CHU-X", code="0000")
    assert len(queries.units()) == 1


def test_a_bed_that_a_message_names_is_created_once(group: Dossier) -> None:
    from serment.dossier.organisations import queries, services

    first = services.declare_bed(unit=cast.SURGERY, label="312-1")
    assert services.declare_bed(unit=cast.SURGERY, label="312-1") == first
    assert queries.bed_labels([first]) == {first: "312-1"}


def test_a_bed_shows_on_the_ward(group: Dossier) -> None:
    from datetime import UTC, datetime

    from serment.dossier.encounters import queries, services
    from serment.dossier.encounters.types import Event
    from serment.dossier.organisations import services as organisations

    now = datetime.now(UTC)
    patient = group.registered(cast.FARID).patient
    bed = organisations.declare_bed(unit=cast.SURGERY, label="312-1")
    event = Event(source="CHU-X", stay="V1", movement="M1")
    services.admit(signer=group.interface, patient=patient, event=event, unit=cast.SURGERY, bed=bed, at=now, now=now)
    (presence,) = queries.on_ward([cast.SURGERY])
    assert (presence.patient, presence.bed) == (patient, "312-1")
