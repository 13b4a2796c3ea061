"""The officers' pages about an incident: declared, scoped, written to the authorities; nobody is named, nobody else enters."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import clock
from serment.oversight.incidents import computing
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.fixtures.incidents import sequenced
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

OFFICERS = (cast.SONIA, cast.DPO)
OTHERS = (cast.BRUNO, cast.CHLOE, cast.ODILE, cast.DENIS)
SOME = UUID(int=7)
PAGES = (
    "", "declare/", "caller/", "returned/", "leak/",
    *(f"{SOME}/{page}" for page in ("", "amend/", "scope/", "evidence.zip", "persons/", f"persons/{SOME}/", "letters/")),
    *(f"{SOME}/{page}" for page in ("notices/", "notices/register.pdf")),
    *(f"{SOME}/letters/{page}" for page in ("preview.pdf", "batches/1.zip.age")),
)  # fmt: skip
ACTS = (
    "declare/", "returned/", "caller/", "leak/", f"leak/{SOME}/",
    *(f"{SOME}/{act}" for act in ("amend/", "compute/", "notices/", "letters/", "letters/propose/", f"letters/{SOME}/begin/")),
    *(f"{SOME}/letters/{act}" for act in ("batches/1/posted/", f"doubts/{SOME}/0/", f"held/{SOME}/0/")),
)  # fmt: skip


def local(at: Any) -> str:
    return f"{at.astimezone(clock.PARIS):%Y-%m-%dT%H:%M}"


def declaration(dossier: Dossier, **changes: Any) -> dict[str, Any]:
    now = dossier.house.clock()
    return {
        "reference": "INC-2026-001", "aware_at": local(now - timedelta(hours=2)), "known": "Une session volée, sans doute.",
        "accounts": [str(cast.BRUNO.id)], "sources": "", "since": local(now - timedelta(days=1)), "until": local(now + timedelta(hours=1)),
        **changes,
    }  # fmt: skip


def declared(dossier: Dossier, officer: Visitor, **changes: Any) -> str:
    """The address of an incident declared now."""
    answer = officer.post("/incidents/declare/", declaration(dossier, **changes))
    assert answer.status_code == 303, text(answer)
    return str(answer["Location"]).partition("?")[0]


def exposing(dossier: Dossier) -> list[UUID]:
    """Bruno opens two records and a glass."""
    patients = [dossier.admitted(cast.person(name, number=f"N-{name}")) for name in ("EXPOSEUN", "EXPOSEDEUX")]
    bruno = visitor(dossier, cast.BRUNO)
    for patient in patients:
        assert bruno.get(chart(patient)).status_code == 200
    return patients


def computed(dossier: Dossier, officer: Visitor, address: str) -> None:
    assert officer.post(f"{address}compute/").status_code == 303
    sequenced(dossier.house.guard)
    computing.run_due(dossier.house.guard)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("player", OTHERS, ids=lambda one: one.role)
def test_nobody_else_sees_the_pages_of_incidents(dossier: Dossier, player: cast.Player, page: str) -> None:
    assert visitor(dossier, player).get(f"/incidents/{page}").status_code == 403


@pytest.mark.parametrize("page", ACTS)
@pytest.mark.parametrize("player", (cast.CHLOE, cast.DENIS), ids=lambda one: one.role)
def test_nobody_else_does_anything_there(dossier: Dossier, player: cast.Player, page: str) -> None:
    assert visitor(dossier, player).post(f"/incidents/{page}", declaration(dossier)).status_code == 403


@pytest.mark.parametrize("player", OFFICERS, ids=lambda one: one.role)
def test_an_officer_declares_and_the_clock_of_seventy_two_hours_runs_from_awareness(dossier: Dossier, player: cast.Player) -> None:
    officer = visitor(dossier, player)
    address = declared(dossier, officer)
    page = text(officer.get(address))
    assert "INC-2026-001" in page and "Une session volée, sans doute." in page and cast.BRUNO.label in page
    assert "72 heures pour la CNIL" in page and re.search(r"(69|70) h|2 jours", page)
    register = text(officer.get("/incidents/"))
    assert "INC-2026-001" in register and "premiers éléments" in register


def test_what_is_wrong_with_a_declaration_is_said_beside_its_field(dossier: Dossier) -> None:
    sonia = visitor(dossier, cast.SONIA)
    declared(dossier, sonia)
    for changes, said in (
        ({}, "Un autre incident porte déjà cette référence"),
        ({"reference": "B", "accounts": []}, "Nommez au moins un compte"),
        ({"reference": "B", "until": local(dossier.house.clock() - timedelta(days=9))}, "La fin vient après le début"),
        ({"reference": "B", "aware_at": local(dossier.house.clock() + timedelta(days=1))}, "dans le futur"),
        ({"reference": ""}, "Ce champ est nécessaire"),
    ):
        answer = sonia.post("/incidents/declare/", declaration(dossier, **changes))
        assert answer.status_code == 422
        assert said in text(answer), said


def test_what_is_said_later_is_added_and_two_officers_do_not_write_past_one_another(dossier: Dossier) -> None:
    sonia, paul = visitor(dossier, cast.SONIA), visitor(dossier, cast.DPO)
    address = declared(dossier, sonia)
    more = {**declaration(dossier), "phase": "complementary", "number": "1", "known": "La clé avait été copiée."}
    assert sonia.post(f"{address}amend/", more).status_code == 303
    late = paul.post(f"{address}amend/", {**more, "known": "Autre chose."})
    assert late.status_code == 422 and "Quelqu’un a complété cet incident" in text(late)
    page = text(paul.get(address))
    assert "La clé avait été copiée." in page and "Une session volée, sans doute." in page and "compléments" in page


def test_the_scope_is_computed_followed_and_shown_without_a_name(dossier: Dossier) -> None:
    patients = exposing(dossier)
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    assert "Calculer" in text(sonia.get(address))
    assert sonia.post(f"{address}compute/").status_code == 303
    waiting = sonia.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in waiting and "<progress" in waiting
    computed(dossier, sonia, address)
    page = sonia.get(address).content.decode()
    assert "2 personnes" in text(sonia.get(address)) and 'class="exposure-plot"' in page and 'hx-trigger="every 2s"' not in page
    listed = sonia.get(f"{address}persons/").content.decode()
    assert all(str(patient) in listed for patient in patients)
    assert "EXPOSE" not in page + listed
    assert "identité" in listed and "certaine" in listed


def test_the_part_that_follows_the_computation_comes_alone(dossier: Dossier) -> None:
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    assert sonia.get(f"{address}scope/").status_code == 303
    headers = {"DPoP": sonia.browser.proof("GET", f"{address}scope/"), "HX-Request": "true"}
    part = sonia.client.get(f"{address}scope/", headers=headers).content.decode()
    assert part.lstrip().startswith('<section class="card stack" id="scope"')


def test_an_unknown_incident_is_not_found(dossier: Dossier) -> None:
    sonia = visitor(dossier, cast.SONIA)
    for page in ("", "persons/", "notices/", "letters/", "amend/"):
        assert sonia.get(f"/incidents/{uuid4()}/{page}").status_code == 404


def test_documents_for_the_authorities_carry_the_figures_and_say_what_is_still_to_be_written(dossier: Dossier) -> None:
    exposing(dossier)
    paul = visitor(dossier, cast.DPO)
    address = declared(dossier, paul)
    computed(dossier, paul, address)
    page = text(paul.get(f"{address}notices/"))
    assert "Restent à écrire" in page and "SIRET" in page and "risque élevé" in page
    told = paul.get(f"{address}notices/cnil-initial.txt").content.decode()
    assert "2, dont 2 certaines et 0 possibles" in told and "INC-2026-001" in told
    assert "EXPOSE" not in told
    for name in ("cnil-initial", "cnil-complementary", "cert-sante", "register"):
        assert paul.get(f"{address}notices/{name}.pdf").content.startswith(b"%PDF")
    assert paul.get(f"{address}notices/other.pdf").status_code == 404


def test_the_officers_sentences_are_kept_and_lead_the_next_incident(dossier: Dossier) -> None:
    paul = visitor(dossier, cast.DPO)
    address = declared(dossier, paul)
    typed = {"origin": "outside_malicious", "name": "Groupe des Deux Rives", "description": "Un compte volé a servi.", "number": "0"}
    assert paul.post(f"{address}notices/", typed).status_code == 303
    late = paul.post(f"{address}notices/", {**typed, "name": "Autre"})
    assert late.status_code == 422 and "Quelqu’un a complété" in text(late)
    told = paul.get(f"{address}notices/cert-sante.txt").content.decode()
    assert "Groupe des Deux Rives" in told and "Un compte volé a servi." in told and "Acte externe malveillant" in told
    other = declared(dossier, paul, reference="INC-2")
    assert "Groupe des Deux Rives" in paul.get(f"{other}notices/").content.decode()
    assert "Un compte volé a servi." not in paul.get(f"{other}notices/").content.decode()


def test_a_written_ground_takes_the_duty_to_inform_away(dossier: Dossier) -> None:
    exposing(dossier)
    paul = visitor(dossier, cast.DPO)
    address = declared(dossier, paul)
    computed(dossier, paul, address)
    assert "Oui." in text(paul.get(f"{address}notices/"))
    because = {"origin": "unknown", "number": "0", "unintelligible_because": "Les fichiers étaient chiffrés, la clé n’a pas été prise."}
    paul.post(f"{address}notices/", because)
    page = text(paul.get(f"{address}notices/"))
    assert "Non." in page and "Données incompréhensibles" in page


# --- letters ---

WORDS = {
    "sender_name": "Groupe des Deux Rives", "sender_address": "12 quai des Gabares\n49000 Angers", "town": "Angers",
    "telephone": "02 41 00 00 00", "hours": "de 8 h à 19 h", "hours_en": "8 am to 7 pm", "officer": "M. Duval, même adresse",
    "signature": "La directrice", "signature_en": "The director", "happened": "Un compte volé a ouvert des dossiers.",
    "happened_en": "A stolen account opened records.",
    "measures": "Ce compte est bloqué.", "measures_en": "The account is blocked.",
}  # fmt: skip


def test_the_letter_is_read_on_fictional_people_before_its_words_are_kept_for_good(dossier: Dossier) -> None:
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    seen = sonia.post(f"{address}letters/", {**WORDS, "preview": "yes"})
    assert seen["Content-Type"] == "application/pdf" and seen.content.startswith(b"%PDF")
    assert "Garder ces mots" in text(sonia.get(f"{address}letters/"))
    linked = sonia.post(f"{address}letters/", {**WORDS, "happened": "Voyez www.exemple.fr"})
    assert linked.status_code == 422 and "ni lien ni adresse" in text(linked)
    assert sonia.post(f"{address}letters/", WORDS).status_code == 303
    page = text(sonia.get(f"{address}letters/"))
    assert "Un compte volé a ouvert des dossiers." in page and "Garder ces mots" not in page
    assert "Calculez d’abord qui est exposé" in page
    assert sonia.get(f"{address}letters/preview.pdf").content.startswith(b"%PDF")
    assert sonia.post(f"{address}letters/", {**WORDS, "happened": "Autre"}).status_code == 422


def sent(dossier: Dossier, address: str, folder: Path, numbers: list[int]) -> None:
    """Letters of some people on their way, as the worker would have it."""
    from serment.dossier.mailing import queries, sending, services
    from tests.fixtures.mailing import APPROVAL, HOUSE, KEY, NOW, OFFICER, Register, job, person

    incident = UUID(address.split("/")[2])
    services.start(incident=incident, approval=APPROVAL, recipient=str(HOUSE.to_public()), by=OFFICER, now=NOW)
    words = queries.words_of(incident=incident)
    assert words is not None
    sending.run(job(folder, Register([person(number) for number in numbers]), incident=incident, event=words, key=KEY))


def test_what_stops_the_letters_is_told_on_their_page_until_they_go_on(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import services
    from tests.fixtures.mailing import APPROVAL

    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    sonia.post(f"{address}letters/", WORDS)
    sent(dossier, address, tmp_path, [1])
    incident, now = UUID(address.split("/")[2]), dossier.house.clock()
    assert "L’envoi s’est arrêté" not in text(sonia.get(f"{address}letters/"))
    for minutes, code in enumerate(["disk_full", "disk_full"]):
        services.stopped(incident=incident, approval=APPROVAL, code=code, now=now + timedelta(minutes=minutes))
    page = text(sonia.get(f"{address}letters/"))
    assert page.count("L’envoi s’est arrêté") == 1 and "Le disque est plein" in page
    services.stopped(incident=incident, approval=APPROVAL, code="", now=now + timedelta(minutes=5))
    assert "L’envoi s’est arrêté" not in text(sonia.get(f"{address}letters/"))


def test_batches_are_fetched_sealed_and_posted_once(dossier: Dossier) -> None:
    from tests.fixtures.mailing import opened

    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    sonia.post(f"{address}letters/", WORDS)
    sent(dossier, address, dossier.objects, [1, 2])
    page = text(sonia.get(f"{address}letters/"))
    assert "Lots pour l’imprimeur" in page and "Prendre" in page
    sealed = sonia.get(f"{address}letters/batches/1.zip.age")
    assert sealed.content.startswith(b"age-encryption.org/v1")
    assert len(opened(dossier.objects)[1][1]) == 2
    assert sonia.post(f"{address}letters/batches/1/posted/").status_code == 303
    assert opened(dossier.objects) == {}
    assert sonia.get(f"{address}letters/batches/1.zip.age").status_code == 404
    assert "2 informées" in text(sonia.get(f"{address}letters/"))


def test_a_letter_that_came_back_is_noted_by_its_code(dossier: Dossier) -> None:
    from serment.dossier.mailing import codes
    from tests.fixtures.mailing import KEY, person

    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    sonia.post(f"{address}letters/", WORDS)
    sent(dossier, address, dossier.objects, [1])
    code = codes.grouped(codes.of(key=KEY, incident=UUID(address.split("/")[2]), patient=person(1).patient, ordinal=0))
    assert sonia.post("/incidents/returned/", {"code": code}).status_code == 303
    assert "son retour est déjà noté" in text(sonia.post("/incidents/returned/", {"code": code}))
    assert "a une faute" in text(sonia.post("/incidents/returned/", {"code": code[:-1] + ("1" if code[-1] != "1" else "2")}))


def test_who_is_held_is_listed_with_the_reason_and_told_by_hand(dossier: Dossier) -> None:
    from tests.fixtures.mailing import person

    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    sonia.post(f"{address}letters/", WORDS)
    sent(dossier, address, dossier.objects, [11])
    page = text(sonia.get(f"{address}letters/"))
    assert str(person(11).patient) in page and "aucun représentant connu" in page
    assert sonia.post(f"{address}letters/held/{person(11).patient}/0/", {"how": "telephone"}).status_code == 303
    assert str(person(11).patient) not in text(sonia.get(f"{address}letters/"))
    assert sonia.post(f"{address}letters/held/{person(11).patient}/0/", {"how": "telephone"}).status_code == 409


def test_no_patient_stands_in_an_address_or_a_title(dossier: Dossier) -> None:
    exposing(dossier)
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    computed(dossier, sonia, address)
    for page in ("", "persons/", "notices/", "letters/"):
        content = sonia.get(f"{address}{page}").content.decode()
        title = re.search("<title>(.*?)</title>", content)
        assert title and title[1] in ("INC-2026-001 · Serment",)


# --- the evidence pack ---


def unpacked(pack: bytes, folder: Path) -> Path:
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(pack)) as archive:
        archive.extractall(folder)
    return folder


def checked(folder: Path, key: str) -> Any:
    """The verifier of the pack, run in a fresh directory by a Python that knows neither our packages nor any of ours but `cryptography`."""
    import subprocess
    import sys

    blind = """
import runpy, sys
sys.modules.update(dict.fromkeys(("psycopg", "msgspec", "django", "typst")))
sys.path[:] = [path for path in sys.path if not path.endswith("/src")]
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
    command = [sys.executable, "-I", "-c", blind, "verificateur.pyz", "excerpt", "extrait.jsonl", "--key", key]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env={"PATH": "/usr/bin"})


def test_the_evidence_pack_is_checked_without_us_and_an_altered_byte_is_named(dossier: Dossier, tmp_path: Path) -> None:
    patients = exposing(dossier)
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    computed(dossier, sonia, address)
    taken = sonia.get(f"{address}evidence.zip")
    assert taken["Content-Type"] == "application/zip"
    folder = unpacked(taken.content, tmp_path / "pack")
    key = (folder / "cle-annoncee.txt").read_text().strip()
    whole = checked(folder, key)
    assert whole.returncode == 0 and "Extrait intact" in whole.stdout, whole.stdout + whole.stderr
    listed = (folder / "personnes.csv").read_text("utf-8-sig")
    assert all(str(patient) in listed for patient in patients) and "EXPOSE" not in listed
    told = (folder / "extrait.jsonl").read_text()
    assert all(str(patient) in told for patient in patients) and "EXPOSE" not in told
    (folder / "extrait.jsonl").write_text(told.replace(str(cast.BRUNO.id), str(cast.CHLOE.id), 1))
    altered = checked(folder, key)
    assert altered.returncode == 1 and "EXTRAIT ALTÉRÉ, ligne" in altered.stderr
    (folder / "extrait.jsonl").write_text(told)
    assert checked(folder, key.replace("A", "B", 1) if "A" in key else key[:-2]).returncode != 0


def test_the_pack_names_its_files_by_their_digests_and_says_how_to_check_them(dossier: Dossier, tmp_path: Path) -> None:
    import hashlib

    exposing(dossier)
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    computed(dossier, sonia, address)
    folder = unpacked(sonia.get(f"{address}evidence.zip").content, tmp_path / "pack")
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert set(sums) == {path.name for path in folder.iterdir()} - {"SHA256SUMS"}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())
    for name in ("LISEZMOI.txt", "README.txt"):
        said = (folder / name).read_text()
        assert "python3 verificateur.pyz excerpt extrait.jsonl --key" in said and "INC-2026-001" in said and "{" not in said


def test_whoever_takes_a_pack_is_in_the_journal(dossier: Dossier) -> None:
    from tests.fixtures.incidents import leaves

    exposing(dossier)
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    assert sonia.get(f"{address}evidence.zip").status_code == 409
    computed(dossier, sonia, address)
    sonia.get(f"{address}evidence.zip")
    (leaf,) = leaves(dossier.house, "excerpt")
    assert (leaf["account"], leaf["body"]["incident"]) == (str(cast.SONIA.id), address.split("/")[2])


# --- what the journal answers ---


def test_the_window_is_suggested_with_its_reasons_and_nothing_is_declared_yet(dossier: Dossier) -> None:
    sonia, chloe = visitor(dossier, cast.SONIA), visitor(dossier, cast.CHLOE)
    patient = dossier.admitted(cast.person("URGENTE", number="U"))
    chloe.post(chart(patient, "break-glass/"), {"reason": "vital_emergency", "text": ""})
    page = sonia.post("/incidents/declare/", declaration(dossier, reference="", accounts=[str(cast.CHLOE.id)], suggest="yes"))
    said = text(page)
    assert page.status_code == 200 and "Ce que le journal suggère" in said and "une urgence déclarée" in said
    assert "Aucun incident" in text(sonia.get("/incidents/"))
    quiet = text(sonia.post("/incidents/declare/", declaration(dossier, accounts=[str(cast.NADIA.id)], suggest="yes")))
    assert "Rien d’étrange dans cette période" in quiet


def test_a_worried_caller_is_answered_no_with_proof_and_yes_without_accusing(dossier: Dossier) -> None:
    exposing(dossier)
    dossier.admitted(cast.person("TRANQUILLE", number="T77"))
    sequenced(dossier.house.guard)
    paul, now = visitor(dossier, cast.DPO), dossier.house.clock()
    asked = {"since": local(now - timedelta(days=2)), "until": local(now + timedelta(hours=1))}
    said = {"birth_name": "Tranquille", "first_given_name": "Farid", "birth_date": "28/03/1979", "sex": "M"}
    for way in (said, {"number": "T77"}):
        no = text(paul.post("/incidents/caller/", {**way, **asked}))
        assert "personne n’a rien vu de ce dossier" in no and "Aucun courrier n’est parti" in no
    yes = text(paul.post("/incidents/caller/", {"number": "N-EXPOSEUN", **asked}))
    assert "Oui" in yes and "Ce n’est pas dire que c’était à tort" in yes
    assert "Personne ne répond à ces traits" in text(paul.post("/incidents/caller/", {**said, "birth_name": "Inconnue", **asked}))
    partial = paul.post("/incidents/caller/", {"birth_name": "Tranquille", **asked})
    assert partial.status_code == 422 and "Ce trait est nécessaire" in text(partial)
    assert paul.post("/incidents/caller/", {"code": "2345-FAUX", **asked}).status_code == 422
    for player in (cast.CHLOE, cast.DENIS):
        assert visitor(dossier, player).post("/incidents/caller/", {"number": "T77", **asked}).status_code == 403


def test_a_caller_with_a_letter_is_not_told_that_nobody_looked_before_the_period_is_widened(dossier: Dossier, tmp_path: Path) -> None:
    from serment.dossier.mailing import codes
    from tests.fixtures.mailing import KEY, person

    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    sonia.post(f"{address}letters/", WORDS)
    sent(dossier, address, tmp_path, [1])
    code = codes.grouped(codes.of(key=KEY, incident=UUID(address.split("/")[2]), patient=person(1).patient, ordinal=0))
    sequenced(dossier.house.guard)
    now = dossier.house.clock()
    said = text(sonia.post("/incidents/caller/", {"code": code, "since": local(now - timedelta(days=2)), "until": local(now)}))
    assert "Courriers partis à son sujet" in said and "INC-2026-001" in said
    assert "Élargissez-la avant de répondre" in said


def test_each_exposed_person_has_the_entries_that_prove_it(dossier: Dossier) -> None:
    patients = exposing(dossier)
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    computed(dossier, sonia, address)
    page = sonia.get(f"{address}persons/{patients[0]}/")
    assert "prouvée par" in text(page) and str(cast.BRUNO.id) in text(page)
    assert sonia.get(f"{address}persons/{uuid4()}/").status_code == 404


def other_words(dossier: Dossier, incident: UUID, was: str, becomes: str) -> None:
    """What somebody who writes in the database would make of the words."""
    from serment.dossier.mailing.models import Mailing

    dossier.as_role("serment_owner")
    row = Mailing.objects.get(id=incident)
    Mailing.objects.filter(id=incident).update(words=row.words.replace(was, becomes))
    dossier.as_role("serment_app")


def test_two_officers_let_the_letters_go_and_one_alone_does_not(dossier: Dossier) -> None:
    from serment.dossier.mailing import queries
    from tests.fixtures.incidents import approve, matured
    from tests.fixtures.mailing import HOUSE

    exposing(dossier)
    sonia = visitor(dossier, cast.SONIA)
    address = declared(dossier, sonia)
    incident = UUID(address.split("/")[2])
    assert sonia.post(f"{address}letters/propose/", {"recipient": str(HOUSE.to_public()), "reason": "fuite"}).status_code == 409
    computed(dossier, sonia, address)
    sonia.post(f"{address}letters/", WORDS)
    wrong = sonia.post(f"{address}letters/propose/", {"recipient": "age1no", "reason": "fuite"})
    assert wrong.status_code == 422 and "clé publique age" in text(wrong)
    assert sonia.post(f"{address}letters/propose/", {"recipient": str(HOUSE.to_public()), "reason": "fuite"}).status_code == 303
    (proposal,) = re.findall(r"administration/proposals/([0-9a-f-]{36})/withdraw", sonia.get("/administration/").content.decode())
    assert sonia.post(f"{address}letters/{proposal}/begin/").status_code == 404
    assert "Téléphone 02 41 00 00 00" in text(sonia.get("/administration/"))
    other = visitor(dossier, cast.DPO)
    assert "INC-2026-001" in text(other.get("/administration/")) and str(HOUSE.to_public()) in text(other.get("/administration/"))
    assert approve(other.browser, UUID(proposal)) == "approved"
    waiting = text(sonia.get(f"{address}letters/"))
    assert "pourra commencer le" in waiting and "Arrêter" in waiting and "Commencer l’envoi" not in waiting
    assert sonia.post(f"{address}letters/{proposal}/begin/").status_code == 404
    matured(dossier.house)
    assert "Commencer l’envoi" in text(sonia.get(f"{address}letters/"))
    other_words(dossier, incident, "02 41 00 00 00", "08 99 00 00 00")
    assert sonia.post(f"{address}letters/{proposal}/begin/").status_code == 409
    other_words(dossier, incident, "08 99 00 00 00", "02 41 00 00 00")
    assert sonia.post(f"{address}letters/{proposal}/begin/").status_code == 303
    assert [one.approval for one in queries.begun(incident=incident)] == [UUID(proposal)]
    assert "3. L’envoi" in text(sonia.get(f"{address}letters/"))


# --- a list that leaked ---


def leaked(*names: str) -> str:
    """A list as it was published: people of here, and invented ones."""
    return "\n".join(["Nom de naissance;Prénom;Date de naissance;Sexe", *(f"{name};FARID;28/03/1979;M" for name in names)])


def decided_sample(dossier: Dossier, officer: Visitor, listed: str) -> str:
    """The address where a list is compared, once two officers have agreed."""
    from tests.fixtures.incidents import approve

    now = dossier.house.clock()
    period = {"since": local(now - timedelta(days=30)), "until": local(now + timedelta(hours=1)), "reason": "liste vue en vente"}
    assert officer.post("/incidents/leak/", {"pasted": listed, "columns": "", **period}).status_code == 303
    (proposal,) = re.findall(r"administration/proposals/([0-9a-f-]{36})/withdraw", officer.get("/administration/").content.decode())
    assert officer.post(f"/incidents/leak/{proposal}/", {"pasted": listed}).status_code == 404
    assert approve(visitor(dossier, cast.DPO).browser, UUID(proposal)) == "executed"
    return f"/incidents/leak/{proposal}/"


def test_a_leaked_list_points_to_the_account_that_saw_these_persons(dossier: Dossier) -> None:
    names = [f"FUITE{letters}" for letters in ("BA", "DO", "LI", "MU", "RA", "TO", "VI", "ZU")]
    # The more people there are whom he did not open, the more it says that he opened these.
    dossier.house.admit_many(60)
    bruno = visitor(dossier, cast.BRUNO)
    for name in names:
        assert bruno.get(chart(dossier.admitted(cast.person(name, number=f"N-{name}")))).status_code == 200
    sequenced(dossier.house.guard)
    sonia = visitor(dossier, cast.SONIA)
    listed = leaked(*names, "INVENTEE", "INEXISTANT")
    address = decided_sample(dossier, sonia, listed)
    assert "Ce n’est pas la liste" in text(sonia.post(address, {"pasted": listed + "\nAUTRE;A;01/01/1950;F"}))
    said = text(sonia.post(address, {"pasted": listed}))
    assert "Cette liste vient d’ici" in said and "8 lignes sur 10" in said and cast.BRUNO.label in said
    assert "FUITE" not in said


def test_a_list_of_strangers_does_not_come_from_here(dossier: Dossier) -> None:
    exposing(dossier)
    sequenced(dossier.house.guard)
    sonia = visitor(dossier, cast.SONIA)
    listed = leaked(*(f"INCONNU{letters}" for letters in ("BA", "DO", "LI", "MU", "RA", "TO")))
    said = text(sonia.post(decided_sample(dossier, sonia, listed), {"pasted": listed}))
    assert "Cette liste ne vient pas d’ici" in said and "Comptes qui l’expliquent" not in said


def test_what_is_no_list_is_said_beside_the_field_and_never_shown_again(dossier: Dossier) -> None:
    sonia, now = visitor(dossier, cast.SONIA), dossier.house.clock()
    period = {"since": local(now - timedelta(days=30)), "until": local(now), "reason": "liste", "columns": ""}
    for pasted, said in (("", "n’est pas lu"), ("Ville\nAngers", "Dites quelle colonne"), ("Nom;DDN", "Aucune ligne")):
        answer = sonia.post("/incidents/leak/", {"pasted": pasted, **period})
        assert answer.status_code == 422 and said in text(answer), said
