"""What takes two people, in Chromium: an administrator proposes, another approves with the passkey; a colleague unlocks a nurse."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from serment.dossier.demonstration.staff import STAFF
from serment.entrance import passkeys
from serment.guard import settings
from serment.guardhouse import start
from tests.fixtures.instance import Running
from tests.journeys import looking
from tests.journeys.conftest import Workstation

pytestmark = pytest.mark.browser

Arrive = Callable[..., Workstation]
PICTURES = os.environ.get("SERMENT_PICTURES", "")
DENIS, SYLVIE = (one for one in STAFF if one.role == "administrator")


def picture(who: Workstation, name: str) -> None:
    if not PICTURES:
        return
    for scheme in ("light", "dark"):
        who.page.emulate_media(color_scheme=scheme)
        who.page.screenshot(path=Path(PICTURES) / f"{name}-{scheme}.png", full_page=True)
    who.page.emulate_media(color_scheme="light")


def settled(arrive: Arrive, instance: Running, *people: tuple[str, UUID]) -> list[Workstation]:
    """People at workstations whose passkeys are a month old: what is new decides nothing."""
    found = []
    for label, _ in people:
        found.append(arrive())
        found[-1].sign_in(label)
    guard = start.guard(settings.load(str(instance.data_dir / "config" / "guard.json")))
    with guard.pool.connection() as tx:
        for _, account in people:
            for key in passkeys.of_account(guard, tx, account):
                passkeys.PASSKEYS.put(guard, tx, replace(key, added_at=guard.clock() - timedelta(days=30)))
    guard.pool.close()
    guard.dossier_pool.close()
    for one in found:
        one.page.context.clear_cookies()
        one.page.goto(f"{one.base_url}/sign-in/")
        one.page.get_by_role("button", name="Me connecter avec ma clé").click()
        one.page.wait_for_url(lambda address: "/sign-in/" not in address, timeout=20_000)
        one.page.wait_for_load_state("networkidle")
    return found


def test_a_unit_is_declared_by_one_and_approved_by_another_with_the_passkey(workstation: Arrive, demo_instance: Running) -> None:
    denis, sylvie = settled(workstation, demo_instance, (DENIS.label, DENIS.id), (SYLVIE.label, SYLVIE.id))
    denis.go("/administration/")
    picture(denis, "administration-empty")
    denis.page.get_by_role("link", name="Déclarer une unité").click()
    denis.page.get_by_label("Nom de l’unité").fill("Néphrologie")
    denis.page.get_by_label("Code de l’unité").fill("NEPH")
    denis.page.get_by_label("Établissement", exact=True).select_option(index=1)
    denis.page.get_by_label("Motif").fill("Ouverture du service")
    picture(denis, "administration-propose")
    denis.page.get_by_role("button", name="Proposer").click()
    denis.page.get_by_role("button", name="Retirer").wait_for()
    assert denis.page.get_by_role("button", name="Approuver").count() == 0

    sylvie.go("/administration/")
    assert "Néphrologie" in sylvie.text
    assert "Ouverture du service" in sylvie.text
    picture(sylvie, "administration-decide")
    sylvie.page.get_by_role("button", name="Approuver avec ma clé").click()
    told = sylvie.page.locator(".toast", has_text="Approuvée, et faite")
    told.wait_for()
    # Told once: the page read again does not say it again.
    sylvie.page.reload()
    sylvie.page.get_by_role("heading", level=1).wait_for()
    assert told.count() == 0
    sylvie.go("/administration/people/")
    picture(sylvie, "administration-people")
    with psycopg.connect(demo_instance.db_url("owner")) as tx:
        row = tx.execute("select name from unit where code = 'NEPH'").fetchone()
    assert row == ("Néphrologie",)
    assert denis.complaints == sylvie.complaints == []


def test_who_has_lost_every_key_gets_a_code_that_is_shown_once(workstation: Arrive, demo_instance: Running) -> None:
    denis, sylvie = settled(workstation, demo_instance, (DENIS.label, DENIS.id), (SYLVIE.label, SYLVIE.id))
    nurse = next(one for one in STAFF if one.role == "nurse_night")
    denis.go("/administration/propose/recovery/")
    offered = denis.page.get_by_label("Personne").inner_text().splitlines()
    denis.page.get_by_label("Personne").select_option(label=next(one for one in offered if nurse.label in one))
    denis.page.get_by_label("Motif").fill("Clé perdue, identité vérifiée au guichet")
    denis.page.get_by_role("button", name="Proposer").click()
    denis.page.get_by_role("button", name="Retirer").first.wait_for()
    sylvie.go("/administration/")
    sylvie.page.locator("section, article, form").filter(has_text=nurse.label).get_by_role(
        "button", name="Approuver avec ma clé"
    ).first.click()
    sylvie.page.get_by_role("heading", name="Remettez ce code en main propre").wait_for()
    picture(sylvie, "code-once")
    looking.well(sylvie.page, "a code, once")
    sylvie.page.get_by_role("link", name="Je l’ai remis").click()
    sylvie.page.wait_for_load_state("networkidle")
    assert denis.complaints == sylvie.complaints == []


def test_at_the_hard_stop_a_colleague_unlocks_on_their_own_screen(workstation: Arrive, demo_instance: Running) -> None:
    nurses = [one for one in STAFF if one.role in ("nurse_day", "nurse_night") and "surgery" in one.units and one.key != "bruno"][:2]
    ines, colleague = settled(workstation, demo_instance, *((one.label, one.id) for one in nurses))
    with psycopg.connect(demo_instance.db_url("owner")) as tx:
        query = """select distinct s.patient_id from stay s join unit u on u.id = s.unit_id where s.ended_at is null and u.code <> '6268'
                   and not exists (select 1 from stay o join unit v on v.id = o.unit_id where o.patient_id = s.patient_id
                                   and v.code = '6268') order by 1 limit 8"""
        strangers = [str(row[0]) for row in tx.execute(query).fetchall()]
    for patient in strangers:
        ines.go(f"/patients/{patient}/")
        ines.page.get_by_role("button", name=re.compile("Ouvrir sans lien")).click()
        ines.page.wait_for_load_state("networkidle")
        if ines.page.get_by_role("button", name=re.compile("Présenter ma clé|ma clé")).count() and "collègue" not in ines.text:
            ines.page.get_by_role("button", name=re.compile("clé")).first.click()
            ines.page.wait_for_load_state("networkidle")
        if ines.page.get_by_role("button", name="Demander à mes collègues").count():
            break
    picture(ines, "unlock-needed")
    ines.page.get_by_role("button", name="Demander à mes collègues").click()
    ines.page.get_by_text("Vos collègues voient votre demande").wait_for()
    picture(ines, "unlock-asked")
    # The colleague is doing something else, and sees it without being called.
    colleague.page.get_by_text("collègue demande à être débloqué").wait_for(timeout=30_000)
    picture(colleague, "unlock-told")
    colleague.page.get_by_role("link", name=re.compile("Débloquer")).click()
    colleague.page.wait_for_load_state("networkidle")
    assert nurses[0].label in colleague.text
    picture(colleague, "unlock-requests")
    colleague.page.get_by_role("button", name="Débloquer avec ma clé").click()
    colleague.page.locator(".toast", has_text="Votre collègue peut continuer").wait_for()
    ines.page.get_by_role("heading", name="Un collègue vous a débloqué").wait_for()
    picture(ines, "unlock-given")
    ines.page.get_by_role("link", name="Reprendre le dossier").click()
    ines.page.wait_for_load_state("networkidle")
    ines.page.get_by_role("button", name=re.compile("Ouvrir sans lien")).click()
    ines.page.wait_for_load_state("networkidle")
    assert "collègue" not in ines.heading
    assert not [one for one in ines.complaints if "403" not in one]
