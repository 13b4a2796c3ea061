"""A wrong configuration is named, and none of its values told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from serment.dossier.kernel import config

WHOLE = {
    "instance": "1", "demonstration": True, "origin": "http://localhost:8000/", "rp_id": "localhost", "guard_socket": "/g",
    "data_dir": "/d", "objects_dir": "/o", "dossier_dsn": "postgresql://serment_app:hush@localhost/serment", "secret_key": "hush",
}  # fmt: skip


def file(folder: Path, content: object) -> Path:
    path = folder / "web.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_whole_file_is_read_and_its_secrets_are_not_in_its_repr(tmp_path: Path) -> None:
    loaded = config.load(file(tmp_path, WHOLE))
    assert loaded.origin == "http://localhost:8000"
    assert "hush" not in repr(loaded)


@pytest.mark.parametrize("name", [name for name in WHOLE if name != "secret_key"])
def test_a_missing_setting_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(config.ConfigurationError, match=name):
        config.load(file(tmp_path, {key: value for key, value in WHOLE.items() if key != name}))


@pytest.mark.parametrize("value", ["true", 1, "yes", None])
def test_only_true_makes_a_demonstration(tmp_path: Path, value: object) -> None:
    assert not config.load(file(tmp_path, {**WHOLE, "demonstration": value})).demonstration


def test_an_unreadable_file_is_named_and_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigurationError) as caught:
        config.load(file(tmp_path, '{"secret_key": "hush"'))
    assert "web.json" in str(caught.value)
    assert "hush" not in str(caught.value)


def test_no_file_named_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SERMENT_CONFIG", raising=False)
    config.current.cache_clear()
    with pytest.raises(config.ConfigurationError, match="SERMENT_CONFIG"):
        config.current()
