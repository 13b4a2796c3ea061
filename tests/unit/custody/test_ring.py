"""The generations as a running guard holds them: it follows what changes, and stands when nothing can be read."""

from __future__ import annotations

import pytest
from cryptography.exceptions import InvalidTag

from serment.custody import ring
from serment.custody.keyfile import FileMasterKey
from serment.custody.master import Generations, MasterKeyError

NAME = b"patient|1"
KEY = b"k" * 32
ONE, TWO = FileMasterKey(b"1" * 32), FileMasterKey(b"2" * 32)


class Source:
    """What a key ring reads: its generations, when they changed, and whether they can be read."""

    def __init__(self) -> None:
        self.generations = Generations(current=1, keys={1: ONE})
        self.at: object = 0
        self.readings = 0
        self.is_broken = False

    def load(self) -> Generations:
        self.readings += 1
        if self.is_broken:
            raise MasterKeyError("abîmé")
        return self.generations

    def change(self, generations: Generations) -> None:
        self.generations, self.at = generations, object()


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def keys(source: Source) -> ring.KeyRing:
    return ring.KeyRing(source.load, stamp=lambda: source.at)


BOTH = Generations(current=2, keys={1: ONE, 2: TWO})


def test_a_wrapped_key_begins_with_its_generation(keys: ring.KeyRing, source: Source) -> None:
    wrapped = keys.wrap(KEY, name=NAME)
    assert wrapped[:4] == b"\x00\x00\x00\x01"
    assert len(wrapped) == 4 + ring.BARE_BYTES
    assert ring.parted(wrapped) == (1, wrapped[4:])
    assert ring.parted(wrapped[4:]) == (1, wrapped[4:])
    assert keys.unwrap(wrapped[4:], name=NAME) == keys.unwrap(wrapped, name=NAME) == KEY
    source.change(BOTH)
    assert keys.wrap(KEY, name=NAME)[:4] == b"\x00\x00\x00\x02"
    assert keys.current == 2


def test_it_is_read_once_and_again_only_when_it_changed(keys: ring.KeyRing, source: Source) -> None:
    wrapped = keys.wrap(KEY, name=NAME)
    for _ in range(5):
        keys.unwrap(wrapped, name=NAME)
    assert source.readings == 1
    source.change(BOTH)
    for _ in range(5):
        keys.unwrap(wrapped, name=NAME)
    assert source.readings == 2


def test_a_generation_that_is_gone_opens_nothing(keys: ring.KeyRing, source: Source) -> None:
    wrapped = keys.wrap(KEY, name=NAME)
    source.change(Generations(current=2, keys={2: TWO}))
    with pytest.raises(InvalidTag):
        keys.unwrap(wrapped, name=NAME)
    with pytest.raises(InvalidTag):
        keys.unwrap(wrapped[4:], name=NAME)
    # The name of a generation proves nothing: its key does.
    with pytest.raises(InvalidTag):
        keys.unwrap(ring.prefix(2) + wrapped[4:], name=NAME)


@pytest.mark.parametrize("wrapped", [b"", b"\x00", b"\x00\x00\x00\x01", b"\x00\x00\x00\x09" + b"w" * 60])
def test_what_is_no_wrapped_key_opens_nothing(keys: ring.KeyRing, wrapped: bytes) -> None:
    with pytest.raises(InvalidTag):
        keys.unwrap(wrapped, name=NAME)


def test_records_still_open_when_the_new_file_cannot_be_read_and_nothing_is_wrapped_by_the_old_key(
    keys: ring.KeyRing, source: Source
) -> None:
    wrapped = keys.wrap(KEY, name=NAME)
    newer = ring.prefix(2) + TWO.wrap(KEY, name=NAME)
    source.change(BOTH)
    source.is_broken = True
    assert keys.unwrap(wrapped, name=NAME) == KEY
    assert keys.current == 1
    with pytest.raises(MasterKeyError, match="abîmé"):
        keys.wrap(KEY, name=NAME)
    with pytest.raises(MasterKeyError, match="abîmé"):
        keys.unwrap(newer, name=NAME)
    source.is_broken = False
    assert keys.unwrap(newer, name=NAME) == KEY
    assert keys.wrap(KEY, name=NAME)[:4] == ring.prefix(2)
    readings = source.readings
    keys.wrap(KEY, name=NAME)
    assert source.readings == readings


def test_a_file_that_was_put_in_a_safe_after_the_start_changes_nothing(keys: ring.KeyRing, source: Source) -> None:
    source.at = None
    assert keys.unwrap(keys.wrap(KEY, name=NAME), name=NAME) == KEY
    assert source.readings == 1
