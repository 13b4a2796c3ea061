"""What counts as taken: read from the bytes of an answer, and from nothing else."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from serment.drill import __main__ as drill
from serment.drill.loot import Loot
from serment.drill.outcome import Outcome
from serment.drill.target import NoTarget, Target

FARID, INES = "3f2b0c56-6c1e-4f39-9a3b-5a4f0d6b7c81", "9d1f7a54-2f0e-4c1f-8d3c-0a1b2c3d4e5f"


def line(patient: str, name: str, born: str) -> str:
    return f'<li><a class="line-name" href="/patients/{patient}/"><b>{name}</b> Farid</a><span>47 ans · {born}</span></li>'


def chart(*, care: bool) -> str:
    band = '<span class="band-surname">PAT-TROIS</span> <span class="band-given">Farid</span> 28/03/1979'
    return band + ("<h2>Dernières notes</h2>" if care else "<p>Les soins restent fermés.</p>")


def test_a_ward_list_is_as_many_lines_as_it_names_people_with_their_birth_dates() -> None:
    loot = Loot()
    loot.read(
        f"<ol>{line(FARID, 'PAT-TROIS', '28/03/1979')}{line(INES, 'HORS-SOINS', '02/01/1950')}{line(INES, 'HORS-SOINS', '02/01/1950')}</ol>"
    )
    assert (loot.lines, loot.records) == ({FARID, INES}, set())


def test_a_name_without_its_birth_date_is_no_identity_line() -> None:
    loot = Loot()
    loot.read(line(FARID, "PAT-TROIS", "bientôt"))
    assert loot.lines == set()


@pytest.mark.parametrize(("care", "records"), [(True, {FARID}), (False, set())])
def test_a_chart_is_a_full_record_only_with_its_clinical_content(care: bool, records: set[str]) -> None:
    loot = Loot()
    loot.read(chart(care=care), patient=FARID)
    assert (loot.lines, loot.records) == ({FARID}, records)


def test_a_resource_counts_and_an_outcome_does_not() -> None:
    loot = Loot()
    loot.read(json.dumps({"resourceType": "OperationOutcome", "issue": [{"diagnostics": '"AllergyIntolerance"'}]}), patient=FARID)
    loot.read("{not json", patient=FARID)
    assert loot.records == set()
    loot.read(json.dumps({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "AllergyIntolerance"}}]}), patient=INES)
    assert loot.records == {INES}


def test_own_patients_are_counted_apart() -> None:
    loot = Loot(own={FARID})
    loot.read(chart(care=True), patient=FARID)
    loot.read(chart(care=True), patient=INES)
    assert loot.strangers == {INES}


def test_known_people_are_found_in_stolen_bytes_by_name_and_birth_date_together() -> None:
    loot = Loot()
    people = {FARID: ("PAT-TROIS", "28/03/1979"), INES: ("HORS-SOINS", "02/01/1950")}
    loot.find("x PAT-TROIS y 28/03/1979 z HORS-SOINS", people)
    assert loot.lines == {FARID}


class Scenario:
    ID, BOUND = "S1", "R <= 25"

    def __init__(self, result: Outcome | Exception) -> None:
        self.result = result

    def run(self, target: Target) -> Outcome:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def outcome(*, held: bool) -> Outcome:
    return Outcome(records=26, identity_lines=3, seconds=4.0, stopped_by="lease", held=held)


def test_a_report_has_the_fields_that_a_machine_reads() -> None:
    played = drill.play(Scenario(outcome(held=False)), Target(url=""))
    assert {name: played[name] for name in ("id", "bound", "records", "identity_lines", "seconds", "stopped_by", "held")} == {
        "id": "S1", "bound": "R <= 25", "records": 26, "identity_lines": 3, "seconds": 4.0, "stopped_by": "lease", "held": False,
    }  # fmt: skip
    assert "NO" in drill.table([played])


@pytest.mark.parametrize("error", [NoTarget("no clock"), ValueError("boom")])
def test_a_scenario_that_cannot_be_played_has_shown_nothing(error: Exception) -> None:
    played = drill.play(Scenario(error), Target(url=""))
    assert (played["held"], played["stopped_by"].startswith("not played")) == (False, True)


def test_a_clock_that_is_not_ours_is_not_moved() -> None:
    from datetime import timedelta

    with pytest.raises(NoTarget):
        Target(url="https://staging.example").pass_by(timedelta(hours=1))


def test_every_attack_has_its_file_and_an_unknown_one_is_refused() -> None:
    assert sorted((one.ID for one in drill.scenarios("")), key=lambda id: int(id[1:])) == [f"S{n}" for n in range(1, 13)]
    done = subprocess.run([sys.executable, "-m", "serment.drill", "--only", "S99"], capture_output=True, text=True, check=False)
    assert (done.returncode, "S99" in done.stderr) == (1, True)
