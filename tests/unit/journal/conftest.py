"""Loggers that no earlier test has tied to its own configuration."""

from __future__ import annotations

import pytest
import structlog

from serment.journal import outside, sequencer, stamping, witnessing


@pytest.fixture(autouse=True)
def fresh_loggers(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (outside, sequencer, stamping, witnessing):
        if hasattr(module, "log"):
            monkeypatch.setattr(module, "log", structlog.get_logger())
