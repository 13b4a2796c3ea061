"""The matrix says what is expected; the policies must agree, role by role, tie by tie, compartment by compartment."""

from pathlib import Path

import pytest
import yaml

from serment.guard import policies
from serment.wire.words import ACTIONS, COMPARTMENTS, ROLES, TIES

MATRIX = yaml.safe_load((Path(policies.__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_exactly_what_the_matrix_says(role: str) -> None:
    expected = {tie: tuple(MATRIX["open"].get(role, {}).get(tie, ())) for tie in TIES}
    assert {tie: policies.may_open(role=role, tie=tie, wanted=COMPARTMENTS) for tie in TIES} == expected


@pytest.mark.parametrize("role", ROLES)
def test_without_a_tie_no_role_opens_anything(role: str) -> None:
    assert policies.may_open(role=role, tie="", wanted=COMPARTMENTS) == ()


@pytest.mark.parametrize("role", ROLES)
def test_an_emergency_opens_exactly_what_the_matrix_says(role: str) -> None:
    assert policies.may_break_glass(role=role, assurance="full") == tuple(MATRIX["break_glass"].get(role, ()))


@pytest.mark.parametrize("role", ROLES)
def test_nobody_breaks_the_glass_with_reduced_assurance(role: str) -> None:
    assert policies.may_break_glass(role=role, assurance="reduced") == ()


@pytest.mark.parametrize("action", [action for action in ACTIONS if not action.startswith("record:") and action != "identity:name:read"])
def test_an_action_is_for_exactly_the_roles_of_the_matrix(action: str) -> None:
    assert {role for role in ROLES if policies.is_allowed(role=role, action=action)} == set(MATRIX["actions"][action])


@pytest.mark.parametrize("role", ROLES)
def test_a_role_files_blind_exactly_where_the_matrix_says(role: str) -> None:
    expected = tuple(name for name in ("care", "sealed") if role in MATRIX["file"][name])
    assert policies.may_file(role=role, tie="stay", opened=()) == expected
    assert policies.may_file(role=role, tie="stay", opened=("care", "sealed")) == ()
    assert policies.may_file(role=role, tie="registration", opened=()) == ()
    assert policies.may_file(role=role, tie="", opened=()) == ()


@pytest.mark.parametrize("role", ROLES)
def test_a_protected_name_is_shown_exactly_as_the_matrix_says(role: str) -> None:
    expected = set(MATRIX["named"]["ties"]) if role in MATRIX["named"]["roles"] else set()
    assert {tie for tie in TIES if policies.is_allowed(role=role, action="identity:name:read", tie=tie)} == expected
    assert not policies.is_allowed(role=role, action="identity:name:read")


def test_an_unknown_role_action_tie_or_compartment_is_refused() -> None:
    assert not policies.is_allowed(role="root", action="record:entry:open", compartment="care", tie="stay")
    assert not policies.is_allowed(role="nurse_day", action="record:everything:export", compartment="care", tie="stay")
    assert not policies.is_allowed(role="nurse_day", action="record:entry:open", compartment="everything", tie="stay")
    assert not policies.is_allowed(role="nurse_day", action="record:entry:open", compartment="care", tie="curiosity")


def test_a_policy_that_errors_refuses_instead_of_being_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    policies.is_allowed.cache_clear()
    broken = policies.POLICIES + '\npermit (principal, action, resource) when { context.nothing == "x" };'
    monkeypatch.setattr(policies, "POLICIES", broken)
    try:
        assert not policies.is_allowed(role="nurse_day", action="record:entry:open", compartment="care", tie="stay")
    finally:
        monkeypatch.undo()
        policies.is_allowed.cache_clear()


def test_every_role_family_and_compartment_is_told_to_the_policies() -> None:
    told = {(one["uid"]["type"], one["uid"]["id"]): one for one in policies._entities()}  # type: ignore[index]
    assert set(told) == {
        *(("Role", role) for role in ROLES), *(("Role", family) for family in policies.FAMILIES),
        *(("Compartment", name) for name in COMPARTMENTS),
    }  # fmt: skip
    for (kind, name), one in told.items():
        families = [family for family, members in policies.FAMILIES.items() if name in members] if kind == "Role" else []
        assert one["parents"] == [{"type": "Role", "id": family} for family in families]
        assert one["attrs"] == {}
    assert told["Role", "anaesthetist"]["parents"] == [{"type": "Role", "id": name} for name in ("physician", "carer", "staff")]
    assert policies._entities() == policies.ENTITIES


def test_what_is_wanted_is_answered_in_its_order_and_nothing_else() -> None:
    wanted = ("care", "sealed", "identity")
    assert policies.may_open(role="nurse_day", tie="stay", wanted=wanted) == ("care", "identity")
    assert policies.may_open(role="nurse_day", tie="stay", wanted=()) == ()
    assert policies.may_open(role="administrator", tie="stay", wanted=wanted) == ()
    assert policies.may_open_untied(role="nurse_day", wanted=wanted) == ("care", "identity")
    assert policies.may_open_untied(role="secretary", wanted=("care", "contact")) == ("contact",)
    assert policies.may_open_untied(role="administrator", wanted=wanted) == ()
    assert policies.may_break_glass(role="secretary", assurance="full") == ()
    assert policies.may_break_glass(role="nurse_day", assurance="reduced") == ()


def test_a_menu_offers_what_the_role_may_do_under_some_tie() -> None:
    plain = tuple(one for one in ACTIONS if policies.is_allowed(role="administrator", action=one))
    assert policies.actions_of("administrator") == plain
    assert "record:entry:open" in policies.actions_of("nurse_day")
    assert "record:entry:open" not in policies.actions_of("administrator")
    assert "record:entry:open" in policies.actions_of("secretary")
    assert policies.actions_of("gardener") == ()
