"""A demonstration that shows its witness: it cosigns from the first minute, survives being killed, and says so when asked."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import pytest

from tests.fixtures import instance
from tests.fixtures.instance import Running

pytestmark = [pytest.mark.instance, pytest.mark.timeout(300)]


def until_cosigned(running: Running, size: int) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while True:
        [witness] = running.status()["witnesses"]
        if witness["size"] >= size and not witness["trouble"]:
            return dict(witness)
        assert time.monotonic() < deadline, witness
        time.sleep(0.5)


def test_the_witness_of_a_demonstration_cosigns_and_is_replaced_when_killed() -> None:
    with instance.data_folder() as data_dir:
        running = instance.start("demo", data_dir, "--patients", "3", "--witness")
        try:
            assert running.base_url, "\n".join(running.lines)
            size = running.status()["checkpoint"]["size"]
            assert size > 0
            assert until_cosigned(running, size)["alarm"] is False
            assert running.status()["processes"]["witness"]["memory_mb"] < 25
            key = json.loads((data_dir / "instance.json").read_text())["witness_key"]
            verified = running.operator("journal", "verify", "--witness", key)
            assert verified.returncode == 0, verified.stdout + verified.stderr
            assert "Témoin temoin.demonstration : contresigné jusqu'à" in verified.stdout
            assert "[ok]     Le témoin temoin.demonstration a contresigné" in running.operator("doctor").stdout
            os.kill(running.pid("witness"), signal.SIGKILL)
            time.sleep(2)
            assert [line for line in running.lines if "Témoin (witness) : arrêt inattendu (SIGKILL)" in line]
            assert until_cosigned(running, size)["size"] >= size
        finally:
            running.stop()
        assert running.descendants() == []
