"""How patients are reached, as recorded from when until when, compared with the rows of a leaked list. Values stay in this process.

The record keeps every version of a person's contact. The guard may read these entries and no others (a view of the record's database shows
it `contact` alone), opens them with the keys that only it has, and says which members of a row agree, and between which instants they were
recorded so: what dates a copy. Nothing clinical is reachable this way.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
import structlog
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from psycopg_pool import PoolTimeout

from serment.guard.context import Guard
from serment.wire import seal
from serment.wire.samples import Dated, SampleRow

CONTACT, MEMBERS = "contact", ("address", "postcode", "city", "telephone", "email")
FORMAT, NONCE_BYTES, LENGTH_BYTES, RESOURCE_BYTES_MAX = b"\x01", 12, 4, 1024 * 1024
DEPOSIT_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)

# As addresses are shortened in lists (norm NF Z 10-011), both ways.
_WORDS = {
    "AV": "AVENUE", "AVE": "AVENUE", "BD": "BOULEVARD", "BLD": "BOULEVARD", "R": "RUE", "PL": "PLACE", "CHE": "CHEMIN", "CH": "CHEMIN",
    "RTE": "ROUTE", "IMP": "IMPASSE", "ALL": "ALLEE", "ALLEES": "ALLEE", "SQ": "SQUARE", "ST": "SAINT", "STE": "SAINTE", "CRS": "COURS",
    "FG": "FAUBOURG", "RES": "RESIDENCE", "BAT": "BATIMENT", "APPT": "APPARTEMENT", "APT": "APPARTEMENT", "LOT": "LOTISSEMENT", "S": "SUR",
    "DR": "DOCTEUR", "GAL": "GENERAL", "GEN": "GENERAL", "MAL": "MARECHAL", "PDT": "PRESIDENT", "PR": "PROFESSEUR", "QU": "QUAI",
}  # fmt: skip

log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Version:
    """One contact as it stood from an instant until the next one was recorded; `until` is None for the one that stands."""

    since: datetime
    until: datetime | None
    streets: frozenset[str] = field(repr=False)
    postcodes: frozenset[str] = field(repr=False)
    cities: frozenset[str] = field(repr=False)
    telephones: frozenset[str] = field(repr=False)
    emails: frozenset[str] = field(repr=False)


# as written everywhere --------------------------------------------------------------------------------------------------------


def plain(text: str) -> str:
    """Capitals and digits without accents or punctuation, the usual abbreviations in full."""
    flat = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE"))
    kept = "".join(letter for letter in flat if not unicodedata.combining(letter)).upper()
    return " ".join(_WORDS.get(word, word) for word in re.sub(r"[^A-Z0-9]+", " ", kept).split())


def city(text: str) -> str:
    """A town without what the post adds to it (CEDEX and its number)."""
    return re.sub(r"\s+CEDEX(\s+\d+)?$", "", plain(text))


def telephone(text: str) -> str:
    """The ten digits of a French number, however it is written; another country's with its prefix."""
    digits = re.sub(r"\(0\)", "", text)
    international = digits.strip().startswith(("+", "00"))
    digits = re.sub(r"\D", "", digits)
    if international:
        digits = digits.removeprefix("00")
        return f"0{digits[2:].removeprefix('0')}" if digits.startswith("33") else f"+{digits}"
    return f"0{digits}" if len(digits) == 9 and not digits.startswith("0") else digits


def email(text: str) -> str:
    return "".join(text.split()).casefold()


def postcode(text: str) -> str:
    """Five digits; a spreadsheet loses the zero in front."""
    digits = re.sub(r"\D", "", text)
    return digits.zfill(5) if digits else ""


# what the record holds --------------------------------------------------------------------------------------------------------


def read(guard: Guard, wrapped: Mapping[UUID, bytes]) -> dict[UUID, list[Version]]:
    """Every version of how these patients are reached; nothing when the record's database does not answer, or not to the guard."""
    query = """select patient_id, id, version, kind, deposit, recorded_at, status, sealed from contact_entry
               where patient_id = any(%s) order by patient_id, id, version"""
    try:
        with guard.dossier_pool.connection() as tx:
            rows = tx.execute(query, (list(wrapped),), binary=True).fetchall()
    except (psycopg.Error, PoolTimeout) as error:
        log.warning("contacts_unread", error=type(error).__name__)
        return {}
    chains: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in rows:
        chains[row[0], row[1]].append(row)
    found: dict[UUID, list[Version]] = defaultdict(list)
    for (patient, _), chain in chains.items():
        key = guard.vault.compartment_keys(patient, wrapped[patient], (CONTACT,))[CONTACT]
        found[patient] += _versions(chain, key)
    return found


def _versions(chain: Sequence[Any], key: bytes) -> Iterable[Version]:
    ends = [row[5] for row in chain[1:]] + [None]
    for (patient, id, number, kind, deposit, since, status, sealed), until in zip(chain, ends, strict=True):
        place = seal.entry_aad(patient=patient, entry=id, version=number, compartment=CONTACT, kind=kind)
        resource = opened(bytes(sealed), key=key, place=place, is_deposit=deposit) if status == "active" else None
        if resource is not None:
            yield version(resource, since=since, until=until)


def opened(sealed: bytes, *, key: bytes, place: bytes, is_deposit: bool) -> dict[str, Any] | None:
    """An entry as the record sealed it (docs/subsystems/sealing.md); None for what does not open: a comparison less, not a failure."""
    body = sealed[1:]
    try:
        if sealed[:1] != FORMAT:
            return None
        if is_deposit:
            padded = DEPOSIT_SUITE.decrypt(body, seal.deposit_private_key(key), place)
        else:
            padded = AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], place)
        length = int.from_bytes(padded[:LENGTH_BYTES], "big")
        raw = zstandard.decompress(padded[LENGTH_BYTES : LENGTH_BYTES + length], max_output_size=RESOURCE_BYTES_MAX)
        resource = json.loads(raw)
    except (InvalidTag, ValueError, zstandard.ZstdError):
        return None
    return resource if isinstance(resource, dict) else None


def version(resource: Mapping[str, Any], *, since: datetime, until: datetime | None) -> Version:
    """A FHIR Patient's ways of being reached, in one spelling."""
    places, telecom = resource.get("address") or [], resource.get("telecom") or []

    def reached(system: str, spelt: Callable[[str], str]) -> frozenset[str]:
        return frozenset(spelt(str(one.get("value", ""))) for one in telecom if one.get("system") == system) - {""}

    return Version(
        since=since, until=until, streets=frozenset(plain(str(line)) for one in places for line in one.get("line") or []) - {""},
        postcodes=frozenset(postcode(str(one.get("postalCode", ""))) for one in places) - {""},
        cities=frozenset(city(str(one.get("city", ""))) for one in places) - {""},
        telephones=reached("phone", telephone), emails=reached("email", email),
    )  # fmt: skip


# the comparison ---------------------------------------------------------------------------------------------------------------


def compare(row: SampleRow, versions: Sequence[Version]) -> tuple[tuple[Dated, ...], tuple[str, ...]]:
    """The members of a row that some version has, each with the times at which it did, and those that none has."""
    if not versions:
        return (), ()
    dated, differ = list[Dated](), list[str]()
    for member in MEMBERS:
        if not getattr(row, member).strip():
            continue
        periods = _merged([(one.since, one.until) for one in versions if _agrees(row, member, one)])
        dated += [Dated(member=member, since=since, until=until) for since, until in periods]
        differ += [] if periods else [member]
    return tuple(dated), tuple(differ)


def _agrees(row: SampleRow, member: str, known: Version) -> bool:
    if member == "address":
        # Some lists have the whole address in one column.
        return any(f" {street} " in f" {plain(row.address)} " for street in known.streets)
    said: Mapping[str, tuple[str, frozenset[str]]] = {
        "postcode": (postcode(row.postcode), known.postcodes), "city": (city(row.city), known.cities),
        "telephone": (telephone(row.telephone), known.telephones), "email": (email(row.email), known.emails),
    }  # fmt: skip
    given, recorded = said[member]
    return given in recorded


Period = tuple[datetime, datetime | None]


def _merged(periods: Iterable[Period]) -> list[Period]:
    """Periods that follow one another are one."""
    found: list[Period] = []
    for since, until in sorted(periods, key=lambda one: one[0]):
        if found and (last := found[-1])[1] is not None and since <= last[1]:
            found[-1] = (last[0], None if until is None else max(last[1], until))
        elif not found or found[-1][1] is not None:
            found.append((since, until))
    return found
