"""Who patient number i is: sex, names, birth, INS. Only a newborn depends on the instant, since its mother has just given birth."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from random import Random

from serment.dossier.demonstration import identities
from serment.dossier.demonstration.clinic import catalogue, maternity
from serment.dossier.demonstration.organisation import ESTABLISHMENT, UNIT
from serment.dossier.demonstration.seeds import drawn
from serment.dossier.demonstration.situations import situation
from serment.dossier.demonstration.types import Scenario, Situation
from serment.wire.protocol import Identity, Ins, LocalNumber

FIRST_LOCAL_NUMBER = 4_000_000
WOMEN_IN_NURSING_HOMES = 0.74
# Newborns are born in a town with a maternity: the fictional one has no code.
BIRTH_PLACE_OF_NEWBORNS = "37261"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """The traits of somebody, before any door."""

    index: int
    situation: Situation
    scenario: Scenario = field(repr=False)
    sex: str
    birth_name: str = field(repr=False)
    given_names: tuple[str, ...] = field(repr=False)
    used_name: str = field(repr=False, default="")
    birth_date: date = field(repr=False)
    birth_place: str = field(repr=False, default="")

    @property
    def age(self) -> int:
        return max(0, int((identities.REFERENCE - self.birth_date).days / 365.25))


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A person of the playbill."""

    birth_name: str
    given_names: tuple[str, ...]
    sex: str
    birth_date: date
    birth_place: str
    used_name: str = ""


CAST = {
    "farid": Role(birth_name="Belkacem", given_names=("Farid", "Mohamed"), sex="M", birth_date=date(1967, 4, 12), birth_place="99352"),
    "gisele": Role(birth_name="Prévost", given_names=("Gisèle", "Anne"), sex="F", birth_date=date(1971, 9, 3), birth_place="45234"),
    "hugo": Role(birth_name="Marchetti", given_names=("Hugo",), sex="M", birth_date=date(1984, 2, 21), birth_place="13205"),
    "ines": Role(
        birth_name="Rochefort",
        given_names=("Inès", "Claire"),
        sex="F",
        birth_date=date(1988, 6, 17),
        birth_place="37261",
        used_name="Garnier",
    ),
}


def person(index: int, now: datetime) -> Person:
    """Patient number `index`, alike in every demonstration of whatever size."""
    place = situation(index)
    if place.relation == "mother":
        return _newborn(index, place, now)
    return adult(index)


@lru_cache(maxsize=4096)
def adult(index: int) -> Person:
    rng, place = drawn("person", index), situation(index)
    scenario = _scenario(rng, place)
    if place.cast:
        role = CAST[place.cast]
        return Person(
            index=index,
            situation=place,
            scenario=scenario,
            sex=role.sex,
            birth_name=role.birth_name,
            given_names=role.given_names,
            used_name=role.used_name,
            birth_date=role.birth_date,
            birth_place=role.birth_place,
        )
    twin = adult(place.other) if place.relation == "homonym" else None
    while twin and scenario.sex not in ("", twin.sex):
        scenario = _scenario(rng, place)
    sex = twin.sex if twin else scenario.sex or _sex(rng, place)
    born = identities.birth_date(rng, scenario.age)
    abroad = rng.choice(identities.ORIGINS) if not twin and rng.random() < identities.ABROAD_SHARE and born.year < 2000 else None
    return Person(
        index=index,
        situation=place,
        scenario=scenario,
        sex=sex,
        birth_date=born,
        birth_name=twin.birth_name if twin else rng.choice(abroad.surnames) if abroad else identities.surname(rng),
        given_names=(twin.given_names[0],) if twin else _given(rng, abroad, sex, born.year),
        used_name=_used_name(rng, sex, born),
        birth_place=abroad.code if abroad else identities.birth_place(rng, born),
    )


def _scenario(rng: Random, place: Situation) -> Scenario:
    return catalogue.SCENARIO[place.scenario] if place.scenario else rng.choice(catalogue.in_unit(place.unit))


def _sex(rng: Random, place: Situation) -> str:
    women = WOMEN_IN_NURSING_HOMES if UNIT[place.unit].kind == "nursing_home" else 0.5
    return "F" if rng.random() < women else "M"


def _given(rng: Random, origin: identities.Origin | None, sex: str, year: int) -> tuple[str, ...]:
    if origin is None:
        return identities.given_names(rng, sex=sex, year=year)
    return (rng.choice(origin.men if sex == "M" else origin.women),)


def _used_name(rng: Random, sex: str, born: date) -> str:
    """The name of a spouse, which most older women and some younger ones use."""
    share = 0.8 if born.year < 1960 else 0.45
    return identities.surname(rng) if sex == "F" and born.year < 1998 and rng.random() < share else ""


def _newborn(index: int, place: Situation, now: datetime) -> Person:
    rng, mother = drawn("person", index), adult(place.other)
    sex = rng.choice(("F", "M"))
    born = born_at(index, now)
    return Person(
        index=index,
        situation=place,
        scenario=maternity.NEWBORN,
        sex=sex,
        birth_name=mother.used_name or mother.birth_name,
        given_names=identities.given_names(rng, sex=sex, year=2015),
        birth_date=born.date(),
        birth_place=BIRTH_PLACE_OF_NEWBORNS,
    )


def born_at(index: int, now: datetime) -> datetime:
    """When a newborn in the maternity was born: one to three days ago."""
    return now - timedelta(hours=drawn("birth", index).randint(14, 64))


def identity(who: Person) -> Identity:
    """The identity as the guard is told it. Most are qualified; newborns and some others wait for their INS or for a document."""
    rng = drawn("identity", who.index)
    validated, number = _assurance(rng, who)
    attributes = ("homonyme",) if who.situation.relation == "homonym" else ()
    finess = ESTABLISHMENT[UNIT[who.situation.unit].establishment].finess
    return Identity(
        birth_name=identities.folded(who.birth_name),
        first_given_name=who.given_names[0],
        given_names=" ".join(who.given_names),
        birth_date=who.birth_date,
        sex=who.sex,
        birth_place=who.birth_place,
        used_name=identities.folded(who.used_name),
        ins=number,
        validated=validated,
        attributes=attributes,
        numbers=(LocalNumber(authority=finess, value=str(FIRST_LOCAL_NUMBER + who.index)),),
    )


def _assurance(rng: Random, who: Person) -> tuple[bool, Ins | None]:
    """Whether a document was checked, and the INS when INSi has answered: that makes the four statuses of RNIV."""
    if who.situation.relation == "mother":
        return False, None
    number = identities.ins(sex=who.sex, born=who.birth_date, birth_place=who.birth_place, index=who.index)
    chance = 0.0 if who.situation.cast else rng.random()
    if chance < 0.84:
        return True, number
    if chance < 0.90:
        return False, number
    return (True, None) if chance < 0.95 else (False, None)
