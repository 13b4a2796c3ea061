"""What a letter says, and what no letter may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from serment.dossier.kernel import errors
from serment.dossier.mailing import letters, words
from serment.dossier.mailing.types import CERTAIN, HEIR, ONESELF, PARENT, POSSIBLE, Addressee, Letter
from tests.fixtures.letters import CODE, EVENT, EXPOSED, FARID, HOME

ONE = Addressee(names=(FARID.name,), address=HOME, quality=ONESELF)


def text(letter: Letter) -> str:
    parts = [line for part in letter.parts for line in (part.title, *part.lines, *part.items)]
    return "\n".join([letter.place, letter.subject, *parts, letter.check_before, letter.code, letter.check_after, letter.signature])


def write(**changes: object) -> Letter:
    given = {"event": EVENT, "exposed": EXPOSED, "person": FARID, "addressee": ONE, "code": CODE} | changes
    return letters.write(**given)  # type: ignore[arg-type]


def test_exactly_the_kinds_that_were_seen_are_named() -> None:
    said = text(write(exposed=replace(EXPOSED, kinds=("allergies", "telephone"))))
    assert "numéros de téléphone" in said and "allergies" in said
    others = [french for kind, (french, _) in words.KINDS.items() if kind not in ("allergies", "telephone")]
    assert [one for one in others if one in said] == []


def test_a_kind_that_no_word_knows_is_told_as_something_else_and_never_left_out() -> None:
    assert words.kinds(("allergies", "odour"), "fr") == ("allergies", "autres éléments du dossier")
    assert words.kinds(("odour",), "en") == ("other elements of the record",)


def test_days_are_those_of_paris_and_of_the_person() -> None:
    late = replace(EXPOSED, first_at=datetime(2026, 2, 28, 23, 30, tzinfo=UTC), last_at=datetime(2026, 3, 1, 8, tzinfo=UTC))
    assert "Le 1er mars 2026, vos données ont été consultées" in text(write(exposed=late))
    assert "Entre le 1er mars 2026 et le 3 mars 2026" in text(write(exposed=replace(late, last_at=datetime(2026, 3, 3, tzinfo=UTC))))
    english = text(write(exposed=late, person=replace(FARID, language="en")))
    assert "On 1 March 2026, your data were consulted" in english


def test_a_letter_in_english_reaches_the_officer_in_english_when_that_was_written_and_in_french_otherwise() -> None:
    said = replace(EVENT, sender=replace(EVENT.sender, officer_en="Ms Duval, same address", signature_en="The managing director"))
    english, french = (text(write(event=said, person=replace(FARID, language=one))) for one in ("en", "fr"))
    assert "officer: Ms Duval, same address." in english and english.endswith("The managing director")
    assert EVENT.sender.officer in french and french.endswith(EVENT.sender.signature)
    bare = text(write(person=replace(FARID, language="en")))
    assert EVENT.sender.officer in bare and bare.endswith(EVENT.sender.signature)


def test_what_is_only_possible_is_not_said_to_be_certain() -> None:
    certain, possible = (text(write(exposed=replace(EXPOSED, certainty=one))) for one in (CERTAIN, POSSIBLE))
    assert "Nous en avons la trace" in certain and "ont pu être" not in certain
    assert "ni le prouver ni l’exclure" in possible and "Nous en avons la trace" not in possible


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("quality", ["oneself", "parent", "guardian", "curator", "heir", "safe_contact"])
def test_no_letter_has_a_link_a_mail_address_or_the_date_of_birth(language: str, quality: str) -> None:
    said = text(write(person=replace(FARID, language=language), addressee=replace(ONE, quality=quality)))
    assert not any(sign in said for sign in ("http", "www", "@", ".fr", "1948", "{", "}"))
    assert CODE in said and EVENT.sender.telephone in said and "CNIL" in said
    assert (FARID.name in said) is (quality != ONESELF)


def test_a_relative_reads_about_whom_it_is() -> None:
    assert "aux données de Farid HADDAD" in write(addressee=replace(ONE, quality=PARENT)).subject
    assert "appris le décès" in text(write(addressee=replace(ONE, quality=HEIR)))


@pytest.mark.parametrize(
    ("kinds", "dangers"),
    [(("telephone",), 1), (("identity",), 2), (("insurance", "address"), 2), (("allergies",), 1), (("identity", "notes"), 3)],
)
def test_the_dangers_follow_from_the_kinds(kinds: tuple[str, ...], dangers: int) -> None:
    written = write(exposed=replace(EXPOSED, kinds=kinds))
    assert len(next(part for part in written.parts if part.title == "Ce que cela peut entraîner").items) == dangers


@pytest.mark.parametrize(
    ("text_of", "code"),
    [(" ", "text_missing"), ("x" * 351, "text_too_long"), ("Voyez www.example.org", "link_in_letter"), ("a@example.org", "link_in_letter")],
)
def test_the_officers_own_words_are_checked(text_of: str, code: str) -> None:
    letters.check(EVENT)
    for name in ("happened", "happened_en", "measures", "measures_en"):
        with pytest.raises(errors.Invalid) as refused:
            letters.check(replace(EVENT, **{name: text_of}))
        assert (refused.value.code, refused.value.field) == (code, name)


def test_what_was_seen_perhaps_says_so_beside_what_was_seen_for_certain() -> None:
    assert words.kinds(("identity", "x"), "fr", perhaps=("allergies",))[1:] == ("allergies (peut-être)", "autres éléments du dossier")
    assert words.kinds(("identity",), "en", perhaps=("identity", "notes", "y"))[1:] == (
        "notes of the care team (perhaps)",
        "other elements of the record (perhaps)",
    )
