"""Reading consents and wishes."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.consents import resources
from serment.dossier.records.consents.types import TOPICS, Consent, History, Topic
from serment.dossier.records.entries import queries as entries


def active_for(*, permit: Permit) -> tuple[Consent, ...]:
    """The last decision on each topic, in the order of the topics."""
    return tuple(one.latest for one in histories(permit=permit) if one.latest)


def histories(*, permit: Permit) -> tuple[History, ...]:
    """Every topic that the permit may read, with the answer in force and those before; and the topics of imported consents."""
    said: dict[str, list[Consent]] = {}
    for entry in entries.current(permit=permit, kinds=[resources.KIND]):
        one = resources.read(entry)
        said.setdefault(one.topic, []).append(one)
    ours = [topic for topic in TOPICS.values() if permit.has(topic.compartment)]
    others = [Topic(code=code, label=code) for code in said if code not in TOPICS]
    return tuple(
        History(topic=topic, latest=next(iter(said.get(topic.code, ())), None), before=tuple(said.get(topic.code, ())[1:]))
        for topic in (*ours, *others)
    )
