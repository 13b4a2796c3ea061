"""Tests of the record have the record at hand."""

from __future__ import annotations

from tests.fixtures.dossier import dossier

__all__ = ["dossier"]
