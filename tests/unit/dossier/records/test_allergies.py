"""Known allergies, none known, not documented: three different things, and the ward's icons say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


def told(substance: str = "Pénicilline", **fields: Any) -> Any:
    from serment.dossier.records.allergies.types import Told

    return Told(**{"substance": substance, **fields})


class Ward:
    """Bruno at the bed of Farid: each act is a request of its own, as it is in the browser."""

    def __init__(self, dossier: Dossier) -> None:
        self.dossier, self.patient = dossier, dossier.admitted(cast.FARID)
        self.browser: Browser = dossier.house.browser(cast.BRUNO)

    def act(self, verb: str, **fields: Any) -> Any:
        from serment.dossier.records.allergies import services

        with self.dossier.opened(self.browser, self.patient) as permit:
            return getattr(services, verb)(permit=permit, now=NOW, **fields)

    def record(self, substance: str = "Pénicilline", **fields: Any) -> Any:
        return self.act("record", token=fields.pop("token", uuid4()), told=told(substance, **fields))

    @property
    def known(self) -> Any:
        from serment.dossier.records.allergies import queries

        with self.dossier.opened(self.browser, self.patient) as permit:
            return queries.active_for(permit=permit)

    @property
    def icons(self) -> tuple[str, ...]:
        opening = self.browser.open(self.patient)
        return tuple(opening.alerts)


@pytest.fixture
def ward(dossier: Dossier) -> Ward:
    return Ward(dossier)


def test_nobody_asked_yet(ward: Ward) -> None:
    assert (ward.known.state, ward.icons) == ("not_documented", ())


def test_an_allergy_is_shown_and_flagged(ward: Ward) -> None:
    token = ward.record(reaction="urticaire", severity="severe")
    known = ward.known
    assert known.state == "allergies"
    (allergy,) = known.allergies
    assert (allergy.written.entry, allergy.substance, allergy.reaction, allergy.severity) == (token, "Pénicilline", "urticaire", "severe")
    assert allergy.written.author_label == "Bruno LEROY, Infirmier"
    assert ward.icons == ("allergy",)


def test_none_known_is_a_statement_of_its_own(ward: Ward) -> None:
    ward.act("declare_none", token=uuid4())
    assert (ward.known.state, ward.icons) == ("none_known", ("no_known_allergy",))


def test_stating_it_twice_states_it_once(ward: Ward) -> None:
    assert ward.act("declare_none", token=uuid4()) == ward.act("declare_none", token=uuid4())


def test_an_allergy_makes_the_statement_of_none_fall(ward: Ward) -> None:
    ward.act("declare_none", token=uuid4())
    ward.record()
    assert (ward.known.state, ward.icons) == ("allergies", ("allergy",))


def test_none_is_not_stated_while_one_stands(ward: Ward) -> None:
    ward.record()
    with pytest.raises(errors.Conflict, match="allergies_exist"):
        ward.act("declare_none", token=uuid4())


def test_a_refuted_allergy_leaves_the_banner_and_stays_readable(ward: Ward) -> None:
    from serment.dossier.records.allergies import queries

    token = ward.record()
    ward.act("refute", entry=token, version=1, reason="Tests cutanés négatifs")
    assert (ward.known.state, ward.icons) == ("not_documented", ())
    with ward.dossier.opened(ward.browser, ward.patient) as permit:
        (refuted,) = queries.refuted_for(permit=permit)
    assert (refuted.written.entry, refuted.is_refuted) == (token, True)


def test_an_allergy_struck_out_leaves_the_banner(ward: Ward) -> None:
    token = ward.record()
    ward.act("strike_out", entry=token, version=1, reason="Mauvais patient")
    assert (ward.known.state, ward.icons) == ("not_documented", ())


def test_the_worst_comes_first(ward: Ward) -> None:
    ward.record("Iode", severity="mild")
    ward.record("Arachide", severity="severe")
    ward.record("Latex")
    assert [allergy.substance for allergy in ward.known.allergies] == ["Arachide", "Iode", "Latex"]


def test_a_form_sent_twice_writes_one_allergy(ward: Ward) -> None:
    token = uuid4()
    ward.record(token=token)
    ward.record(token=token)
    assert len(ward.known.allergies) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("substance", " "),
        ("substance", "x" * 201),
        ("substance", "a\x00b"),
        ("severity", "worst"),
        ("certainty", "maybe"),
        ("category", "x"),
        ("sort", "x"),
        ("source", "somebody"),
        ("source_name", "x" * 121),
        ("code", "http://www.whocc.no/atc|Z99"),
        ("onset", "2026-13"),
        ("onset", "03/2019"),
        ("onset", "2026-12"),
        ("review_on", date(2026, 11, 23)),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(ward: Ward, field: str, value: Any) -> None:
    with pytest.raises(errors.Invalid) as caught:
        ward.record(**{field: value})
    assert caught.value.field == field
    assert ward.known.state == "not_documented"


def test_when_the_guard_does_not_take_the_flag_nothing_is_written(ward: Ward, monkeypatch: pytest.MonkeyPatch) -> None:
    call = ward.dossier.guard.call

    def without_flag(verb: str, request: object) -> Any:
        if verb == "flag":
            raise errors.Unavailable("guard_down")
        return call(verb, request)

    monkeypatch.setattr(ward.dossier.guard, "call", without_flag)
    with pytest.raises(errors.Unavailable):
        ward.record()
    monkeypatch.undo()
    assert ward.known.state == "not_documented"


PENICILLINS = "http://www.whocc.no/atc|J01C"
FULL = {
    "code": PENICILLINS, "sort": "intolerance", "reaction": "Urticaire", "severity": "mild", "certainty": "unconfirmed", "onset": "2019-03",
    "source": "relative", "source_name": "sa fille", "review_on": date(2027, 5, 1),
}  # fmt: skip


def test_everything_told_comes_back_and_the_code_says_the_category(ward: Ward) -> None:
    ward.record("Péni", **FULL)
    (one,) = ward.known.allergies
    assert (one.substance, one.code, one.label, one.symbol) == ("Péni", PENICILLINS, "Pénicillines", "J01C")
    assert (one.category, one.sort, one.certainty, one.onset) == ("medication", "intolerance", "unconfirmed", "2019-03")
    assert (one.source, one.source_name, one.review.due_on) == ("relative", "sa fille", date(2027, 5, 1))


def test_among_equally_severe_ones_the_confirmed_come_first(ward: Ward) -> None:
    ward.record("Kiwi", severity="mild", certainty="unconfirmed")
    ward.record("Soja", severity="mild")
    assert [one.substance for one in ward.known.allergies] == ["Soja", "Kiwi"]


def test_a_correction_is_another_version_and_the_one_before_stays(ward: Ward) -> None:
    from serment.dossier.records.entries import queries as entries

    token = ward.record(reaction="urticaire")
    ward.act("correct", entry=token, version=1, told=told("Amoxicilline", severity="severe"))
    (one,) = ward.known.allergies
    assert (one.written.version, one.substance, one.reaction, one.severity) == (2, "Amoxicilline", "", "severe")
    assert one.written.author_label == "Bruno LEROY, Infirmier"
    with ward.dossier.opened(ward.browser, ward.patient) as permit:
        assert [version.title for version in entries.versions(permit=permit, entry=token)] == ["Amoxicilline", "Pénicilline"]


def test_who_was_slower_is_told_and_overwrites_nothing(ward: Ward) -> None:
    token = ward.record()
    ward.act("correct", entry=token, version=1, told=told("Amoxicilline"))
    with pytest.raises(errors.Conflict, match="entry_changed"):
        ward.act("correct", entry=token, version=1, told=told("Iode"))
    assert [one.substance for one in ward.known.allergies] == ["Amoxicilline"]


def test_a_correction_sent_twice_is_one_version(ward: Ward) -> None:
    token = ward.record()
    for _ in range(2):
        ward.act("correct", entry=token, version=1, told=told("Amoxicilline"))
    assert ward.known.allergies[0].written.version == 2


def test_one_set_aside_that_is_corrected_stands_again(ward: Ward) -> None:
    token = ward.record()
    ward.act("refute", entry=token, version=1, reason="Tests négatifs")
    ward.act("correct", entry=token, version=2, told=told(severity="severe"))
    assert (ward.known.state, ward.icons) == ("allergies", ("allergy",))


def test_nothing_is_corrected_into_an_allergy_that_is_none(ward: Ward) -> None:
    token = ward.act("declare_none", token=uuid4())
    with pytest.raises(errors.NotFound):
        ward.act("correct", entry=token, version=1, told=told())


def test_asked_again_today_the_next_time_is_later_and_who_asked_is_kept(ward: Ward) -> None:
    token = ward.record(review_on=date(2026, 12, 1))
    assert [one.substance for one in ward.known.overdue(date(2026, 12, 2))] == ["Pénicilline"]
    ward.act("review", entry=token, version=1, next_on=date(2027, 12, 1))
    (one,) = ward.known.allergies
    assert (one.review.due_on, one.review.last_at, one.review.last_by) == (date(2027, 12, 1), NOW, "Bruno LEROY, Infirmier")
    assert ward.known.overdue(date(2026, 12, 2)) == ()
    ward.act("correct", entry=token, version=2, told=told("Amoxicilline"))
    assert ward.known.allergies[0].review.last_at == NOW


def test_that_there_is_none_is_asked_again_too(ward: Ward) -> None:
    token = ward.act("declare_none", token=uuid4())
    assert ward.known.review.due_on == date(2027, 11, 23)
    ward.act("review", entry=token, version=1, next_on=date(2028, 2, 29))
    known = ward.known
    assert (known.state, known.statement_version, known.review.due_on) == ("none_known", 2, date(2028, 2, 29))
    assert known.review.is_overdue(date(2028, 3, 1))


def test_the_next_time_is_to_come_and_what_is_set_aside_is_not_asked_again(ward: Ward) -> None:
    token = ward.record()
    with pytest.raises(errors.Invalid):
        ward.act("review", entry=token, version=1, next_on=date(2026, 11, 23))
    ward.act("refute", entry=token, version=1, reason="Tests négatifs")
    with pytest.raises(errors.NotFound):
        ward.act("review", entry=token, version=2, next_on=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("today", "months", "day"),
    [(date(2026, 11, 30), 3, date(2027, 2, 28)), (date(2026, 12, 1), 12, date(2027, 12, 1)), (date(2027, 11, 30), 3, date(2028, 2, 29))],
)
def test_some_months_later_is_the_same_day_or_the_last_of_the_month(today: date, months: int, day: date) -> None:
    from serment.dossier.records.allergies import rules

    assert rules.in_months(months, today=today) == day


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("augm", "J01CR02"),
        ("peni", "J01C"),
        ("AINS", "M01A"),
        ("cacah", "peanut"),
        ("oeuf", "egg"),
        ("guêpe", "wasp"),
        ("xenet", "V08AB11"),
        ("amoxiciline", "J01CA04"),
        ("penicilinne", "J01C"),
        ("augmantin", "J01CR02"),
        ("cefalosporine", "J01D"),
        ("crevète", "crustaceans"),
    ],
)
def test_a_substance_is_found_by_its_class_its_brand_the_beginning_of_a_word_or_a_slip(query: str, first: str) -> None:
    from serment.dossier.records.allergies import substances

    assert substances.find(query)[0].code == first


@pytest.mark.parametrize("query", ["", "pe", "zzzz", "  ", "- - -"])
def test_too_little_or_nothing_known_finds_nothing(query: str) -> None:
    from serment.dossier.records.allergies import substances

    assert substances.find(query) == ()


def test_no_label_of_the_list_is_empty_and_every_category_is_known() -> None:
    from serment.dossier.records.allergies import substances
    from serment.dossier.records.allergies.types import CATEGORIES

    everything = substances._all().values()
    assert all(one.label and one.category in CATEGORIES for one in everything)
    assert {one.system for one in everything} == {substances.ATC, substances.OWN}
