"""The daily digest: what two people decided, in words, from the journal, printed or sent once by a mail relay."""

from __future__ import annotations

import contextlib
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from serment.auditor import command, digest
from serment.operator.digest import Morning, relay
from serment.oversight.four_eyes import proposals
from tests import cast
from tests.fixtures.house import House
from tests.fixtures.postgres import Databases
from tests.unit.oversight.test_four_eyes import decide, propose


class Mailbox(socketserver.StreamRequestHandler):
    """A mail server that takes everything (RFC 5321), or refuses every recipient."""

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):
            self._speak(self.server)  # type: ignore[arg-type]

    def _speak(self, box: Post) -> None:
        self.wfile.write(b"220 here\r\n")
        while line := self.rfile.readline():
            word = line.split(b" ")[0].strip().upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                box.letters.append(body)
            if word == b"RCPT" and box.refuses:
                self.wfile.write(b"550 nobody\r\n")
            else:
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 ok\r\n")
            if word == b"QUIT":
                return


class Post(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Mailbox)
        self.letters: list[bytes] = []
        self.refuses = False


@contextmanager
def post() -> Iterator[Post]:
    with Post() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def dsn(databases: Databases) -> str:
    return databases.dsn("serment_auditor", "serment_guard")


@pytest.fixture
def decided(house: House) -> date:
    """A day on which two administrators assigned a doctor, refused a role, and added a person after its delay."""
    # At noon in France: what is decided at midnight is of two days.
    now = house.clock().astimezone(digest.PARIS)
    house.clock.ahead += now.replace(hour=12, minute=0) + timedelta(days=1) - now
    denis, claire = house.browser(cast.DENIS), house.browser(cast.CLAIRE)
    decide(claire, propose(denis, "assignment", subject=cast.CHLOE.id, unit=str(cast.SURGERY)).id)
    decide(claire, propose(denis, "role", subject=cast.CHLOE.id, role="coder").id, approve=False)
    decide(claire, propose(denis, "account", label="Zoé NEUVE", profession="Infirmière", role="nurse_day").id)
    house.clock.pass_by(minutes=16)
    proposals.execute_due(house.guard, house.clock())
    return house.clock().astimezone(digest.PARIS).date()


def config(folder: Path, server: Post, **more: object) -> Path:
    file = folder / "mail.json"
    port = server.server_address[1]
    said = {"host": "127.0.0.1", "port": port, "tls": "none", "from": "serment@clinique.example", "to": "dpo@clinique.example", **more}
    file.write_text(json.dumps(said), encoding="utf-8")
    return file


def test_the_officer_reads_who_proposed_who_decided_and_what(dsn: str, decided: date) -> None:
    told = digest.text(digest.read(dsn, decided))
    assert told.startswith(f"Ce qui s'est décidé le {decided:%d/%m/%Y}\n====")
    for words in (
        f"Proposé : affecter à une unité. {cast.DENIS.label}, {cast.DENIS.profession}.",
        f"Décidé : affecter à une unité. {cast.CLAIRE.label}",
        "Fait : affecter à une unité",
        "Refusé : changer une fonction",
        "Fait : ajouter une personne",
        "label : Zoé NEUVE",
        f"unit : {cast.UNITS[cast.SURGERY]}",
        f"subject : {cast.CHLOE.label}",
        "lignes du journal",
    ):
        assert words in told, words


def test_a_review_that_nobody_answered_reaches_the_officer_by_mail(dsn: str, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from serment.guard.review import queue
    from tests.unit.guard.test_meters import untied

    monkeypatch.setattr(queue.secrets, "randbelow", lambda most: 0)
    untied(house.browser(cast.NADIA), house.admit(cast.FARID))
    house.clock.pass_by(hours=25)
    with house.guard.pool.connection() as tx:
        assert queue.escalate(house.guard, tx, house.clock()) == 1
    told = digest.text(digest.read(dsn, house.clock().astimezone(digest.PARIS).date()))
    assert "Relecture restée sans réponse. Le gardien, de lui-même." in told
    assert f"account : {cast.NADIA.label}, {cast.NADIA.profession}" in told


def test_a_day_on_which_nothing_was_decided_says_so(dsn: str, decided: date) -> None:
    before = decided - timedelta(days=40)
    assert digest.text(digest.read(dsn, before)) == f"Ce qui s'est décidé le {before:%d/%m/%Y} : rien.\n"


def test_the_digest_is_printed(dsn: str, decided: date, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["digest", "--dsn", dsn, "--day", decided.isoformat()]) == 0
    assert "Zoé NEUVE" in capsys.readouterr().out
    assert command.main(["digest", "--dsn", dsn]) == 0
    assert command.main(["digest", "--dsn", ""]) == 2
    assert command.main(["digest", "--dsn", "postgresql://nobody@127.0.0.1:1/none"]) == 5


def test_it_is_sent_as_one_message_whose_number_is_the_days(dsn: str, decided: date, tmp_path: Path) -> None:
    with post() as server:
        assert command.main(["digest", "--dsn", dsn, "--day", decided.isoformat(), "--mail", str(config(tmp_path, server))]) == 0
    (letter,) = server.letters
    message = message_from_bytes(letter, policy=policy.default)
    assert (message["From"], message["To"]) == ("serment@clinique.example", "dpo@clinique.example")
    assert message["Message-ID"] == f"<digest.{decided:%Y%m%d}.serment@clinique.example>"
    assert f"{decided:%d/%m/%Y}" in message["Subject"]
    assert "Zoé NEUVE" in message.get_content()


def test_a_relay_that_refuses_or_is_badly_described_is_told(
    dsn: str, decided: date, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with post() as server:
        server.refuses = True
        file = config(tmp_path, server)
        asked = ["digest", "--dsn", dsn, "--day", decided.isoformat(), "--mail", str(file)]
        assert command.main(asked) == 5
        assert "SMTPRecipientsRefused" in capsys.readouterr().err
        for more in ({"tls": "perhaps"}, {"secret": "x"}):
            config(tmp_path, server, **more)
            assert command.main(asked) == 2
    file.unlink()
    assert command.main(asked) == 5


class Told:
    def __init__(self) -> None:
        self.troubles: list[str] = []

    def trouble(self, words: str) -> None:
        self.troubles.append(words)


class Place:
    """What a morning looks at of an instance."""

    def __init__(self, folder: Path) -> None:
        self.config, self.facts = folder, dict[str, object]()

    def remember(self, **facts: object) -> None:
        self.facts.update(facts)


def test_each_morning_yesterday_is_sent_once_and_again_an_hour_later_when_it_could_not(dsn: str, tmp_path: Path) -> None:
    place, told = Place(tmp_path), Told()
    morning = Morning(place, dsn, told)  # type: ignore[arg-type]
    early, late = datetime(2026, 11, 23, 4, 30, tzinfo=UTC), datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
    assert not morning.look(late), "no relay is configured"
    with post() as server:
        config(tmp_path, server)
        assert not morning.look(early), "it is not six in France"
        server.refuses = True
        assert morning.look(late)
        morning.wait()
        assert (len(told.troubles), place.facts) == (1, {})
        assert not morning.look(late + timedelta(minutes=59))
        server.refuses = False
        assert morning.look(late + timedelta(minutes=60))
        morning.wait()
        assert place.facts == {"digest_sent": "2026-11-22"}
        assert not morning.look(late + timedelta(hours=9))
        assert morning.look(late + timedelta(hours=24))
        morning.wait()
    assert len(server.letters) == 2
    assert relay(place) == tmp_path / "mail.json"  # type: ignore[arg-type]
