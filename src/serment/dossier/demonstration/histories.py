"""The clinical history of one person: allergies, diagnoses, treatments and measures that agree with one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from serment.dossier.demonstration.clinic import drugs as rx
from serment.dossier.demonstration.clinic.terrains import ALLERGENS, TELLINGS, TERRAINS
from serment.dossier.demonstration.organisation import UNIT
from serment.dossier.demonstration.people import Person
from serment.dossier.demonstration.types import Allergen, Diagnosis, Drug, Terrain

# From this age on, and beside an anticoagulant or a kidney disease, no anti-inflammatory drug.
AINS_AGE_MAX = 64
# Where metformin is stopped on arrival: surgery, intensive care, an examination with contrast.
NO_METFORMIN = frozenset({"surgery", "icu", "cardiology"})
SHORT_OF_OXYGEN = frozenset({"respiratory", "respiratory_severe", "copd", "heart_failure", "shock"})

# What somebody goes on taking at home after the reason for it was treated here, and what replaces the hospital's form of it.
LASTING = frozenset({"antiagregant", "antiagregant_2", "anticoagulant", "betabloquant", "iec", "statine", "insuline_lente", "diuretique"})
AT_HOME = {rx.APIXABAN_LOADING: rx.APIXABAN, rx.FUROSEMIDE_VEIN: rx.FUROSEMIDE}
ONLY_HERE = frozenset({rx.ENOXAPARINE_4000, rx.FONDAPARINUX})

ALLERGIC, NONE_KNOWN = 0.34, 0.80  # shares: then "none known", then nobody has asked


def terrains(rng: Random, who: Person) -> tuple[Terrain, ...]:
    """Long-standing conditions: more of them with age, none that the scenario excludes or that exclude one another."""
    if not who.scenario.terrains or who.age < 16:
        return ()
    wanted = rng.choice(_how_many(who.age))
    banned = _banned(who)
    codes = {who.scenario.diagnosis.code[:3], *(one.code[:3] for one in who.scenario.others)}
    chosen: list[Terrain] = []
    pool = [one for one in TERRAINS if one.age[0] <= who.age <= one.age[1] and one.sex in ("", who.sex)]
    while pool and len(chosen) < wanted:
        one = rng.choices(pool, [candidate.weight for candidate in pool])[0]
        pool.remove(one)
        if one.key in banned or one.diagnosis.code[:3] in codes or {other.key for other in chosen} & set(one.excludes):
            continue
        chosen.append(one)
        codes.add(one.diagnosis.code[:3])
        banned.update(one.excludes)
    return tuple(chosen)


def _how_many(age: int) -> tuple[int, ...]:
    if age < 40:
        return (0, 0, 0, 1)
    return (0, 1, 1, 2) if age < 60 else (1, 2, 2, 3) if age < 75 else (2, 3, 3, 4)


def _banned(who: Person) -> set[str]:
    banned = set(who.scenario.excludes)
    tags = {tag for drug in who.scenario.drugs for tag in drug.tags}
    if "anticoagulant" in tags or "antiagregant" in tags:
        banned |= {"fibrillation"}
    if "betabloquant" in tags:
        banned |= {"asthme"}
    if "metformine" in tags or who.situation.unit in NO_METFORMIN or who.scenario.vitals in SHORT_OF_OXYGEN:
        banned |= {"diabete"}
    return banned


def diagnoses(rng: Random, who: Person, chosen: Iterable[Terrain]) -> tuple[Diagnosis, ...]:
    """The reason for being here first, then what goes with it, then the long-standing conditions with their years."""
    standing = tuple(
        Diagnosis(code=one.diagnosis.code, label=one.diagnosis.label, years=min(rng.randint(2, 18), max(1, who.age - one.age[0] + 2)))
        for one in chosen
    )
    return (who.scenario.diagnosis, *who.scenario.others, *standing)


def drugs(who: Person, chosen: tuple[Terrain, ...], *, in_care: bool) -> tuple[Drug, ...]:
    """One line for each class, the scenario's first. Out of hospital only the usual treatment is left."""
    own = who.scenario.drugs if in_care else tuple(_at_home(drug) for drug in who.scenario.drugs if _lasts(drug))
    lines = [*own, *(drug for one in chosen for drug in one.drugs)]
    fragile = who.age > AINS_AGE_MAX or any(one.key == "rein" for one in chosen)
    kept: dict[str, Drug] = {}
    for drug in lines:
        if not (fragile and "ains" in drug.tags):
            kept.setdefault(drug.tags[0], drug)
    return tuple(kept.values())


def _lasts(drug: Drug) -> bool:
    return not drug.since_admission or (drug.tags[0] in LASTING and drug not in ONLY_HERE)


def _at_home(drug: Drug) -> Drug:
    """The same treatment once it has become the usual one."""
    return replace(AT_HOME.get(drug, drug), since_admission=False)


def allergies(rng: Random, who: Person, treatments: tuple[Drug, ...]) -> tuple[tuple[Allergen, ...], bool]:
    """Allergies, and whether somebody wrote that none is known. None clashes with what the person is given."""
    if who.situation.cast == "farid":
        return (_told(ALLERGENS[1], 4), _told(ALLERGENS[-5], 2)), False
    if who.age == 0:
        return (), False
    chance = rng.random()
    if chance >= ALLERGIC:
        return (), chance < NONE_KNOWN
    given = {tag for drug in (*treatments, *who.scenario.drugs) for tag in drug.tags}
    fit = [one for one in ALLERGENS if not given & set(one.clashes)]
    if UNIT[who.situation.unit].kind in ("medicine", "intensive_care") or who.age > 60:
        fit = [one for one in fit if one.category != "food" or one.name in ("Crustacés", "Fruits à coque")]
    first = rng.choice(fit)
    second = [one for one in fit if one.category != first.category]
    chosen = (first, rng.choice(second)) if second and rng.random() < 0.18 else (first,)
    return tuple(_told(one, who.index + place) for place, one in enumerate(chosen)), False


def _told(one: Allergen, number: int) -> Allergen:
    """The same, as one of several ways in which one hears of an allergy."""
    source, name, certainty, days = TELLINGS[number % len(TELLINGS)]
    return replace(one, source=source, source_name=name, certainty=certainty, review_days=days, onset_years=number * 7 % 23)
