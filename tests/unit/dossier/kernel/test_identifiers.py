"""Derived identifiers: the same event, the same identifier."""

from __future__ import annotations

import pytest

from serment.dossier.kernel import ids


def test_the_same_parts_give_the_same_identifier() -> None:
    assert ids.derived("a", "b") == ids.derived("a", "b")


def test_parts_do_not_run_into_one_another() -> None:
    assert ids.derived("ab", "c") != ids.derived("a", "bc")
    assert ids.derived("a|1:b") != ids.derived("a", "b")


def test_nothing_gives_no_identifier() -> None:
    with pytest.raises(ValueError, match="something"):
        ids.derived()


@pytest.mark.parametrize("text", ["", "x", "1", "' or 1=1", "00000000-0000-0000-0000-00000000000g"])
def test_what_is_not_an_identifier_is_none(text: str) -> None:
    assert ids.parsed(text) is None
