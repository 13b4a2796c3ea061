"""Signed notes and checkpoints are those of C2SP: public examples verify, and anything out of form is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from serment.wire.note import COSIGNATURE, ED25519, BadNote, Checkpoint, Signer, Verifier, cosigned_at, open_note

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


# --- cosignatures ---

WITNESS = Signer("witness.example/w1", b"w" * 32, kind=COSIGNATURE)
AT = 1679315147


def cosigned(note: str, *, signer: Signer = WITNESS, timestamp: int = AT) -> str:
    return note + signer.cosign(note.rpartition("\n\n")[0] + "\n", timestamp=timestamp)


def test_a_cosignature_says_when_and_covers_the_whole_checkpoint() -> None:
    note = SIGNER.sign(CHECKPOINT.text())
    assert cosigned_at(cosigned(note), WITNESS.verifier) == AT
    assert open_note(cosigned(note), SIGNER.verifier) == CHECKPOINT.text()
    for old, new in ((b"20852163", b"20852164"), (b"/test", b"/text")):
        with pytest.raises(BadNote, match=r"^the signature does not hold$"):
            cosigned_at(cosigned(note).encode().replace(old, new).decode(), WITNESS.verifier)


def test_what_a_witness_signs_is_the_message_of_the_specification() -> None:
    raw = base64.b64decode(WITNESS.cosign(CHECKPOINT.text(), timestamp=AT).split(" ")[2])
    message = f"cosignature/v1\ntime 1679315147\nserment.journal/test\n20852163\n{base64.b64encode(b'r' * 32).decode()}\n"
    key = Ed25519PublicKey.from_public_bytes(WITNESS.verifier.key)
    key.verify(raw[12:], message.encode())
    assert raw[:4] == hashlib.sha256(b"witness.example/w1\n\x04" + WITNESS.verifier.key).digest()[:4]
    assert raw[4:12] == AT.to_bytes(8, "big")


def test_the_time_of_a_cosignature_cannot_be_moved() -> None:
    note = SIGNER.sign(CHECKPOINT.text())
    line = WITNESS.cosign(CHECKPOINT.text(), timestamp=AT).split(" ")
    raw = bytearray(base64.b64decode(line[2]))
    raw[11] ^= 1
    with pytest.raises(BadNote, match=r"^the signature does not hold$"):
        cosigned_at(f"{note}{line[0]} {line[1]} {base64.b64encode(raw).decode()}\n", WITNESS.verifier)


def test_a_cosignature_is_no_signature_and_a_signature_no_cosignature() -> None:
    """Even with the same name and the same key: the kind is part of what a key is known by."""
    both = [Signer("one.name", b"k" * 32, kind=kind) for kind in (ED25519, COSIGNATURE)]
    note = both[0].sign(CHECKPOINT.text())
    with pytest.raises(BadNote, match=r"^not cosigned by this key$"):
        cosigned_at(note, both[1].verifier)
    with pytest.raises(BadNote, match=r"^not signed by this key$"):
        open_note(cosigned(SIGNER.sign(CHECKPOINT.text()), signer=both[1]), both[0].verifier)
    assert both[0].verifier != both[1].verifier
    assert both[0].verifier.key == both[1].verifier.key


def test_the_kind_of_a_key_is_part_of_how_it_is_written() -> None:
    text = str(WITNESS.verifier)
    assert base64.b64decode(text.rpartition("+")[2])[:1] == COSIGNATURE == b"\x04"
    assert Verifier.parse(text, kind=COSIGNATURE) == WITNESS.verifier
    with pytest.raises(BadNote, match=r"^not a verifier key$"):
        Verifier.parse(text)
    with pytest.raises(BadNote, match=r"^not a verifier key$"):
        Verifier.parse(KEY, kind=COSIGNATURE)


@pytest.mark.parametrize(("timestamp", "holds"), [(0, True), (2**63 - 1, True), (2**63, False), (2**64 - 1, False)])
def test_a_time_beyond_all_time_is_refused(timestamp: int, holds: bool) -> None:
    note = cosigned(SIGNER.sign(CHECKPOINT.text()), timestamp=timestamp)
    if holds:
        assert cosigned_at(note, WITNESS.verifier) == timestamp
    else:
        with pytest.raises(BadNote, match=r"^no such time$"):
            cosigned_at(note, WITNESS.verifier)


@pytest.mark.parametrize("length", [0, 1, 4, 11, 12, 13, 75])
def test_a_cosignature_cut_short_is_refused(length: int) -> None:
    raw = base64.b64decode(WITNESS.cosign(CHECKPOINT.text(), timestamp=AT).split(" ")[2])[:length]
    with pytest.raises(BadNote):
        cosigned_at(f"{SIGNER.sign(CHECKPOINT.text())}— witness.example/w1 {base64.b64encode(raw).decode()}\n", WITNESS.verifier)
