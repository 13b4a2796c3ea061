"""Every category of refusal has its exception and its status."""

from __future__ import annotations

from serment.dossier.kernel import errors
from serment.wire import protocol


def test_every_category_has_an_exception_and_a_status() -> None:
    assert errors.BY_CATEGORY.keys() == protocol.HTTP_STATUS.keys()
    for kind in errors.BY_CATEGORY.values():
        assert 400 <= errors.http_status(kind("some_code")) < 600


def test_a_refusal_of_the_guard_keeps_its_code_and_its_way_on() -> None:
    error = errors.from_refusal(protocol.Refusal(category="step_up", code="lease_spent", remedy="touch", field="x"))
    assert isinstance(error, errors.StepUp)
    assert (error.code, error.remedy, error.field) == ("lease_spent", "touch", "x")


def test_an_unknown_category_is_a_fault_not_a_permission() -> None:
    assert isinstance(errors.from_refusal(protocol.Refusal(category="new", code="x")), errors.Fault)
