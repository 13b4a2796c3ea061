"""Whatever arrives, reading it gives typed values or a refusal: never another error."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.fixtures.dossier import set_up_django

set_up_django()

from serment.dossier.interop.hl7v2 import acknowledgement, admission, charset  # noqa: E402 - models need Django set up
from serment.dossier.interop.hl7v2.reading import Message, parsed_instant  # noqa: E402
from serment.dossier.interop.hl7v2.refusing import Refusal  # noqa: E402

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
letters = st.text(alphabet="MSHPIDZBEROLV|^~\\&\r0123456789 éÀ.", max_size=300)
segments = st.lists(st.tuples(st.sampled_from(["PID", "PV1", "ZBE", "ROL", "PV2", "ZFA", "EVN"]), letters), max_size=6)


@given(st.binary(max_size=400))
def test_any_bytes_have_header_fields_or_none_and_an_acknowledgement(raw: bytes) -> None:
    fields = charset.header_fields(raw)
    answer = acknowledgement.build(fields, refusal=None, control="1", now=NOW)
    assert answer.startswith("MSH|^~\\&|")
    assert answer.count("\r") == 2


@given(segments)
def test_any_segments_are_read_or_refused(parts: list[tuple[str, str]]) -> None:
    text = "MSH|^~\\&|A|B|C|D|2026||ADT^A01|1|P|2.5\r" + "".join(f"{name}|{rest}\r" for name, rest in parts)
    try:
        message = Message(text)
    except Refusal:
        return
    for read in (admission.identity, admission.movement, admission.administrative):
        try:
            read(message)
        except Refusal as refusal:
            assert refusal.location.count("^") >= 1


@given(st.text(max_size=30))
def test_any_text_is_an_instant_or_a_value_error(text: str) -> None:
    with contextlib.suppress(ValueError):
        assert parsed_instant(text).tzinfo is not None


NAIVE = (datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 - hypothesis asks for bounds without a zone


@given(st.datetimes(*NAIVE, timezones=st.just(UTC)))
def test_an_instant_with_its_offset_is_read_back(at: datetime) -> None:
    assert parsed_instant(at.strftime("%Y%m%d%H%M%S+0000")) == at.replace(microsecond=0)
