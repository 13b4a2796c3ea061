"""A CDA document out of bytes. Pure.

Entities, external references and document types are refused before anything is parsed of them: a document has no use for them, an attack
has.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree

from serment.dossier.interop.cda import laboratory
from serment.dossier.interop.cda.types import Clinical
from serment.dossier.kernel import errors
from serment.dossier.kernel.clock import PARIS

BYTES_MAX = 8 * 1024 * 1024
TEXT_CHARACTERS_MAX = 200_000
INS_PREFIX = "1.2.250.1.213.1.4."
V3 = "{urn:hl7-org:v3}"
_STAMP = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d+)?([+-]\d{4})?\Z")
# Blocks of the narrative that end a line.
_BLOCKS = frozenset({"paragraph", "tr", "br", "item", "caption", "title", "content"})


def read(raw: bytes) -> Clinical:
    """The document. Raises Invalid (`cda_unreadable`) for what is no CDA, or holds what a document must not."""
    if len(raw) > BYTES_MAX:
        raise errors.Invalid("cda_unreadable")
    try:
        root = ElementTree.fromstring(raw, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise errors.Invalid("cda_unreadable") from None
    if root.tag != f"{V3}ClinicalDocument":
        raise errors.Invalid("cda_unreadable")
    return _read(root)


def is_cda(raw: bytes) -> bool:
    """Whether bytes look like a clinical document, without parsing them."""
    return raw.lstrip()[:1] == b"<" and b"ClinicalDocument" in raw[:8192]


def _read(root: Element) -> Clinical:
    parent = root.find(f"{V3}relatedDocument[@typeCode='RPLC']/{V3}parentDocument/{V3}id")
    code = root.find(f"{V3}code")
    number = (_attribute(root.find(f"{V3}versionNumber"), "value") or "1").strip()
    return Clinical(
        id=_identifier(root.find(f"{V3}id")), code=_attribute(code, "code"),
        title=_words(root.find(f"{V3}title")) or _attribute(code, "displayName"),
        at=instant(_attribute(root.find(f"{V3}effectiveTime"), "value")),
        author=_person(root.find(f"{V3}author/{V3}assignedAuthor/{V3}assignedPerson/{V3}name")),
        organisation=_words(root.find(f"{V3}author/{V3}assignedAuthor/{V3}representedOrganization/{V3}name")),
        ins=_ins(root), replaces=_identifier(parent), version=int(number) if number.isdecimal() and len(number) < 6 else 1,
        pdf=_pdf(root), text=_narrative(root), panels=tuple(laboratory.panels(root, instant)),
    )  # fmt: skip


def instant(told: str) -> datetime | None:
    """A time stamp of HL7 v3: French legal time without an offset; None for what is none."""
    found = _STAMP.match(told.strip())
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part) if part else None for part in found.groups()[:6])
    try:
        at = datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=PARIS)
    except ValueError:
        return None
    if offset := found[7]:
        minutes = int(offset[1:3]) * 60 + int(offset[3:])
        at = at.replace(tzinfo=timezone(timedelta(minutes=minutes if offset[0] == "+" else -minutes)))
    return at.astimezone(UTC)


def _ins(root: Element) -> str:
    for one in root.iterfind(f"{V3}recordTarget/{V3}patientRole/{V3}id"):
        if one.get("root", "").startswith(INS_PREFIX):
            return one.get("extension", "").replace(" ", "")
    return ""


def _identifier(element: Element | None) -> str:
    return "^".join(part for part in (_attribute(element, "root"), _attribute(element, "extension")) if part)


def _attribute(element: Element | None, name: str) -> str:
    return element.get(name, "") if element is not None else ""


def _person(name: Element | None) -> str:
    if name is None:
        return ""
    parts = {part: " ".join(_words(one) for one in name.iterfind(f"{V3}{part}")) for part in ("suffix", "given", "family")}
    title = parts["suffix"].title() if parts["suffix"].upper() in ("DR", "PR") else ""
    return " ".join(part for part in (title, parts["given"], parts["family"]) if part) or _words(name)


def _words(element: Element | None) -> str:
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def _pdf(root: Element) -> bytes:
    """The page that a document is (level 1), or carries as a copy of itself."""
    whole = root.find(f"{V3}component/{V3}nonXMLBody/{V3}text")
    carried = (one.find(f"{V3}value") for one in root.iter(f"{V3}observationMedia"))
    for element in (whole, *carried):
        if _attribute(element, "mediaType") == "application/pdf" and _attribute(element, "representation") == "B64":
            return decoded(element.text or "") if element is not None else b""
    return b""


def decoded(text: str) -> bytes:
    """Base64 without its white space. Raises Invalid (`cda_unreadable`)."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise errors.Invalid("cda_unreadable") from None


def _narrative(root: Element) -> str:
    """The words that a person would read, section by section, without their markup."""
    lines: list[str] = []
    for section in root.iter(f"{V3}section"):
        if title := _words(section.find(f"{V3}title")):
            lines += ["", title.upper()]
        narrative = section.find(f"{V3}text")
        if narrative is not None:
            lines += [line for line in ("".join(_told(narrative))).splitlines() if line.strip()]
    return "\n".join(" ".join(line.split()) for line in lines).strip()[:TEXT_CHARACTERS_MAX]


def _told(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield from _told(child)
        name = child.tag.removeprefix(V3)
        yield "\n" if name in _BLOCKS else " \t " if name in ("td", "th") else ""
        yield child.tail or ""
