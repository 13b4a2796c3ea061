"""To whom a letter about a person goes, and when none may go by itself. Pure.

The order of the questions matters: what protects somebody from whoever opens the letter box comes before everything.

1. A protected identity, or a wish for a safe contact: nothing goes anywhere but to the safe contact, whoever else could be told.
2. The dead: their heirs (CSP L.1110-4 and L.1111-7; loi du 6 janvier 1978, article 85).
3. A minor: the holders of parental authority (Code civil, article 371-1).
4. An adult under guardianship or family empowerment: who represents them (Code civil, articles 475 and 494-6).
5. An adult under curatorship: the person, and the curator as well (by analogy with Code civil, article 467, third paragraph).
6. Everybody else: the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from serment.dossier.mailing.types import (
    CURATOR,
    CURATORSHIP,
    FAMILY_EMPOWERMENT,
    GUARDIAN,
    GUARDIANSHIP,
    HEIR,
    ONESELF,
    PARENT,
    SAFE_CONTACT,
    Addressee,
    Held,
    Person,
    Reachable,
)

MAJORITY_YEARS = 18
# Two names fit above an address; a third would push the town out of the window.
NAMES_MAX = 2
REASONS = (
    "address_missing", "address_too_long", "address_unreadable", "heirs_missing", "representatives_missing", "safe_contact_missing",
)  # fmt: skip


def is_minor(birth_date: date, today: date) -> bool:
    """Whether the eighteenth birthday is still to come. Born on 29 February: of age on 1 March of a common year."""
    return (today.year - birth_date.year, today.month, today.day) < (MAJORITY_YEARS, birth_date.month, birth_date.day)


def of(person: Person, *, today: date) -> tuple[Addressee, ...] | Held:
    """Who is written to about this person: one letter for each of them. `Held` when the rules find nobody they may write to."""
    if person.has_protected_identity or person.has_safe_contact or person.safe_contact is not None:
        return _instead(person, [person.safe_contact] if person.safe_contact else [], SAFE_CONTACT, "safe_contact_missing")
    if person.is_deceased:
        return _instead(person, person.heirs, HEIR, "heirs_missing")
    if is_minor(person.birth_date, today):
        return _instead(person, person.representatives, PARENT, "representatives_missing")
    if person.protection in (GUARDIANSHIP, FAMILY_EMPOWERMENT):
        return _instead(person, person.representatives, GUARDIAN, "representatives_missing")
    oneself = Addressee(names=(person.name,), address=person.address, quality=ONESELF)
    if person.protection == CURATORSHIP:
        curators = _instead(person, person.representatives, CURATOR, "representatives_missing")
        return curators if isinstance(curators, Held) else _reachable(person, (oneself, *curators))
    return _reachable(person, (oneself,))


def _instead(person: Person, others: Iterable[Reachable], quality: str, reason: str) -> tuple[Addressee, ...] | Held:
    """Those who live together get one letter with both names, the others one each: parents who parted are both told."""
    homes: dict[str, list[Reachable]] = {}
    for other in others:
        homes.setdefault(" ".join(other.address.casefold().split()), []).append(other)
    found = tuple(
        Addressee(names=tuple(one.name for one in home[start : start + NAMES_MAX]), address=home[0].address, quality=quality)
        for home in homes.values()
        for start in range(0, len(home), NAMES_MAX)
    )
    return _reachable(person, found) if found else Held(patient=person.patient, reason=reason)


def _reachable(person: Person, found: tuple[Addressee, ...]) -> tuple[Addressee, ...] | Held:
    """All of them or nobody by itself: a person half told would count as told."""
    if all(one.address.strip() for one in found):
        return found
    return Held(patient=person.patient, reason="address_missing")
