"""The guard has its checkpoints cosigned, waits for nobody, and hears it when a witness knows another journal than ours."""

from __future__ import annotations

import dataclasses
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from structlog.testing import capture_logs

from serment.guard.context import Guard
from serment.guard.release.status import witnesses
from serment.journal import outside, reading, signing, witnessing
from serment.journal.outside import Outlook, Standing
from serment.journal.outside import Witness as Peer
from serment.journal.sequencer import Sequencer
from serment.journal.witnessing import Submitter
from serment.wire.merkle import EMPTY_ROOT
from serment.wire.note import COSIGNATURE, BadNote, Checkpoint, Signer, cosigned_at
from serment.wire.protocol import Empty
from serment.wire.witnessing import WitnessState
from serment.witness.serving import Door
from serment.witness.submission import Answer, conflict
from serment.witness.witness import Witness
from tests.fixtures.journal import NOW, append, asked
from tests.fixtures.witnesses import NAME, address, body, door, witness_of


@dataclasses.dataclass(kw_only=True)
class Told:
    """A guard with one witness; `submitter.step()` submits."""

    guard: Guard
    witness: Witness
    door: Door

    @property
    def peer(self) -> Peer:
        return self.guard.settings.witnesses[0]

    @property
    def submitter(self) -> Submitter:
        return Submitter(self.guard, self.peer)

    def grow(self, count: int = 1) -> None:
        for _ in range(count):
            append(self.guard, account=uuid4())
        Sequencer(self.guard).step()

    def known(self) -> int:
        return self.witness.logs()[0].size

    def standing(self) -> Standing:
        return self.guard.outlook.of(self.peer)


def with_peers(guard: Guard, *peers: Peer) -> Guard:
    return dataclasses.replace(guard, settings=dataclasses.replace(guard.settings, witnesses=peers), outlook=Outlook())


@pytest.fixture
def told(guard: Guard, tmp_path: Path) -> Iterator[Told]:
    witness = witness_of(tmp_path / "w")
    witness.add(signing.signer(guard).verifier)
    with door(witness) as opened:
        peer = Peer.configured(url=f"{address(opened)}/", key=str(witness.key))
        yield Told(guard=with_peers(guard, peer), witness=witness, door=opened)


Judge = Callable[[bytes], Answer]


@pytest.fixture
def answering(told: Told, monkeypatch: pytest.MonkeyPatch) -> Callable[[Judge], None]:
    """Have the witness answer what the test wants."""

    def answer(judge: Judge) -> None:
        monkeypatch.setattr(told.witness, "add_checkpoint", judge)

    return answer


def test_the_newest_checkpoint_is_cosigned_and_the_cosignature_kept(told: Told) -> None:
    told.grow(3)
    now = told.submitter.step()
    assert (now.size, now.trouble, now.claimed) == (3, "", 3)
    [line] = asked(told.guard, "select line from journal_cosignature")
    with told.guard.pool.connection() as tx:
        note = reading.last_checkpoint(tx)
    at = cosigned_at(f"{note}{line}\n", told.witness.key)
    assert now.at is not None
    assert now.at.timestamp() == at
    assert asked(told.guard, "select at from journal_cosignature") == [now.at]
    assert asked(told.guard, "select witness from journal_cosignature") == [str(told.witness.key)]
    assert told.known() == 3


def test_as_the_journal_grows_each_submission_goes_on_from_the_last(told: Told) -> None:
    asked_from = []
    judge = told.witness.add_checkpoint

    def watch(content: bytes) -> Answer:
        asked_from.append(int(content.split()[1]))
        return judge(content)

    told.door.witness.add_checkpoint = watch  # type: ignore[method-assign]
    for count in (1, 2, 300):
        told.grow(count)
        assert told.submitter.step().trouble == ""
    assert asked_from == [0, 1, 3]
    assert told.known() == 303
    assert told.submitter.step().size == 303
    assert asked_from == [0, 1, 3, 303]
    assert asked(told.guard, "select size from journal_cosignature order by size") == [1, 3, 303]


def test_a_witness_that_knows_more_than_we_kept_is_answered_from_where_it_stands(told: Told) -> None:
    """It kept the checkpoint, and its answer was lost."""
    told.grow(5)
    with told.guard.pool.connection() as tx:
        told.witness.add_checkpoint(body(0, [], reading.last_checkpoint(tx)))
    told.grow(4)
    assert told.submitter.step() == dataclasses.replace(told.standing(), size=9, trouble="", claimed=9)


def test_a_witness_that_knows_less_than_we_kept_is_answered_from_where_it_stands(told: Told, tmp_path: Path) -> None:
    """Its folder was put back, or made anew with its key: its own auditors must see that, and it is no reason not to go on."""
    told.grow(5)
    told.submitter.step()
    for record in (tmp_path / "w" / "logs").iterdir():
        record.unlink()
    told.witness.add(signing.signer(told.guard).verifier)
    assert told.submitter.step().trouble == ""
    assert asked(told.guard, "select count(*) from journal_cosignature") == [1]


def test_a_journal_that_grew_while_the_witness_answered_is_no_alarm(told: Told, answering: Callable[[Judge], None]) -> None:
    """Another guard submitted a newer checkpoint meanwhile."""
    told.grow(2)
    judge = told.witness.add_checkpoint

    def slow(content: bytes) -> Answer:
        answering(judge)
        told.grow(3)
        with told.guard.pool.connection() as tx:
            judge(body(0, [], reading.last_checkpoint(tx)))
        return judge(content)

    answering(slow)
    now = told.submitter.step()
    assert (now.size, now.trouble) == (5, "")


def test_before_the_first_entry_the_empty_tree_is_submitted_and_nothing_kept(told: Told) -> None:
    now = told.submitter.step()
    assert (now.size, now.trouble) == (0, "")
    assert asked(told.guard, "select count(*) from journal_cosignature") == [0]
    assert told.known() == 0


# --- alarms ---


def alarms(guard: Guard) -> list[dict[str, Any]]:
    leaves = asked(guard, "select leaf from journal_entry where kind = 'witness_alarm' order by id")
    return [json.loads(bytes(leaf)) for leaf in leaves]


def elsewhere(told: Told, size: int) -> None:
    """The witness cosigned another tree of this size under our key."""
    note = signing.signer(told.guard).sign(
        Checkpoint(origin=signing.origin(told.guard.settings.instance), size=size, root=b"x" * 32).text()
    )
    assert told.witness.add_checkpoint(body(0, [], note)).status == 200


@pytest.mark.parametrize(("size", "trouble"), [(6, "ahead"), (5, "forked"), (4, "forked")])
def test_a_witness_that_knows_another_journal_is_an_alarm(told: Told, size: int, trouble: str) -> None:
    told.grow(5)
    elsewhere(told, size)
    with capture_logs() as logs:
        now = told.submitter.step()
    assert (now.trouble, now.claimed, now.size, now.at) == (trouble, size, 0, None)
    about = {"witness": NAME, "trouble": trouble, "claimed": size}
    assert logs == [{"event": "journal_forked", "log_level": "error", **about}]
    [alarm] = alarms(told.guard)
    assert (alarm["body"], alarm["account"], alarm["patient"]) == (about, None, None)


def test_an_alarm_is_told_once_and_stays_while_it_lasts(told: Told) -> None:
    told.grow(5)
    elsewhere(told, 9)
    told.submitter.step()
    with capture_logs() as logs:
        for _ in range(3):
            assert told.submitter.step().trouble == "ahead"
    assert logs == []
    assert len(alarms(told.guard)) == 1
    told.grow(20)
    assert told.submitter.step().trouble == "forked", "grown beyond what the witness knows, it is another one still"
    assert len(alarms(told.guard)) == 2


def test_an_alarm_that_could_not_be_written_down_is_told_again(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*_: object, **__: object) -> None:
        raise psycopg.OperationalError

    told.grow(5)
    elsewhere(told, 9)
    monkeypatch.setattr(witnessing, "append", lost)
    with pytest.raises(psycopg.OperationalError):
        told.submitter.step()
    monkeypatch.undo()
    assert told.submitter.step().trouble == "ahead"
    assert len(alarms(told.guard)) == 1


def test_an_emptied_journal_is_told_from_a_new_one(told: Told, databases: Any) -> None:
    told.grow(5)
    told.submitter.step()
    with psycopg.connect(databases.dsn("superuser", "serment_guard"), autocommit=True) as tx:
        tx.execute("truncate journal_entry, journal_sequence, journal_tile, journal_checkpoint, journal_counter, journal_cosignature")
    now = told.submitter.step()
    assert (now.trouble, now.claimed) == ("ahead", 5)


def test_subtrees_that_are_gone_are_an_alarm(told: Told, databases: Any) -> None:
    told.grow(3)
    told.submitter.step()
    told.grow(3)
    with psycopg.connect(databases.dsn("superuser", "serment_guard"), autocommit=True) as tx:
        tx.execute("set session_replication_role = replica")
        tx.execute("delete from journal_sequence where leaf_index = 4")
    now = told.submitter.step()
    assert (now.trouble, now.claimed, now.size) == ("forked", 0, 3)


def test_what_the_witness_claimed_is_told_with_it(told: Told, databases: Any) -> None:
    told.grow(6)
    with told.guard.pool.connection() as tx:
        judged = told.witness.add_checkpoint(body(0, [], reading.last_checkpoint(tx)))
    assert judged.status == 200
    told.grow(3)
    with psycopg.connect(databases.dsn("superuser", "serment_guard"), autocommit=True) as tx:
        tx.execute("set session_replication_role = replica")
        tx.execute("delete from journal_sequence where leaf_index = 4")
    assert told.submitter.step() == Standing(trouble="forked", claimed=6)


def test_when_it_is_over_it_is_said(told: Told, answering: Callable[[Judge], None]) -> None:
    told.grow(5)
    judge = told.witness.add_checkpoint
    answering(lambda _: conflict(9))
    assert told.submitter.step().trouble == "ahead"
    answering(judge)
    with capture_logs() as logs:
        assert told.submitter.step().trouble == ""
    assert logs == [{"event": "witness", "log_level": "info", "witness": NAME, "trouble": "", "claimed": 5}]


# --- trouble ---


@pytest.mark.parametrize("status", [301, 400, 403, 404, 500, 503])
def test_a_witness_that_refuses_is_told_and_its_last_cosignature_stays(told: Told, answering: Callable[[Judge], None], status: int) -> None:
    told.grow(2)
    before = told.submitter.step()
    told.grow(2)
    answering(lambda _: Answer(status=status, body="3\n"))
    with capture_logs() as logs:
        now = told.submitter.step()
    assert now == Standing(size=2, at=before.at, trouble="refused", claimed=2)
    assert logs == [{"event": "witness", "log_level": "warning", "witness": NAME, "trouble": "refused", "claimed": 2}]
    assert alarms(told.guard) == []


@pytest.mark.parametrize("content", ["", "\n", "5", "05\n", "-5\n", "5\n5\n", "five\n", "5 \n", "9" * 20 + "\n"])
def test_a_conflict_that_names_no_size_is_refused(told: Told, answering: Callable[[Judge], None], content: str) -> None:
    told.grow(2)
    answering(lambda _: Answer(status=409, body=content))
    assert told.submitter.step().trouble == "refused"


def test_a_witness_that_never_agrees_with_itself_is_left_alone(told: Told, answering: Callable[[Judge], None]) -> None:
    told.grow(9)
    sizes = iter(range(1, 9))
    answering(lambda _: conflict(next(sizes)))
    assert told.submitter.step() == Standing(trouble="refused", claimed=4)
    assert next(sizes) == 5, "four times, and no more"


def test_a_witness_that_says_the_size_it_was_asked_from_is_refused_below_the_newest(told: Told, answering: Callable[[Judge], None]) -> None:
    told.grow(9)
    answering(lambda content: conflict(int(content.split()[1])))
    assert told.submitter.step() == Standing(trouble="refused")


def cosigning(told: Told, **changes: Any) -> Judge:
    """A witness that cosigns something a little different."""
    signer = changes.get("signer", told.witness._signer)

    def judge(content: bytes) -> Answer:
        text = content.decode().partition("\n\n")[2].rpartition("\n\n")[0] + "\n"
        line = signer.cosign(changes.get("text", lambda it: it)(text), timestamp=changes.get("timestamp", 1795442706))
        return Answer(status=200, body=changes.get("line", lambda it: it)(line))

    return judge


@pytest.mark.parametrize(
    "changes",
    [
        {"signer": Signer(NAME, b"f" * 32, kind=COSIGNATURE)}, {"text": lambda text: text.replace("\n2\n", "\n3\n")},
        {"line": lambda line: ""}, {"line": lambda line: line[:-8] + "AAAAAA=\n"}, {"line": lambda line: line[2:]},
        {"line": lambda line: "\n" * 16 + line}, {"timestamp": 2**63 - 1}, {"timestamp": 2**63},
        {"line": lambda line: f"\n{line}"[:-1].replace("— ", "-- ")},
    ],
)  # fmt: skip
def test_what_is_not_a_cosignature_of_this_checkpoint_is_not_kept(
    told: Told, answering: Callable[[Judge], None], changes: dict[str, Any]
) -> None:
    told.grow(2)
    answering(cosigning(told, **changes))
    assert told.submitter.step().trouble == "refused"
    assert asked(told.guard, "select count(*) from journal_cosignature") == [0]


def test_signatures_of_the_witnesss_other_keys_are_passed_over(told: Told, answering: Callable[[Judge], None]) -> None:
    told.grow(2)
    other = Signer(NAME, b"f" * 32, kind=COSIGNATURE).cosign("x\n", timestamp=1)
    answering(cosigning(told, line=lambda line: other * 15 + line + "garbage"))
    assert told.submitter.step().trouble == ""
    [line] = asked(told.guard, "select line from journal_cosignature")
    assert line.startswith(f"— {NAME} ")
    assert "\n" not in line


def test_bytes_that_are_no_text_are_passed_over(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    told.grow(2)
    post = outside.post

    def noisy(url: str, content: bytes, *, kind: str) -> tuple[int, bytes]:
        status, answer = post(url, content, kind=kind)
        return status, b"\xff\xfe\n" + answer

    monkeypatch.setattr(outside, "post", noisy)
    assert told.submitter.step().trouble == ""


def test_a_witness_that_does_not_answer_is_told_and_delays_nothing(told: Told) -> None:
    told.grow(2)
    told.door.shutdown()
    told.door.server_close()
    with capture_logs() as logs:
        assert told.submitter.step() == Standing(trouble="unreachable")
        assert told.submitter.step() == Standing(trouble="unreachable")
    assert [line["event"] for line in logs] == ["witness"]
    told.grow(2)
    assert asked(told.guard, "select max(size) from journal_checkpoint") == [4]


# --- threads and what is told ---


def test_each_witness_has_its_thread_and_what_it_knows_is_told(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnessing, "PAUSE_SECONDS", 0.02)
    gone = Peer.configured(url="http://127.0.0.1:1", key=str(Witness.create(tmp_path / "gone", "gone.example").key))
    guard = with_peers(told.guard, told.peer, gone)
    told.grow(4)
    submitters = witnessing.start(guard)
    assert all(submitter._thread.daemon for submitter in submitters), "a guard that ends does not wait for a witness"
    try:
        wait = threading.Event()
        for _ in range(250):
            states = witnesses(guard, Empty(), NOW).witnesses
            if states[0].size == 4 and states[1].trouble:
                break
            wait.wait(0.02)
    finally:
        for submitter in submitters:
            submitter.stop()
    assert not any(submitter._thread.is_alive() for submitter in submitters)
    assert witnesses(guard, Empty(), NOW).witnesses == (
        WitnessState(name=NAME, size=4, at=guard.outlook.of(told.peer).at, lag=0, trouble="", claimed=4),
        WitnessState(name="gone.example", size=0, at=None, lag=4, trouble="unreachable", claimed=0),
    )


def test_a_thread_survives_a_database_that_went_away(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(witnessing, "PAUSE_SECONDS", 0.01)
    steps, twice = [], threading.Event()

    def fail(self: Submitter) -> Standing:
        steps.append(self)
        if len(steps) == 2:
            twice.set()
        raise psycopg.OperationalError("secret")

    monkeypatch.setattr(Submitter, "step", fail)
    with capture_logs() as logs:
        [submitter] = witnessing.start(told.guard)
        assert twice.wait(5)
        submitter.stop()
    assert logs[0] == {"event": "witness", "log_level": "warning", "error": "OperationalError"}


def test_lag_is_what_was_added_since_and_never_below_nothing(told: Told) -> None:
    told.grow(4)
    told.submitter.step()
    told.grow(3)
    assert witnesses(told.guard, Empty(), NOW).witnesses[0].lag == 3
    told.guard.outlook.standings[str(told.peer.key)] = Standing(size=99)
    assert witnesses(told.guard, Empty(), NOW).witnesses[0].lag == 0


def test_without_a_witness_nothing_is_started_and_nobody_is_told(guard: Guard) -> None:
    assert witnessing.start(guard) == []
    assert witnesses(guard, Empty(), NOW).witnesses == ()


def test_the_guard_may_add_cosignatures_and_never_change_or_take_one_away(told: Told) -> None:
    told.grow(1)
    told.submitter.step()
    for statement in ("delete from journal_cosignature", "update journal_cosignature set size = 2", "delete from journal_timestamp"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asked(told.guard, statement)


# --- configuration ---


KEY = str(Signer("w", b"w" * 32, kind=COSIGNATURE).verifier)


@pytest.mark.parametrize("url", ["", "w.example", "ftp://w.example", "http://", "file:///etc/passwd", "http://w.example:99999"])
def test_an_address_out_of_form_is_no_configuration(url: str) -> None:
    with pytest.raises(ValueError, match=r"^an address begins with http:// or https://$|^Port out of range 0-65535$"):
        Peer.configured(url=url, key=KEY)


def test_only_a_witnesss_key_is_one() -> None:
    assert Peer.configured(url="https://w.example/a/", key=KEY).url == "https://w.example/a"
    for key in ("", "nonsense", str(Signer("w", b"w" * 32).verifier)):
        with pytest.raises(BadNote):
            Peer.configured(url="https://w.example", key=key)


def test_an_answer_that_is_not_http_is_no_answer(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    import socketserver

    class Rude(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(4096)
            self.request.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")

    with socketserver.TCPServer(("127.0.0.1", 0), Rude) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        with pytest.raises(outside.Unreachable):
            outside.post(f"http://127.0.0.1:{server.server_address[1]}", b"x", kind="text/plain")


class Server:
    """Answers one request with bytes of our own, and keeps what was asked."""

    def __init__(self, answer: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}/tsa?who=us"
        self.asked = b""
        self._answer = answer
        self._done = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with self._listener, self._listener.accept()[0] as connection:
            while not self.asked.endswith(b"the body"):
                self.asked += connection.recv(4096)
            connection.sendall(self._answer)
            if not self._answer:
                self._done.wait(5)

    def close(self) -> None:
        self._done.set()


def test_a_request_says_what_it_is_and_where_it_goes() -> None:
    server = Server(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok")
    assert outside.post(server.url, b"the body", kind="application/kind") == (201, b"ok")
    assert server.asked.startswith(b"POST /tsa?who=us HTTP/1.1\r\n")
    assert b"\r\nContent-Type: application/kind\r\n" in server.asked


def test_an_answer_is_read_so_far_and_no_further() -> None:
    server = Server(b"HTTP/1.1 200 OK\r\nContent-Length: 70000\r\n\r\n" + b"x" * 70_000)
    assert outside.post(server.url, b"the body", kind="text/plain") == (200, b"x" * 65_536)


def test_who_listens_and_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "DEADLINE_SECONDS", 0.1)
    server = Server(b"")
    began = time.monotonic()
    with pytest.raises(outside.Unreachable):
        outside.post(server.url, b"the body", kind="text/plain")
    assert time.monotonic() - began < 3
    server.close()


def test_the_signed_empty_tree_is_the_empty_tree(told: Told, answering: Callable[[Judge], None]) -> None:
    seen: list[bytes] = []
    answering(lambda content: seen.append(content) or conflict(0))
    told.submitter.step()
    text = seen[0].decode().partition("\n\n")[2].rpartition("\n\n")[0] + "\n"
    checkpoint = Checkpoint.parse(text)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (signing.origin(told.guard.settings.instance), 0, EMPTY_ROOT)
