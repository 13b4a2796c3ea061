"""Results and papers from elsewhere: read in the record, signed as seen, listed for whom they wait without a word of what they say."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from serment.dossier.kernel import ids
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.test_writing_pages import send
from tests.unit.dossier.web.visitor import Visitor, admit_to_a_bed, chart, text, visitor

PDF = b"%PDF-1.7\n" + b"x" * 500
NOW = datetime.now(UTC)


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    patient = dossier.admitted(cast.FARID)
    admit_to_a_bed(dossier, patient, "212")
    return patient


@pytest.fixture
def amel(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.AMEL)


def receive(
    dossier: Dossier, *values: str, is_urgent: bool = False, interpretation: str = "", ago: timedelta = timedelta(minutes=5)
) -> UUID:
    """A report with one potassium for each value, the newest first, as an interface deposits it; answers the document of the newest."""
    from serment.dossier.records.documents import services as documents
    from serment.dossier.records.entries import services as entries
    from serment.dossier.records.observations import resources as observations
    from serment.dossier.records.results import resources as results
    from serment.dossier.records.results import services as seeing

    registered = dossier.registered(cast.FARID)
    patient, keys = registered.patient, registered.deposit_keys
    dossier.as_role("serment_interface")
    found = []
    for rank, value in enumerate(values):
        document, at = uuid4(), NOW - ago - timedelta(days=rank)
        analysis, panel = ids.derived("analysis", document), ids.derived("panel", document)
        documents.deposit(
            patient=patient, keys=keys, document=document, source=io.BytesIO(PDF), title="Ionogramme", category="Résultat de biologie",
            now=at, author_label="Laboratoire des charmes",
        )  # fmt: skip
        one = observations.analysis(
            patient=patient, code="2823-3", label="Potassium", value=value, unit="mmol/L", at=at, low="3.5", high="5.1",
            interpretation=interpretation if rank == 0 else "",
        )  # fmt: skip
        entries.deposit(
            patient=patient, keys=keys, entry=analysis, kind="Observation", compartment="care", resource=one, now=at, effective_at=at
        )
        report = results.report(
            patient=patient, code="24326-1", title="Ionogramme sanguin", status="final", at=at, results=[analysis], document=document,
            comment="Prélèvement non hémolysé.",
        )  # fmt: skip
        entries.deposit(
            patient=patient, keys=keys, entry=panel, kind="DiagnosticReport", compartment="care", resource=report, now=at, effective_at=at,
            about=document,
        )  # fmt: skip
        found.append(document)
    seeing.arrived(patient=patient, entry=found[0], kind="laboratory", now=NOW - ago, is_urgent=is_urgent)
    dossier.as_role("serment_app")
    return found[0]


def test_a_result_shows_its_range_what_came_before_and_its_curve(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    receive(dossier, "5.6", "5.2", "4.4")
    page = amel.get(chart(farid, "results/"))
    told = text(page)
    assert re.search(r"Potassium 5,6 mmol/L haut 3,5–5,1 5,2 \(\d\d/\d\d/\d{4}\) 4,4", told)
    assert "Ionogramme sanguin" in told
    assert "Prélèvement non hémolysé." in told
    assert 'class="plot"' in page.content.decode()
    assert "Du plus ancien au plus récent" in page.content.decode()


def test_a_critical_value_says_so_in_words(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    receive(dossier, "6.9", interpretation="HH", is_urgent=True)
    assert "critique, haut" in text(amel.get(chart(farid, "results/")))


def test_the_list_says_who_which_kind_and_when_and_nothing_of_the_content(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    receive(dossier, "5.6")
    assert "1 document à voir" in text(amel.get(f"/units/{cast.SURGERY}/"))
    page = text(amel.get("/to-see/"))
    assert re.search(r"1 document attend", page)
    assert re.search(r"PAT-TROIS Farid .* Biologie", page)
    for word in ("Ionogramme", "Potassium", "5,6", "charmes"):
        assert word not in page
    assert re.search(r"À voir\s?: Ionogramme", text(amel.get(chart(farid))))


def test_seen_is_signed_in_the_record_leaves_the_list_and_is_taken_back(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    document = receive(dossier, "5.6")
    assert amel.get(chart(farid, f"results/{document}/")).headers["Location"] == chart(farid, f"documents/{document}/")
    page = amel.get(chart(farid, f"documents/{document}/"))
    assert "Reçu, pas encore vu" in text(page)
    assert 'data-keys="v"' in page.content.decode()
    answer = amel.post(chart(farid, f"results/{document}/seen/"), {"version": "1"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/to-see/?done=result-seen")
    listed = text(amel.get("/to-see/"))
    assert "Rien n’attend" in listed
    assert "Vus par vous aujourd’hui 1 PAT-TROIS Farid" in listed
    assert "Vous l’avez vu" in text(amel.get(chart(farid, f"documents/{document}/")))
    assert amel.post(chart(farid, f"results/{document}/seen/"), {"version": "1"}).status_code == 409
    assert amel.post(chart(farid, f"results/{document}/unseen/")).status_code == 303
    assert "1 document attend" in text(amel.get("/to-see/"))


def test_what_is_critical_comes_first_and_says_how_long_it_waits(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    receive(dossier, "4.0", ago=timedelta(hours=3))
    receive(dossier, "6.9", is_urgent=True, ago=timedelta(hours=2))
    page = text(amel.get("/to-see/"))
    assert page.index("critique, pas vu, il y a 2 h") < page.index("il y a 3 h")


def test_a_corrected_version_that_came_meanwhile_is_not_signed_unread(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.records.results import services as seeing

    document = receive(dossier, "5.6")
    dossier.as_role("serment_interface")
    seeing.arrived(patient=farid, entry=document, kind="laboratory", now=NOW, version=2)
    dossier.as_role("serment_app")
    assert amel.post(chart(farid, f"results/{document}/seen/"), {"version": "1"}).status_code == 409
    assert "1 document attend" in text(amel.get("/to-see/"))
    assert amel.post(chart(farid, f"results/{document}/seen/"), {"version": "2"}).status_code == 303


def test_what_a_secretary_files_blind_waits_for_a_physician(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    odile = visitor(dossier, cast.ODILE)
    assert send(odile, farid, PDF, title="Ordonnance").status_code == 200
    assert "Rien n’attend" in text(amel.get("/to-see/"))
    answer = send(odile, farid, PDF, title="Lettre du cardiologue", category="Courrier")
    assert answer.status_code == 200
    assert "Document reçu" in text(amel.get("/to-see/"))
    assert "Lettre du cardiologue" not in text(amel.get("/to-see/"))


def test_what_was_struck_out_waits_for_nobody(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    document = receive(dossier, "5.6")
    amel.post(chart(farid, f"documents/{document}/strike-out/"), {"version": "1", "reason": "Autre patient"})
    assert "Rien n’attend" in text(amel.get("/to-see/"))


def test_a_nurse_reads_the_result_and_does_not_sign(dossier: Dossier, farid: UUID) -> None:
    document = receive(dossier, "5.6")
    bruno = visitor(dossier, cast.BRUNO)
    page = bruno.get(chart(farid, f"documents/{document}/"))
    assert "Reçu, pas encore vu" in text(page)
    assert 'data-keys="v"' not in page.content.decode()
    assert bruno.post(chart(farid, f"results/{document}/seen/"), {"version": "1"}).status_code == 403
    assert bruno.get("/to-see/").status_code == 403


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS, cast.ODILE], ids=lambda player: player.label)
def test_nobody_else_sees_or_signs_it(amel: Visitor, dossier: Dossier, farid: UUID, player: cast.Player) -> None:
    document = receive(dossier, "5.6")
    other = visitor(dossier, player)
    listed = other.get("/to-see/")
    assert listed.status_code == (200 if player is cast.CHLOE else 403)
    assert "PAT-TROIS" not in text(listed)
    for page in ("results/", f"results/{document}/", f"documents/{document}/"):
        assert other.get(chart(farid, page)).status_code == 403, page
    for act in ("seen", "unseen"):
        assert other.post(chart(farid, f"results/{document}/{act}/"), {"version": "1"}).status_code == 403, act
    assert "1 document attend" in text(amel.get("/to-see/"))


def test_nobody_takes_back_the_signature_of_another(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    document = receive(dossier, "5.6")
    amel.post(chart(farid, f"results/{document}/seen/"), {"version": "1"})
    assert visitor(dossier, cast.BRUNO).post(chart(farid, f"results/{document}/unseen/")).status_code == 403
    assert "Rien n’attend" in text(amel.get("/to-see/"))


def test_what_is_critical_is_told_first_and_by_its_value_where_the_record_begins(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    receive(dossier, "6.7", "4.6", is_urgent=True, interpretation="HH")
    synthesis = text(amel.get(chart(farid)))
    assert re.search(r"À faire \d+ Résultat critique, à voir\s?: Potassium 6,7\s?mmol/L \(haut\)", synthesis)
    assert re.search(r"Résultat critique, à voir\s?: Potassium 6,7\s?mmol/L \(haut\) Ionogramme", text(amel.get(chart(farid, "results/"))))


def test_what_waits_is_called_by_its_name_and_goes_once_it_was_seen(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    document = receive(dossier, "4.6")
    assert re.search(r"À voir\s?: Ionogramme", text(amel.get(chart(farid))))
    assert "critique" not in text(amel.get(chart(farid)))
    page = amel.get(chart(farid, f"documents/{document}/")).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    assert amel.post(chart(farid, f"results/{document}/seen/"), {"version": version[1]}).status_code == 303
    assert not re.search(r"À voir\s?: Ionogramme", text(amel.get(chart(farid))))


def test_along_time_a_panel_is_one_line_with_its_values(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    receive(dossier, "5.6")
    line = text(amel.get(chart(farid, "timeline/")))
    assert re.search(r"Ionogramme sanguin Comptes rendus d’examens Potassium 5,6\s?mmol/L \(haut\)", line)
    assert len(re.findall("Potassium", line)) == 1


def test_what_waits_is_told_in_part_and_counted_whole_but_for_what_is_urgent(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    from serment.dossier.web.pages import synthesis

    for number in range(synthesis.WAITING_SHOWN + 2):
        receive(dossier, "4.6", ago=timedelta(hours=2, minutes=number))
    receive(dossier, "6.7", is_urgent=True, interpretation="HH")
    told = text(amel.get(chart(farid)))
    assert len(re.findall(r"À voir\s?: Ionogramme", told)) == synthesis.WAITING_SHOWN - 1
    assert "et 3 autres à voir" in told
    assert "Potassium 6,7" in told


def test_the_page_of_results_opens_nothing_of_what_nurses_typed(
    amel: Visitor, dossier: Dossier, farid: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    from serment.dossier.records.observations import resources

    receive(dossier, "5.6", "4.4")
    bruno = visitor(dossier, cast.BRUNO)
    assert bruno.post(chart(farid, "vitals/"), {"pulse": "72", "saturation": "98", "token": str(uuid4())}).status_code == 303
    opened: list[str] = []
    whole = resources.read
    monkeypatch.setattr(resources, "read", lambda entry: opened.append(whole(entry).label) or whole(entry))
    assert "5,6" in text(amel.get(chart(farid, "results/")))
    assert set(opened) == {"Potassium"}
