"""The first day of Serment, in Chromium: a nurse, her colleague of another ward, an administrator, a foreign system."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import datetime

import pytest
from hl7.client import MLLPClient

from serment.dossier.demonstration.organisation import UNIT
from serment.dossier.demonstration.staff import STAFF
from serment.dossier.demonstration.types import Member
from tests.fixtures import shared_data
from tests.fixtures.instance import Running
from tests.journeys.conftest import Workstation

pytestmark = pytest.mark.browser

BRUNO = "Bruno Lemoine"
Arrive = Callable[..., Workstation]


def someone(role: str) -> str:
    """A member of the demonstration's staff by role."""
    return next(one.label for one in STAFF if one.role == role)


def is_with_bruno(member: Member) -> bool:
    """Whether a member of the staff works on Bruno's ward."""
    bruno = next(one for one in STAFF if one.label == BRUNO)
    return bool(set(member.units) & set(bruno.units))


def send(instance: Running, message: bytes) -> str:
    with MLLPClient("127.0.0.1", instance.mllp_port) as client:
        return str(client.send(b"\x0b" + message + b"\x1c\r").decode("utf-8"))


def admission(number: int, name: str, given: str, *, unit: str = "surgery") -> bytes:
    """An admission to a unit of the clinic, Chir V if none is told, as a foreign system sends it."""
    stamp = datetime.now().strftime("%Y%m%d%H%M%S")  # noqa: DTZ005 - HL7 carries local time
    clinic, place = "CHU-X&000897406", f"{UNIT[unit].name}^^^^^CHU-X&000897406&N^UF^^^{UNIT[unit].code}"
    lines = [
        f"MSH|^~\\&|GAM|CHU-X|DPI|CHU-X|{stamp}||ADT^A01^ADT_A01|T{number}|D|2.5^FRA^2.11|||||FRA|UNICODE UTF-8",
        f"EVN||{stamp}||||{stamp}",
        f"PID|1||T{number}^^^{clinic}&N^PI||{name}^{given}^{given}^^^^L||19600102|F|||1 rue Haute^^NANTES^^44000^FRA^H|||||||"
        f"D{number}^^^{clinic}&M^AN||||||||||||||PROV",
        f"PV1|1|I|^^^{clinic}&M^O^^||||||||||||||||V{number}^^^{clinic}&M^VN",
        f"ZBE|M{number}^CHU-X^000897406|{stamp}||INSERT|N||{place}|{place}|HMS",
    ]
    return "\r".join(lines).encode("utf-8") + b"\r"


def admits(instance: Running, count: int, *, unit: str, first: int, name: str) -> None:
    """People with names of their own come to a unit."""
    letters = "BCDFGHJKLM"
    for number in range(count):
        told = f"{name} " + "".join(letters[int(digit)] + "A" for digit in f"{number:02d}")
        assert "MSA|AA|" in send(instance, admission(first + number, told, "Odette", unit=unit))


def first_patient(nurse: Workstation) -> str:
    return nurse.patients()[0]


def test_a_nurse_enrols_sees_her_ward_adds_an_allergy_and_finds_herself_in_the_visitors_book(workstation: Arrive) -> None:
    nurse = workstation()
    nurse.sign_in(BRUNO)
    assert nurse.heading == "Chir V"
    patient = first_patient(nurse)
    nurse.go(f"/patients/{patient}/allergies/")
    nurse.page.get_by_label("Substance").fill("Latex")
    nurse.page.get_by_label("Réaction observée").fill("Urticaire")
    nurse.page.get_by_role("button", name="Ajouter", exact=True).click()
    band = nurse.page.get_by_role("region", name="Patient")
    band.get_by_text("Latex").wait_for()
    nurse.go(f"/patients/{patient}/")
    assert "Latex" in nurse.page.get_by_role("region", name="Patient").inner_text()
    nurse.go(f"/patients/{patient}/openings/")
    visits = nurse.page.get_by_role("region", name="Visites").inner_text()
    assert BRUNO in visits
    assert "vous" in visits
    assert nurse.complaints == []


def test_a_note_is_written_read_by_a_colleague_and_struck_out_without_being_lost(workstation: Arrive) -> None:
    nurse = workstation()
    nurse.sign_in(BRUNO)
    patient = first_patient(nurse)
    nurse.go(f"/patients/{patient}/notes/?kind=note")
    nurse.page.get_by_label("Titre").first.fill("Douleur")
    nurse.page.locator("textarea").first.fill("EVA à 2 après paracétamol, s’est levé.")
    nurse.page.get_by_role("button", name=re.compile("Enregistrer|Écrire|Ajouter|Signer")).first.click()
    nurse.page.get_by_text("EVA à 2 après paracétamol").first.wait_for()
    colleague = workstation()
    colleague.sign_in(next(one.label for one in STAFF if one.role == "ward_physician" and is_with_bruno(one)))
    colleague.go(f"/patients/{patient}/notes/")
    assert "EVA à 2 après paracétamol" in colleague.text
    assert BRUNO in colleague.text


def test_a_nurse_of_another_ward_is_refused_breaks_the_glass_and_the_journal_shows_it(workstation: Arrive) -> None:
    bruno = workstation()
    bruno.sign_in(BRUNO)
    patient = first_patient(bruno)
    other = next(one.label for one in STAFF if one.role == "nurse_day" and not is_with_bruno(one))
    nurse = workstation()
    nurse.sign_in(other)
    nurse.go(f"/patients/{patient}/")
    assert nurse.heading == "Ce dossier ne vous est pas ouvert"
    nurse.page.get_by_role("link", name=re.compile("Ouvrir en urgence")).click()
    nurse.page.get_by_role("radio").first.check()
    nurse.page.get_by_role("button", name=re.compile("Ouvrir le dossier")).click()
    nurse.page.wait_for_url(re.compile(rf"/patients/{patient}/(\?.*)?$"))
    assert "Ouvert en urgence" in nurse.text
    bruno.go(f"/patients/{patient}/openings/")
    visits = bruno.page.get_by_role("region", name="Visites").inner_text()
    assert other in visits
    assert "Ouvert en urgence" in visits
    officer = workstation()
    officer.sign_in(someone("security_officer"))
    officer.go("/security/")
    assert other in officer.text


def test_after_twenty_five_new_patients_the_next_asks_for_a_touch(workstation: Arrive, demo_instance: Running) -> None:
    admits(demo_instance, 27, unit="surgery", first=500, name="TOUCHER")
    nurse = workstation()
    nurse.sign_in(next(one.label for one in STAFF if one.role == "nurse_night" and is_with_bruno(one)))
    patients = nurse.patients()
    assert len(patients) > 26
    for patient in patients[:25]:
        nurse.page.goto(f"{nurse.base_url}/patients/{patient}/openings/")
        assert nurse.page.get_by_role("heading", level=1).inner_text() == "Qui a ouvert ce dossier"
    nurse.go(f"/patients/{patients[25]}/")
    assert nurse.heading == "Présentez votre clé d’accès"
    nurse.page.get_by_role("button", name="Présenter ma clé").click()
    nurse.page.get_by_role("heading", name="Synthèse").wait_for()
    nurse.go(f"/patients/{patients[0]}/")
    assert nurse.heading == "Synthèse"


def test_an_administrator_can_open_nothing(workstation: Arrive) -> None:
    bruno = workstation()
    bruno.sign_in(BRUNO)
    patient = first_patient(bruno)
    denis = workstation()
    denis.sign_in(someone("administrator"))
    assert denis.patients() == []
    for path in (f"/patients/{patient}/", f"/patients/{patient}/notes/", f"/patients/{patient}/break-glass/", "/patients/find/"):
        denis.go(path)
        assert denis.heading == "Votre fonction n’ouvre pas cette page"


def test_a_secretary_sees_whom_to_call_and_never_a_note(workstation: Arrive) -> None:
    secretary = workstation()
    secretary.sign_in(next(one.label for one in STAFF if one.role == "secretary" and is_with_bruno(one)))
    patient = first_patient(secretary)
    secretary.go(f"/patients/{patient}/correspondents/")
    assert secretary.heading == "Correspondants"
    secretary.go(f"/patients/{patient}/notes/")
    assert secretary.heading == "Votre fonction n’ouvre pas cette page"


def test_a_visitor_without_an_authenticator_gets_one_made_of_software(workstation: Arrive) -> None:
    visitor = workstation(passkey=False)
    visitor.page.goto(f"{visitor.base_url}/sign-in/")
    visitor.page.get_by_role("button", name=re.compile(BRUNO)).first.click()
    software = visitor.page.locator("[data-serment='enrol-software']")
    visitor.page.wait_for_function(
        "() => !location.pathname.startsWith('/sign-in/') || !document.querySelector(\"[data-serment='enrol-software']\").hidden"
    )
    if "/sign-in/" in visitor.page.url:
        software.click()
    visitor.page.wait_for_url(lambda address: "/sign-in/" not in address, timeout=20_000)
    visitor.page.get_by_role("heading", name="Chir V").wait_for()
    visitor.go("/account/")
    assert "logiciel" in visitor.text


def test_foreign_admissions_are_in_the_ward_within_two_seconds_and_sent_again_change_nothing(
    workstation: Arrive, demo_instance: Running
) -> None:
    files = [shared_data.read(f"hl7v2-fr/adt_a01_{name}.er7") for name in ("admission_sgl", "non_consentement_opposition_dmp")]
    for message in files:
        assert "MSA|AA|" in send(demo_instance, message)
    acknowledged = time.monotonic()
    nurse = workstation()
    nurse.sign_in(BRUNO)
    nurse.page.get_by_text("PAT-TROIS").first.wait_for(timeout=2000)
    assert acknowledged  # the page above was asked for after the acknowledgement, and shows the patient at once
    lines = nurse.page.get_by_text("PAT-TROIS").count()
    for message in files:
        assert "MSA|AA|" in send(demo_instance, message)
    nurse.page.reload()
    nurse.page.get_by_text("PAT-TROIS").first.wait_for()
    assert nurse.page.get_by_text("PAT-TROIS").count() == lines


def test_a_copied_cookie_shows_nothing_on_another_machine(workstation: Arrive) -> None:
    nurse = workstation()
    nurse.sign_in(BRUNO)
    patient = first_patient(nurse)
    thief = workstation(passkey=False)
    thief.page.context.add_cookies(nurse.page.context.cookies())
    names = re.findall(r"[A-Z][A-ZÉÈ-]{4,}", nurse.page.locator("main").inner_text())
    for path in ("/", f"/patients/{patient}/"):
        thief.page.goto(thief.base_url + path)
        thief.page.wait_for_timeout(1500)
        assert not any(name in thief.text for name in names)


def test_a_page_left_open_says_so_after_containment_and_keeps_nothing_secret(workstation: Arrive) -> None:
    victim = next(one.label for one in STAFF if one.role == "care_assistant")
    stolen = workstation()
    stolen.sign_in(victim)
    officer = workstation()
    officer.sign_in(someone("security_officer"))
    officer.go("/security/accounts/")
    officer.page.get_by_role("row", name=re.compile(victim)).get_by_role("link", name=re.compile("Suspendre")).click()
    officer.page.get_by_role("button", name="Suspendre ce compte").click()
    officer.page.get_by_text("suspendu", exact=True).first.wait_for()
    stolen.page.reload()
    stolen.page.get_by_role("heading", name="Ce compte est suspendu").wait_for()
    assert stolen.patients() == []
