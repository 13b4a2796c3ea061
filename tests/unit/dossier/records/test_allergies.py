"""Known allergies, none known, not documented: three different things, and the ward's icons say the same."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from serment.dossier.kernel import errors
from tests import cast
from tests.authenticator import Browser
from tests.fixtures.dossier import Dossier

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC)


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
        return self.act("record", **{"token": uuid4(), "substance": substance, **fields})

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
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(ward: Ward, field: str, value: str) -> None:
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
