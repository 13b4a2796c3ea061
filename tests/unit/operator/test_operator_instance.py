"""The folder of an instance: private, held by one, never overwritten, never taken for another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from serment.operator import instance as instances
from serment.operator import stamps
from serment.operator.errors import BUSY, RESOURCE, USAGE, OperatorError
from serment.operator.instance import Instance
from serment.operator.places import SOCKET_FOLDER_BYTES_MAX, private_folder, socket_folder


def test_secrets_are_made_once_and_are_ours_alone(tmp_path: Path) -> None:
    first = Instance.create(tmp_path / "data", demonstration=True)
    again = Instance.create(tmp_path / "data", demonstration=True)
    assert first.secrets == again.secrets
    assert first.facts["instance"] == again.facts["instance"]
    assert len(set(first.secrets.values())) == len(first.secrets)
    assert first.config.stat().st_mode & 0o077 == 0
    assert [path.name for path in first.config.iterdir() if path.stat().st_mode & 0o077] == []


def test_a_real_installation_keeps_no_passphrase(tmp_path: Path) -> None:
    instance = Instance.create(tmp_path / "data", demonstration=False)
    assert not (instance.config / "passphrase").exists()


def test_a_demonstration_is_never_taken_for_a_real_installation(tmp_path: Path) -> None:
    Instance.create(tmp_path / "data", demonstration=True)
    with pytest.raises(OperatorError, match="porte une démonstration") as caught:
        Instance.create(tmp_path / "data", demonstration=False)
    assert caught.value.code == USAGE


@pytest.mark.parametrize("change", [{"format": 99}, {"version": "99.0.0"}])
def test_data_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path, change: dict[str, object]) -> None:
    instance = Instance.create(tmp_path / "data", demonstration=True)
    instance.remember(**change)
    before = (tmp_path / "data" / "instance.json").read_bytes()
    with pytest.raises(OperatorError, match="version plus récente"):
        Instance.create(tmp_path / "data", demonstration=True)
    assert (tmp_path / "data" / "instance.json").read_bytes() == before


def test_versions_compare_as_numbers() -> None:
    assert stamps.is_newer("99.0")
    assert not stamps.is_newer(stamps.version())
    assert not stamps.is_newer("0.0.9")


def test_a_folder_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.odt").write_text("mine")
    with pytest.raises(OperatorError, match="contient autre chose que Serment"), instances.hold(tmp_path):
        pytest.fail("held")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.odt"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    Instance.create(tmp_path / "data", demonstration=True)
    (tmp_path / "data" / "instance.json").write_text("{")
    with pytest.raises(OperatorError, match=r"instance\.json est abîmé"):
        Instance.read(tmp_path / "data")


def test_the_second_who_comes_is_told_who_is_there(tmp_path: Path) -> None:
    script = f"""
import sys
from pathlib import Path
from serment.operator import instance
from serment.operator.errors import OperatorError
try:
    with instance.hold(Path({str(tmp_path)!r})): pass
except OperatorError as error:
    print(error); sys.exit(error.code)
"""
    with instances.hold(tmp_path) as note:
        note("http://localhost:8123")
        assert instances.is_locked(tmp_path)
        second = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert second.returncode == BUSY
    assert f"processus {os.getpid()}, http://localhost:8123" in second.stdout
    assert not instances.is_locked(tmp_path)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OperatorError, match="ne peut pas être") as caught, instances.hold(tmp_path / "file" / "data"):
        pytest.fail("held")
    assert caught.value.code == RESOURCE


def test_an_instance_that_does_not_run_has_no_address(tmp_path: Path) -> None:
    instance = Instance.create(tmp_path / "data", demonstration=True)
    (tmp_path / "data" / "run.json").write_text(json.dumps({"pid": 1}))
    with pytest.raises(OperatorError, match="ne tourne pas"):
        instance.running()


def test_sockets_of_a_deep_folder_go_where_their_names_fit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    deep = tmp_path / ("d" * 90)
    found = socket_folder(deep)
    assert found.parent == tmp_path
    assert len(os.fsencode(tmp_path / "run")) > SOCKET_FOLDER_BYTES_MAX or socket_folder(tmp_path / "run") == tmp_path / "run"


def test_a_folder_that_somebody_else_opened_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run").chmod(0o755)
    with pytest.raises(OperatorError, match="n'est pas privé"):
        private_folder(tmp_path / "run")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(OperatorError, match="n'est pas privé"):
        private_folder(tmp_path / "link")
