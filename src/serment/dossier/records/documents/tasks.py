"""The words between this process and its confined children. Apart, so that neither side loads the other: one decodes, one holds keys."""

from __future__ import annotations

# What runs in a PDF (`cleaning.py`).
CLEAN, CLEANED, LOCKED = "clean", "cleaned", "locked"
# The sheets of a scan (`scans.py`).
COUNT, SHEET = "count", "sheet"
COUNTED, SHOWN, MISSING = "counted", "shown", "missing"
SHEETS_MAX = 200
