"""The fictional group: establishments, units and beds."""

from __future__ import annotations

from serment.dossier.demonstration.types import Establishment, Unit
from serment.dossier.kernel import ids

GROUP = "Groupe Serment-sur-Loire"
CITY = "Serment-sur-Loire"  # no such commune exists

CLINIC, SECOND_CLINIC, HOME = "CHU-X", "CLINIQUE-Y", "EHPAD-Z"


def _establishment(authority: str, name: str, kind: str, finess: str, street: str, telephone: str) -> Establishment:
    return Establishment(
        id=ids.derived("demonstration", "establishment", authority), name=name, kind=kind, finess=finess, authority=authority,
        address=(street, f"00100 {CITY.upper()}"), telephone=telephone,
    )  # fmt: skip


# The department 00 does not exist, so no FINESS number begins with it. The first is the one of the official French example messages.
# Telephone numbers from 01 99 00 are kept for fiction (ARCEP, decision 2018-0881).
ESTABLISHMENTS = (
    _establishment(CLINIC, "Clinique du Vieux-Pont", "clinic", "000897406", "1 quai du Vieux-Pont", "01 99 00 10 00"),
    _establishment(SECOND_CLINIC, "Clinique de l’Île aux Saules", "clinic", "000897413", "12 allée des Saules", "01 99 00 20 00"),
    _establishment(HOME, "Résidence des Trois-Moulins (EHPAD)", "nursing_home", "000897421", "3 chemin des Moulins", "01 99 00 30 00"),
)


def _unit(key: str, establishment: str, code: str, name: str, kind: str, *, beds: tuple[str, ...] = (), cots: tuple[str, ...] = ()) -> Unit:
    return Unit(
        id=ids.derived("demonstration", "unit", establishment, code),
        key=key,
        establishment=establishment,
        code=code,
        name=name,
        kind=kind,
        beds=beds,
        cots=cots,
    )


def _rooms(first: int, last: int, *, doubles: int = 0) -> tuple[str, ...]:
    """Labels of beds: the first rooms are shared, with a door side (P) and a window side (F); the others are single."""
    labels: list[str] = []
    for room in range(first, last + 1):
        labels += [f"{room}-P", f"{room}-F"] if room < first + doubles else [str(room)]
    return tuple(labels)


UNITS = (
    _unit("surgery", CLINIC, "6268", "Chir V", "surgery", beds=_rooms(201, 218, doubles=6)),
    _unit("medicine", CLINIC, "2110", "Médecine polyvalente", "medicine", beds=_rooms(301, 318, doubles=8)),
    _unit("cardiology", CLINIC, "2240", "Cardiologie", "medicine", beds=_rooms(401, 416, doubles=2)),
    _unit("emergency", CLINIC, "1010", "Urgences", "emergency", beds=tuple(f"Box {n:02}" for n in range(1, 13))),
    _unit("icu", CLINIC, "1120", "Réanimation", "intensive_care", beds=tuple(f"Réa {n:02}" for n in range(1, 11))),
    _unit(
        "maternity",
        CLINIC,
        "3310",
        "Maternité",
        "maternity",
        beds=_rooms(101, 114),
        cots=tuple(f"{n}-Berceau" for n in range(101, 115)),
    ),
    _unit("consultations", CLINIC, "4410", "Consultations externes", "consultation"),
    _unit("laboratory", CLINIC, "5510", "Laboratoire de biologie médicale", "laboratory"),
    _unit("radiology", CLINIC, "5520", "Imagerie médicale", "imaging"),
    _unit("pharmacy", CLINIC, "5530", "Pharmacie à usage intérieur", "pharmacy"),
    _unit("rehabilitation", SECOND_CLINIC, "7110", "SMR polyvalent et gériatrique", "rehabilitation", beds=_rooms(501, 524, doubles=6)),
    _unit(
        "oncology",
        SECOND_CLINIC,
        "7220",
        "Hôpital de jour d’oncologie",
        "day_hospital",
        beds=tuple(f"Fauteuil {n:02}" for n in range(1, 13)),
    ),
    _unit("day_surgery", SECOND_CLINIC, "7330", "Chirurgie ambulatoire", "surgery", beds=tuple(f"Place {n:02}" for n in range(1, 11))),
    _unit("second_consultations", SECOND_CLINIC, "7440", "Consultations des Saules", "consultation"),
    _unit("glycines", HOME, "9010", "Les Glycines", "nursing_home", beds=_rooms(601, 624)),
    _unit("mimosas", HOME, "9020", "Les Mimosas", "nursing_home", beds=_rooms(701, 724)),
    _unit("lilas", HOME, "9030", "Les Lilas (unité protégée)", "nursing_home", beds=_rooms(801, 814)),
    _unit("pasa", HOME, "9040", "PASA", "nursing_home"),
)

UNIT = {unit.key: unit for unit in UNITS}
ESTABLISHMENT = {one.authority: one for one in ESTABLISHMENTS}


def establishment_of(unit: str) -> Establishment:
    """The establishment of a unit's key."""
    return ESTABLISHMENT[UNIT[unit].establishment]
