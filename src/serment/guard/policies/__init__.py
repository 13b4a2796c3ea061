"""What a role may ever do: Cedar decides, from `serment.cedar`; `matrix.yaml` says what is expected and a test compares."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cedarpy

from serment.wire.words import ACTIONS, COMPARTMENTS, ROLES

HERE = Path(__file__).parent

# Families of roles, so that a policy names the reason and not fifteen roles.
FAMILIES: dict[str, frozenset[str]] = {
    "physician": frozenset({"ward_physician", "on_call_physician", "emergency_physician", "anaesthetist"}),
    "carer": frozenset(
        {
            "nurse_day", "nurse_night", "care_assistant", "ward_physician", "on_call_physician", "emergency_physician",
            "triage_nurse", "anaesthetist", "technician",
        }
    ),
    "staff": frozenset(
        {
            "nurse_day", "nurse_night", "care_assistant", "ward_physician", "on_call_physician", "emergency_physician",
            "triage_nurse", "anaesthetist", "technician", "secretary", "admissions_clerk", "coder",
        }
    ),
    "registrar": frozenset({"admissions_clerk", "interface"}),
    "officer": frozenset({"security_officer", "data_protection_officer"}),
}  # fmt: skip


def _entities() -> list[dict[str, object]]:
    roles: list[dict[str, object]] = [
        {
            "uid": {"type": "Role", "id": role},
            "attrs": {},
            "parents": [{"type": "Role", "id": family} for family, members in FAMILIES.items() if role in members],
        }
        for role in ROLES
    ]
    families: list[dict[str, object]] = [{"uid": {"type": "Role", "id": family}, "attrs": {}, "parents": []} for family in FAMILIES]
    compartments: list[dict[str, object]] = [
        {"uid": {"type": "Compartment", "id": name}, "attrs": {}, "parents": []} for name in COMPARTMENTS
    ]
    return [*roles, *families, *compartments]


POLICIES = (HERE / "serment.cedar").read_text(encoding="utf-8")
ENTITIES = _entities()


@lru_cache(maxsize=20_000)  # every combination of closed vocabularies fits: 16 roles x 9 actions x 11 ties x 5 resources x 2
def is_allowed(*, role: str, action: str, compartment: str = "identity", tie: str = "", assurance: str = "full") -> bool:
    """Whether the policies permit it. Any diagnostic of Cedar counts as a refusal: a policy that errors must not be skipped in silence."""
    if action not in ACTIONS or compartment not in COMPARTMENTS:
        return False
    answer = cedarpy.is_authorized(
        {
            "principal": f'Role::"{role}"',
            "action": f'Action::"{action}"',
            "resource": f'Compartment::"{compartment}"',
            "context": {"tie": tie, "assurance": assurance},
        },
        POLICIES,
        ENTITIES,
    )
    return answer.allowed and not answer.diagnostics.errors


def is_staff(role: str) -> bool:
    """Whether the role takes part in care or in its paperwork, and so works in units."""
    return role in FAMILIES["staff"]


def may_open(*, role: str, tie: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The compartments, of those wanted, that the role may open with a tie of this kind."""
    return tuple(name for name in wanted if is_allowed(role=role, action="record:entry:open", compartment=name, tie=tie))


def may_open_untied(*, role: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The compartments, of those wanted, that the role may open without any tie, within its unexplained budget."""
    return tuple(name for name in wanted if is_allowed(role=role, action="record:untied:open", compartment=name))


def may_file(*, role: str, tie: str, opened: tuple[str, ...]) -> tuple[str, ...]:
    """The compartments, of those that are not opened, into which the role may put something without reading anything there."""
    closed = (name for name in ("care", "sealed") if name not in opened)
    return tuple(name for name in closed if is_allowed(role=role, action="record:document:file", compartment=name, tie=tie))


def may_break_glass(*, role: str, assurance: str) -> tuple[str, ...]:
    """The compartments an emergency opens for the role; none when the role gives no care."""
    return tuple(
        name for name in COMPARTMENTS if is_allowed(role=role, action="record:emergency:open", compartment=name, assurance=assurance)
    )


# The compartment that an act is about, when it is not the identity.
ABOUT = {"record:document:file": "care", "record:treating:declare": "contact"}


def actions_of(role: str) -> tuple[str, ...]:
    """What the role may ever do, for menus: with a tie of care, as far as the identity, or the compartment that the act is about."""
    return tuple(
        action
        for action in ACTIONS
        if is_allowed(role=role, action=action, tie="" if "untied" in action else "stay", compartment=ABOUT.get(action, "identity"))
    )
