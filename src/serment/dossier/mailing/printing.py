"""Letters on paper: one PDF/A-2b of many letters, and the sheet of their addresses for the mailing house. In memory only."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from serment.dossier.kernel import errors
from serment.dossier.mailing.letters import PARIS
from serment.dossier.mailing.notices import TO_WRITE, Notice
from serment.dossier.mailing.types import Event, Letter, Sender
from serment.dossier.typesetting import setting

TEMPLATE = Path(__file__).with_name("letter.typ")
NOTICE_TEMPLATE = Path(__file__).with_name("notice.typ")
# Of one PDF. More letters at once are no faster, and take a megabyte for every two of them while they are set.
LETTERS_MAX = 200
# Of a letter that is set with air: measured, and held by a test. A line then takes about that many characters.
ROOMY_LINES_MAX, LINE_CHARACTERS = 38, 88
COLUMNS = ("rang", "page", "ligne1", "ligne2", "ligne3", "ligne4", "ligne5", "ligne6", "ligne7", "tri", "pays")


@dataclass(frozen=True, kw_only=True)
class Batch:
    """What the mailing house gets at once: `pdf` has one page per row of `sheet` (UTF-8, semicolons), in the same order."""

    letters: int
    pdf: bytes = field(repr=False)
    sheet: bytes = field(repr=False)


@lru_cache(maxsize=1)
def _template() -> bytes:
    return TEMPLATE.read_bytes()


def batch(*, event: Event, letters: Sequence[Letter], is_tagged: bool = False) -> Batch:
    """Set at most LETTERS_MAX letters, in the order given. `is_tagged` is for a screen reader, where a person reads the PDF itself.

    Raises Fault (`letter_too_long`) when one of them runs over its page, or holds what cannot be set."""
    if not 0 < len(letters) <= LETTERS_MAX:
        raise errors.Fault("batch_size")
    try:
        pdf = _set(event, letters, is_tagged=is_tagged, most=ROOMY_LINES_MAX)
    except errors.Fault:
        # Once more without air: the number of lines is an estimate, and one letter too long stops two hundred.
        pdf = _set(event, letters, is_tagged=is_tagged, most=0)
    return Batch(letters=len(letters), pdf=pdf, sheet=sheet(letters))


def _set(event: Event, letters: Sequence[Letter], *, is_tagged: bool, most: int) -> bytes:
    data = {
        "title": event.reference,
        "is_tagged": is_tagged,
        "date": (event.written_on.year, event.written_on.month, event.written_on.day),
        "sender": _sender(event.sender),
        "letters": [{**_page(letter), "is_roomy": lines(letter) <= most} for letter in letters],
    }
    try:
        return setting.typeset(template=_template(), data=data, on=event.written_on, is_tagged=is_tagged)
    except errors.Fault:
        raise errors.Fault("letter_too_long") from None


def sheet(letters: Iterable[Letter]) -> bytes:
    """The address of each page, for postage and sorting. A cell that a spreadsheet would calculate is quoted by an apostrophe."""
    target = io.StringIO(newline="")
    rows = csv.writer(target, delimiter=";", lineterminator="\r\n")
    rows.writerow(COLUMNS)
    for number, letter in enumerate(letters, 1):
        lines = [*letter.block.lines, *[""] * (7 - len(letter.block.lines))]
        rows.writerow([number, number, *(_cell(line) for line in lines), letter.block.postcode, letter.block.country])
    return target.getvalue().encode("utf-8-sig")


def post_order(letter: Letter) -> tuple[str, str, tuple[str, ...], str]:
    """By postcode, as bulk postage wants; within one, by the lines, so that the order is the same each time."""
    return (letter.block.postcode, letter.block.country, letter.block.lines, letter.code)


def sorted_for_post(letters: Iterable[Letter]) -> list[Letter]:
    """In `post_order`."""
    return sorted(letters, key=post_order)


class Press:
    """Processes that set letters, kept for as long as there is work: `with Press(2) as press`. With one process, this one does it."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        # A fresh interpreter for each: what this one holds (keys, connections) is no business of a printer.
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn")) if processes > 1 else None

    def __enter__(self) -> Press:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def batches(self, *, event: Event, letters: Iterable[Letter]) -> Iterator[Batch]:
        """Set all the letters, in their order, a batch at a time as they come; each process has one batch in hand and one waiting. The
        memory is that of these batches, however many letters there are. Raises what `batch` raises."""
        source = iter(letters)
        chunks = iter(lambda: tuple(islice(source, LETTERS_MAX)), ())
        if self._pool is None:
            yield from (batch(event=event, letters=some) for some in chunks)
            return
        waiting: deque[Future[Batch]] = deque()
        for some in chunks:
            waiting.append(self._pool.submit(batch, event=event, letters=some))
            if len(waiting) > 2 * self._processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def batches(*, event: Event, letters: Iterable[Letter], processes: int = 1) -> Iterator[Batch]:
    """`Press.batches` with a press of its own."""
    with Press(processes) as press:
        yield from press.batches(event=event, letters=letters)


def _sender(sender: Sender) -> dict[str, object]:
    return {"name": sender.name, "address": sender.address}


def lines(letter: Letter) -> int:
    """About how many lines it takes when set with air. Five short things and more stand in two columns, as the template has it."""
    count = sum(-(-len(text) // LINE_CHARACTERS) for text in (letter.subject, letter.check_before + letter.code, letter.check_after))
    for part in letter.parts:
        listed = sum(-(-len(item) // LINE_CHARACTERS) for item in part.items)
        is_short = len(part.items) > 4 and all(len(item) < 60 for item in part.items)
        count += bool(part.title) + sum(-(-len(line) // LINE_CHARACTERS) for line in part.lines) + (-(-listed // 2) if is_short else listed)
    return count


def _page(letter: Letter) -> dict[str, object]:
    return {
        "language": letter.language,
        "address": letter.block.lines,
        "place": letter.place,
        "subject": letter.subject,
        "parts": [{"title": part.title, "lines": part.lines, "items": part.items} for part in letter.parts],
        "check_before": letter.check_before,
        "code": letter.code,
        "check_after": letter.check_after,
        "signature": letter.signature,
    }


def _cell(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text


def notice(one: Notice) -> bytes:
    """A notice, a report or an entry of the register as one tagged PDF/A. Raises Fault (`not_set`)."""
    on = one.written_at.astimezone(PARIS).date()
    data = {
        "title": one.title,
        "reference": one.reference,
        "about": f"Référence {one.reference}, rédigé le {one.written_at.astimezone(PARIS).strftime('%d/%m/%Y %H:%M')}",
        "date": (on.year, on.month, on.day),
        "to_write": TO_WRITE,
        "sections": [{"title": section.title, "fields": section.fields} for section in one.sections],
    }
    return setting.typeset(template=NOTICE_TEMPLATE.read_bytes(), data=data, on=on)
