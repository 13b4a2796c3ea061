"""Finding words in the record of one patient."""

from __future__ import annotations

from serment.dossier.disclosure.types import Permit
from serment.dossier.records.entries import queries as entries
from serment.dossier.records.entries import rules as entry_rules
from serment.dossier.records.search import rules
from serment.dossier.records.search.types import Found

TITLE_WEIGHT = 2.0
FOUND_MAX = 60


def search(*, permit: Permit, query: str) -> tuple[Found, ...]:
    """The entries that answer every word, the best first, then the newest. The whole record is opened in memory, and nothing is kept."""
    wanted = rules.words(query)
    if not wanted:
        return ()
    matcher = rules.Matcher(wanted)
    found = []
    for entry in entries.every(permit=permit):
        title = entry_rules.title(entry.resource)
        text = " · ".join(part for part in rules.spoken(entry.resource) if part != title)
        whole, _ = rules.score(f"{title} {text}", matcher)
        if not whole:
            continue
        in_title, _ = rules.score(title, matcher)
        _, places = rules.score(text, matcher) if in_title == 0 else (0.0, ())
        found.append(Found(entry=entry, title=title, context=rules.context(text, places), score=whole + TITLE_WEIGHT * in_title))
    return tuple(sorted(found, key=lambda one: (-one.score, -one.entry.effective_at.timestamp()))[:FOUND_MAX])
