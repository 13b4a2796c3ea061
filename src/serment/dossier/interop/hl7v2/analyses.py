"""The results that an ORU^R01 carries in its own segments: OBR is a panel, OBX an analysis, NTE a comment on the one before. Pure.

Sources: HL7 v2.5, chapter 7; tables 0078 (flags), 0085 (status), 0125 (types). What is sent again is the whole report.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from serment.dossier.interop.cda.types import Panel, Result
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.interop.hl7v2.refusing import DATA_TYPE, REQUIRED, TABLE, Refusal
from serment.dossier.records.observations import units

LOINC, LOCAL = "http://loinc.org", "urn:serment:sender-code"
RESULTS_MAX = 500
# What the CI-SIS says of the message itself in OBX of its own: no result.
ABOUT_THE_MESSAGE = "MetaDMPMSS"
NUMBERS, WORDS, CODES, TIMES = {"NM"}, {"ST", "TX", "FT"}, {"CE", "CWE", "CNE", "CF", "IS", "ID"}, {"DT", "TM", "TS", "DTM"}
STRUCTURED, DOCUMENT = "SN", "ED"
STATUSES = {"F": "final", "C": "corrected", "U": "final", "P": "preliminary", "R": "preliminary", "S": "preliminary", "I": "registered"}
# Deleted, posted as wrong: the report no longer tells it. Cannot be obtained.
WITHDRAWN, IMPOSSIBLE = frozenset("DW"), "X"
# The flags that the record knows; the others of table 0078 are said in the words of the sender.
MEANINGS = {
    "L": "", "H": "", "LL": "", "HH": "", "N": "", "A": "Anormal", "AA": "Très anormal", "S": "Sensible", "R": "Résistant",
    "I": "Intermédiaire", "MS": "Modérément sensible", "VS": "Très sensible", "<": "Sous la limite de mesure",
    ">": "Au-dessus de la limite de mesure",
}  # fmt: skip
_RANGE = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:-|–|à|a)\s*(-?\d+(?:[.,]\d+)?)\s*\Z")
_BOUND = re.compile(r"\s*(<=?|>=?|≤|≥|inf(?:érieur)?(?: à)?|sup(?:érieur)?(?: à)?)\s*(-?\d+(?:[.,]\d+)?)\s*\Z", re.IGNORECASE)


@dataclass
class _Group:
    """One OBR with what follows it: ranks of OBX, and of the NTE behind the OBR (key 0) or behind an OBX."""

    obr: int
    obx: list[int] = field(default_factory=list)
    nte: dict[int, list[int]] = field(default_factory=dict)


def panels(message: Message) -> tuple[Panel, ...]:
    """The panels of a message, in its order. Raises Refusal naming the OBX whose type or code cannot be kept, or
    the OBR that holds too much: nothing is dropped."""
    found = (_panel(message, group) for group in _groups(message))
    return tuple(panel for panel in found if panel.results)


def _groups(message: Message) -> Iterator[_Group]:
    group: _Group | None = None
    for name, rank in message.segments():
        if name == "OBR":
            if group:
                yield group
            group = _Group(obr=rank)
        elif group and name == "OBX":
            group.obx.append(rank)
        elif group and name == "NTE":
            group.nte.setdefault(group.obx[-1] if group.obx else 0, []).append(rank)
    if group:
        yield group


def _panel(message: Message, group: _Group) -> Panel:
    at = message.instant("OBR", 7, number=group.obr) or message.instant("OBR", 22, number=group.obr)
    told = [_result(message, rank, at, _notes(message, group.nte.get(rank, ()))) for rank in group.obx if _is_result(message, rank)]
    if len(told) > RESULTS_MAX:
        said = f"OBR : plus de {RESULTS_MAX} résultats dans un seul bilan. Rien n’a été gardé : envoyez-le en plusieurs."
        raise Refusal(message=said, location=f"OBR^{group.obr}", code=DATA_TYPE)
    code, system, label = _named(message, "OBR", 4, group.obr)
    return Panel(
        code=code if system == LOINC else "", title=label or "Résultats", at=at,
        status=STATUSES.get(message.value("OBR", 25, number=group.obr), "final"), results=tuple(_joined(told)),
        comment=_notes(message, group.nte.get(0, ())),
    )  # fmt: skip


def _is_result(message: Message, rank: int) -> bool:
    is_withdrawn = message.value("OBX", 11, number=rank) in WITHDRAWN
    return message.value("OBX", 2, number=rank) != DOCUMENT and not is_withdrawn and _system(message, rank) != ABOUT_THE_MESSAGE


def _system(message: Message, rank: int) -> str:
    return message.value("OBX", 3, component=3, number=rank)


def _result(message: Message, rank: int, at: datetime | None, notes: str) -> Result:
    code, system, label = _named(message, "OBX", 3, rank)
    if not code and not label:
        raise Refusal(message="OBX-3 : ce résultat ne dit pas ce qui a été mesuré.", location=f"OBX^{rank}^3", code=REQUIRED)
    low, high, other = _range(message.value("OBX", 7, number=rank))
    flags = [message.value("OBX", 8, repetition, number=rank) for repetition in range(1, message.repetitions("OBX", 8, number=rank) + 1)]
    meant = next((flag for flag in flags if flag in MEANINGS), "")
    status = message.value("OBX", 11, number=rank)
    comment = "\n".join(filter(None, (f"Valeurs de référence : {other}" if other else "", notes)))
    value = _value(message, rank) or ("Résultat impossible à obtenir" if status == IMPOSSIBLE else "")
    return Result(
        code=code, system=system, label=label or code, value=value,
        unit=_unit(message, rank), at=message.instant("OBX", 14, number=rank) or at, low=low, high=high, interpretation=meant,
        words=MEANINGS.get(meant, ""), status="cancelled" if status == IMPOSSIBLE else STATUSES.get(status, "final"), comment=comment,
    )  # fmt: skip


def _value(message: Message, rank: int) -> str:
    """OBX-5 as text, whatever its type. Raises Refusal for a type that holds no result we can read."""
    kind = message.value("OBX", 2, number=rank)
    times = range(1, message.repetitions("OBX", 5, number=rank) + 1)
    if kind == STRUCTURED:
        parts = [message.value("OBX", 5, component=component, number=rank) for component in (1, 2, 3, 4)]
        return " ".join(filter(None, (parts[0].replace("=", ""), "".join(parts[1:]))))
    if kind in CODES:
        return ", ".join(filter(None, (_words(message, rank, repetition) for repetition in times)))
    if kind in NUMBERS | WORDS | TIMES or not kind:
        lines = [message.value("OBX", 5, repetition, number=rank).replace("\r", "\n") for repetition in times]
        told = "\n".join(filter(None, lines))
        return told.replace(",", ".") if kind in NUMBERS else _said(told) if kind in TIMES else told
    message_ = f"OBX-2 : le type {kind[:3]} n’est pas pris en charge. Rien n’a été gardé."
    raise Refusal(message=message_, location=f"OBX^{rank}^2", code=TABLE)


def _words(message: Message, rank: int, repetition: int) -> str:
    """A coded value in words: what was typed, else the name of the code, else the code."""
    told = (message.value("OBX", 5, repetition, component, number=rank) for component in (9, 2, 5, 1))
    return next(filter(None, told), "")


def _said(stamp: str) -> str:
    """A date or a time of HL7 as people write it; anything else as it came."""
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d).*)?", stamp)
    if not found:
        return stamp
    year, month, day, hour, minute = found.groups()
    return f"{day}/{month}/{year}" + (f" {hour}:{minute}" if hour else "")


def _unit(message: Message, rank: int) -> str:
    return message.value("OBX", 6, number=rank) or message.value("OBX", 6, component=2, number=rank)


def _named(message: Message, segment: str, number: int, rank: int) -> tuple[str, str, str]:
    """Code, system and words of a coded element, LOINC first; the words are the sender's own where it gives two."""
    parts = [message.value(segment, number, component=component, number=rank) for component in range(1, 7)]
    code, label, system, other_code, other_label, other_system = parts
    if other_code and other_system == "LN":
        return other_code, LOINC, label or other_label
    return code, LOINC if system == "LN" else LOCAL, other_label or label


def _range(told: str) -> tuple[str, str, str]:
    """OBX-7 as a low bound, a high bound, and what is neither."""
    if found := _RANGE.match(told):
        return found[1].replace(",", "."), found[2].replace(",", "."), ""
    if found := _BOUND.match(told):
        bound = found[2].replace(",", ".")
        return ("", bound, "") if found[1][0] in "<≤iI" else (bound, "", "")
    return "", "", told


def _notes(message: Message, ranks: Sequence[int]) -> str:
    lines = [
        message.value("NTE", 3, repetition, number=rank).replace("\r", "\n")
        for rank in ranks
        for repetition in range(1, message.repetitions("NTE", 3, number=rank) + 1)
    ]
    return "\n".join(filter(None, lines))


def _joined(results: Sequence[Result]) -> Iterator[Result]:
    """A text that goes on through several OBX of one code is one result. What has no value is none."""
    held: Result | None = None
    for one in results:
        if held and one.code == held.code and one.label == held.label and not (one.unit or held.unit) and _is_text(held) and _is_text(one):
            held = replace(held, value=f"{held.value}\n{one.value}")
            continue
        if held and held.value:
            yield held
        held = one
    if held and held.value:
        yield held


def _is_text(one: Result) -> bool:
    return not one.interpretation and any(letter.isalpha() for letter in one.value)


def page(panels: Sequence[Panel], *, author: str) -> str:
    """The report as words, for the document that is looked at: everything that was told, in its order."""
    lines = [author, ""]
    for panel in panels:
        lines += [panel.title.upper(), *(_line(one) for one in panel.results), *([panel.comment] if panel.comment else []), ""]
    return "\n".join(lines).strip() + "\n"


def _line(one: Result) -> str:
    value = f"{one.value.replace('.', ',') if one.unit else one.value} {units.unit(one.unit)}".strip()
    bounds = f" ({'–'.join(filter(None, (one.low, one.high)))})".replace(".", ",") if one.low or one.high else ""
    flag = one.words or {"L": "bas", "H": "haut", "LL": "très bas, critique", "HH": "très haut, critique"}.get(one.interpretation, "")
    return f"{one.label} : {value}{bounds}{', ' + flag if flag else ''}" + (f"\n  {one.comment}" if one.comment else "")
