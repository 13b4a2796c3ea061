"""The words between this process and the confined children that make pages (`pages.py`). Apart, so that neither side loads the other."""

from __future__ import annotations

JOIN, PAGES, MADE, PDF = "join", "pages", "made", "application/pdf"
