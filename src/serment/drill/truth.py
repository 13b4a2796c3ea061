"""Who the patients really are, as legitimate staff read it: what a stolen table or dump is searched for."""

from __future__ import annotations

import re

from serment.drill.loot import DATE, NAME, TAGS
from serment.drill.target import Target
from serment.drill.thief import Thief

WARDS = 8


def known_people(target: Target) -> dict[str, tuple[str, str]]:
    """By identifier, the surname and the birth date of patients of several wards, as their nurses see them."""
    people: dict[str, tuple[str, str]] = {}
    wards = {persona.unit: persona for persona in target.personas("nurse_day", "nurse_night")}
    for persona in list(wards.values())[:WARDS]:
        nurse = Thief(target, target.at_work(persona, settled=False))
        home = nurse.get("/")
        page = nurse.get(home.headers["Location"] or "/").text
        for found in NAME.finditer(page):
            name = re.search(r"<b>([^<]+)</b>", found[2])
            born = DATE.search(TAGS.sub(" ", found[3]))
            if name and born:
                people[found[1]] = (name[1], born[0])
    return people
