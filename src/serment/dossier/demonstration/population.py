"""Patient number i, whole: everything is drawn from its own number, so the first patients are alike in a demonstration of any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from serment.dossier.demonstration import analyses, chronicle, entourage, histories, identities, people, timing, vitals
from serment.dossier.demonstration.clinic import complaints
from serment.dossier.demonstration.organisation import HOME, UNIT, establishment_of
from serment.dossier.demonstration.people import Person
from serment.dossier.demonstration.seeds import drawn
from serment.dossier.demonstration.staff import MEMBER
from serment.dossier.demonstration.types import Address, Allergen, Contact, Correspondent, Drug, Leg, Measure, Member, Patient

FALL_AGE = 76
ISOLATION_SHARE = 0.06


def population(count: int, now: datetime) -> Iterator[Patient]:
    """The first `count` patients at an instant."""
    return (patient(index, now) for index in range(count))


def patient(index: int, now: datetime) -> Patient:
    """Patient number `index` at an instant."""
    now = timing.minute(now)
    who = people.person(index, now)
    rng = drawn("history", index)
    state = who.situation.state
    chosen = histories.terrains(rng, who)
    treatments = histories.drugs(who, chosen, in_care=state == "current")
    known, none_known = histories.allergies(rng, who, treatments)
    told = histories.diagnoses(rng, who, chosen)
    legs = _legs(rng, who, now)
    # Somebody who is only expected has no stay for the reason of the scenario yet.
    main = legs[-1] if state != "expected" else None
    treating = _treating(rng, who)
    doctor = treating[0] if treating else chronicle.physician(rng, who.situation.unit)
    reach = entourage.reached(who, _contact(who), now)
    return Patient(
        index=index,
        identity=people.identity(who),
        contact=reach,
        stays=legs,
        appointment=timing.appointment(rng, who, now) if state == "expected" else None,
        allergies=known,
        no_known_allergy=none_known,
        diagnoses=told,
        sealed_diagnoses=who.scenario.sealed,
        complaints=complaints.of(who.scenario.key) if main else (),
        drugs=treatments,
        measures=_measures(rng, who, legs, now, codes={one.code for one in told}),
        notes=chronicle.notes(rng, who, main, doctor, now) if main else (),
        correspondents=entourage.around(who, _correspondents(rng, who), reach.address),
        papers=chronicle.documents(rng, who, main, doctor, drugs=treatments, diagnoses=told, now=now) if main else (),
        samples=tuple(analyses.samples(who, main, now)) if main else (),
        alerts=_alerts(rng, who, known, none_known, treatments),
        treating=treating,
        is_protected=entourage.is_protected(who),
    )


def _legs(rng: Random, who: Person, now: datetime) -> tuple[Leg, ...]:
    """Stays, the oldest first."""
    state = who.situation.state
    if state == "expected":
        return (timing.earlier_consultation(rng, who, now),)
    main = timing.current(rng, who, now) if state == "current" else timing.past(rng, who, now, name=f"{who.index}-1")
    before = 16 <= who.age < 90 and main.kind != "resident" and not who.situation.cast and rng.random() < 0.22
    earlier = timing.earlier_consultation(rng, who, main.passages[0][2]) if before else None
    return (earlier, main) if earlier else (main,)


def _contact(who: Person) -> Contact:
    """Residents live in the home; a newborn lives with its mother."""
    rng = drawn("contact", who.index)
    given, name = who.given_names[0], who.used_name or who.birth_name
    if who.situation.relation == "mother":
        mother = identities.contact(drawn("contact", who.situation.other), given=given, name=name, age=30, index=who.index)
        return replace(mother, email="")
    found = identities.contact(rng, given=given, name=name, age=who.age, index=who.index)
    if who.situation.state == "current" and UNIT[who.situation.unit].establishment == HOME:
        room = f"{establishment_of(who.situation.unit).name}, chambre {who.situation.bed}"
        return replace(found, address=Address(line=room, postal_code=identities.FICTIONAL_POSTAL_CODE, city="Serment-sur-Loire", insee=""))
    return found


def _correspondents(rng: Random, who: Person) -> tuple[Correspondent, ...]:
    found = chronicle.correspondents(rng, who)
    if who.situation.relation != "mother":
        return found
    mother = people.adult(who.situation.other)
    told = f"{mother.given_names[0]} {mother.used_name or mother.birth_name}"
    return tuple(replace(one, name=told, relation="mère") if one.role == "emergency_contact" else one for one in found)


def _measures(rng: Random, who: Person, legs: tuple[Leg, ...], now: datetime, *, codes: set[str]) -> tuple[Measure, ...]:
    """The latest round, for people in a bed the one before, and where people are watched closely those of the days before."""
    main, profile = legs[-1], who.scenario.vitals
    began = main.passages[0][2]
    at = max(began + timedelta(minutes=5), (main.ended_at or now) - timedelta(minutes=rng.randint(15, 170)))
    obese, diabetic = "E66.0" in codes, bool({"E11.9", "E11.6", "E10.1"} & codes)
    weight, height = vitals.body(rng, age=who.age, sex=who.sex, obese=obese, thin=UNIT[who.situation.unit].establishment == HOME)
    if profile == "newborn":
        return vitals.newborn(rng, at=at, weight=round(weight, 2))
    profile = "stable" if who.situation.state != "current" and profile != "child" else profile
    latest = vitals.measures(rng, profile=profile, at=at, weight=weight, height=height, diabetic=diabetic)
    before = at - timedelta(hours=rng.randint(8, 12))
    if who.situation.state != "current" or before <= began:
        return latest
    found = vitals.measures(rng, profile=profile, at=before, weight=weight, height=height, diabetic=diabetic)[:-2]
    if main.passages[-1][0] in vitals.WATCHED:
        found = (*_rounds(who, profile, began, before, diabetic=diabetic), *found)
    return (*found, *latest)


def _rounds(who: Person, profile: str, began: datetime, until: datetime, *, diabetic: bool) -> tuple[Measure, ...]:
    """The rounds before, three a day since the arrival, as far as curves need them."""
    rng = drawn("rounds", who.index)
    at, found = until, []
    for _round in range(vitals.ROUNDS_BEFORE):
        at -= timedelta(minutes=rng.randint(430, 530))
        if at <= began:
            break
        found.append(vitals.measures(rng, profile=profile, at=at, weight=0, height=0, diabetic=diabetic)[:-2])
    return tuple(one for round in reversed(found) for one in round)


def _alerts(rng: Random, who: Person, known: tuple[Allergen, ...], none_known: bool, treatments: tuple[Drug, ...]) -> tuple[str, ...]:
    """The facts that ward lists show."""
    tags = {tag for drug in treatments for tag in drug.tags}
    found = ["allergy"] if known else ["no_known_allergy"] if none_known else []
    if who.situation.state == "current":
        if (who.age >= FALL_AGE and rng.random() < 0.55) or who.scenario.key in ("chute", "femur", "avc"):
            found.append("fall")
        if who.situation.unit in ("medicine", "icu", "rehabilitation") and rng.random() < ISOLATION_SHARE:
            found.append("isolation")
        if {"metformine", "insuline_lente"} & tags or who.scenario.key == "insuffisance_cardiaque":
            found.append("diet")
    return tuple(found)


def _treating(rng: Random, who: Person) -> tuple[Member, ...]:
    """The physician of the ward who answers for somebody in care."""
    if who.situation.state != "current":
        return ()
    if who.situation.cast == "farid":
        return (MEMBER["amel"],)
    return (chronicle.physician(rng, who.situation.unit),)
