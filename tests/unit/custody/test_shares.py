"""Backup shares: any three of five give the key back, two tell nothing, and a typing error is told where it can be."""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import shamir_mnemonic

from serment.custody import command, keyfile, shares, sheets
from serment.custody.keyfile import Entry
from serment.custody.master import MasterKeyError

PASSPHRASE = "une phrase que personne ne devine"
KEY = bytes(range(32))
ENTRY = Entry(generation=3, kind=keyfile.FILE, secret=KEY)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return shares.split(ENTRY, threshold=3, shares=5)


def collected(texts: list[str]) -> shares.Collected:
    known = shares.Collected()
    for text in texts:
        known.add(text)
    return known


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(shares.ShareError) as error:
        act()
    return str(error.value)


def test_any_three_of_five_give_the_key_and_its_number_back(texts: list[str]) -> None:
    for three in itertools.combinations(texts, 3):
        assert collected(list(three)).entry() == ENTRY


def test_two_are_not_enough_and_say_how_many_it_takes(texts: list[str]) -> None:
    known = shares.Collected()
    assert (known.threshold, known.is_enough, len(known)) == (0, False, 0)
    assert known.add(texts[4]) == 5
    assert (known.threshold, known.is_enough, len(known)) == (3, False, 1)
    assert known.add(texts[0]) == 1
    assert not known.is_enough
    assert refused(known.entry).startswith("Ces parts ne donnent aucune clé ensemble")
    assert known.add(texts[2]) == 3
    assert known.is_enough


def test_a_share_holds_nothing_of_the_key_and_thirty_six_words(texts: list[str]) -> None:
    assert [len(text.split()) for text in texts] == [36] * 5
    for text in texts:
        value = shamir_mnemonic.Share.from_mnemonic(text).value
        assert not any(KEY[at : at + 4] in value for at in range(28))
    assert len({shares.series(text) for text in texts}) == 1
    assert shares.series(texts[0]).isdigit()
    # The same key shared again gives shares of another series: old and new cannot be put together.
    others = shares.split(ENTRY, threshold=3, shares=5)
    known = collected(texts[:1])
    assert refused(lambda: known.add(others[1])) == (
        "Cette part est d'une autre clé, ou d'une autre série de parts : son numéro de série diffère."
    )
    assert len(known) == 1


def test_the_same_share_twice_does_not_count_twice(texts: list[str]) -> None:
    known = collected(texts[:1])
    assert refused(lambda: known.add(texts[0])) == "La part 1 a déjà été donnée : il en faut une autre."
    assert len(known) == 1


def test_four_letters_of_each_word_suffice_and_capitals_do_not_matter(texts: list[str]) -> None:
    short = " ".join(word[:4].upper() if len(word) > 4 else word for word in texts[0].split())
    assert shares.Collected().add(f"  {short}\n") == 1


def test_a_word_that_does_not_exist_is_named_with_what_it_may_be(texts: list[str]) -> None:
    words = texts[0].split()
    words[6] = "academik"
    assert refused(lambda: shares.Collected().add(" ".join(words))) == (
        "Le mot 7 (« academik ») n'est pas dans la liste. Est-ce academic ?"
    )
    words[6] = "zzzzzz"
    assert refused(lambda: shares.Collected().add(" ".join(words))) == "Le mot 7 (« zzzzzz ») n'est pas dans la liste."
    words[6] = "aca"
    assert refused(lambda: shares.Collected().add(" ".join(words))).startswith("Le mot 7 (« aca ») n'est pas dans la liste.")


def test_a_wrong_word_and_two_exchanged_words_are_found_by_the_checksum(texts: list[str]) -> None:
    words = texts[0].split()
    wrong = ["academic" if words[9] != "academic" else "acid", *words]
    said = "Un mot est faux, ou deux sont échangés : la somme de contrôle ne tombe pas juste. Relisez la part."
    assert refused(lambda: shares.Collected().add(" ".join([*words[:9], wrong[0], *words[10:]]))) == said
    at = next(at for at in range(8, 30) if words[at] != words[at + 1])
    exchanged = [*words[:at], words[at + 1], words[at], *words[at + 2 :]]
    assert refused(lambda: shares.Collected().add(" ".join(exchanged))) == said


def test_a_share_with_a_word_missing_says_how_many_there_are(texts: list[str]) -> None:
    assert refused(lambda: shares.Collected().add(" ".join(texts[0].split()[:-1]))) == "Une part compte 36 mots, celle-ci 35."
    assert refused(lambda: shares.Collected().add("")) == "Une part compte 36 mots, celle-ci 0."


@pytest.mark.parametrize("secret", [bytes(36), b"\x00\x01\x00\x00" + bytes(32), b"\xff" * 36])
def test_shares_of_something_else_are_refused(secret: bytes) -> None:
    """Thirty-six words as well, and no key of ours."""
    known = collected(shamir_mnemonic.generate_mnemonics(1, [(2, 2)], secret)[0])
    assert refused(known.entry) == "Ces parts ne sont pas celles d'une clé maîtresse de Serment."


def test_the_last_generation_that_is_possible_is_still_ours() -> None:
    last = Entry(generation=0xFFFF, kind=keyfile.FILE, secret=KEY)
    assert collected(shares.split(last, threshold=2, shares=2)).entry() == last


@pytest.mark.parametrize(("threshold", "count"), [(1, 5), (0, 3), (4, 3), (3, 17)])
def test_numbers_that_make_no_sense_are_refused(threshold: int, count: int) -> None:
    with pytest.raises(MasterKeyError, match="au moins 2 parts pour reconstituer, et 16 parts au plus"):
        shares.split(ENTRY, threshold=threshold, shares=count)


@pytest.mark.parametrize(("threshold", "count"), [(2, 2), (2, 16), (16, 16)])
def test_the_smallest_and_the_largest_numbers_are_good(threshold: int, count: int) -> None:
    made = shares.split(ENTRY, threshold=threshold, shares=count)
    assert len(made) == count
    assert collected(made[-threshold:]).entry() == ENTRY


def test_a_key_in_a_module_has_no_shares() -> None:
    with pytest.raises(MasterKeyError, match="dans le jeton « coffre », d'où rien ne sort"):
        shares.split(Entry(generation=1, kind=keyfile.HSM, secret=b"1234", token="coffre"), threshold=2, shares=3)


def test_a_sheet_can_be_read_aloud_word_by_word(texts: list[str]) -> None:
    page = sheets.sheet(texts[1], number=2, count=5, threshold=3, generation=3, on="23/11/2026")
    assert f"Part 2 sur 5      Série {shares.series(texts[1])}      Clé n° 3      Établie le 23/11/2026" in page
    for place, word in enumerate(texts[1].split(), 1):
        assert f"{place:>4}. {word}" in page
    assert "Avec 2 autres parts de la même série, ces 36 mots" in page
    assert "Avec 1 autre part de la même série" in sheets.sheet(texts[1], number=1, count=2, threshold=2, generation=1, on="")
    assert max(len(line) for line in page.splitlines()) <= 110


# The commands ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SERMENT_MASTER_PASSPHRASE", PASSPHRASE)
    path = tmp_path / "master.key"
    keyfile.create(path, PASSPHRASE.encode(), entry=ENTRY)
    return path


def words_of(page: str) -> str:
    """The share as a custodian reads it from the sheet: by the numbers."""
    found = dict.fromkeys(range(1, shares.WORDS + 1), "")
    tokens = page.split()
    for number, word in itertools.pairwise(tokens):
        if number.endswith(".") and number[:-1].isdigit() and found.get(int(number[:-1])) == "":
            found[int(number[:-1])] = word
    return " ".join(found.values())


def test_what_is_printed_can_be_read_back_after_the_file_was_lost(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert command.main(["share", str(file), "--threshold", "3", "--shares", "5"]) == 0
    pages = capsys.readouterr().out.split(sheets.NEW_PAGE)
    assert len(pages) == 5
    assert "Part 5 sur 5" in pages[4]
    file.unlink()
    monkeypatch.setenv("SERMENT_MASTER_PASSPHRASE", "une autre phrase, toute neuve")
    given = iter([words_of(pages[3]), "abc", words_of(pages[0]), words_of(pages[0]), words_of(pages[4])])
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return next(given)

    monkeypatch.setattr("builtins.input", ask)
    assert command.main(["restore", str(file)]) == 0
    assert asked == ["Part à lire (1) : ", *["Part à lire (2 sur 3) : "] * 2, *["Part à lire (3 sur 3) : "] * 2]
    told = capsys.readouterr()
    assert told.out == (
        "La part 4 est juste.\nLa part 1 est juste.\nLa part 5 est juste.\n"
        f"La clé maîtresse n° 3 est rétablie dans {file}, sous la nouvelle phrase de passe.\n"
    )
    assert told.err.count("Rien n'est perdu : redonnez cette part.") == 2
    assert keyfile.entries(file, b"une autre phrase, toute neuve") == [ENTRY]
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_restoration_never_replaces_a_key_that_stands(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = file.read_bytes()
    assert command.main(["restore", str(file)]) == 4
    assert "Une clé maîtresse existe déjà" in capsys.readouterr().err
    assert file.read_bytes() == before


@pytest.mark.parametrize("ending", [EOFError, KeyboardInterrupt])
def test_a_restoration_that_is_given_up_writes_nothing(
    file: Path, ending: type[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.unlink()

    def ask(prompt: str) -> str:
        raise ending

    monkeypatch.setattr("builtins.input", ask)
    assert command.main(["restore", str(file)]) == 4
    assert capsys.readouterr().err == "Interrompu : rien n'a été écrit.\n"
    assert not file.exists()


def test_the_disk_holds_a_share_only_when_a_folder_is_asked_for(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["share", str(file), "--threshold", "2", "--shares", "3"]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["master.key"]
    folder = tmp_path / "parts"
    folder.mkdir()
    capsys.readouterr()
    assert command.main(["share", str(file), "--threshold", "2", "--shares", "3", "--out", str(folder)]) == 0
    assert capsys.readouterr().out == f"3 feuilles écrites dans {folder} : imprimez-les, remettez-les, puis effacez ce dossier.\n"
    written = sorted(folder.iterdir())
    assert [(path.name, path.stat().st_mode & 0o777) for path in written] == [(f"part-{n}.txt", 0o600) for n in (1, 2, 3)]
    assert collected([words_of(path.read_text()) for path in written[:2]]).entry() == ENTRY
    assert command.main(["share", str(file), "--threshold", "2", "--shares", "3", "--out", str(folder)]) == 4
    assert "part-1.txt ne peut pas être écrite : File exists." in capsys.readouterr().err


def test_on_a_screen_each_sheet_is_wiped_before_the_next_custodian_looks(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Screen(io.StringIO):
        def isatty(self) -> bool:
            return True

    screen, prompts = Screen(), []
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setattr("builtins.input", lambda prompt: prompts.append(prompt) or "")
    command.share(file, threshold=2, count=2, out=None)
    wipe = "\x1b[2J\x1b[3J\x1b[H"
    shown = screen.getvalue()
    assert shown.count(wipe) == 4
    assert shown.startswith(wipe)
    assert shown.endswith(wipe)
    assert sheets.NEW_PAGE not in shown
    assert prompts == [
        "Recopiez, relisez, puis Entrée pour effacer l'écran et appeler la personne suivante. ",
        "Recopiez, relisez, puis Entrée pour effacer l'écran. ",
    ]


def test_without_its_passphrase_nothing_is_shared(file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SERMENT_MASTER_PASSPHRASE", "autre chose")
    assert command.main(["share", str(file), "--threshold", "3", "--shares", "5"]) == 4
    monkeypatch.delenv("SERMENT_MASTER_PASSPHRASE")
    assert command.main(["share", str(file), "--threshold", "3", "--shares", "5"]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert "n'ouvre pas la clé maîtresse" in told.err
    assert "Aucune phrase de passe n'a été donnée" in told.err


def test_the_state_is_told_without_the_passphrase(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["status", str(file)]) == 0
    assert capsys.readouterr().out == f"Clé maîtresse n° 3, courante : fichier {file}.\n"
    there = {"kind": keyfile.HSM, "secret": b"1234", "module": "m.so", "token": "coffre"}
    keys = [Entry(generation=2, label="a", retired=True, **there), ENTRY, Entry(generation=4, label="b", **there)]
    keyfile.replace_all(file, PASSPHRASE.encode(), keys)
    assert command.main(["status", str(file)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Clé maîtresse n° 2, retirée, à détruire : jeton « coffre » (m.so), clé « a ».",
        f"Clé maîtresse n° 3, ancienne : fichier {file}.",
        "Clé maîtresse n° 4, courante : jeton « coffre » (m.so), clé « b ».",
        "Une rotation n'est pas finie : relancez ./serment keys rotate pour la terminer.",
    ]


def test_a_key_in_a_file_has_no_pin(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["pin", str(file)]) == 4
    assert "dans aucun module" in capsys.readouterr().err
