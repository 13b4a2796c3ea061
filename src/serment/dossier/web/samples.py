"""The people of the gallery. They do not exist, and nothing of theirs comes from a record."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from types import SimpleNamespace
from uuid import UUID, uuid5

from serment.dossier.encounters.types import Presence
from serment.dossier.identity import rules
from serment.dossier.identity.types import Shown
from serment.dossier.kernel import clock
from serment.dossier.records.allergies.types import ALLERGIES, NONE_KNOWN, NOT_DOCUMENTED, Allergies, Allergy
from serment.dossier.records.entries.types import Written
from serment.dossier.records.medications.types import Medication
from serment.dossier.records.observations.types import Observation
from serment.dossier.web import charts as drawn
from serment.dossier.web import plots
from serment.dossier.web.pages.unit import Row
from serment.wire.protocol import Disclosure, Identity, Ins, Line
from serment.wire.reviewing import GaugeSeen, Series
from serment.wire.words import OID_INS_NIR_TEST

_NAMESPACE = UUID("7f9c2c10-3f0c-5f0e-9d7e-1f6f2f7c9a11")
ICONS = (
    "mark", "ward", "bed", "find", "command", "key", "person", "people", "leave", "shield", "checked", "check", "danger",
    "question", "info", "clock", "calendar", "cake", "woman", "man", "unknown", "synthesis", "note", "stay", "document", "image",
    "upload", "download", "phone", "mail", "place", "contacts", "book", "add", "next", "previous", "down", "close", "glass", "fall",
    "isolation", "diet", "same", "pill", "measure", "problem", "high", "low", "print", "lock", "history", "strike", "device",
    "keyboard", "nothing",
)  # fmt: skip


def _id(name: str) -> UUID:
    return uuid5(_NAMESPACE, name)


def _written(now: datetime, hours: int = 3) -> Written:
    at = now - timedelta(hours=hours)
    return Written(
        entry=_id(f"entry {hours}"),
        version=1,
        author=None,
        author_label="Bruno LEROY, Infirmier",
        recorded_at=at,
        effective_at=at,
        deposit=False,
    )


def _allergy(now: datetime, substance: str, reaction: str, severity: str) -> Allergy:
    return Allergy(
        written=_written(now),
        substance=substance,
        code="",
        category="medication",
        reaction=reaction,
        severity=severity,
        certainty="confirmed",
    )


MARTHE = Identity(
    birth_name="LE GOFFIC", first_given_name="MARTHE", used_name="DELAUNAY", birth_date=date(1948, 3, 12), sex="F", status="qualifiee",
    ins=Ins(matricule="248032921518924", oid=OID_INS_NIR_TEST), birth_place="29215",
)  # fmt: skip
IDRISS = Identity(birth_name="OUALI", first_given_name="IDRISS", birth_date=date(1991, 7, 30), sex="M", status="validee")
JEAN = Identity(
    birth_name="DUPONT DE LA FRESNAYE-SAINT-AUBIN", first_given_name="JEAN-BAPTISTE", birth_date=date(1936, 11, 2), sex="M",
    status="provisoire", attributes=("homonyme",),
)  # fmt: skip


def charts(now: datetime) -> list[tuple[str, SimpleNamespace]]:
    """The band in each of its states."""
    newborn = Identity(
        birth_name="OUALI", first_given_name="ZOÉ", birth_date=clock.today(now) - timedelta(days=2), sex="F", status="provisoire"
    )
    severe = Allergies(
        state=ALLERGIES,
        allergies=(_allergy(now, "Amoxicilline", "Œdème de Quincke", "severe"), _allergy(now, "Latex", "Urticaire", "moderate")),
    )
    none, unknown = Allergies(state=NONE_KNOWN, statement=_written(now)), Allergies(state=NOT_DOCUMENTED)
    return [
        ("Allergies, alertes, INS qualifiée", _chart(now, MARTHE, severe, ("allergy", "fall", "isolation"))),
        ("Aucune allergie connue", _chart(now, IDRISS, none, ("no_known_allergy", "diet"))),
        ("Allergies non renseignées, identité provisoire, nom long, homonyme", _chart(now, JEAN, unknown, ())),
        ("Nouveau-né", _chart(now, newborn, unknown, ())),
        ("Ouvert en urgence", _chart(now, MARTHE, severe, ("allergy",), emergency=True)),
        ("Sans droit sur les soins : le fait, jamais le contenu", _chart(now, MARTHE, None, ("allergy",))),
    ]


def _chart(
    now: datetime, identity: Identity, allergies: Allergies | None, alerts: tuple[str, ...], *, emergency: bool = False
) -> SimpleNamespace:
    person: Shown = rules.shown(identity, on=clock.today(now))
    return SimpleNamespace(
        patient=_id(identity.birth_name),
        person=person,
        alerts=alerts,
        allergies=allergies,
        has_care=allergies is not None,
        stay=SimpleNamespace(bed="207-F", started_at=now - timedelta(days=3)),
        unit=SimpleNamespace(name="Chir V"),
        responsible=SimpleNamespace(role="responsible", name="Dr Amel BENSAID"),
        permit=SimpleNamespace(emergency=emergency, until=now + timedelta(hours=8)),
    )


def _line(identity: Identity, alerts: tuple[str, ...]) -> Line:
    return Line(
        patient=_id(identity.birth_name + identity.first_given_name), birth_name=identity.birth_name,
        first_given_name=identity.first_given_name, used_name=identity.used_name, used_given_name="", birth_date=identity.birth_date,
        sex=identity.sex, status=identity.status, alerts=alerts,
    )  # fmt: skip


def rows(now: datetime) -> list[Row]:
    """The lines of a ward in each of their states."""

    def row(bed: str, identity: Identity, alerts: tuple[str, ...], *, days: int, leave: float | None, is_homonym: bool = False) -> Row:
        presence = Presence(
            patient=_id(bed), stay=_id("stay"), unit=_id("unit"), bed=bed, since=now - timedelta(days=days),
            expected_end=None if leave is None else now + timedelta(days=leave),
        )  # fmt: skip
        return Row(bed=bed, line=_line(identity, alerts), presence=presence, is_homonym=is_homonym, leaves_today=leave == 0)

    other = Identity(birth_name="DELAUNAY", first_given_name="PAULETTE", birth_date=date(1951, 6, 1), sex="F", status="qualifiee")
    return [
        row("201-F", MARTHE, ("allergy", "fall", "isolation"), days=3, leave=0, is_homonym=True),
        row("201-P", other, ("no_known_allergy",), days=1, leave=4, is_homonym=True),
        Row(bed="202-F"),
        row("202-P", IDRISS, ("no_known_allergy", "diet"), days=0, leave=2),
        row("203", JEAN, (), days=12, leave=None),
    ]


def medications(now: datetime) -> list[Medication]:
    """Treatments, in the order in which drugs are told."""

    def one(substance: str, brand: str, strength: str, form: str, dose: str, route: str, rhythm: str) -> Medication:
        return Medication(
            written=_written(now), substance=substance, brand=brand, strength=strength, form=form, dose=dose, route=route, rhythm=rhythm,
            since="2026-11-20", code="",
        )  # fmt: skip

    return [
        one("énoxaparine", "Lovenox", "4000 unités", "seringue préremplie", "4000 unités", "voie sous-cutanée", "1 fois par jour à 20 h"),
        one("lévothyroxine", "Levothyrox", "75 microgrammes", "comprimé", "1 comprimé", "voie orale", "le matin à jeun"),
        one("paracétamol", "Doliprane", "500 mg", "gélule", "2 gélules", "voie orale", "toutes les 6 h si douleur ; 4 g par jour au plus"),
    ]


def measures(now: datetime) -> list[plots.Measure]:
    """Measures: in range, out of range, with and without a trend."""
    series = (
        ("8310-5", "Température", ("37.2", "37.4", "38.1", "38.9", "38.4"), "Cel", "36.0", "37.8"),
        ("8867-4", "Pouls", ("72", "76", "84", "96", "88"), "/min", "50", "100"),
        ("59408-5", "Saturation", ("97", "96", "96", "95", "96"), "%", "94", "100"),
        ("29463-7", "Poids", ("70.10",), "kg", "", ""),
    )
    found = []
    for code, label, values, unit, low, high in series:
        for age, value in enumerate(reversed(values)):
            out = "high" if high and float(value) > float(high) else "low" if low and float(value) < float(low) else ""
            found.append(
                Observation(
                    written=_written(now),
                    code=code,
                    label=label,
                    value=value,
                    unit=unit,
                    at=now - timedelta(hours=2 + 8 * age),
                    low=low,
                    high=high,
                    flag=out,
                )
            )
    return plots.measures(found)


def days(now: datetime) -> list[tuple[date, list[Disclosure]]]:
    """The visitors' book: a tie, an emergency, an admission."""

    def visit(hours: int, label: str, profession: str, kind: str, tie: str, reason: str = "", text: str = "") -> Disclosure:
        return Disclosure(
            at=now - timedelta(hours=hours), account=_id(label), label=label, profession=profession, role="", kind=kind, tie=tie,
            explained=kind != "emergency", compartments=("identity", "contact", "care"), reason=reason, text=text,
        )  # fmt: skip

    visits = [
        visit(1, "Bruno LEROY", "Infirmier", "opening", "stay"),
        visit(2, "Nadia PETIT", "Infirmière", "emergency", "", "vital_emergency", "Appelée au 207 pour une détresse respiratoire."),
        visit(30, "GAM", "Interface", "registration", ""),
    ]
    by_day: dict[date, list[Disclosure]] = {}
    for one in visits:
        by_day.setdefault(clock.today(one.at), []).append(one)
    return list(by_day.items())


def hours() -> list[drawn.Hours]:
    """A day like the one before, and a night that was not."""
    quiet = tuple(2 + hour % 5 for hour in range(24))
    return drawn.hours(
        (
            Series(word="opening", today=quiet, yesterday=tuple(reversed(quiet))),
            Series(word="unexplained", today=(*[0] * 20, 1, 4, 9, 6), yesterday=(*[0] * 10, 1, 0, 1, *[0] * 11)),
            Series(word="emergency", today=(0,) * 24, yesterday=(0,) * 24),
        )
    )


def gauges() -> list[drawn.Gauge]:
    """Hardly used, nearly full, full."""
    used = {600: 12, 3600: 66, 86400: 80}
    seen = [GaugeSeen(place="", word="lines", seconds=seconds, used=count, limit=80) for seconds, count in used.items()]
    return drawn.gauges(seen)["", "lines"]
