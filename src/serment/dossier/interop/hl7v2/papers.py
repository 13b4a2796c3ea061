"""What an ORU^R01 or MDM^T02/T10 message of the CI-SIS carries: one document, or results, and how it is to be kept. Pure.

Source: Agence du numérique en santé, « Transmission de documents CDA-R2 en HL7 v2 », 2.1: the document is in the first OBX of type ED.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from serment.dossier.interop.cda import reading as cda
from serment.dossier.interop.cda.types import Clinical, Panel
from serment.dossier.interop.hl7v2 import analyses
from serment.dossier.interop.hl7v2.reading import Message
from serment.dossier.interop.hl7v2.refusing import DATA_TYPE, REQUIRED, TABLE, UNKNOWN_KEY, Refusal
from serment.dossier.kernel import errors
from serment.dossier.records.documents.categories import IMAGING, LABORATORY, by_code
from serment.dossier.records.documents.rules import TITLE_CHARACTERS_MAX

RESULTS, NEW, REPLACED = "R01", "T02", "T10"
EVENTS = (RESULTS, NEW, REPLACED)
HIDDEN = "MASQUE_PS"
# OBR-24 (HL7 table 0074): where the words are a report of imaging, and no analyses.
IMAGING_SECTIONS = frozenset({"RAD", "RX", "CT", "CUS", "NMR", "NMS", "NRS", "OUS", "RUS", "VUS", "XRC", "CTH", "EC"})


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document of a message, or the results that it carries without one. `id` names it at its sender's, `replaces` the one before;
    `content` is what is shown, `source` the CDA it was read from, empty when it is none; `panels` the analyses that were told;
    `is_hidden` that its sender masks it from professionals."""

    id: str
    replaces: str
    category: str
    title: str = field(repr=False)
    content: bytes = field(repr=False)
    source: bytes = field(default=b"", repr=False)
    author: str = field(repr=False)
    at: datetime | None = None
    is_hidden: bool = False
    clinical: Clinical | None = field(default=None, repr=False)
    panels: tuple[Panel, ...] = field(default=(), repr=False)
    # The sender says of each result whether it is a correction: a second message is not one by itself.
    says_corrections: bool = False


def read(message: Message, *, event: str = "") -> Paper:
    """The document of a message; without one, the results that an ORU carries in its own segments. Raises Refusal for a message with
    neither, or with what cannot be read."""
    rank = next((n for n in range(1, message.count("OBX") + 1) if message.value("OBX", 2, number=n) == "ED"), 0)
    if not rank and event == RESULTS and (told := analyses.panels(message)):
        return _results(message, told)
    if not rank:
        raise Refusal(message="OBX-5 : le message ne porte ni document (type ED) ni résultat.", location="OBX^1^5", code=REQUIRED)
    raw = _decoded(message, rank)
    clinical = _clinical(raw) if cda.is_cda(raw) else None
    code = message.value("OBX", 3, number=rank) or (clinical.code if clinical else "")
    known = by_code(code)
    label = message.value("OBX", 3, component=2, number=rank)
    authored = ", ".join(filter(None, (clinical.author, clinical.organisation))) if clinical else message.value("MSH", 4)
    return Paper(
        id=message.value("TXA", 12) or (clinical.id if clinical else "") or message.value("OBR", 3) or message.value("MSH", 10),
        replaces=message.value("TXA", 13) or (clinical.replaces if clinical else ""), category=known.label if known else "Compte rendu",
        title=(clinical.title if clinical else "") or label or "Document", content=_shown(raw, clinical), source=raw if clinical else b"",
        author=authored, at=(clinical.at if clinical else None) or message.instant("TXA", 4),
        is_hidden=_is_hidden(message), clinical=clinical, panels=clinical.panels if clinical else _beside(message, event),
        says_corrections=clinical is None,
    )  # fmt: skip


def _beside(message: Message, event: str) -> tuple[Panel, ...]:
    """The results that stand in a message beside its page; none when they cannot all be read, since the page says them to people."""
    try:
        return analyses.panels(message) if event == RESULTS else ()
    except Refusal:
        return ()


def _results(message: Message, panels: tuple[Panel, ...]) -> Paper:
    """A report made of results alone: its page is their words."""
    author = message.value("OBX", 23) or message.value("OBX", 15, component=2) or message.value("MSH", 4)
    is_imaging = message.value("OBR", 24) in IMAGING_SECTIONS
    titles = dict.fromkeys(panel.title for panel in panels)
    return Paper(
        id=message.value("OBR", 3) or message.value("OBR", 2) or message.value("MSH", 10), replaces="",
        category=IMAGING if is_imaging else LABORATORY, title=", ".join(titles)[:TITLE_CHARACTERS_MAX], author=author,
        content=analyses.page(panels, author=author).encode("utf-8"), at=panels[0].at or message.instant("MSH", 7),
        is_hidden=_is_hidden(message), panels=() if is_imaging else panels, says_corrections=True,
    )  # fmt: skip


def _decoded(message: Message, rank: int) -> bytes:
    if message.value("OBX", 5, component=4, number=rank).upper() != "BASE64":
        raise Refusal(message="OBX-5 : seul l’encodage Base64 est pris en charge.", location=f"OBX^{rank}^5", code=TABLE)
    try:
        found = cda.decoded(message.value("OBX", 5, component=5, number=rank))
    except errors.Invalid:
        found = b""
    if not found:
        raise Refusal(message="OBX-5 : le document n’est pas lisible en Base64.", location=f"OBX^{rank}^5", code=DATA_TYPE)
    return found


def _clinical(raw: bytes) -> Clinical:
    try:
        return cda.read(raw)
    except errors.Invalid:
        message = "OBX-5 : le document CDA n’est pas lisible, ou contient ce qu’un document ne doit pas contenir (DTD, entité)."
        raise Refusal(message=message, location="OBX^1^5", code=DATA_TYPE) from None


def _shown(raw: bytes, clinical: Clinical | None) -> bytes:
    """What a person looks at: the page that a CDA carries, else its words; any other document as it came."""
    if clinical is None:
        return raw
    return clinical.pdf or clinical.text.encode("utf-8") or clinical.title.encode("utf-8")


def _is_hidden(message: Message) -> bool:
    return any(
        message.value("OBX", 3, number=n) == HIDDEN and message.value("OBX", 5, number=n) == "Y" for n in range(1, message.count("OBX") + 1)
    )


def require_same_person(paper: Paper, *, matricule: str) -> None:
    """Raises Refusal when the document is about another than its message says: nothing is kept then (identitovigilance)."""
    ins = paper.clinical.ins if paper.clinical else ""
    if ins and matricule and ins != matricule:
        message = "Le document et le message ne désignent pas la même personne (INS). Rien n’a été gardé dans un dossier."
        raise Refusal(message=message, location="PID^1^3", code=UNKNOWN_KEY)


def is_laboratory(paper: Paper) -> bool:
    """Whether this is a laboratory's report."""
    return paper.category == LABORATORY
