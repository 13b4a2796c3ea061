"""What the attacker really got: counted from the bytes that were read, never from the guard's own books.

A full record is a page, a bundle or a cell of a table in which the clinical content of one patient can be read; an identity line is a name
with its birth date, wherever it stands. Both are counted once a person.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from uuid import UUID

UUID_IN_ADDRESS = re.compile(r"/patients/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/")
DATE = re.compile(r"\b\d{2}/\d{2}/\d{4}\b")
TAGS = re.compile(r"<[^>]+>")
NAME = re.compile(
    r'class="line-name"[^>]*href="/patients/([0-9a-f-]{36})/[^"]*"[^>]*>(.*?)</a>'
    r'(.{0,1500}?)(?=class="line-name"|</ol>|</section>|$)',
    re.S,
)
BAND = re.compile(r'class="band-surname">([^<]+)<.*?class="band-given">([^<]+)<', re.S)
# What only a page with the care compartment shows.
CLINICAL = ("Dernières notes", 'class="entry-text"', '"AllergyIntolerance"', '"MedicationStatement"', '"Observation"', '"Composition"')


@dataclass
class Loot:
    """Persons by identifier. `records` were read in full, `lines` by name and birth date; `explained` are the account's own patients."""

    records: set[str] = field(default_factory=set)
    lines: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    answers: int = 0

    def read(self, text: str, *, patient: UUID | str | None = None) -> None:
        """Take what an answer holds. `patient` is whose page was asked for."""
        self.answers += 1
        for found in NAME.finditer(text):
            if DATE.search(TAGS.sub(" ", found[3])):
                self.lines.add(found[1])
        if patient is not None and (BAND.search(text) or _is_resource(text)):
            self.lines.add(str(patient))
            if is_clinical(text):
                self.records.add(str(patient))

    def find(self, text: str, people: dict[str, tuple[str, str]]) -> None:
        """Search bytes for known people: a name and its birth date anywhere in them."""
        self.answers += 1
        for patient, (name, born) in people.items():
            if name in text and born in text:
                self.lines.add(patient)

    @property
    def names(self) -> set[str]:
        """People known by name and birth date alone: who was read in full is counted as a record, and not again here."""
        return self.lines - self.records

    @property
    def strangers(self) -> set[str]:
        """Full records of people who are not the account's own patients."""
        return self.records - self.own


def is_clinical(text: str) -> bool:
    """Whether a page or a resource shows what belongs to care."""
    return any(mark in text for mark in CLINICAL)


def _is_resource(text: str) -> bool:
    if not text.startswith("{"):
        return False
    try:
        return "resourceType" in json.loads(text) and "OperationOutcome" not in text
    except ValueError:
        return False


def words(text: str) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(TAGS.sub(" ", text))).strip()


def addresses(text: str) -> list[str]:
    """The patients a page leads to, in its order."""
    return list(dict.fromkeys(UUID_IN_ADDRESS.findall(text)))
