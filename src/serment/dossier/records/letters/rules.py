"""What makes a letter ready to be signed, and by whom. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from serment.dossier.kernel import errors
from serment.dossier.records.entries import rules
from serment.dossier.records.letters import kinds
from serment.dossier.records.letters.kinds import Kind
from serment.dossier.records.letters.types import Addressee, Part
from serment.dossier.records.notes.kinds import PHYSICIANS
from serment.wire.protocol import Who

TITLE_CHARACTERS_MAX = 160
TEXT_CHARACTERS_MAX = 20_000
LINE_CHARACTERS_MAX = 90
ADDRESS_LINES_MAX = 7
HOW = {"handed": "remise en main propre", "mssante": "messagerie sécurisée de santé", "post": "courrier postal", "fax": "télécopie"}


def require_signer(kind: Kind, who: Who) -> None:
    """Raises Denied (`role`) when this kind of letter is a physician's and the person is none."""
    if kind.needs_physician and not is_physician(who):
        raise errors.Denied("role", field="care")


def is_physician(who: Who) -> bool:
    """Whether somebody is a physician somewhere."""
    return bool({assignment.role for assignment in who.assignments} & PHYSICIANS)


def title(typed: str) -> str:
    """The subject of a letter. Raises Invalid."""
    return rules.text(typed, field="title", characters_max=TITLE_CHARACTERS_MAX)


def typed(kind: Kind, given: Mapping[str, str]) -> dict[str, str]:
    """What was typed in the fields of a kind, trimmed. Raises Invalid (`text_missing`, `text_too_long`, `text_unreadable`) naming the
    field."""
    return {
        field.code: rules.text(
            given.get(field.code, ""), field=field.code, characters_max=TEXT_CHARACTERS_MAX, required=field.is_required
        )
        for field in kind.fields
    }  # fmt: skip


def parts(kind: Kind, given: Mapping[str, str]) -> tuple[Part, ...]:
    """The parts of a letter out of its fields, those left empty apart."""
    return tuple(Part(code=field.code, label=field.heading, text=given[field.code]) for field in kind.fields if given[field.code])


def certificate(given: Mapping[str, str], *, author: str, rpps: str, patient: str, on: date) -> tuple[Part, ...]:
    """A certificate in sentences: who examined whom and when, what was found, for whom (CSP R.4127-76)."""
    number = f", RPPS {rpps}" if rpps else ""
    begun = f"Je soussigné(e), {author}{number}, certifie avoir examiné le {given['day']} {patient}."
    ended = f"Certificat établi le {on:%d/%m/%Y} à la demande de {given['purpose']}, et remis en main propre pour servir ce que de droit."
    said = (("opening", begun, ""), ("facts", given["facts"], "Constatations"), ("closing", ended, ""))
    return tuple(Part(code=code, label=label, text=text) for code, text, label in said)


def addressee(text: str, *, rpps: str = "") -> Addressee:
    """The lines of an address block as typed: a name, then where it goes. Raises Invalid (`text_missing`, `text_too_long`)."""
    given = rules.text(text, field="other", characters_max=LINE_CHARACTERS_MAX * ADDRESS_LINES_MAX)
    lines = tuple(line.strip() for line in given.splitlines() if line.strip())
    if len(lines) > ADDRESS_LINES_MAX or any(len(line) > LINE_CHARACTERS_MAX for line in lines):
        raise errors.Invalid("text_too_long", field="other")
    return Addressee(lines=lines, rpps=rpps)


def how(word: str) -> str:
    """How a letter left. Raises Invalid (`choice_unknown`)."""
    if word not in HOW:
        raise errors.Invalid("choice_unknown", field="how")
    return word


def body(kind: Kind, given: Mapping[str, str], *, author: str, rpps: str, patient: str, on: date) -> tuple[Part, ...]:
    """What the letter says."""
    if kind.code == kinds.CERTIFICATE:
        return certificate(given, author=author, rpps=rpps, patient=patient, on=on)
    return parts(kind, given)
