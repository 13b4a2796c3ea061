"""Signed notes and checkpoints are those of C2SP: public examples verify, and anything out of form is refused."""

from __future__ import annotations

import base64

import pytest

from serment.wire.note import BadNote, Checkpoint, Signer, Verifier, open_note

# The example of the reference implementation, golang.org/x/mod/sumdb/note.
KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
NOTE = f"{TEXT}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"

SIGNER = Signer("serment.journal/test", b"s" * 32)
CHECKPOINT = Checkpoint(origin="serment.journal/test", size=20852163, root=b"r" * 32)


def test_the_public_example_is_verified() -> None:
    assert open_note(NOTE, Verifier.parse(KEY)) == TEXT


def test_the_public_example_is_signed_to_the_byte() -> None:
    signer = Signer("PeterNeumann", SEED)
    assert str(signer.verifier) == KEY
    assert signer.sign(TEXT) == NOTE


def test_a_key_is_read_back_as_it_was_written() -> None:
    assert Verifier.parse(str(SIGNER.verifier)) == SIGNER.verifier
    assert Verifier.parse(f"{SIGNER.verifier}\n") == SIGNER.verifier


@pytest.mark.parametrize(
    "text",
    [
        "", "a", "a+b", "a+b+c", "+00000000+AAAA", KEY.replace("c74f20a3", "c74f20a4"), KEY.replace("c74f20a3", "C74F20A3"),
        KEY.replace("PeterNeumann", "Peter Neumann"), KEY[:-4], KEY.replace("+AR", "+AB"), KEY + "\N{LATIN SMALL LETTER E WITH ACUTE}",
    ],
)  # fmt: skip
def test_a_key_out_of_form_is_refused(text: str) -> None:
    with pytest.raises(BadNote):
        Verifier.parse(text)


def test_a_note_changed_anywhere_is_refused() -> None:
    verifier = Verifier.parse(KEY)
    for place in range(len(NOTE)):
        with pytest.raises(BadNote):
            open_note(NOTE[:place] + ("x" if NOTE[place] != "x" else "y") + NOTE[place + 1 :], verifier)


def test_a_note_cut_anywhere_is_refused() -> None:
    for length in range(len(NOTE)):
        with pytest.raises(BadNote):
            open_note(NOTE[:length], Verifier.parse(KEY))


def test_lines_of_other_keys_are_passed_over() -> None:
    witness = Signer("witness.example", b"w" * 32).sign(TEXT).splitlines()[-1]
    assert open_note(f"{NOTE}{witness}\n", Verifier.parse(KEY)) == TEXT


def test_a_note_that_only_others_signed_is_refused() -> None:
    with pytest.raises(BadNote, match="not signed by this key"):
        open_note(NOTE, SIGNER.verifier)


def test_the_same_name_with_another_key_does_not_pass() -> None:
    forged = Signer("serment.journal/test", b"f" * 32).sign(CHECKPOINT.text())
    with pytest.raises(BadNote):
        open_note(forged, SIGNER.verifier)


@pytest.mark.parametrize("line", ["no dash", "— name", "— name not*base64", ""])
def test_a_signature_line_out_of_form_is_refused(line: str) -> None:
    with pytest.raises(BadNote):
        open_note(f"{NOTE}{line}\n", SIGNER.verifier)


@pytest.mark.parametrize("character", ["\r", "\t", "\0", "\x7f"])
def test_a_note_with_a_control_character_is_refused(character: str) -> None:
    note = SIGNER.sign(f"a{character}b\n")
    with pytest.raises(BadNote):
        open_note(note, SIGNER.verifier)


def test_a_text_without_a_last_line_feed_is_not_signed() -> None:
    with pytest.raises(BadNote):
        SIGNER.sign("text")


def test_a_name_with_a_space_or_a_plus_makes_no_signer() -> None:
    for name in ("", "a b", "a+b", "a\n"):
        with pytest.raises(BadNote):
            Signer(name, b"s" * 32)


def test_a_checkpoint_is_three_lines_and_reads_back() -> None:
    lines = CHECKPOINT.text().split("\n")
    assert lines == ["serment.journal/test", "20852163", base64.b64encode(b"r" * 32).decode(), ""]
    assert Checkpoint.parse(open_note(SIGNER.sign(CHECKPOINT.text()), SIGNER.verifier)) == CHECKPOINT


def test_further_lines_of_a_checkpoint_are_kept() -> None:
    text = CHECKPOINT.text() + "one more\n"
    assert Checkpoint.parse(text).extensions == ("one more",)
    assert Checkpoint.parse(text).text() == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20852163", "020852163"), ("20852163", "+20852163"), ("20852163", "-1"), ("20852163", "2_0"), ("20852163", "many"),
        ("20852163", ""), ("serment.journal/test", ""), ("cnJy", "cnJ"), ("cnJycn", "cnJ*cn"), ("=\n", "=\n\nmore\n"), ("=\n", "="),
    ],
)  # fmt: skip
def test_a_checkpoint_out_of_form_is_refused(old: str, new: str) -> None:
    text = CHECKPOINT.text().replace(old, new, 1)
    assert text != CHECKPOINT.text()
    with pytest.raises(BadNote):
        Checkpoint.parse(text)
