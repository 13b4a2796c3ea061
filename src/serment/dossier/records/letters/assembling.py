"""What a letter begins with: the record's own words, for a person to correct before they sign. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from serment.dossier.encounters.types import StayView
from serment.dossier.identity import rules as identity
from serment.dossier.identity.types import Shown
from serment.dossier.kernel import clock
from serment.dossier.records.allergies.types import ALLERGIES, NONE_KNOWN, Allergies
from serment.dossier.records.conditions.types import Condition
from serment.dossier.records.letters import kinds
from serment.dossier.records.letters.types import Subject
from serment.dossier.records.medications.types import Medication
from serment.dossier.records.notes.types import Note
from serment.dossier.records.observations import measures, units
from serment.dossier.records.observations.types import Observation
from serment.wire.protocol import Identity

CIVILITIES = {"F": "Mme", "M": "M."}
BORN = {"F": "née", "M": "né"}
_SEVERITIES = {"severe": "sévère", "moderate": "modérée", "mild": "légère"}
_AGES = {"days": "jours", "months": "mois"}
_FLAGS = {"high": "haut", "low": "bas"}
# The headings of notes that say what a stay came to.
CONCLUSIONS = ("conclusion", "condition")
RESULTS_TOLD = 20
CONCLUSIONS_TOLD = 12


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What the record says, as far as letters begin from it. `results` are the newest of each kind, vital signs apart; `pending` what is
    announced and not final."""

    person: Shown
    today: date
    stay: StayView | None = None
    unit: str = ""
    reason: str = field(default="", repr=False)
    allergies: Allergies | None = field(default=None, repr=False)
    conditions: tuple[Condition, ...] = field(default=(), repr=False)
    medications: tuple[Medication, ...] = field(default=(), repr=False)
    stopped: tuple[Medication, ...] = field(default=(), repr=False)
    notes: tuple[Note, ...] = field(default=(), repr=False)
    vitals: tuple[Observation, ...] = field(default=(), repr=False)
    results: tuple[Observation, ...] = field(default=(), repr=False)
    pending: tuple[str, ...] = field(default=(), repr=False)


def subject(person: Identity, *, on: date) -> Subject:
    """The patient as each page names them. The INS is printed only when the identity is qualified (référentiel INS)."""
    shown = identity.shown(person, on=on)
    born = f"{BORN.get(shown.sex, 'né(e)')} {shown.birth_name} " if shown.birth_name else f"{BORN.get(shown.sex, 'né(e)')} "
    name = f"{shown.surname} {shown.given_name}"
    number = f" · INS {shown.number}" if shown.number else ""
    civility = f"{CIVILITIES[shown.sex]} " if shown.sex in CIVILITIES else ""
    full = f"{civility}{name}, {born}le {shown.birth_date:%d/%m/%Y} ({_age(shown)}){number}"
    return Subject(full=full, short=f"{name}, {BORN.get(shown.sex, 'né(e)')} le {shown.birth_date:%d/%m/%Y}")


def prefilled(kind: str, sources: Sources) -> dict[str, str]:
    """The fields of a kind that the record fills; the others begin empty."""
    found = {
        kinds.DISCHARGE: _discharge, kinds.PHYSICIAN: _physician, kinds.REFERRAL: _referral, kinds.CERTIFICATE: _certificate,
        kinds.CONVOCATION: _convocation,
    }.get(kind)  # fmt: skip
    return found(sources) if found else {}


def _discharge(sources: Sources) -> dict[str, str]:
    began = clock.today(sources.stay.started_at) if sources.stay and sources.stay.started_at else None
    started = [one for one in sources.medications if began and _since(one) and str(_since(one)) >= began.isoformat()]
    continued = [one for one in sources.medications if one not in started]
    return {
        "reason": sources.reason, "stay": _stay(sources), "course": _conclusions(sources.notes),
        "results": _joined([*_results(sources.results), _vitals(sources.vitals)]),
        "allergies": _allergies(sources.allergies), "problems": _problems(sources.conditions),
        "started": _joined(map(_medication, started)), "continued": _joined(map(_medication, continued)),
        "stopped": _joined(map(_medication, sources.stopped)), "pending": _joined(sources.pending),
    }  # fmt: skip


def _physician(sources: Sources) -> dict[str, str]:
    person = sources.person
    civility = CIVILITIES.get(person.sex, "")
    patient = "Votre patiente" if person.sex == "F" else "Votre patient"
    here = f" dans l’unité {sources.unit}" if sources.unit else ""
    since = f" depuis le {_day(sources.stay.started_at)}" if sources.stay and sources.stay.started_at else ""
    stays = f" est {'hospitalisée' if person.sex == 'F' else 'hospitalisé'}{here}{since}" if sources.stay else " a été vu ce jour"
    why = f" pour : {sources.reason}" if sources.reason else ""
    told = [
        "Cher confrère,", f"{patient} {civility} {person.surname} {person.given_name}{stays}{why}.", _conclusions(sources.notes),
        "Bien confraternellement,",
    ]  # fmt: skip
    return {kinds.TEXT: "\n\n".join(part for part in told if part)}


def _referral(sources: Sources) -> dict[str, str]:
    return {
        "illness": _joined([sources.reason, _conclusions(sources.notes)]), "problems": _problems(sources.conditions),
        "allergies": _allergies(sources.allergies), "treatments": _joined(map(_medication, sources.medications)),
        "results": _joined(_results(sources.results)),
    }  # fmt: skip


def _certificate(sources: Sources) -> dict[str, str]:
    return {"day": f"{sources.today:%d/%m/%Y}", "purpose": "l’intéressée" if sources.person.sex == "F" else "l’intéressé"}


def _convocation(sources: Sources) -> dict[str, str]:
    return {"where": sources.unit, "bring": "Carte Vitale et pièce d’identité\nOrdonnances et résultats récents\nCette convocation"}


def _stay(sources: Sources) -> str:
    if not sources.stay or not sources.stay.started_at:
        return ""
    ended = sources.stay.ended_at or sources.stay.expected_end
    said = [f"Entrée le {_day(sources.stay.started_at)}", f"sortie le {_day(ended) if ended else f'{sources.today:%d/%m/%Y}'}"]
    return ", ".join(said) + (f" ; unité {sources.unit}." if sources.unit else ".")


def _conclusions(notes: Iterable[Note]) -> str:
    """What the notes of a stay came to, oldest first: for somebody to make a synthesis of."""
    told = [
        f"{_day(note.written.effective_at)} : {section.text}"
        for note in reversed(tuple(notes))
        for section in note.sections
        if section.code in CONCLUSIONS
    ]
    return "\n".join(told[-CONCLUSIONS_TOLD:])


def _allergies(found: Allergies | None) -> str:
    if found is None or found.state not in (ALLERGIES, NONE_KNOWN):
        return "Allergies non renseignées."
    if found.state == NONE_KNOWN:
        return "Aucune allergie connue."
    told = []
    for one in found.allergies:
        more = ", ".join(part for part in (one.reaction, _SEVERITIES.get(one.severity, "")) if part)
        told.append(f"{one.substance} ({more})" if more else one.substance)
    return _joined(told)


def _problems(found: Iterable[Condition]) -> str:
    return _joined(f"{one.label}{f' ({_onset(one.onset)})' if one.onset else ''}{'' if one.is_active else ', antécédent'}" for one in found)


def _medication(one: Medication) -> str:
    parts = (one.substance, f"({one.brand})" if one.brand else "", one.strength, one.form, one.dose, one.route, one.rhythm)
    return " ".join(part for part in parts if part)


def _since(one: Medication) -> str:
    return one.since if len(one.since) >= len("2026-11-23") else ""


def _results(found: Iterable[Observation]) -> list[str]:
    """The newest first; those of one instant by name, so that the same letter says the same twice."""
    return [_result(one) for one in sorted(found, key=lambda one: (-one.at.timestamp(), one.label))[:RESULTS_TOLD]]


def _result(one: Observation) -> str:
    bounds = f" (N {_bounds(one.low.replace('.', ','), one.high.replace('.', ','))})" if one.low or one.high else ""
    flag = f", {_FLAGS[one.flag]}" if one.flag in _FLAGS else ""
    return f"{one.label} : {_value(one)}{bounds}{flag}, le {_day(one.at)}"


def _bounds(low: str, high: str) -> str:
    return f"{low}–{high}" if low and high else f"≤ {high}" if high else f"≥ {low}"


def _value(one: Observation) -> str:
    return f"{one.value.replace('.', ',')} {units.unit(one.unit)}".strip()


def _vitals(found: tuple[Observation, ...]) -> str:
    """The last vital signs in one line."""
    told = [f"{measures.BY_CODE[one.code].short} {_value(one)}" for one in found]
    return f"Constantes : {', '.join(told)}, le {_day(max(one.at for one in found))}." if found else ""


def vitals_told(found: Iterable[Observation]) -> tuple[Observation, ...]:
    """The last value of each vital sign that a letter tells, in the order of the ward."""
    latest: dict[str, Observation] = {}
    for one in found:
        name = measures.BY_CODE[one.code].name if one.code in measures.BY_CODE else ""
        if name:
            latest.setdefault(name, one)
    return tuple(latest[name] for name in measures.MEASURES if name in latest)


def _joined(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line)


def _onset(value: str) -> str:
    """A year, a month or a day as FHIR writes it, as people do."""
    return "/".join(reversed(value.partition("T")[0].split("-")))


def _day(at: datetime) -> str:
    return f"{clock.today(at):%d/%m/%Y}"


def _age(shown: Shown) -> str:
    return f"{shown.age.value} {_AGES.get(shown.age.unit, 'ans')}"
