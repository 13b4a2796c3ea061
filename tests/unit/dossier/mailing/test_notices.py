"""What is written to the authorities: every field, from the incident's figures, and nothing that nobody knows."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from serment.dossier.mailing import notices, printing, words
from serment.dossier.mailing.figures import COMPLEMENTARY, INITIAL, OUTSIDE_MALICIOUS, Case, Controller, Figures
from serment.dossier.mailing.notices import TO_WRITE, Notice

AWARE = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
NOW = AWARE + timedelta(hours=20)
CONTROLLER = Controller(
    name="Groupe des Deux Rives",
    siret="123 456 789 00012",
    finess="490000001",
    address="12 quai des Gabares, 49000 Angers",
    declarant="Sonia Haddad",
    declarant_quality="Responsable de la sécurité",
    declarant_reach="02 41 00 00 01",
    officer="Hervé Lecoq",
    officer_reach="02 41 00 00 02",
)
FIGURES = Figures(
    certain=1200,
    possible=34,
    minors=210,
    deceased=12,
    protected_adults=9,
    by_kind={"identity": 1234, "telephone": 900, "prescriptions": 300},
    first_at=AWARE - timedelta(days=3),
    last_at=AWARE - timedelta(hours=1),
)
CASE = Case(
    reference="INC-2026-014",
    stage=INITIAL,
    controller=CONTROLLER,
    figures=FIGURES,
    aware_at=AWARE,
    discovered="Alerte sur un compte",
    origin=OUTSIDE_MALICIOUS,
    description="Compte dérobé",
    measures_before="Chiffrement par dossier",
    measures_after="Compte suspendu",
    care_impact="Aucune",
    integrity_impact="Aucune",
    complaint="Déposée le 20/11/2026",
    authorities="CERT Santé",
)


def value(notice: Notice, label: str) -> str:
    (found,) = (value for section in notice.sections for one, value in section.fields if one == label)
    return found


def labels(notice: Notice) -> list[str]:
    return [label for section in notice.sections for label, _ in section.fields]


def test_a_notice_says_what_article_33_asks_for() -> None:
    made = notices.cnil(CASE, now=NOW)
    assert made.missing == ()
    assert value(made, "Nombre de personnes") == "1\u202f234, dont 1\u202f200 certaines et 34 possibles"
    assert value(made, "Catégories de personnes") == "Patients, dont 210 mineurs, dont 9 majeurs protégés, dont 12 personnes décédées"
    assert "traitements et ordonnances (300)" in value(made, "Catégories de données")
    assert value(made, "Données sensibles (article 9)") == "Oui\u00a0: santé"
    assert value(made, "Numéro de sécurité sociale") == "Non"
    assert value(made, "Prise de connaissance") == "20/11/2026 09:30"
    assert value(made, "Échéance des 72 heures") == "23/11/2026 09:30"
    assert value(made, "Délégué à la protection des données") == "Hervé Lecoq"
    assert {"Mesures prises ou proposées", "Pour les personnes", "Description", "Origine"} <= set(labels(made))


def test_within_seventy_two_hours_no_reason_for_a_delay_is_asked_and_afterwards_it_is() -> None:
    assert "Motifs du retard" not in labels(notices.cnil(CASE, now=CASE.deadline))
    late = notices.cnil(CASE, now=CASE.deadline + timedelta(seconds=1))
    assert late.missing == ("Motifs du retard",)
    assert notices.cnil(replace(CASE, late_because="Fêtes"), now=NOW + timedelta(days=9)).missing == ()


def test_a_complementary_notice_names_the_first() -> None:
    later = replace(CASE, stage=COMPLEMENTARY)
    assert notices.cnil(later, now=NOW).missing == ("Numéro de la notification initiale",)
    made = notices.cnil(replace(later, earlier_number="2026-11-1234", told=1200, told_from=date(2026, 11, 25)), now=NOW + timedelta(days=9))
    assert made.missing == ()
    assert value(made, "Personnes informées à ce jour") == "1\u202f200 sur 1\u202f234"
    assert value(made, "Depuis le") == "25/11/2026"


@pytest.mark.parametrize("name", ["discovered", "description", "measures_before", "measures_after", "complaint", "authorities"])
def test_what_nobody_wrote_is_shown_as_still_to_be_written(name: str) -> None:
    made = notices.cnil(replace(CASE, **{name: "  "}), now=NOW)
    assert len(made.missing) == 1
    assert TO_WRITE in notices.text(made)


def test_people_are_told_unless_a_written_ground_says_why_not() -> None:
    assert notices.must_tell(CASE).applies
    for ground in ("unintelligible_because", "risk_removed_because"):
        decided = notices.must_tell(replace(CASE, **{ground: "aucune clé n’a quitté le gardien"}))
        assert not decided.applies
        assert "aucune clé" in decided.grounds[0] and "article 34" in decided.grounds[0]
    public = notices.must_tell(replace(CASE, disproportionate_because="Adresses détruites."))
    assert public.applies
    assert "communication publique" in public.grounds[-1]


def test_nobody_concerned_is_an_entry_of_the_register_and_no_letter() -> None:
    none = replace(CASE, figures=Figures(certain=0, possible=0))
    assert not notices.must_tell(none).applies
    assert value(notices.register(none, now=NOW), "Article 34") == "Information non nécessaire"


@pytest.mark.parametrize(
    ("kinds", "said", "unsaid"),
    [
        ({"telephone": 3}, ["hameçonnage"], ["santé", "usurpation"]),
        ({"insurance": 3}, ["usurpation"], ["santé, couvertes"]),
        ({"allergies": 3}, ["santé, couvertes"], ["usurpation", "hameçonnage"]),
    ],
)
def test_the_grounds_follow_the_kinds(kinds: dict[str, int], said: list[str], unsaid: list[str]) -> None:
    grounds = " ".join(notices.must_tell(replace(CASE, figures=replace(FIGURES, by_kind=kinds))).grounds)
    assert all(word in grounds for word in said)
    assert not any(word in grounds for word in unsaid)


def test_the_report_to_the_health_agency_speaks_of_care_first() -> None:
    made = notices.cert_sante(CASE, now=NOW)
    assert made.missing == ()
    assert value(made, "FINESS juridique ou géographique") == "490000001"
    assert notices.cert_sante(replace(CASE, care_impact=""), now=NOW).missing == ("Sur la prise en charge des patients",)


def test_the_register_keeps_facts_effects_measures_and_the_reasoning() -> None:
    made = notices.register(CASE, now=NOW)
    assert [section.title for section in made.sections] == [
        "Faits",
        "Conséquences probables",
        "Mesures",
        "Décision sur l’information des personnes",
    ]
    assert "Motif 1" in labels(made)


@pytest.mark.parametrize("make", [notices.cnil, notices.cert_sante, notices.register])
def test_each_is_a_text_and_a_pdf_with_the_same_words(make) -> None:
    made = make(replace(CASE, description="Compte dérobé #panic() *x*"), now=NOW)
    pdf = printing.notice(made)
    assert pdf.startswith(b"%PDF-")
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not here")
    said = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True).stdout.decode()
    flat = re.sub(r"\s", "", said)
    assert [label for label in labels(made) if re.sub(r"\s", "", label) not in flat] == []
    assert all(label in notices.text(made) for label in labels(made))


def test_every_kind_of_data_has_its_word_in_a_notice() -> None:
    made = notices.cnil(replace(CASE, figures=replace(FIGURES, by_kind=dict.fromkeys(words.KINDS, 2))), now=NOW)
    assert all(french in value(made, "Catégories de données") for french, _ in words.KINDS.values())
