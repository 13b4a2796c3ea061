"""From what was read to persons: each once, with the kinds of data seen and what sets them apart, and the figures of them all."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import msgspec

from serment.guard.find.identities import Known
from serment.oversight.incidents import kinds
from serment.oversight.incidents.reach import CERTAIN, POSSIBLE
from serment.oversight.incidents.scopes import Exposed
from serment.wire import canonical
from serment.wire.incidents import FLAGS, KINDS, Criteria
from serment.wire.words import COMPARTMENTS

ADULT_YEARS = 18
OF_ATTRIBUTES = {"fictif": "fictitious", "douteux": "doubtful"}
# What is said of a person: certainty, compartments, kinds, possible kinds, flags.
Alike = tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...], tuple[str, ...]]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Beyond, a plot by the hour says nothing.
HOURLY_FOR = timedelta(days=35)


@dataclass(frozen=True, kw_only=True)
class Reached:
    """What was read of a patient under one certainty."""

    first_at: datetime
    last_at: datetime
    openings: int
    lines: int
    until: Mapping[str, datetime]

    @property
    def compartments(self) -> tuple[str, ...]:
        return tuple(name for name in COMPARTMENTS if name in self.until or (name == "identity" and self.lines))


@dataclass(frozen=True, kw_only=True)
class Assembling:
    """How persons are put together: `held` are the kinds that the record has of them, `known` their sheets, `on` the day that makes a
    minor. Under which computation they are written is `scope`."""

    scope: UUID
    held: kinds.Held | None
    known: Mapping[UUID, Known]
    on: date

    def person(self, place: int, patient: UUID, reached: Mapping[str, Reached]) -> Exposed:
        certainty = CERTAIN if CERTAIN in reached else POSSIBLE
        main, found = reached[certainty], {name: self._kinds(patient, one) for name, one in reached.items()}
        also = [kind for kind in found.get(POSSIBLE, ()) if kind not in found[certainty]]
        return Exposed(
            scope_id=self.scope, place=place, patient_id=patient, certainty=certainty, compartments=main.compartments,
            kinds=found[certainty], possible_kinds=tuple(also), first_at=main.first_at, last_at=main.last_at,
            openings=sum(one.openings for one in reached.values()), lines=sum(one.lines for one in reached.values()),
            flags=self._flags(patient),
        )  # fmt: skip

    def _kinds(self, patient: UUID, one: Reached) -> tuple[str, ...]:
        person = self.known.get(patient)
        return kinds.seen(
            patient, until=one.until, held=self.held, alerts=person.sheet.alerts if person else (),
            has_ins=person is None or person.sheet.identity.ins is not None,
        )  # fmt: skip

    def _flags(self, patient: UUID) -> tuple[str, ...]:
        person, found = self.known.get(patient), list[str]()
        if person is None:
            found.append("shredded")
        else:
            identity = person.sheet.identity
            found.extend(OF_ATTRIBUTES.get(one, "") for one in identity.attributes)
            if is_minor(identity.birth_date, self.on):
                found.append("minor")
            if person.sheet.protection is not None:
                found.append("protected")
        if self.held and (patient, "sealed") in self.held:
            found.append("sealed")
        return tuple([flag for flag in FLAGS if flag in found]) if found else ()


def is_minor(born: date, on: date) -> bool:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day)) < ADULT_YEARS


@dataclass(kw_only=True)
class Tally:
    """The figures, while persons and leaves go by; and the digest of the persons in their order."""

    criteria: Criteria
    persons: int = 0
    certain: int = 0
    decoys: int = 0
    leaves: Counter[tuple[datetime, str]] = field(default_factory=Counter)
    new: Counter[datetime] = field(default_factory=Counter)
    # Persons by what is said of them: few combinations, however many persons.
    alike: Counter[Alike] = field(default_factory=Counter)
    kinds_known: bool = True
    _hash: hashlib._Hash = field(default_factory=hashlib.sha256, repr=False)

    @property
    def width(self) -> timedelta:
        return HOUR if self.criteria.until - self.criteria.since <= HOURLY_FOR else DAY

    def span(self, at: datetime) -> datetime:
        """When the hour, or the day (UTC), of an instant began."""
        return at.replace(hour=at.hour if self.width == HOUR else 0, minute=0, second=0, microsecond=0)

    def leaf(self, at: datetime, what: str) -> None:
        self.leaves[self.span(at), what] += 1

    def person(self, one: Exposed) -> None:
        self.persons += 1
        self.certain += one.certainty == CERTAIN
        self.new[self.span(one.first_at)] += 1
        self.alike[one.certainty, one.compartments, one.kinds, one.possible_kinds, one.flags] += 1
        # Everything but under which computation it is written.
        facts = (
            one.place, one.patient_id, one.certainty, one.compartments, one.kinds, one.possible_kinds, one.first_at, one.last_at,
            one.openings, one.lines, one.flags,
        )  # fmt: skip
        self._hash.update(msgspec.json.encode(facts) + b"\n")

    @property
    def digest(self) -> bytes:
        return self._hash.digest()

    def figures(self) -> str:
        """As canonical JSON."""
        known, found = {"compartments": COMPARTMENTS, "kinds": KINDS, "flags": FLAGS}, self._words()
        counts = {
            name: [[word, found[name, word, "persons"], found[name, word, CERTAIN]] for word in words] for name, words in known.items()
        }
        spans = sorted({at for at, _ in self.leaves} | set(self.new))
        return canonical.encode(
            {
                **counts, "openings": self._total("openings"), "lines": self._total("lines"), "decoys": self.decoys,
                "kinds_known": self.kinds_known, "span_seconds": int(self.width.total_seconds()),
                "spans": [[at, self.leaves[at, "openings"], self.leaves[at, "lines"], self.new[at]] for at in spans],
            }
        ).decode()  # fmt: skip

    def _words(self) -> Counter[tuple[str, str, str]]:
        """Of how many persons each word is said, and of how many for certain."""
        found: Counter[tuple[str, str, str]] = Counter()
        for (certainty, compartments, seen, perhaps, flags), persons in self.alike.items():
            for name, words in (("compartments", compartments), ("kinds", (*seen, *perhaps)), ("flags", flags)):
                for word in words:
                    found[name, word, "persons"] += persons
                    found[name, word, CERTAIN] += persons if certainty == CERTAIN and word not in perhaps else 0
        return found

    def _total(self, what: str) -> int:
        return sum(count for (_, word), count in self.leaves.items() if word == what)
