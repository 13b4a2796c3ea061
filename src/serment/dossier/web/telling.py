"""An entry as one line of a list: what it is and what it says, in the words of a ward and with its numbers the French way."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import groupby
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from serment.dossier.records.entries import rules
from serment.dossier.records.entries.types import Entry
from serment.dossier.records.observations import measures, queries
from serment.dossier.records.observations.types import Observation
from serment.dossier.records.results import queries as results
from serment.dossier.web import formats, words

# A set of vital signs as wards say it: what comes first, and what the two pressures are together.
_ORDER = [measure.code for measure in measures.MEASURES.values()]
_SYSTOLIC, _DIASTOLIC = measures.MEASURES["systolic"].code, measures.MEASURES["diastolic"].code


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line: the entry (the first of several that were written together), its kind, its title, a few words of it, and its page."""

    entry: Entry
    kind: words.Word
    title: str = field(repr=False)
    gist: str = field(repr=False, default="")
    address: str


def told(patient: UUID, entry: Entry) -> Told:
    """One entry."""
    kind, title = words.TYPES.get(entry.kind, entry.kind), rules.title(entry.resource)
    if entry.kind == "Composition" and entry.about:
        kind = _("Complément d’une note")
    named = str(kind) if title == entry.kind else title
    gist = value(queries.told(entry)) if entry.kind == "Observation" else rules.gist(entry.resource)
    return Told(entry=entry, kind=kind, title=named, gist=gist, address=where(patient, entry))


def lines(patient: UUID, entries: Iterable[Entry]) -> list[Told]:
    """Entries in their order; the vital signs that one person took together are one line, and so is a panel with its analyses."""
    every = list(entries)
    panels = _panels(every)
    inside = {one.id for analyses in panels.values() for one in analyses}
    found = []
    for key, group in groupby((one for one in every if one.id not in inside), key=_set):
        same = list(group)
        found += [_together(patient, same)] if key is not None and len(same) > 1 else [_alone(patient, one, panels) for one in same]
    return found


def _panels(entries: list[Entry]) -> dict[UUID, list[Entry]]:
    """The analyses of each panel among these entries, in its order."""
    analyses = {one.id: one for one in entries if one.kind == "Observation"}
    panels = {one.id: results.members(one) for one in entries if one.kind == results.KIND}
    return {panel: [analyses[one] for one in inside if one in analyses] for panel, inside in panels.items()}


def _alone(patient: UUID, entry: Entry, panels: dict[UUID, list[Entry]]) -> Told:
    """One entry; a panel with the values it holds."""
    line, analyses = told(patient, entry), panels.get(entry.id)
    return replace(line, gist=values(queries.told(one) for one in analyses)) if analyses else line


def where(patient: UUID, entry: Entry) -> str:
    """The page where an entry is read whole."""
    name = "document" if entry.kind == "DocumentReference" else "element"
    return reverse(name, args=[patient, entry.id])


def value(one: Observation) -> str:
    """A value with its unit, and whether it is out of its range: in words, since a line has no colour of its own."""
    flags = {"high": _("haut"), "low": _("bas")}
    told = f"{formats.quantity(one.value)}{formats.NARROW}{formats.unit(one.unit)}".rstrip(formats.NARROW)
    return f"{told} ({flags[one.flag]})" if one.flag in flags else told


def values(several: Iterable[Observation]) -> str:
    """Several measures, each with its name."""
    return ", ".join(f"{_short(one)} {value(one)}" for one in several)


def _set(entry: Entry) -> tuple[object, ...] | None:
    """What the entries of one set have in common; None for what belongs to none."""
    codes = {one.get("code") for one in entry.resource.get("code", {}).get("coding", [])} if entry.kind == "Observation" else set()
    return (entry.effective_at, entry.author, entry.deposit) if codes & measures.VITAL_CODES else None


def _together(patient: UUID, entries: list[Entry]) -> Told:
    taken = sorted(
        (queries.told(entry) for entry in entries), key=lambda one: _ORDER.index(one.code) if one.code in _ORDER else len(_ORDER)
    )
    pressures = {one.code: one for one in taken if one.code in (_SYSTOLIC, _DIASTOLIC)}
    parts = [_pressure(pressures)] if len(pressures) == 2 else []
    parts += [f"{_short(one)} {value(one)}" for one in taken if not (parts and one.code in pressures)]
    gist = ", ".join(parts)
    return Told(
        entry=entries[0], kind=words.TYPES["Observation"], title=_("Constantes"), gist=gist, address=reverse("vitals", args=[patient])
    )


def _pressure(pressures: dict[str, Observation]) -> str:
    upper, lower = pressures[_SYSTOLIC], pressures[_DIASTOLIC]
    return f"PA {formats.quantity(upper.value)}/{value(lower)}" if not upper.flag else f"PA {value(upper)}/{value(lower)}"


def _short(one: Observation) -> str:
    return measures.BY_CODE[one.code].short if one.code in measures.BY_CODE else one.label
