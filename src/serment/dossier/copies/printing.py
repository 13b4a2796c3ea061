"""The copy as a PDF to read: contents, who it is about on every page, each entry with its author and its date. In memory only."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from uuid import UUID

from serment.dossier.copies import reading, words
from serment.dossier.copies.types import Cover, Gathered
from serment.dossier.encounters.types import StayView
from serment.dossier.kernel import clock
from serment.dossier.records.entries.types import Entry
from serment.dossier.typesetting import setting

TEMPLATE = Path(__file__).with_name("copy.typ")
COLUMNS = ("Quand", "Mesure", "Valeur", "Normale ou sens", "Par")


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def pdf(*, cover: Cover, gathered: Gathered, files: dict[UUID, str]) -> bytes:
    """One tagged PDF/A. `files` are the names under which documents go along. Raises Fault (`not_set`)."""
    day = clock.today(cover.made_at)
    data = {
        "title": "Copie de dossier médical",
        "house": cover.house,
        "reference": cover.reference,
        "identity": identity(cover),
        "made": f"{cover.house}, copie établie le {reading.moment(cover.made_at)}",
        "date": (day.year, day.month, day.day),
        "facts": _facts(cover, gathered),
        "introduction": [one for one in (words.INTRODUCTION, words.withheld(len(gathered.withheld)), words.HELP) if one],
        "groups": [group for name in reading.GROUPS if (group := _group(name, cover, gathered, files))],
    }
    return setting.typeset(template=_template(), data=data, on=day)


def identity(cover: Cover) -> str:
    """Who the copy is about, in one line."""
    born = {"F": "née", "M": "né"}.get(cover.sex, "né(e)")
    birth = f"{born} {cover.birth_name} le" if cover.birth_name else f"{born} le"
    return f"{cover.surname} {cover.given}, {birth} {cover.born:%d/%m/%Y}"


def _facts(cover: Cover, gathered: Gathered) -> list[tuple[str, str]]:
    found = [
        ("Patient", identity(cover)),
        ("INS", cover.number),
        ("Demandé par", cover.requester),
        ("Ce qui est demandé", cover.scope),
        ("Établie par", f"{cover.made_by}, {cover.house}"),
        ("Contenu", f"{len(gathered.entries)} éléments, dont {len(gathered.documents)} documents"),
    ]
    return [(name, value) for name, value in found if value]


def _group(name: str, cover: Cover, gathered: Gathered, files: dict[UUID, str]) -> dict[str, object] | None:
    entries = [entry for entry in gathered.entries if reading.group(entry) == name]
    rows = [reading.measure(entry) for entry in entries] if name == reading.MEASURES else []
    told = [] if rows else [_entry(entry, files.get(entry.id, "")) for entry in entries]
    stays = [_stay(one, cover.units) for one in reversed(gathered.stays)] if name == "stays" else []
    if not rows and not told and not stays:
        return None
    return {"title": words.GROUPS[name], "columns": COLUMNS, "rows": rows, "entries": [*stays, *told]}


def _entry(entry: Entry, file: str) -> dict[str, object]:
    told = reading.told(entry)
    by = ", ".join(one for one in (reading.moment(told.at), told.author or "transmis par un autre logiciel") if one)
    lines = [*told.lines, *([("Fichier joint", file)] if file else [])]
    return {"title": told.title, "by": by, "lines": lines}


def _stay(stay: StayView, units: dict[UUID, str]) -> dict[str, object]:
    ended = f" au {reading.moment(stay.ended_at)}" if stay.ended_at else ""
    started = f"du {reading.moment(stay.started_at)}{ended}" if stay.started_at else ""
    lines = [
        (
            words.MOVEMENTS.get(one.kind, one.kind),
            ", ".join(part for part in (reading.moment(one.at), units.get(one.unit, "") if one.unit else "") if part),
        )
        for one in stay.movements
    ]
    return {"title": words.STAYS.get(stay.kind, stay.kind), "by": started, "lines": lines}
