"""Events of a stay, told once, twice, late or cancelled; the guard hears which units have a reason to open the record."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.dossier.encounters.types import Event
from serment.dossier.kernel import errors
from tests import cast
from tests.fixtures.dossier import Dossier

DAY = timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)


class Desk:
    """The interface's work on one patient's stay."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier = dossier
        self.patient = dossier.registered(cast.FARID).patient
        dossier.as_role("serment_interface")
        dossier.guard.calls.clear()

    def tell(self, verb: str, movement: str, *, days_ago: int = 0, **fields: Any) -> UUID:
        from serment.dossier.encounters import services

        event = Event(source="CHU-X", stay=fields.pop("stay", "V1"), movement=movement)
        if verb != "cancel":
            fields["at"] = NOW - days_ago * DAY
        return getattr(services, verb)(signer=self.dossier.interface, patient=self.patient, event=event, now=NOW, **fields)

    @property
    def asked(self) -> list[str]:
        return [verb for verb, _ in self.dossier.guard.calls]

    def present(self, unit: UUID) -> list[UUID]:
        from serment.dossier.encounters import queries

        return [presence.patient for presence in queries.on_ward([unit])]


@pytest.fixture
def desk(dossier: Dossier) -> Desk:
    return Desk(dossier)


def test_an_admission_puts_the_patient_on_the_ward_and_opens_the_record_to_its_staff(desk: Desk) -> None:
    desk.tell("admit", "m1", unit=cast.SURGERY, bed=uuid4())
    assert desk.present(cast.SURGERY) == [desk.patient]
    opening = desk.dossier.house.browser(cast.BRUNO).open(desk.patient)
    assert (opening.tie, opening.explained) == ("stay", True)


def test_the_same_message_again_changes_nothing(desk: Desk) -> None:
    first = desk.tell("admit", "m1", unit=cast.SURGERY)
    before = desk.asked
    assert desk.tell("admit", "m1", unit=cast.SURGERY) == first
    assert desk.asked == before
    assert desk.present(cast.SURGERY) == [desk.patient]


def test_a_transfer_moves_the_patient_and_both_units_keep_their_reason(desk: Desk) -> None:
    desk.tell("admit", "m1", unit=cast.SURGERY, days_ago=2)
    desk.tell("transfer", "m2", unit=cast.MEDICINE, days_ago=1)
    assert (desk.present(cast.SURGERY), desk.present(cast.MEDICINE)) == ([], [desk.patient])
    for nurse in (cast.BRUNO, cast.NADIA):
        assert desk.dossier.house.browser(nurse).open(desk.patient).tie == "stay"


def test_a_change_of_bed_tells_the_guard_nothing(desk: Desk) -> None:
    desk.tell("admit", "m1", unit=cast.SURGERY, bed=uuid4(), days_ago=1)
    before = desk.asked
    desk.tell("transfer", "m2", unit=cast.SURGERY, bed=uuid4())
    assert desk.asked == before


def test_a_discharge_empties_the_bed_and_ends_the_reason_thirty_days_later(desk: Desk) -> None:
    desk.tell("admit", "m1", unit=cast.SURGERY, days_ago=3)
    desk.tell("discharge", "m2")
    assert desk.present(cast.SURGERY) == []
    desk.dossier.house.clock.pass_by(days=29)
    assert desk.dossier.house.browser(cast.BRUNO).open(desk.patient).tie == "stay"
    desk.dossier.house.clock.pass_by(days=2)
    with pytest.raises(Exception, match="no_tie"):
        desk.dossier.house.browser(cast.BRUNO).open(desk.patient)


def test_messages_in_disorder_end_in_the_same_place(desk: Desk) -> None:
    desk.tell("transfer", "m2", unit=cast.MEDICINE, days_ago=1)
    desk.tell("admit", "m1", unit=cast.SURGERY, days_ago=2)
    assert (desk.present(cast.SURGERY), desk.present(cast.MEDICINE)) == ([], [desk.patient])


def test_a_cancelled_admission_takes_the_reason_away(desk: Desk) -> None:
    desk.tell("admit", "m1", unit=cast.SURGERY, days_ago=1)
    desk.tell("cancel", "m1")
    desk.tell("cancel", "m1")
    assert desk.present(cast.SURGERY) == []
    with pytest.raises(Exception, match="no_tie"):
        desk.dossier.house.browser(cast.BRUNO).open(desk.patient)


def test_a_cancelled_discharge_brings_the_patient_back(desk: Desk) -> None:
    desk.tell("admit", "m1", unit=cast.SURGERY, days_ago=1)
    desk.tell("discharge", "m2")
    desk.tell("cancel", "m2")
    assert desk.present(cast.SURGERY) == [desk.patient]


def test_a_discharge_of_nobody_is_named(desk: Desk) -> None:
    with pytest.raises(errors.NotFound, match="unknown_stay") as caught:
        desk.tell("discharge", "m1")
    assert caught.value.field == "stay"


def test_an_event_without_a_name_is_refused(desk: Desk) -> None:
    with pytest.raises(errors.Invalid) as caught:
        desk.tell("admit", "", unit=cast.SURGERY)
    assert caught.value.field == "movement"


def test_when_the_guard_refuses_the_tie_nothing_is_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def down(verb: str, request: object) -> Any:
        raise errors.Unavailable("guard_down")

    monkeypatch.setattr(desk.dossier.guard, "call", down)
    with pytest.raises(errors.Unavailable):
        desk.tell("admit", "m1", unit=cast.SURGERY)
    monkeypatch.undo()
    assert desk.present(cast.SURGERY) == []


def test_two_stays_of_one_patient_do_not_disturb_one_another(desk: Desk) -> None:
    desk.tell("admit", "m1", unit=cast.SURGERY, days_ago=2)
    desk.tell("admit", "m9", unit=cast.MEDICINE, stay="V2", days_ago=1)
    desk.tell("discharge", "m10", stay="V2")
    assert (desk.present(cast.SURGERY), desk.present(cast.MEDICINE)) == ([desk.patient], [])


def test_a_person_reads_the_stays_of_a_record_they_opened(desk: Desk) -> None:
    from serment.dossier.encounters import queries

    desk.tell("admit", "m1", unit=cast.SURGERY, days_ago=2)
    desk.tell("transfer", "m2", unit=cast.SURGERY, days_ago=1)
    desk.dossier.as_role("serment_app")
    with desk.dossier.opened(desk.dossier.house.browser(cast.BRUNO), desk.patient) as permit:
        (stay,) = queries.stays_of(permit)
        assert queries.current_stay(permit) == stay
    assert [movement.kind for movement in stay.movements] == ["admit", "transfer"]
    assert (stay.unit, stay.state) == (cast.SURGERY, "current")
