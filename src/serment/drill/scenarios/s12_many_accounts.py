"""S12: the sessions of several accounts at once, from one workstation and from many, and enumeration by search, lists and API."""

from __future__ import annotations

from datetime import timedelta

from serment.drill import moves
from serment.drill.outcome import Outcome
from serment.drill.target import Target
from serment.drill.thief import Thief

ID, BOUND = "S12", "I <= 60 per account; R <= 25 x accounts"
ACCOUNTS, LINES, RECORDS = 6, 60, 25
# More names than a touch buys, for each account.
NUMBERS = 70


def run(target: Target) -> Outcome:
    """Each account reads its lists, enumerates numbers, and takes its share of everybody else; then they do it again, rested."""
    people = target.hire(
        ACCOUNTS, "nurse_day", "nurse_night", "secretary", "care_assistant", "technician", "triage_nurse", "ward_physician"
    )
    thieves = []
    for browser in target.all_at_work(people):
        browser.authenticator = None
        thieves.append(Thief(target, browser))
    everybody = target.patients()
    for number, thief in enumerate(thieves):
        thief.loot.own.update(thief.lists())
        thief.shapes()
        share = everybody[number::ACCOUNTS]
        thief.charts(share)
        thief.untied(share)
        # Last: a search may meet decoys, of whom the second contains.
        thief.numbers(NUMBERS, start=number * NUMBERS // 2)
        moves.from_everywhere(thief, everybody[number : number + 10])
    told = moves.oracle(thieves[0], target.former(20))
    for thief in thieves:
        thief.wait(timedelta(minutes=5))
        thief.lists()
        thief.numbers(5, start=200)
    records = set().union(*(thief.loot.records for thief in thieves))
    lines = max(len(thief.loot.names) for thief in thieves)
    held = lines <= LINES and len(records) <= RECORDS * ACCOUNTS
    caught = _decoy(target)
    return Outcome(
        records=len(records), identity_lines=lines, seconds=max(thief.seconds for thief in thieves), stopped_by="lease; decoys when met",
        held=held and caught and not told.different, explained=len(records & set().union(*(thief.loot.own for thief in thieves))),
        details={
            "accounts": ACCOUNTS, "most_lines_of_one_account": lines, "a_decoy_contained_its_reader": caught,
            "refusals_that_tell": told.different, "told": told.example, "known_over_unknown_time": told.ratio,
        },
    )  # fmt: skip


def _decoy(target: Target) -> bool:
    """Somebody who does not know which records are decoys, and tries one after the other: the first contains the account at once."""
    thief = Thief(target, target.at_work(target.hire(1, "nurse_day", "nurse_night", "care_assistant")[0], settled=False))
    thief.get("/account/")

    def is_cut(patient: str) -> bool:
        thief.charts([patient])
        return thief.get("/account/").status != 200

    return target.decoy(is_cut) and thief.get("/account/").status == 403
