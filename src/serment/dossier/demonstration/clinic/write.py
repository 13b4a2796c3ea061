"""How scenarios are written down, in few words."""

from __future__ import annotations

from serment.dossier.demonstration.types import Diagnosis


def dx(code: str, label: str, years: int = 0) -> Diagnosis:
    """A diagnosis of CIM-10."""
    return Diagnosis(code=code, label=label, years=years)
