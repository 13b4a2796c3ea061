"""S8: whoever carries off a dump of both databases and the folder of documents carries off nothing about anybody.

Path: a backup, a disk, `pg_dump` with the owner's own role. Control: identities and entries sealed, files sealed in chunks under random
names. Bound: R = 0, I = 0.
"""

from __future__ import annotations

import base64
import io
import os
import subprocess
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from serment.wire.protocol import Identity, Ins, LocalNumber
from serment.wire.words import OID_INS_NIR_TEST
from tests import cast
from tests.fixtures.dossier import Dossier, dossier

__all__ = ["dossier"]

NOW = datetime.now(UTC)
MATRICULE = "279035121518989"
PERSON = Identity(
    birth_name="QUATREMAINS", first_given_name="ZEPHYRINE", given_names="ZEPHYRINE OMBELINE", birth_date=date(1937, 8, 19), sex="F",
    birth_place="63220", used_name="VERTEFEUILLE", ins=Ins(matricule=MATRICULE, oid=OID_INS_NIR_TEST), validated=True,
    numbers=(LocalNumber(authority=cast.AUTHORITY, value="IPP77341"),),
)  # fmt: skip

# Whatever is known of her, as anybody would look for it.
SECRETS = (
    "QUATREMAINS", "Quatremains", "ZEPHYRINE", "OMBELINE", "VERTEFEUILLE", MATRICULE, MATRICULE[:13], "IPP77341", "1937-08-19", "19370819",
    "19/08/1937", "Amoxicilline", "choc anaphylactique", "Drépanocytose", "vomissements cette nuit", "12 rue des Tanneurs", "0612345678",
    "Solange Bienvenue", "Lettre au Dr Pommier", "Confidentiel compte rendu",
)  # fmt: skip


def encodings(secret: str) -> set[bytes]:
    """A secret as it would lie in a dump: in clear, in hexadecimal, in base64 at any of its three alignments; UTF-8 or UTF-16."""
    found: set[bytes] = set()
    for raw in {secret.encode(), secret.encode("utf-16-le"), secret.encode("latin-1", "replace")}:
        found |= {raw, raw.hex().encode(), raw.hex().upper().encode()}
        for shift in range(3):
            encoded = base64.b64encode(b"\0" * shift + raw)
            # The letters that only this secret decides: those before and after mix with its neighbours.
            found.add(encoded[-(-shift * 8 // 6) : len(encoded) - (4 if encoded.endswith(b"=") else 0)])
    return {one for one in found if len(one) >= 6}


def fill(house: Dossier) -> UUID:
    """Everything that the record can hold about her."""
    from serment.dossier.records.allergies import services as allergies
    from serment.dossier.records.conditions import services as conditions
    from serment.dossier.records.correspondents import resources as correspondents
    from serment.dossier.records.correspondents import services as people
    from serment.dossier.records.documents import services as documents
    from serment.dossier.records.entries import services as entries
    from serment.dossier.records.notes import services as notes

    registered = house.registered(PERSON)
    house.house.tie(registered.patient, holder_unit=cast.SURGERY)
    contact = correspondents.contact(address="12 rue des Tanneurs, Nantes", phones=("0612345678",))
    house.as_role("serment_interface")
    entries.deposit(
        patient=registered.patient, keys=registered.deposit_keys, entry=uuid4(), kind="Patient", compartment="contact", resource=contact,
        now=NOW,
    )  # fmt: skip
    house.as_role("serment_app")
    browser = house.house.browser(cast.AMEL)
    file = io.BytesIO(b"%PDF-1.7\n" + b"Confidentiel compte rendu QUATREMAINS " * 5000)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (allergies.record, {"substance": "Amoxicilline", "reaction": "choc anaphylactique", "severity": "severe"}),
        (conditions.record, {"label": "Drépanocytose", "code": "D57.1"}),
        (notes.record, {"title": "Nuit", "text": "vomissements cette nuit"}),
        (people.record, {"role": "relative", "name": "Solange Bienvenue", "phone": "0612345678"}),
        (documents.store, {"source": file, "title": "Lettre au Dr Pommier", "category": "Lettre"}),
    ]
    for act, fields in acts:
        with house.opened(browser, registered.patient) as permit:
            act(permit=permit, token=uuid4(), now=NOW, **fields)
    return registered.patient


def dump(dossier: Dossier, database: str) -> bytes:
    """`pg_dump` of a whole database with the owner's role."""
    program = dossier.databases.cluster.programs / "pg_dump"
    done = subprocess.run([program, "--dbname", dossier.databases.dsn("serment_owner", database)], capture_output=True, check=True)
    return done.stdout


@pytest.fixture
def loot(dossier: Dossier) -> bytes:
    """Both databases with the owner's role, and every file of the object store."""
    patient = fill(dossier)
    dossier.house.browser(cast.CHLOE).break_glass(patient, text="vomissements cette nuit, QUATREMAINS")
    databases = [dump(dossier, name) for name in ("serment", "serment_guard")]
    files = [path.read_bytes() for path in sorted(dossier.objects.rglob("*")) if path.is_file()]
    names = [str(path).encode() for path in sorted(dossier.objects.rglob("*"))]
    assert str(patient).encode() in databases[0]
    assert files
    return b"\n".join([*databases, *files, *names])


def test_nothing_about_the_patient_is_in_the_loot(loot: bytes) -> None:
    found = {secret for secret in SECRETS for one in encodings(secret) if one in loot}
    assert found == set()


def test_the_search_itself_would_find_them(loot: bytes) -> None:
    for secret in SECRETS:
        raw = secret.encode()
        for hidden in (raw, raw.hex().encode(), *(base64.b64encode(os.urandom(n) + raw + b"??") for n in range(3))):
            assert any(one in hidden for one in encodings(secret)), secret
