"""The witness: a small program elsewhere that keeps the last checkpoint of a journal, checks that the next one extends it, and co-signs."""

from serment.witness.command import main

__all__ = ["main"]
