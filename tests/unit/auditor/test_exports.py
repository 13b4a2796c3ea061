"""What the verifier reads is trusted in nothing: garbage, a file cut short, absurd values. Each is told, none is a crash, none passes."""

from __future__ import annotations

import ast
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import serment.auditor
from bench import lines as lines_of_code
from serment import auditor
from serment.auditor import document, verifying
from serment.auditor.document import BadExport, Counter, Entry, Header, Line, SignedCheckpoint, Tile
from serment.wire import canonical, merkle
from serment.wire.note import BadNote, Checkpoint, Signer

ORIGIN = "serment.journal/test"
SIGNER = Signer(ORIGIN, b"s" * 32)
KEY = str(SIGNER.verifier)
AMEL, FARID = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"


def entry(number: int, *, index: int | None = None, **changes: Any) -> Entry:
    columns = {
        "entry": f"00000000-0000-4000-8000-{number:012d}", "at": f"2026-11-23T14:05:06.{number:06d}Z", "kind": "opening",
        "account": AMEL, "account_seq": number, "patient": FARID, "patient_seq": number, **changes,
    }  # fmt: skip
    leaf = canonical.encode({"v": 1, "body": {}, **columns})
    return Entry(index=index, leaf_hash=None if index is None else merkle.leaf_hash(leaf), id=number, columns=columns, leaf=leaf)


def checkpoint(size: int, root: bytes) -> SignedCheckpoint:
    return SignedCheckpoint(size=size, root=root, note=SIGNER.sign(Checkpoint(origin=ORIGIN, size=size, root=root).text()))


def lines(placed: int, pending: int = 0, *, every: int = 100) -> Iterator[Line]:
    """An honest journal of one account and one patient."""
    tree = merkle.Frontier()
    for n in range(1, placed + 1):
        one = entry(n, index=n - 1)
        yield one
        for level, index, top in tree.append(merkle.leaf_hash(one.leaf or b"")):
            if level % 8 == 0:
                yield Tile(level=level // 8, index=index, hash=top)
        if n % every == 0 or n == placed:
            yield checkpoint(n, tree.root())
    for n in range(placed + 1, placed + pending + 1):
        yield entry(n)
    if placed + pending:
        yield Counter(scope="account", id=AMEL, last=placed + pending)
        yield Counter(scope="patient", id=FARID, last=placed + pending)


def text_of(content: list[Line], *, key: str = "") -> str:
    file = io.StringIO()
    document.write(file, Header(origin=ORIGIN, key=key), content)
    return file.getvalue()


def written(folder: Path, content: list[Line] | str, *, key: str = "") -> Path:
    out = folder / "export.jsonl"
    out.write_text(content if isinstance(content, str) else text_of(content, key=key), encoding="utf-8", errors="surrogatepass")
    return out


@pytest.mark.parametrize(("placed", "pending"), [(0, 0), (0, 3), (1, 0), (255, 0), (256, 2), (700, 1)])
def test_an_honest_export_of_any_size_holds(tmp_path: Path, placed: int, pending: int) -> None:
    report = verifying.verify(written(tmp_path, list(lines(placed, pending))), key=KEY)
    assert report.finding is None
    assert (report.size, report.pending) == (placed, pending)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    content = [*lines(300, 2), Entry(index=7, leaf_hash=b"h", id=None, columns=dict.fromkeys(document.COLUMNS), leaf=None)]
    content.append(Entry(index=8, leaf_hash=b"h", id=1, columns=dict.fromkeys(document.COLUMNS), leaf=b"\xff\x00"))
    with written(tmp_path, content).open(encoding="utf-8") as file:
        assert document.header(file) == Header(origin=ORIGIN, key="")
        assert list(document.lines(file)) == content


def test_an_export_cut_after_any_line_is_refused(tmp_path: Path) -> None:
    whole = text_of(list(lines(5, 1))).splitlines(keepends=True)
    for count in range(len(whole)):
        with pytest.raises(BadExport):
            verifying.verify(written(tmp_path, "".join(whole[:count])), key=KEY)


def test_an_export_with_any_line_left_out_or_doubled_does_not_pass(tmp_path: Path) -> None:
    whole = text_of(list(lines(260, 1))).splitlines(keepends=True)
    for place in (1, 2, 256, 257, 258, len(whole) - 4, len(whole) - 3, len(whole) - 2):
        for changed in (whole[:place] + whole[place + 1 :], whole[:place] + whole[place : place + 1] + whole[place:]):
            end = json.dumps({"type": "end", "lines": len(changed) - 2}) + "\n"
            assert verifying.verify(written(tmp_path, "".join([*changed[:-1], end])), key=KEY).finding is not None


def test_anything_after_the_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadExport):
        verifying.verify(written(tmp_path, text_of(list(lines(2))) + "\n"), key=KEY)


@pytest.mark.parametrize("text", ["", "\n", "x\n", "[]\n", "{}\n", '{"type":"header","format":"other","version":1}\n', "[" * 100_000])
def test_garbage_is_not_an_export_and_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    assert auditor.main(["verify", str(written(tmp_path, text))]) == 2
    assert "illisible" in capsys.readouterr().err


def test_bytes_that_are_not_text_are_not_an_export(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00" * 100)
    assert auditor.main(["verify", str(tmp_path / "bytes")]) == 2


ABSURD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=8), st.just("\ud800"), st.just([]),
    st.just({"a": 1}), st.just(2**63), st.just(-1), st.just(10**30),
)  # fmt: skip
WHOLE = [json.loads(line) for line in text_of(list(lines(257, 1, every=300))).splitlines()]
SAMPLE = [0, 1, 257, 258, 259, 260, 261, 262, 263]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(st.data())
def test_no_value_in_no_place_makes_the_verifier_crash_or_pass(tmp_path: Path, data: st.DataObject) -> None:
    changed = [dict(line) for line in WHOLE]
    line = changed[data.draw(st.sampled_from([n for n in SAMPLE if n < len(changed)]))]
    name = data.draw(st.sampled_from(sorted(line)))
    value = data.draw(ABSURD)
    if data.draw(st.booleans()):
        del line[name]
    else:
        line[name] = value
    if changed == WHOLE:
        return
    out = written(tmp_path, "".join(json.dumps(one) + "\n" for one in changed))
    try:
        report = verifying.verify(out, key=KEY)
    except BadExport:
        return
    # The header's words prove nothing, and an entry's identifier in the database is for looking it up.
    assert report.finding is not None or name in ("origin", "key", "id")


@pytest.mark.parametrize(
    ("leaf", "changes"),
    [
        (b'{"a":1}', {}), (b"[]", {}), (b"null", {}), (b"", {}), (b"\xff", {}), (b"[" * 5000, {}),
        (canonical.encode({"v": 2, "body": {}, **entry(1).columns}), {}),
        (canonical.encode({"v": 1, "body": {}, "more": 1, **entry(1).columns}), {}),
        (b" " + (entry(1).leaf or b""), {}),
        ((entry(1).leaf or b"").replace(b'"kind":"opening"', b'"kind":"opening","kind":"opening"'), {}),
        (entry(1).leaf, {"account_seq": None}), (entry(1, account=None).leaf, {"account": None}),
    ],
)  # fmt: skip
def test_a_leaf_out_of_form_does_not_pass_even_before_it_has_its_place(tmp_path: Path, leaf: bytes, changes: dict[str, Any]) -> None:
    columns = {**entry(1).columns, **changes}
    out = written(tmp_path, [Entry(index=None, leaf_hash=None, id=1, columns=columns, leaf=leaf), *list(lines(0, 1))[1:]])
    report = verifying.verify(out)
    assert report.finding is not None
    assert report.finding.entry == entry(1).columns["entry"]


def test_entries_after_one_without_a_place_have_none_either(tmp_path: Path) -> None:
    content = list(lines(2))
    assert verifying.verify(written(tmp_path, [entry(1), *content[1:]])).finding is not None


def test_a_key_out_of_form_is_bad_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = written(tmp_path, list(lines(1)))
    assert auditor.main(["verify", str(out), "--key", "nonsense"]) == 2
    with pytest.raises(BadNote):
        verifying.verify(out, key=KEY, previous="nonsense")


def test_without_a_key_the_command_says_that_signatures_were_not_verified(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert auditor.main(["verify", str(written(tmp_path, list(lines(3))))]) == 0
    assert "signatures n'ont pas été vérifiées" in capsys.readouterr().err


def test_with_the_exports_own_key_the_command_says_where_it_comes_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = written(tmp_path, list(lines(3)), key=KEY)
    assert auditor.main(["verify", str(out)]) == 0
    assert "vient de l'export" in capsys.readouterr().err
    assert auditor.main(["verify", str(out), "--key", KEY]) == 0
    assert capsys.readouterr().err == ""


def test_the_key_given_wins_over_the_exports_own(tmp_path: Path) -> None:
    other = str(Signer(ORIGIN, b"o" * 32).verifier)
    assert verifying.verify(written(tmp_path, list(lines(3)), key=KEY), key=other).finding is not None


def test_a_file_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert auditor.main(["verify", str(tmp_path / "nothing")]) == 5
    assert "nothing" in capsys.readouterr().err


def test_bad_use_is_told_and_ends_with_its_code() -> None:
    assert auditor.main([]) == 2
    assert auditor.main(["export", "--out", "x"]) == 2
    assert auditor.main(["--help"]) == 0


def test_only_what_reads_the_database_needs_one_and_nothing_needs_the_guard() -> None:
    """What a judge must install and read to verify an export: this folder, `serment.wire`, `cryptography`."""
    modules = sorted(Path(serment.auditor.__file__).parent.glob("*.py"))
    assert lines_of_code.total("auditor") <= 800
    for module in modules:
        top = ast.parse(module.read_text(encoding="utf-8")).body
        imported = {name for node in top for name in _imported(node)}
        foreign = {name for name in imported if name.startswith(("serment", "psycopg", "django", "msgspec"))}
        allowed = ("serment.wire", "serment.auditor") + (("psycopg",) if module.name in ("exporting.py", "digest.py") else ())
        assert all(name.startswith(allowed) for name in foreign), (module.name, foreign)


def _imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else []
