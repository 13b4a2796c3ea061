"""One door to the compiler of pages. Knows nothing of what it sets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Literal

import typst

from serment.dossier.kernel import errors

Standard = Literal["1.7", "a-2b", "a-3b", "ua-1"]
# Of how many documents the compiler keeps what they were made of, and one more.
REMEMBERED = 11


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    # The fonts of the wheel and no others: the same bytes on every machine.
    return typst.Compiler(ignore_system_fonts=True)


def _forget() -> None:
    """typst keeps what the last ten documents were made of, to set the next one faster: for ours, people's records for nothing. Ten empty
    documents make it let go."""
    for _ in range(REMEMBERED):
        _compiler().compile(input=b"", sys_inputs=None, format="pdf")


def typeset(*, template: bytes, data: Mapping[str, object], on: date, standard: Standard | None = "a-2b", is_tagged: bool = True) -> bytes:
    """Set one PDF. `on` is its date, in noon of UTC; `is_tagged` is for a screen reader; `standard` is PDF/A-2b unless told.

    Raises Fault (`not_set`) when the template asserts something that the data do not keep, or holds what cannot be set.
    """
    at = int(datetime.combine(on, time(12), tzinfo=UTC).timestamp())
    given = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        pdf = _compiler().compile(
            input=template, sys_inputs=given, format="pdf", pdf_standards=standard or [], timestamp=at, pdf_tags=is_tagged
        )
    except typst.TypstError:
        # Its message quotes the text, which is a person's.
        raise errors.Fault("not_set") from None
    finally:
        _forget()
    if not isinstance(pdf, bytes):
        raise errors.Fault("not_set")
    return pdf


def drawn(*, template: bytes, data: Mapping[str, object], ppi: int) -> list[bytes]:
    """The pages as PNG images, for a person to look at before they sign. Raises Fault (`not_set`)."""
    given = {"data": json.dumps(data, ensure_ascii=False)}
    try:
        pages = _compiler().compile(input=template, sys_inputs=given, format="png", ppi=ppi)
    except typst.TypstError:
        raise errors.Fault("not_set") from None
    finally:
        _forget()
    return [pages] if isinstance(pages, bytes) else [page for page in pages or [] if isinstance(page, bytes)]
