"""`match_sample`, `attribute_sample`: a list that somebody published, compared with the identities, and the accounts that explain it.

Two officers decide on it (`attribution`: how many rows, their digest, the period). Rows come, are compared by the keyed index and
forgotten; who a row is, and what the record says of it, stays here. The journal keeps how many, and a keyed digest of them, no trait.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from serment import journal
from serment.guard import rows
from serment.guard.context import Guard, Transaction
from serment.guard.errors import Refused
from serment.guard.evidence import accounts
from serment.guard.find import identities
from serment.guard.find import rules as traits
from serment.guard.meters.windows import ESTABLISHMENT, SOURCE
from serment.guard.review import decoys
from serment.guard.vault import Vault
from serment.oversight.incidents import approvals, contacts, likelihood, variants
from serment.oversight.incidents.asking import officer
from serment.oversight.incidents.criteria import DECODER, LISTS, NOTIFICATION, OPENINGS
from serment.oversight.incidents.disclosures import Reading
from serment.oversight.incidents.reach import patients
from serment.wire import samples
from serment.wire.protocol import CONFLICT, INVALID

SHOWING = (*OPENINGS, *LISTS, NOTIFICATION)

# Rows of one call that are looked for with other birth dates too: enough to know how much chance finds, in time.
CONTROLLED_MAX, NOT_TRIED = 100, -1

# Accounts whose persons are counted: those that saw most of the sample.
WEIGHED_MAX = 50

# Every leaf that shows something has an account; the type does not know.
NOBODY = UUID(int=0)


@dataclass(frozen=True, kw_only=True)
class Match:
    """One row, of whom it is, and how often the same row with another birth date was found (-1: not tried)."""

    approval_id: UUID
    number: int
    patient_id: UUID | None
    how: str
    by_chance: int


MATCHES = rows.Table("sample_match", Match, key=("approval_id", "number"))


# which of the rows are patients here ------------------------------------------------------------------------------------------


def match(guard: Guard, request: samples.MatchSample, now: datetime) -> samples.SampleMatched:
    """Compare rows. Refuses `approval_missing`, and `sample_too_large` beyond what was decided on."""
    if len(request.rows) > samples.ROWS_MAX:
        raise Refused(INVALID, "sample_too_large", field="rows")
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="match_sample", now=now)
        terms = approvals.terms(guard, tx, approval=request.approval, kind="attribution", now=now)
        found = _found(guard, tx, request)
        for one in found:
            MATCHES.put(guard, tx, one)
        total, persons = _counts(tx, request.approval)
        if total > int(terms["rows"]):
            raise Refused(INVALID, "sample_too_large", field="rows")
        body = {
            "approval": request.approval, "rows": len(found), "found": sum(one.patient_id is not None for one in found),
            "contacts": len({one.patient_id for one in found if one.patient_id}) if any(map(_says_contact, request.rows)) else 0,
            "digest": guard.vault.token("sample", [asdict(row) for row in request.rows]).hex(),
        }  # fmt: skip
        journal.append(tx, at=now, kind="sample_matched", account=who.id, patient=None, body=body)
        return samples.SampleMatched(rows=_told(guard, tx, request.rows, found), total=total, found=persons)


def _counts(tx: Transaction, approval: UUID) -> tuple[int, int]:
    row = tx.execute("select count(*), count(patient_id) from sample_match where approval_id = %s", (approval,)).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _found(guard: Guard, tx: Transaction, request: samples.MatchSample) -> list[Match]:
    """Of whom each row is: by INS, by number when something else agrees, by exact traits, by their sound, and one slip away."""
    vault = guard.vault
    written = {row.number: variants.written(row) for row in request.rows}
    search = _Search(guard=guard, tx=tx, rows={row.number: row for row in request.rows})
    search.stage("ins", {row.number: {traits.ins_token(vault, row.ins)} for row in request.rows if traits.is_matricule(row.ins)})
    search.stage(
        "number", {row.number: {traits.number_value_token(vault, row.local_number)} for row in request.rows if row.local_number},
        supported=True,
    )  # fmt: skip
    for how, tokens in _STAGES:
        search.stage(how, {number: tokens(vault, one) for number, one in written.items() if one and number not in search.found})
    controlled = [number for number, one in sorted(written.items()) if one][:CONTROLLED_MAX]
    chance = _by_chance(vault, tx, {number: one for number in controlled if (one := written[number])})
    return [
        Match(
            approval_id=request.approval, number=row.number, patient_id=search.found.get(row.number, (None, ""))[0],
            how=search.found.get(row.number, (None, ""))[1], by_chance=chance[row.number] if row.number in controlled else NOT_TRIED,
        )
        for row in request.rows
    ]  # fmt: skip


_STAGES: tuple[tuple[str, Callable[[Vault, variants.Written], set[bytes]]], ...] = (
    ("exact", variants.exact), ("sound", variants.sound), ("near", variants.near),
)  # fmt: skip


@dataclass(kw_only=True)
class _Search:
    """The rows found so far: of whom, and how."""

    guard: Guard
    tx: Transaction
    rows: dict[int, samples.SampleRow]
    found: dict[int, tuple[UUID, str]] = field(default_factory=dict)

    def stage(self, how: str, asked: dict[int, set[bytes]], *, supported: bool = False) -> None:
        """Take for each row whoever agrees best of those that its tokens find. `supported`: only with a name or a date that agrees."""
        holders = _holders(self.tx, asked)
        offered = {number: {one for token in tokens for one in holders.get(token, ())} for number, tokens in asked.items()}
        wanted = sorted({one for found in offered.values() for one in found})
        known = identities.read(self.guard, identities.ask(self.tx, wanted))
        for number, candidates in offered.items():
            if number in self.found:
                continue
            rated = [(variants.compare(self.rows[number], known[one].sheet.identity), one) for one in sorted(candidates) if one in known]
            if supported:
                rated = [((agree, differ), one) for (agree, differ), one in rated if set(agree) - {"local_number", "sex"}]
            if rated:
                best = max(rated, key=lambda one: len(one[0][0]) - len(one[0][1]))
                self.found[number] = (best[1], how)


def _holders(tx: Transaction, asked: dict[int, set[bytes]]) -> dict[bytes, list[UUID]]:
    """Whom the tokens find, in one question."""
    every = list({token for tokens in asked.values() for token in tokens})
    found: dict[bytes, list[UUID]] = {}
    for token, patient in tx.execute("select token, patient_id from find_token where token = any(%b)", (every,)).fetchall():
        found.setdefault(bytes(token), []).append(patient)
    return found


def _by_chance(vault: Vault, tx: Transaction, written: dict[int, variants.Written]) -> Counter[int]:
    """How often each row is found with other birth dates."""
    found: Counter[int] = Counter()
    for place in range(len(variants.CONTROLS)):
        asked = {number: variants.near(vault, other) | variants.sound(vault, other)
                 for number, one in written.items() for other in [list(variants.controls(one))[place]]}  # fmt: skip
        holders = _holders(tx, asked)
        found.update(number for number, tokens in asked.items() if not holders.keys().isdisjoint(tokens))
    return found


def _told(guard: Guard, tx: Transaction, given: tuple[samples.SampleRow, ...], found: list[Match]) -> tuple[samples.RowMatch, ...]:
    """What agrees of each row, and since when the identity has been so; never who it is."""
    wanted = [one.patient_id for one in found if one.patient_id]
    known = identities.read(guard, identities.ask(tx, wanted))
    query = """select patient_id, max(at) from journal_entry where patient_id = any(%s) and kind = 'registration' group by patient_id"""
    since = dict(tx.execute(query, (wanted,)).fetchall())
    reached = contacts.read(guard, {one: known[one].wrapped for one in set(wanted)}) if any(map(_says_contact, given)) else {}
    told = []
    for row, one in zip(given, found, strict=True):
        if one.patient_id is None:
            told.append(samples.RowMatch(number=row.number))
            continue
        agree, differ = variants.compare(row, known[one.patient_id].sheet.identity)
        dated, elsewhere = contacts.compare(row, reached.get(one.patient_id, ()))
        members = tuple(dict.fromkeys(part.member for part in dated))
        told.append(
            samples.RowMatch(
                number=row.number, how=one.how, agree=agree + members, differ=differ + elsewhere, dated=dated,
                known_since=since.get(one.patient_id),
            )
        )  # fmt: skip
    return tuple(told)


def _says_contact(row: samples.SampleRow) -> bool:
    return any(getattr(row, member) for member in contacts.MEMBERS)


# whose openings explain them --------------------------------------------------------------------------------------------------


def attribute(guard: Guard, request: samples.AttributeSample, now: datetime) -> samples.Verdict:
    """Judge what was matched. Refuses `approval_missing`, and `sample_missing` when nothing was compared."""
    with guard.pool.connection() as tx:
        who = officer(guard, tx, request, verb="attribute_sample", now=now)
        terms = approvals.terms(guard, tx, approval=request.approval, kind="attribution", now=now)
        matches = MATCHES.all(guard, tx, "approval_id = %s order by number", request.approval)
        if not matches:
            raise Refused(CONFLICT, "sample_missing")
        since, until = datetime.fromisoformat(terms["since"]), datetime.fromisoformat(terms["until"])
        verdict = _judge(guard, tx, matches, since=since, until=until, digest=terms["digest"])
        body = {
            "approval": request.approval, "verdict": verdict.verdict, "rows": verdict.rows, "found": verdict.found,
            "accounts": [one.account for one in verdict.suspects], "digest": verdict.digest,
        }  # fmt: skip
        journal.append(tx, at=now, kind="attribution", account=who.id, patient=None, body=body)
        return verdict


def _judge(guard: Guard, tx: Transaction, matches: list[Match], *, since: datetime, until: datetime, digest: str) -> samples.Verdict:
    persons = {one.patient_id for one in matches if one.patient_id}
    lured = {one for one in persons if decoys.is_decoy(guard, tx, one)}
    sightings = _sightings(tx, persons, since=since, until=until)
    row = tx.execute("select count(*) from patient_key").fetchone()
    population, counts = int(row[0]) if row else 0, _base(tx, sightings, since=since, until=until)
    seen = {account: sightings.times[account] for account in counts}
    found = likelihood.explain(persons, seen, counts, population=population, decoys=lured)
    expected = _expected(matches)
    count = sum(one.patient_id is not None for one in matches)
    explained = {person for one in found for person in persons & seen[one.account].keys()}
    return samples.Verdict(
        verdict=_verdict(count, expected, lured=bool(lured), explained=bool(found)), rows=len(matches), found=count, persons=len(persons),
        decoys=len(lured), expected_by_chance=expected, population=population, since=since, until=until,
        suspects=_suspects(guard, tx, found, counts, sightings), unexplained=len(persons - explained), digest=digest,
    )  # fmt: skip


def _expected(matches: list[Match]) -> float:
    """How many rows chance would find: what it found of those tried, for all of them."""
    tried = [one.by_chance for one in matches if one.by_chance != NOT_TRIED]
    return sum(tried) / max(1, len(tried) * len(variants.CONTROLS)) * len(matches)


def _verdict(found: int, expected: float, *, lured: bool, explained: bool) -> str:
    if not lured and not likelihood.is_more_than_chance(found, expected):
        return "not_from_here"
    return "from_here" if explained else "from_here_unexplained"


@dataclass(kw_only=True)
class _Sightings:
    """By account and person, when; and from where."""

    times: defaultdict[UUID, dict[UUID, list[datetime]]] = field(default_factory=lambda: defaultdict(dict))
    places: defaultdict[UUID, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, raw: bytes, among: set[UUID]) -> None:
        leaf = DECODER.decode(raw)
        account = leaf.account or NOBODY
        for person in among.intersection(patients(leaf)):
            self.times[account].setdefault(person, []).append(leaf.at)
            self.places[account].update(leaf.body.places)


_OPENED = """
select leaf from journal_entry
where patient_id = any(%(persons)s) and kind in ('opening', 'emergency') and at >= %(since)s and at <= %(until)s
"""
# The index over lists is asked for one person after the other: of many at once the database believes that half the journal shows them.
_SHOWN = """
select leaf from journal_entry where at >= %(since)s and at <= %(until)s and id = any(array(
    select shown.id from unnest(%(persons)s::uuid[]) as one(patient), lateral (
        select id from journal_entry where kind in ('lines', 'find', 'notification') and journal_shown(leaf) @> array[one.patient] offset 0
    ) as shown))
"""


def _sightings(tx: Transaction, persons: set[UUID], *, since: datetime, until: datetime) -> _Sightings:
    """Who saw the persons of the sample, in the whole period."""
    found, asked = _Sightings(), {"persons": list(persons), "since": since, "until": until}
    for query in (_OPENED, _SHOWN):
        for (raw,) in tx.execute(query, asked):
            found.add(bytes(raw), persons)
    return found


def _base(tx: Transaction, sightings: _Sightings, *, since: datetime, until: datetime) -> dict[UUID, int]:
    """How many persons each account saw in the period, of the accounts that saw most of the sample."""
    chosen = sorted(sightings.times, key=lambda account: (-len(sightings.times[account]), account))[:WEIGHED_MAX]
    size = tx.execute("select coalesce(max(size), 0) from journal_checkpoint").fetchone()
    counts = {}
    for account in chosen:
        reading = Reading(size=int(size[0]) if size else 0, since=since, until=until, accounts=frozenset({account}))
        counts[account] = max(len(_persons(reading, tx)), len(sightings.times[account]))
    return counts


def _persons(reading: Reading, tx: Transaction) -> set[UUID]:
    return {person for leaf in reading.leaves(tx, SHOWING) for person in patients(leaf)}


def _suspects(
    guard: Guard, tx: Transaction, found: Iterable[likelihood.Explanation], counts: dict[UUID, int], sightings: _Sightings
) -> tuple[samples.Suspect, ...]:
    found = list(found)
    people = accounts.labels(guard, tx, {one.account for one in found})
    return tuple(
        samples.Suspect(
            account=one.account, label=people[one.account].label, profession=people[one.account].profession,
            role=people[one.account].role, explained=one.explained, alone=one.alone, seen=counts[one.account], chance=one.chance,
            strength=one.strength, since=one.since, until=one.until, decoys=one.decoys,
            sources=_places(sightings, one.account, SOURCE),
            establishments=tuple(UUID(place) for place in _places(sightings, one.account, ESTABLISHMENT)),
        )
        for one in found
    )  # fmt: skip


def _places(sightings: _Sightings, account: UUID, prefix: str) -> tuple[str, ...]:
    """Where an account saw the persons, the most frequent first."""
    common = (place for place, _ in sightings.places[account].most_common() if place.startswith(prefix))
    return tuple(place.removeprefix(prefix) for place in common if place != prefix)
