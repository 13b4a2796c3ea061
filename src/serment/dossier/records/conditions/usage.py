"""What wards say for a disease that the French CIM-10 calls otherwise: abbreviations and everyday words, folded (no accent, no capital)."""

from __future__ import annotations

# The codes that are meant, as the classification writes them, the most usual first.
CODES: dict[str, tuple[str, ...]] = {
    "acfa": ("I489", "I480", "I482"), "ait": ("G459",), "aomi": ("I702",), "avc": ("I64", "I639", "I619"), "bpco": ("J449", "J441", "J440"),
    "dmla": ("H353",), "dt1": ("E109",), "dt2": ("E119",), "ep": ("I269", "I260"), "fa": ("I489",), "hbp": ("N40",), "hta": ("I10",),
    "htap": ("I270",), "ic": ("I509", "I500"), "idm": ("I219", "I252"), "ira": ("N179",), "irc": ("N189",), "mici": ("K509", "K519"),
    "oap": ("J81", "I501"), "pr": ("M069",), "rgo": ("K219", "K210"), "saos": ("G473",), "sas": ("G473",), "sca": ("I249", "I200"),
    "sep": ("G35",), "tvp": ("I802",), "vih": ("B24",), "bav": ("I443",), "rao": ("R33",), "ist": ("A64",),
    "escarre": ("L899", "L892", "L893"), "infarctus": ("I219",),
    "hypertension": ("I10",), "phlebite": ("I802",), "pyelonephrite": ("N10", "N12"), "tension": ("I10",), "pneumonie": ("J189", "J159"),
    "pneumopathie": ("J189", "J159"),
}  # fmt: skip

# One word of everyday speech, and the words of the classification.
WORDS: dict[str, tuple[str, ...]] = {
    "cancer": ("tumeur", "maligne"), "escarre": ("ulcere", "decubitus"),
    "mucoviscidose": ("fibrose", "kystique"), "tension": ("hypertension",),
}  # fmt: skip
