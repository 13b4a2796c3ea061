"""What an administrator may choose about signing in, and how a mistake is said."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from serment.credentials.provider import Provider
from serment.guard import settings
from serment.operator import configuration
from serment.operator.errors import USAGE, OperatorError
from serment.operator.instance import Instance

PSC = {"issuer": "https://psc.example", "client_id": "serment", "secret_file": "/etc/serment/psc.secret"}


def chosen(tmp_path: Path, choice: dict[str, Any] | None, *, demonstration: bool = False) -> dict[str, Any]:
    instance = Instance.create(tmp_path / "data", demonstration=demonstration)
    if choice is not None:
        (instance.config / "ways-in.json").write_text(json.dumps(choice), encoding="utf-8")
    return configuration.ways_in(instance)


@pytest.mark.parametrize("demonstration", [True, False])
def test_a_password_is_for_demonstrations_unless_an_administrator_chose_so(tmp_path: Path, demonstration: bool) -> None:
    assert chosen(tmp_path, None, demonstration=demonstration) == {"allow_reduced_assurance": demonstration}
    assert chosen(tmp_path, {"allow_reduced_assurance": not demonstration}, demonstration=demonstration) == {
        "allow_reduced_assurance": not demonstration
    }


def test_what_is_chosen_reaches_the_guard(tmp_path: Path) -> None:
    assert chosen(tmp_path, {"idle_minutes": 5, "oidc": PSC}) == {"allow_reduced_assurance": False, "idle_minutes": 5, "oidc": PSC}
    assert set(configuration.PROVIDER) == {field.name for field in fields(Provider)}


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"idle": 5}, "réglage inconnu : idle"),
        ({"oidc": {**PSC, "secret": "x"}}, "réglage inconnu : secret"),
        ({"oidc": {**PSC, "issuer": ""}}, "fournisseur d'identité : issuer"),
        ({"oidc": {"issuer": "https://psc.example", "client_id": "serment"}}, "fournisseur d'identité : secret_file"),
    ],
)
def test_a_mistake_stops_the_start_and_is_named(tmp_path: Path, choice: dict[str, Any], said: str) -> None:
    with pytest.raises(OperatorError, match=said) as caught:
        chosen(tmp_path, choice)
    assert caught.value.code == USAGE


@pytest.mark.parametrize(("minutes", "counted"), [(None, 10), (5, 5), (0, 1), (-3, 1), (60, 60), (600, 60)])
def test_a_workstation_locks_within_the_hour_whatever_was_chosen(tmp_path: Path, minutes: int | None, counted: int) -> None:
    raw = {
        "instance": "x", "origin": "http://localhost:8000", "rp_id": "localhost", "guard_socket": "x", "guard_dsn": "x", "dossier_dsn": "x",
        "master_key_file": "x", **({} if minutes is None else {"idle_minutes": minutes}), "oidc": PSC,
    }  # fmt: skip
    file = tmp_path / "guard.json"
    file.write_text(json.dumps(raw), encoding="utf-8")
    found = settings.load(str(file))
    assert (found.idle, found.reduced_assurance, found.provider) == (timedelta(minutes=counted), False, Provider(**PSC))
