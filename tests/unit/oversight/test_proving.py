"""What an incident exposed is proved to outsiders, and so is that nobody looked; offline, by the journal's key alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.auditor import command
from serment.journal import signing
from serment.oversight.incidents import proving
from serment.wire import excerpt, incidents, merkle
from serment.wire.note import Checkpoint, Verifier, open_note
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.house import House
from tests.fixtures.incidents import at, computed, declare, exposed, sequenced, window
from tests.unit.guard.test_meters import listed, refusal


@pytest.fixture
def sonia(house: House) -> Browser:
    return house.browser(cast.SONIA)


def prove(browser: Browser, incident: UUID, patient: UUID) -> Any:
    signed = browser.signed("GET", "/security/incidents/")
    return browser.call("prove_exposure", incidents.ProveExposure(**signed, incident=incident, patient=patient))


def absent(browser: Browser, patient: UUID, since: Any, until: Any) -> Any:
    signed = browser.signed("GET", "/security/incidents/")
    return browser.call("prove_absence", incidents.ProveAbsence(**signed, patient=patient, since=since, until=until))


def pages(browser: Browser, incident: UUID, *, limit: int = 200) -> Iterator[incidents.ExcerptPage]:
    after, size, done = -1, 0, False
    while not done:
        signed = browser.signed("GET", "/security/incidents/")
        page = browser.call("incident_excerpt", incidents.Excerpt(**signed, incident=incident, after=after, limit=limit, size=size))
        yield page
        after, size, done = page.leaves[-1].index if page.leaves else after, page.size, page.done


def key(house: House) -> Verifier:
    return Verifier.parse(signing.verifier_key(house.guard))


def holds(house: House, leaves: tuple[incidents.ProvedLeaf, ...], sealed: incidents.Sealed) -> bool:
    tree = Checkpoint.parse(open_note(sealed.note, key(house)))
    return all(
        merkle.is_included(merkle.leaf_hash(one.leaf), index=one.index, size=tree.size, proof=one.path, root=tree.root) for one in leaves
    )


def kinds(leaves: tuple[incidents.ProvedLeaf, ...]) -> list[str]:
    return [proving.DECODER.decode(one.leaf).kind for one in leaves]


# --- exposure ---


def test_each_person_is_exposed_by_leaves_that_lead_to_a_signed_checkpoint(house: House, sonia: Browser) -> None:
    both, shown = house.admit_many(2)
    bruno, amel = house.browser(cast.BRUNO), house.browser(cast.AMEL)
    bruno.open(both)
    listed(bruno, [both, shown])
    amel.open(both)
    made = declare(sonia, window(house))
    computed(house, sonia, made.id)
    proofs = {patient: prove(sonia, made.id, patient) for patient in (both, shown)}
    assert {patient: kinds(one.leaves) for patient, one in proofs.items()} == {both: ["opening", "lines"], shown: ["lines"]}
    assert all(holds(house, one.leaves, one.sealed) and one.total == len(one.leaves) for one in proofs.values())
    assert proofs[both].exposure == next(one for one in exposed(sonia, made.id) if one.patient == both)


def test_of_a_workstation_the_proof_follows_the_sessions_that_were_there(house: House, sonia: Browser) -> None:
    there, elsewhere = house.admit_many(2)
    bruno = house.browser(cast.BRUNO)
    at(house, bruno, "192.0.2.7").open(there)
    at(house, bruno, "192.0.2.8").open(elsewhere)
    made = declare(sonia, window(house, sources=("192.0.2.7",)))
    computed(house, sonia, made.id)
    assert kinds(prove(sonia, made.id, elsewhere).leaves) == ["opening"]
    assert refusal(prove, sonia, made.id, uuid4()) == ("unknown_exposure", "")


def test_a_proof_of_very_many_leaves_says_how_many_there_are(house: House, sonia: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "PROVED_MAX", 1)
    (patient,) = house.admit_many(1)
    bruno = house.browser(cast.BRUNO)
    bruno.open(patient, ("identity",))
    bruno.open(patient)
    made = declare(sonia, window(house))
    computed(house, sonia, made.id)
    proof = prove(sonia, made.id, patient)
    assert (len(proof.leaves), proof.total) == (1, 2)


# --- absence ---


def test_that_nobody_looked_is_proved_by_the_leaves_around_the_window(house: House, sonia: Browser) -> None:
    (patient,) = house.admit_many(1)
    house.browser(cast.BRUNO).open(patient)
    house.clock.pass_by(hours=9)
    since = house.clock()
    house.clock.pass_by(hours=1)
    until = house.clock()
    house.clock.pass_by(minutes=1)
    house.browser(cast.AMEL).open(patient)
    sequenced(house.guard)
    proof = absent(house.browser(cast.SONIA), patient, since, until)
    assert (proof.absent, proof.live, proof.seen, proof.last, proof.lists) == (True, False, (), 4, 0)
    assert kinds(proof.around) == ["opening", "opening"]
    assert holds(house, proof.around, proof.sealed)


def test_who_looked_is_told_and_so_is_a_record_that_was_still_open(house: House, sonia: Browser) -> None:
    (patient,) = house.admit_many(1)
    listed(house.browser(cast.BRUNO), [patient])
    house.clock.pass_by(hours=1)
    middle = house.clock()
    house.clock.pass_by(hours=1)
    sequenced(house.guard)
    officer = house.browser(cast.SONIA)
    seen = absent(officer, patient, middle - timedelta(hours=2), middle)
    assert (seen.absent, seen.live, kinds(seen.seen), seen.lists) == (False, False, ["lines"], 1)
    later = absent(officer, patient, middle, house.clock())
    assert (later.absent, later.live, kinds(later.seen), later.lists) == (False, True, ["lines"], 0)


def test_of_somebody_unknown_there_is_nothing(house: House, sonia: Browser) -> None:
    sequenced(house.guard)
    proof = absent(sonia, uuid4(), house.clock() - timedelta(days=1), house.clock())
    assert (proof.absent, proof.around, proof.last) == (True, (), 0)
    now = house.clock()
    assert refusal(absent, sonia, uuid4(), now, now) == ("window_unreadable", "")


# --- an excerpt ---


def written(house: House, browser: Browser, incident: UUID, folder: Path, *, patient: str = "", limit: int = 200) -> Path:
    found = list(pages(browser, incident, limit=limit))
    leaves = [leaf for page in found for leaf in page.leaves]
    path = folder / "excerpt.jsonl"
    path.write_text("".join(excerpt.lines(found[0].sealed, leaves, about="incident 2026-001", patient=patient)), encoding="utf-8")
    return path


@pytest.fixture
def incident(house: House, sonia: Browser) -> UUID:
    patients = house.admit_many(3)
    bruno = house.browser(cast.BRUNO)
    listed(bruno, patients)
    for patient in patients:
        bruno.open(patient)
    made = declare(sonia, window(house))
    computed(house, sonia, made.id)
    return UUID(str(made.id))


def test_the_excerpt_of_an_incident_is_verified_without_us(
    house: House, sonia: Browser, incident: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(house, sonia, incident, tmp_path, limit=2)
    checked = excerpt.check(path.read_text(encoding="utf-8").splitlines(), key(house))
    assert checked.kinds == {"sign_in": 1, "touch": 1, "lines": 1, "opening": 3}
    assert command.main(["excerpt", str(path), "--key", signing.verifier_key(house.guard)]) == 0
    assert "6 entrées" in capsys.readouterr().out


def test_an_altered_excerpt_is_known_by_its_first_line_that_does_not_hold(
    house: House, sonia: Browser, incident: UUID, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = written(house, sonia, incident, tmp_path).read_text(encoding="utf-8").splitlines(keepends=True)
    wrong: list[list[str]] = [
        [*good[:3], good[3].replace("kind", "kinds"), *good[4:]],
        [*good[:3], good[3].replace('"index":', '"index":1'), *good[4:]],
        [*good[:3], *good[4:]],
        good[:-1],
        [*good, good[-1]],
        [*good[:2], "x\n", *good[3:]],
        [*good[:2], "{}\n", *good[3:]],
        [*good[:2], good[2].replace('"path":[', '"path":["x",'), *good[3:]],
        good[1:],
        ["[" * 100_000, *good[1:]],
        [good[0].replace("excerpt", "export"), *good[1:]],
        [good[0], good[1].replace('"timestamp":""', '"timestamp":3'), *good[2:]],
        [],
    ]
    for number, lines in enumerate(wrong):
        path = tmp_path / f"{number}.jsonl"
        path.write_text("".join(lines), encoding="utf-8")
        with pytest.raises(excerpt.BadExcerpt):
            excerpt.check(lines, key(house))
        assert command.main(["excerpt", str(path), "--key", signing.verifier_key(house.guard)]) == 1
    assert capsys.readouterr().err.count("EXTRAIT ALTÉRÉ") == len(wrong)


def test_an_excerpt_is_believed_by_the_key_of_its_own_journal_only(house: House, sonia: Browser, incident: UUID, tmp_path: Path) -> None:
    path = written(house, sonia, incident, tmp_path)
    from serment.wire.note import Signer

    other = Signer(key(house).name, b"x" * 32).verifier
    assert command.main(["excerpt", str(path), "--key", str(other)]) == 2


def test_the_leaves_of_one_patient_follow_one_another(house: House, sonia: Browser, tmp_path: Path) -> None:
    (patient,) = house.admit_many(1)
    house.browser(cast.BRUNO).open(patient)
    sequenced(house.guard)
    proof = absent(sonia, patient, house.clock() - timedelta(days=1), house.clock())
    assert kinds(proof.around) == ["registration", "tie", "opening"]
    lines = list(excerpt.lines(proof.sealed, proof.around, about="absence", patient=str(patient)))
    path = tmp_path / "absence.jsonl"
    path.write_text("".join(lines), encoding="utf-8")
    assert command.main(["excerpt", str(path), "--key", signing.verifier_key(house.guard)]) == 0
    hole = list(excerpt.lines(proof.sealed, (proof.around[0], proof.around[2]), about="absence", patient=str(patient)))
    with pytest.raises(excerpt.BadExcerpt, match="manque"):
        excerpt.check(hole, key(house))


def test_a_checkpoint_that_a_witness_cosigned_is_preferred(house: House, sonia: Browser, incident: UUID) -> None:
    first = next(pages(sonia, incident))
    house.browser(cast.AMEL)
    sequenced(house.guard)
    with house.guard.pool.connection() as tx:
        (size,) = tx.execute("select max(size) from journal_checkpoint").fetchone() or (0,)
        tx.execute("insert into journal_cosignature (witness, size, at, line) values ('w', %s, now(), 'line')", (size,))
        tx.execute("insert into journal_timestamp (size, at, token) values (%s, now(), 't')", (size,))
    again = next(pages(sonia, incident))
    assert (again.size, again.sealed.cosignatures, again.sealed.timestamp) == (size, ("line",), b"t")
    assert first.size < size
    assert holds(house, again.leaves, again.sealed)


def test_pages_of_an_excerpt_have_a_size_and_a_known_tree(house: House, sonia: Browser, incident: UUID) -> None:
    assert refusal(lambda: next(pages(sonia, incident, limit=501))) == ("page_unreadable", "")
    request = incidents.Excerpt(**sonia.signed("GET", "/security/incidents/"), incident=incident, size=1)
    assert refusal(sonia.call, "incident_excerpt", request)[0] == "checkpoint_unknown"


@pytest.mark.parametrize("player", [cast.CHLOE, cast.DENIS])
def test_nobody_but_the_officers_has_proofs(house: House, incident: UUID, player: cast.Player) -> None:
    other = house.browser(player)
    assert refusal(prove, other, incident, uuid4()) == ("role", "")
    assert refusal(absent, other, uuid4(), house.clock() - timedelta(days=1), house.clock()) == ("role", "")
    assert refusal(lambda: next(pages(other, incident))) == ("role", "")


def test_the_excerpt_of_a_workstation_holds_what_happened_there_and_nothing_of_others(house: House, sonia: Browser) -> None:
    there, stranger = house.admit_many(2)
    at(house, house.browser(cast.BRUNO), "192.0.2.7").open(there)
    at(house, house.browser(cast.AMEL), "192.0.2.8").open(stranger)
    made = declare(sonia, window(house, sources=("192.0.2.7",)))
    computed(house, sonia, made.id)
    assert [kinds(page.leaves) for page in pages(sonia, made.id)] == [["opening"]]
