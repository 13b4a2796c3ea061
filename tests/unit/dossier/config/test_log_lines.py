"""A log never quotes what an exception quotes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from serment.dossier.config import logs

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def root_kept() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def line(capsys: Capture) -> dict[str, Any]:
    """The one line that was logged."""
    (text,) = capsys.readouterr().err.splitlines()
    parsed: dict[str, Any] = json.loads(text)
    return parsed


def fail() -> None:
    raise ValueError("Key (birth_name)=(DUPONT) already exists")


def test_an_error_is_its_type_and_its_places(capsys: Capture) -> None:
    logs.configure()
    try:
        fail()
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/patients/find/?name=DUPONT")
    logged = line(capsys)
    assert logged["error"] == "builtins.ValueError"
    assert "fail" in logged["where"][-1]
    assert logged["event"] == "Internal Server Error: /patients/find/"
    assert "DUPONT" not in json.dumps(logged)


def test_the_arguments_of_other_libraries_are_left_out(capsys: Capture) -> None:
    logs.configure()
    logging.getLogger("somebody").warning("row %s", {"name": "DUPONT"})
    assert line(capsys)["event"] == "row %s"


def test_our_own_events_keep_their_fields(capsys: Capture) -> None:
    logs.configure()
    structlog.get_logger("serment.test").info("started", process="web")
    logged = line(capsys)
    assert (logged["event"], logged["process"], logged["level"]) == ("started", "web", "info")
