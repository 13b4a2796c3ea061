"""UCUM units as they are written on French wards; units of weight that are misread are in full. Pure."""

from __future__ import annotations

_UNITS = {
    "mm[Hg]": "mmHg", "Cel": "°C", "/min": "/min", "{score}": "", "1": "", "ug": "microgrammes", "[iU]": "unités", "10*9/L": "G/L",
    "10*12/L": "T/L", "umol/L": "µmol/L", "mL/min/{1.73_m2}": "mL/min/1,73 m²", "kg/m2": "kg/m²", "{beats}/min": "/min",
    "10*3/uL": "G/L", "10*6/uL": "T/L", "ug/L": "µg/L", "m[IU]/L": "mUI/L", "[IU]/L": "UI/L", "%": "%",
}  # fmt: skip


def unit(value: str) -> str:
    """A UCUM unit the French way."""
    return _UNITS.get(value, value)
