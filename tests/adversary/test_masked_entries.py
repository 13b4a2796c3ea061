"""A nurse with `care` open looks for what the patient had masked: by every page and list, over FHIR, with the application's own role."""

from __future__ import annotations

import re
from urllib.parse import quote
from uuid import UUID, uuid4

import psycopg
import pytest

from tests import cast
from tests.fixtures.applications import registered
from tests.fixtures.dossier import Dossier, dossier
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

__all__ = ["dossier"]

TITLE, SECRET = "Entretien confidentiel", "Consommation de cocaïne"


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    patient = dossier.admitted(cast.FARID)
    dossier.house.tie(patient, kind="treating", reference=f"treating:{cast.AMEL.id}", holder_account=cast.AMEL.id)
    return patient


@pytest.fixture
def bruno(dossier: Dossier, farid: UUID) -> Visitor:
    return visitor(dossier, cast.BRUNO)


@pytest.fixture
def masked(bruno: Visitor, farid: UUID) -> str:
    """A note that Bruno wrote, with an addendum, and then masked."""
    token = str(uuid4())
    bruno.post(chart(farid, "notes/"), {"kind": "note", "title": TITLE, "text": SECRET, "token": token})
    bruno.post(chart(farid, f"notes/{token}/addendum/"), {"text": f"Suite de {SECRET}", "token": str(uuid4())})
    page = bruno.get(chart(farid, f"entries/{token}/mask/"))
    assert "Vous ne la relirez pas vous-même" in text(page)
    for _ in range(2):
        answer = bruno.post(chart(farid, f"entries/{token}/mask/"), {"version": "1", "reason": "Il le demande"})
        assert answer["Location"].endswith("?done=masked"), "sent twice it is masked once"
    return token


PAGES = (
    "", "reason/", "allergies/", "problems/", "notes/", "vitals/", "results/", "stays/", "documents/", "correspondents/", "wishes/",
    "timeline/", "elements/", "openings/", "notes/newer/",
)  # fmt: skip


def gives_nothing(content: str, masked: str) -> bool:
    return not any(word in content for word in (TITLE, SECRET, "cocaïne", masked))


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_it_nor_that_it_is(bruno: Visitor, farid: UUID, masked: str, page: str) -> None:
    answer = bruno.get(chart(farid, page), since="1") if "newer" in page else bruno.get(chart(farid, page))
    assert answer.status_code == 200
    assert gives_nothing(answer.content.decode(), masked)


def test_its_own_addresses_answer_as_for_what_never_was(bruno: Visitor, farid: UUID, masked: str) -> None:
    for page in ("entries/{}/", "elements/{}/", "notes/{}/addendum/", "notes/{}/strike-out/", "entries/{}/mask/", "documents/{}/"):
        there, never = (bruno.get(chart(farid, page.format(entry))) for entry in (masked, uuid4()))
        assert (there.status_code, never.status_code) == (404, 404), page
        assert gives_nothing(text(there), masked)
    assert bruno.get(chart(farid, f"entries/{masked}/unmask/")).status_code == 403
    assert bruno.post(chart(farid, f"entries/{masked}/unmask/"), {"version": "2", "reason": "x"}).status_code == 403


def test_a_search_in_the_record_does_not_find_it(bruno: Visitor, farid: UUID, masked: str) -> None:
    for query in ("cocaine", "entretien", "suite"):
        answer = bruno.post(chart(farid, "search/"), {"words": query})
        assert "résultat" not in text(answer) or gives_nothing(answer.content.decode().replace(query, ""), masked)
        assert TITLE not in answer.content.decode()


def test_an_application_reads_nothing_of_it(dossier: Dossier, bruno: Visitor, farid: UUID, masked: str) -> None:
    from tests.unit.dossier.interop.test_fhir_door import Program

    program = Program(registered(dossier.house))
    program.sign_in()
    for path in (f"/fhir/Patient/{farid}/$everything", f"/fhir/Composition?patient={farid}", f"/fhir/Composition/{masked}"):
        assert gives_nothing(program.get(path.split("?")[0]).content.decode(), masked)


def test_the_role_of_the_application_is_shown_no_row_of_it(dossier: Dossier, farid: UUID, masked: str) -> None:
    """Eve runs what SQL she likes in the web process, with Bruno's ticket."""
    opening = dossier.house.browser(cast.BRUNO).open(farid)
    assert "sealed" not in opening.keys
    with psycopg.connect(dossier.databases.dsn("serment_app", "serment")) as connection:
        connection.execute("select set_config('serment.ticket', %s, false)", (opening.ticket,))
        assert connection.execute("select count(*) from entry where id = %s", (masked,)).fetchone() == (0,)
        for attack in (
            "delete from masking", "update masking set lifts = version",
            "insert into masking (patient_id, entry_id, version, lifts, author, at) "
            f"values ('{farid}', '{masked}', 3, 2, '{cast.CHLOE.id}', now())",
        ):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(attack)


def test_the_treating_physician_reads_it_and_shows_it_again(dossier: Dossier, bruno: Visitor, farid: UUID, masked: str) -> None:
    amel = visitor(dossier, cast.AMEL)
    page = amel.get(chart(farid, "notes/"))
    assert SECRET in text(page)
    assert "masqué" in text(page)
    assert re.search(quote(masked), page.content.decode())
    assert "masqué" in text(amel.get(chart(farid, f"entries/{masked}/")))
    answer = amel.post(chart(farid, f"entries/{masked}/unmask/"), {"version": "2", "reason": "Il ne le souhaite plus"})
    assert answer["Location"].endswith("?done=unmasked")
    assert SECRET in text(bruno.get(chart(farid, "notes/")))


def test_a_protected_note_is_born_so(dossier: Dossier, bruno: Visitor, farid: UUID) -> None:
    form = {"kind": "note", "title": TITLE, "text": SECRET, "protected": "on", "token": str(uuid4())}
    answer = bruno.post(chart(farid, "notes/"), form)
    assert answer["Location"].endswith("?done=note-protected")
    assert gives_nothing(bruno.get(chart(farid, "notes/")).content.decode(), str(form["token"]))
    assert SECRET in text(visitor(dossier, cast.AMEL).get(chart(farid, "notes/")))


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS, cast.ODILE], ids=lambda player: player.label)
def test_who_does_not_read_care_masks_nothing(dossier: Dossier, bruno: Visitor, farid: UUID, player: cast.Player) -> None:
    token = str(uuid4())
    bruno.post(chart(farid, "notes/"), {"kind": "note", "title": TITLE, "text": SECRET, "token": token})
    stranger = visitor(dossier, player)
    for page in ("mask", "unmask"):
        assert stranger.post(chart(farid, f"entries/{token}/{page}/"), {"version": "1", "reason": "x"}).status_code == 403
    assert SECRET in text(bruno.get(chart(farid, "notes/")))
