"""Who else is around somebody, and how they are reached: parents and guardians, heirs, a place where alone one may write, the dead."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from serment.dossier.demonstration import identities
from serment.dossier.demonstration.organisation import CITY, HOME, UNIT
from serment.dossier.demonstration.people import Person
from serment.dossier.demonstration.seeds import drawn
from serment.dossier.demonstration.types import Address, Contact, Correspondent
from serment.dossier.records.consents.types import Told

MAJORITY = 18
# One former patient in so many has died since; one in so many others may be written to at one place only.
DECEASED_ONE_IN, SAFE_ONE_IN = 9, 23
# Of the residents of a nursing home: one in so many under guardianship, under curatorship.
GUARDIANSHIP_ONE_IN, CURATORSHIP_ONE_IN = 6, 7
LANGUAGES = ("en", "pt", "ar")
LANGUAGE_ONE_IN = 19
PROTECTED_ONE_IN = 29
VERIFIED_SHARE = 0.6

_PLACE = Address(line="12 rue des Écoliers", postal_code=identities.FICTIONAL_POSTAL_CODE, city=CITY, insee="")


def has_died(who: Person) -> bool:
    """Whether somebody who left has died since."""
    return who.situation.state == "past" and not who.situation.cast and who.age > 60 and who.index % DECEASED_ONE_IN == 0


def around(who: Person, found: tuple[Correspondent, ...], home: Address) -> tuple[Correspondent, ...]:
    """Everybody around a person: those who are told of anyway, with what each may receive, and the others."""
    rng = drawn("entourage", who.index)
    known = tuple(replace(one, receives=_receives(one.role)) for one in found)
    kin = next(one for one in known if one.role in ("trusted_person", "emergency_contact"))
    return (*known, *_representatives(rng, who, kin, home), *_others(rng, who), *_heirs(who, kin))


def _receives(role: str) -> tuple[str, ...]:
    return {
        "treating_physician": ("discharge_letter", "results"), "trusted_person": ("news", "bad_news_by_voice"),
        "emergency_contact": ("news",), "pharmacy": ("discharge_letter",),
    }.get(role, ())  # fmt: skip


def _representatives(rng: Random, who: Person, kin: Correspondent, home: Address) -> list[Correspondent]:
    """The parent of a child; the guardian or the curator of some residents."""
    if who.age < MAJORITY:
        return [replace(kin, role="guardian", measure="parent", address=home, receives=("discharge_letter", "appointments", "news"))]
    if UNIT[who.situation.unit].establishment != HOME:
        return []
    if who.index % GUARDIANSHIP_ONE_IN == 0:
        return [replace(kin, role="guardian", measure="guardianship", address=_PLACE, receives=("discharge_letter", "news"))]
    if who.index % CURATORSHIP_ONE_IN == 0:
        return [
            Correspondent(
                role="guardian", name="Association tutélaire des Levées", relation="mandataire judiciaire", measure="curatorship",
                telephone=identities.telephone(rng, identities.LANDLINE), address=replace(_PLACE, line="3 place du Bac"),
                receives=("appointments",),
            )
        ]  # fmt: skip
    return []


def _others(rng: Random, who: Person) -> list[Correspondent]:
    """A specialist, a nurse at home, a safe contact."""
    found = []
    if who.situation.cast == "farid" or who.index % 5 == 0:
        found.append(
            Correspondent(
                role="specialist", name="Dr Maëlle Kerbrat", relation="gastro-entérologue",
                telephone=identities.telephone(drawn("specialist", 1), identities.LANDLINE),
                address=replace(_PLACE, line="8 quai des Saules"),
                receives=("discharge_letter",),
            )
        )  # fmt: skip
    if who.age > 70 and who.index % 4 == 0:
        found.append(
            Correspondent(
                role="home_nurse", name="Cabinet infirmier de la Levée", relation="",
                telephone=identities.telephone(rng, identities.LANDLINE), receives=("discharge_letter",),
            )
        )  # fmt: skip
    if is_sheltered(who):
        found.append(
            Correspondent(
                role="safe_contact", relation="",
                name="Maison des femmes, pour elle" if who.sex == "F" else "Maître Odile Lambert, pour lui",
                telephone=identities.telephone(rng, identities.LANDLINE), address=replace(_PLACE, line="BP 41"),
            )
        )  # fmt: skip
    return found


def is_sheltered(who: Person) -> bool:
    """Whether an adult asked to be written to at one place only."""
    return MAJORITY <= who.age < 60 and not who.situation.cast and not who.situation.relation and who.index % SAFE_ONE_IN == 0


def is_protected(who: Person) -> bool:
    """Whose name is under its own rule: Gisèle, who works where she is cared for, and a few adults in a bed."""
    in_bed = who.situation.state == "current" and not who.situation.relation and not who.situation.cast
    return who.situation.cast == "gisele" or (in_bed and MAJORITY <= who.age < 60 and who.index % PROTECTED_ONE_IN == 0)


def _heirs(who: Person, kin: Correspondent) -> list[Correspondent]:
    return [replace(kin, role="heir", address=_PLACE, receives=())] if has_died(who) else []


def reached(who: Person, contact: Contact, now: datetime) -> Contact:
    """How somebody is reached, with what was made sure of, the language one speaks with them, and their death."""
    rng = drawn("reached", who.index)
    verified = (now - timedelta(days=rng.randint(2, 300))).date() if rng.random() < VERIFIED_SHARE else None
    language = LANGUAGES[who.index % len(LANGUAGES)] if who.index % LANGUAGE_ONE_IN == 0 and not who.situation.cast else "fr"
    died = (now - timedelta(days=rng.randint(3, 25))).date().isoformat() if has_died(who) else ""
    return replace(contact, verified_on=verified, language=language, deceased=died)


# Every tenth patient tells several wishes; Farid, who is the first, too.
WISHES_ONE_IN = 10


def wishes(index: int, born: int, at: datetime) -> tuple[Told, ...]:
    """What somebody said of their wishes: most are asked about their directives, some said more."""
    if at.year - born < MAJORITY:
        return ()
    written = index % 3 == 0
    directives = Told(
        topic="advance_directives", decision="exist" if written else "none", kept_at="chez sa personne de confiance" if written else "",
        text="Pas de réanimation prolongée si l’état est sans espoir." if index % WISHES_ONE_IN == 0 else "",
        since=str(at.year - 1 - index % 4) if written else "",
    )  # fmt: skip
    if index % WISHES_ONE_IN:
        return (directives,) if index % 2 else ()
    return (
        directives,
        Told(topic="organ_donation", decision="deny" if index % 20 else "permit", since=str(at.year - 2)),
        Told(topic="told", decision="wish", text="Sa compagne, de tout ; ses parents, seulement qu’il va bien.".replace(" ;", "\u202f;")),
        Told(topic="sharing", decision="permit"),
        Told(topic="presence", decision="deny"),
    )
