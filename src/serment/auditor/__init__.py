"""The offline verifier: from an export of the journal, it recomputes everything and names the first thing that does not hold.

For a data-protection officer, a witness or a judge: it needs Python, `cryptography` and `serment.wire`, no database and no network.
"""

from serment.auditor.command import main

__all__ = ["main"]
