"""What runs by itself in a PDF, taken out. A confined process of its own: it reads a PDF whose author nobody knows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from serment.dossier.confinement import working
from serment.dossier.confinement.working import DAMAGED, Said
from serment.dossier.records.documents.tasks import CLEAN, CLEANED, LOCKED

OBJECTS_MAX = 400_000
DEPTH_MAX = 40
# What each thing is called for a person, by the name that stands in the file.
ACTIONS = {
    "/JavaScript": "javascript", "/Launch": "launch", "/SubmitForm": "send", "/ImportData": "send", "/GoToR": "launch", "/GoToE": "files",
    "/Rendition": "media", "/RichMediaExecute": "media", "/Movie": "media", "/Sound": "media", "/GoTo3DView": "media",
}  # fmt: skip
ANNOTATIONS = {
    "/RichMedia": "media", "/FileAttachment": "files", "/Screen": "media", "/Movie": "media", "/3D": "media", "/Sound": "media",
}  # fmt: skip
NAMES = {"/JavaScript": "javascript", "/EmbeddedFiles": "files", "/Renditions": "media"}
HARMLESS_OPENING = frozenset({"/GoTo", "/Named"})


def cleaned(content: bytes) -> tuple[str, set[str], bytes]:
    """The verdict on a PDF, what was found in it, and the file without it."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            found = _cleaned(pdf)
            if not found:
                return CLEAN, found, b""
            target = io.BytesIO()
            # What it says of itself in XML stays as it is: a parser of XML is one more thing to attack.
            pdf.save(target, linearize=False, object_stream_mode=pikepdf.ObjectStreamMode.disable, fix_metadata_version=False)
            return CLEANED, found, target.getvalue()
    except pikepdf.PasswordError:
        return LOCKED, set(), b""
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RecursionError, MemoryError):
        return DAMAGED, set(), b""


def _cleaned(pdf: pikepdf.Pdf) -> set[str]:
    found: set[str] = set()
    _catalogue(pdf.Root, found)
    for number, one in enumerate(pdf.objects):
        if number > OBJECTS_MAX:
            raise ValueError("too many objects")
        for part in _dictionaries(one):
            _part(part, found)
    return found


def _catalogue(root: Any, found: set[str]) -> None:
    """What the document as a whole does when it is opened, and the files it carries."""
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and str(opening.get("/S", "")) not in HARMLESS_OPENING:
        _drop(root, "/OpenAction", "opening", found)
    names = root.get("/Names")
    for name, word in NAMES.items():
        if isinstance(names, pikepdf.Dictionary):
            _drop(names, name, word, found)
    form = root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary):
        _drop(form, "/XFA", "form", found)
    for name in ("/Collection", "/AF"):
        _drop(root, name, "files", found)


def _part(part: Any, found: set[str]) -> None:
    """One dictionary anywhere: what it does on an event, the action that it is, the annotations that it holds."""
    _drop(part, "/AA", "opening", found)
    action = ACTIONS.get(str(part.get("/S", ""))) if "/S" in part else None
    if action and not _is_structure(part):
        found.add(action)
        for name in ("/S", "/JS", "/F", "/Win", "/Next", "/R", "/T", "/TA"):
            if name in part:
                del part[name]
    _drop(part, "/JS", "javascript", found)
    annotations = part.get("/Annots")
    if isinstance(annotations, pikepdf.Array):
        _annotations(part, annotations, found)


def _is_structure(part: Any) -> bool:
    """Whether `/S` is the role of a tagged element, which is another thing than an action."""
    return str(part.get("/Type", "")) == "/StructElem"


def _annotations(page: Any, annotations: Any, found: set[str]) -> None:
    kept = []
    for one in annotations:
        word = ANNOTATIONS.get(str(one.get("/Subtype", ""))) if isinstance(one, pikepdf.Dictionary) else None
        if word:
            found.add(word)
        else:
            kept.append(one)
    if len(kept) != len(annotations):
        page["/Annots"] = pikepdf.Array(kept)


def _drop(part: Any, name: str, word: str, found: set[str]) -> None:
    if name in part:
        found.add(word)
        del part[name]


def _dictionaries(one: Any, depth: int = 0) -> Iterator[Any]:
    """An object and the dictionaries inside it; those it refers to are objects of their own."""
    if depth > DEPTH_MAX:
        raise ValueError("too deep")
    if isinstance(one, (pikepdf.Dictionary, pikepdf.Stream)):
        yield one
        for name in list(one.keys()):
            child = one.get(name)
            if child is not None and not getattr(child, "is_indirect", False):
                yield from _dictionaries(child, depth + 1)
    elif isinstance(one, pikepdf.Array):
        for child in list(one):
            if not getattr(child, "is_indirect", False):
                yield from _dictionaries(child, depth + 1)


def task(content: bytes, _arguments: list[str]) -> Said:
    """The file on the standard input, without what runs."""
    verdict, found, clean = cleaned(content)
    return Said(verdict=verdict, found=tuple(sorted(found)), content=clean)


if __name__ == "__main__":
    working.work(task)
