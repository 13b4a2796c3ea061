"""A decoded message, read by the standard's numbers: `value("PID", 3, 2, 4, 2)` is PID-3, second repetition, component 4.2."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import hl7

from serment.dossier.interop.hl7v2.refusing import DATA_TYPE, REJECTED, REQUIRED, Refusal
from serment.dossier.kernel.clock import PARIS

REPETITIONS_MAX = 50


class Message:
    """One parsed message. Raises Refusal when the text is not HL7."""

    def __init__(self, text: str) -> None:
        try:
            self._message = hl7.parse(text)
            self._names = [str(segment[0][0]) for segment in self._message]
        except Exception:  # noqa: BLE001 - the library has no error of its own for what is not HL7
            raise Refusal(message="Ce n’est pas un message HL7 v2.", acknowledgement=REJECTED) from None

    def has(self, segment: str) -> bool:
        return segment in self._names

    def count(self, segment: str) -> int:
        return self._names.count(segment)

    def value(self, segment: str, field: int, repetition: int = 1, component: int = 1, part: int = 1, *, number: int = 1) -> str:
        """A value without the escapes of HL7, or an empty string; `number` is the rank of a repeated segment."""
        try:
            found = self._message.extract_field(segment, number, field, repetition, component, part)
        except (IndexError, KeyError):
            return ""
        text = self._message.unescape(str(found)) if found else ""
        return "" if text == '""' else text.strip()

    def segments(self) -> Iterator[tuple[str, int]]:
        """The segments in their order, each with its rank among those of its name."""
        seen: dict[str, int] = {}
        for name in self._names:
            seen[name] = seen.get(name, 0) + 1
            yield name, seen[name]

    def repetitions(self, segment: str, field: int, *, number: int = 1) -> int:
        try:
            return min(len(self._message.segments(segment)[number - 1][field]), REPETITIONS_MAX)
        except (IndexError, KeyError):
            return 0

    def fields(self, segment: str) -> dict[int, str]:
        """The fields of a segment that hold something, by their number, each as it came."""
        if not self.has(segment):
            return {}
        found = ((number, str(value).strip()) for number, value in enumerate(self._message.segment(segment)))
        return {number: value for number, value in found if number and value not in ("", '""')}

    def required(self, segment: str, field: int, component: int = 1) -> str:
        """Like `value`, and refuses when there is none."""
        found = self.value(segment, field, component=component)
        if not found:
            raise Refusal(message=f"{segment}-{field} est obligatoire et manque.", location=f"{segment}^1^{field}", code=REQUIRED)
        return found

    def instant(self, segment: str, field: int, *, number: int = 1) -> datetime | None:
        """A time stamp (HL7 TS). Without an offset it is French legal time."""
        text = self.value(segment, field, number=number)
        if not text:
            return None
        try:
            return parsed_instant(text)
        except ValueError:
            raise _bad_date(segment, field) from None

    def day(self, segment: str, field: int) -> date | None:
        text = self.value(segment, field)
        if not text:
            return None
        try:
            return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            raise _bad_date(segment, field) from None


def parsed_instant(text: str) -> datetime:
    """`YYYYMMDD[HH[MM[SS[.S...]]]][+/-ZZZZ]` as an instant. Raises ValueError."""
    zone: timezone | None = None
    for sign in "+-":
        head, found, offset = text.partition(sign)
        if found:
            hours, minutes = int(offset[:2]), int(offset[2:4] or 0)
            zone = timezone((1 if sign == "+" else -1) * timedelta(hours=hours, minutes=minutes))
            text = head
    digits = text.partition(".")[0]
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 10, 12, 14):
        raise ValueError("not a time stamp")
    parts = [int(digits[:4]), *(int(digits[at : at + 2]) for at in range(4, len(digits), 2))]
    local = datetime(*parts, tzinfo=zone or PARIS)  # type: ignore[arg-type, misc]
    return local.astimezone(UTC)


def _bad_date(segment: str, field: int) -> Refusal:
    message = f"{segment}-{field} n’est pas une date HL7 (AAAAMMJJ, heure facultative)."
    return Refusal(message=message, location=f"{segment}^1^{field}", code=DATA_TYPE)
