"""What the web server serves, and to whom it listens about where a request came from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.fixtures.dossier import Dossier, set_up_django

SOURCE = Path(__file__).parents[4] / "src" / "serment" / "dossier"
SCRIPTS = sorted((SOURCE / "web" / "static" / "serment" / "js").glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_our_scripts_never_make_markup_of_a_text(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert not re.search(r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|Function)\b\s*[(=]", text)
    assert "__proto__" not in text


@pytest.mark.parametrize("process", sorted(path.stem for path in (SOURCE / "config" / "settings").glob("*.py") if path.stem != "__init__"))
def test_no_process_runs_in_debug_mode(process: str) -> None:
    text = (SOURCE / "config" / "settings" / f"{process}.py").read_text(encoding="utf-8")
    assert re.findall(r"^DEBUG\b.*$", text, flags=re.MULTILINE) == (["DEBUG = False"] if process == "base" else [])


def test_a_folder_of_static_files_lists_nothing(dossier: Dossier) -> None:
    from django.test import Client

    client = Client(headers={"host": "localhost:8000"})
    for folder in ("/static/", "/static/serment/", "/static/serment/js/", "/static/serment/js/../../settings.py", "/static/.git/config"):
        answer = client.get(folder)
        assert answer.status_code == 404, folder
        assert b"ceremony.js" not in answer.content
    assert client.get("/static/serment/js/sw.js").status_code == 200


def test_every_text_answer_names_its_characters(dossier: Dossier) -> None:
    from django.test import Client

    client = Client(headers={"host": "localhost:8000"})
    for page in ("/-/ready", "/sign-in/", "/sw.js", "/static/serment/css/base.css", "/static/serment/js/sw.js", "/nowhere/"):
        assert client.get(page)["Content-Type"].replace('"', "").endswith("; charset=utf-8"), page


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("127.0.0.1", "10.1.2.3", "10.1.2.3"),
        ("::1", "6.6.6.6, 10.1.2.3", "10.1.2.3"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("10.9.9.9", "10.1.2.3", "10.9.9.9"),
        ("10.9.9.9", "127.0.0.1", "10.9.9.9"),
    ],
)
def test_only_a_proxy_of_this_machine_is_believed_about_where_a_request_came_from(peer: str, forwarded: str, believed: str) -> None:
    """What the visitor writes in the header stands before what the proxy adds: only the last address counts."""
    set_up_django()
    from django.test import RequestFactory

    from serment.dossier.web.sign_in import middleware

    request = RequestFactory().get("/", REMOTE_ADDR=peer, headers={"x-forwarded-for": forwarded} if forwarded else {})
    assert middleware.source(request) == believed


def test_a_password_is_hidden_may_be_pasted_and_is_known_to_a_password_manager() -> None:
    fields = [
        field
        for template in sorted((SOURCE / "web" / "templates").rglob("*.html"))
        for field in re.findall(r"<input[^>]*name=\"password\"[^>]*>", template.read_text(encoding="utf-8"))
        # The password of a copy is made here and shown once: nobody types it.
        if 'type="hidden"' not in field
    ]
    assert len(fields) == 2
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
    assert not any("paste" in script.read_text(encoding="utf-8") for script in SCRIPTS)
