"""Letters: begun from the record, looked at as pages, signed once, completed, handed over."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from django.http import HttpResponse

from serment.wire.signing import ACT
from tests import cast
from tests.fixtures.dossier import Dossier
from tests.unit.dossier.web.visitor import Visitor, admit_to_a_bed, chart, text, visitor
from tests.unit.guard.test_meters import act

LETTER = "letters/physician/"
DISCHARGE = "letters/discharge/"


@pytest.fixture
def farid(dossier: Dossier) -> UUID:
    patient = dossier.admitted(cast.FARID)
    admit_to_a_bed(dossier, patient, "212")
    return patient


@pytest.fixture
def amel(dossier: Dossier, farid: UUID) -> Visitor:
    made = visitor(dossier, cast.AMEL)
    note = {"kind": "observation", "title": "Visite", "conclusion": "Cholécystite lithiasique, opérée.", "token": str(uuid4())}
    made.post(chart(farid, "notes/"), note)
    return made


def fields(response: HttpResponse) -> dict[str, str]:
    """What a page of a letter would send."""
    page = response.content.decode()
    found = {name: html.unescape(words.lstrip("\n")) for name, words in re.findall(r'<textarea name="(\w+)"[^>]*>([^<]*)</textarea>', page)}
    for tag in re.findall(r"<input [^>]*>", page):
        parts = dict(re.findall(r'(name|value)="([^"]*)"', tag))
        if "name" in parts:
            found[parts["name"]] = html.unescape(parts.get("value", ""))
    return {name: value for name, value in found.items() if name not in ("csrfmiddlewaretoken", "birth_name")}


def written(amel: Visitor, farid: UUID, page: str = LETTER, **more: str) -> dict[str, str]:
    typed = fields(amel.get(chart(farid, page)))
    return {**typed, "addressee": "patient", "step": "sign", **more}


def looked_at(amel: Visitor, farid: UUID, page: str, form: dict[str, str]) -> dict[str, str]:
    """What the page to sign would send, before the passkey is touched."""
    shown = amel.post(chart(farid, page), {**form, "step": "preview"})
    assert shown.status_code == 200, text(shown)
    return {**fields(shown), "step": "sign"}


def touched(amel: Visitor, form: dict[str, str]) -> dict[str, str]:
    return {**form, **act(amel.browser, ACT, UUID(form["subject"]))}


def signed(amel: Visitor, farid: UUID, page: str = LETTER, **more: str) -> str:
    """The address of a letter that was just signed."""
    answer = amel.post(chart(farid, page), touched(amel, looked_at(amel, farid, page, written(amel, farid, page, **more))))
    assert answer.status_code == 303, text(answer)
    return str(answer.headers["Location"]).split("?")[0]


def pdf(amel: Visitor, address: str) -> bytes:
    found: Any = amel.get(f"{address}content")
    return b"".join(found.streaming_content)


def test_a_letter_begins_with_what_the_record_says(amel: Visitor, farid: UUID) -> None:
    begun = fields(amel.get(chart(farid, LETTER)))
    assert "PAT-TROIS Farid" in begun["text"]
    assert "Cholécystite lithiasique, opérée." in begun["text"]
    assert "Cholécystite lithiasique, opérée." in fields(amel.get(chart(farid, DISCHARGE)))["course"]


def test_the_pages_are_seen_before_anything_is_signed(amel: Visitor, farid: UUID) -> None:
    page = amel.post(chart(farid, LETTER), written(amel, farid, step="preview", title="Des nouvelles"))
    assert page.status_code == 200
    assert b"data:image/png;base64," in page.content
    assert "Aucun document" in text(amel.get(chart(farid, "documents/")))
    # Somebody who goes away here finds it again.
    assert fields(amel.get(chart(farid, LETTER)))["title"] == "Des nouvelles"


def test_a_signed_letter_is_an_archived_page_under_its_authors_number(amel: Visitor, farid: UUID) -> None:
    address = signed(amel, farid, title="Des nouvelles de votre patient")
    page = text(amel.get(address))
    assert "Des nouvelles de votre patient" in page
    assert f"Signée par {cast.AMEL.label}, Chirurgienne le" in page
    assert f"RPPS {cast.AMEL.rpps}" in page
    content = pdf(amel, address)
    assert content.startswith(b"%PDF-")
    assert b"pdfaid" in content
    assert "</svg>brouillon</span>" not in amel.get(chart(farid, "letters/")).content.decode()


def test_a_letter_is_signed_by_a_touch_for_its_very_words(amel: Visitor, farid: UUID) -> None:
    form = looked_at(amel, farid, LETTER, written(amel, farid, text="Bisoprolol 5 mg."))
    # Without a touch, with one for something else, or with other words than those that were looked at, nothing is signed.
    assert amel.post(chart(farid, LETTER), form).status_code == 422
    assert amel.post(chart(farid, LETTER), {**form, **act(amel.browser, ACT, uuid4())}).status_code == 403
    again = amel.post(chart(farid, LETTER), {**touched(amel, form), "text": "Bisoprolol 50 mg."})
    assert (again.status_code, fields(again)["text"]) == (200, "Bisoprolol 50 mg.")
    assert fields(again)["subject"] != form["subject"]
    assert "Aucun document" in text(amel.get(chart(farid, "documents/")))
    answer = amel.post(chart(farid, LETTER), touched(amel, form))
    assert "texte conforme à ce que sa clé a signé" in text(amel.get(str(answer.headers["Location"]).split("?")[0]))


TOGETHER = "letters/together/"


def test_the_letters_that_are_ready_are_signed_with_one_touch(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    assert "Aucune lettre n’attend" in text(amel.get(chart(farid, TOGETHER)))
    looked_at(amel, farid, LETTER, written(amel, farid, title="Des nouvelles"))
    looked_at(amel, farid, DISCHARGE, written(amel, farid, DISCHARGE, reason="Chute", course="Suites simples.", follow="Revoir."))
    amel.post(chart(farid, "drafts/letter-certificate/"), {"title": "Certificat", "facts": "Ecchymose."})
    page = amel.get(chart(farid, TOGETHER))
    assert "Signer les 2 lettres avec ma clé" in text(page)
    assert "Il manque encore quelque chose à" in text(page)
    form = {**fields(page), "step": "sign"}
    # A touch for one of them, or a letter that changed since, signs none.
    assert amel.post(chart(farid, TOGETHER), {**form, **act(amel.browser, ACT, uuid4())}).status_code == 403
    looked_at(amel, farid, LETTER, written(amel, farid, title="Autre chose"))
    again = amel.post(chart(farid, TOGETHER), touched(amel, form))
    assert (again.status_code, fields(again)["subject"] != form["subject"]) == (200, True)
    assert "Aucun document" in text(amel.get(chart(farid, "documents/")))
    form = touched(amel, {**fields(again), "step": "sign"})
    assert amel.post(chart(farid, TOGETHER), form).status_code == 303
    page = amel.get(chart(farid, "documents/")).content.decode()
    letters = set(re.findall(r'href="(/patients/[^"]+/documents/[0-9a-f-]{36}/)"', page))
    assert len(letters) == 2
    for address in letters:
        assert "texte conforme à ce que sa clé a signé" in text(amel.get(address))
    assert "Aucune lettre n’attend" in text(amel.get(chart(farid, TOGETHER)))


def test_looking_at_the_letters_that_are_ready_writes_nothing(amel: Visitor, dossier: Dossier, farid: UUID) -> None:
    def kept() -> list[tuple[object, ...]]:
        with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as tx:
            return tx.execute("select form, saved_at, sealed from draft").fetchall()

    looked_at(amel, farid, LETTER, written(amel, farid))
    before = kept()
    assert "Signer la lettre avec ma clé" in text(amel.get(chart(farid, TOGETHER)))
    assert kept() == before != []


def test_a_touch_that_is_over_signs_none_of_the_letters_and_says_so(amel: Visitor, farid: UUID) -> None:
    looked_at(amel, farid, LETTER, written(amel, farid))
    form = {**fields(amel.get(chart(farid, TOGETHER))), "step": "sign"}
    answer = amel.post(chart(farid, TOGETHER), form)
    assert answer.status_code == 422
    assert "Rien n’est signé" in text(answer)
    assert "Aucun document" in text(amel.get(chart(farid, "documents/")))


def test_the_same_form_sent_twice_signs_once(amel: Visitor, farid: UUID) -> None:
    form = touched(amel, looked_at(amel, farid, LETTER, written(amel, farid)))
    assert [amel.post(chart(farid, LETTER), form).status_code for _ in range(2)] == [303, 303]
    assert text(amel.get(chart(farid, "documents/"))).count("Courrier au médecin traitant") == 1


def test_a_letter_is_not_among_the_notes_and_its_words_are_found(amel: Visitor, farid: UUID) -> None:
    signed(amel, farid, text="Sténose de la carotide gauche.")
    assert "carotide" not in text(amel.get(chart(farid, "notes/")))
    assert "carotide" in text(amel.post(chart(farid, "search/"), {"words": "carotide"}))


@pytest.mark.parametrize(("missing", "kind"), [("text", "physician"), ("follow", "discharge"), ("facts", "certificate"), ("title", "free")])
def test_what_a_letter_needs_is_asked_for(amel: Visitor, farid: UUID, missing: str, kind: str) -> None:
    form = {"title": "Objet", "text": "x", "reason": "x", "course": "x", "follow": "x", "day": "x", "facts": "x", "purpose": "x"}
    answer = amel.post(
        chart(farid, f"letters/{kind}/"), {**form, missing: "", "addressee": "patient", "step": "sign", "token": str(uuid4())}
    )
    assert answer.status_code == 422
    assert "Ce champ est nécessaire." in text(answer)
    assert "Aucun document" in text(amel.get(chart(farid, "documents/")))


def test_a_certificate_says_who_examined_whom_and_when(amel: Visitor, farid: UUID) -> None:
    form = {"title": "Certificat médical", "day": "24/11/2026", "facts": "Ecchymose de 4 cm du bras gauche.", "purpose": "l’intéressé"}
    form |= {"token": str(uuid4())}
    answer = amel.post(chart(farid, "letters/certificate/"), touched(amel, looked_at(amel, farid, "letters/certificate/", form)))
    assert answer.status_code == 303
    found = text(amel.post(chart(farid, "search/"), {"words": "soussigné"}))
    assert "certifie avoir examiné le 24/11/2026 M. PAT-TROIS Farid" in found


def test_a_letter_is_completed_by_another_and_never_changed(amel: Visitor, farid: UUID) -> None:
    address = signed(amel, farid)
    path = address.removeprefix(chart(farid))
    before = pdf(amel, address)
    begun = fields(amel.get(chart(farid, f"{path}addendum/")))
    assert begun["title"].startswith("Additif à : Courrier au médecin traitant du")
    later = signed(amel, farid, f"{path}addendum/", text="Le résultat attendu est normal.")
    assert "la lettre que celle-ci complète" in text(amel.get(later))
    assert "Additif à : Courrier" in text(amel.get(address))
    assert pdf(amel, address) == before


def test_whom_a_letter_reached_is_written_down(amel: Visitor, farid: UUID) -> None:
    address = signed(amel, farid)
    assert "Pas encore remise" in text(amel.get(address))
    assert amel.post(f"{address}delivered/", {"version": "1", "to": "Le patient", "how": "handed"}).status_code == 303
    page = text(amel.get(address))
    assert "Le patient remise en main propre" in page
    assert f"{cast.AMEL.label}, Chirurgienne" in page
    # Somebody who looked at it before cannot write over what is new.
    assert amel.post(f"{address}delivered/", {"version": "1", "to": "Dr Martin", "how": "mssante"}).status_code == 422
    assert amel.post(f"{address}delivered/", {"version": "2", "to": "", "how": "mssante"}).status_code == 422
    assert amel.post(f"{address}delivered/", {"version": "2", "to": "x", "how": "pigeon"}).status_code == 422


def test_who_leaves_today_without_a_lettre_de_liaison_is_marked_until_it_is_signed_and_handed_over(
    amel: Visitor, dossier: Dossier, farid: UUID
) -> None:
    leave_today(dossier, farid)
    unit = f"/units/{cast.SURGERY}/"
    assert "1 lettre de liaison à écrire" in text(amel.get(unit))
    assert "lettre de liaison à écrire" in text(amel.get(chart(farid)))
    address = signed(amel, farid, DISCHARGE, reason="Cholécystite", follow="Consultation dans un mois.")
    assert "lettre de liaison à écrire" not in text(amel.get(unit))
    assert "lettre de liaison à remettre" in text(amel.get(chart(farid)))
    amel.post(f"{address}delivered/", {"version": "1", "to": "Le patient", "how": "handed"})
    assert "lettre de liaison à" not in text(amel.get(chart(farid)))
    amel.post(f"{address}strike-out/", {"version": "2", "reason": "Mauvais patient"})
    assert "1 lettre de liaison à écrire" in text(amel.get(unit))


def test_a_nurse_signs_neither_certificate_nor_lettre_de_liaison(dossier: Dossier, farid: UUID) -> None:
    bruno = visitor(dossier, cast.BRUNO)
    offered = text(bruno.get(chart(farid, "letters/")))
    assert "Lettre libre" in offered
    assert "Certificat" not in offered
    for kind in ("certificate", "discharge", "referral"):
        assert bruno.get(chart(farid, f"letters/{kind}/")).status_code == 403
        assert bruno.post(chart(farid, f"letters/{kind}/"), {"step": "sign"}).status_code == 403


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS, cast.ODILE], ids=lambda player: player.label)
def test_nobody_else_writes_or_sees_a_letter(amel: Visitor, dossier: Dossier, farid: UUID, player: cast.Player) -> None:
    address = signed(amel, farid).removeprefix(chart(farid))
    other = visitor(dossier, player)
    for page in ("letters/", LETTER, DISCHARGE, TOGETHER, address, f"{address}content", f"{address}addendum/"):
        assert other.get(chart(farid, page)).status_code in (403, 404), page
    for page in (LETTER, TOGETHER, f"{address}addendum/", f"{address}delivered/"):
        assert other.post(chart(farid, page), {"step": "sign", "version": "1", "to": "x", "how": "handed"}).status_code in (403, 404), page
    assert "Courrier au médecin" not in text(other.get(chart(farid, "documents/")))


def test_an_unknown_kind_of_letter_is_not_found(amel: Visitor, farid: UUID) -> None:
    assert amel.get(chart(farid, "letters/poem/")).status_code == 404
    assert amel.get(chart(farid, "letters/addendum/")).status_code == 404
    assert amel.get(chart(farid, f"documents/{uuid4()}/addendum/")).status_code == 404


def leave_today(dossier: Dossier, patient: UUID) -> None:
    import psycopg

    with psycopg.connect(dossier.databases.dsn("superuser", "serment")) as connection:
        connection.execute("update stay set expected_end = %s where patient_id = %s", (datetime.now(UTC), patient))
