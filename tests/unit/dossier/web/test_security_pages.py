"""The security officer's morning: what is live, what to read, what to review, whom to cut."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from serment.guard.review import queue
from serment.wire import reviewing
from serment.wire.witnessing import Witnesses, WitnessState
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, chart, text, visitor

OFFICERS = (cast.SONIA, cast.DPO)
OTHERS = (cast.BRUNO, cast.CHLOE, cast.ODILE, cast.DENIS)


@pytest.fixture(autouse=True)
def all_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue.secrets, "randbelow", lambda most: 0)


def broken_glass(dossier: Dossier, *, name: str = "PAT-TROIS") -> UUID:
    """Chloe opens the record of somebody of another ward in an emergency."""
    patient = dossier.admitted(cast.person(name, number=f"N-{name}"))
    opened = visitor(dossier, cast.CHLOE).post(chart(patient, "break-glass/"), {"reason": "vital_emergency", "text": "Arrêt au 207"})
    assert opened.status_code == 303
    return patient


def waiting(officer: Visitor) -> list[str]:
    return re.findall(r'href="(/security/reviews/[0-9a-f-]{36}/)"', officer.get("/security/reviews/").content.decode())


@pytest.mark.parametrize(
    "page", ["", "reviews/", "emergencies/", "accounts/", f"reviews/{UUID(int=7)}/", f"accounts/{UUID(int=7)}/contain/"]
)
@pytest.mark.parametrize("player", OTHERS, ids=lambda one: one.role)
def test_nobody_else_sees_the_security_pages(dossier: Dossier, player: cast.Player, page: str) -> None:
    assert visitor(dossier, player).get(f"/security/{page}").status_code == 403


def test_the_live_page_shows_a_broken_glass_and_names_no_patient(dossier: Dossier) -> None:
    patient = broken_glass(dossier)
    for player in OFFICERS:
        page = visitor(dossier, player).get("/security/")
        assert page.status_code == 200
        assert cast.CHLOE.label in text(page)
        assert str(patient) in text(page)
        assert "PAT-TROIS" not in page.content.decode()
        assert "Arrêt au 207" not in page.content.decode()


def test_a_broken_glass_is_read_one_by_one_and_the_keyboard_goes_on_to_the_next(dossier: Dossier) -> None:
    for name in ("PREMIER", "SECOND"):
        broken_glass(dossier, name=name)
    sonia = visitor(dossier, cast.SONIA)
    buttons = re.findall(r'hx-post="(/security/emergencies/[0-9a-f-]{36}/read/)"', sonia.get("/security/").content.decode())
    assert len(buttons) == 2
    part = sonia.post(buttons[0], htmx=True)
    assert part.status_code == 200
    assert "<html" not in part.content.decode()
    (focused,) = re.findall(r'<button class="button button-small" id="read-([0-9a-f-]{36})" autofocus>', part.content.decode())
    assert focused in buttons[1]
    done = sonia.post(buttons[1])
    assert (done.status_code, done["Location"]) == (303, "/security/?done=notice-read")
    assert "Tout est lu." in text(sonia.get("/security/"))
    assert text(sonia.get("/security/emergencies/")).count(cast.CHLOE.label) == 2


def test_every_few_seconds_the_part_alone_comes_and_takes_no_focus(dossier: Dossier) -> None:
    broken_glass(dossier)
    sonia = visitor(dossier, cast.SONIA)
    page = sonia.get("/security/").content.decode()
    assert re.search(r'hx-get="/security/" hx-trigger="every \d+s"', page)
    headers = {"DPoP": sonia.browser.proof("GET", "/security/"), "HX-Request": "true"}
    part = sonia.client.get("/security/", headers=headers).content.decode()
    assert "<html" not in part
    assert "autofocus" not in part
    assert 'id="hour-table" hx-swap-oob="true"' in part
    # Whatever can have the focus is found again by its name.
    for button in re.findall(r"<(?:button|a|summary)\b[^>]*>", part):
        assert " id=" in button


def test_the_figures_stand_in_a_table_as_well_as_in_the_plots(dossier: Dossier) -> None:
    broken_glass(dossier)
    page = visitor(dossier, cast.SONIA).get("/security/").content.decode()
    for words in ("Dossiers ouverts", "Urgences déclarées", "Refus", "Connexions", "Recherches", "Clés présentées", "Demandes de clé"):
        assert f'<th scope="row">{words}</th>' in page
    assert page.count('<svg class="hours"') == len(reviewing.COUNTED)
    assert len(re.findall(r'<svg class="hours"[^>]* role="img" aria-label="[^"]+"><title>[^<]+</title><desc>[^<]+</desc>', page)) == 8
    assert page.count('class="number">') >= 24 * 8


def test_only_the_security_officer_cuts_an_account_and_is_asked_once_more(dossier: Dossier) -> None:
    address = f"/security/accounts/{cast.CHLOE.id}/contain/"
    for player in (*OTHERS[:1], cast.DENIS, cast.DPO):
        assert visitor(dossier, player).post(address).status_code == 403
    chloe, sonia = visitor(dossier, cast.CHLOE), visitor(dossier, cast.SONIA)
    assert chloe.get("/help/").status_code == 200
    assert address in sonia.get("/security/accounts/").content.decode()
    assert "Suspendre Dr Chloé MARTIN" in text(sonia.get(address))
    assert chloe.get("/help/").status_code == 200
    done = sonia.post(address)
    assert (done.status_code, done["Location"]) == (303, "/security/accounts/?done=account-contained")
    assert chloe.get("/help/").status_code in (401, 403)
    assert "Comptes suspendus" in text(sonia.get("/security/"))


def test_an_account_that_does_not_exist_cannot_be_cut(dossier: Dossier) -> None:
    assert visitor(dossier, cast.SONIA).get(f"/security/accounts/{UUID(int=7)}/contain/").status_code == 404


def test_the_queue_says_in_sentences_what_remains_to_be_explained(dossier: Dossier) -> None:
    broken_glass(dossier)
    page = visitor(dossier, cast.DPO).get("/security/reviews/")
    for words in (
        "Dr Chloé MARTIN",
        "Le patient était suivi dans une autre unité.",
        "C’est la première fois que ce compte ouvre ce dossier.",
    ):
        assert words in text(page)
    assert "PAT-TROIS" not in page.content.decode()


def test_one_review_shows_where_who_and_which_ties_and_nothing_clinical(dossier: Dossier) -> None:
    patient = broken_glass(dossier)
    sonia = visitor(dossier, cast.SONIA)
    page = sonia.get(waiting(sonia)[0])
    for words in ("Médecine", "Chirurgie viscérale", "Urgence vitale", str(patient), "Aucun lien n’est venu dans les vingt-quatre heures."):
        assert words in text(page)
    for secret in ("PAT-TROIS", "FARID", "Arrêt au 207"):
        assert secret not in page.content.decode()


def test_legitimate_closes_the_review_and_leaves_the_account_alone(dossier: Dossier) -> None:
    broken_glass(dossier)
    sonia = visitor(dossier, cast.SONIA)
    (address,) = waiting(sonia)
    done = sonia.post(address, {"answer": "legitimate"})
    assert (done.status_code, done["Location"]) == (303, "/security/reviews/?done=review-legitimate")
    page = sonia.get(address)
    assert "légitime" in text(page)
    assert 'name="answer"' not in page.content.decode()
    assert visitor(dossier, cast.CHLOE).get("/help/").status_code == 200
    assert sonia.post(address, {"answer": "legitimate"}).status_code == 409


def test_not_legitimate_cuts_the_account_at_once(dossier: Dossier) -> None:
    broken_glass(dossier)
    chloe, sonia = visitor(dossier, cast.CHLOE), visitor(dossier, cast.SONIA)
    done = sonia.post(waiting(sonia)[0], {"answer": "illegitimate"})
    assert done["Location"] == "/security/reviews/?done=review-illegitimate"
    assert chloe.get("/help/").status_code in (401, 403)


def test_an_answer_that_is_none_changes_nothing(dossier: Dossier) -> None:
    broken_glass(dossier)
    sonia = visitor(dossier, cast.SONIA)
    (address,) = waiting(sonia)
    assert sonia.post(address, {"answer": "perhaps"}).status_code == 400
    assert waiting(sonia) == [address]


def test_an_unknown_review_is_not_found(dossier: Dossier) -> None:
    assert visitor(dossier, cast.SONIA).get(f"/security/reviews/{UUID(int=7)}/").status_code == 404


def test_without_a_witness_the_page_says_what_that_means(dossier: Dossier) -> None:
    assert "Aucun témoin extérieur ne contresigne le journal" in text(visitor(dossier, cast.SONIA).get("/security/"))


@pytest.mark.parametrize(
    ("trouble", "said", "is_alarm"),
    [("", "à jour", False), ("ahead", "ALERTE", True), ("forked", "ALERTE", True), ("unreachable", "ne répond pas", False)],
)
def test_what_a_witness_says_stands_on_the_live_page(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, trouble: str, said: str, is_alarm: bool
) -> None:
    state = WitnessState(name="temoin.example/1", size=40, at=None, lag=2, trouble=trouble, claimed=50)
    heard = Witnesses(witnesses=(state,), stamped=True, stamped_size=0, stamped_at=None, stamp_trouble="refused")
    monkeypatch.setattr("serment.dossier.accounts.queries.witnesses", lambda: heard)
    page = text(visitor(dossier, cast.SONIA).get("/security/"))
    assert "temoin.example/1" in page
    assert said in page
    assert ("connaît un autre journal que celui-ci" in page) is is_alarm
    assert "Dernier horodatage pas encore" in page
