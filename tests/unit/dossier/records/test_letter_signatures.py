"""What a signature on a letter is bound to. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from serment.dossier.interop.fhir import placing
from serment.dossier.records.letters import signing

SALT = b"s" * signing.SALT_BYTES
DOCUMENT, PATIENT, PASSKEY = uuid4(), uuid4(), uuid4()
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
WORDS: dict[str, Any] = {
    "date": AT.isoformat(), "title": "Courrier", "attester": [{"time": "x"}],
    "section": [{"extension": [{"valueString": "Bisoprolol 5 mg"}]}],
}  # fmt: skip


def digest(words: dict[str, Any], **other: Any) -> bytes:
    return signing.paper(words, **{"document": DOCUMENT, "patient": PATIENT, "salt": SALT, **other}).digest


def test_the_minute_of_the_day_is_not_signed_and_everything_else_is() -> None:
    later = {**WORDS, "date": (AT + timedelta(minutes=4)).isoformat(), "attester": []}
    assert digest(later) == digest(WORDS)
    for other in (
        {**WORDS, "date": (AT + timedelta(days=1)).isoformat()}, {**WORDS, "title": "Autre"},
        {**WORDS, "section": [{"extension": [{"valueString": "Bisoprolol 50 mg"}]}]},
    ):  # fmt: skip
        assert digest(other) != digest(WORDS)
    assert len({digest(WORDS), digest(WORDS, document=uuid4()), digest(WORDS, patient=uuid4()), digest(WORDS, salt=b"t" * 16)}) == 4


def held(words: dict[str, Any], **marks: str) -> bool | None:
    paper = signing.paper(WORDS, document=DOCUMENT, patient=PATIENT, salt=SALT)
    told = signing.extension(paper, salt=SALT, at=AT, passkey=PASSKEY)
    for part in told["extension"]:
        part["valueString"] = marks.get(part["url"], part.get("valueString", ""))
    return signing.holds({"extension": [told]}, words, document=DOCUMENT, patient=PATIENT)


def test_a_letter_whose_words_changed_since_says_so() -> None:
    assert held(WORDS) is True
    assert held({**WORDS, "title": "Autre"}) is False
    assert signing.holds({}, WORDS, document=DOCUMENT, patient=PATIENT) is None


@pytest.mark.parametrize("mark", ["salt", "digest"])
def test_a_signature_that_cannot_be_read_does_not_hold(mark: str) -> None:
    assert held(WORDS, **{mark: "!"}) is False


def test_a_file_from_elsewhere_brings_no_signature_of_this_house() -> None:
    paper = signing.paper(WORDS, document=DOCUMENT, patient=PATIENT, salt=SALT)
    forged = signing.extension(paper, salt=SALT, at=AT, passkey=PASSKEY)
    other = {"url": "urn:other", "valueString": "x"}
    kept = placing.kept("DocumentReference", {"resourceType": "DocumentReference", "extension": [forged, other]})
    assert kept["extension"] == [other]
    assert signing.holds(kept, WORDS, document=DOCUMENT, patient=PATIENT) is None
    for plain in ({"extension": [other]}, {"extension": "odd"}, {}):
        assert placing.kept("DocumentReference", plain) == plain
