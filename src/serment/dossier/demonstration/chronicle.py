"""What was written about one person: notes, documents, people to call."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from serment.dossier.demonstration import identities, papers
from serment.dossier.demonstration.organisation import CITY, UNIT, establishment_of
from serment.dossier.demonstration.people import Person
from serment.dossier.demonstration.seeds import drawn
from serment.dossier.demonstration.staff import PHYSICIANS, luhn_digit, working_in
from serment.dossier.demonstration.types import Address, Correspondent, Diagnosis, Drug, Leg, Member, Note, Paper, Patient
from serment.dossier.kernel.clock import PARIS

NIGHT_FROM, NIGHT_TO = 21, 7
# Residents live here for years: only the last days are told.
NURSING_TOLD, MEDICAL_TOLD = timedelta(hours=40), timedelta(days=50)

# Notes that belong to an hour of the day; the others are spread over the last rounds.
HOURS = {"Sommeil": 6, "Nuit": 6, "Déambulation": 19, "Désorientation": 19, "Vie sociale": 17}


class Kin(NamedTuple):
    """A relative: sex, years of birth after the patient's, and whose name they bear (the patient's birth or used name, or another)."""

    sex: str
    years: int
    name: str


KIN = {
    "mère": Kin("F", -28, "birth"),
    "père": Kin("M", -29, "birth"),
    "frère": Kin("M", 2, "birth"),
    "sœur": Kin("F", -2, "other"),
    "compagne": Kin("F", 0, "other"),
    "compagnon": Kin("M", 0, "other"),
    "fille": Kin("F", 28, "other"),
    "fils": Kin("M", 28, "used"),
    "nièce": Kin("F", 30, "other"),
}

FAMILY_DOCTORS = (
    "Arnaud Leblond",
    "Brigitte Salmon",
    "Cyril Montagne",
    "Delphine Oger",
    "Élise Pasquier",
    "Frank Quentin",
    "Guénola Rivoire",
    "Hubert Tisserand",
    "Irène Vannier",
    "Jacques Weill",
)
PHARMACIES = ("Pharmacie du Pont", "Pharmacie des Mariniers", "Pharmacie de la Levée", "Grande Pharmacie des Saules", "Pharmacie du Marché")


def notes(rng: Random, who: Person, leg: Leg, doctor: Member, now: datetime) -> tuple[Note, ...]:
    """Targeted nursing notes of the last days, and medical notes."""
    unit, _, arrived = leg.passages[-1]
    until = leg.ended_at or now - timedelta(minutes=rng.randint(10, 40))
    words = _words(rng, who)
    found = [*_medical(rng, who, doctor, leg.passages[0][2], until, words), *_nursing(rng, who, unit, arrived, until, words)]
    return tuple(sorted(found, key=lambda note: note.at))


def _words(rng: Random, who: Person) -> dict[str, str]:
    woman, right = who.sex == "F", rng.random() < 0.5
    return {"e": "e" if woman else "", "lat": "droit" if right else "gauche", "late": "droite" if right else "gauche", "age": str(who.age)}


def _medical(rng: Random, who: Person, doctor: Member, began: datetime, until: datetime, words: dict[str, str]) -> list[Note]:
    since = max(began, until - MEDICAL_TOLD)
    seen = since + timedelta(minutes=rng.randint(25, 70))
    times = [min(seen, until), max(seen, until - timedelta(minutes=rng.randint(30, 150)))]
    told = who.scenario.medical
    return [
        Note(title=title, text=text.format(**words, j=max(1, (at - began).days)), kind="medical", author=doctor, at=min(at, until))
        for (title, text), at in zip(told, times if len(told) > 1 else times[-1:], strict=False)
    ]


def _nursing(rng: Random, who: Person, unit: str, arrived: datetime, until: datetime, words: dict[str, str]) -> list[Note]:
    since = max(arrived, until - NURSING_TOLD)
    chosen = [target for target in who.scenario.nursing if rng.random() < 0.85] or list(who.scenario.nursing[:1])
    span = (until - since) / (len(chosen) + 1) if chosen else timedelta()
    found = []
    for place, (target, facts, acts, results) in enumerate(chosen, start=1):
        at = _last(HOURS[target], until) if target in HOURS else since + span * place
        if at < since:
            continue
        text = f"Données : {facts}\nActions : {acts}\nRésultats : {results}".format(**words, j=1)
        found.append(Note(title=target.format(**words), text=text, kind="nursing", author=nurse(rng, unit, at), at=at))
    return found


def _last(hour: int, until: datetime) -> datetime:
    """The last time that the clock of the ward showed an hour."""
    local = until.astimezone(PARIS)
    at = local.replace(hour=hour, minute=20)
    return (at if at <= local else at - timedelta(days=1)).astimezone(until.tzinfo)


def nurse(rng: Random, unit: str, at: datetime) -> Member:
    """Who was on duty in a unit at an hour."""
    hour = at.astimezone(PARIS).hour
    night = hour >= NIGHT_FROM or hour < NIGHT_TO
    return rng.choice(working_in(unit, "nurse_night") if night and _has_night(unit) else working_in(unit, "nurse_day", "triage_nurse"))


def _has_night(unit: str) -> bool:
    return any(member.role == "nurse_night" for member in working_in(unit, "nurse_night"))


def physician(rng: Random, unit: str) -> Member:
    """A physician of a unit."""
    there = [member for member in working_in(unit, "ward_physician", "emergency_physician") if member.role in PHYSICIANS]
    return rng.choice(there or list(working_in(unit, "anaesthetist")))


# Somebody in so many came with a letter that nobody of the unit has seen yet.
LETTER_ONE_IN = 5


def documents(
    rng: Random, who: Person, leg: Leg, author: Member, *, drugs: tuple[Drug, ...], diagnoses: tuple[Diagnosis, ...], now: datetime
) -> tuple[Paper, ...]:
    """A document or two: a letter and a copied prescription after a stay, results, an electrocardiogram."""
    unit = leg.passages[-1][0]
    at = leg.ended_at or min(leg.passages[0][2] + timedelta(hours=2), now)
    found: list[Paper] = []
    if who.scenario.paper == "ecg":
        image = _ecg(who.index % 4, irregular="brillation" in diagnoses[0].label)
        found.append(
            Paper(title="Électrocardiogramme, dérivation DII", category="Électrocardiogramme", content=image, author=author, at=at)
        )
    if who.scenario.paper == "biology":
        found.append(
            Paper(
                title="Résultats de biologie",
                category="Compte rendu de biologie",
                content=_results(rng, who, unit, at),
                author=author,
                at=at,
            )
        )
    if leg.ended_at and who.scenario.paper == "discharge":
        letter = papers.pdf(_letter(who, leg, diagnoses, author))
        found.append(
            Paper(title=f"Lettre de liaison, {leg.reason.lower()}", category="Lettre de liaison", content=letter, author=author, at=at)
        )
    if leg.ended_at is None and leg.kind == "inpatient" and who.index % LETTER_ONE_IN == 0:
        outside = FAMILY_DOCTORS[who.index % len(FAMILY_DOCTORS)]
        letter = papers.pdf(_referral(who, leg, outside))
        found.append(Paper(title=f"Lettre du Dr {outside}", category="Courrier", content=letter, author=author, at=at, waits=True))
    usual = tuple(drug for drug in drugs if not drug.since_admission)
    if who.index % 3 == 0 and usual and UNIT[unit].kind != "nursing_home":
        copy = papers.pdf(_prescription(rng, who, usual, at), tilt=rng.uniform(-0.02, 0.02))
        found.append(Paper(title="Ordonnance apportée par le patient (copie)", category="Ordonnance", content=copy, author=author, at=at))
    return tuple(found)


@lru_cache(maxsize=8)
def _ecg(variant: int, *, irregular: bool) -> bytes:
    return papers.ecg(drawn("ecg", variant), irregular=irregular)


def _header(who: Person, unit: str) -> list[str]:
    name = f"{(who.used_name or who.birth_name).upper()} {who.given_names[0]}"
    born = f"{'née' if who.sex == 'F' else 'né'} {who.birth_name.upper()} le {who.birth_date:%d/%m/%Y}"
    return [
        f"# {establishment_of(unit).name}",
        CITY,
        "Document fictif de démonstration",
        "",
        f"{name}, {born}",
        "",
    ]


def _letter(who: Person, leg: Leg, diagnoses: tuple[Diagnosis, ...], author: Member) -> list[str]:
    return [
        *_header(who, leg.passages[-1][0]),
        "# Lettre de liaison",
        "",
        f"Motif : {leg.reason}",
        f"Du {leg.passages[0][2]:%d/%m/%Y} au {leg.ended_at:%d/%m/%Y}",
        "",
        "Diagnostics :",
        *(f"  - {one.label} ({one.code})" for one in diagnoses),
        "",
        "Évolution favorable, retour au domicile.",
        "Contrôle par le médecin traitant dans la semaine.",
        "",
        f"{author.label}, {author.profession.lower()}",
    ]


def _prescription(rng: Random, who: Person, drugs: tuple[Drug, ...], at: datetime) -> list[str]:
    doctor = FAMILY_DOCTORS[who.index // 3 % len(FAMILY_DOCTORS)]
    lines = [
        f"Dr {doctor}, médecine générale",
        CITY,
        "Document fictif de démonstration",
        "",
        f"Le {at - timedelta(days=rng.randint(8, 60)):%d/%m/%Y}",
        "",
    ]
    lines += [f"{(who.used_name or who.birth_name).upper()} {who.given_names[0]}", ""]
    for drug in drugs:
        lines += [f"# {drug.substance} {drug.dose}", f"voie {drug.route}, {drug.rhythm}", ""]
    return [*lines, "Pour un mois, à renouveler deux fois."]


def _referral(who: Person, leg: Leg, outside: str) -> list[str]:
    name = f"{(who.used_name or who.birth_name).upper()} {who.given_names[0]}"
    return [
        f"# Docteur {outside}", "médecine générale", "", "Cher confrère,", "",
        f"Merci de recevoir {name}, {'née' if who.sex == 'F' else 'né'} le {who.birth_date:%d/%m/%Y}, pour :", leg.reason + ".", "",
        "Je reste à votre disposition pour la suite.", "", "Bien confraternellement,", f"Dr {outside}",
    ]  # fmt: skip


RESULTS = (
    ("Hémoglobine", "g/dL", 10.2, 15.4, 1),
    ("Leucocytes", "G/L", 5.2, 14.8, 1),
    ("Plaquettes", "G/L", 158, 392, 0),
    ("Sodium", "mmol/L", 134, 143, 0),
    ("Potassium", "mmol/L", 3.6, 4.9, 1),
    ("Créatinine", "µmol/L", 54, 112, 0),
    ("CRP", "mg/L", 4, 128, 0),
)
# What the notes of a scenario say of its results must be what its results say.
TOLD = {
    "anemie": {"Hémoglobine": "7,9", "CRP": "4"},
    "hemorragie": {"Hémoglobine": "8,4", "CRP": "6"},
    "choc_septique": {"Leucocytes": "19,6", "CRP": "286", "Plaquettes": "112"},
    "pneumopathie": {"Leucocytes": "14,2", "CRP": "178"},
    "detresse": {"Leucocytes": "13,6", "CRP": "221"},
    "pyelonephrite": {"Leucocytes": "15,1", "CRP": "132"},
    "pancreatite": {"CRP": "96"},
    "colon": {"CRP": "58"},
    "diabete": {"CRP": "5"},
    "sein": {"Leucocytes": "5,4", "Plaquettes": "231", "CRP": "3"},
    "colorectal": {"Leucocytes": "4,9", "Plaquettes": "204", "CRP": "4"},
    "thyroide": {"CRP": "2"},
}


def _results(rng: Random, who: Person, unit: str, at: datetime) -> bytes:
    told = TOLD.get(who.scenario.key, {})
    rows = [
        f"{name} : {told.get(name) or f'{rng.uniform(low, high):.{digits}f}'.replace('.', ',')} {measure}"
        for name, measure, low, high, digits in RESULTS
    ]
    return papers.pdf(
        [*_header(who, unit), "# Laboratoire de biologie médicale", f"Prélèvement du {at.astimezone(PARIS):%d/%m/%Y à %H:%M}", "", *rows]
    )


def correspondents(rng: Random, who: Person) -> tuple[Correspondent, ...]:
    """The treating physician, somebody to trust or to call, the pharmacy."""
    number = rng.randrange(len(FAMILY_DOCTORS))
    body = f"9990001{number:03}"
    doctor = Correspondent(
        role="treating_physician",
        name=f"Dr {FAMILY_DOCTORS[number]}",
        relation="médecin généraliste",
        telephone=identities.telephone(drawn("doctor", number), identities.LANDLINE),
        address=_in_town(f"{number + 3} place du Marché-aux-Grains"),
        rpps=f"{body}{luhn_digit(body)}",
    )
    shop = rng.randrange(len(PHARMACIES))
    pharmacy = Correspondent(
        role="pharmacy",
        name=PHARMACIES[shop],
        relation="",
        telephone=identities.telephone(drawn("pharmacy", shop), identities.LANDLINE),
        address=_in_town(f"{shop * 4 + 1} quai des Gabares"),
    )
    return (doctor, _relative(rng, who), pharmacy)


def _in_town(line: str) -> Address:
    return Address(line=line, postal_code=identities.FICTIONAL_POSTAL_CODE, city=CITY, insee="")


def _relative(rng: Random, who: Person) -> Correspondent:
    role = "trusted_person" if who.age >= 18 else "emergency_contact"
    relation = rng.choice(_relations(who.age))
    kin = KIN[relation]
    year = min(max(1926, who.birth_date.year + kin.years), 2006)
    given = identities.given_names(rng, sex=kin.sex, year=year)[0]
    name = {"birth": who.birth_name, "used": who.used_name or who.birth_name}.get(kin.name) or identities.surname(rng)
    return Correspondent(role=role, name=f"{given} {name}", relation=relation, telephone=identities.telephone(rng, identities.MOBILE))


def _relations(age: int) -> tuple[str, ...]:
    """Who somebody of an age relies on: never a child."""
    if age < 18:
        return ("mère", "père")
    if age < 52:
        return ("mère", "père", "compagne", "compagnon", "sœur", "frère")
    return ("fille", "fils", "sœur", "compagne", "compagnon") if age < 75 else ("fille", "fils", "fille", "nièce")


def writer(patient: Patient) -> Member:
    """Who took the history of somebody: the physician who answers for them, or one of the unit they came to."""
    if patient.treating:
        return patient.treating[0]
    return physician(drawn("writer", patient.index), patient.stays[-1].passages[-1][0])
