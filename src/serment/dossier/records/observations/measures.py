"""The vital signs: what each is called, coded, counted in, and within which bounds it is normal or plausible.

Codes are LOINC, units UCUM. Plausible bounds lead to a question, never to a refusal: they say what a hand mistypes, not what a body does.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One vital sign. `low` and `high` bound the adult's normal values, `least` and `most` what is plausible."""

    name: str
    code: str
    label: str
    short: str
    unit: str
    least: str
    most: str
    low: str = ""
    high: str = ""


MEASURES: dict[str, Measure] = {
    one.name: one
    for one in (
        Measure(name="systolic", code="8480-6", label="Pression artérielle systolique", short="PAS", unit="mm[Hg]", least="60", most="240",
                low="90", high="140"),
        Measure(name="diastolic", code="8462-4", label="Pression artérielle diastolique", short="PAD", unit="mm[Hg]", least="30",
                most="140", low="50", high="90"),
        Measure(name="pulse", code="8867-4", label="Fréquence cardiaque", short="FC", unit="/min", least="30", most="200", low="50",
                high="100"),
        Measure(name="temperature", code="8310-5", label="Température", short="T°", unit="Cel", least="33", most="42", low="36.0",
                high="38.0"),
        Measure(name="respiration", code="9279-1", label="Fréquence respiratoire", short="FR", unit="/min", least="6", most="50", low="12",
                high="20"),
        Measure(name="saturation", code="59408-5", label="Saturation en oxygène (SpO2)", short="SpO2", unit="%", least="70", most="100",
                low="94", high="100"),
        Measure(name="oxygen", code="3151-8", label="Débit d’oxygène", short="O2", unit="L/min", least="0", most="15"),
        Measure(name="pain", code="72514-3", label="Douleur (échelle numérique)", short="Douleur", unit="{score}", least="0", most="10",
                low="0", high="3"),
        Measure(name="glycaemia", code="41653-7", label="Glycémie capillaire", short="Glycémie", unit="g/L", least="0.3", most="5",
                low="0.7", high="1.8"),
        Measure(name="diuresis", code="9187-6", label="Diurèse", short="Diurèse", unit="mL", least="0", most="4000"),
        Measure(name="weight", code="29463-7", label="Poids", short="Poids", unit="kg", least="2", most="250"),
        Measure(name="height", code="8302-2", label="Taille", short="Taille", unit="cm", least="40", most="220"),
    )
}  # fmt: skip

BY_CODE = {one.code: one for one in MEASURES.values()} | {"2708-6": MEASURES["saturation"]}

CONSCIOUSNESS = "67775-7"  # LOINC: level of responsiveness
BMI = "39156-5"
NEWS2 = "news2"  # a code of ours, among `resources.SCORES`

# ACVPU, as the score counts them.
LEVELS: dict[str, str] = {
    "A": "alerte",
    "C": "confus, depuis peu",
    "V": "réagit à la voix",
    "P": "réagit à la douleur",
    "U": "sans réponse",
}

VITAL_CODES = frozenset(BY_CODE) | {CONSCIOUSNESS, BMI, NEWS2}
