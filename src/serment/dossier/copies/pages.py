"""Documents as pages of a copy, and the pages joined under a password. A confined process of its own: the documents are anybody's."""

from __future__ import annotations

import io
import json
import sys

import pikepdf
from PIL import Image, PdfImagePlugin

from serment.dossier.confinement import working
from serment.dossier.confinement.working import DAMAGED, Said
from serment.dossier.copies.tasks import JOIN, MADE, PAGES, PDF

# Nothing more can be opened once the process is confined: the library has loaded all that it reads and writes with.
LOADED = (PdfImagePlugin,)
Image.preinit()


def task(content: bytes, arguments: list[str]) -> Said:
    """`pages` and the media type of one document, or `join` and what is joined."""
    if arguments == [JOIN]:
        return Said(verdict=MADE, content=joined(content))
    if arguments[:1] == [PAGES]:
        return Said(verdict=MADE, content=tame(content if arguments[1] == PDF else as_page(content)))
    return Said(verdict=DAMAGED)


def tame(content: bytes) -> bytes:
    """The pages of a PDF without anything that runs; what was filled in a form stays, as drawn."""
    with pikepdf.open(io.BytesIO(content)) as pdf, pikepdf.new() as made:
        pdf.flatten_annotations()
        for page in pdf.pages:
            for name in ("/AA", "/Annots"):
                if name in page.obj:
                    del page.obj[name]
        made.pages.extend(pdf.pages)
        return _saved(made)


def as_page(content: bytes) -> bytes:
    """A picture as a page."""
    with Image.open(io.BytesIO(content), formats=["JPEG", "PNG"]) as image:
        target = io.BytesIO()
        image.convert("RGB").save(target, "PDF", resolution=150)
        return target.getvalue()


def joined(content: bytes) -> bytes:
    """The first PDF with the pages of the others behind it, encrypted with AES-256 (PDF 2.0, revision 6). A line of JSON says the password
    and how long each is."""
    head, _, rest = content.partition(b"\n")
    told = json.loads(head)
    parts = []
    for size in told["sizes"]:
        parts.append(rest[:size])
        rest = rest[size:]
    with pikepdf.open(io.BytesIO(parts[0])) as whole:
        for part in parts[1:]:
            with pikepdf.open(io.BytesIO(part)) as added:
                whole.pages.extend(added.pages)
        return _saved(whole, encryption=pikepdf.Encryption(owner=told["password"], user=told["password"], R=6))


def _saved(pdf: pikepdf.Pdf, encryption: pikepdf.Encryption | None = None) -> bytes:
    target = io.BytesIO()
    # What it says of itself in XML stays as it is: a parser of XML is one more thing to attack.
    pdf.save(target, encryption=encryption, fix_metadata_version=False)
    return target.getvalue()


if __name__ == "__main__":
    # The library that encrypts opens the system's source of chance; what it reads was made by children of this kind.
    working.work(task, opens_more=len(sys.argv) == 2)
