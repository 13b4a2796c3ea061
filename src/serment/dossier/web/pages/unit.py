"""My unit: who lies where, and the first page of each role."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from serment.dossier.encounters import queries as encounters
from serment.dossier.encounters.types import Presence
from serment.dossier.identity import queries as identity
from serment.dossier.identity import rules
from serment.dossier.kernel import clock, errors
from serment.dossier.organisations import queries as organisations
from serment.dossier.records.letters import queries as letters
from serment.dossier.web.http import SignedIn, go
from serment.dossier.web.pages import results, rights
from serment.dossier.web.sign_in import words as sign_in_words
from serment.wire.protocol import Line


@dataclass(frozen=True, kw_only=True)
class Row:
    """One bed: somebody in it, or nobody."""

    bed: str
    line: Line | None = None
    presence: Presence | None = None
    is_homonym: bool = False
    leaves_today: bool = False
    lacks_letter: bool = False


@require_GET
def home(request: SignedIn) -> HttpResponse:
    """The first page of the role: the unit, the search, the security page, or one's own account for who opens nothing."""
    actions = request.who.actions
    if "identity:line:list" in actions and request.who.assignments:
        units = [unit.id for unit in organisations.units(assignment.unit for assignment in request.who.assignments)]
        # Where somebody lies: a physician's consultations come before the ward in the alphabet, and are empty in the morning.
        if peopled := [one.unit for one in encounters.on_ward(units)]:
            return go(request, reverse("unit", args=[next(unit for unit in units if unit in peopled)]))
        if units:
            return go(request, reverse("unit", args=[units[0]]))
    for action, name in (("identity:line:find", "find"), ("guard:journal:read", "security"), ("guard:proposal:decide", "administration")):
        if action in actions:
            return go(request, reverse(name))
    return go(request, reverse("account"))


@require_GET
def unit(request: SignedIn, unit: UUID) -> HttpResponse:
    """The patients of one of my units, by bed."""
    mine = organisations.units(assignment.unit for assignment in request.who.assignments)
    here = next((one for one in mine if one.id == unit), None)
    if here is None or "identity:line:list" not in request.who.actions:
        raise errors.Denied("not_my_unit")
    present = encounters.on_ward([here.id])
    listed = identity.listed(signed=request.signed, patients=[one.patient for one in present])
    found = with_letters(rows(present, listed.lines, beds=organisations.bed_labels_of(unit=here.id)))
    context = {
        "unit": here,
        "units": mine,
        "withheld": listed.withheld,
        "messages": sign_in_words.messages(),
        "rows": found,
        "place": "unit",
        "press": rights.press(request),
        "gives_care": "record:advice:ask" in request.who.actions,
        "patients": sum(row.line is not None for row in found),
        "free": sum(row.presence is None for row in found),
        "leaving": sum(row.leaves_today for row in found),
        "to_see": results.count_for(request),
        "letters": sum(row.lacks_letter for row in found),
        "homonyms": sum(row.is_homonym for row in found),
    }
    return render(request, "unit/unit.html", context)


def rows(present: Iterable[Presence], lines: dict[UUID, Line], *, beds: Iterable[str]) -> list[Row]:
    """The beds of a unit in order, each with who is in it; those in no bed come first, since somebody must find them one."""
    same = rules.homonyms(tuple(lines.values()))
    today = clock.today(clock.now())
    found = [
        Row(
            bed=one.bed,
            presence=one,
            line=line,
            is_homonym=rules.folded(rules.surname(line)) in same,
            leaves_today=one.expected_end is not None and clock.today(one.expected_end) == today,
        )
        for one in present
        if (line := lines.get(one.patient)) is not None
    ]
    taken = {one.bed for one in present}
    found += [Row(bed=bed) for bed in beds if bed not in taken]
    return sorted(found, key=lambda row: (row.bed != "", row.bed))


def with_letters(found: list[Row]) -> list[Row]:
    """The same lines, where who leaves today without a lettre de liaison is marked (CSP R.1112-1-2). By identifiers of stays alone."""
    leaving = [row.presence.stay for row in found if row.leaves_today and row.presence]
    if not leaving:
        return found
    signed = letters.discharged_with(leaving)
    return [replace(row, lacks_letter=row.leaves_today and row.presence is not None and row.presence.stay not in signed) for row in found]
