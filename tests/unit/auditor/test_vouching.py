"""What witnesses and a time-stamping authority said is verified offline; what is missing or wrong is named, not passed over."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from serment import auditor
from serment.auditor import document, verifying
from serment.auditor.document import Cosignature, Header, Line, SignedCheckpoint, TimeStamp
from serment.auditor.vouching import BadCertificates, Trusted
from serment.journal import stamping
from serment.wire.note import COSIGNATURE, BadNote, Signer
from tests.fixtures import timestamps
from tests.fixtures.timestamps import Stamping
from tests.unit.auditor.test_exports import KEY, ORIGIN, lines

# The entries of `lines` are of this second.
AT = 1795442706
WITNESS = Signer("temoin.example/1", b"w" * 32, kind=COSIGNATURE)
SECOND = Signer("autre.example/1", b"v" * 32, kind=COSIGNATURE)
Said = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stamping]:
    with timestamps.stamping(tmp_path_factory.mktemp("tsa") / "tsa") as here:
        yield here


def cosignature(checkpoint: SignedCheckpoint, *, signer: Signer = WITNESS, at: int = AT, text: str = "") -> Cosignature:
    line = signer.cosign(text or checkpoint.note.rpartition("\n\n")[0] + "\n", timestamp=at)
    return Cosignature(size=checkpoint.size, witness=str(signer.verifier), line=line.rstrip("\n"))


def vouched(count: int, *makers: object, every: int = 2) -> list[Line]:
    """A journal of some entries, each checkpoint followed by what the makers say of it."""
    content: list[Line] = []
    for line in lines(count, every=every):
        content.append(line)
        if isinstance(line, SignedCheckpoint):
            content += [made for maker in makers if (made := maker(line)) is not None]  # type: ignore[operator]
    return content


def written(folder: Path, content: list[Line]) -> Path:
    out = folder / "export.jsonl"
    with out.open("w", encoding="utf-8") as file:
        document.write(file, Header(origin=ORIGIN, key=KEY), content)
    return out


def trusted(*signers: Signer, certificates: bytes = b"") -> Trusted:
    return Trusted.read(witnesses=[str(signer.verifier) for signer in signers], certificates=certificates)


def verify(folder: Path, content: list[Line], who: Trusted) -> verifying.Report:
    return verifying.verify(written(folder, content), key=KEY, trusted=who)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    content = vouched(3, cosignature, lambda checkpoint: TimeStamp(size=checkpoint.size, token=b"\x00\xff"))
    with written(tmp_path, content).open(encoding="utf-8") as file:
        document.header(file)
        assert list(document.lines(file)) == content


# --- witnesses ---


def test_each_witness_vouches_up_to_its_last_cosignature(tmp_path: Path) -> None:
    content = vouched(7, cosignature, lambda it: cosignature(it, signer=SECOND) if it.size < 5 else None)
    report = verify(tmp_path, content, trusted(WITNESS, SECOND))
    assert report.holds
    assert report.cosigned == {"temoin.example/1": 7, "autre.example/1": 4}
    assert (report.unread, report.missing) == (0, ())


def test_the_word_of_a_witness_nobody_named_is_counted_and_not_believed(tmp_path: Path) -> None:
    report = verify(tmp_path, vouched(7, lambda it: cosignature(it, text="anything\n")), trusted())
    assert report.holds
    assert (report.cosigned, report.unread) == ({}, 4)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda it: cosignature(it, text="serment.journal/test\n2\nAAAA\n"),
        lambda it: Cosignature(size=it.size, witness=str(WITNESS.verifier), line=cosignature(it, signer=SECOND).line),
        lambda it: Cosignature(size=it.size, witness=str(WITNESS.verifier), line=""),
        lambda it: Cosignature(size=it.size, witness=str(WITNESS.verifier), line=cosignature(it).line[:-8] + "AAAAAAA="),
        lambda it: Cosignature(size=it.size, witness=str(WITNESS.verifier), line=f"{cosignature(it).line}\n{cosignature(it).line}"),
        lambda it: cosignature(it, at=2**63 - 1),
    ],
)
def test_a_wrong_cosignature_is_named(tmp_path: Path, wrong: object) -> None:
    finding = verify(tmp_path, vouched(2, wrong), trusted(WITNESS)).finding
    assert finding is not None
    assert (finding.index, finding.what) == (2, "le témoin temoin.example/1 n'a pas contresigné le point de contrôle de taille 2 tel quel")


def test_a_witness_that_is_asked_for_and_never_cosigned_is_missing(tmp_path: Path) -> None:
    report = verify(tmp_path, vouched(4, cosignature), trusted(WITNESS, SECOND))
    assert report.finding is None
    assert report.missing == ("le témoin autre.example/1 n'a contresigné aucun point de contrôle",)
    assert not report.holds


@pytest.mark.parametrize(("age", "missing"), [(86_399, False), (86_401, True)])
def test_a_witness_that_fell_silent_for_a_day_is_missing(tmp_path: Path, age: int, missing: bool) -> None:
    report = verify(tmp_path, vouched(4, lambda it: cosignature(it, at=AT - age)), trusted(WITNESS))
    assert report.missing == (("le témoin temoin.example/1 n'a plus rien contresigné depuis le 22/11/2026",) if missing else ())


def test_nothing_is_missing_in_a_journal_without_entries(tmp_path: Path) -> None:
    assert verify(tmp_path, [], trusted(WITNESS)).holds


@pytest.mark.parametrize("place", [0, 1])
def test_a_cosignature_of_a_checkpoint_that_is_not_there_shows_what_was_cut(tmp_path: Path, place: int) -> None:
    content = vouched(2)
    longer = [line for line in vouched(9) if isinstance(line, SignedCheckpoint)][-1]
    content.insert([0, 3][place], cosignature(longer))
    finding = verify(tmp_path, content, trusted()).finding
    assert finding is not None
    assert finding.what == "le point de contrôle de taille 9 manque : un témoin ou une autorité d'horodatage l'avait vu"
    assert finding.index == [0, 2][place]


# --- time stamps ---


def stamped(authority: Stamping, size: int, *, text: str = "") -> object:
    def maker(checkpoint: SignedCheckpoint) -> TimeStamp | None:
        if checkpoint.size != size:
            return None
        return TimeStamp(size=size, token=stamping.stamp(authority.authority, (text or checkpoint.note).encode())[0])

    return maker


def roots(folder: Path) -> bytes:
    return (folder / "root.pem").read_bytes()


def test_a_time_stamp_is_verified_against_the_authoritys_certificates(tmp_path: Path, authority: Stamping) -> None:
    report = verify(tmp_path, vouched(7, stamped(authority, 4)), trusted(certificates=roots(authority.folder) * 2))
    assert report.holds
    assert report.stamped is not None
    assert report.stamped[0] == 4
    assert report.stamped[1].endswith("+00:00")


def test_a_time_stamp_of_another_text_is_named(tmp_path: Path, authority: Stamping) -> None:
    finding = verify(tmp_path, vouched(7, stamped(authority, 4, text="other")), trusted(certificates=roots(authority.folder))).finding
    assert finding is not None
    assert (finding.index, finding.what) == (4, "l'horodatage du point de contrôle de taille 4 est faux")


def test_a_time_stamp_of_another_authority_is_named(tmp_path: Path, authority: Stamping) -> None:
    timestamps.certificates(tmp_path / "other", name="Autre")
    finding = verify(tmp_path, vouched(7, stamped(authority, 4)), trusted(certificates=roots(tmp_path / "other"))).finding
    assert finding is not None
    assert finding.what == "l'horodatage du point de contrôle de taille 4 est faux"


@pytest.mark.parametrize("token", [b"", b"nonsense", b"\x30\x03\x02\x01\x00"])
def test_what_is_no_time_stamp_is_named(tmp_path: Path, authority: Stamping, token: bytes) -> None:
    content = vouched(2, lambda it: TimeStamp(size=it.size, token=token))
    finding = verify(tmp_path, content, trusted(certificates=roots(authority.folder))).finding
    assert finding is not None
    assert finding.what == "l'horodatage du point de contrôle de taille 2 est faux"


def test_without_certificates_time_stamps_are_counted_and_not_believed(tmp_path: Path) -> None:
    report = verify(tmp_path, vouched(2, lambda it: TimeStamp(size=it.size, token=b"x")), trusted())
    assert (report.holds, report.stamped, report.unread) == (True, None, 1)


def days(count: int, last_day: int) -> list[Line]:
    """A journal whose last entry is some days after the first."""
    from serment.auditor.document import Counter
    from serment.wire import merkle
    from tests.unit.auditor.test_exports import AMEL, FARID, checkpoint, entry

    placed = [entry(n, index=n - 1, at=f"2026-11-{23 + (last_day if n == count else 0):02}T14:05:06.000000Z") for n in range(1, count + 1)]
    root = merkle.root_of(merkle.leaf_hash(one.leaf or b"") for one in placed)
    counters = [Counter(scope="account", id=AMEL, last=count), Counter(scope="patient", id=FARID, last=count)]
    return [*placed, checkpoint(count, root), *counters]


@pytest.mark.parametrize(("last_day", "missing"), [(0, ()), (2, ()), (3, ("aucun horodatage",))])
def test_a_journal_of_more_than_two_days_without_any_time_stamp_lacks_it(
    tmp_path: Path, authority: Stamping, last_day: int, missing: tuple[str, ...]
) -> None:
    assert verify(tmp_path, days(2, last_day), trusted(certificates=roots(authority.folder))).missing == missing
    assert verify(tmp_path, days(2, last_day), trusted()).missing == ()


def test_an_authority_that_stamped_no_more_is_missing(tmp_path: Path, authority: Stamping, monkeypatch: pytest.MonkeyPatch) -> None:
    from datetime import UTC, datetime

    content = days(2, 7)
    content.insert(-2, TimeStamp(size=2, token=b"x"))
    monkeypatch.setattr("serment.auditor.vouching.stamped_at", lambda *_: datetime(2026, 11, 24, 0, 5, tzinfo=UTC))
    report = verify(tmp_path, content, trusted(certificates=roots(authority.folder)))
    assert report.missing == ("aucun horodatage depuis le 24/11/2026",)


# --- the command ---


def test_the_command_says_who_vouches_and_how_far(tmp_path: Path, authority: Stamping, capsys: Said) -> None:
    out = written(tmp_path, vouched(7, cosignature, stamped(authority, 4)))
    (tmp_path / "w.txt").write_text(f"{WITNESS.verifier}\n")
    options = ["--key", KEY, "--witness", str(tmp_path / "w.txt"), "--tsa-cert", str(authority.folder / "root.pem")]
    assert auditor.main(["verify", str(out), *options]) == 0
    said = capsys.readouterr()
    assert "Témoin temoin.example/1 : contresigné jusqu'à 7 entrées.\nHorodaté jusqu'à 4 entrées, le 20" in said.out
    assert said.err == ""
    assert auditor.main(["verify", str(out), *options, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["cosigned"], told["stamped"][0], told["missing"], told["holds"]) == ({"temoin.example/1": 7}, 4, [], True)


def test_the_command_says_what_is_missing_and_ends_with_one(tmp_path: Path, capsys: Said) -> None:
    out = written(tmp_path, vouched(3))
    assert auditor.main(["verify", str(out), "--key", KEY, "--witness", str(WITNESS.verifier)]) == 1
    assert "MANQUE : le témoin temoin.example/1 n'a contresigné aucun point de contrôle.\n" in capsys.readouterr().out


def test_the_command_says_what_was_not_verified(tmp_path: Path, capsys: Said) -> None:
    out = written(tmp_path, vouched(3, cosignature))
    assert auditor.main(["verify", str(out), "--key", KEY]) == 0
    assert "2 contresignatures ou horodatages n'ont pas été vérifiés. Donnez --witness et --tsa-cert" in capsys.readouterr().err


def test_a_witnesss_key_or_certificate_out_of_form_is_bad_use(tmp_path: Path, capsys: Said) -> None:
    out = written(tmp_path, vouched(3))
    assert auditor.main(["verify", str(out), "--key", KEY, "--witness", KEY]) == 2
    assert "La clé n'est pas une clé de vérification" in capsys.readouterr().err
    (tmp_path / "not.pem").write_text("nonsense")
    assert auditor.main(["verify", str(out), "--key", KEY, "--tsa-cert", str(tmp_path / "not.pem")]) == 2
    assert capsys.readouterr().err == "Le fichier de --tsa-cert ne contient pas de certificat lisible.\n"
    assert auditor.main(["verify", str(out), "--key", KEY, "--tsa-cert", str(tmp_path / "nothing.pem")]) == 5
    with pytest.raises(BadCertificates):
        trusted(certificates=b"nonsense")
    with pytest.raises(BadNote):
        Trusted.read(witnesses=["nonsense"], certificates=b"")
