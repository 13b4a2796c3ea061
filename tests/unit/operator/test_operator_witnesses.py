"""What an operator writes about witnesses, and what they are told of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from serment.operator import configuration, doctor, status
from serment.operator.configuration import Addresses
from serment.operator.errors import OperatorError
from serment.operator.instance import Instance
from serment.wire.witnessing import Witnesses, WitnessState

HERE = Addresses(port=8000, mllp_port=2575)
AT = datetime(2026, 11, 23, 14, 5, 6, tzinfo=UTC)


def instance(folder: Path, **facts: Any) -> Instance:
    (folder / "config").mkdir(exist_ok=True)
    return Instance(data_dir=folder, facts={"demonstration": True, **facts}, secrets={})


def heard(*states: WitnessState, stamped: bool = False, stamp_trouble: str = "", stamped_at: datetime | None = None) -> Witnesses:
    return Witnesses(
        witnesses=states, stamped=stamped, stamped_size=7 if stamped_at else 0, stamped_at=stamped_at, stamp_trouble=stamp_trouble
    )


def one(trouble: str = "") -> WitnessState:
    return WitnessState(name="temoin.example/1", size=40, at=AT, lag=2, trouble=trouble, claimed=50)


def test_without_a_file_nobody_vouches(tmp_path: Path) -> None:
    assert configuration.outside(instance(tmp_path), HERE) == {}


def test_what_the_administrator_wrote_reaches_the_guard(tmp_path: Path) -> None:
    written = {"witnesses": [{"url": "https://w.example", "key": "w+1+a"}], "timestamp_authority": {"url": "u", "certificates": "c"}}
    here = instance(tmp_path)
    (here.config / "witnesses.json").write_text(json.dumps(written))
    assert configuration.outside(here, HERE) == written


def test_a_misspelt_setting_is_refused_rather_than_passed_over(tmp_path: Path) -> None:
    here = instance(tmp_path)
    (here.config / "witnesses.json").write_text('{"witness": []}')
    with pytest.raises(OperatorError, match=r"réglage inconnu \(witness\)\. Réglages possibles : timestamp_authority, witnesses"):
        configuration.outside(here, HERE)


def test_the_witness_that_a_demonstration_shows_comes_after_the_others(tmp_path: Path) -> None:
    here = instance(tmp_path, witness_key="t+2+b")
    shown = {"url": "http://127.0.0.1:7001", "key": "t+2+b"}
    at = Addresses(port=8000, mllp_port=2575, witness_port=7001)
    assert configuration.outside(here, at) == {"witnesses": [shown]}
    (here.config / "witnesses.json").write_text('{"witnesses": [{"url": "u", "key": "k"}]}')
    assert configuration.outside(here, at) == {"witnesses": [{"url": "u", "key": "k"}, shown]}


@pytest.mark.parametrize(
    ("said", "level", "text"),
    [
        (None, "info", "Aucun témoin ne contresigne le journal : voir docs/runbooks/witness.md."),
        (heard(), "info", "Aucun témoin ne contresigne le journal : voir docs/runbooks/witness.md."),
        (heard(one()), "ok", "Le témoin temoin.example/1 a contresigné 40 entrées."),
        (heard(one("ahead")), "wrong", "ALERTE : le témoin temoin.example/1 connaît un autre journal que celui-ci (50 entrées)."),
        (heard(one("forked")), "wrong", "ALERTE : le témoin temoin.example/1 connaît un autre journal que celui-ci (50 entrées)."),
        (heard(one("unreachable")), "wrong", "Le témoin temoin.example/1 ne répond pas : 2 entrées attendent."),
        (heard(one("refused")), "wrong", "Le témoin temoin.example/1 ne connaît pas ce journal ou sa clé"),
        (heard(stamped=True, stamp_trouble="unreachable"), "wrong", "L'autorité d'horodatage ne répond pas."),
        (heard(stamped=True, stamped_at=AT), "ok", "Le journal est horodaté jusqu'à 7 entrées."),
    ],
)
def test_the_doctor_says_where_each_witness_stands(said: Witnesses | None, level: str, text: str) -> None:
    [finding] = doctor._outside(said)
    assert finding.level == level
    assert finding.text.startswith(text)


def test_an_authority_that_has_not_stamped_yet_is_no_finding() -> None:
    assert list(doctor._outside(heard(stamped=True))) == []


def test_status_tells_alarms_from_trouble() -> None:
    assert status._witness(one("ahead")) == {
        "name": "temoin.example/1", "size": 40, "at": AT.isoformat(), "lag": 2, "trouble": "ahead", "claimed": 50, "alarm": True,
    }  # fmt: skip
    assert [status._witness(one(word))["alarm"] for word in ("", "refused", "unreachable", "forked")] == [False, False, False, True]
    assert status._stamp(heard()) is None
    assert status._stamp(heard(stamped=True)) == {"size": 0, "at": None, "trouble": ""}
    assert status._stamp(heard(stamped=True, stamped_at=AT)) == {"size": 7, "at": AT.isoformat(), "trouble": ""}
