"""Fictional identities whose parts agree: names of their decade, commune, INS of the test domain with its key, addresses, telephones."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random

from serment.dossier.demonstration import lists
from serment.dossier.demonstration.organisation import CITY
from serment.dossier.demonstration.types import Address, Contact
from serment.wire.protocol import Ins
from serment.wire.words import OID_INS_NIR_TEST

# Ages are counted at this day, so that a person's birth date never moves with the day of the demonstration.
REFERENCE = date(2026, 6, 30)

# Telephone ranges that ARCEP keeps for works of fiction.
LANDLINE, MOBILE = "01 99 00", "06 39 98"
EMAIL_DOMAIN = "example.org"

# Departments around the river of the fictional town.
NEARBY = ("18", "37", "41", "44", "45", "49", "58")
FICTIONAL_POSTAL_CODE = "00370"

STREETS = (
    "rue des Tilleuls",
    "rue du Vieux-Pont",
    "avenue de la Loire",
    "impasse des Saules",
    "rue de la Tuilerie",
    "chemin des Vignes",
    "place du Marché-aux-Grains",
    "rue des Mariniers",
    "allée des Glycines",
    "rue du Four-Banal",
    "quai des Gabares",
    "rue de l’Abreuvoir",
    "route de la Levée",
    "square des Capucines",
    "rue des Trois-Moulins",
    "venelle du Puits",
    "rue des Lavandières",
    "chemin du Halage",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Origin:
    """A country of birth (COG 99xxx) with usual names."""

    code: str
    surnames: tuple[str, ...]
    men: tuple[str, ...]
    women: tuple[str, ...]


def _origin(code: str, surnames: str, men: str, women: str) -> Origin:
    return Origin(code=code, surnames=tuple(surnames.split(", ")), men=tuple(men.split()), women=tuple(women.split()))


_MAGHREB = (
    "Belkacem, Haddad, Bouzid, Cherif, Mansouri, Khelifi, Saïdi, Amrani, Zerrouki, Ben Salah, El Idrissi",
    "Mohamed Ahmed Rachid Karim Abdelkader Brahim Youssef Mustapha",
    "Fatima Khadija Nadia Samira Zohra Malika Aïcha Yamina",
)
_IBERIA = (
    "Da Silva, Ferreira, Pereira, Rodrigues, Dos Santos, Fernandes, Gonçalves",
    "Manuel Antonio José Fernando Carlos Joaquim",
    "Maria Ana Rosa Fernanda Isabel Lurdes",
)
_WEST_AFRICA = (
    "Diallo, Traoré, Koné, Ndiaye, Coulibaly, Camara, Sissoko",
    "Mamadou Moussa Ibrahima Ousmane Amadou",
    "Aminata Fatou Mariam Awa Kadiatou",
)

ORIGINS = (
    _origin("99352", *_MAGHREB),
    _origin("99350", *_MAGHREB),
    _origin("99351", *_MAGHREB),
    _origin("99139", *_IBERIA),
    _origin("99341", *_WEST_AFRICA),
    _origin("99335", *_WEST_AFRICA),
    _origin("99134", "Garcia, Martinez, Lopez, Sanchez, Navarro", "José Francisco Miguel Pedro", "Carmen Dolores Pilar Mercedes"),
    _origin("99127", "Rossi, Ferrari, Bianchi, Romano, Moretti", "Giuseppe Mario Luigi Franco", "Maria Anna Giuseppina Lucia"),
    _origin("99122", "Kowalski, Nowak, Wozniak, Kaminski", "Jan Stanislaw Henryk Pawel", "Irena Helena Krystyna Anna"),
    _origin("99243", "Nguyen, Tran, Le, Pham, Hoang", "Van Minh Duc Thanh", "Thi Lan Hoa Mai"),
    _origin("99410", "Pierre-Louis, Jean-Baptiste, Joseph, Toussaint", "Wilner Fritz Emmanuel", "Marie Rose Guerda"),
)
ABROAD_SHARE = 0.09

# Departments made in 1968 out of older ones, and Corsica's two codes of 1976: nobody was born there before.
MADE_1968, MADE_1976 = ("91", "92", "93", "94", "95"), ("2A", "2B")


def folded(name: str) -> str:
    """A trait as RNIV writes it: capitals A-Z; apostrophes, hyphens and spaces stay."""
    plain = name.replace("’", "'").replace("œ", "oe").replace("Œ", "OE")
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode().upper()


def key(number: str) -> str:
    """The two digits that close a NIR: 97 minus the number modulo 97, where 2A and 2B count as 19 and 18."""
    return f"{97 - int(number.replace('2A', '19').replace('2B', '18')) % 97:02}"


def ins(*, sex: str, born: date, birth_place: str, index: int) -> Ins:
    """A matricule of the test domain that agrees with the traits. Its order number comes from the person's number."""
    number = f"{1 if sex == 'M' else 2}{born:%y%m}{birth_place}{index * 7 % 998 + 1:03}"
    return Ins(matricule=number + key(number), oid=OID_INS_NIR_TEST)


def ranked(rng: Random, names: tuple[str, ...]) -> str:
    """One name out of a list whose first ones are the most frequent."""
    return names[min(int(len(names) * rng.random() ** 2.2), len(names) - 1)]


def birth_date(rng: Random, age: tuple[int, int]) -> date:
    """A birth date that makes somebody of an age within bounds at the reference day."""
    years = rng.randint(*age)
    return REFERENCE - timedelta(days=int(years * 365.25) + rng.randint(1, 330))


@lru_cache(maxsize=1)
def _weights() -> tuple[int, ...]:
    return tuple(accumulate(commune.population for commune in lists.communes()))


@lru_cache(maxsize=1)
def _neighbours() -> tuple[tuple[lists.Commune, ...], tuple[int, ...]]:
    near = tuple(commune for commune in lists.communes() if commune.insee[:2] in NEARBY)
    return near, tuple(accumulate(commune.population for commune in near))


def birth_place(rng: Random, born: date) -> str:
    """The code of a commune of birth: half of the people come from around here; none from a department that did not exist yet."""
    near, weights = _neighbours()
    if rng.random() < 0.5:
        return rng.choices(near, cum_weights=weights)[0].insee
    while True:
        code = rng.choices(lists.communes(), cum_weights=_weights())[0].insee
        if not (born.year < 1968 and code[:2] in MADE_1968) and not (born.year < 1976 and code[:2] in MADE_1976):
            return code


def surname(rng: Random) -> str:
    """A surname; one in twelve is compound, and a few are very long."""
    name = ranked(rng, lists.surnames())
    chance = rng.random()
    if chance < 0.075:
        return f"{name}-{ranked(rng, lists.surnames())}"
    if chance < 0.085:
        return f"de {name} de la {ranked(rng, lists.surnames())}-{ranked(rng, lists.surnames())}"
    return name


def given_names(rng: Random, *, sex: str, year: int) -> tuple[str, ...]:
    """One to three first names of the decade."""
    pool = lists.given_names(year=year, sex=sex)
    names = tuple(dict.fromkeys(ranked(rng, pool) for _ in range(rng.choice((1, 2, 2, 3, 3)))))
    return (f"Marie-{names[0]}", *names[1:]) if sex == "F" and rng.random() < 0.03 and "-" not in names[0] else names


def telephone(rng: Random, start: str) -> str:
    """A number of a range kept for fiction."""
    return f"{start} {rng.randrange(100):02} {rng.randrange(100):02}"


def address(rng: Random) -> Address:
    """An address in the fictional town, or in a commune around."""
    line = f"{rng.randint(1, 98)} {rng.choice(STREETS)}"
    if rng.random() < 0.55:
        return Address(line=line, postal_code=FICTIONAL_POSTAL_CODE, city=CITY, insee="")
    near, weights = _neighbours()
    commune = rng.choices(near, cum_weights=weights)[0]
    return Address(line=line, postal_code=commune.postal_code, city=commune.name, insee=commune.insee)


def email(given: str, name: str, index: int) -> str:
    """An address of a domain that nobody can own (RFC 2606)."""
    letters = "".join(letter for letter in folded(f"{given}.{name}").lower() if letter.isalnum() or letter == ".")
    return f"{letters}{index}@{EMAIL_DOMAIN}"


def contact(rng: Random, *, given: str, name: str, age: int, index: int, home: Address | None = None) -> Contact:
    """How to reach somebody; the very old seldom have a mobile telephone, children have their parents'."""
    return Contact(
        address=home or address(rng),
        telephone=telephone(rng, LANDLINE),
        mobile=telephone(rng, MOBILE) if rng.random() < (0.25 if age > 80 else 0.92) else "",
        email=email(given, name, index) if 15 <= age <= 80 and rng.random() < 0.7 else "",
    )
