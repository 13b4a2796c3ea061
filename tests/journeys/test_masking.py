"""A note that the patient had masked, in Chromium: gone for the ward, shown again by a physician who reads it in an emergency."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from serment.dossier.demonstration.staff import STAFF
from tests.journeys import looking
from tests.journeys.conftest import Workstation, picture
from tests.journeys.test_copy_of_a_record import write_note
from tests.journeys.test_first_light import is_with_bruno
from tests.journeys.test_security_morning import breaks_the_glass

pytestmark = pytest.mark.browser

Arrive = Callable[..., Workstation]
DOCTOR = next(one for one in STAFF if one.role == "ward_physician" and is_with_bruno(one))
NURSE = next(one for one in STAFF if one.role == "nurse_day" and is_with_bruno(one))
EMERGENCY = next(one for one in STAFF if one.role == "emergency_physician")
WORDS = "Le patient confie un antécédent qu’il veut taire à l’équipe."


def confirms(who: Workstation, name: str, reason: str, button: str) -> None:
    """The page that masks or shows again, looked at and sent."""
    looking.well(who.page, name)
    picture(who, name)
    who.page.get_by_label("Motif").fill(reason)
    who.page.get_by_role("button", name=button).click()
    who.page.wait_for_load_state("networkidle")


def test_what_a_patient_has_masked_is_gone_for_the_ward_until_a_physician_shows_it_again(workstation: Arrive) -> None:
    doctor = workstation()
    doctor.sign_in(DOCTOR.label)
    # Another than the first of the ward: what is sealed holds a letter back, and other journeys write to the first.
    patient = doctor.patients()[-1]
    write_note(doctor, patient, "Entretien", WORDS)
    doctor.page.get_by_role("link", name="Masquer à sa demande").first.click()
    confirms(doctor, "masking", "Il l’a demandé", "Masquer")
    nurse = workstation()
    nurse.sign_in(NURSE.label)
    nurse.go(f"/patients/{patient}/notes/")
    assert WORDS not in nurse.text

    other = workstation()
    other.sign_in(EMERGENCY.label)
    breaks_the_glass(other, patient)
    other.go(f"/patients/{patient}/notes/")
    assert WORDS in other.text
    other.page.get_by_role("link", name="Montrer à nouveau").first.click()
    confirms(other, "unmasking", "Il ne le souhaite plus", "Montrer")
    nurse.go(f"/patients/{patient}/notes/")
    assert WORDS in nurse.text
    assert [one for one in doctor.complaints + nurse.complaints + other.complaints if "403" not in one] == []
